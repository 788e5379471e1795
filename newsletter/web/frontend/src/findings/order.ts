import type { Finding } from "../lib/types";

const WEIGHT = { error: 0, warning: 1, note: 2 };

/** The findings, worst first; of the same weight, in the order of the file. */
export function bySeverity(findings: Finding[]): Finding[] {
  return [...findings].sort((left, right) => WEIGHT[left.severity] - WEIGHT[right.severity] || (left.line ?? 0) - (right.line ?? 0));
}
