"""Turn the sections of a text into sections of an issue."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newsletter.importing.blocks import Block
from newsletter.importing.draft import Fields, PlacePicture
from newsletter.importing.inline import clean_link, links_in, plain_text
from newsletter.importing.item_fields import Reading, is_detail, take_buttons
from newsletter.importing.items import ItemReader, direct_items, is_list_only, put_picture
from newsletter.importing.markdown_blocks import one_line, to_markdown
from newsletter.importing.outline import Node, Part, build_tree
from newsletter.importing.tense import PAST, PLANNED, WHY, entries_of, kind_by_tense

_LEAVERS = re.compile(
    r"\b(?:good-?bye|farewell|leav|moving on|abschied|verabschied|despedid|despiden|ffarwel|symud ymlaen|وداع|يغادر)",
    re.IGNORECASE,
)
_THANKS = re.compile(r"\b(?:thank|thanks|shout|dank|gracias|agradec|diolch|شكر)", re.IGNORECASE)
_MOST_NAME_WORDS = 8


@dataclass(frozen=True)
class SectionReader:
    """Reads sections; `default_heading` tells the heading that a kind of section has without one."""

    reading: Reading
    place: PlacePicture
    default_heading: Callable[[str], str]

    def sections(self, parts: Sequence[Part]) -> list[Fields]:
        """Return the issue's sections; several stories in a row, each under its own heading, are one `news`."""
        found: list[Fields] = []
        stories: list[Part] = []
        for part in parts:
            if self._is_story(part):
                stories.append(part)
                continue
            found += self._stories(stories)
            stories = []
            found.append(self.section(part))
        found += self._stories(stories)
        return found

    def _is_story(self, part: Part) -> bool:
        has_more = any(block.is_heading for block in part.blocks) or is_list_only(part.blocks)
        return part.kind is None and not has_more and any(block.text for block in part.blocks)

    def _stories(self, parts: Sequence[Part]) -> list[Fields]:
        if not parts:
            return []
        if len(parts) == 1:
            return [self._story(parts[0])]
        found: list[Fields] = []
        for kind, of_kind in self._by_tense(parts):
            reader = self._items(kind)
            found.append(Fields(kind=kind, items=[reader.item(one.heading.text, one.blocks) for one in of_kind]))
            if kind in WHY:
                found[-1].look(WHY[kind])
        return found

    def _by_tense(self, parts: Sequence[Part]) -> list[tuple[str, Sequence[Part]]]:
        """Cut stories in those that tell what happened and those, below them, that tell what is planned."""
        texts = [" ".join(block.plain for block in (part.heading, *part.blocks)) for part in parts]
        whole = kind_by_tense(texts, self.reading)
        if whole is not None:
            return [(whole, parts)]
        for at in range(2, len(parts) - 1):
            kinds = kind_by_tense(texts[:at], self.reading), kind_by_tense(texts[at:], self.reading)
            if kinds == (PAST, PLANNED):
                return [(PAST, parts[:at]), (PLANNED, parts[at:])]
        return [("news", parts)]

    def _story(self, part: Part) -> Fields:
        fields = Fields(kind="story", heading=one_line(part.heading.text))
        blocks = list(part.blocks)
        picture = next((at for at, block in enumerate(blocks) if block.picture), None)
        pictured = blocks[picture].picture if picture is not None else None
        if picture is not None and pictured is not None:
            put_picture(fields, pictured, self.place)
            del blocks[picture]
        rest = take_buttons(blocks, fields)
        more = fields.pop("buttons", [])
        text = to_markdown(rest, self.place)
        links = "\n\n".join(f"[{one['label']}]({one['link']})" for one in more)
        if not text:  # a story must have a text
            return self._with_heading("news", part, [self._items("news").item(part.heading.text, part.blocks)])
        fields["text"] = "\n\n".join(filter(None, (text, links)))
        order = ("kind", "heading", "image", "alt", "text", "button")
        shown = Fields()
        for name in order:
            if name in fields:
                dict.__setitem__(shown, name, fields[name])
        shown.comments = fields.comments
        return shown

    def section(self, part: Part) -> Fields:
        """Return the section of a part."""
        special = {"people": self._people, "links": self._links, "sponsors": self._sponsors}.get(part.kind or "")
        found = special(part) if special else None
        return found if found is not None else self._items_section(part)

    def _items(self, kind: str) -> ItemReader:
        return ItemReader(self.reading, kind, self.place)

    def _items_section(self, part: Part) -> Fields:
        kind = part.kind if part.kind in {"last_month", "coming_up", "get_involved"} else "news"
        if part.kind is None:
            kind = kind_by_tense(entries_of(part.blocks), self.reading) or kind
        reader = self._items(kind)
        direct, nodes = build_tree(part, self.reading.vocabulary)
        text, items = direct_items(direct, reader)
        if nodes and not text and not items and all(node.is_bare for node in nodes) and len(nodes) == 1:
            items = [reader.item(nodes[0].heading.text, [])]
            nodes = []
        groups: list[Fields] = []
        for node in nodes:
            if self._is_group(node, kind):
                groups.append(self._group(node, reader))
            else:
                items.append(reader.item(node.heading.text, [*node.blocks, *_flat(node.children)]))
        fields = self._with_heading(kind, part, [])
        if part.kind is None and kind in WHY:
            fields.look(WHY[kind])
        fields.put("text", to_markdown(text, self.place))
        fields.put("items", items)
        fields.put("groups", groups)
        if not (items or groups or text):
            fields.put("text", f"**{part.heading.text}**")
        return fields

    def _is_group(self, node: Node, kind: str) -> bool:
        if node.children:
            return kind != "get_involved" or not node.blocks
        details = sum(is_detail(block, self.reading) for block in node.blocks)
        return is_list_only(node.blocks) and kind in {"last_month", "coming_up", "news"} and details < 2

    def _group(self, node: Node, reader: ItemReader) -> Fields:
        text, items = direct_items(node.blocks, reader)
        items += [reader.item(child.heading.text, [*child.blocks, *_flat(child.children)]) for child in node.children]
        fields = Fields(heading=one_line(node.heading.text), text=to_markdown(text, self.place), items=items)
        if node.heading.doubt:
            fields.look(node.heading.doubt)
        return fields

    def _with_heading(self, kind: str, part: Part, items: Sequence[Fields | str]) -> Fields:
        fields = Fields(kind=kind)
        words = one_line(part.heading.text)
        if words and plain_text(words).casefold() != self.default_heading(kind).casefold():
            fields["heading"] = words
        fields.put("items", list(items))
        return fields

    def _people(self, part: Part) -> Fields | None:
        """Return people where each entry is somebody; None where the section is something else."""
        direct, nodes = build_tree(part, self.reading.vocabulary)
        lists: dict[str, list[Fields | str]] = {}
        text: list[Block] = []
        for heading, blocks in [(part.heading, direct), *((node.heading, node.blocks) for node in nodes)]:
            name = (
                "leavers"
                if _LEAVERS.search(heading.plain)
                else "thanks"
                if _THANKS.search(heading.plain)
                else "joiners"
            )
            named, rest = _persons(blocks, self._items("news"))
            if heading is not part.heading and not named:
                return None
            lists.setdefault(name, []).extend(named)
            text += rest
        if not any(lists.values()) or any(node.children for node in nodes) or (nodes and text):
            return None
        fields = self._with_heading("people", part, [])
        fields.put("text", to_markdown(text, self.place))
        for name in ("joiners", "leavers", "thanks"):
            fields.put(name, lists.get(name))
        return fields

    def _links(self, part: Part) -> Fields | None:
        direct, nodes = build_tree(part, self.reading.vocabulary)
        entries = [block for block in direct if block.is_entry]
        found = [_link_entry(block) for block in entries]
        others = [block for block in direct if not block.is_entry]
        if nodes or not found or any(one is None for one in found) or any(block.picture for block in others):
            return None
        fields = self._with_heading("links", part, [])
        fields.put("text", to_markdown(others, self.place))
        fields["items"] = found
        return fields

    def _sponsors(self, part: Part) -> Fields | None:
        direct, nodes = build_tree(part, self.reading.vocabulary)
        entries = [block for block in direct if block.is_entry]
        are_names = all(len(one.plain.split()) <= _MOST_NAME_WORDS and not one.parts for one in entries)
        if nodes or not entries or not are_names or any(block.picture for block in direct):
            return None
        fields = self._with_heading("sponsors", part, [])
        fields.put("text", to_markdown([block for block in direct if not block.is_entry], self.place))
        fields["items"] = [_sponsor(block) for block in entries]
        return fields


def _flat(nodes: Sequence[Node]) -> list[Block]:
    """Return headings and what stands below them as blocks again."""
    return [block for node in nodes for block in (node.heading, *node.blocks, *_flat(node.children))]


def _persons(blocks: Sequence[Block], reader: ItemReader) -> tuple[list[Fields | str], list[Block]]:
    """Return the people that entries or bold beginnings name, and the other blocks."""
    rest, items = direct_items(blocks, reader)
    found: list[Fields | str] = []
    for item in items:
        if isinstance(item, str):
            if len(plain_text(item).split()) > _MOST_NAME_WORDS:
                cut = re.match(r"([^,–—:(]{2,50})(?:,|\s[–—]|:|\s\()\s*(.+)", item)
                if cut is None or len(cut[1].split()) > _MOST_NAME_WORDS or "[" in cut[1]:
                    return [], list(blocks)
                found.append(Fields(name=cut[1].strip(), text=item[len(cut[1]) :].strip(" ,–—:")))
                continue
            found.append(item)
        elif set(item) <= {"title", "text", "link", "image", "alt"} and "title" in item:
            person = Fields(name=item["title"])
            for name in ("text", "link", "image", "alt"):
                if name in item:
                    dict.__setitem__(person, name, item[name])
            person.comments = item.comments
            found.append(person)
        else:
            return [], list(blocks)
    return found, rest


def _link_entry(block: Block) -> Fields | None:
    links = links_in(block.text)
    if len(links) != 1 or block.parts or not clean_link(links[0][1]):
        return None
    words, target = links[0]
    bare = words.startswith(("http://", "https://", "www."))
    label = re.escape(target)
    match = re.search(rf"\[(?:[^\[\]\\]|\\.)*\]\({label}\)|<{re.escape(words)}>", block.text)
    if match is None:
        return None
    before, after = block.text[: match.start()], block.text[match.end() :]
    title = before.strip(" :–—-") if bare else words
    text = after.strip(" :–—-.,()") if bare or not before.strip() else ""
    if not title or len(title) > 250 or "**" in title or (before.strip() and not bare):
        return None
    return Fields(
        title=title, link=clean_link(target), text=text and text + ("." if after.rstrip().endswith(".") else "")
    )


def _sponsor(block: Block) -> Fields:
    links = links_in(block.text)
    return Fields(name=block.plain, link=clean_link(links[0][1]) if links else "")
