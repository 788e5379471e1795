/** ProseMirror set up for one field: keys, input rules, and what happens to pasted text. */
import { baseKeymap, chainCommands, exitCode, setBlockType, toggleMark } from "prosemirror-commands";
import { InputRule, inputRules, textblockTypeInputRule, wrappingInputRule } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import { Fragment, type MarkType, type Node, Slice } from "prosemirror-model";
import { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list";
import { type Command, EditorState, NodeSelection, Plugin, TextSelection } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import { request } from "../lib/api";
import { type Flavour, parse, schemaOf } from "./markdown";

const ADDRESS = /^(?:https?:\/\/\S+|mailto:\S+@\S+|tel:[+\d][\d\s().-]+|www\.\S+\.\S+|[^\s@<>()]+@[^\s@<>()]+\.[a-z]{2,})$/i;

/** The link target of an address as people paste or type it; null where it is none. */
export function asLink(text: string): string | null {
  const address = text.trim();
  if (!ADDRESS.test(address)) return null;
  if (/^(https?:|mailto:|tel:)/i.test(address)) return address.startsWith("tel:") ? address.replace(/[\s().-]/g, "") : address;
  return address.includes("@") && !address.includes("/") ? `mailto:${address}` : `https://${address}`;
}

export interface Hooks {
  onlink: () => void;
  onenter?: () => boolean;
}

export function createState(text: string, flavour: Flavour, hooks: Hooks): EditorState {
  return EditorState.create({
    doc: parse(text, flavour),
    plugins: [rules(flavour), keymap(keys(flavour, hooks)), keymap(baseKeymap), pasting(flavour)],
  });
}

function keys(flavour: Flavour, hooks: Hooks): Record<string, Command> {
  const schema = schemaOf(flavour);
  const bound: Record<string, Command> = {};
  if (flavour !== "plain") {
    bound["Mod-b"] = toggleMark(schema.marks.strong);
    bound["Mod-i"] = toggleMark(schema.marks.em);
    bound["Mod-k"] = () => (hooks.onlink(), true);
  }
  if (flavour !== "markdown") {
    bound.Enter = () => hooks.onenter?.() ?? true;
    bound["Shift-Enter"] = () => true;
    return bound;
  }
  const item = schema.nodes.list_item;
  const newline: Command = (state, dispatch) => {
    dispatch?.(state.tr.replaceSelectionWith(schema.nodes.hard_break.create()).scrollIntoView());
    return true;
  };
  bound.Enter = splitListItem(item);
  bound["Shift-Enter"] = chainCommands(exitCode, newline);
  // Tab leaves the field, as everywhere in a form; inside a list these two change the level
  bound["Mod-]"] = sinkListItem(item);
  bound["Mod-["] = liftListItem(item);
  bound["Shift-Mod-8"] = toggleList("bullet_list");
  bound["Shift-Mod-7"] = toggleList("ordered_list");
  return bound;
}

export function toggleList(name: "bullet_list" | "ordered_list"): Command {
  return (state, dispatch) => {
    const type = state.schema.nodes[name];
    const { $from } = state.selection;
    for (let depth = $from.depth; depth > 0; depth--)
      if ($from.node(depth).type === type) return liftListItem(state.schema.nodes.list_item)(state, dispatch);
    return wrapInList(type, { tight: true })(state, dispatch);
  };
}

export function toggleHeading(state: EditorState, dispatch?: EditorView["dispatch"]): boolean {
  const { heading, paragraph } = state.schema.nodes;
  const isHeading = state.selection.$from.parent.type === heading;
  return setBlockType(isHeading ? paragraph : heading, isHeading ? null : { level: 3 })(state, dispatch);
}

export function isMarkActive(state: EditorState, type: MarkType | undefined): boolean {
  if (!type) return false;
  const { from, $from, to, empty } = state.selection;
  return empty ? Boolean(type.isInSet(state.storedMarks || $from.marks())) : state.doc.rangeHasMark(from, to, type);
}

export function isInside(state: EditorState, name: string): boolean {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth--) if ($from.node(depth).type.name === name) return true;
  return false;
}

/** The link at the cursor: its target and extent. */
export function linkAt(state: EditorState): { href: string; from: number; to: number } | null {
  const type = state.schema.marks.link;
  if (!type) return null;
  const { $from, from, to, empty } = state.selection;
  const parent = $from.parent;
  let found: { href: string; from: number; to: number } | null = null;
  parent.forEach((child, offset) => {
    const mark = type.isInSet(child.marks);
    const start = $from.start() + offset;
    const end = start + child.nodeSize;
    if (!mark) return;
    if (found && found.to === start && found.href === mark.attrs.href) found.to = end;
    else if (empty ? start <= from && end >= from : start < to && end > from)
      found ??= { href: mark.attrs.href, from: start, to: end };
  });
  return found;
}

/** Link the words at the cursor, or unlink them; the cursor goes behind a link, so that typing goes on as plain text. */
export function setLink(view: EditorView, href: string | null): void {
  const { state } = view;
  const type = state.schema.marks.link;
  const existing = linkAt(state);
  const { from, to, empty } = state.selection;
  const range = existing && (empty || (existing.from <= from && existing.to >= to)) ? existing : { from, to };
  const change = state.tr;
  if (range.from === range.to) {
    if (href) change.insert(range.from, state.schema.text(href.replace(/^mailto:|^tel:/, ""), [type.create({ href })]));
  } else {
    change.removeMark(range.from, range.to, type);
    if (href) change.addMark(range.from, range.to, type.create({ href })).setSelection(TextSelection.create(change.doc, range.to));
  }
  view.dispatch(change.removeStoredMark(type).setMeta("paste", true).scrollIntoView());
  view.focus();
}

export function insertTag(view: EditorView, name: string, fallback: string | null): void {
  const node = view.state.schema.nodes.merge_tag.create({ name, fallback });
  const { from } = view.state.selection;
  const change = view.state.tr.replaceSelectionWith(node, true);
  change.setSelection(NodeSelection.create(change.doc, from));
  view.dispatch(change.setMeta("paste", true).scrollIntoView());
  view.focus();
}

function rules(flavour: Flavour): Plugin {
  const schema = schemaOf(flavour);
  const tag = new InputRule(/\{([a-z][a-z0-9_]*)(?:\|([^{}|\n]*))?\}$/, (state, match, start, end) =>
    state.tr.replaceWith(start, end, schema.nodes.merge_tag.create({ name: match[1], fallback: match[2] ?? null })),
  );
  if (flavour !== "markdown") return inputRules({ rules: [tag] });
  return inputRules({
    rules: [
      tag,
      wrappingInputRule(/^\s*([-*])\s$/, schema.nodes.bullet_list, { tight: true }),
      wrappingInputRule(
        /^(\d{1,3})\.\s$/,
        schema.nodes.ordered_list,
        (match) => ({ order: +match[1], tight: true }),
        (match, node) => node.childCount + node.attrs.order === +match[1],
      ),
      textblockTypeInputRule(/^###?\s$/, schema.nodes.heading, { level: 3 }),
    ],
  });
}

/** Take the selection that the browser shows: it can be a moment ahead of what the editor was told, as on a busy machine. */
export function takeSelection(view: EditorView): void {
  const shown = document.getSelection();
  if (!view.hasFocus() || !shown?.anchorNode || !shown.focusNode) return;
  if (!view.dom.contains(shown.anchorNode) || !view.dom.contains(shown.focusNode)) return;
  const [anchor, head] = [view.posAtDOM(shown.anchorNode, shown.anchorOffset), view.posAtDOM(shown.focusNode, shown.focusOffset)];
  const { from, to } = view.state.selection;
  if (Math.min(anchor, head) === from && Math.max(anchor, head) === to) return;
  const { doc } = view.state;
  view.dispatch(view.state.tr.setSelection(TextSelection.between(doc.resolve(anchor), doc.resolve(head))));
}

function pasting(flavour: Flavour): Plugin {
  return new Plugin({
    props: {
      handlePaste(view, event) {
        const data = event.clipboardData;
        if (!data) return false;
        takeSelection(view);
        const text = data.getData("text/plain");
        const html = data.getData("text/html");
        const href = flavour === "plain" ? null : asLink(text);
        if (href) {
          setLink(view, href);
          return true;
        }
        if (data.files.length && !html) return true;
        if (flavour === "plain" || (flavour === "line" && !html)) {
          insertInline(view, parse(text.replace(/\s+/g, " ").trim(), "plain"), flavour);
          return true;
        }
        if (!html || html.includes("data-pm-slice")) return false;
        void insertCleaned(view, html, text, flavour);
        return true;
      },
      transformPastedText: (text) => text.replace(/\r\n?/g, "\n"),
    },
  });
}

/** Let the server clean what came from Word, Google Docs or a web page; without it, keep the plain text. */
async function insertCleaned(view: EditorView, html: string, text: string, flavour: Flavour): Promise<void> {
  let doc: Node;
  try {
    const answer = await request<{ markdown: string }>("POST", "/api/paste", { html, text });
    doc = parse(answer.markdown, "markdown");
  } catch {
    doc = parse(text.replace(/\n{2,}/g, "\n\n"), "markdown");
  }
  if (view.isDestroyed) return;
  if (flavour === "line") {
    insertInline(view, doc, flavour);
    return;
  }
  const isParagraph = doc.childCount === 1 && doc.firstChild!.type.name === "paragraph";
  const slice = isParagraph ? new Slice(doc.firstChild!.content, 0, 0) : new Slice(doc.content, 0, 0);
  const { $from, empty } = view.state.selection;
  const change = view.state.tr;
  const isBlank = !isParagraph && empty && $from.depth === 1 && $from.parent.content.size === 0;
  if (isBlank) change.replaceWith($from.before(), $from.after(), doc.content);
  else change.replaceSelection(isParagraph ? slice : Slice.maxOpen(doc.content));
  view.dispatch(change.scrollIntoView().setMeta("paste", true));
}

function insertInline(view: EditorView, doc: Node, flavour: Flavour): void {
  const schema = schemaOf(flavour);
  const pieces: Node[] = [];
  doc.descendants((node) => {
    if (node.isText)
      pieces.push(schema.text(node.text!, flavour === "plain" ? [] : node.marks.map((mark) => schema.marks[mark.type.name].create(mark.attrs))));
    else if (node.type.name === "merge_tag") pieces.push(schema.nodes.merge_tag.create(node.attrs));
    else if (node.isTextblock && pieces.length) pieces.push(schema.text(" "));
    return true;
  });
  view.dispatch(view.state.tr.replaceSelection(new Slice(Fragment.from(pieces), 0, 0)).setMeta("paste", true).scrollIntoView());
}
