/** What differs between two versions of an issue, field by field, in the words of the form. */
import { placeOf } from "../findings/place";
import { getAt, isEqual } from "./paths";
import { lastDayOf, readableSpan } from "./dates";
import { sampleHint } from "./samples";
import { humanized, type Schema } from "./schema";
import { strings } from "./strings";
import type { Json, Path } from "./types";
import { plainWords } from "./words";

export interface FieldChange {
  /** `Coming up › Coffee morning › When`. */
  place: string;
  /** What stands there now and in the other version; empty where it is not there. */
  now: string;
  then: string;
  /** Where it is in the other version, or would be. */
  path: Path;
}

/** The fields in which another version differs from what the issue holds now. */
export function changedFields(now: Json, then: Json, schema: Schema, locale: string, headings: Record<string, string> = {}): FieldChange[] {
  const found: FieldChange[] = [];
  compare(now, then, [], [], (path, left, right, isThen, was) => {
    const place = placeOf({ path }, { get: (one) => getAt(isThen ? then : now, one), doc: { headings } }, schema);
    found.push({ place, now: shown(left, locale, path), then: shown(right, locale, path), path: was });
  });
  return found;
}

type Report = (path: Path, now: Json, then: Json, isThen: boolean, was: Path) => void;

function compare(now: Json, then: Json, at: Path, was: Path, report: Report): void {
  if (isEqual(now ?? null, then ?? null)) return;
  if (Array.isArray(now) && Array.isArray(then)) return compareLists(now, then, at, was, report);
  if (isFields(now) && isFields(then)) {
    const names = new Set([...Object.keys(now), ...Object.keys(then)]);
    // when something takes place is one thing, whatever fields the file has it in
    if (("when" in now || "when" in then) && DATE.some((name) => !isEqual(now[name] ?? null, then[name] ?? null))) report([...at, "when"], spanIn(now), spanIn(then), !("when" in now), [...was, "when"]);
    if ("when" in now || "when" in then) for (const name of DATE) names.delete(name);
    for (const name of names) compare(now[name], then[name], [...at, name], [...was, name], report);
    return;
  }
  const isThen = now === undefined || now === null;
  report(isThen ? was : at, now, then, isThen, was);
}

const DATE = ["when", "ends", "repeats", "repeats_as"];
interface When {
  when?: string;
  ends?: string;
  repeats?: string;
}
const spanIn = ({ when, ends, repeats }: Json): When | undefined => (when === undefined ? undefined : { when, ends, repeats });

const isFields = (value: Json): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

/** Entries that are the same part of the issue in both versions are compared; the others were added or removed. */
function compareLists(now: Json[], then: Json[], at: Path, was: Path, report: Report): void {
  const left = new Set(then.keys());
  const pairs = new Map<number, number>();
  for (const isSame of [isEqual, (one: Json, other: Json) => nameOf(one) !== "" && nameOf(one) === nameOf(other)]) {
    now.forEach((entry, index) => {
      if (pairs.has(index)) return;
      const other = [...left].find((place) => isSame(entry, then[place]));
      if (other !== undefined) pairs.set(index, other), left.delete(other);
    });
  }
  // an entry whose name was changed too is the one at its place
  now.forEach((entry, index) => {
    if (!pairs.has(index) && left.has(index) && now.length === then.length && isFields(entry) === isFields(then[index])) pairs.set(index, index), left.delete(index);
  });
  now.forEach((entry, index) => {
    const other = pairs.get(index);
    if (other === undefined) report([...at, index], entry, undefined, false, was);
    else compare(entry, then[other], [...at, index], [...was, other], report);
  });
  for (const place of left) report([...was, place], undefined, then[place], true, [...was, place]);
}

const nameOf = (value: Json): string => (isFields(value) ? String(value.heading ?? value.title ?? value.name ?? value.kind ?? "") : "");

const LEAST = new Set(["kind", "focus", "crop"]);

/** A value as a person reads it; something that has no text of its own yet is named as that. */
const shown = (value: Json, locale: string, path: Path): string => (value === undefined || value === null ? "" : wordsOf(path.at(-1) === "image" ? fileName(value) : value, locale) || strings.history.noText);
/** A picture by the name of its file; where it is kept does not matter to who reads it. */
const fileName = (value: Json): string => String(value).split("/").pop() ?? "";

/** A value as a person reads it: its texts one after the other. */
function wordsOf(value: Json, locale: string): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map((one) => wordsOf(one, locale)).filter(Boolean).join(" · ");
  if (isFields(value) && value.when !== undefined) {
    const { when, ends, repeats, repeats_as: _, ...rest } = value;
    const days = lastDayOf(repeats);
    return [readableSpan(String(when), String(ends ?? ""), locale, "", days), days ? "" : repeats, wordsOf(rest, locale)].filter(Boolean).join(" · ");
  }
  if (isFields(value)) return Object.entries(value).filter(([name]) => !LEAST.has(name)).map(([name, one]) => wordsOf(name === "image" ? fileName(one) : name === "rule" ? humanized(String(one).replaceAll("-", "_")) : one, locale)).filter(Boolean).join(" · ");
  const until = lastDayOf(value);
  if (until) return strings.history.eachDay(readableSpan(until, "", locale));
  return sampleHint(value) === null ? readableSpan(plainWords(String(value)), "", locale) : "";
}
