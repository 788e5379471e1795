"""Make the pages on the checks from their rules: one a code, and a list of all. tools/generate.py writes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from newsletter.preflight.registry import built_in
from newsletter.preflight.rule import Checker, Example, Rule
from newsletter.preflight.runner import OWN_RULES

MADE = "<!-- Made by tools/generate.py from the check itself: change that, not this page. -->"

HEAD = f"""\
# What `newsletter check` looks for

{MADE}

Each thing that it finds has a code. An **error** keeps an issue from being sent; a **warning** is shown, and you
decide; a **note** informs. What is wrong with the form of the file, and with the list of readers, has its own page:
[the findings](../findings.md).

If a finding is right as it is, say so in the issue, with the reason; then it is not shown again for this issue. Under
[`checks`](../settings.md#checks) in the settings the same holds for every issue.

```yaml
ignore:
  - code: NL501
    because: We shall not know the venue before April
```

It also opens the pages behind the links: [how links are looked at](../links.md) says what is asked, what is never sent,
and how to do without.

`newsletter check --fix` fixes what can be fixed safely, and changes nothing else in the file. To add a check of your
own, see [writing a check](../writing-a-check.md).
"""


def pages(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield each page with its path."""
    runner = Checker("the checks themselves", OWN_RULES, lambda _subject: ())
    groups = (*built_in(), runner)
    yield folder / "README.md", "\n".join([HEAD, *(line for group in groups for line in _rows(group))])
    for group in groups:
        for rule in group.rules:
            yield folder / f"{rule.code}.md", _page(rule)


def _rows(check: Checker) -> Iterator[str]:
    yield f"## {check.name[:1].upper()}{check.name[1:]}\n\n| Code | | What is wrong |\n| --- | --- | --- |"
    for rule in check.rules:
        yield f"| [{rule.code}]({rule.code}.md) | {rule.severity} | {rule.title} |"
    yield ""


def _page(rule: Rule) -> str:
    parts = [
        f"# {rule.code}: {rule.title}\n\n{MADE}\n",
        "| | |\n| --- | --- |",
        f"| How much it weighs | {rule.severity} |\n| Why it matters | {rule.why} |",
        f"| How to fix it | {rule.fix} |\n",
        f"## An example that brings it up\n\n{_example(rule.wrong)}",
        f"## One that does not\n\n{_example(rule.right)}",
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
