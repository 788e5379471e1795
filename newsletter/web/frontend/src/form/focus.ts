/** Find the control of a field in the form: what one types into, before the buttons around it. */
import type { Path } from "../lib/types";
import { pathKey } from "../lib/paths";

const TYPED = "input:not([type=file], [tabindex='-1']), select, textarea, .ProseMirror";

export function controlIn(place: Element): HTMLElement | null {
  const inControl = TYPED.split(", ").map((one) => `.control ${one}`).join(", ");
  return place.querySelector<HTMLElement>(inControl) ?? place.querySelector<HTMLElement>(".choose") ?? place.querySelector<HTMLElement>(TYPED) ?? place.querySelector<HTMLElement>(".toggle, button");
}

/** Focus the field at a path, which is shown in the middle of the window if need be. */
export function focusField(root: Element, path: Path): boolean {
  const key = pathKey(path);
  const place = [...root.querySelectorAll("[data-path]")].find((element) => element.getAttribute("data-path") === key);
  const control = place && controlIn(place);
  if (!place || !control) return false;
  place.scrollIntoView({ block: "nearest" });
  control.focus({ preventScroll: true });
  return true;
}
