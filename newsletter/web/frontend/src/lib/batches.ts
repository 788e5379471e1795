/** Edits on their way to the server: put together, shown on top of what it answered, and kept where they can wait. */
import { ApiError, UnreachableError } from "./api";
import { applyEdit, pathKey } from "./paths";
import type { Edit, Finding, Json } from "./types";
import type { Batch } from "./unsaved";

/** Whether an edit can be kept until the cause is gone: a stopped or restarted server, a full disk, a missing file. */
export function canWait(error: unknown): boolean {
  if (error instanceof UnreachableError) return true;
  return error instanceof ApiError && (error.status >= 500 || [401, 403, 404].includes(error.status));
}

/** Leave out a `set` that a later one of the same field replaces. */
export function joined(edits: Edit[], more: Edit[]): Edit[] {
  const last = edits.at(-1);
  if (more.length === 1 && more[0].op === "set" && last?.op === "set" && pathKey(last.path) === pathKey(more[0].path))
    return [...edits.slice(0, -1), more[0]];
  return [...edits, ...more];
}

export function withEdits(value: Json, batches: Batch[]): Json {
  try {
    for (const batch of batches) for (const edit of batch.edits) value = applyEdit(value, edit);
  } catch {
    // the place of an edit is gone; the server's answer to it says so
  }
  return value;
}

/** The texts that somebody typed in a batch, to be copied where it cannot be saved. */
export function writtenIn(batch: Batch): string {
  return batch.edits.flatMap((edit) => (edit.op === "set" || edit.op === "insert" ? textsOf(edit.value) : [])).join("\n");
}

/** All texts in a value. */
export function textsOf(value: Json): string[] {
  if (typeof value === "string") return value ? [value] : [];
  return value && typeof value === "object" ? Object.values(value).flatMap(textsOf) : [];
}

export function withLinks(findings: Finding[], links: Finding[]): Finding[] {
  const ids = new Set(links.map((finding) => finding.id));
  return [...findings.filter((finding) => !ids.has(finding.id)), ...links];
}
