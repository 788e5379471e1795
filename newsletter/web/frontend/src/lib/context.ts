/** What every part of an issue's page shares. */
import { getContext, setContext } from "svelte";
import type { Issue } from "./issue.svelte";
import type { Schema } from "./schema";
import type { Workspace } from "./types";

export interface Editing {
  issue: Issue;
  schema: Schema;
  workspace: Workspace;
}

const KEY = Symbol("editing");
export const provide = (editing: Editing): Editing => setContext(KEY, editing);
export const editing = (): Editing => getContext<Editing>(KEY);
