/** The shapes that the server and the app exchange. */
export type Key = string | number;
export type Path = Key[];
export type Json = any;

export interface Finding {
  id: string;
  code: string;
  name: string;
  severity: "error" | "warning" | "note";
  message: string;
  hint: string;
  path: Path | null;
  line: number | null;
  field_label?: string;
  /** Whether the field at its path is missing, and is not wrong. */
  missing?: boolean;
  /** What one click can do about it. */
  fixes: { label: string; old: string }[];
  can_ignore?: boolean;
  /** The list of the settings that a word can be added to, if it is right. */
  accepts?: string;
}

export interface Problem {
  message: string;
  hint?: string;
  line?: number | null;
  column?: number | null;
}

export interface IssueDocument {
  id: string;
  file: string;
  version: string;
  text: string;
  valid: boolean;
  document: Json | null;
  /** The heading that readers see above a kind of section without one of its own. */
  headings?: Record<string, string>;
  problem?: Problem | null;
  findings?: Finding[] | null;
  findings_for?: string | null;
  can_undo: boolean;
  can_redo: boolean;
  undo_label?: string | null;
  redo_label?: string | null;
  saved_at: string;
  merged?: boolean;
}

export type Edit =
  | { op: "set"; path: Path; value: Json }
  | { op: "insert"; path: Path; value: Json }
  | { op: "remove"; path: Path }
  | { op: "move"; path: Path; to: number | Path }
  | { op: "duplicate"; path: Path };

export interface IssueSummary {
  id: string;
  title: string;
  date: string;
  state: string;
  sent_at?: string | null;
  /** The segment that it was sent to; empty for everybody. */
  sent_to?: string;
  /** Whether it still has the title of a sample. */
  is_sample?: boolean;
  /** Whether its emails are saved and nobody receives them. */
  practice?: boolean;
  modified?: string;
  problem?: string | Problem | null;
}

export interface MergeTag {
  name: string;
  label: string;
  example?: string;
}

export interface Workspace {
  name: string;
  folder: string;
  ready: boolean;
  new?: boolean;
  /** What the settings say already of the first page's questions, while they still have sample answers. */
  setup?: Partial<Record<"name" | "newsletter" | "sender_name" | "sender_email" | "postal_address" | "language" | "timezone", string>> | null;
  problem?: Problem | string | null;
  locale: string;
  timezone: string;
  brand?: Record<string, Json>;
  provider?: Record<string, Json>;
  segments: (string | { name: string; label?: string; count?: number })[];
  merge_tags: MergeTag[];
  issues: IssueSummary[];
}

export interface Reader {
  id: string;
  label: string;
  segment?: string | null;
}

export interface InboxRow {
  client: string;
  from: string;
  /** The whole name of the sender, which `from` may cut. */
  sender: string;
  subject: string;
  preheader: string;
  [key: string]: Json;
}

export interface Inbox {
  rows: InboxRow[];
  size: { bytes: number; limit: number; sections: { label: string; bytes: number; path?: Path | null }[] };
}
