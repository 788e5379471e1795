/** What moves the form waits until the pointer has arrived and its button is up: else a click would miss its aim. */
const STILL_MS = 250;

let isDown = false;
let waiting: (() => void)[] = [];
let place: { x: number; y: number } | null = null;
let movedAt = -Infinity;
let timer: ReturnType<typeof setTimeout> | undefined;
const held = new Map<string, () => void>();

function release(): void {
  isDown = false;
  const due = waiting;
  waiting = [];
  // the click itself comes after the button is up
  if (due.length) setTimeout(() => due.forEach((run) => run()));
  if (held.size) wait();
}
addEventListener("pointerdown", () => (isDown = true), true);
for (const name of ["pointerup", "pointercancel", "dragend"]) addEventListener(name, release, true);
addEventListener(
  "pointermove",
  (event) => {
    place = { x: event.clientX, y: event.clientY };
    movedAt = performance.now();
  },
  { capture: true, passive: true },
);
// the email's frame keeps the movements in it to itself
addEventListener("pointerover", (event) => (place = { x: event.clientX, y: event.clientY }), { capture: true, passive: true });
// from then on, the focus is what counts
addEventListener("keydown", () => (place = null), true);

/** Run something now, or as soon as the button that is pressed is up. */
export function whenReleased(run: () => void): void {
  if (isDown) waiting.push(run);
  else run();
}

/** Run something now, or when the pointer rests; of the same name, only what was asked for last. */
export function whenStill(name: string, run: () => void): void {
  if (!isDown && performance.now() - movedAt > STILL_MS) {
    held.delete(name);
    return run();
  }
  held.set(name, run);
  wait();
}

function wait(): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (isDown) return; // its release waits anew
    if (performance.now() - movedAt <= STILL_MS) return wait();
    const due = [...held.values()];
    held.clear();
    due.forEach((run) => run());
  }, STILL_MS);
}

/** The element under the pointer; null where the keyboard was used since. */
export function pointedAt(): Element | null {
  return place && document.elementFromPoint(place.x, place.y);
}
