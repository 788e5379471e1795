/** What the send panel shows, as the server answers it. */
import type { Json } from "../lib/types";
import type { Names } from "./plain";

export interface Step {
  id: string;
  state: "todo" | "done" | "blocked";
  message: string;
  at?: string | null;
}

/** What must be confirmed before a send: a number to type, and what is unusual about it. */
export interface Confirmation {
  phrase: string;
  facts: Record<string, string>;
  concerns: string[];
}

export interface SendState {
  fingerprint?: string | null;
  steps: Step[];
  /** Why practice emails are saved once more; empty where they are not. */
  again?: string | null;
  audience?: { total: number; samples?: number; left_out?: { reason: string; count: number }[]; segments?: { name: string; count?: number | null }[]; unsubscribe?: string[] } | null;
  names?: Names;
  /** Where emails are saved by a provider that sends nothing to anybody. */
  practice?: { folder: string; can_open?: boolean } | null;
  purposes?: Json[];
  confirmation?: Confirmation | null;
  schedule?: { possible?: boolean; earliest?: string | null; latest?: string | null; message?: string; undo_minutes?: number } | null;
  status?: Status | null;
  history?: { at?: string; when?: string; label?: string; message?: string; state?: string }[];
  test_to?: string[];
}

export interface Status {
  state: string;
  message?: string;
  hint?: string;
  can_cancel?: boolean;
  cancel_until?: string | null;
  needs_decision?: boolean;
  is_running?: boolean;
  done?: number;
  total?: number;
  at?: string | null;
}

/** Do something on the server; `step` is where it was asked for, and where its progress and its problem are shown. */
export type Act = (step: string, address: string, body: unknown) => Promise<boolean>;
