"""The newer kinds of section in plain text: figures, a gallery, a video, a table, sponsors."""

from __future__ import annotations

from newsletter.model.media_sections import Figures, Gallery, Sponsors, Table, Video
from newsletter.render.plaintext_sections import Blocks, PlainTextSections, bullet
from newsletter.render.text_lines import COLUMNS, format_table, wrapped


def figures(section: Figures, telling: PlainTextSections) -> Blocks:
    """Return the numbers as a list, each with what it counts."""
    lines = []
    for one in section.items:
        words = f"{telling.said(one.value)} {telling.said(one.label)}"
        lines += bullet(telling.targets.after(words, one.link or ""))
    return [*telling.prose(section.text), lines]


def gallery(section: Gallery, telling: PlainTextSections) -> Blocks:
    """Return what each picture shows."""
    blocks = [*telling.prose(section.text)]
    for one in section.items:
        shown = [line for block in telling.picture(one) for line in block]
        link = wrapped(telling.targets.alone(telling.words.more, one.link)) if one.link else []
        blocks.append([*shown, *link])
    return blocks


def video(section: Video, telling: PlainTextSections) -> Blocks:
    """Return what the still picture shows, the text, and where the video is."""
    words = telling.words.watch + (f" ({telling.said(section.length)})" if section.length else "")
    link = wrapped(telling.targets.after(f"→ {words}", section.link), rest="  ")
    return [*telling.picture(section), *telling.prose(section.text), link]


def table(section: Table, telling: PlainTextSections) -> Blocks:
    """Return the table in columns, or as a list where it is too wide."""
    columns = [telling.said(cell) for cell in section.columns]
    rows = [[telling.said(cell) for cell in row] for row in section.rows]
    below = wrapped(telling.said(section.caption)) if section.caption else []
    return [*telling.prose(section.text), format_table(columns, rows, COLUMNS), below]


def sponsors(section: Sponsors, telling: PlainTextSections) -> Blocks:
    """Return the sponsors as a list."""
    lines = []
    for one in section.items:
        name, alt = telling.said(one.name), " ".join((one.alt or "").split())
        if alt:
            name = alt if name in alt else f"{name} – {alt}"
        lines += bullet(telling.targets.after(name, one.link or ""))
    return [*telling.prose(section.text), lines]
