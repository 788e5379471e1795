/** The edits of an open issue on their way into its file, and what becomes of those that cannot be saved yet. */
import { ApiError, describe, request } from "./api";
import { canWait, joined, textsOf, withEdits, writtenIn } from "./batches";
import type { LeftInput } from "./held.svelte";
import type { Issue } from "./issue.svelte";
import { isEqual } from "./paths";
import { strings } from "./strings";
import type { Edit, IssueDocument, Json, Path } from "./types";
import { Unsaved, type Batch, type Kept } from "./unsaved";

export interface Conflict {
  path: Path;
  theirs: Json;
  yours: Json;
}

export type SaveState = "saved" | "saving" | "unreachable" | "conflict" | "broken" | "gone" | "unreadable";

const RETRY_FIRST = 800;
const RETRY_LAST = 8000;

export class Saving {
  state = $state<SaveState>("saved");
  /** Why what was written cannot be saved at present, in the server's words; empty when it does not answer. */
  reason = $state("");
  conflict = $state.raw<Conflict | null>(null);
  inFlight: Promise<void> | null = null;

  private pending: Batch[] = [];
  private input: LeftInput[] = [];
  /** What is on its way to the server, and not in the document that was heard of last. */
  private sending: Batch | null = null;
  /** The version that a closed page made its edits in, which are now to be saved. */
  private origin: Omit<Kept, "batches"> = {};
  private readonly unsaved: Unsaved;
  /** What was in the file when it went away, or could not be read any more; null while it is there. */
  private away: { held: Json; hadPending: boolean } | null = null;
  private delay = RETRY_FIRST;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly issue: Issue) {
    this.unsaved = new Unsaved(issue.id);
  }

  get hasUnsaved(): boolean {
    return this.pending.length > 0 || this.inFlight !== null;
  }

  /** Whether edits are kept until the server answers, or the file is back. */
  get isWaiting(): boolean {
    return this.state === "unreachable" || this.isAway;
  }

  /** Whether the file is not there, or has a mistake that nothing can be saved over. */
  private get isAway(): boolean {
    return this.state === "gone" || this.state === "unreadable";
  }

  /** Save what pages that were closed could not. */
  start(): void {
    this.unsaved.adopt((kept) => void this.adopt(kept));
  }

  private async adopt(kept: Kept): Promise<void> {
    if (kept.batches.length) await this.adoptEdits(kept);
    if (kept.input?.length) this.adoptInput(kept.input);
  }

  /** Put what was half entered on a page that was closed into its boxes again. */
  private adoptInput(left: LeftInput[]): void {
    const lost = this.issue.input.adopt(left);
    if (lost.length < left.length) this.issue.tell(strings.status.inputRestored);
    if (lost.length) this.issue.error = strings.status.inputLost(lost.flatMap((one) => textsOf(one.content)).join(" "));
  }

  private async adoptEdits(kept: Kept): Promise<void> {
    if (this.pending.length || this.sending) this.pending.push(...kept.batches);
    else [this.pending, this.origin] = [kept.batches, { version: kept.version, base: kept.base }];
    this.issue.value = withEdits(this.issue.value, kept.batches);
    this.issue.tell(strings.status.restored);
    if (this.isWaiting) this.keep();
    else await this.flush();
  }

  private keep(): void {
    const edits = this.isWaiting && this.pending.length ? { ...this.made, batches: this.pending } : { batches: [] };
    this.unsaved.keep({ ...edits, input: this.input });
  }

  /** Keep what is half entered, for the time after this page was closed. */
  keepInput(input: LeftInput[]): void {
    this.input = input;
    this.keep();
  }

  /** The version that the edits were made in, and what it holds. */
  private get made(): Omit<Kept, "batches"> {
    return this.origin.version ? this.origin : { version: this.issue.doc?.version, base: this.issue.doc?.document };
  }

  close(): void {
    clearTimeout(this.timer);
    void this.flush().finally(() => this.unsaved.close());
  }

  /** Take edits to be saved; those of the same group in a row are one undo step. */
  add(edits: Edit[], label: string, group?: string): void {
    const last = this.pending.at(-1);
    if (last && group && last.group === group) last.edits = joined(last.edits, edits);
    else this.pending.push({ label, group, edits: [...edits] });
    if (this.isWaiting) this.keep();
    else void this.flush();
  }

  /** Return what the server answered, with what it has not heard of yet. */
  withPending(value: Json): Json {
    return withEdits(value, this.sending ? [this.sending, ...this.pending] : this.pending);
  }

  /** Send what is unsaved; one request at a time, so that a slow answer makes longer batches, not a queue. */
  flush(): Promise<void> {
    if (this.inFlight) return this.inFlight;
    if (!this.pending.length || !this.issue.doc || this.state === "conflict") return Promise.resolve();
    this.sending = this.pending.shift()!;
    if (!this.isWaiting) this.state = "saving";
    return this.run(this.save(this.sending));
  }

  /** Let what is edited in the meantime wait for an answer of the server, so that answers come in their order. */
  run(task: Promise<void>): Promise<void> {
    this.inFlight = task.finally(() => {
      this.inFlight = null;
      if (this.pending.length && (this.state === "saving" || this.state === "saved")) void this.flush();
    });
    return this.inFlight;
  }

  /** Wait until everything is saved; false where it could not be. */
  async settle(): Promise<boolean> {
    while (this.inFlight || (this.pending.length && this.state === "saving")) await (this.inFlight ?? this.flush());
    return !this.hasUnsaved;
  }

  private async save(batch: Batch): Promise<void> {
    try {
      const document = await this.post(batch);
      if (this.away) this.away.hadPending = true;
      this.sending = null;
      this.origin = {};
      this.issue.take(document);
      this.reached();
    } catch (error) {
      this.sending = null;
      if (canWait(error)) {
        this.pending.unshift(batch);
        this.unreachable(error);
      } else if (error instanceof ApiError && error.status === 409 && error.body.document && !error.body.document.document) {
        // somebody is at work in the file as text, or put a broken one in its place: there are no two versions to choose from
        this.pending.unshift(batch);
        this.origin = this.made; // what was written is of the version before
        this.goAway("unreadable");
        this.issue.doc = error.body.document;
      } else if (error instanceof ApiError && error.status === 409 && error.body.document) {
        this.pending.unshift(batch);
        this.origin = {};
        this.conflict = error.body.conflict ?? { path: batch.edits[0].path, theirs: undefined, yours: undefined };
        this.state = "conflict";
        this.issue.doc = error.body.document;
      } else {
        this.issue.error = `${describe(error)} ${strings.status.notSaved(writtenIn(batch))}`.trim();
        this.state = "broken";
        await this.issue.reload(true);
      }
    }
  }

  /** Post edits; a server that was started again does not know the version that they were made in, and is sent it. */
  private async post(batch: Batch): Promise<IssueDocument> {
    const { version, base } = this.made;
    const body = { version, label: batch.label, group: batch.group, edits: batch.edits };
    const address = `${this.issue.base}/edits`;
    try {
      return await request<IssueDocument>("POST", address, body);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409 || !error.body.conflict?.unknown || !base) throw error;
      return await request<IssueDocument>("POST", address, { ...body, base });
    }
  }

  /** End a conflict: with one's own words, which replace the other's, or with the other's. */
  resolve(keepMine: boolean): void {
    const batch = this.pending.shift();
    this.conflict = null;
    this.state = "saving";
    if (keepMine && batch) this.pending.unshift(batch);
    else this.issue.value = this.withPending(this.issue.doc?.document ?? this.issue.value);
    this.issue.revision++;
    void this.flush().then(() => {
      if (!this.hasUnsaved) this.state = "saved";
    });
  }

  /** Note that the server answered. */
  reached(): void {
    this.delay = RETRY_FIRST;
    if (this.state !== "conflict") this.state = this.pending.length ? "saving" : "saved";
    if (this.away && this.state === "saved" && this.issue.doc?.document) this.tellReturn(this.away);
    this.keep();
  }

  /** Note that the file is gone, or cannot be read. */
  goAway(state: "gone" | "unreadable"): void {
    this.away ??= { held: this.issue.saved, hadPending: false };
    this.state = state;
    this.keep();
    // one that comes back as it was is no change of which the server tells
    if (state === "gone") this.retryLater();
  }

  /** Say that the file is there again, and what became of it and of what was written meanwhile. */
  private tellReturn({ held, hadPending }: { held: Json; hadPending: boolean }): void {
    this.away = null;
    const words = strings.status;
    if (hadPending) this.issue.tell(words.backWithYours);
    else if (isEqual(held, this.issue.saved)) this.issue.tell(words.back);
    else this.issue.tell(words.backChanged, true);
  }

  /** Note that the server did not answer, or could not save, and try again in a while. */
  unreachable(error?: unknown): void {
    if (error instanceof ApiError && error.status === 404) this.goAway("gone");
    else this.state = "unreachable";
    this.reason = error instanceof ApiError ? describe(error) : "";
    this.keep();
    this.retryLater();
  }

  private retryLater(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.retry(), this.delay);
    this.delay = Math.min(this.delay * 1.6, RETRY_LAST);
  }

  retry(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.pending.length) void this.flush();
    else void this.issue.reload();
  }

  /** Note that the file, which was gone or could not be read, is there again, or another one in its place. */
  returned(): void {
    if (!this.isAway) return;
    this.retry();
  }
}
