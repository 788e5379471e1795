"""What a check looks at: the issue, where everything stands in it, what readers would get, and facts handed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import jinja2

from newsletter.errors import Place
from newsletter.issue_file.load_issue import LoadedIssue
from newsletter.issue_file.positions import FieldPath
from newsletter.model.branding import Presentation
from newsletter.model.campaign import Message
from newsletter.model.findings import Finding, Fix
from newsletter.model.issue import Issue
from newsletter.model.lint_settings import LintSettings
from newsletter.model.merge_tags import MergeTag
from newsletter.preflight.draft_marks import marks
from newsletter.preflight.html.page import Page
from newsletter.preflight.html.source_map import SourceMap, in_templates
from newsletter.preflight.links.status import LinkFact
from newsletter.preflight.rule import Rule
from newsletter.preflight.text.own_name_slips import OwnNameSlip, own_name_slips
from newsletter.preflight.text_spans import FieldLink, TextSpan, field_links, models_of, runs_of
from newsletter.render.builtin_templates import OwnTemplate

if TYPE_CHECKING:
    from pydantic import BaseModel

    from newsletter.render.logos import LogoFault
    from newsletter.render.translations import Catalogue


class SendChannel(Enum):
    """How far from this computer what is sent can come."""

    NOWHERE = "nowhere"
    """Into the outbox's folder, or to a service that is rehearsed on this computer."""
    OWN_SERVER = "own server"
    """Through a mail server of the sender's own choice."""
    SERVICE = "service"
    """Through a sending service."""


@dataclass(frozen=True, slots=True)
class AudienceFact:
    """How many people an issue would go to, and how many the one before went to (None where not known)."""

    name: str
    count: int
    last: int | None = None
    samples: int = 0
    """How many of them have an address that is meant for examples and tests."""
    unfilled: frozenset[str] = frozenset()
    """The merge tags for which none of them has a value."""


class ImageFact(NamedTuple):
    """What was found of an image file: how large it is once optimised, or why it cannot be read."""

    size: int = 0
    """In bytes."""
    content_type: str = ""
    error: OSError | None = None
    nearest: str = ""
    """A file with a similar name, if there is none with this name."""


@dataclass(frozen=True, slots=True)
class ExternalFacts:
    """What a check cannot find out by itself: each None or empty where it is not known."""

    today: dt.date | None = None
    links: Mapping[str, LinkFact] = field(default_factory=dict)
    """What was found behind the links, by the address as it is written; a link that is not there was not looked at."""
    audience: AudienceFact | None = None
    tags: Collection[str] | None = None
    """The names of the merge tags that can be filled."""
    provider: str = ""
    """The sending service, by its title."""
    way: SendChannel = SendChannel.NOWHERE
    unfilled: Callable[[MergeTag], str] | None = None
    """Why the sending service cannot fill a merge tag, in words; empty where it can."""
    added: int = 0
    """Bytes that the service adds to the HTML."""
    enclosed: int = 0
    """Bytes of the pictures that travel inside each message; those that lie on the web are not among them."""
    misspelt: Callable[[str, str], bool] | None = None
    """Whether a dictionary lacks a word, given in a language; where the language has none it lacks nothing."""
    settings: str = ""
    """The text of newsletter.yaml."""
    settings_path: str = "newsletter.yaml"
    """How findings on the settings name their file."""
    corrected: Callable[[str, str], str] | None = None
    """The nearest word that a dictionary has; empty if there is none."""
    templates: Callable[[], Sequence[OwnTemplate]] | None = None
    """The user's own templates where they differ from ours; asked for when one may be at fault."""
    theme_files: jinja2.BaseLoader | None = None
    """What finds a theme of the user's own."""
    has_dictionary: Callable[[str], bool] | None = None
    """Whether there is a dictionary of a language."""
    image: Callable[[str], ImageFact] | None = None
    """What is known of an image file, by the name that the issue gives it."""
    logo_faults: tuple[LogoFault, ...] = ()
    """The backgrounds that the logo could not be seen on."""
    translations: Callable[[str], Catalogue] | None = None
    """The built-in texts in a language."""
    takes_attachments: bool = True
    """Whether the provider can send an attachment."""
    takes_parts: bool = True
    """Whether the provider can send a part of an issue to some readers only."""
    takes_segments: bool = True
    """Whether the provider can send an issue to one segment."""
    segments: Callable[[], Sequence[str] | None] | None = None
    """The segments that somebody in the audience file is in; None where that is not known."""
    audience_file: str = ""
    """The name of the audience file."""


class PreviousIssue(NamedTuple):
    """An issue of another month, by the name of its file."""

    name: str
    issue: Issue
    runs: tuple[TextSpan, ...]


@dataclass(frozen=True)
class LintContext:
    """One issue to be looked at; `message` is None where it cannot be rendered."""

    loaded: LoadedIssue
    presentation: Presentation
    message: Message | None = None
    checking: LintSettings = field(default_factory=LintSettings)
    past: tuple[PreviousIssue, ...] = ()
    """The issues of the months before, oldest first."""
    facts: ExternalFacts = ExternalFacts()

    @property
    def issue(self) -> Issue:
        """Return the issue's content."""
        return self.loaded.issue

    @property
    def language(self) -> str:
        """Return the language of the issue as a whole."""
        return self.issue.language or self.presentation.language

    @cached_property
    def runs(self) -> tuple[TextSpan, ...]:
        """Return the issue's texts in order."""
        return runs_of(self.issue, self.presentation.language)

    @cached_property
    def models(self) -> tuple[tuple[FieldPath, BaseModel], ...]:
        """Return every part of the issue that has fields, with its location, the whole first."""
        return tuple(models_of(self.issue))

    @cached_property
    def field_links(self) -> tuple[FieldLink, ...]:
        """Return the links that are fields of their own."""
        return field_links(self.issue)

    @cached_property
    def own_name_slips(self) -> tuple[OwnNameSlip, ...]:
        """Return the slips in the organisation's own names, in order."""
        return tuple(own_name_slips(self.presentation, self.runs))

    @cached_property
    def marks(self) -> Mapping[FieldPath, tuple[int, str]]:
        """Return the parts that are marked as drafts of an earlier issue, each with its mark's line and words."""
        return {path: (line, words) for line, words, path in marks(self.loaded.source, self.loaded.places.root)}

    def is_marked(self, loc: FieldPath) -> bool:
        """Return whether a field is in a part that is marked as a draft."""
        return any(loc[:length] in self.marks for length in range(1, len(loc) + 1))

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """Return what readers see, parsed: the page for everybody, and after it those for segments."""
        if self.message is None:
            return ()
        markups = (self.message.html, *(one.html for one in self.message.variants))
        return tuple(Page(markup) for markup in dict.fromkeys(markups))

    @cached_property
    def whereabouts(self) -> SourceMap:
        """Return what finds the place in the issue of something that is seen on a page."""
        return SourceMap(self.issue, self.runs, self.field_links, self.presentation.language)

    def file_of(self, link: str) -> str:
        """Return the name of the file that a picture came from which the page shows by `cid:`; empty for others."""
        images = self.message.images if self.message else ()
        return next((one.name for one in images if link == f"cid:{one.cid}"), "")

    @cached_property
    def templates(self) -> Sequence[OwnTemplate]:
        """Return the user's own templates where they differ from those that come with newsletter."""
        return self.facts.templates() if self.facts.templates else ()

    def in_text(
        self,
        rule: Rule,
        run: TextSpan,
        start: int,
        end: int,
        message: str,
        *,
        hint: str = "",
        new: str | None = None,
        likely: Sequence[str] = (),
    ) -> Finding:
        """Return a finding on some letters of a text; `new` is what to write in their place, where that is safe.

        `likely` is what may be right instead, for a person to choose from.
        """
        place = self.loaded.places.within(run.loc, start)
        fix = self._fix(run, start, end, new) if new is not None else None
        finding = self._finding(rule, place, message, hint, fix)
        offers = tuple(offer for one in likely if (offer := self._fix(run, start, end, one)) is not None)
        return finding.model_copy(update={"offers": offers}) if offers else finding

    def on_field(self, rule: Rule, loc: FieldPath, message: str, *, hint: str = "", new: str | None = None) -> Finding:
        """Return a finding on a field's value; `new` is the whole value to write instead, where that is safe."""
        place = self.loaded.places.of(loc)
        fix = None
        if new is not None:
            written = self._line(place.line)[place.column - 1 :].partition(" #")[0].rstrip()
            fix = Fix(line=place.line, column=place.column, old=written, new=new) if written else None
        return self._finding(rule, place, message, hint, fix)

    def on_key(self, rule: Rule, loc: FieldPath, message: str, *, hint: str = "") -> Finding:
        """Return a finding on a field as such, at its name."""
        return self._finding(rule, self.loaded.places.key_of(loc), message, hint)

    def on_page(
        self, rule: Rule, message: str, *, words: str = "", needles: Sequence[str] = (), hint: str = ""
    ) -> Finding:
        """Return a finding on something that is seen on the rendered page, at the place that it comes from.

        That is the line of a template of the user's own that has one of the `needles`, or else where the issue, or a
        template, has the `words`, or else the issue as a whole.
        """
        spot = self.whereabouts.words(words) if words else None
        found = in_templates(self.templates, needles) if needles else None
        found = found or (in_templates(self.templates, [words]) if words and not spot else None)
        if found is not None:
            place, line = found
            return self._finding(rule, place, message, hint).model_copy(update={"excerpt": line})
        if spot is not None:
            return self.in_text(rule, *spot, message, hint=hint)
        own = ", ".join(one.name for one in self.templates)
        whose = f"It comes from a template; yours are {own}." if own else ""
        return self.on_issue(rule, f"{message} {whose}".strip(), hint=hint)

    def on_issue(self, rule: Rule, message: str, *, hint: str = "") -> Finding:
        """Return a finding on the issue as a whole: no line of it is to blame."""
        return self._finding(rule, Place(self.loaded.places.of(()).path), message, hint)

    def on_settings(self, rule: Rule, words: str, message: str, *, hint: str = "") -> Finding:
        """Return a finding on the settings, at the line of theirs that `words` stand in, where that is known."""
        lines = self.facts.settings.splitlines() if words else []
        found = next(((number, line) for number, line in enumerate(lines, 1) if words in line), None)
        number, line = found or (0, "")
        place = Place(self.facts.settings_path, number, line.index(words) + 1 if found else 0)
        return self._placed(rule, place, message, hint, line)

    def on_place(  # noqa: PLR0917  the parts of one finding
        self, rule: Rule, place: Place, message: str, hint: str = "", excerpt: str | None = None, suggestion: str = ""
    ) -> Finding:
        """Return a finding at a place that is known already, in the issue's file or (with `excerpt`) in another.

        `suggestion` is the line to write instead where that is a guess, so that it cannot be fixed automatically.
        """
        line = self._line(place.line) if excerpt is None else excerpt
        return self._placed(rule, place, message, hint, line).model_copy(update={"suggestion": suggestion})

    def on_letters(self, rule: Rule, line: int, column: int, old: str, new: str, message: str, hint: str) -> Finding:  # noqa: PLR0917
        """Return a finding on letters of a line of the file, with what to write in their place."""
        place = Place(self.loaded.places.of(()).path, line, column)
        return self._finding(rule, place, message, hint, Fix(line=line, column=column, old=old, new=new))

    def _finding(self, rule: Rule, place: Place, message: str, hint: str, fix: Fix | None = None) -> Finding:
        return self._placed(rule, place, message, hint, self._line(place.line), fix)

    @staticmethod
    def _placed(  # noqa: PLR0917  the parts of one finding
        rule: Rule, place: Place, message: str, hint: str, line: str, fix: Fix | None = None
    ) -> Finding:
        return Finding(
            code=rule.code,
            name=rule.name,
            severity=rule.severity,
            message=message,
            place=place,
            hint=hint or rule.fix,
            why=rule.why,
            excerpt=line,
            suggestion=(fix.applied(line) or "") if fix else "",
            fix=fix if fix and fix.applied(line) is not None else None,
        )

    def _fix(self, run: TextSpan, start: int, end: int, new: str) -> Fix | None:
        """Return the change of these letters in the file, where they stand in one line of it as they are."""
        place = self.loaded.places.within(run.loc, start)
        old = run.text[start:end]
        if not old or "\n" in old or not self._line(place.line).startswith(old, place.column - 1):
            return None
        return Fix(line=place.line, column=place.column, old=old, new=new)

    def _line(self, number: int) -> str:
        return self.loaded.places.source.line(number)
