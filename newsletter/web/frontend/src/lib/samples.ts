/** Texts that only hold a place: the form shows them as an empty box with a hint, until something is typed. */
import { strings } from "./strings";

/** The first character of a sample text in a drafted issue. */
const MARK = "✎";
const BRACKETED = /^\[\[?(title|name|label|caption|text|column|cell|value|heading|items)\]\]?$/i;
const LINK = "https://example.org";

/** Fields of an issue that say nothing yet: what it is called, and when it is sent. */
const FRAME = new Set(["title", "date", "language", "kind"]);

/** Whether nothing was written in an issue yet: it has its name and its date, and texts that only hold a place. */
export function isUnwritten(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isUnwritten);
  if (typeof value === "object" && value !== null) return Object.entries(value).every(([name, one]) => (FRAME.has(name) && sampleHint(one) === null ? typeof one === "string" : isUnwritten(one)));
  return value === undefined || value === null || value === "" || sampleHint(value) !== null;
}

/** The hint of a text that only holds a place; null for a text that somebody wrote. */
export function sampleHint(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const text = value.trim();
  if (text.startsWith(MARK)) return text.slice(MARK.length).trim() || strings.samples.text;
  if (text === LINK) return strings.samples.link;
  const found = BRACKETED.exec(text);
  return found ? ((strings.samples as Record<string, string>)[found[1].toLowerCase()] ?? strings.samples.text) : null;
}
