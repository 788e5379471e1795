/** The day that is meant by a day and a month without a year, with or without a weekday. */
import { localeOf } from "./dates";

/** What is wrong with a day, and the days that may have been meant. */
export type DayProblem =
  | { kind: "weekday"; date: string; weekday: string; days: string[] }
  | { kind: "year"; days: string[] }
  | { kind: "length"; month: string; count: number; days: string[] };

export interface TypedDay {
  weekday?: number;
  day?: number;
  month?: number;
  year?: number;
}

/** What is over is told in the weeks after it: without a year, a day is at most so long before the issue, or after it. */
const DAYS_BEFORE = 100;
/** A day of another year is offered where it is not much further off. */
const DAYS_APART = { before: 200, after: 340 };
const DAY_MS = 86_400_000;

const two = (number: number): string => String(number).padStart(2, "0");
const iso = (date: Date): string => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
const at = (day: string): Date => new Date(`${day}T12:00`);
const plus = (date: Date, days: number): Date => new Date(date.getFullYear(), date.getMonth(), date.getDate() + days, 12);

export const dayAfter = (day: string): string => iso(plus(at(day), 1));

/** The day that is meant near another one, before it where `isOver`, or from `after` on; or what is wrong with it. */
export function dayOfYear(side: TypedDay, near: string, locale: string, after = "", isOver = false): string | DayProblem | { kind: "order" } {
  const base = /^\d{4}-\d{2}-\d{2}/.test(near) ? at(near.slice(0, 10)) : new Date();
  const [month, day] = [side.month!, side.day!];
  const lastOf = (year: number) => new Date(year, month + 1, 0, 12);
  const earliest = after ? at(after) : plus(base, -DAYS_BEFORE);
  const years = [-1, 0, 1].map((by) => base.getFullYear() + by);
  // a day that its month does not have is looked for as the month's last
  const inYear = (year: number) => new Date(year, month, Math.min(day, lastOf(year).getDate()), 12);
  // what is told of as over was at most some months ago
  const past = isOver && !after ? years.findLast((one) => inYear(one) <= base && inYear(one) >= plus(base, -DAYS_APART.before)) : undefined;
  const first = past ?? years.find((one) => inYear(one) >= earliest) ?? years[2];
  // otherwise, a year that is over is never taken without a word
  const isAsked = !side.year && !after && past === undefined && first < base.getFullYear();
  const year = side.year ?? (isAsked ? base.getFullYear() : first);
  // what would end most of a year later was meant to begin later
  if (after && (inYear(year) < earliest || (!side.year && inYear(year) > plus(earliest, DAYS_APART.before)))) return { kind: "order" };
  const has = (one: number) => day >= 1 && day <= lastOf(one).getDate();
  const isNear = (date: Date) => date >= plus(base, -DAYS_APART.before) && date <= plus(base, DAYS_APART.after);
  const elsewhere = side.year ? [] : years.filter((one) => one !== year && has(one)).map(inYear).filter((date) => isNear(date) && date >= (after ? earliest : plus(base, -DAYS_APART.before)));
  if (!has(year)) {
    const lasts = (isAsked ? [first, year] : [year]).map(lastOf);
    // the year is named only where it is known
    const words = new Intl.DateTimeFormat(localeOf(locale), { month: "long", ...(isAsked ? {} : { year: "numeric" }) }).format(lasts[0]);
    return { kind: "length", month: words, count: lasts[0].getDate(), days: day >= 1 && day <= 31 ? [...lasts, ...elsewhere].map(iso) : [] };
  }
  const date = inYear(year);
  const fits = (one: Date) => side.weekday === undefined || one.getDay() === side.weekday;
  if (fits(date) && isAsked && has(first) && fits(inYear(first))) return { kind: "year", days: [inYear(first), date].map(iso) };
  if (fits(date)) return iso(date);
  const nearest = [-1, 1, -2, 2, -3, 3].map((by) => plus(date, by)).find((one) => fits(one))!;
  const fitting = elsewhere.filter(fits).sort((one, other) => Math.abs(+one - +base) - Math.abs(+other - +base));
  const days = [...fitting.slice(0, 1), nearest, date].filter((one) => !after || +one >= +earliest - DAY_MS / 2);
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(localeOf(locale), options).format(date);
  return { kind: "weekday", date: format({ day: "numeric", month: "long", year: "numeric" }), weekday: format({ weekday: "long" }), days: days.map(iso) };
}
