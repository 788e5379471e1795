/** Keep what a person works on where it is in the window while something appears or goes above it. */
import { flushSync } from "svelte";
import { pointedAt } from "./pointer";

const SCROLLER = "#main";
const AIMS = "button, a, input, textarea, select, label, .input, .head, .field, .picture, .finding";

/** Make a change of what is shown; the element that is worked on keeps its place in the window. */
export function keepPlace(change: () => void): void {
  const scroller = document.querySelector<HTMLElement>(SCROLLER);
  const anchor = scroller && anchorIn(scroller);
  if (!scroller || !anchor) return change();
  const before = anchor.getBoundingClientRect().top;
  flushSync(change);
  if (!anchor.isConnected) return;
  const shift = anchor.getBoundingClientRect().top - before;
  if (Math.abs(shift) < 0.5) return;
  const wanted = scroller.scrollTop + shift;
  if (wanted < 0) makeRoom(scroller, -wanted);
  scroller.scrollTop = Math.max(0, wanted);
}

/** What the pointer is on, where it was used last; otherwise the field that has the focus, or what stands at the top. */
function anchorIn(scroller: HTMLElement): Element | null {
  const pointed = pointedAt()?.closest(AIMS);
  if (pointed && scroller.contains(pointed)) return pointed;
  const focused = document.activeElement;
  if (focused && focused !== scroller && scroller.contains(focused) && isSeen(focused, scroller)) return focused;
  if (scroller.scrollTop === 0) return null;
  return [...scroller.querySelectorAll("[data-path]")].find((element) => isSeen(element, scroller) && element.getBoundingClientRect().top >= scroller.getBoundingClientRect().top) ?? null;
}

function isSeen(element: Element, scroller: Element): boolean {
  const [box, view] = [element.getBoundingClientRect(), scroller.getBoundingClientRect()];
  return box.bottom > view.top && box.top < view.bottom;
}

/** At the very top there is nothing to scroll back: some room is left above, until it is scrolled away. */
function makeRoom(scroller: HTMLElement, height: number): void {
  const content = scroller.firstElementChild as HTMLElement | null;
  if (!content) return;
  const room = parseFloat(content.style.marginTop || "0") + height;
  content.style.marginTop = `${room}px`;
  const onscroll = () => {
    if (scroller.scrollTop < room) return;
    scroller.removeEventListener("scroll", onscroll);
    if (content.style.marginTop !== `${room}px`) return;
    content.style.marginTop = "";
    scroller.scrollTop -= room;
  };
  scroller.addEventListener("scroll", onscroll, { passive: true });
}
