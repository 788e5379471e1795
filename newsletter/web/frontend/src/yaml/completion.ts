/** Completion of field names and values in the YAML tab, from the JSON Schema. */
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { Json } from "../lib/types";

interface Level {
  indent: number;
  name: string;
  isEntry: boolean;
}

export function completeFrom(schema: Json): (context: CompletionContext) => CompletionResult | null {
  return (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const value = /^(\s*(?:- )*)([a-z_]+):\s+(\S*)$/.exec(before);
    if (value) {
      const parent = schemaAt(schema, context, line.number, value[1].length);
      const options = valuesOf(schema, parent?.properties?.[value[2]]);
      return options.length ? { from: context.pos - value[3].length, options, validFor: /^\S*$/ } : null;
    }
    const name = /^(\s*(?:- )*)([a-z_]*)$/.exec(before);
    if (!name || (!name[2] && !context.explicit)) return null;
    const parent = schemaAt(schema, context, line.number, name[1].length);
    if (!parent?.properties) return null;
    const options: Completion[] = Object.entries<Json>(parent.properties).map(([label, property]) => ({
      label,
      type: "property",
      apply: `${label}: `,
      info: String(property.description ?? ""),
      boost: parent.required?.includes(label) ? 1 : 0,
    }));
    return { from: context.pos - name[2].length, options, validFor: /^[a-z_]*$/ };
  };
}

/** The schema of the mapping that a field at this indent of this line belongs to. */
function schemaAt(schema: Json, context: CompletionContext, lineNumber: number, indent: number): Json {
  const levels: Level[] = [];
  let limit = indent;
  let kind = "";
  const doc = context.state.doc;
  for (let number = lineNumber - 1; number > 0 && limit > 0; number--) {
    const match = /^(\s*)((?:- )*)([a-z_]+):/.exec(doc.line(number).text);
    if (!match) continue;
    const column = match[1].length + match[2].length;
    if (column === limit && match[3] === "kind") kind ||= /kind:\s*(\w+)/.exec(doc.line(number).text)?.[1] ?? "";
    if (column < limit) {
      levels.unshift({ indent: column, name: match[3], isEntry: match[2] !== "" });
      limit = match[1].length + (match[2] ? 0 : 0) + (match[2] ? match[2].length : 0);
    }
  }
  let found = schema;
  for (const [index, level] of levels.entries()) {
    found = resolve(schema, found?.properties?.[level.name]);
    if (found?.items) found = resolve(schema, found.items);
    if (found?.allOf && level.name === "sections") {
      const wanted = kindIn(context, lineNumber, levels[index + 1]?.indent ?? indent) || kind;
      found = resolve(schema, found.allOf.find((rule: Json) => rule.if.properties.kind.const === wanted)?.then) ?? found;
    }
  }
  return found;
}

function kindIn(context: CompletionContext, lineNumber: number, column: number): string {
  const doc = context.state.doc;
  for (let number = lineNumber; number > 0; number--) {
    const match = /^(\s*)(- )kind:\s*(\w+)/.exec(doc.line(number).text);
    if (match && match[1].length + 2 === column) return match[3];
    if (match && match[1].length + 2 < column) return match[3];
  }
  return "";
}

function resolve(schema: Json, part: Json): Json {
  if (!part) return part;
  if (part.$ref) return { ...part, ...schema.$defs[part.$ref.split("/").pop()] };
  const reference = part.anyOf?.find((option: Json) => option.$ref);
  return reference ? resolve(schema, reference) : part;
}

function valuesOf(schema: Json, property: Json): Completion[] {
  const part = resolve(schema, property);
  const values: unknown[] = part?.enum ?? part?.anyOf?.flatMap((option: Json) => option.enum ?? []) ?? (part?.const ? [part.const] : []);
  const examples: unknown[] = values.length ? [] : (part?.examples ?? []).filter((example: unknown) => typeof example === "string");
  return [
    ...values.map((value) => ({ label: String(value), type: "enum" })),
    ...examples.map((example) => ({ label: String(example), type: "text", detail: "example" })),
  ];
}
