/** What one click may remove where a sample text is still to be replaced. */
import { sampleHint } from "../lib/samples";
import type { Json, Path } from "../lib/types";

/** The path of the field, item or section that only holds samples; null where it cannot go without anything else. */
export function removablePart(path: Path, get: (path: Path) => Json): Path | null {
  const name = path.at(-1);
  const entry = path.findLastIndex((part) => typeof part === "number");
  if (entry < 0) return null;
  const part = path.slice(0, entry + 1);
  // beside what somebody wrote, only a text goes that need not be there
  if (typeof name === "string" && !holdsSamplesOnly(get(part))) return part.length > 2 && OPTIONAL.has(name) ? path : null;
  const list = get(part.slice(0, -1));
  return part.length === 2 && Array.isArray(list) && list.length < 2 ? null : part;
}

const OPTIONAL = new Set(["text", "where", "payment", "contact", "role"]);

function holdsSamplesOnly(value: Json): boolean {
  if (Array.isArray(value)) return value.every(holdsSamplesOnly);
  if (typeof value === "object" && value !== null) return Object.entries(value).every(([name, one]) => name === "kind" || holdsSamplesOnly(one));
  return sampleHint(value) !== null;
}
