"""The results of an issue as one page that can be mailed: no script, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from newsletter.workflow.reports.results import IssueResults, rates

COUNT_NAMES = {
    "to_send": "Recipients",
    "sent": "Sent",
    "missing": "Not sent, as far as is known",
    "left_out": "Skipped: unsubscribed or bounced before",
    "waiting": "Waiting at the provider",
    "refused": "Refused by the server",
    "delivered": "Delivered",
    "hard_bounces": "Bounced (no such address)",
    "soft_bounces": "Bounced (temporary)",
    "unsubscribes": "Unsubscribed",
    "complaints": "Marked as spam",
    "clicks": "Clicked (some by security software)",
    "opens": "Opened (unreliable)",
    "machine_opens": "Of these, opened by programs",
}
"""The names of the counts, in the order in which they are shown."""

_COMPARED = {"sent": "Sent", "clicks": "Clicked", "unsubscribes": "Unsubscribed", "hard_bounces": "Bounced"}
_MOST_LINKS = 40
_CSS = """
:root { color-scheme: light dark; --ink: #1b262c; --soft: #56646c; --line: #d5dde1; --bar: #0b5a6b; --ground: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #eaf0f2; --soft: #a9b7bd; --line: #3a474d; --bar: #6cc3d5;
  --ground: #161d20; } }
* { box-sizing: border-box } body { margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; } main { max-width: 760px; margin: 0 auto; padding: 24px 16px 48px }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 } h2 { font-size: 1.15rem; margin: 36px 0 8px }
h3 { font-size: 1rem; margin: 18px 0 4px }
p { margin: 6px 0 } .soft { color: var(--soft) } table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: 6px 10px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap } td.u { word-break: break-all }
svg { display: block; width: 100%; height: auto; margin: 8px 0 16px } svg text { fill: var(--ink); font: 13px system-ui,
  sans-serif } svg rect { fill: var(--bar) } .wide { overflow-x: auto }
"""


def results_page(results: IssueResults, newsletter: str) -> str:
    """Return the page of an issue's results; `newsletter` is the name of the newsletter."""
    title = f"{newsletter}: results of {results.issue}"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_CSS}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(_parts(results, newsletter))
        + "\n</main>\n</body>\n</html>\n"
    )


def _parts(results: IssueResults, newsletter: str) -> Iterator[str]:
    totals = results.report.totals
    yield f"<h1>{escape(results.title)}</h1>"
    sent_on = f", {results.date.day} {results.date:%B %Y}" if results.date else ""
    yield f'<p class="soft">{escape(newsletter)}{escape(sent_on)}</p>'
    yield "<h2>Results</h2>"
    if len(results.report.counts) > 1:
        yield "<p>All sends together. A correction reaches the same people again, so it adds only those who left.</p>"
    yield _table(("What", "People", "Of those sent"), _counts(totals), numbers=(1, 2))
    yield (
        '<p class="soft">Opens are counted with a hidden picture that some email programs always load and others never '
        "do. Use them only to compare issues, if at all.</p>"
    )
    if results.past:
        yield "<h2>Beside past issues</h2>"
        yield from _comparison(results, totals)
    if results.links:
        sections = results.sections
        yield "<h2>Clicks by section</h2>"
        yield _bars([(name, clicks, f"{clicks:,}") for name, clicks in sections], "Clicks by section")
        yield "<h2>Clicks by link</h2>"
        rows = [(one.url, one.section, f"{one.clicks:,}") for one in results.links[:_MOST_LINKS]]
        yield _table(("Link", "Section", "Clicks"), rows, numbers=(2,), wide=(0,))
        if len(results.links) > _MOST_LINKS:
            yield f'<p class="soft">And {len(results.links) - _MOST_LINKS} more links.</p>'
    elif results.links is None:
        yield '<p class="soft">The provider does not tell which links were followed.</p>'


def _counts(totals: dict[str, int]) -> list[tuple[str, ...]]:
    sent = totals.get("sent") or 0
    rows: list[tuple[str, ...]] = []
    for name, words in COUNT_NAMES.items():
        if name in totals:
            is_part = sent and name not in {"to_send", "sent", "left_out", "missing", "waiting"}
            rows.append((words, f"{totals[name]:,}", f"{totals[name] / sent:.1%}" if is_part else ""))
    return rows


def _comparison(results: IssueResults, totals: dict[str, int]) -> Iterator[str]:
    """Yield a plot for each count that is compared, and the numbers as a table."""
    issues = [*((one.issue, one.totals) for one in reversed(results.past)), (results.issue, totals)]
    for name, words in _COMPARED.items():
        if not all(name in one for _, one in issues):
            continue
        if name == "sent":
            yield f"<h3>{words}</h3>"
            yield _bars([(issue, one[name], f"{one[name]:,}") for issue, one in issues], f"{words}, by issue")
            continue
        parts = [(issue, rates(one).get(name, 0.0), one[name]) for issue, one in issues]
        yield f"<h3>{words}, of those sent</h3>"
        yield _bars(
            [(issue, part, f"{part:.1%} ({count:,})") for issue, part, count in parts],
            f"{words} of those sent, by issue",
        )


def _bars(rows: Sequence[tuple[str, float, str]], label: str) -> str:
    """Return horizontal bars, each with its name and its number as text; they read in order for screen readers."""
    most = max((value for _, value, _ in rows), default=0) or 1
    lines, height = [], 30
    for number, (name, value, words) in enumerate(rows):
        top = number * height
        shown = name if len(name) <= 30 else f"{name[:29]}…"
        width = round(300 * value / most, 1)
        lines.append(
            f'<text x="0" y="{top + 19}">{escape(shown)}</text>'
            f'<rect x="230" y="{top + 6}" width="{width}" height="18" rx="3"/>'
            f'<text x="{238 + width}" y="{top + 19}">{escape(words)}</text>'
        )
    told = "; ".join(f"{name}: {words}" for name, _, words in rows)
    return (
        f'<svg viewBox="0 0 660 {len(rows) * height}" role="img" aria-label="{escape(f"{label}. {told}")}">'
        f"{''.join(lines)}</svg>"
    )


def _table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[int], wide: Sequence[int] = ()
) -> str:
    def cell(tag: str, at: int, text: str) -> str:
        kind = ' class="n"' if at in numbers else ' class="u"' if at in wide and tag == "td" else ""
        scope = ' scope="col"' if tag == "th" else ""
        return f"<{tag}{scope}{kind}>{escape(text)}</{tag}>"

    head = "".join(cell("th", at, text) for at, text in enumerate(heads))
    body = "\n".join(f"<tr>{''.join(cell('td', at, text) for at, text in enumerate(row))}</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></div>'
