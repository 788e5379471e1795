/** Dates of the file (`2024-03-05 13:00`) as people read them, in the newsletter's language. */
export function localeOf(name: string): string {
  const locale = (name || "en-GB").replace("_", "-");
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale)[0] ?? "en-GB";
  } catch {
    return "en-GB";
  }
}

/** A date in words; the year too where it is not that of `near`. */
export function readable(value: string, locale: string, near = ""): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?: (\d{2}):(\d{2}))?$/.exec(value);
  if (!match) return value;
  const date = new Date(+match[1], +match[2] - 1, +match[3], +(match[4] ?? 0), +(match[5] ?? 0));
  const year = near && near.slice(0, 4) !== match[1] ? ({ year: "numeric" } as const) : {};
  const written = new Intl.DateTimeFormat(localeOf(locale), { weekday: "short", day: "numeric", month: "long", ...year }).format(date);
  // British English has no comma after the weekday, with the year or without it
  const day = localeOf(locale).startsWith("en") && localeOf(locale) !== "en-US" ? written.replace(",", "") : written;
  return match[4] === undefined ? day : `${day}, ${clockOf(`${match[4]}:${match[5]}`, locale)}`;
}

// written out, as a browser needs 30 ms for its first formatted date, which the first page would wait for
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/** The month that an issue is named after, as `February 2024`; the name itself where it is another one. */
export function monthOf(id: string): string {
  const match = /^(\d{4})-(\d{2})$/.exec(id);
  const month = match && MONTHS[+match[2] - 1];
  return month ? `${month} ${match[1]}` : id;
}

/** When something takes place, in words: `Sat 12 December, 10.30am to noon`; `until` is the last of several such days. */
export function readableSpan(when: string, ends: string, locale: string, near = "", until = ""): string {
  const to = localeOf(locale).startsWith("en") ? " to " : " – ";
  if (until) {
    const times = [when.slice(11), ends].filter(Boolean).map((time) => clockOf(time, locale)).join(to);
    return `${readable(when.slice(0, 10), locale, near)}${to}${readable(until, locale, near)}, ${times}`;
  }
  if (!when || !ends) return readable(when, locale, near);
  const end = ends.length === 5 ? clockOf(ends, locale) : readable(ends, locale, near);
  return `${readable(when, locale, near)}${to}${end}`;
}

const DAILY = /^(?:daily|every day) until (\d{4}-\d{2}-\d{2})$/i;
/** Days that are listed for readers one by one; of more, they read that it is every day. */
const FEW_DAYS = 3;

/** The last day of something that is on several days in a row; empty where it repeats in another way, or not at all. */
export const lastDayOf = (repeats: unknown): string => DAILY.exec(String(repeats ?? ""))?.[1] ?? "";

/** The fields of something with the same times on each day from one to another. */
export function onDays(when: string, until: string): { repeats: string; repeats_as: "dates" | null } {
  const count = Math.round((Date.parse(until) - Date.parse(when.slice(0, 10))) / 86_400_000) + 1;
  return { repeats: `daily until ${until}`, repeats_as: count <= FEW_DAYS ? "dates" : null };
}

/** A time of the file, such as `13:00`, in words. */
export function clockOf(time: string, locale: string): string {
  const match = /^(\d{2}):(\d{2})$/.exec(time);
  return match ? clock(new Date(2024, 0, 1, +match[1], +match[2]), locale) : time;
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

/** The day of a moment, with the year where it is another one than this. */
export function dayOf(iso: string, locale: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const year = date.getFullYear() === new Date().getFullYear() ? {} : ({ year: "numeric" } as const);
  return new Intl.DateTimeFormat(localeOf(locale), { day: "numeric", month: "long", ...year, timeZone: zone }).format(date);
}

/** A moment in the newsletter's time zone, as all times of an issue are; the zone is named where this computer has another time. */
export function moment(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const shown = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: zone }).format(date);
  return shown + zoneNote(date);
}

let zone: string | undefined;

/** Show moments in a time zone from now on. */
export function showTimesIn(name: string): void {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: name });
    zone = name;
  } catch {
    zone = undefined; // a zone that this browser does not know: its own times are better than none
  }
}

/** The newsletter's time zone in brackets, where a clock there shows another time than this computer's. */
export function zoneNote(at = new Date()): string {
  if (!zone) return "";
  const clock = (timeZone?: string) => new Intl.DateTimeFormat("en-GB", { dateStyle: "short", timeStyle: "short", timeZone }).format(at);
  return clock(zone) === clock() ? "" : ` (${zone.split("/").pop()!.replaceAll("_", " ")} time)`;
}
