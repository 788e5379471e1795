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

/** Make a change of a field's text in an element that shows the field; false where it shows something else. */
export function echo(element: Element, { before, after }: TextChange): boolean {
  const places = visiblePlaces(element);
  const shown = places.map(({ node, offset }) => node.data[offset]).join("");
  if (shown === "" || shown !== before.replace(/\s+/g, "")) return false;
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end++;
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
