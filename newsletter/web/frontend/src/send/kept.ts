/** What was typed on the send panel, kept in this browser: it is still there after another page, or another day. */
import { moveForm } from "../lib/kept_form";
import { forgetUnsaved } from "../lib/unsaved";

const PREFIX = "newsletter-send:";

export interface KeptChoice {
  segment: string;
  when: string;
  at: string;
}

export function kept(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function keep(name: string, value: string): void {
  try {
    if (value) localStorage.setItem(PREFIX + name, value);
    else localStorage.removeItem(PREFIX + name);
  } catch {
    // without storage, it lives as long as the page
  }
}

/** To whom and when an issue was to be sent, as it was last chosen; a time that has passed is forgotten. */
export function keptChoice(issue: string): KeptChoice {
  const nothing = { segment: "", when: "", at: "" };
  try {
    const found: KeptChoice = { ...nothing, ...JSON.parse(kept(`choice:${issue}`) ?? "{}") };
    return found.at && Date.parse(found.at) < Date.now() - 86_400_000 ? { ...found, when: "", at: "" } : found;
  } catch {
    return nothing;
  }
}

export function keepChoice(issue: string, choice: Partial<KeptChoice>): void {
  const now = { ...keptChoice(issue), ...choice };
  keep(`choice:${issue}`, now.segment || now.when || now.at ? JSON.stringify(now) : "");
}

/** Begin an issue without what this browser kept under its name; one that was moved keeps to whom and when it is to be sent. */
export function beginKept(issue: string, moved = ""): void {
  forgetUnsaved(issue);
  moveForm(issue, moved);
  const choice = moved ? kept(`choice:${moved}`) : null;
  if (moved) keep(`choice:${moved}`, "");
  keep(`choice:${issue}`, choice ?? "");
}
