"""What sections list, told in plain text: items, events, facts, people, links, pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from newsletter.model.branding import TextLinks
from newsletter.model.item import Button, Event, Group, Item, LinkEntry, Person
from newsletter.model.pictures import Pictured
from newsletter.render.calls import contact_link
from newsletter.render.context import LocaleContext, RenderContext, runs
from newsletter.render.dates import Calendar
from newsletter.render.events import CalendarEvents
from newsletter.render.markdown_to_text import INLINE, Numbered, Targets, line, paragraphs
from newsletter.render.text_lines import BULLET, COLUMNS, spaced, underlined, wrapped
from newsletter.render.ui_strings import UiStrings

Blocks = list[list[str]]
"""Paragraphs, each as its lines; an empty one is nothing."""

_HANGING = "  "


def bullet(text: str) -> list[str]:
    """Return a line as an entry of a list."""
    return wrapped(text, first=BULLET, rest=_HANGING)


@dataclass(frozen=True, slots=True)
class PlainTextSections:
    """Tells the parts of sections in one language and one style of dates."""

    calendar: Calendar
    words: UiStrings
    diary: CalendarEvents
    targets: Targets = INLINE
    far: Numbered = field(default_factory=Numbered)
    """Where targets go that are too long for a line of text, those of calendars."""

    @classmethod
    def of(cls, setting: RenderContext) -> PlainTextSections:
        """Return a teller for an issue; it remembers what it has numbered."""
        far = Numbered()
        numbered = setting.presentation.text_links is TextLinks.NUMBERED
        return cls(setting.calendar, setting.words, setting.diary, far if numbered else INLINE, far)

    def in_speech(self, speech: LocaleContext) -> PlainTextSections:
        """Return a teller of a part in its own language, which goes on with the same numbers."""
        return replace(self, calendar=speech.calendar, words=speech.words)

    def prose(self, text: str | None) -> Blocks:
        """Return a text in Markdown."""
        return [[*paragraphs(text, self._pattern, self.targets)]] if text else []

    def said(self, text: str) -> str:
        """Return a line in Markdown."""
        return line(text, self._pattern, self.targets)

    def picture(self, holder: Pictured) -> Blocks:
        """Return what a picture shows, what stands below it, and who made it."""
        if not holder.image:
            return []
        shown = wrapped(self._pattern.format(alt=" ".join((holder.alt or "").split()))) if holder.alt else []
        below = [wrapped(self.said(words)) for words in (holder.caption, holder.credit) if words]
        return [[*shown, *(one for lines in below for one in lines)]]

    def more(self, link: str | None) -> Blocks:
        """Return a link that has no words of its own; nothing without one."""
        return [wrapped(self.targets.alone(self.words.more, link))] if link else []

    def items(self, items: Sequence[Item], *, in_group: bool = False) -> Blocks:
        """Return items; those that are only a line become a list."""
        blocks: Blocks = []
        for run in runs(items):
            if run.lines:
                blocks.append([one for item in run.items for one in bullet(self.said(item.text or ""))])
            else:
                blocks += self.item(run.items[0], in_group=in_group)
        return blocks

    def groups(self, groups: Sequence[Group]) -> Blocks:
        """Return items under headings of their own."""
        blocks: Blocks = []
        for group in groups:
            blocks += [underlined(self.said(group.heading), "-"), *self.prose(group.text)]
            blocks += self.items(group.items, in_group=True)
        return blocks

    def item(self, item: Item, *, in_group: bool = False) -> Blocks:
        """Return one item with all that it holds."""
        picture = self.picture(item)  # first, as links are numbered in the order in which they are told
        head = underlined(self.said(item.title), "~" if in_group else "-") if item.title else []
        if item.when:
            head += [*wrapped(self._event_line(item)), *self._calendars(item)]
        if item.where and not item.when:
            head += wrapped(self.said(item.where))
        if item.people:
            head += wrapped(self.said(self.words.listed(item.people)))
        if item.byline:
            head += wrapped(self.said(item.byline))
        if item.link:
            alone = self.targets.alone if item.title else self.targets.after
            head += wrapped(alone(self.words.more, item.link))
        text = self.prose(item.text)
        events = [one for event in item.events for one in self.event(event)]
        return [*picture, head, *text, events, self.facts(item), *self.buttons(item)]

    def event(self, event: Event) -> list[str]:
        """Return an event as an entry of a list."""
        entry = bullet(self._event_line(event, self.said(event.title) if event.title else ""))
        alone = self.targets.alone if event.title else self.targets.after
        link = wrapped(alone(self.words.more, event.link), first=_HANGING) if event.link else []
        return [*entry, *link, *(f"{_HANGING}{one}" for one in self._calendars(event))]

    def _event_line(self, event: Event | Item, title: str = "") -> str:
        when = self.calendar.event(event)
        where = self.said(event.where) if event.where else ""
        return " – ".join(words for words in (title, when, where) if words)

    def _calendars(self, thing: Event | Item, *, deadline: bool = False) -> list[str]:
        """Return the link that puts something into a calendar, on a line of its own."""
        link = self.diary.link(thing, deadline=deadline)
        return wrapped(self.far.after(link.name, link.link), COLUMNS - 2) if link else []

    def facts(self, item: Item) -> list[str]:
        """Return what one must know to take part, a line each."""
        words = self.words
        contact = item.contact or ""
        asked = contact if contact_link(contact) else self.said(contact)
        lines = wrapped(words.by.format(moment=self.calendar.moment(item.deadline))) if item.deadline else []
        lines += [f"{_HANGING}{one}" for one in self._calendars(item, deadline=True)] if item.deadline else []
        pairs = [
            (words.payment, self.said(item.payment) if item.payment else ""),
            (words.contact, asked),
        ]
        told = [one for label, value in pairs if value for one in wrapped(f"{label}: {value}", rest=_HANGING)]
        return [*lines, *told]

    def button(self, button: Button | None) -> Blocks:
        """Return the one thing to do, with where it leads."""
        return (
            [wrapped(self.targets.after(f"→ {self.said(button.label)}", button.link), rest=_HANGING)] if button else []
        )

    def buttons(self, item: Item) -> Blocks:
        """Return everything that an item asks to do, each with where it leads."""
        return [block for button in (item.button, *item.buttons) for block in self.button(button)]

    def people(self, parts: Sequence[tuple[str, Sequence[Person]]]) -> Blocks:
        """Return people under a heading each for those who join, leave and are thanked."""
        blocks: Blocks = []
        for heading, people in parts:
            if people:
                blocks += [underlined(heading, "-"), *(self._person(person) for person in people)]
        return blocks

    def with_role(self, name: str, role: str) -> str:
        """Return somebody with what they do; one of the two where only that is known."""
        return self.words.with_role.format(name=name, role=role) if name and role else name or role

    def _person(self, person: Person) -> list[str]:
        name = self.targets.after(self.said(person.name), person.link or "")
        told = self.with_role(name, self.said(person.role or ""))
        rest = spaced([*self.picture(person), *self.prose(person.text)])
        return [*bullet(told), *(f"{_HANGING}{one}" if one else "" for one in rest)]

    def entry(self, entry: LinkEntry) -> list[str]:
        """Return something to read, with where it lies."""
        deadline = self.words.by.format(moment=self.calendar.moment(entry.deadline)) if entry.deadline else ""
        about = " · ".join(words for words in (self.said(entry.source) if entry.source else "", deadline) if words)
        lines = [*bullet(self.targets.after(self.said(entry.title), entry.link))]
        lines += wrapped(about, first=_HANGING) if about else []
        return [*lines, *(f"{_HANGING}{one}".rstrip() for block in self.prose(entry.text) for one in block)]

    @property
    def _pattern(self) -> str:
        return f"[{self.words.picture}]"
