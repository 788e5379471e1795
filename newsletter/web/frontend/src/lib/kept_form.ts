/** What the form of an issue shows and its file does not have, kept in this browser: boxes and sections that are empty. */
import type { Json, Path } from "./types";

const PREFIX = "newsletter-form:";

/** A part of an issue with the fields that it shows although they are empty. */
export interface ShownPart {
  path: Path;
  name: string;
  fields: string[];
}

/** A section whose last entry was removed, and where it stands. */
export interface EmptySection {
  /** The section without its entries. */
  value: Json;
  /** The section as it was, by which an undo is noticed. */
  whole: Json;
  /** How many sections like it there still are. */
  same: number;
  /** How many sections of the issue stand before it. */
  at: number;
}

export interface KeptForm {
  shown: ShownPart[];
  empty: EmptySection[];
}

export function keptForm(issue: string): KeptForm {
  const nothing = { shown: [], empty: [] };
  try {
    return { ...nothing, ...JSON.parse(localStorage.getItem(PREFIX + issue) ?? "{}") };
  } catch {
    return nothing;
  }
}

export function keepForm(issue: string, part: Partial<KeptForm>): void {
  const now = { ...keptForm(issue), ...part };
  try {
    if (now.shown.length || now.empty.length) localStorage.setItem(PREFIX + issue, JSON.stringify(now));
    else localStorage.removeItem(PREFIX + issue);
  } catch {
    // without storage, it lives as long as the page
  }
}

/** Begin an issue without what was kept under its name; one that was moved keeps its own. */
export function moveForm(issue: string, moved = ""): void {
  const kept = moved ? keptForm(moved) : { shown: [], empty: [] };
  if (moved) keepForm(moved, { shown: [], empty: [] });
  keepForm(issue, kept);
}
