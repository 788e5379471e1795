/** One open issue: what its file holds, the edits that are not saved yet, and what other programs do to it. */
import { keepPlace } from "./anchor";
import { ApiError, UnreachableError, describe, issueAddress, request, takeEarly } from "./api";
import { canWait } from "./batches";
import { EmptySections } from "./empty_sections.svelte";
import { listen, type Listening } from "./events";
import { Findings } from "./findings.svelte";
import { type Held, HeldInput } from "./held.svelte";
import { applyEdit, changedAt, getAt, isEqual, keyOf, pathKey, reconcile } from "./paths";
import { isUnwritten } from "./samples";
import { Saving } from "./saving.svelte";
import { strings } from "./strings";
import type { TextChange } from "../email/echo";
import { CALL_FIELDS } from "../form/calls";
import type { Edit, IssueDocument, Json, Path } from "./types";

const TYPING_PAUSE = 1200;
const NOTICE = 4000;
const UNDO_NOTICE = 12_000;

/** What a change of a text is: one more keystroke, the last one of a sentence, or a step of its own. */
export type Step = "typing" | "last" | "own";

export class Issue {
  readonly id: string;
  doc = $state.raw<IssueDocument | null>(null);
  value = $state.raw<Json>(null);
  error = $state("");
  announcement = $state("");
  /** A word that goes away by itself: nothing to undo, a step taken back. */
  notice = $state("");
  /** Whether what the notice tells of can be undone. */
  canUndoNotice = $state(false);
  focused = $state.raw<Path | null>(null);
  wanted = $state.raw<{ path: Path; serial: number; selects: boolean } | null>(null);
  /** What an undo or redo changed, which is brought into sight. */
  revealed = $state.raw<{ path: Path; serial: number } | null>(null);
  /** Where a card that is being dragged would go. */
  drop = $state.raw<{ list: string; index: number } | null>(null);
  revision = $state(0);
  sendState = $state.raw<Json>(null);
  opened = $state<Record<string, boolean>>({});

  readonly saving: Saving;
  readonly findings: Findings;
  /** What is half entered in the form. */
  readonly input: HeldInput;
  /** The sections that were emptied, and may be written in again. */
  readonly empty: EmptySections;

  /** Shows a typed change in the email at once; true where it could. */
  onecho: ((path: Path, change: TextChange) => boolean) | null = null;
  /** Edits that only the server's next rendering shows. */
  unechoed = 0;

  private events: Listening | null = null;
  private typing = { group: "", at: 0, number: 0, isOver: false };
  private hasHeard = false;

  constructor(id: string) {
    this.id = id;
    this.empty = new EmptySections(id);
    this.saving = new Saving(this);
    this.findings = new Findings(this);
    const [saving, { drafts }] = [this.saving, this.findings];
    this.input = new HeldInput({ get: (path) => this.get(path), opened: this.opened, drafts, keep: (left) => saving.keepInput(left) });
  }

  get base(): string {
    return issueAddress(this.id);
  }

  get version(): string | undefined {
    return this.doc?.version;
  }

  get isValid(): boolean {
    return this.doc?.valid !== false;
  }

  /** What the file holds, without the edits that are not saved yet. */
  get saved(): Json {
    return this.doc?.document;
  }

  get canAsk(): boolean {
    return !this.saving.isWaiting;
  }

  get canUndo(): boolean {
    return Boolean(this.doc?.can_undo) || this.hasUnsaved;
  }

  get hasUnsaved(): boolean {
    return this.saving.hasUnsaved;
  }

  /** The fields in which something is half entered, each once. */
  get held(): Held[] {
    return this.input.list;
  }

  async load(): Promise<void> {
    this.take(await (takeEarly<IssueDocument>(this.base) ?? request<IssueDocument>("GET", this.base)));
    if (isUnwritten(this.value)) this.openEntries();
    this.findings.drafts.showKept(this.id);
    this.empty.load(this.sections);
    addEventListener("pagehide", this.keepShown);
    document.addEventListener("visibilitychange", this.keepShown);
    this.saving.start();
    this.listen();
  }

  /** Show the boxes of a new issue, which wait to be filled in. */
  private openEntries(): void {
    for (const section of this.value?.sections ?? []) {
      for (const [index, entry] of (section?.items ?? []).entries()) {
        this.opened[keyOf(entry, index)] = true;
        if (section.kind === "get_involved") this.findings.drafts.show(entry, CALL_FIELDS);
      }
    }
  }

  /** Keep which empty boxes are shown, for a page that is loaded anew. */
  private readonly keepShown = (): void => this.findings.drafts.keepShown(this.id);

  close(): void {
    this.keepShown();
    removeEventListener("pagehide", this.keepShown);
    document.removeEventListener("visibilitychange", this.keepShown);
    this.findings.close();
    this.events?.close();
    this.saving.close();
  }

  get(path: Path): Json {
    return getAt(this.value, path);
  }

  private get sections(): Json[] {
    return sectionsOf(this.value);
  }

  /** Apply edits at once and save them; edits of the same group in a row are one undo step. */
  edit(edits: Edit[], label: string, group?: string): void {
    const steps: [Edit, Json][] = [];
    for (const edit of edits) {
      steps.push([edit, this.value]);
      this.value = applyEdit(this.value, edit);
      this.empty.follow(sectionsOf(steps.at(-1)![1]), this.sections);
    }
    this.unechoed++;
    this.saving.add(edits, label, group);
    for (const [edit, before] of steps) this.findings.follow(edit, before);
    this.input.keep();
  }

  /**
   * Set one field; null or empty removes it. Typing in the same field without a pause is one undo step, up to where a
   * sentence ends; what is a `step` of its own, as a paste or a link, is undone alone.
   */
  set(path: Path, value: Json, label: string, step: Step = "typing"): void {
    const key = pathKey(path);
    const now = Date.now();
    if (this.typing.group !== key || now - this.typing.at > TYPING_PAUSE || this.typing.isOver || step === "own") this.typing.number++;
    this.typing = { group: key, at: now, number: this.typing.number, isOver: step !== "typing" };
    const parent = this.get(path.slice(0, -1));
    if (path.length > 1 && typeof path.at(-1) === "string" && (parent === undefined || parent === null)) {
      if (value === null || value === "") return;
      this.edit([{ op: "set", path: path.slice(0, -1), value: { [path.at(-1)!]: value } }], label, `${key}${this.typing.number}`);
      return;
    }
    this.edit([{ op: "set", path, value: value === "" ? null : value }], label, `${key}${this.typing.number}`);
  }

  /** Wait until everything is saved; false where it could not be. */
  settle(): Promise<boolean> {
    return this.saving.settle();
  }

  /** Show in the email what was just typed into a field. */
  echo(path: Path, change: TextChange): void {
    if (this.onecho?.(path, change)) this.unechoed--;
  }

  /** Read the document anew; an answer that an edit has outrun is not taken, as the edit's own is newer. */
  async reload(isForced = false): Promise<void> {
    const before = this.doc?.version;
    try {
      const found = await request<IssueDocument>("GET", this.base);
      if (!isForced && (this.saving.inFlight || this.doc?.version !== before)) return;
      this.take(found);
      this.saving.reached();
    } catch (error) {
      if (canWait(error)) this.saving.unreachable(error);
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
    const before = this.value;
    if (!(await this.act(name, {}, words))) return;
    this.tell(words);
    if (name === "undo") {
      this.input.restore(before);
      this.empty.restore(sectionsOf(before), this.sections);
    }
    const path = changedAt(before, this.value);
    if (path) this.revealed = { path, serial: (this.revealed?.serial ?? 0) + 1 };
  }

  /** Post to one of the issue's addresses that answers with the document. */
  async act(address: string, body: Json, words: string): Promise<boolean> {
    while (this.saving.inFlight) await this.saving.inFlight;
    let isDone = false;
    await this.saving.run(this.perform(address, body, words).then((done) => void (isDone = done)));
    return isDone;
  }

  private async perform(address: string, body: Json, words: string): Promise<boolean> {
    try {
      this.take(await request<IssueDocument>("POST", `${this.base}/${address}`, body));
      this.announce(words);
      this.saving.reached();
      return true;
    } catch (error) {
      if (error instanceof UnreachableError) this.saving.unreachable();
      else if (error instanceof ApiError && error.status < 500 && (address === "undo" || address === "redo")) this.tell(error.message);
      else this.error = describe(error);
      return false;
    }
  }

  async saveText(text: string): Promise<void> {
    this.saving.state = "saving";
    try {
      this.take(await request<IssueDocument>("POST", `${this.base}/text`, { version: this.doc!.version, text }));
      this.saving.reached();
    } catch (error) {
      if (error instanceof UnreachableError) this.saving.unreachable();
      else throw error;
    }
  }

  /** Show some words for a moment, and say them; longer, and with a button, where it can be undone. */
  tell(words: string, canUndo = false, spoken = words): void {
    [this.notice, this.canUndoNotice] = [words, canUndo];
    this.announce(spoken);
    setTimeout(() => this.notice === words && (this.notice = ""), canUndo ? UNDO_NOTICE : NOTICE);
  }

  announce(words: string): void {
    this.announcement = "";
    queueMicrotask(() => (this.announcement = words));
  }

  /** Ask the form to show and focus a field, and to select its text where it is to be typed over. */
  want(path: Path, selects = false): void {
    this.wanted = { path, selects, serial: (this.wanted?.serial ?? 0) + 1 };
  }

  /** Note that the wanted field is shown: whoever comes back to it has text there, which is not selected again. */
  found(): void {
    if (this.wanted?.selects) this.wanted = { ...this.wanted, selects: false };
  }

  /** Take what the server says the file holds. */
  take(doc: IssueDocument): void {
    const isNew = doc.version !== this.doc?.version;
    const before = this.value;
    const value = doc.document ? reconcile(before, this.saving.withPending(doc.document)) : before;
    const show = () => {
      [this.doc, this.value] = [doc, value];
      this.empty.follow(sectionsOf(before), this.sections);
    };
    // what the writer typed is there already: only what others changed may move the form
    if (value !== before || doc.valid !== this.doc?.valid) keepPlace(show);
    else show();
    if (value !== before) this.findings.compare(before);
    if (doc.findings && (doc.findings_for ?? doc.version) === doc.version) this.findings.take(doc.findings, doc.version);
    else this.findings.ask();
    if (isNew) this.revision++;
    if (value !== before) this.input.keep();
    if (doc.merged) this.announce(strings.status.merged);
  }

  private listen(): void {
    const { saving, findings } = this;
    this.events = listen(this.id, {
      open: () => saving.state === "unreachable" && saving.retry(),
      error: () => saving.state !== "unreachable" && !saving.inFlight && saving.unreachable(),
      document: (data) => void this.changedElsewhere(data),
      // what happened before the server listened was not told
      listening: () => {
        if (this.hasHeard || !findings.has(this.doc?.version)) void this.reload();
        this.hasHeard = true;
      },
      findings: (data) => {
        if (data.problem) findings.problem = [data.problem.message, data.problem.hint].filter(Boolean).join(" ");
        else if (data.findings && data.version === this.doc?.version) findings.take(data.findings, data.version);
      },
      links: (data) => findings.takeLinks(data.findings ?? []),
      // the settings, a template or the list of issues changed
      workspace: () => this.revision++,
      send: (data) => (this.sendState = data),
      gone: () => !saving.inFlight && saving.goAway("gone"),
    });
  }

  private async changedElsewhere(data: Json): Promise<void> {
    this.saving.returned();
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

const sectionsOf = (value: Json): Json[] => (Array.isArray(value?.sections) ? value.sections : []);
