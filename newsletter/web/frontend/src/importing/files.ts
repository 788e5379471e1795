/** Files that are dropped or picked, and what the server makes of them. */
import { request } from "../lib/api";
import type { Json } from "../lib/types";

export interface PreviewItem {
  title: string;
  facts: [string, string][];
  doubts: string[];
}

export interface PreviewSection {
  kind: string;
  heading: string;
  text: string;
  items: PreviewItem[];
  groups: [string, PreviewItem[]][];
  count: number;
  doubts: string[];
}

export interface Preview {
  title: string;
  date: string;
  month: string;
  is_taken: boolean;
  free_month: string;
  intro: string;
  sections: PreviewSection[];
  unplaced: string[];
  doubts: string[];
  left_out: string[];
  pictures: number;
  notes: string[];
}

export interface Recognised {
  name: string;
  /** The issues of an export that holds several. */
  posts: { id: string; label: string }[];
  preview: Preview | null;
}

export interface EventItem {
  title: string;
  when: string;
  ends?: string;
  where?: string;
  [field: string]: Json;
}

export interface OfferedEvents {
  name: string;
  events: { item: EventItem; chosen: boolean }[];
  known: number;
  outside: number;
  unread: string[];
  first: string;
  last: string;
}

/** Send a file as it is; `address` may have a query. */
export function sendFile<T>(address: string, file: File, query: Record<string, string> = {}): Promise<T> {
  const words = new URLSearchParams({ name: file.name, ...query });
  return request<T>("POST", `${address}?${words}`, new Blob([file], { type: "application/octet-stream" }));
}

/** Whether files are dragged, not a text or a card. */
export const hasFiles = (event: DragEvent): boolean => Boolean(event.dataTransfer?.types.includes("Files"));

/** The file of a drop that nothing else on the page has taken. */
export function droppedFile(event: DragEvent): File | null {
  if (event.defaultPrevented || !hasFiles(event)) return null;
  event.preventDefault();
  return event.dataTransfer?.files[0] ?? null;
}
