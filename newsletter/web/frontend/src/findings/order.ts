import type { Finding } from "../lib/types";

const WEIGHT = { error: 0, warning: 1, note: 2 };

/** What tells a finding from all others: the same mistake in two places is two findings. */
export const keyOfFinding = (finding: Finding): string => `${finding.id} ${JSON.stringify(finding.path)}`;

/** The findings, each once and the worst first; of the same weight, in the order of the file. */
export function bySeverity(findings: Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [keyOfFinding(finding), finding])).values()].sort((left, right) => WEIGHT[left.severity] - WEIGHT[right.severity] || (left.line ?? 0) - (right.line ?? 0));
}
