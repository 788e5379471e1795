/** One open issue: what its file holds, the edits that are not saved yet, and what other programs do to it. */
import { ApiError, UnreachableError, describe, request } from "./api";
import { applyEdit, getAt, isEqual, isPrefix, pathKey, reconcile } from "./paths";
import { strings } from "./strings";
import type { TextChange } from "../email/echo";
import type { Edit, Finding, IssueDocument, Json, Path } from "./types";

interface Batch {
  label: string;
  group?: string;
  edits: Edit[];
}

export interface Conflict {
  path: Path;
  theirs: Json;
  yours: Json;
}

export type SaveState = "saved" | "saving" | "unreachable" | "conflict" | "broken" | "gone";

const RETRY_FIRST = 800;
const RETRY_LAST = 8000;
const TYPING_PAUSE = 2500;

export class Issue {
  readonly id: string;
  doc = $state.raw<IssueDocument | null>(null);
  value = $state.raw<Json>(null);
  state = $state<SaveState>("saved");
  error = $state("");
  /** Why what was written cannot be saved at present, in the server's words; empty when it does not answer. */
  reason = $state("");
  announcement = $state("");
  findings = $state.raw<Finding[]>([]);
  conflict = $state.raw<Conflict | null>(null);
  focused = $state.raw<Path | null>(null);
  wanted = $state.raw<{ path: Path; serial: number; selects: boolean } | null>(null);
  /** Where a card that is being dragged would go. */
  drop = $state.raw<{ list: string; index: number } | null>(null);
  revision = $state(0);
  sendState = $state.raw<Json>(null);
  opened = $state<Record<string, boolean>>({});

  /** Shows a typed change in the email at once; true where it could. */
  onecho: ((path: Path, change: TextChange) => boolean) | null = null;
  /** Edits that only the server's next rendering shows. */
  unechoed = 0;

  private pending: Batch[] = [];
  private inFlight: Promise<void> | null = null;
  private delay = RETRY_FIRST;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private events: EventSource | null = null;
  private typing = { group: "", at: 0, number: 0 };

  constructor(id: string) {
    this.id = id;
  }

  get base(): string {
    return `/api/issues/${encodeURIComponent(this.id)}`;
  }

  get canUndo(): boolean {
    return Boolean(this.doc?.can_undo) || this.hasUnsaved;
  }

  get hasUnsaved(): boolean {
    return this.pending.length > 0 || this.inFlight !== null;
  }

  async load(): Promise<void> {
    this.take(await request<IssueDocument>("GET", this.base));
    const kept = readKept(this.id);
    if (kept.length) {
      this.pending = kept;
      this.value = this.withPending(this.value);
      this.announce(strings.status.restored);
      void this.flush();
    }
    this.listen();
  }

  close(): void {
    clearTimeout(this.timer);
    this.events?.close();
    void this.flush();
  }

  get(path: Path): Json {
    return getAt(this.value, path);
  }

  /** Apply edits at once and save them; edits of the same group in a row are one undo step. */
  edit(edits: Edit[], label: string, group?: string): void {
    for (const edit of edits) this.value = applyEdit(this.value, edit);
    this.unechoed++;
    const last = this.pending.at(-1);
    if (last && group && last.group === group) last.edits = joined(last.edits, edits);
    else this.pending.push({ label, group, edits: [...edits] });
    if (this.isWaiting) keep(this.id, this.pending);
    else void this.flush();
  }

  /** Whether edits are kept until the server answers, or the file is back. */
  private get isWaiting(): boolean {
    return this.state === "unreachable" || this.state === "gone";
  }

  /** Set one field; typing in the same field without a pause is one undo step. Null or empty removes the field. */
  set(path: Path, value: Json, label: string): void {
    const key = pathKey(path);
    const now = Date.now();
    if (this.typing.group !== key || now - this.typing.at > TYPING_PAUSE) this.typing.number++;
    this.typing.group = key;
    this.typing.at = now;
    const parent = this.get(path.slice(0, -1));
    if (path.length > 1 && typeof path.at(-1) === "string" && (parent === undefined || parent === null)) {
      if (value === null || value === "") return;
      this.edit([{ op: "set", path: path.slice(0, -1), value: { [path.at(-1)!]: value } }], label, `${key}${this.typing.number}`);
      return;
    }
    this.edit([{ op: "set", path, value: value === "" ? null : value }], label, `${key}${this.typing.number}`);
  }

  /** Show in the email what was just typed into a field. */
  echo(path: Path, change: TextChange): void {
    if (this.onecho?.(path, change)) this.unechoed--;
  }

  /** Send what is unsaved; one request at a time, so that a slow answer makes longer batches, not a queue. */
  flush(): Promise<void> {
    if (this.inFlight) return this.inFlight;
    if (!this.pending.length || !this.doc || this.state === "conflict") return Promise.resolve();
    const batch = this.pending.shift()!;
    if (!this.isWaiting) this.state = "saving";
    this.inFlight = this.save(batch).finally(() => {
      this.inFlight = null;
      if (this.pending.length && this.state === "saving") void this.flush();
    });
    return this.inFlight;
  }

  /** Wait until everything is saved; false where it could not be. */
  async settle(): Promise<boolean> {
    while (this.hasUnsaved && this.state === "saving") await (this.inFlight ?? this.flush());
    return !this.hasUnsaved;
  }

  private async save(batch: Batch): Promise<void> {
    try {
      const body = { version: this.doc!.version, label: batch.label, group: batch.group, edits: batch.edits };
      this.take(await request<IssueDocument>("POST", `${this.base}/edits`, body));
      this.reached();
    } catch (error) {
      if (canWait(error)) {
        this.pending.unshift(batch);
        this.unreachable(error);
      } else if (error instanceof ApiError && error.status === 409 && error.body.document) {
        this.pending.unshift(batch);
        this.conflict = error.body.conflict ?? { path: batch.edits[0].path, theirs: undefined, yours: undefined };
        this.state = "conflict";
        this.doc = error.body.document;
      } else {
        this.error = describe(error);
        this.state = "broken";
        await this.reload();
      }
    }
  }

  /** End a conflict: with one's own words, which replace the other's, or with the other's. */
  resolve(keepMine: boolean): void {
    const batch = this.pending.shift();
    this.conflict = null;
    this.state = "saving";
    if (keepMine && batch) this.pending.unshift(batch);
    else this.value = this.withPending(this.doc?.document ?? this.value);
    this.revision++;
    void this.flush().then(() => {
      if (!this.hasUnsaved) this.state = "saved";
    });
  }

  async reload(): Promise<void> {
    try {
      this.take(await request<IssueDocument>("GET", this.base));
      this.reached();
    } catch (error) {
      if (canWait(error)) this.unreachable(error);
      else this.error = describe(error);
    }
  }

  async undo(): Promise<void> {
    await this.step("undo", strings.status.undone(this.doc?.undo_label ?? ""));
  }

  async redo(): Promise<void> {
    await this.step("redo", strings.status.redone(this.doc?.redo_label ?? ""));
  }

  private async step(name: "undo" | "redo", words: string): Promise<void> {
    if (!(await this.settle())) return;
    this.typing.group = "";
    await this.act(name, {}, words);
  }

  /** Post to one of the issue's addresses that answers with the document. */
  async act(address: string, body: Json, words: string): Promise<boolean> {
    try {
      this.take(await request<IssueDocument>("POST", `${this.base}/${address}`, body));
      this.announce(words);
      this.reached();
      return true;
    } catch (error) {
      if (error instanceof UnreachableError) this.unreachable();
      else if (!(error instanceof ApiError && error.status === 409 && (address === "undo" || address === "redo")))
        this.error = describe(error);
      return false;
    }
  }

  async saveText(text: string): Promise<void> {
    this.state = "saving";
    try {
      this.take(await request<IssueDocument>("POST", `${this.base}/text`, { version: this.doc!.version, text }));
      this.reached();
    } catch (error) {
      if (error instanceof UnreachableError) this.unreachable();
      else throw error;
    }
  }

  announce(words: string): void {
    this.announcement = "";
    queueMicrotask(() => (this.announcement = words));
  }

  /** Ask the form to show and focus a field, and to select its text where it is to be typed over. */
  want(path: Path, selects = false): void {
    this.wanted = { path, selects, serial: (this.wanted?.serial ?? 0) + 1 };
  }

  findingsAt(path: Path): Finding[] {
    const key = pathKey(path);
    return this.findings.filter((finding) => finding.path && pathKey(finding.path) === key);
  }

  findingsWithin(path: Path): Finding[] {
    return this.findings.filter((finding) => finding.path && isPrefix(path, finding.path));
  }

  private take(doc: IssueDocument): void {
    const isNew = doc.version !== this.doc?.version;
    this.doc = doc;
    if (doc.findings && (doc.findings_for ?? doc.version) === doc.version) this.findings = doc.findings;
    if (doc.document) this.value = reconcile(this.value, this.withPending(doc.document));
    if (isNew) this.revision++;
    if (doc.merged) this.announce(strings.status.merged);
  }

  private withPending(value: Json): Json {
    try {
      for (const batch of this.pending) for (const edit of batch.edits) value = applyEdit(value, edit);
    } catch {
      // the place of an edit is gone; the server's answer to it says so
    }
    return value;
  }

  private reached(): void {
    this.delay = RETRY_FIRST;
    if (this.state !== "conflict") this.state = this.pending.length ? "saving" : "saved";
    keep(this.id, []);
  }

  private unreachable(error?: unknown): void {
    this.state = error instanceof ApiError && error.status === 404 ? "gone" : "unreachable";
    this.reason = error instanceof ApiError ? describe(error) : "";
    keep(this.id, this.pending);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.retry(), this.delay);
    this.delay = Math.min(this.delay * 1.6, RETRY_LAST);
  }

  retry(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.pending.length) void this.flush();
    else void this.reload();
  }

  private listen(): void {
    const events = new EventSource(`/api/events?issue=${encodeURIComponent(this.id)}`);
    this.events = events;
    const on = (name: string, handle: (data: Json) => void) =>
      events.addEventListener(name, (event) => handle(JSON.parse((event as MessageEvent).data || "{}")));
    events.onopen = () => this.state === "unreachable" && this.retry();
    events.onerror = () => this.state !== "unreachable" && !this.inFlight && this.unreachable();
    on("document", (data) => void this.changedElsewhere(data));
    on("findings", (data) => {
      if (!data.version || data.version === this.doc?.version) this.findings = data.findings ?? [];
    });
    on("links", (data) => (this.findings = withLinks(this.findings, data.findings ?? [])));
    // the settings, a template or the list of issues changed
    on("workspace", () => this.revision++);
    on("send", (data) => (this.sendState = data));
    on("gone", () => !this.inFlight && (this.state = "gone"));
  }

  private async changedElsewhere(data: Json): Promise<void> {
    if (this.state === "gone") {
      this.state = this.pending.length ? "saving" : "saved";
      void this.flush();
    }
    if (data.version && data.version === this.doc?.version) {
      // the settings, a template or a picture changed: only the email is another
      if (data.by && data.by !== "composer") this.revision++;
      return;
    }
    if (this.hasUnsaved) return;
    const before = this.value;
    await this.reload();
    if (data.by !== "composer" && !isEqual(before, this.value)) this.announce(strings.status.changedElsewhere);
  }
}

/** Whether an edit can be kept until the cause is gone: a stopped or restarted server, a full disk, a missing file. */
function canWait(error: unknown): boolean {
  if (error instanceof UnreachableError) return true;
  return error instanceof ApiError && (error.status >= 500 || [401, 403, 404].includes(error.status));
}

/** Leave out a `set` that a later one of the same field replaces. */
function joined(edits: Edit[], more: Edit[]): Edit[] {
  const last = edits.at(-1);
  if (more.length === 1 && more[0].op === "set" && last?.op === "set" && pathKey(last.path) === pathKey(more[0].path))
    return [...edits.slice(0, -1), more[0]];
  return [...edits, ...more];
}

function withLinks(findings: Finding[], links: Finding[]): Finding[] {
  const ids = new Set(links.map((finding) => finding.id));
  return [...findings.filter((finding) => !ids.has(finding.id)), ...links];
}

const storageKey = (id: string): string => `newsletter-unsaved:${id}`;

function keep(id: string, batches: Batch[]): void {
  try {
    if (batches.length) localStorage.setItem(storageKey(id), JSON.stringify(batches));
    else localStorage.removeItem(storageKey(id));
  } catch {
    // without storage, the edits live in this tab alone
  }
}

function readKept(id: string): Batch[] {
  try {
    return JSON.parse(localStorage.getItem(storageKey(id)) ?? "[]");
  } catch {
    return [];
  }
}
