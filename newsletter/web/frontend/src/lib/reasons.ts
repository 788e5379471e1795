/** Why somebody does not get the newsletter, as the server names a column of the list and what it says. */
import { strings } from "./strings";

export function reasonWords(reason: string): string {
  const words = strings.subscribers;
  const match = /^`(.+)` is “(.+)”$/.exec(reason);
  if (!match) return reason.replace(/^the audience has/, "your list has").replace(/`([^`]*)`/g, "“$1”");
  return words.reasons[match[2]] ?? words.reason(match[1], match[2]);
}
