/** What became of an issue, in a few words. */
import { dayOf } from "../lib/dates";
import { strings } from "../lib/strings";
import type { IssueSummary } from "../lib/types";

export function stateWords(issue: IssueSummary, locale: string): string {
  const words = strings.shelf;
  if (issue.practice && issue.state === "sending") return words.practising;
  if (!issue.sent_at) return strings.states[issue.state] ?? issue.state;
  const day = dayOf(issue.sent_at, locale);
  if (issue.state === "sent") return issue.sent_to ? words.sentTo(day, issue.sent_to) : words.sentOn(day);
  if (issue.state === "practised") return words.practisedOn(day);
  if (issue.state === "scheduled") return words.scheduledFor(day);
  return strings.states[issue.state] ?? issue.state;
}
