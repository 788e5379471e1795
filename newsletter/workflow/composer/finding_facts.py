"""Findings for the composer: each beside its field, with what can be done about it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Any

from newsletter.errors import UsageError
from newsletter.issue_file.editing.document import IssueDocument
from newsletter.issue_file.editing.edit import Edit, Operation, find_value, has_value
from newsletter.model.findings import Finding, Fix, Severity
from newsletter.preflight.fixes import fixed
from newsletter.workflow.composer.field_places import label_of, path_of_line, written_path
from newsletter.workflow.composer.issue_names import name_issues
from newsletter.workflow.composer.open_issue import OpenIssue, Snapshot

_PREHEADER = re.compile(r"(?<![`\w])[Pp]reheader(?![`\w])")
_IS_DOUBTFUL = re.compile(r"check the date\b")
_ON_LINE = re.compile(r"\bon line (\d+)\b")
DRAFTED, IMPORTED, EMPTY, MISSING = "NL309", "NL312", "NL042", "NL041"
_LINKED = re.compile(r"Turn the words into a link: \[[^\]]*\]\([^)]*\)\.")
_CHECKED_OFF = frozenset({DRAFTED, IMPORTED})
"""Findings that ask for something to be checked: they end when somebody says that it was."""

_PLAIN = {
    "NL920": (
        "Readers of this issue would find no link to unsubscribe.",
        (
            "The law in most countries requires one, and Gmail and Yahoo put newsletters without it into spam. It is "
            "usually at the end of every issue: whoever made your template can add it again."
        ),
    ),
}
"""What is said of a rule in the words of who writes the issue."""

_MISSING = {"NL480": "preheader"}
"""Rules that ask for a field of the issue which is not there yet, and the field."""

_MOST_WORDS = 40
"""Characters of the words that a change replaces, in what it is called."""

_WEIGHTS = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def finding_id(finding: Finding) -> str:
    """Return a short name of a finding, the same as long as it says the same about the same words."""
    words = f"{finding.code}\0{finding.message}\0{finding.excerpt}\0{finding.place.column}"
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]


def finding_facts(findings: Iterable[Finding], snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return findings as plain data, the worst first."""
    ordered = sorted(findings, key=lambda one: (_WEIGHTS[one.severity], one.place.line))
    facts = [_facts(finding, snapshot) for finding in ordered]
    # two rules that would make the same change of the same words say the same
    told: set[tuple[Any, ...]] = set()
    return [one for one in facts if not one["fixes"] or not one["excerpt"] or _is_first(_change_of(one), told)]


def _change_of(facts: dict[str, Any]) -> tuple[Any, ...]:
    return facts["line"], facts["excerpt"], tuple(one["label"] for one in facts["fixes"]), facts["column"]


def _is_first(change: tuple[Any, ...], told: set[tuple[Any, ...]]) -> bool:
    if change in told:
        return False
    told.add(change)
    return True


def _facts(finding: Finding, snapshot: Snapshot) -> dict[str, Any]:
    document = snapshot.document
    is_here = document is not None and finding.place.path.endswith(document.path.name)
    path = path_of_line(document.root, finding.place.line, finding.place.column) if document and is_here else None
    if is_here and finding.code in _MISSING:
        path = (_MISSING[finding.code],)
    elif path is not None and finding.missing:
        # it stands where the group of fields begins, which is its first field
        path = (*(path[:-1] if isinstance(path[-1], str) else path), finding.missing)
    elif path is not None and document is not None:
        path = written_path(document.data, path)
    return {
        "id": finding_id(finding),
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": _in_form_terms(_PLAIN.get(finding.code, (finding.message, ""))[0], snapshot),
        "hint": _in_form_terms(_PLAIN[finding.code][1] if finding.code in _PLAIN else _hint_of(finding), snapshot),
        "why": finding.why,
        "path": list(path) if path is not None else None,
        "missing": bool(finding.missing),
        "line": finding.place.line or None,
        "column": finding.place.column or None,
        "file": None if is_here else finding.place.path or None,
        "field_label": label_of(path),
        "excerpt": finding.excerpt,
        "fixes": [{"label": label, "old": old} for label, old in _fix_labels(finding, is_here=is_here)],
        "accepts": finding.acceptable.setting if finding.acceptable else "",
        "can_ignore": bool(finding.name) and finding.severity is not Severity.ERROR,
    }


def _fix_labels(finding: Finding, *, is_here: bool) -> list[tuple[str, str]]:
    """Return the label of each change that fixes a finding, and the words that it replaces."""
    if finding.code in _CHECKED_OFF:
        return [("I have checked it", "")]
    return [(_change("Change", "Delete", one.old, one.new), one.old) for one in _fixes(finding)] if is_here else []


def _change(change: str, delete: str, old: str, new: str) -> str:
    """Return what a fix does, with the verb for other words and the one for spaces that are too many."""
    if not old.strip() and not new.strip() and (count := len(old) - len(new)) > 0:
        return f"{delete} {'one space' if count == 1 else f'{count} spaces'}"
    return f"{change} “{old}” to “{new}”"


def _fixes(finding: Finding) -> list[Fix]:
    """Return the changes that fix a finding: the safe one, those to choose from, or that of the line as a whole."""
    if finding.fix is not None:
        return [finding.fix]
    if finding.offers:
        return list(finding.offers)
    old, new = finding.excerpt, finding.suggestion
    if not new or "\n" in new or old == new or _IS_DOUBTFUL.search(finding.hint):
        return []
    # the words that differ, whole
    first = next(
        (at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), min(len(old), len(new))
    )
    start = max(old.rfind(" ", 0, first), old.rfind('"', 0, first)) + 1
    last = 0
    while last < min(len(old), len(new)) - start and old[-1 - last] == new[-1 - last]:
        last += 1
    while last and not (old[-last].isspace() or old[-last] == '"'):
        last -= 1
    changed = old[start : len(old) - last], new[start : len(new) - last]
    return [Fix(line=finding.place.line, column=start + 1, old=changed[0], new=changed[1])] if all(changed) else []


def _in_form_terms(words: str, snapshot: Snapshot) -> str:
    """Return a message in the terms of the form: its name for the preheader, and fields in place of lines."""
    document = snapshot.document
    if document is not None and document.root is not None:
        words = _ON_LINE.sub(lambda found: _place_of_line(document, int(found[1])) or found[0], words)
    words = words.replace("the section a `heading`", "the section a name")
    words = _LINKED.sub("Select the words and use the link button.", words)
    return name_issues(_PREHEADER.sub(lambda found: "Preview text" if found[0][0] == "P" else "preview text", words))


def _hint_of(finding: Finding) -> str:
    """Return a hint; what the file deletes, the form removes or has no line of."""
    if finding.code in _CHECKED_OFF:
        return finding.hint.replace(
            ", or delete the comment above it if it is right as it is.",
            ". If it is right as it is, mark it as checked.",
        )
    if finding.acceptable is not None:
        return _accepting(finding, finding.acceptable.setting)
    if finding.code == MISSING:
        return ""
    if finding.code == EMPTY:
        return finding.hint.replace(", or delete the line.", ".")
    if finding.code == "NL303":
        return finding.hint.replace("or delete it", "or remove it")
    return finding.hint


def _accepting(finding: Finding, setting: str) -> str:
    """Return a hint with the list that the form adds words to, and with what is right."""
    hint = finding.hint
    for file in ("newsletter.yaml", "the settings"):
        hint = hint.replace(f"`{setting}` under `checks` in {file}", f"the accepted {setting}")
    right = " or ".join(f"“{one.new}”" for one in _fixes(finding))
    return hint.replace("Spell it as shown", f"Write {right}" if right else "Correct the spelling")


def accepted_words(finding: Finding) -> tuple[str, tuple[str, ...]]:
    """Return the setting whose words are never reported, and the words of a finding that belong there."""
    if finding.acceptable is None:
        raise UsageError("This finding is not about a word that can be accepted.", hint=finding.hint)
    return f"checks.{finding.acceptable.setting}", finding.acceptable.words


def _place_of_line(document: IssueDocument, line: int) -> str:
    """Return where a line is, such as `in the text of “Coffee morning”`; empty where there is no field."""
    path = path_of_line(document.root, line, 0)
    if path is None:
        return ""
    path = written_path(document.data, path)
    field, titles = label_of(path).lower(), []
    for length in range(1, len(path)):
        value = find_value(document.data, path[:length]) if has_value(document.data, path[:length]) else None
        if isinstance(value, dict) and isinstance(title := value.get("title") or value.get("heading"), str):
            titles.append(title)
    return f"in the {field} of “{titles[-1]}”" if titles else f"in the {field}"


def wanted(findings: Sequence[Finding], name: str) -> Finding:
    """Return the finding with a name; raise UsageError where it is no longer there."""
    found = next((one for one in findings if finding_id(one) == name), None)
    if found is None:
        raise UsageError("This finding is no longer there.", hint="The list is brought up to date in a moment.")
    return found


def fix(issue: OpenIssue, snapshot: Snapshot, finding: Finding, choice: int = 0) -> Snapshot:
    """Make one of the changes that fix a finding; what was only to be checked loses its mark."""
    if finding.code in _CHECKED_OFF:
        return issue.write_text(snapshot.version, _without_mark(snapshot.text, finding), "Marked something as checked")
    fixes = _fixes(finding)
    if not 0 <= choice < len(fixes):
        raise UsageError("This finding has no fix that can be made for you.", hint=finding.hint)
    result = fixed(snapshot.text, [finding.model_copy(update={"fix": fixes[choice]})])
    if not result.done:
        raise UsageError("The words have changed since.", hint="The list is brought up to date in a moment.")
    old, new = (_short(one) for one in (fixes[choice].old, fixes[choice].new))
    return issue.write_text(snapshot.version, result.text, _change("Changed", "Deleted", old, new))


def _short(words: str) -> str:
    return words if len(words) <= _MOST_WORDS else f"{words[: _MOST_WORDS - 1].rstrip()}…"


def _without_mark(text: str, finding: Finding) -> str:
    """Return a text without the comment that asks for something to be checked."""
    lines = text.splitlines(keepends=True)
    first = last = finding.place.line - 1
    if finding.code == DRAFTED:  # the mark is above what it is about
        first = last = next((at for at in range(first - 1, -1, -1) if lines[at].lstrip().startswith("# ✎")), -1)
    elif not lines[first].rstrip().endswith("."):  # a long comment goes on in the next lines
        while last + 1 < len(lines) and lines[last + 1].lstrip().startswith("#"):
            last += 1
            if lines[last].rstrip().endswith("."):
                break
    if first < 0 or not lines[first].lstrip().startswith("#"):
        raise UsageError("The words have changed since.", hint="The list is brought up to date in a moment.")
    return "".join([*lines[:first], *lines[last + 1 :]])


def ignore(issue: OpenIssue, snapshot: Snapshot, finding: Finding, reason: str) -> Snapshot:
    """Add a finding's rule to the issue's `ignore`, with the reason."""
    if not finding.name:
        raise UsageError("This finding cannot be ignored.", hint=finding.hint)
    if not reason.strip():
        raise UsageError("A reason is needed: why is the text right as it is?")
    data = snapshot.data if isinstance(snapshot.data, dict) else {}
    entry = {"rule": finding.name, "because": " ".join(reason.split())}
    count = len(data.get("ignore") or [])
    edit = Edit(op=Operation.INSERT, path=("ignore", count), value=entry)
    return issue.edit(snapshot.version, "Ignored a warning", [edit])[0]
