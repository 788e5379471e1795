/** Where a finding is, in the words of the form: `Coming up › Coffee morning › When`. */
import { sampleHint } from "../lib/samples";
import type { Held } from "../lib/held.svelte";
import type { Schema } from "../lib/schema";
import { strings } from "../lib/strings";
import type { Finding, Json, Path } from "../lib/types";
import { plainWords } from "../lib/words";

const LONGEST = 40;

/** What an issue holds, and the headings of its sections that have none of their own. */
interface Placed {
  get(path: Path): Json;
  readonly doc?: { headings?: Record<string, string> } | null;
}

export function placeOf(finding: Pick<Finding, "path" | "field_label">, issue: Placed, schema: Schema): string {
  const path = finding.path ?? [];
  const names: string[] = [];
  path.forEach((part, index) => {
    if (typeof part === "number") names.push(nameOf(issue.get(path.slice(0, index + 1)), path.slice(0, index), part, schema, issue.doc?.headings));
  });
  const last = path.at(-1);
  const isOwn = typeof last === "string" && last !== "kind";
  if (isOwn) names.push(fieldName(last, path) ?? finding.field_label ?? "");
  return names.filter(Boolean).join(" › ");
}

/** The name of what is half entered: the field, and what it is of. */
export function heldName({ label, path }: Held, issue: Placed, schema: Schema): string {
  const place = placeOf({ path, field_label: label }, issue, schema);
  return place.endsWith(label) ? place : [place, label].filter(Boolean).join(" › ");
}

const fieldName = (name: string, path: Path): string | undefined =>
  (strings.fields as Record<string, { label: string }>)[path.at(-2) === "button" && name === "link" ? "link" : name]?.label;

function nameOf(value: Json, list: Path, index: number, schema: Schema, headings: Record<string, string> = {}): string {
  const words = strings.form;
  const text = typeof value === "string" ? value : (value?.heading ?? value?.title ?? value?.name ?? value?.label ?? "");
  const own = sampleHint(text) === null ? plainWords(String(text)) : "";
  if (own) return own.length > LONGEST ? `${own.slice(0, LONGEST - 1).trimEnd()}…` : own;
  if (list.length === 1 && list[0] === "sections") return headings[value?.kind] ?? schema.kind(value?.kind)?.label ?? words.section;
  return `${list.at(-1) === "groups" ? words.group : list.at(-1) === "events" ? words.event : words.item} ${index + 1}`;
}
