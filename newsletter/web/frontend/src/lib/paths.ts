/** Immutable edits of plain JSON along a path, which keep the identity (and so the key) of everything they leave alone. */
import type { Edit, Json, Path } from "./types";

const keys = new WeakMap<object, number>();
let nextKey = 1;

/** A stable key of an entry of a list; it survives edits, moves and what the server answers. */
export function keyOf(value: unknown, index: number): string {
  if (typeof value !== "object" || value === null) return `line-${index}`;
  let key = keys.get(value);
  if (key === undefined) keys.set(value, (key = nextKey++));
  return `key-${key}`;
}

export const pathKey = (path: Path): string => JSON.stringify(path);

export function isPrefix(prefix: Path, path: Path): boolean {
  return prefix.length <= path.length && prefix.every((part, index) => part === path[index]);
}

export function getAt(value: Json, path: Path): Json {
  let found = value;
  for (const part of path) {
    if (found === null || typeof found !== "object") return undefined;
    found = found[part];
  }
  return found;
}

function copyOf(value: Json, isList: boolean): Json {
  if (value === null || typeof value !== "object") return isList ? [] : {};
  const copy = Array.isArray(value) ? [...value] : { ...value };
  const key = keys.get(value);
  if (key !== undefined) keys.set(copy, key);
  return copy;
}

function change(value: Json, path: Path, edit: (parent: Json, last: string | number) => void): Json {
  const copy = copyOf(value, typeof path[0] === "number");
  if (path.length === 1) edit(copy, path[0]);
  else copy[path[0]] = change(copy[path[0]], path.slice(1), edit);
  return copy;
}

export function applyEdit(value: Json, edit: Edit): Json {
  switch (edit.op) {
    case "set":
      return change(value, edit.path, (parent, last) => {
        if (edit.value === null || edit.value === undefined) {
          if (Array.isArray(parent)) parent.splice(last as number, 1);
          else delete parent[last];
        } else parent[last] = edit.value;
      });
    case "insert":
      return change(value, edit.path, (parent, last) => parent.splice(last as number, 0, edit.value));
    case "remove":
      return change(value, edit.path, (parent, last) => {
        if (Array.isArray(parent)) parent.splice(last as number, 1);
        else delete parent[last];
      });
    case "duplicate":
      return change(value, edit.path, (parent, last) =>
        parent.splice((last as number) + 1, 0, structuredClone(parent[last])),
      );
    case "move": {
      const moved = getAt(value, edit.path);
      let gone = edit.path;
      if (typeof edit.to !== "number")
        while (gone.length > 1 && Object.keys(getAt(value, gone.slice(0, -1)) ?? {}).length === 1) gone = gone.slice(0, -1);
      const without = applyEdit(value, { op: "remove", path: gone });
      const to = typeof edit.to === "number" ? [...edit.path.slice(0, -1), edit.to] : edit.to;
      return applyEdit(without, { op: "insert", path: to, value: moved });
    }
  }
}

/** The path that a place has once an entry was removed, and with it the lists and groups that it alone filled. */
export function afterRemoval(value: Json, removed: Path, place: Path): Path {
  let path = removed;
  while (path.length > 1 && Object.keys(getAt(value, path.slice(0, -1)) ?? {}).length === 1) path = path.slice(0, -1);
  const depth = path.length - 1;
  const [gone, at] = [path[depth], place[depth]];
  const isBehind = typeof gone === "number" && typeof at === "number" && at > gone && isPrefix(path.slice(0, -1), place);
  return isBehind ? place.map((part, index) => (index === depth ? at - 1 : part)) : place;
}

export const isEqual = (left: Json, right: Json): boolean => left === right || JSON.stringify(left) === JSON.stringify(right);

/** The path of the first place in which two values differ; null where they do not. */
export function changedAt(before: Json, after: Json, path: Path = []): Path | null {
  if (isEqual(before, after)) return null;
  if (typeof before !== "object" || typeof after !== "object" || !before || !after || Array.isArray(before) !== Array.isArray(after)) return path;
  const parts: Path = Array.isArray(after) ? [...after.keys()] : [...new Set([...Object.keys(after), ...Object.keys(before)])];
  const first = parts.find((part) => !isEqual(before[part], after[part]));
  // at the end of a list something is gone: what is shown is the entry before it
  if (first === undefined) return Array.isArray(after) && after.length ? [...path, after.length - 1] : path;
  return Array.isArray(after) && before.length !== after.length ? [...path, first] : changedAt(before[first], after[first], [...path, first]);
}

/** Return the new value, built from the parts of the old one wherever they are equal. */
export function reconcile(before: Json, after: Json): Json {
  if (before === after || isEqual(before, after)) return before;
  if (typeof before !== "object" || typeof after !== "object" || !before || !after) return after;
  if (Array.isArray(before) !== Array.isArray(after)) return after;
  const result = copyOf(after, false);
  const key = keys.get(before);
  if (key !== undefined) keys.set(result, key);
  if (!Array.isArray(after)) {
    for (const name of Object.keys(after)) result[name] = reconcile(before[name], after[name]);
    return result;
  }
  const left = [...before];
  const matches = after.map((entry) => {
    const index = left.findIndex((old) => old !== undefined && typeof old === "object" && isEqual(old, entry));
    return index < 0 ? undefined : left.splice(index, 1, undefined)[0];
  });
  after.forEach((entry, index) => {
    const old = matches[index] ?? (before.length === after.length ? left[index] : undefined);
    result[index] = old === undefined ? entry : reconcile(old, entry);
  });
  return result;
}
