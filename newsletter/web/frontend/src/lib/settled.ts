/** Which findings an edit settles before the next check says so, and where the others are after it. */
import { getAt, isEqual, isPrefix } from "./paths";
import { sampleHint } from "./samples";
import type { Edit, Finding, Json, Path } from "./types";

const QUOTED = /“([^”]+)”/g;
const isBlank = (value: Json): boolean => value === undefined || value === null || (typeof value === "string" && value.trim() === "") || sampleHint(value) !== null;

/** Whether what a finding is about is no longer there: `before` is what was checked, `valueAt` what is there now. */
export function isSettled(finding: Finding, before: Json, valueAt: (path: Path) => Json): boolean {
  if (!finding.path) return false;
  const [old, now] = [getAt(before, finding.path), valueAt(finding.path)];
  if (old === now || isEqual(old, now)) return false;
  // a field that was missing, empty or only held a place
  if (isBlank(old)) return !isBlank(now);
  if (now === undefined) return true;
  if (typeof old !== "string" || typeof now !== "string") return false;
  const replaced = finding.fixes.map((fix) => fix.old).find((words) => words && old.includes(words));
  if (replaced) return !now.includes(replaced);
  const words = [...finding.message.matchAll(QUOTED)].map(([, quoted]) => quoted.replace(/…$/, "")).filter((quoted) => old.includes(quoted));
  return words.some((quoted) => !now.includes(quoted));
}

/** The path that a place has after an edit of the lists around it; null where it is gone. */
export function moved(path: Path, edit: Edit): Path | null {
  const depth = edit.path.length - 1;
  const [at, index] = [edit.path[depth], path[depth]];
  const list = edit.path.slice(0, -1);
  if (edit.op === "set" || typeof at !== "number" || typeof index !== "number" || !isPrefix(list, path)) {
    return edit.op === "remove" && isPrefix(edit.path, path) ? null : path;
  }
  const shifted = (by: number): Path => path.map((part, position) => (position === depth ? index + by : part));
  switch (edit.op) {
    case "insert":
      return index >= at ? shifted(1) : path;
    case "duplicate":
      return index > at ? shifted(1) : path;
    case "remove":
      return index === at ? null : index > at ? shifted(-1) : path;
    case "move": {
      const to = edit.to;
      if (typeof to !== "number") return index === at ? null : index > at ? shifted(-1) : path;
      if (index === at) return shifted(to - at);
      const isBetween = at < to ? index > at && index <= to : index < at && index >= to;
      return isBetween ? shifted(at < to ? -1 : 1) : path;
    }
  }
}
