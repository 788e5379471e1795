/** Days and times as people type them, in English and in the newsletter's language: `Sat 12 December, 10.30am to noon`. */
import { Clock, type Hour, type Span, dashes, inMinutes, spanOf } from "./clock_times";
import { localeOf } from "./dates";
import { type DayProblem, dayAfter, dayOfYear } from "./typed_days";

/** What a typed text says, in the file's form; or why it is not understood. */
export interface TypedWhen {
  start?: string;
  /** The end, where one was typed: a time of the same day, or a day with or without a time. */
  end?: string;
  /** The last of several days with the same times on each. */
  until?: string;
  hasTime?: boolean;
  problem?: Problem;
  /** What may have been meant instead. */
  proposals?: TypedWhen[];
}
export type Problem =
  | { kind: "unknown"; words: string }
  | DayProblem
  | { kind: "half"; hour: number }
  | { kind: "day" }
  | { kind: "start" }
  | { kind: "order" };

interface Side {
  weekday?: number;
  day?: number;
  month?: number;
  year?: number;
  hour?: Hour;
  /** A number that is a day or an hour, as what stands around it tells. */
  number?: number;
  isIso?: boolean;
}
interface NumberToken {
  kind: "weekday" | "month" | "number" | "year";
  value: number;
  also?: number;
  isDay?: boolean;
}
type Token =
  | NumberToken
  | { kind: "date"; day: number; month: number; year?: number; isIso?: boolean }
  | { kind: "hour"; hour: Hour }
  | { kind: "each"; words: string }
  | { kind: "to"; isDash: boolean }
  | { kind: "perhaps" };

const TO = new Set(["to", "till", "til", "until", "through", "bis", "hasta", "tan", "tot", "jusqu"]);
/** Words that mean `to` between two times, and nothing elsewhere. */
const PERHAPS = new Set(["a", "à", "au", "al", "and", "und", "y", "et", "i"]);
/** Words by which the times are those of each day. */
const EACH = new Set("each every both daily day days jeweils taglich tag beide beiden chaque jour jours cada dia ambos bob".split(" "));
const FILLERS = new Set(
  "on at from between the of starts starting am um von den der dem ab zwischen le la las los el du de del des entre y o ar dydd hrs hours uhr h heures heure th".split(" "),
);
const NOON = new Set(["noon", "midday", "mittag", "mittags", "midi", "mediodia"]);
const MIDNIGHT = new Set(["midnight", "mitternacht", "minuit", "medianoche"]);
const ALIASES: Record<string, string> = { weds: "wed", thurs: "thu", tues: "tue" };

const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** What a date without a year and a time without a day are read by. */
interface Place {
  /** The day that a date is near to. */
  near: string;
  locale: string;
  /** The day that a time alone belongs to. */
  saved: string;
  /** Whether it is told of as over. */
  isOver: boolean;
}

/** Read a text; `near` is the day that a date without a year is near to, `saved` the one that a time alone belongs to. */
export function parseTyped(text: string, near: string, locale: string, saved = "", isOver = false): TypedWhen {
  const found = tokensOf(dashes(text), locale);
  if ("words" in found) return { problem: { kind: "unknown", words: found.words } };
  const place = { near, locale, saved, isOver };
  const each = found.find((token) => token.kind === "each");
  const tokens = found.filter((token) => token.kind !== "each");
  const days = splitDays(tokens);
  if (days) return writtenDays(days, place);
  if (each) return { problem: { kind: "unknown", words: (each as { words: string }).words } };
  const sides = split(tokens);
  if (!sides) return { problem: { kind: "unknown", words: text.trim() } };
  const read = sides.parts.map((part) => sideOf(part));
  if (read.some((side) => side === null)) return { problem: { kind: "unknown", words: text.trim() } };
  const [left, right] = read as Side[];
  const isWord = sides.isWord;
  if (right) share(left, right, isWord);
  return written(left, right && isEmpty(right) ? undefined : right, place);
}

const isEmpty = (side: Side): boolean => Object.keys(side).length === 0;
const hasDay = (side: Side): boolean => side.day !== undefined && side.month !== undefined;

/** Give each side what only the other says: `12–14 December`, `10 to 12 on 13 March`, `13 March – 10am`. */
function share(left: Side, right: Side, isWord: boolean): void {
  for (const [side, other] of [[left, right], [right, left]]) {
    // `the 2nd and 3rd of March`
    if (side.day === undefined || hasDay(side) || side.number !== undefined || !hasDay(other)) continue;
    side.number = side.day;
    delete side.day;
  }
  if (!hasDay(left) && left.number !== undefined && hasDay(right) && !right.hour && right.number === undefined) {
    Object.assign(left, { day: left.number, month: right.month, year: right.year });
    delete left.number;
  } else if (hasDay(left) && !left.hour && left.number === undefined && !hasDay(right)) {
    if (right.number !== undefined && !right.hour) {
      Object.assign(right, { day: right.number, month: left.month, year: left.year });
      delete right.number;
    } else if (right.hour && !isWord) {
      left.hour = right.hour;
      left.weekday ??= right.weekday;
      for (const name of Object.keys(right)) delete right[name as keyof Side];
    }
  } else if (!hasDay(left) && hasDay(right) && (left.hour || left.number !== undefined)) {
    Object.assign(left, { day: right.day, month: right.month, year: right.year, weekday: left.weekday ?? right.weekday });
    for (const name of ["day", "month", "year", "weekday"] as const) delete right[name];
  }
}

function written(left: Side, right: Side | undefined, place: Place): TypedWhen {
  const { near, locale, saved, isOver } = place;
  const isIso = Boolean(left.isIso);
  const clock = new Clock(locale, isIso);
  const [from, to] = [left, right].map((side) => side && (side.hour ?? (side.number === undefined ? undefined : clock.bare(side.number))));
  const hasTimes = Boolean(from || to);
  if (!hasDay(left) && (left.day !== undefined || left.month !== undefined || left.weekday !== undefined || !hasTimes)) return { problem: { kind: "day" } };
  if (!hasDay(left) && !saved) return { problem: { kind: "day" } };
  const first = hasDay(left) ? dayOfYear(left, near, locale, "", isOver) : saved.slice(0, 10);
  if (typeof first !== "string") return { problem: first, proposals: proposed(first, (day) => written({ ...left, ...day }, right, place)) };
  let last = first;
  if (right && hasDay(right)) {
    const found = dayOfYear(right, right.year ? near : first, locale, right.year ? "" : first);
    if (typeof found !== "string") return { problem: found, proposals: proposed(found, (day) => written(left, { ...right, ...day }, place)) };
    last = found;
    if (last < first) return { problem: { kind: "order" } };
  }
  if (to && !from && last === first) return { problem: { kind: "start" } };
  const span: Span | Problem = spanOf(clock, from, to, last === first);
  if ("kind" in span) return { problem: span };
  const start = span.from === undefined ? first : `${first} ${inMinutes(span.from)}`;
  if (last !== first) return { start, end: span.to === undefined ? last : `${last} ${inMinutes(span.to)}`, hasTime: span.from !== undefined };
  if (span.to === undefined) return { start, hasTime: span.from !== undefined };
  return { start, end: span.isNextDay ? `${dayAfter(first)} ${inMinutes(span.to)}` : inMinutes(span.to), hasTime: true };
}

/** Several days with the same times on each: the first and the last day, and from when to when. */
interface Days {
  first: Side;
  last: Side;
  from: Side;
  to?: Side;
}

/** Read `16–17 January, 10am to 4pm`, `16–17 January, 10am` and `10am to 4pm on 16 and 17 January`; null for anything else. */
function splitDays(tokens: Token[]): Days | null {
  const places = tokens.flatMap((token, index) => (token.kind === "to" || token.kind === "perhaps" ? [index] : []));
  if (places.length !== 1 && places.length !== 2) return null;
  const parts = [...places, tokens.length].map((place, index) => tokens.slice(index ? places[index - 1] + 1 : 0, place));
  // `March 2-3, 2-4pm`: of two numbers, the first is the day
  const numbers = parts[1].flatMap((token) => (token.kind === "number" ? [token as NumberToken] : []));
  if (numbers.length === 2 && parts[1].length === 2) parts[1][0] = { ...numbers[0], isDay: true };
  const sides = parts.map((part) => sideOf(part, true));
  if (sides.some((side) => side === null || isEmpty(side))) return null;
  const [one, middle, other] = sides as [Side, Side, Side | undefined];
  const loose = (side: Side) => (hasDay(side) ? undefined : (side.day ?? side.number));
  if (!other) {
    // `10 to 12pm on 13 March` begins with a time, and has its hour before the day
    const isDays = loose(one) !== undefined && one.hour === undefined && middle.hour && hasDay(middle) && parts[1].at(-1)?.kind === "hour";
    return isDays ? { first: { ...one, day: loose(one), number: undefined, month: middle.month, year: middle.year }, last: { ...middle, hour: undefined }, from: { hour: middle.hour } } : null;
  }
  const isTime = (side: Side) => !hasDay(side) && side.day === undefined && side.weekday === undefined && side.month === undefined && (side.hour !== undefined || side.number !== undefined);
  const isDay = (side: Side) => side.hour === undefined && (side.day === undefined || side.number === undefined) && (hasDay(side) || (loose(side) !== undefined && side.month === undefined));
  const isBoth = middle.hour ? hasDay(middle) || loose(middle) !== undefined : middle.number !== undefined && middle.day !== undefined;
  if (!isBoth) return null;
  const time: Side = middle.hour ? { hour: middle.hour } : { number: middle.number };
  const day: Side = { ...middle, hour: undefined, ...(middle.day === undefined ? {} : { number: undefined }) };
  const days = isDay(one) && isTime(other) ? ([one, day, time, other] as const) : isTime(one) && isDay(other) ? ([day, other, one, time] as const) : null;
  if (!days) return null;
  const [first, last, from, to] = days.map((side) => ({ ...side }));
  for (const [side, full] of [[first, last], [last, first]]) {
    if (loose(side) === undefined || !hasDay(full)) continue;
    Object.assign(side, { day: loose(side), month: full.month, year: full.year });
    delete side.number;
  }
  if (!hasDay(first) || !hasDay(last)) return null;
  first.year ??= last.year !== undefined && (first.month! < last.month! || (first.month === last.month && first.day! < last.day!)) ? last.year : undefined;
  return { first, last, from, to };
}

function writtenDays({ first, last, from, to }: Days, place: Place): TypedWhen {
  const { near, locale, isOver } = place;
  const clock = new Clock(locale, Boolean(first.isIso));
  const start = dayOfYear(first, near, locale, "", isOver);
  if (typeof start !== "string") return { problem: start, proposals: proposed(start, (day) => writtenDays({ first: { ...first, ...day }, last: { ...last, year: undefined }, from, to }, place)) };
  const end = dayOfYear(last, last.year ? near : start, locale, last.year ? "" : start);
  if (typeof end !== "string") return { problem: end, proposals: proposed(end, (day) => writtenDays({ first, last: { ...last, ...day }, from, to }, place)) };
  if (end <= start) return { problem: { kind: "order" } };
  const [opens, closes] = [from, to].map((side) => side && (side.hour ?? clock.bare(side.number!)));
  const span = spanOf(clock, opens, closes, true);
  if ("kind" in span) return { problem: span };
  if (span.from === undefined || span.isNextDay) return { problem: { kind: "order" } };
  return { start: `${start} ${inMinutes(span.from)}`, end: span.to === undefined ? undefined : inMinutes(span.to), until: end, hasTime: true };
}

/** What is meant with each of the days that a problem offers in place of the one that was typed. */
function proposed(problem: Problem, read: (day: Side) => TypedWhen): TypedWhen[] {
  if (!("days" in problem)) return [];
  const sides = problem.days.map((day) => ({ day: +day.slice(8), month: +day.slice(5, 7) - 1, year: +day.slice(0, 4), weekday: undefined }));
  return sides.map(read).filter((when) => !when.problem);
}

/** The tokens before and after the word or dash between two times; null where there are more than one. */
function split(tokens: Token[]): { parts: Token[][]; isWord: boolean } | null {
  const isTime = (token: Token) => token.kind === "hour" || token.kind === "number";
  let places = tokens.flatMap((token, index) => (token.kind === "to" ? [index] : []));
  if (!places.length) places = tokens.flatMap((token, index) => (token.kind === "perhaps" && tokens.slice(0, index).some(isTime) && tokens.slice(index).some(isTime) ? [index] : [])).slice(-1);
  // `Sat 12 December – 10am to noon`: the dash only sets the day off
  if (places.length === 2 && (tokens[places[0]] as { isDash?: boolean }).isDash && !tokens.slice(0, places[0]).some((token) => token.kind === "hour")) places = places.slice(1);
  if (places.length > 1) return null;
  const solid = (part: Token[]) => part.filter((token) => token.kind !== "perhaps" && token.kind !== "to");
  if (!places.length) return { parts: [solid(tokens)], isWord: false };
  const parts = [solid(tokens.slice(0, places[0])), solid(tokens.slice(places[0] + 1))];
  const middle = tokens[places[0]];
  if (!parts[0].length || !parts[1].length) return null;
  return { parts, isWord: !(middle.kind === "to" && middle.isDash) };
}

/** What one side says; with `hasBoth`, a number beside an hour is a day. */
function sideOf(tokens: Token[], hasBoth = false): Side | null {
  const side: Side = {};
  const months = tokens.filter((token) => token.kind === "month");
  // a word that begins both, as `mar`: the weekday where a month is named as well
  const list = tokens.map((token): Token => (token.kind === "month" && token.also !== undefined && months.length > 1 && token === months[0] ? { kind: "weekday", value: token.also } : token));
  const month = list.findIndex((token) => token.kind === "month");
  let day = list.findIndex((token) => token.kind === "number" && token.isDay);
  if (day < 0 && month >= 0) day = list[month - 1]?.kind === "number" ? month - 1 : list[month + 1]?.kind === "number" ? month + 1 : -1;
  for (const [index, token] of list.entries()) {
    const taken = { weekday: side.weekday, month: side.month, number: side.number, year: side.year, hour: side.hour, date: side.day }[token.kind as "date"];
    if (taken !== undefined && index !== day) return null;
    if (token.kind === "weekday") side.weekday = token.value;
    else if (token.kind === "month") side.month = token.value;
    else if (token.kind === "year") side.year = token.value;
    else if (token.kind === "hour") side.hour = token.hour;
    else if (token.kind === "date") Object.assign(side, { day: token.day, month: token.month, ...(token.year ? { year: token.year } : {}), ...(token.isIso ? { isIso: true } : {}) });
    else if (token.kind === "number" && index === day) side.day = token.value;
    else if (token.kind === "number") side.number = token.value;
  }
  return side.hour && side.number !== undefined && !hasBoth ? null : side;
}

const PIECES: [RegExp, (match: RegExpExecArray, locale: string) => Token | null][] = [
  [/(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)/y, ([, year, month, day]) => ({ kind: "date", day: +day, month: +month - 1, year: +year, isIso: true })],
  [/(\d{1,2})\/(\d{1,2})(?:\/(\d{4}|\d{2}))?(?!\d)/y, numeric],
  [/(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})?(?!\d)/y, ([, day, month, year]) => ({ kind: "date", day: +day, month: +month - 1, ...yearOf(year) })],
  [/(\d{1,2})\s*(?:[:.]|h\s*)(\d{2})(?!\d)\s*(a\.?m\.?|p\.?m\.?)?(?!\p{L})/uy, ([all, hour, minute, half]) => ({ kind: "hour", hour: { hour: +hour, minute: +minute, half: halfOf(half), isFull: /^0|h/.test(all) } })],
  [/(\d{1,2})\s*(a\.?m\.?|p\.?m\.?)(?!\p{L})/uy, ([, hour, half]) => ({ kind: "hour", hour: { hour: +hour, minute: 0, half: halfOf(half), isFull: false } })],
  [/(\d{1,2})\s*(?:uhr|heures?|hrs|h)(?!\p{L})/uy, ([, hour]) => ({ kind: "hour", hour: { hour: +hour, minute: 0, isFull: true } })],
  [/(?:12\s*)?(\p{L}+)(?!\p{L})/uy, ([, word]) => (NOON.has(plain(word)) ? { kind: "hour", hour: { hour: 12, minute: 0, isFull: true } } : MIDNIGHT.has(plain(word)) ? { kind: "hour", hour: { hour: 24, minute: 0, isFull: true } } : null)],
  [/(\d{4})(?!\d)/y, ([, year]) => ({ kind: "year", value: +year })],
  [/(\d{1,2})(st|nd|rd|th|er|º|ª)?\.?(?![\d\p{L}])/uy, ([, number, ordinal]) => ({ kind: "number", value: +number, ...(ordinal ? { isDay: true } : {}) })],
  [/-/y, () => ({ kind: "to", isDash: true })],
  [/[&+]/y, () => ({ kind: "perhaps" })],
];
const yearOf = (year: string | undefined) => (year ? { year: +year + (year.length === 2 ? 2000 : 0) } : {});
const halfOf = (half: string | undefined) => (half ? (half.startsWith("a") ? ("am" as const) : ("pm" as const)) : undefined);

function numeric([, one, other, year]: RegExpExecArray, locale: string): Token {
  const [day, month] = localeOf(locale) === "en-US" ? [+other, +one] : [+one, +other];
  return { kind: "date", day, month: month - 1, ...yearOf(year) };
}

function tokensOf(text: string, locale: string): Token[] | { words: string } {
  const tokens: Token[] = [];
  let at = 0;
  next: while (at < text.length) {
    const space = /[\s,;()]+/y;
    space.lastIndex = at;
    if (space.test(text)) {
      at = space.lastIndex;
      continue;
    }
    for (const [pattern, make] of PIECES) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      const token = match && make(match, locale);
      if (!token) continue;
      tokens.push(token);
      at = pattern.lastIndex;
      continue next;
    }
    const word = /\p{L}[\p{L}\p{M}]*['’.]*/uy;
    word.lastIndex = at;
    const found = word.exec(text)?.[0];
    const token = found ? wordOf(found, locale) : null;
    if (!token) return { words: found?.replace(/[.'’]+$/, "") ?? text.slice(at).trim() };
    if (token !== "filler") tokens.push(token);
    at += found!.length;
  }
  return tokens;
}

function wordOf(word: string, locale: string): Token | "filler" | null {
  const bare = word.replace(/['’.]+$/, "").toLowerCase();
  if (TO.has(bare)) return { kind: "to", isDash: false };
  if (PERHAPS.has(bare)) return { kind: "perhaps" };
  if (EACH.has(plain(bare))) return { kind: "each", words: word };
  const month = nameIndex(bare, MONTHS(locale));
  const weekday = nameIndex(bare, WEEKDAYS(locale));
  if (month !== null) return { kind: "month", value: month, ...(weekday === null ? {} : { also: weekday }) };
  if (weekday !== null) return { kind: "weekday", value: weekday };
  return FILLERS.has(bare) ? "filler" : null;
}

/** The index of the name that a word is the short form of, or that it begins with three letters at least. */
function nameIndex(word: string, names: Name[]): number | null {
  const letters = plain(ALIASES[word] ?? word);
  const short = names.findIndex((name) => name.short.includes(letters));
  if (short >= 0) return short;
  const index = letters.length < 3 ? -1 : names.findIndex((name) => name.long.some((one) => one.startsWith(letters)));
  return index < 0 ? null : index;
}

interface Name {
  long: string[];
  short: string[];
}
function named(locale: string, part: "month" | "weekday", dates: Date[]): Name[] {
  const forms = (date: Date, style: "long" | "short") =>
    ["en-GB", localeOf(locale)].map((name) => plain(new Intl.DateTimeFormat(name, { [part]: style, ...(part === "month" && style === "long" ? { day: "numeric" } : {}) }).formatToParts(date).find((one) => one.type === part)?.value ?? "").replace(/\.$/, ""));
  const more = MORE_NAMES[locale.slice(0, 2)]?.[part] ?? [];
  return dates.map((date, index) => ({ long: [...forms(date, "long"), ...more.slice(index, index + 1)], short: [...forms(date, "short"), ...more.slice(index, index + 1)] }));
}
/** Names in languages that browsers do not know; from January, and from Sunday. */
const MORE_NAMES: Record<string, Record<"month" | "weekday", string[]>> = {
  cy: {
    month: "ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr".split(" "),
    weekday: "sul llun mawrth mercher iau gwener sadwrn".split(" "),
  },
};
const cached = <T>(make: (locale: string) => T) => {
  const known = new Map<string, T>();
  return (locale: string): T => known.get(locale) ?? (known.set(locale, make(locale)), known.get(locale)!);
};
const MONTHS = cached((locale) => named(locale, "month", Array.from({ length: 12 }, (_, month) => new Date(2024, month, 15))));
const WEEKDAYS = cached((locale) => named(locale, "weekday", Array.from({ length: 7 }, (_, day) => new Date(2023, 0, 1 + day, 12))));
