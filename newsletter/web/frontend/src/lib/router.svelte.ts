/** The page shown, as the address's hash names it: `#/` or `#/issues/ID/VIEW`. */
export type View = "form" | "email" | "findings" | "yaml" | "history" | "send";
const VIEWS: View[] = ["form", "email", "findings", "yaml", "history", "send"];

export interface Route {
  issue: string | null;
  view: View;
  page: "start" | "setup" | "issue";
}

function read(): Route {
  const parts = location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);
  if (parts[0] === "issues" && parts[1]) {
    const view = VIEWS.includes(parts[2] as View) ? (parts[2] as View) : "form";
    return { page: "issue", issue: parts[1], view };
  }
  return { page: parts[0] === "setup" ? "setup" : "start", issue: null, view: "form" };
}

export const router = $state<{ route: Route }>({ route: read() });
addEventListener("hashchange", () => (router.route = read()));

export function open(issue: string | null, view: View = "form"): void {
  location.hash = issue === null ? "#/" : `#/issues/${encodeURIComponent(issue)}/${view}`;
}
