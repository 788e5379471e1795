/** What stands in the boxes of an issue's form and not in the issue, as half a link: where it is, and how it comes back. */
import { untrack } from "svelte";
import type { Drafts } from "./drafts.svelte";
import { getAt, isEqual, isPrefix, keyOf, pathKey } from "./paths";
import type { Json, Path } from "./types";

/** What is half entered: the name of the field, and where it is. */
export interface Held {
  label: string;
  path: Path;
  /** The kind of box, and what is in it, from which it is filled again after its card was removed or the page closed. */
  kind?: string;
  content?: Json;
}

/** What is half entered on a page that is closed, with the card that it is in, by which it is found again. */
export interface LeftInput extends Held {
  card: Json;
  /** The fields that the card showed although they were empty. */
  shown: string[];
}

/** What was half entered in a card that was removed, and the card itself. */
interface Removed {
  path: Path;
  value: Json;
  held: Held[];
}

export interface HeldIn {
  get(path: Path): Json;
  readonly opened: Record<string, boolean>;
  readonly drafts: Drafts;
  /** Called when what is half entered changes. */
  keep(left: LeftInput[]): void;
}

export class HeldInput {
  /** What is half entered, by the box. */
  private boxes = $state<Record<string, Held>>({});
  /** What is to be filled into boxes again. */
  private refill = $state.raw<Held[]>([]);
  private removed: Removed[] = [];
  private isKept = false;

  constructor(private readonly issue: HeldIn) {}

  /** The fields in which something is half entered, each once. */
  get list(): Held[] {
    return [...new Map(Object.values(this.boxes).map((one) => [pathKey(one.path), one])).values()];
  }

  /** The first field with something in its box that is not in the issue; empty if there is none. */
  get firstField(): string {
    return Object.values(this.boxes)[0]?.label ?? "";
  }

  /** Whether something is half entered in a part of the issue, or is about to be filled in again there. */
  isIn(path: Path): boolean {
    return Object.values(this.boxes).some((one) => isPrefix(path, one.path));
  }

  /** Whether a box of a part of the issue is to be filled in again. */
  isAwaited(path: Path): boolean {
    return this.refill.some((one) => isPrefix(path, one.path));
  }

  /** Note that a box holds what cannot be saved as it is, or no longer does. */
  hold(box: string, held: Held | null): void {
    untrack(() => {
      if (held === null && !(box in this.boxes)) return;
      if (held === null) delete this.boxes[box];
      else this.boxes[box] = held;
      this.keep();
    });
  }

  /** Keep what is half entered for the time after the page was closed; also when its card changes. */
  keep(): void {
    const left = [...this.with([]), ...this.refill];
    if (!left.length && !this.isKept) return;
    this.isKept = left.length > 0;
    this.issue.keep(left.map((one) => ({ ...one, card: this.issue.get(cardOf(one.path)), shown: this.issue.drafts.fieldsOf(this.issue.get(cardOf(one.path))) })));
  }

  /** What is half entered in a part of the issue and can be filled in again. */
  private with(path: Path): Held[] {
    return ($state.snapshot(Object.values(this.boxes)) as Held[]).filter((one) => one.kind && isPrefix(path, one.path));
  }

  /** Remember what is half entered in a card that is about to be removed, so that an undo brings it back. */
  remove(path: Path): void {
    const held = this.with(path);
    if (held.length) this.removed.push({ path, value: this.issue.get(path), held });
  }

  /** Fill in again what was half entered in a card that an undo brought back. */
  restore(before: Json): void {
    const back = this.removed.findLastIndex((one) => isEqual(this.issue.get(one.path), one.value) && !isEqual(getAt(before, one.path), one.value));
    if (back >= 0) this.fill(this.removed.splice(back, 1)[0].held);
  }

  /** Fill what is half entered in one card into another one like it. */
  copy(from: Path, to: Path): void {
    this.fill(this.with(from).map((one) => ({ ...one, path: [...to, ...one.path.slice(from.length)] })));
  }

  /** Fill in what a page that was closed left behind; what has no place any more is returned. */
  adopt(left: LeftInput[]): LeftInput[] {
    const lost: LeftInput[] = [];
    for (const { card, shown, ...held } of left) {
      const at = this.find(cardOf(held.path), card);
      if (!at) {
        lost.push({ card, shown, ...held });
        continue;
      }
      this.issue.drafts.show(this.issue.get(at), shown);
      this.fill([{ ...held, path: [...at, ...held.path.slice(at.length)] }]);
    }
    this.keep();
    return lost;
  }

  /** The place of a card: where it was, or where it is since it was moved, or others were added or removed. */
  private find(path: Path, card: Json): Path | null {
    if (!path.length || isEqual(this.issue.get(path), card)) return path;
    const places = entriesIn(this.issue.get([]), []).filter((one) => one.at(-2) === path.at(-2));
    const name = nameOf(card);
    // another program may have changed something in it
    const isSame = [(entry: Json) => isEqual(entry, card), (entry: Json) => name !== "" && nameOf(entry) === name];
    for (const is of isSame) {
      const found = places.find((one) => is(this.issue.get(one)));
      if (found) return found;
    }
    return null;
  }

  /** What is to be filled into a box again; it is given out once. */
  take(kind: string, path: Path): Json {
    const found = this.refill.find((one) => one.kind === kind && pathKey(one.path) === pathKey(path));
    if (found) untrack(() => (this.refill = this.refill.filter((one) => one !== found)));
    return found?.content;
  }

  private fill(held: Held[]): void {
    if (!held.length) return;
    for (const { path } of held) {
      path.forEach((part, index) => {
        const entry = this.issue.get(path.slice(0, index + 1));
        if (typeof part === "number" && entry !== undefined) this.issue.opened[keyOf(entry, part)] = true;
      });
      const name = path.at(-1);
      if (typeof name === "string") this.issue.drafts.show(this.issue.get(path.slice(0, -1)), [name]);
    }
    this.refill = [...this.refill, ...held];
  }
}

/** The path of the innermost entry of a list that a field is in; empty for a field of the issue itself. */
const cardOf = (path: Path): Path => path.slice(0, path.findLastIndex((part) => typeof part === "number") + 1);

/** The paths of the entries of all lists in a value. */
function entriesIn(value: Json, path: Path): Path[] {
  if (typeof value !== "object" || value === null) return [];
  const parts: Path = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return parts.flatMap((part) => [...(Array.isArray(value) ? [[...path, part]] : []), ...entriesIn(value[part], [...path, part])]);
}

const nameOf = (card: Json): string => (card && typeof card === "object" ? String(card.title ?? card.heading ?? card.name ?? "") : "");
