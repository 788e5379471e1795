/**
 * Edits that could not be saved, kept in the browser until they can, and what is half entered.
 *
 * Each page keeps its own, under a lock that it holds as long as it lives: what a page left behind that was closed is
 * taken over by one page, once, and what another page still works on is left to it.
 */
import type { LeftInput } from "./held.svelte";
import type { Edit, Json } from "./types";

export interface Batch {
  label: string;
  group?: string;
  edits: Edit[];
}

/** Edits, and the version of the issue that they were made in. */
export interface Kept {
  version?: string;
  base?: Json;
  batches: Batch[];
  /** What was half entered and is no edit yet. */
  input?: LeftInput[];
}

const PREFIX = "newsletter-unsaved:";

export class Unsaved {
  private readonly prefix: string;
  private readonly key: string;
  private readonly asked = new Set<string>();
  private readonly lives: Promise<void>;
  private end: () => void = () => {};
  private onstorage: ((event: StorageEvent) => void) | null = null;

  constructor(private readonly id: string) {
    this.prefix = `${PREFIX}${encodeURIComponent(id)}:`;
    this.key = `${this.prefix}${crypto.randomUUID()}`;
    this.lives = new Promise((resolve) => (this.end = resolve));
    void navigator.locks?.request(this.key, () => this.lives);
  }

  keep(kept: Kept): void {
    try {
      if (hasAny(kept)) localStorage.setItem(this.key, JSON.stringify(kept));
      else localStorage.removeItem(this.key);
    } catch {
      // without storage, the edits live in this tab alone
    }
  }

  /** Pass on what closed pages left behind, and what other pages leave when they are closed. */
  adopt(take: (kept: Kept) => void): void {
    const claim = (key: string) => {
      if (key === this.key || this.asked.has(key)) return;
      if (key === `${PREFIX}${this.id}`) return hand(key); // as an earlier release kept them, without a page's name
      if (!key.startsWith(this.prefix)) return;
      this.asked.add(key);
      if (!navigator.locks) return hand(key);
      void navigator.locks.request(key, () => {
        this.asked.delete(key);
        if (this.onstorage) hand(key);
      });
    };
    const hand = (key: string) => {
      const kept = read(key);
      localStorage.removeItem(key);
      if (hasAny(kept)) take(kept);
    };
    this.onstorage = (event) => event.key && event.newValue && claim(event.key);
    addEventListener("storage", this.onstorage);
    try {
      for (const key of Object.keys(localStorage)) claim(key);
    } catch {
      // without storage, nothing was kept
    }
  }

  /** Leave what is still unsaved to the next page. */
  close(): void {
    if (this.onstorage) removeEventListener("storage", this.onstorage);
    this.onstorage = null;
    this.end();
  }
}

const hasAny = (kept: Kept): boolean => Boolean(kept.batches.length || kept.input?.length);

function read(key: string): Kept {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(kept) ? { batches: kept } : kept;
  } catch {
    return { batches: [] };
  }
}

/** Forget what was kept under the name of an issue: a new one of that name does not get its edits. */
export function forgetUnsaved(id: string): void {
  try {
    for (const key of Object.keys(localStorage)) if (key === `${PREFIX}${id}` || key.startsWith(`${PREFIX}${encodeURIComponent(id)}:`)) localStorage.removeItem(key);
  } catch {
    // without storage, nothing was kept
  }
}
