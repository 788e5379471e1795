/** The lines in which two texts differ, with a line around them; by the longest common subsequence of the middle. */
export interface Line {
  kind: "added" | "removed" | "same";
  text: string;
}

const MOST = 1500;

export function changedLines(before: string, after: string): Line[] {
  const [left, right] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start++;
  let end = 0;
  while (end < left.length - start && end < right.length - start && left[left.length - 1 - end] === right[right.length - 1 - end]) end++;
  const [old, fresh] = [left.slice(start, left.length - end), right.slice(start, right.length - end)];
  if (!old.length && !fresh.length) return [];
  const same = (text: string | undefined): Line[] => (text === undefined ? [] : [{ kind: "same", text }]);
  return [...same(left[start - 1]), ...compare(old, fresh), ...same(left[left.length - end])];
}

function compare(old: string[], fresh: string[]): Line[] {
  if (old.length > MOST || fresh.length > MOST)
    return [...old.map((text): Line => ({ kind: "removed", text })), ...fresh.map((text): Line => ({ kind: "added", text }))];
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint16Array(fresh.length + 1));
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = fresh.length - 1; j >= 0; j--)
      lengths[i][j] = old[i] === fresh[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) lines.push({ kind: "same", text: old[i++] }), j++;
    else if (j >= fresh.length || (i < old.length && lengths[i + 1][j] >= lengths[i][j + 1])) lines.push({ kind: "removed", text: old[i++] });
    else lines.push({ kind: "added", text: fresh[j++] });
  }
  return lines;
}
