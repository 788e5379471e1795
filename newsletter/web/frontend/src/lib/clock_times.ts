/** Times of day as people type them, and which half of the day an hour without am or pm belongs to. */
import { localeOf } from "./dates";

export interface Hour {
  hour: number;
  minute: number;
  half?: "am" | "pm";
  /** Whether it is written in the way of a clock of 24 hours. */
  isFull: boolean;
}
/** From one time to another, in minutes from midnight. */
export interface Span {
  from?: number;
  to?: number;
  isNextDay?: boolean;
}
export type TimeProblem = { kind: "half"; hour: number } | { kind: "order" } | { kind: "unknown"; words: string };

const DAY = 24 * 60;
const EARLIEST = 9;

export const dashes = (text: string): string => text.toLowerCase().replace(/[\u2010-\u2015\u2212~]/g, "-").replace(/[\u00a0\u202f]/g, " ");
export const inMinutes = (minutes: number): string => `${String(Math.floor(minutes / 60) % 24).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

/** How the newsletter's language tells the time: with am and pm, or up to 24. */
export class Clock {
  private readonly isHalved: boolean;

  constructor(locale: string, isFull = false) {
    this.isHalved = !isFull && localeOf(locale).startsWith("en");
  }

  bare(hour: number): Hour {
    return { hour, minute: 0, isFull: false };
  }

  /** The times that an hour may mean; none where there is no such time. */
  meanings({ hour, minute, half, isFull }: Hour): number[] {
    if (minute > 59 || hour > 24 || (hour === 24 && minute)) return [];
    if (half) return hour < 1 || hour > 12 ? [] : [((hour % 12) + (half === "pm" ? 12 : 0)) * 60 + minute];
    if (isFull || !this.isHalved || hour > 12 || hour === 0) return [hour * 60 + minute];
    return [(hour % 12) * 60 + minute, ((hour % 12) + 12) * 60 + minute];
  }

  /** The time that is meant where nothing else tells: in the daytime, or null where both halves of the day are likely. */
  likely(hour: Hour): number | null {
    const [one, other] = this.meanings(hour);
    if (other === undefined) return one;
    return hour.hour === 12 ? other : hour.hour >= EARLIEST ? one : null;
  }
}

/** Settle the two halves of the day by each other: `10–2pm` is from ten in the morning, `2–4pm` from two in the afternoon. */
export function spanOf(clock: Clock, from: Hour | undefined, to: Hour | undefined, isSameDay: boolean): Span | TimeProblem {
  for (const one of [from, to]) if (one && !clock.meanings(one).length) return { kind: "unknown", words: `${one.hour}.${String(one.minute).padStart(2, "0")}` };
  const starts = from ? clock.meanings(from) : [];
  const ends = to ? clock.meanings(to) : [];
  const until = (start: number, end: number) => (end - start + DAY) % DAY || DAY;
  let start: number | undefined = starts[0];
  let end: number | undefined = ends[0];
  if (from && starts.length > 1) {
    if (to && ends.length === 1 && isSameDay) start = starts.reduce((best, one) => (until(one, ends[0]) < until(best, ends[0]) ? one : best));
    else {
      const likely = clock.likely(from);
      if (likely === null) return { kind: "half", hour: from.hour };
      start = likely;
    }
  }
  if (to && ends.length > 1) {
    const first = start;
    if (first !== undefined && isSameDay) end = ends.reduce((best, one) => (until(first, one) < until(first, best) ? one : best));
    else {
      const likely = clock.likely(to);
      if (likely === null) return { kind: "half", hour: to.hour };
      end = likely;
    }
  }
  if (start !== undefined) start %= DAY;
  if (!isSameDay || start === undefined || end === undefined) return { from: start, to: end === undefined ? undefined : end % DAY };
  if (end > start && end < DAY) return { from: start, to: end };
  // past midnight, where the evening says so; otherwise the two were swapped
  return end === DAY || (end < start && start >= 18 * 60 && end <= 6 * 60) ? { from: start, to: end % DAY, isNextDay: true } : { kind: "order" };
}
