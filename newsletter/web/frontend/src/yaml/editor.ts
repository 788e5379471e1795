/** CodeMirror set up for the file. Loaded when the YAML tab is first opened. */
import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, Transaction } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Finding, Json, Problem } from "../lib/types";
import { completeFrom } from "./completion";

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent-text)", fontWeight: "600" },
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
  { tag: [tags.string, tags.content], color: "var(--text)" },
  { tag: [tags.number, tags.bool, tags.keyword, tags.atom], color: "var(--note-text)" },
  { tag: [tags.punctuation, tags.separator, tags.meta], color: "var(--muted)" },
]);
const look = EditorView.theme({
  "&": { height: "100%", fontSize: "13.5px", background: "var(--surface)", color: "var(--text)" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-gutters": { background: "var(--surface)", color: "var(--muted)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { background: "color-mix(in srgb, var(--accent) 8%, transparent)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { background: "color-mix(in srgb, var(--accent) 28%, transparent) !important" },
  ".cm-tooltip": { background: "var(--surface)", color: "var(--text)", border: "1px solid var(--line)", borderRadius: "8px", boxShadow: "var(--shadow-3)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--accent)", color: "var(--on-accent)" },
  ".cm-panels": { background: "var(--sunken)", color: "var(--text)" },
});

export function createEditor(parent: HTMLElement, text: string, label: string, schema: Json, onchange: (text: string) => void): EditorView {
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), highlightActiveLine(),
        highlightSelectionMatches(), indentUnit.of("  "), EditorState.tabSize.of(2), EditorView.lineWrapping,
        yaml(), syntaxHighlighting(colours), look, lintGutter(),
        autocompletion({ override: [completeFrom(schema)] }),
        // Escape, then Tab leaves the editor: that is how the keyboard gets out
        keymap.of([...completionKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !update.transactions.every((change) => change.annotation(Transaction.remote)))
            onchange(update.state.doc.toString());
        }),
      ],
    }),
  });
}

/** Bring in a text from elsewhere, changing only what differs: the cursor and the scroll place stay. */
export function replaceText(view: EditorView, text: string): void {
  const before = view.state.doc.toString();
  if (before === text) return;
  let start = 0;
  while (start < before.length && start < text.length && before[start] === text[start]) start++;
  let end = 0;
  while (end < before.length - start && end < text.length - start && before[before.length - 1 - end] === text[text.length - 1 - end]) end++;
  view.dispatch({
    changes: { from: start, to: before.length - end, insert: text.slice(start, text.length - end) },
    annotations: Transaction.remote.of(true),
  });
}

export function showProblems(view: EditorView, problem: Problem | null | undefined, findings: Finding[]): void {
  const doc = view.state.doc;
  const lineOf = (number: number) => doc.line(Math.min(Math.max(number, 1), doc.lines));
  const diagnostics: Diagnostic[] = findings
    .filter((finding) => finding.line)
    .map((finding) => {
      const line = lineOf(finding.line!);
      const severity = finding.severity === "note" ? "info" : finding.severity;
      return { from: line.from, to: line.to, severity, message: `${finding.message} ${finding.hint}` };
    });
  if (problem?.line) {
    const line = lineOf(problem.line);
    diagnostics.unshift({ from: line.from, to: line.to, severity: "error", message: `${problem.message} ${problem.hint ?? ""}` });
  }
  view.dispatch(setDiagnostics(view.state, diagnostics.sort((left, right) => left.from - right.from)));
}

export function goToLine(view: EditorView, number: number): void {
  const line = view.state.doc.line(Math.min(number, view.state.doc.lines));
  view.dispatch({ selection: { anchor: line.from }, effects: EditorView.scrollIntoView(line.from, { y: "center" }) });
  view.focus();
}
