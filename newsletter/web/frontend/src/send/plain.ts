/** What the server says about a send, in the words of who writes the newsletter. */
import { zoneNote } from "../lib/dates";
import type { SendState } from "./types";

export interface Names {
  /** The login of whoever sits at this computer. */
  you: string;
  /** The file of the list of subscribers; empty where a provider keeps the list. */
  list: string;
  /** Whether nothing is sent to anybody. */
  isPractice?: boolean;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

export function plainWords(text: string, names: Names | undefined): string {
  let plain = text.replace(/but since then .+? (?:has|have) changed\./, "but it has been changed since, so test it again.");
  if (plain.startsWith("It was approved")) plain = plain.replace("so test it again", "so it has to be approved again");
  plain = plain
    .replace(/ by process \d+ on \S+?(?=[:.]( |$))/g, "")
    .replace(/ For the other \d\d:\d\d, use --at '[^']*'\./g, "")
    .replace(/( at \d\d:\d\d)(?! \()/g, (time) => time + zoneNote());
  if (!names) return plain;
  if (names.isPractice) {
    plain = plain
      .replace(/^This issue cannot be sent yet\. /, "")
      .replace("It has not been sent as a test yet.", "No test has been saved yet.")
      .replace(/\bsent as a test\b/g, "saved as a test")
      .replace("so test it again", "so save a test again");
  }
  if (names.you) {
    const you = escaped(names.you);
    plain = plain.replace(new RegExp(`^${you} (?=[a-z])`), "You ").replace(new RegExp(`\\b(by|since) ${you}(?=[ ,.])`, "g"), "$1 you");
  }
  return names.list ? plain.replace(new RegExp(escaped(names.list), "g"), "your list of subscribers").replace(/^your/, "Your") : plain;
}

/** A panel in these words; what is sent back, as the words of a concern, stays as it is. The server names the issues. */
export function plainPanel(panel: SendState): SendState {
  const names = panel.names && { ...panel.names, isPractice: Boolean(panel.practice) };
  const plain = (text: string) => plainWords(text, names);
  return {
    ...panel,
    names,
    steps: panel.steps.map((step) => ({ ...step, message: step.id === "send" && step.state === "blocked" && names?.isPractice ? plain(step.message).replace("No test has been saved yet.", "Save a test first.") : plain(step.message) })),
    status: panel.status?.message ? { ...panel.status, message: plain(panel.status.message) } : panel.status,
    history: panel.history?.map((event) => (event.label ? { ...event, label: plain(event.label) } : event)),
  };
}
