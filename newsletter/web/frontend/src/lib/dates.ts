/** Dates of the file (`2024-03-05 13:00`) as people read them, in the newsletter's language. */
function localeOf(name: string): string {
  const locale = (name || "en-GB").replace("_", "-");
  try {
    return Intl.getCanonicalLocales(locale)[0];
  } catch {
    return "en-GB";
  }
}

export function readable(value: string, locale: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?: (\d{2}):(\d{2}))?$/.exec(value);
  if (!match) return value;
  const date = new Date(+match[1], +match[2] - 1, +match[3], +(match[4] ?? 0), +(match[5] ?? 0));
  const day = new Intl.DateTimeFormat(localeOf(locale), { weekday: "short", day: "numeric", month: "long" }).format(date);
  return match[4] === undefined ? day : `${day}, ${clock(date, locale)}`;
}

function clock(date: Date, locale: string): string {
  const name = localeOf(locale);
  if (name.startsWith("en")) {
    const [hour, minute] = [date.getHours(), date.getMinutes()];
    if (minute === 0 && hour === 12) return "noon";
    return `${hour % 12 || 12}${minute ? `.${String(minute).padStart(2, "0")}` : ""}${hour < 12 ? "am" : "pm"}`;
  }
  return new Intl.DateTimeFormat(name, { hour: "numeric", minute: "2-digit" }).format(date);
}

export function ago(iso: string | undefined, locale = "en"): string {
  const then = iso ? Date.parse(iso) : NaN;
  if (Number.isNaN(then)) return "";
  const seconds = (then - Date.now()) / 1000;
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  for (const [unit, size] of [["second", 60], ["minute", 60], ["hour", 24], ["day", 30], ["month", 12]] as const) {
    const amount = seconds / UNITS[unit];
    if (Math.abs(amount) < size) return format.format(Math.round(amount), unit);
  }
  return format.format(Math.round(seconds / UNITS.year), "year");
}
const UNITS = { second: 1, minute: 60, hour: 3600, day: 86400, month: 2629800, year: 31557600 };

export function moment(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime())
    ? iso
    : new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(date);
}

const TIME = /(?:^|[\s,])(?:at\s+)?(?:(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)|(\d{1,2})[:.](\d{2})|(noon|midday|midnight))\s*$/i;

/** A date as it was typed, in the file's form; or the weekday that it really is, where another was typed. */
export interface TypedDate {
  value?: string;
  weekday?: string;
}

/**
 * Read a date as people type it: `5 March`, `Tue 5 March, 1pm`, `March 5 2024 at 13.30`, `5/3/2024`, `2024-03-05 13:00`.
 * Without a year it is the one that the weekday tells, else the nearest to `near`. Empty where it is no date.
 */
export function parseTyped(text: string, near: string, locale: string): TypedDate {
  const found = TIME.exec(text);
  const time = found ? clockOf(found) : "";
  const rest = (found && time !== null ? text.slice(0, found.index) : text).trim().toLowerCase();
  if (time === null) return {};
  const parts = dayOf(rest, locale);
  if (!parts) return {};
  const base = /^\d{4}-\d{2}-\d{2}/.test(near) ? new Date(`${near.slice(0, 10)}T12:00`) : new Date();
  const years = parts.year ? [parts.year] : [base.getFullYear(), base.getFullYear() + 1, base.getFullYear() - 1];
  const days = years.map((year) => new Date(year, parts.month, parts.day, 12)).filter((date) => date.getMonth() === parts.month);
  if (!days.length) return {};
  const distance = (date: Date) => Math.abs(date.getTime() - base.getTime());
  const byDistance = [...days].sort((left, right) => distance(left) - distance(right));
  const named = weekdayOf(rest, locale);
  const date = named === null ? byDistance[0] : byDistance.find((one) => one.getDay() === named);
  if (!date) return { weekday: new Intl.DateTimeFormat(localeOf(locale), { weekday: "long" }).format(byDistance[0]) };
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return { value: time ? `${day} ${time}` : day };
}

function clockOf([, hour12, minute12, half, hour, minute, word]: RegExpExecArray): string | null {
  let [hours, minutes] = [0, 0];
  if (word) hours = word.toLowerCase() === "midnight" ? 0 : 12;
  else if (half) {
    [hours, minutes] = [+hour12, +(minute12 ?? 0)];
    if (hours < 1 || hours > 12) return null;
    hours = (hours % 12) + (half.toLowerCase() === "pm" ? 12 : 0);
  } else [hours, minutes] = [+hour, +minute];
  return hours < 24 && minutes < 60 ? `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}` : null;
}

function dayOf(text: string, locale: string): { day: number; month: number; year?: number } | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (iso) return { year: +iso[1], month: +iso[2] - 1, day: +iso[3] };
  const numbers = /^(?:\p{L}+\.?,?\s+)?(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}|\d{2}))?\.?$/u.exec(text);
  if (numbers) {
    const isAmerican = localeOf(locale) === "en-US";
    const [day, month] = isAmerican ? [+numbers[2], +numbers[1]] : [+numbers[1], +numbers[2]];
    return { day, month: month - 1, ...(numbers[3] ? { year: +numbers[3] + (numbers[3].length === 2 ? 2000 : 0) } : {}) };
  }
  const words = text.split(/[\s,]+/).filter(Boolean);
  const month = words.map((word) => nameIndex(word, MONTHS(locale))).find((index) => index !== null);
  const year = words.find((word) => /^\d{4}$/.test(word));
  const day = words.map((word) => /^(\d{1,2})(?:st|nd|rd|th|\.)?$/.exec(word)?.[1]).find(Boolean);
  return month === undefined || !day ? null : { day: +day, month: month as number, ...(year ? { year: +year } : {}) };
}

const weekdayOf = (text: string, locale: string): number | null =>
  text.split(/[\s,]+/).map((word) => nameIndex(word, WEEKDAYS(locale))).find((index) => index !== null) ?? null;

/** The index of the name that a word, of three letters at least, begins. */
function nameIndex(word: string, names: string[][]): number | null {
  const letters = word.replace(/[.,]/g, "").toLowerCase();
  if (letters.length < 3 || /\d/.test(letters)) return null;
  const index = names.findIndex((both) => both.some((name) => name.toLowerCase().startsWith(letters)));
  return index < 0 ? null : index;
}

const named = (locale: string, options: Intl.DateTimeFormatOptions, dates: Date[]): string[][] =>
  dates.map((date) => ["en-GB", localeOf(locale)].map((name) => new Intl.DateTimeFormat(name, options).format(date)));
const MONTHS = (locale: string) => named(locale, { month: "long" }, Array.from({ length: 12 }, (_, month) => new Date(2024, month, 15)));
const WEEKDAYS = (locale: string) => named(locale, { weekday: "long" }, Array.from({ length: 7 }, (_, day) => new Date(2023, 0, 1 + day, 12)));
