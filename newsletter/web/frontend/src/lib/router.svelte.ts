/** The page shown, as the address's hash names it: `#/`, `#/subscribers`, `#/settings` or `#/issues/ID/VIEW`. */
import { hasUnsaved, leaving, takeTyped } from "./unsaved_forms.svelte";

export type View = "form" | "email" | "findings" | "yaml" | "history" | "send";
const VIEWS: View[] = ["form", "email", "findings", "yaml", "history", "send"];

export interface Route {
  issue: string | null;
  view: View;
  page: "start" | "setup" | "issue" | "subscribers" | "settings";
}

function read(): Route {
  const parts = location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);
  if (parts[0] === "issues" && parts[1]) {
    const view = VIEWS.includes(parts[2] as View) ? (parts[2] as View) : "form";
    return { page: "issue", issue: parts[1], view };
  }
  const page = (["setup", "subscribers", "settings"] as const).find((one) => one === parts[0]) ?? "start";
  return { page, issue: null, view: "form" };
}

export const router = $state<{ route: Route }>({ route: read() });

/** Where in the browser's history the shown page is: a link leads one on, and Back and Forward to an entry with a number. */
const numberOf = (): number | null => (typeof history.state?.at === "number" ? history.state.at : null);
let at = numberOf() ?? 0;
history.replaceState({ at }, "");

addEventListener("hashchange", () => {
  const to = numberOf() ?? at + 1;
  if (to === at) return; // back from a page that was not left
  takeTyped();
  const next = read();
  if (hasUnsaved(next.issue !== null && next.issue === router.route.issue)) {
    const steps = to - at;
    history.go(-steps);
    leaving.proceed = () => history.go(steps);
    return;
  }
  at = to;
  history.replaceState({ at }, "");
  router.route = next;
});

export function open(issue: string | null, view: View = "form"): void {
  location.hash = issue === null ? "#/" : `#/issues/${encodeURIComponent(issue)}/${view}`;
}
