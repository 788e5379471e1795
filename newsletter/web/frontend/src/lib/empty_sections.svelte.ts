/** Sections that somebody emptied and may write in again: the form shows them at their places, the file is without them. */
import { keepForm, keptForm, type EmptySection } from "./kept_form";
import { isEqual, keyOf } from "./paths";
import type { Json } from "./types";

export class EmptySections {
  list = $state.raw<EmptySection[]>([]);
  /** Those that were written in again, by the key of the section: an undo empties them once more. */
  private filled: { key: string; section: EmptySection }[] = [];

  constructor(private readonly issue: string) {}

  /** Show those that an earlier page kept. */
  load(sections: Json[]): void {
    this.show(keptForm(this.issue).empty.map((one) => ({ ...one, at: Math.min(one.at, sections.length) })), sections);
  }

  /** Those that stand before the section with an index, or after the last one. */
  before(index: number): EmptySection[] {
    return this.list.filter((one) => one.at === index);
  }

  /** Keep a section that was removed, without its entries. */
  keep(at: number, whole: Json, list: string, left: Json[]): void {
    const { [list]: _, ...value } = whole;
    this.show([...this.list, { value, whole, at, same: countOf(whole, left) }]);
  }

  remove(section: EmptySection): void {
    // an edit may have moved it in the meantime
    this.show(this.list.filter((one) => one.value !== section.value));
  }

  /** Note that a section was written in again and is the one with a key from now on. */
  fill(section: EmptySection, key: string): void {
    this.filled.push({ key, section });
    this.remove(section);
  }

  /** Stay between the same sections, whatever was added, moved or removed; what an undo brought back is not empty. */
  follow(before: Json[], now: Json[]): void {
    if (!this.list.length || before === now) return;
    const indexOf = (section: Json) => (section === undefined ? -1 : now.findIndex((one) => keyOf(one, 0) === keyOf(section, 0)));
    this.show(
      this.list.map((one) => {
        const [previous, next] = [indexOf(before[one.at - 1]), indexOf(before[one.at])];
        const at = previous >= 0 ? previous + 1 : next >= 0 ? next : Math.max(0, one.at - (one.at > 0 ? 1 : 0));
        return at === one.at ? one : { ...one, at: Math.min(at, now.length) };
      }),
      now,
    );
  }

  /** Show again those that were written in, and that an undo took out of the issue. */
  restore(before: Json[], now: Json[]): void {
    const keysOf = (sections: Json[]) => new Set(sections.map((one) => keyOf(one, 0)));
    const [was, is] = [keysOf(before), keysOf(now)];
    const back = this.filled.filter((one) => was.has(one.key) && !is.has(one.key));
    this.filled = this.filled.filter((one) => is.has(one.key));
    if (back.length) this.show([...this.list, ...back.map((one) => ({ ...one.section, at: Math.min(one.section.at, now.length) }))]);
  }

  private show(list: EmptySection[], sections: Json[] = []): void {
    const next = list.filter((one) => countOf(one.whole, sections) <= one.same);
    if (next.length === this.list.length && next.every((one, index) => one === this.list[index])) return;
    this.list = next;
    keepForm(this.issue, { empty: next });
  }
}

const countOf = (section: Json, sections: Json[]): number => sections.filter((one) => isEqual(one, section)).length;
