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
