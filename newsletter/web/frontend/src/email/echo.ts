/** Show a typed change in the email at once; the server's own rendering follows and replaces it. */
export interface TextChange {
  before: string;
  after: string;
}

interface Place {
  node: Text;
  offset: number;
}

const SPACE = /\s/;

/** Make a change of a field's text in the elements that show it, each all of it or a part; false where they show something else. */
export function echo(elements: Element[], change: TextChange): boolean {
  const parts = elements.map((element) => partOf(change, visibleText(element)));
  const isKnown = parts.every((part) => part !== null) && parts.some((part) => part !== "untouched");
  return isKnown && elements.every((element, index) => parts[index] === "untouched" || echoIn(element, parts[index] as TextChange));
}

/** The change as it concerns an element that shows some of the text; null where it does not, or shows it more than once. */
function partOf({ before, after }: TextChange, shown: string): TextChange | "untouched" | null {
  const seen = [...before.matchAll(/\S/g)].map((match) => match.index);
  const whole = before.replace(/\s+/g, "");
  const at = whole.indexOf(shown);
  if (shown === "" || at < 0 || whole.indexOf(shown, at + 1) >= 0) return null;
  const from = at === 0 ? 0 : seen[at];
  const to = at + shown.length === whole.length ? before.length : seen[at + shown.length - 1] + 1;
  const { start, end } = extent(before, after);
  if (start > to || before.length - end < from) return "untouched";
  if (start < from || before.length - end > to) return null;
  return { before: before.slice(from, to), after: after.slice(from, after.length - (before.length - to)) };
}

/** How many characters two texts have in common at their start, and at their end. */
function extent(before: string, after: string): { start: number; end: number } {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  return { start, end };
}

const visibleText = (element: Element): string => visiblePlaces(element).map(({ node, offset }) => node.data[offset]).join("");

function echoIn(element: Element, { before, after }: TextChange): boolean {
  const places = visiblePlaces(element);
  const { start, end } = extent(before, after);
  const removed = before.slice(start, before.length - end);
  let added = after.slice(start, after.length - end);
  if (removed.includes("\n") || added.includes("\n")) return false;
  const from = placeAfter(places, count(before.slice(0, start)));
  const to = placeAfter(places, count(before.slice(0, before.length - end)));
  const followsSpace = start > 0 && SPACE.test(before[start - 1]);
  const isSpaceThere = from.offset < from.node.data.length && SPACE.test(from.node.data[from.offset]);
  if (followsSpace && isSpaceThere) from.offset++;
  // the email has no space at the end of a text, the field has the one that was just typed
  else if (followsSpace && added !== "") added = ` ${added}`;
  if (removed === "") from.node.insertData(from.offset, added);
  else {
    const range = element.ownerDocument.createRange();
    range.setStart(from.node, from.offset);
    if (to.node === from.node && to.offset < from.offset) to.offset = from.offset;
    range.setEnd(to.node, to.offset);
    range.deleteContents();
    from.node.insertData(Math.min(from.offset, from.node.data.length), added);
  }
  return true;
}

const count = (text: string): number => text.replace(/\s+/g, "").length;

/** Where each character that is no space stands. */
function visiblePlaces(element: Element): Place[] {
  const places: Place[] = [];
  const walker = element.ownerDocument.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode as Text;
    for (let offset = 0; offset < node.data.length; offset++) if (!SPACE.test(node.data[offset])) places.push({ node, offset });
  }
  return places;
}

/** The place behind the first `characters` characters that are no spaces. */
function placeAfter(places: Place[], characters: number): Place {
  if (characters === 0) return { ...places[0] };
  const last = places[characters - 1];
  return { node: last.node, offset: last.offset + 1 };
}
