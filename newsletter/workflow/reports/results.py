"""The results of an issue with its clicks by link and section, beside those of past issues."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from newsletter.errors import ContentError, NewsletterError
from newsletter.model.issue import Issue
from newsletter.preflight.text_spans import field_links, runs_of
from newsletter.workflow.report_issue import COUNTS, IssueReport, report_issue
from newsletter.workflow.session import SendSession

PAST_ISSUES = 6
"""How many past issues a result is compared with."""

ELSEWHERE = "Above and below the sections"
_TRACKING = ("utm_", "mc_", "pk_", "mtm_")


@dataclass(frozen=True, slots=True)
class LinkResult:
    """The clicks on one link, and the section that it stands in."""

    url: str
    clicks: int
    section: str


@dataclass(frozen=True, slots=True)
class PastResult:
    """The totals of a past issue."""

    issue: str
    totals: dict[str, int]


@dataclass(frozen=True, slots=True)
class IssueResults:
    """All that is known of how an issue was received."""

    issue: str
    title: str
    date: dt.date | None
    report: IssueReport
    links: tuple[LinkResult, ...] | None
    """None if the provider does not tell."""
    past: tuple[PastResult, ...]
    """The newest first."""

    @property
    def sections(self) -> list[tuple[str, int]]:
        """Return the clicks by section, the most first."""
        counts: Counter[str] = Counter()
        for one in self.links or ():
            counts[one.section] += one.clicks
        return counts.most_common()

    @property
    def facts(self) -> dict[str, Any]:
        """Return the results as data for scripts; the first four were there before."""
        return {
            "issue": self.issue,
            "reports": list(self.report.counts),
            "people": self.report.people,
            "totals": self.report.totals,
            "links": None if self.links is None else [
                {"url": one.url, "clicks": one.clicks, "section": one.section} for one in self.links
            ],
            "sections": [{"section": name, "clicks": clicks} for name, clicks in self.sections],
            "past": [{"issue": one.issue, "totals": one.totals} for one in self.past],
        }  # fmt: skip


def issue_results(session: SendSession, path: Path, *, past: int = 0) -> IssueResults:
    """Return the results of an issue, and of the past issues before it that were sent; raise UsageError if it was not.

    A past issue whose results the provider no longer has is left out.
    """
    report = report_issue(session, path)
    try:
        issue = session.workspace.load_path(path).issue
    except ContentError:  # changed since it was sent
        issue = None
    links = None if report.links is None else tuple(_placed(report, issue, session.workspace.settings.language))
    return IssueResults(
        path.stem,
        issue.title if issue else path.stem,
        issue.date if issue else None,
        report,
        links,
        tuple(_past(session, path, past)),
    )


def results_csv(results: IssueResults) -> str:
    """Return the results as a table for spreadsheets: a row for each send, the total, past issues and links."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["row", "issue", "name", "purpose", "state", *COUNTS])
    for one in results.report.counts:
        counts = [one[name] if one[name] is not None else "" for name in COUNTS]
        writer.writerow(["send", results.issue, one["audience"], one["purpose"], one["state"], *counts])
    for name, totals in ((results.issue, results.report.totals), *((one.issue, one.totals) for one in results.past)):
        kind = "total" if name == results.issue else "past issue"
        writer.writerow([kind, name, "", "", "", *(totals.get(count, "") for count in COUNTS)])
    clicks = COUNTS.index("clicks")
    for kind, name, section, count in (
        *(("link", one.url, one.section, one.clicks) for one in results.links or ()),
        *(("section", section, "", count) for section, count in results.sections),
    ):
        cells = ["" if at != clicks else count for at in range(len(COUNTS))]
        writer.writerow([kind, results.issue, _safe(name), _safe(section), "", *cells])
    return out.getvalue()


def _safe(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _past(session: SendSession, path: Path, count: int) -> Iterator[PastResult]:
    """Yield the totals of the issues before one, the newest first."""
    if not count:
        return
    with session.ledger() as ledger:
        sent = set(ledger.history.issues())
    paths = session.workspace.issue_paths()
    before = paths[: paths.index(path)] if path in paths else []
    found = 0
    for one in reversed(before):
        if found == count:
            return
        if one.stem not in sent:
            continue
        try:
            totals = report_issue(session, one).totals
        except NewsletterError:
            continue
        found += 1
        yield PastResult(one.stem, totals)


def _placed(report: IssueReport, issue: Issue | None, language: str) -> Iterator[LinkResult]:
    """Yield the links with the sections that they stand in; the same link in several counts for the first."""
    sections = _sections(issue, language) if issue else {}
    for one in report.links or ():
        yield LinkResult(one.url, one.clicks, sections.get(_bare(one.url), ELSEWHERE))


def _sections(issue: Issue, language: str) -> dict[str, str]:
    """Return the heading or the kind of the section of each link."""
    names = [
        str(getattr(section, "headline", None) or section.heading or section.kind.replace("_", " ").capitalize())
        for section in issue.sections
    ]
    found: dict[str, str] = {}
    for link in field_links(issue):
        if link.loc[:1] == ("sections",):
            found.setdefault(_bare(link.target), names[int(link.loc[1])])
    for run in runs_of(issue, language):
        for written in run.links if run.section is not None else ():
            found.setdefault(_bare(written.target), names[run.section or 0])
    return found


def _bare(url: str) -> str:
    """Return an address without what is added to count visits."""
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query) if not name.casefold().startswith(_TRACKING)]
    return urlunsplit((parts.scheme.casefold(), parts.netloc.casefold(), parts.path.rstrip("/"), urlencode(query), ""))


def rates(totals: dict[str, int]) -> dict[str, float]:
    """Return the counts that are compared, each as a part of the recipients."""
    sent = totals.get("sent") or 0
    names: Sequence[str] = ("hard_bounces", "unsubscribes", "complaints", "clicks", "opens")
    return {name: totals[name] / sent for name in names if sent and name in totals}
