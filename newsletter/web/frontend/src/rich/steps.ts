/** Which changes of a text are undone together: typing up to the end of a sentence; all else is a step of its own. */
import type { Transaction } from "prosemirror-state";
import { ReplaceStep } from "prosemirror-transform";
import type { Step } from "../lib/issue.svelte";

const ENDS = /[.!?…:]["”’)]?\s$/;

export function stepOf(change: Transaction): Step {
  const [first] = change.steps;
  if (change.steps.length !== 1 || !(first instanceof ReplaceStep)) return "own";
  if (change.getMeta("paste") || ["paste", "drop", "cut"].includes(change.getMeta("uiEvent"))) return "own";
  const { slice, from, to } = first;
  // a new paragraph, a chip, or a piece that replaces another
  if (slice.content.childCount > 1 || slice.openStart !== 0 || (slice.content.firstChild && !slice.content.firstChild.isText)) return "last";
  const added = slice.content.firstChild?.text ?? "";
  if (to - from > 1 && added) return "own";
  const until = change.doc.resolve(Math.min(from + added.length, change.doc.content.size));
  return added && ENDS.test(until.parent.textBetween(Math.max(0, until.parentOffset - 4), until.parentOffset, " ", " ")) ? "last" : "typing";
}
