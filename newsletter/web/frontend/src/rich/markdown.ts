/** Markdown to ProseMirror's documents and back, as the newsletter's own parser reads it; merge tags are nodes. */
import MarkdownIt from "markdown-it";
import { MarkdownParser, MarkdownSerializer, defaultMarkdownSerializer, schema as base } from "prosemirror-markdown";
import { type MarkSpec, type Node, type NodeSpec, Schema } from "prosemirror-model";

const MERGE_TAG = /^\{([a-z][a-z0-9_]*)(?:\|([^{}|\n]*))?\}/;
const ANY_MERGE_TAG = /\{([a-z][a-z0-9_]*)(?:\|([^{}|\n]*))?\}/g;

/** What a merge tag's chip shows; the page sets it to the labels of the workspace. */
export const tagLabels = new Map<string, string>();

const mergeTag: NodeSpec = {
  inline: true,
  group: "inline",
  atom: true,
  attrs: { name: {}, fallback: { default: null } },
  toDOM: (node) => [
    "span",
    { class: "chip", "data-merge-tag": written(node) },
    tagLabels.get(node.attrs.name) ?? node.attrs.name.replaceAll("_", " "),
    ...(node.attrs.fallback ? [["small", {}, node.attrs.fallback] as const] : []),
  ],
  parseDOM: [
    {
      tag: "span[data-merge-tag]",
      getAttrs: (element) => {
        const match = MERGE_TAG.exec((element as HTMLElement).getAttribute("data-merge-tag") ?? "");
        return match ? { name: match[1], fallback: match[2] ?? null } : false;
      },
    },
  ],
  leafText: (node) => written(node),
};

export function written(node: Node): string {
  return node.attrs.fallback === null ? `{${node.attrs.name}}` : `{${node.attrs.name}|${node.attrs.fallback}}`;
}

const link: MarkSpec = {
  ...base.spec.marks.get("link")!,
  toDOM: (mark) => ["a", { href: mark.attrs.href, title: mark.attrs.href, rel: "noreferrer" }],
};
const strong: MarkSpec = {
  ...base.spec.marks.get("strong")!,
  // Google Docs wraps whatever is copied in a <b> of normal weight
  parseDOM: [
    { tag: "b", getAttrs: (element) => (element as HTMLElement).style.fontWeight !== "normal" && null },
    { tag: "strong" },
    { style: "font-weight", getAttrs: (value) => /^(bold(er)?|[6-9]\d{2})$/.test(value as string) && null },
  ],
};
const marks = base.spec.marks.update("link", link).update("strong", strong);
const nodes = base.spec.nodes.addToEnd("merge_tag", mergeTag);

export const blockSchema = new Schema({ nodes, marks });
export const lineSchema = new Schema({
  nodes: { doc: { content: "paragraph" }, paragraph: nodes.get("paragraph")!, text: nodes.get("text")!, merge_tag: mergeTag },
  marks,
});
export const plainSchema = new Schema({
  nodes: { doc: { content: "paragraph" }, paragraph: nodes.get("paragraph")!, text: nodes.get("text")!, merge_tag: mergeTag },
});

function tokenizer(): MarkdownIt {
  const markdown = new MarkdownIt("commonmark", { html: false }).disable(["code", "lheading", "html_block", "html_inline"]);
  markdown.validateLink = () => true;
  markdown.normalizeLink = (address) => address;
  markdown.normalizeLinkText = (address) => address;
  markdown.inline.ruler.before("link", "merge_tag", (state, silent) => {
    const match = MERGE_TAG.exec(state.src.slice(state.pos));
    if (!match) return false;
    if (!silent) {
      const token = state.push("merge_tag", "", 0);
      token.meta = { name: match[1], fallback: match[2] ?? null };
    }
    state.pos += match[0].length;
    return true;
  });
  return markdown;
}

const common = {
  em: { mark: "em" },
  strong: { mark: "strong" },
  link: { mark: "link", getAttrs: (token: any) => ({ href: token.attrGet("href"), title: token.attrGet("title") || null }) },
  code_inline: { mark: "code", noCloseToken: true },
  merge_tag: { node: "merge_tag", getAttrs: (token: any) => token.meta },
};
const blocks = {
  blockquote: { block: "blockquote" },
  paragraph: { block: "paragraph" },
  list_item: { block: "list_item" },
  bullet_list: { block: "bullet_list", getAttrs: (_: any, tokens: any[], index: number) => ({ tight: isTight(tokens, index) }) },
  ordered_list: {
    block: "ordered_list",
    getAttrs: (token: any, tokens: any[], index: number) => ({
      order: +(token.attrGet("start") || 1),
      tight: isTight(tokens, index),
    }),
  },
  heading: { block: "heading", getAttrs: (token: any) => ({ level: +token.tag.slice(1) }) },
  fence: { block: "code_block", getAttrs: (token: any) => ({ params: token.info || "" }), noCloseToken: true },
  hr: { node: "horizontal_rule" },
  image: {
    node: "image",
    getAttrs: (token: any) => ({
      src: token.attrGet("src"),
      title: token.attrGet("title") || null,
      alt: token.children?.[0]?.content || null,
    }),
  },
  hardbreak: { node: "hard_break" },
};

function isTight(tokens: any[], index: number): boolean {
  while (++index < tokens.length) if (tokens[index].type !== "list_item_open") return tokens[index].hidden;
  return false;
}

const blockParser = new MarkdownParser(blockSchema, tokenizer(), { ...blocks, ...common });
const lineTokenizer = tokenizer().disable(["blockquote", "fence", "heading", "hr", "list", "reference", "image", "newline"]);
const lineParser = new MarkdownParser(lineSchema, lineTokenizer, { paragraph: { block: "paragraph" }, ...common });

const isSelfNamed = (text: string, href: string): boolean => href === text || href === `mailto:${text}`;
let selfNamed = false;

const serializer = new MarkdownSerializer(
  {
    ...defaultMarkdownSerializer.nodes,
    bullet_list: (state, node) => state.renderList(node, "  ", () => "- "),
    merge_tag: (state, node) => state.write(written(node)),
  },
  {
    ...defaultMarkdownSerializer.marks,
    em: { open: "*", close: "*", mixable: true, expelEnclosingWhitespace: true },
    link: {
      open: (_state, mark, parent, index) => {
        const child = parent.child(index);
        selfNamed = child.isText && isSelfNamed(child.text ?? "", mark.attrs.href) && !mark.attrs.title;
        return selfNamed ? "<" : "[";
      },
      close: (_state, mark) => {
        if (selfNamed) return ((selfNamed = false), ">");
        const href = /[\s()<>]/.test(mark.attrs.href.replace(ANY_MERGE_TAG, "")) ? `<${mark.attrs.href}>` : mark.attrs.href;
        return `](${href}${mark.attrs.title ? ` "${mark.attrs.title.replaceAll('"', '\\"')}"` : ""})`;
      },
      mixable: true,
    },
  },
);

export type Flavour = "markdown" | "line" | "plain";
export const schemaOf = (flavour: Flavour): Schema =>
  flavour === "markdown" ? blockSchema : flavour === "line" ? lineSchema : plainSchema;

export function parse(text: string, flavour: Flavour): Node {
  if (flavour === "plain") return parsePlain(text);
  const doc = flavour === "line" ? lineParser.parse(text.trim()) : blockParser.parse(text);
  return doc.content.size ? doc : schemaOf(flavour).topNodeType.createAndFill()!;
}

function parsePlain(text: string): Node {
  const children: Node[] = [];
  let end = 0;
  for (const match of text.matchAll(ANY_MERGE_TAG)) {
    if (match.index > end) children.push(plainSchema.text(text.slice(end, match.index)));
    children.push(plainSchema.nodes.merge_tag.create({ name: match[1], fallback: match[2] ?? null }));
    end = match.index + match[0].length;
  }
  if (end < text.length) children.push(plainSchema.text(text.slice(end)));
  return plainSchema.node("doc", null, [plainSchema.node("paragraph", null, children)]);
}

/** Write a document as Markdown, with backslashes only where the text would mean something else without them. */
export function serialize(doc: Node, flavour: Flavour): string {
  if (flavour === "plain") return doc.textContent;
  const escaped = serializer.serialize(doc, { tightLists: true }).trim();
  if (!escaped.includes("\\")) return escaped;
  const lines = escaped.split("\n");
  const bare = lines.map((line) => line.replace(/\\([^\w\s])/g, "$1"));
  if (parse(bare.join("\n"), flavour).eq(doc)) return bare.join("\n");
  // line by line, then backslash by backslash: the rest of the text stays readable
  for (let index = 0; index < lines.length; index++) {
    if (lines[index] === bare[index]) continue;
    const tried = [...lines.slice(0, index), bare[index], ...lines.slice(index + 1)];
    if (parse(tried.join("\n"), flavour).eq(doc)) lines[index] = bare[index];
  }
  return lines.join("\n");
}
