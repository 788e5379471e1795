"""Generate a page for each rule and the list of all rules, for tools/generate.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from newsletter.preflight.registry import built_in
from newsletter.preflight.rule import Checker, Example, Rule
from newsletter.preflight.runner import OWN_RULES

MADE = "<!-- Made by tools/generate.py from the check itself: change that, not this page. -->"

HEAD = f"""\
# What is checked

{MADE}

Each rule has a code and a name, and belongs to a group: `NL401`, `weekday-mismatch` and `dates`, for example. An
**error** prevents an issue from being sent. A **warning** is shown, and you decide. A **note** is for information.
[Errors in the file](../findings.md) and in the subscriber list have a separate page.

`newsletter check` also opens the page behind each link: [Check links](../links.md) explains what is requested, and how
to turn it off. `newsletter check --fix` fixes what can be fixed safely, and changes nothing else in the file. You can
[add rules of your own](../writing-a-check.md).

## Ignore a finding

If a finding is not a mistake, add the rule to `ignore` in the issue, with the reason. The rule is then ignored in this
issue. Under [`checks`](../settings.md#checks) in the settings, `ignore` applies to every issue.

```yaml
ignore:
  - rule: unconfirmed-detail
    because: We won’t know the venue before April
```

`rule` takes a name, a code or a group. `code: NL501` works too.

## Change a severity or turn a rule off

In `newsletter.yaml`, give a rule or a group another severity: `error`, `warning`, `note` or `off`.

```yaml
checks:
  severity:
    readability: off
    weekday-mismatch: warning
    text: note
```

The setting of a rule takes precedence over that of its group. Rules that protect against a wrong send, such as
`missing-unsubscribe-link`, are always errors, whatever the settings say: they are marked **always on** below.
"""


def pages(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield each page with its path."""
    runner = Checker("the checks themselves", OWN_RULES, lambda _subject: ())
    groups = (*built_in(), runner)
    yield folder / "README.md", "\n".join([HEAD, *(line for group in groups for line in _rows(group))])
    for group in groups:
        for rule in group.rules:
            yield folder / f"{rule.code}.md", _page(rule, group.group)


def _rows(check: Checker) -> Iterator[str]:
    group = f"Group: `{check.group}`\n\n" if check.group else ""
    title = f"{check.name[:1].upper()}{check.name[1:]}"
    yield f"## {title}\n\n{group}| Code | Name | Severity | What is wrong |\n| --- | --- | --- | --- |"
    for rule in check.rules:
        yield f"| [{rule.code}]({rule.code}.md) | `{rule.name}` | {_severity(rule)} | {rule.title} |"
    yield ""


def _severity(rule: Rule) -> str:
    return f"{rule.severity}, **always on**" if rule.always_on else str(rule.severity)


def _page(rule: Rule, group: str) -> str:
    parts = [
        f"# {rule.code} {rule.name}: {rule.title}\n\n{MADE}\n",
        "| | |\n| --- | --- |",
        f"| Severity | {_severity(rule)} |",
        *([f"| Group | `{group}` |"] if group else []),
        f"| Why it matters | {rule.why} |\n| How to fix it | {rule.fix} |\n",
        f"## Example with this mistake\n\n{_example(rule.wrong)}",
        f"## Example without it\n\n{_example(rule.right)}",
        "[All checks](README.md)\n",
    ]
    return "\n".join(parts)


def _example(example: Example) -> str:
    parts = [f"{example.says}\n"] if example.says else []
    parts += [
        f"{before}```yaml\n{fields.rstrip()}\n```\n"
        for before, fields in (
            ("", example.issue),
            ("The issue of the month before:\n\n", example.past),
            ("In `newsletter.yaml`:\n\n", example.settings),
        )
        if fields
    ]
    parts += [f"In `templates/{name}`:\n\n```jinja\n{text.rstrip()}\n```\n" for name, text in example.templates.items()]
    return "\n".join(parts)
