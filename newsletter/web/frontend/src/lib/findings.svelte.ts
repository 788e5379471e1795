/** The findings of an open issue: those of the last check, without what an edit has settled since. */
import { Drafts } from "./drafts.svelte";
import { keepPlace } from "./anchor";
import { withLinks } from "./batches";
import { isPrefix, pathKey } from "./paths";
import { whenStill } from "./pointer";
import { isUnwritten } from "./samples";
import { isSettled, moved } from "./settled";
import type { Edit, Finding, Json, Path } from "./types";

/** What the findings are about. */
export interface Checked {
  get(path: Path): Json;
  readonly version: string | undefined;
  readonly isValid: boolean;
  readonly hasUnsaved: boolean;
  /** What the version holds that the findings are of. */
  readonly saved: Json;
  /** The field that has the focus. */
  readonly focused: Path | null;
  /** Whether the issue can be asked for at present. */
  readonly canAsk: boolean;
  reload(): Promise<void>;
}

const NO_PREVIEW = "NL480";
/** While one of these is written, the note that stands beside it waits. */
const INTRODUCING = new Set(["title", "intro"]);
const ASK_FIRST = 4000;
const ASK_LAST = 30000;

export class Findings {
  list = $state.raw<Finding[]>([]);
  /** Why the issue cannot be checked, in the server's words. */
  problem = $state("");
  /** What was added and is not filled in yet. */
  readonly drafts: Drafts;

  /** Those of the last check: a file with a mistake cannot be checked, and has only its own. */
  private checked = new Set<string>();
  /** The version that the findings are of; until it is that of the document, nothing is said to be fine. */
  private version = $state("");
  private heard = "";
  private asking: ReturnType<typeof setTimeout> | undefined;
  private patience = ASK_FIRST;
  private isClosed = false;

  constructor(private readonly issue: Checked) {
    this.drafts = new Drafts((path) => issue.get(path));
  }

  /** Whether the findings are those of what is shown. */
  get isChecked(): boolean {
    return this.issue.version !== undefined && this.version === this.issue.version && !this.issue.hasUnsaved;
  }

  /** Whether the findings of a version have arrived. */
  has(version: string | undefined): boolean {
    return this.heard === version;
  }

  at(path: Path): Finding[] {
    const key = pathKey(path);
    return this.list.filter((finding) => finding.path && pathKey(finding.path) === key && !this.isQuiet(finding));
  }

  within(path: Path): Finding[] {
    return this.list.filter((finding) => finding.path && isPrefix(path, finding.path) && !this.isQuiet(finding));
  }

  /** The findings without those of what was added a moment ago. */
  get settled(): Finding[] {
    return this.list.filter((finding) => !this.isQuiet(finding) || !(this.isUnwritten || finding.code === NO_PREVIEW || this.drafts.isNew(finding)));
  }

  /** Whether all that is wrong is what a new part lacks. */
  get isUnfinished(): boolean {
    const own = this.issue.isValid ? this.list : this.list.filter((finding) => !this.checked.has(finding.id));
    return own.length > 0 && own.every((finding) => this.isQuiet(finding));
  }

  /** Whether the issue is new and nothing was written in it, or looked for, yet. */
  private get isUnwritten(): boolean {
    return !this.drafts.seesAll && isUnwritten(this.issue.get([]));
  }

  private get isIntroducing(): boolean {
    const path = this.issue.focused;
    return path?.length === 1 && INTRODUCING.has(String(path[0]));
  }

  isQuiet(finding: Finding): boolean {
    return this.isUnwritten || (finding.code === NO_PREVIEW && !this.drafts.seesAll && this.isIntroducing) || this.drafts.isQuiet(finding, this.issue.isValid);
  }

  /** Take the findings of a version; they are shown when nothing is on its way to what they would move. */
  take(findings: Finding[], version: string): void {
    this.heard = version;
    this.patience = ASK_FIRST;
    clearTimeout(this.asking);
    whenStill("findings", () => {
      const saved = this.issue.saved;
      const fresh = findings.filter((finding) => !isSettled(finding, saved, (path) => this.issue.get(path)));
      const earlier = this.issue.isValid ? [] : this.list.filter((finding) => this.checked.has(finding.id) && fresh.every((one) => one.id !== finding.id));
      if (this.issue.isValid) this.checked = new Set(findings.map((finding) => finding.id));
      this.show(this.drafts.eachOnce([...fresh, ...earlier]));
      [this.version, this.problem] = [version, ""];
    });
  }

  takeLinks(findings: Finding[]): void {
    whenStill("links", () => this.show(withLinks(this.list, findings)));
  }

  /** Leave out what an edit settles, and let the others follow what they are about. */
  follow(edit: Edit, before: Json): void {
    this.show(
      this.list.flatMap((finding) => {
        const path = finding.path && moved(finding.path, edit);
        if (finding.path && !path) return [];
        const now = path === finding.path ? finding : { ...finding, path };
        return path === finding.path && isSettled(now, before, (place) => this.issue.get(place)) ? [] : [now];
      }),
    );
  }

  /** Leave out what a change by another program, or an undo, settles. */
  compare(before: Json): void {
    this.show(this.list.filter((finding) => !isSettled(finding, before, (place) => this.issue.get(place))));
  }

  private show(findings: Finding[]): void {
    const isSame = findings.length === this.list.length && findings.every((finding, index) => finding === this.list[index]);
    if (!isSame && JSON.stringify(findings) !== JSON.stringify(this.list)) keepPlace(() => (this.list = findings));
  }

  /** The findings come as an event; where it gets lost, they are asked for. */
  ask(): void {
    clearTimeout(this.asking);
    if (this.isClosed || this.problem) return;
    this.asking = setTimeout(() => this.issue.canAsk && void this.issue.reload(), this.patience);
    this.patience = Math.min(this.patience * 2, ASK_LAST);
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.asking);
  }
}
