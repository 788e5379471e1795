/** What was added and is not filled in yet: until it is left, what is missing in it is no mistake. */
import { bySeverity } from "../findings/order";
import { keepForm, keptForm, type ShownPart } from "./kept_form";
import { isPrefix, keyOf, pathKey } from "./paths";
import { sampleHint } from "./samples";
import type { Finding, Json, Path } from "./types";

export class Drafts {
  /** Fields that were added and have no value yet, by the key of the part that they belong to. */
  shown = $state<Record<string, string[]>>({});
  /** Whether the check or the send panel was opened: from then on, everything that is missing is said. */
  seesAll = $state(false);
  private added = $state.raw<Path[]>([]);
  private left = $state.raw<Path[]>([]);

  constructor(private readonly valueAt: (path: Path) => Json) {}

  /** Remember what was added, with the fields that it shows although they are empty. */
  begin(path: Path, fields: string[] = []): void {
    this.added = [...this.added, path];
    this.left = this.left.filter((one) => !isPrefix(one, path) && !isPrefix(path, one));
    this.seesAll = false;
    const made = this.valueAt(path);
    if (fields.length && made && typeof made === "object") this.shown[keyOf(made, 0)] = fields;
  }

  leave(path: Path): void {
    if (!this.left.some((one) => isPrefix(one, path))) this.left = [...this.left, path];
  }

  fieldsOf(part: Json): string[] {
    return part && typeof part === "object" ? (this.shown[keyOf(part, 0)] ?? []) : [];
  }

  /** Show fields of a part although they are empty. */
  show(part: Json, names: string[]): void {
    if (part && typeof part === "object") this.shown[keyOf(part, 0)] = [...new Set([...this.fieldsOf(part), ...names])];
  }

  hide(part: Json, names: string[]): void {
    if (this.fieldsOf(part).length) this.shown[keyOf(part, 0)] = this.fieldsOf(part).filter((name) => !names.includes(name));
  }

  /** Remember the empty fields that are shown, until the issue is opened again. */
  keepShown(issue: string): void {
    const shown: ShownPart[] = [];
    const visit = (part: Json, path: Path) => {
      if (!part || typeof part !== "object") return;
      const fields = this.fieldsOf(part);
      const empty = fields.filter((name) => part[name] === undefined || part[name] === null);
      if (empty.length) shown.push({ path, name: nameOf(part), fields: empty });
      for (const [name, one] of Object.entries(part)) visit(one, [...path, Array.isArray(part) ? Number(name) : name]);
    };
    visit(this.valueAt([]), []);
    keepForm(issue, { shown });
  }

  /** Show them again, in the parts that are still at their places. */
  showKept(issue: string): void {
    for (const { path, name, fields } of keptForm(issue).shown) {
      const part = this.valueAt(path);
      if (part && nameOf(part) === name) this.show(part, fields);
    }
  }

  /** Whether a finding is about a text that only holds a place. */
  isSample(finding: Finding): boolean {
    return finding.path !== null && sampleHint(this.valueAt(finding.path)) !== null;
  }

  /** The findings; of a text that only holds a place the worst one, since all of them are shown as "write your own". */
  eachOnce(findings: Finding[]): Finding[] {
    const samples = new Map<string, Finding>();
    for (const finding of bySeverity(findings)) {
      if (this.isSample(finding) && !samples.has(pathKey(finding.path!))) samples.set(pathKey(finding.path!), finding);
    }
    return findings.filter((finding) => !this.isSample(finding) || samples.get(pathKey(finding.path!)) === finding);
  }

  isNew(finding: Finding): boolean {
    return finding.path !== null && this.added.some((path) => isPrefix(path, finding.path!));
  }

  /** Whether a finding is not said yet: a box that waits to be filled in, or a new part that lacks what it needs. */
  isQuiet(finding: Finding, isValid: boolean): boolean {
    if (this.seesAll || !finding.path || this.left.some((path) => isPrefix(path, finding.path!))) return false;
    return this.isSample(finding) || (!isValid && this.isNew(finding));
  }
}

const nameOf = (part: Json): string => JSON.stringify([part.kind, part.title, part.heading]);
