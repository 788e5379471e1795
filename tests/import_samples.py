"""The first real update as a web page, a Word document, Markdown and an email, and how to compare issues."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt

from newsletter.importing.blocks import Source
from newsletter.importing.exports import open_export

PROJECT = Path(__file__).parents[1]
SEED = PROJECT / "tests" / "data" / "february-2024-team-update.txt"
ISSUE = PROJECT / "issues" / "2024-02.yaml"

SECTIONS = ("What we got up to in January", "Coming up in February", "Get involved")
GROUPS = ("Training", "Consultancy work", "Championing Co-Production")
_MODULE = "Masters module in health innovation and assessment"
ITEMS = (
    "LUSTRUM2 – Co-production in action workshop",
    "Co-production within Commissioning workshop",
    f"UCL Global Business School for Health: {_MODULE} – Co-production and Engagement session",
    "Co-producing Croydon",
    "Measuring Success in Co-production: working with different projects to deepen their practice.",
    "A chance to share feedback on our draft 2023 Impact Report",
    "We are looking for people to provide testimonials for the Collective website",
    "Co-Pro Cuppas",
)


def read_export(data: bytes, name: str, wanted: str | None) -> Source:
    """Return the blocks of the issue in an export that the author wants, or of the only one."""
    export = open_export(data, name)
    return export.source(export.choose(wanted))


def seed_blocks() -> Iterator[tuple[str, str]]:
    """Yield the update as `h1`, `h2`, `h3`, `h4`, `p` and `li` with their words, without the page around it."""
    lines = [line.strip() for line in SEED.read_text(encoding="utf-8").splitlines() if line.strip()]
    for line in lines[3:]:
        if line.startswith("February Team Update"):
            yield "h1", line
        elif line in SECTIONS:
            yield "h2", line
        elif line.startswith("Training LUSTRUM2"):
            yield "h3", "Training"
            yield "h4", line.removeprefix("Training ")
        elif line in GROUPS:
            yield "h3", line
        elif line in ITEMS:
            yield "h4" if line in ITEMS[:5] else "h3", line
        elif line.startswith("•"):
            yield "li", line.removeprefix("•").strip()
        elif not line.startswith(("Other news", "February 12", "Picture credit")):
            yield "p", line


def page(style: str = "headings") -> str:
    """Return the update as a saved web page; `flat` has one rank for all headings, `bold` bold paragraphs."""
    body: list[str] = []
    in_list = False
    for tag, words in seed_blocks():
        if (tag == "li") != in_list:
            body.append("<ul>" if tag == "li" else "</ul>")
            in_list = tag == "li"
        shown = html.escape(words).replace(
            "coproduction@ucl.ac.uk", '<a href="mailto:coproduction@ucl.ac.uk">coproduction@ucl.ac.uk</a>'
        )
        if style == "bold" and tag in {"h2", "h3", "h4"}:
            body.append(f"<p><strong>{shown}</strong></p>")
        else:
            name = "h2" if style == "flat" and tag in {"h3", "h4"} else tag
            body.append(f"<{name}>{shown}</{name}>")
        if tag == "h1":
            body.append('<p class="date"><time datetime="2024-02-12">February 12, 2024</time></p>')
    return f"""<!doctype html><html lang="en"><head><title>{ITEMS[0]} - News</title><style>p {{ color: red }}</style>
<script>window.analytics = "never";</script></head><body>
<div id="cookie-banner"><p>We use cookies to make this site work.</p><button>Accept all</button></div>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav></header>
<main><a href="/news">Back to News</a>
<img src="https://example.org/hearts.jpg" alt="Blurred dark background with bright small hearts in the foreground">
{"".join(body)}<p>Picture credit to @freestock from Unsplash.</p>
<h2>Other news you might be interested in</h2><ul><li><a href="/x">Another story</a></li></ul></main>
<footer><p>© 2024 Example Organisation. All rights reserved.</p><a href="/privacy">Privacy policy</a></footer>
</body></html>"""


def markdown() -> str:
    """Return the update as Markdown."""
    marks = {"h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### ", "li": "- ", "p": ""}
    pieces: list[str] = []
    last = ""
    for tag, words in seed_blocks():
        pieces.append(("\n" if tag == "li" == last else "\n\n") + marks[tag] + words)
        last = tag
        if tag == "h1":
            pieces.append("\n\n12 February 2024\n\n![Bright small hearts](https://example.org/hearts.jpg)")
    return "".join(pieces).strip() + "\n"


def email(*, with_html: bool = True) -> bytes:
    """Return the update as an email: with tables for its layout, or as plain text of 72 columns."""
    message = EmailMessage()
    message["Subject"] = "Fwd: February Team Update: Sharing our love for co-production"
    message["From"], message["To"] = "team@example.org", "reader@example.org"
    message["Date"] = "Mon, 12 Feb 2024 09:30:00 +0000"
    message.set_content(wrapped_text())
    if with_html:
        inner = re.sub(r"(?s).*<main>|</main>.*", "", page()).partition("<h2>Other news")[0]
        inner = inner.replace('<a href="/news">Back to News</a>', "")
        inner = inner.replace("https://example.org/hearts.jpg", "cid:hearts")
        table = f'<table role="presentation" width="600"><tr><td>{inner}</td></tr></table>'
        footer = '<table><tr><td><a href="https://example.org/u">Unsubscribe</a></td></tr></table>'
        hidden = '<div style="display:none">Workshops in Sunderland and Croydon, and our next Cuppas</div>'
        web = '<p><a href="https://example.org/v">View this email in your browser</a></p>'
        message.add_alternative(f"<html><body>{hidden}{web}{table}{footer}</body></html>", subtype="html")
        picture = (PROJECT / "issues" / "images" / "hearts.jpg").read_bytes()
        part = message.get_payload()[1]
        part.add_related(picture, "image", "jpeg", cid="<hearts>", filename="../../hearts.jpg")
    return bytes(message)


def wrapped_text() -> str:
    """Return the update as plain text in lines of at most 72 characters."""
    import textwrap

    pieces = []
    for tag, words in seed_blocks():
        lead = "* " if tag == "li" else ""
        pieces.append(textwrap.fill(words, 72, initial_indent=lead, subsequent_indent="  " if lead else ""))
        if tag == "h1":
            pieces.append("12 February 2024")
    return "\n\n".join(pieces) + "\n"


_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def docx(blocks: Iterable[tuple[str, str]] | None = None, *, styled: bool = True) -> bytes:
    """Return blocks as a Word document, with heading styles or with bold paragraphs."""
    names = {"h1": "Title" if styled else "", "h2": "Heading1", "h3": "Heading2", "h4": "Heading3"}
    names["li"] = "ListParagraph"
    body: list[str] = []
    for tag, words in seed_blocks() if blocks is None else blocks:
        style = f'<w:pStyle w:val="{names[tag]}"/>' if tag in names and (styled or tag == "li") and names[tag] else ""
        listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>' if tag == "li" else ""
        bold = "<w:rPr><w:b/></w:rPr>" if not styled and tag.startswith("h") else ""
        run = f'<w:r>{bold}<w:t xml:space="preserve">{html.escape(words)}</w:t></w:r>'
        body.append(f"<w:p><w:pPr>{style}{listed}</w:pPr>{run}</w:p>")
        if tag == "h1":
            body.append("<w:p><w:r><w:t>12 February 2024</w:t></w:r></w:p>")
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in [
            ("Title", "Title"),
            ("Heading1", "heading 1"),
            ("Heading2", "heading 2"),
            ("Heading3", "heading 3"),
            ("ListParagraph", "List Paragraph"),
        ]
    )
    level = '<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl>'
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="r2" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        f'<Relationship Id="r3" Type="{_OFFICE}/numbering" Target="numbering.xml"/></Relationships>',
        "word/document.xml": f"<w:document {_WORD}><w:body>{''.join(body)}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {_WORD}>{styles}</w:styles>",
        "word/numbering.xml": f'<w:numbering {_WORD}><w:abstractNum w:abstractNumId="0">{level}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>',
    }
    return zipped({name: text.encode() for name, text in parts.items()})


def zipped(files: dict[str, bytes]) -> bytes:
    """Return files as a ZIP."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


# --- comparing


@dataclass(frozen=True)
class Placed:
    """An item and where it is."""

    kind: str
    group: str
    words: str


_MEMBERS = "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,LAST_CHANGED,LEID,EUID,NOTES,TAGS"


def _member(address: str, name: str, *more: str) -> str:
    return ",".join([address, name, "Sample", "2", "", "2023-01-02 10:00:00", "1", "aa", "", '"""friends"""', *more])


def _campaign(title: str) -> bytes:
    return (
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1><h2>Coming up</h2><p><b>Open day</b></p>"
        "<p>Saturday 9 March 2024, 10am to noon</p><p>*|UNSUB|*</p></body></html>"
    ).encode()


def mailchimp_account() -> bytes:
    """Return the export of a whole Mailchimp account: campaigns, templates, lists, and who opened what."""
    campaigns = (
        "Title,Subject,List,Send Date,Send Weekday,Total Recipients,Unique Id\n"
        '"Feb 24 final","February news from the hall","Friends","Feb 12, 2024 08:00 am","Monday",3,abc1\n'
        '"Mar 24","Spring is here","Friends","Mar 01, 2024 09:30 pm","Friday",3,abc2\n'
    )
    subscribed = [_MEMBERS, *(_member(f"{name}@example.org", name.title()) for name in ("ann", "bob", "cy"))]
    unsubscribed = [f"{_MEMBERS},UNSUB_TIME,UNSUB_REASON", _member("cy@example.org", "Cy", "2024-01-02 10:00:00", "")]
    cleaned = [f"{_MEMBERS},CLEAN_TIME", _member("di@example.org", "Di", "2024-01-02 10:00:00")]
    lists = "99/lists/members_export_aa"
    return zipped(
        {
            "99/campaigns.csv": campaigns.encode(),
            "99/campaigns_content/8812_-february-news-from-the-hall.html": _campaign("February news"),
            "99/campaigns_content/8812_-february-news-from-the-hall.txt": b"February news",
            "99/campaigns_content/8813_mar-24.html": _campaign("Spring is here"),
            "99/campaigns_content/8814_april-draft.html": _campaign("April"),
            "99/templates/basic.html": b"<p>A template</p>",
            "99/granular_activity/opens/8812_february.csv": b"Email,Opened\nzoe@example.org,1\n",
            f"{lists}/subscribed_members_export_aa.csv": "\n".join(subscribed).encode(),
            f"{lists}/unsubscribed_members_export_aa.csv": "\n".join(unsubscribed).encode(),
            f"{lists}/cleaned_members_export_aa.csv": "\n".join(cleaned).encode(),
        }
    )


def substack_account() -> bytes:
    """Return Substack's export: posts, who opened them, and the list."""
    posts = (
        "post_id,post_date,is_published,email_sent_at,inbox_sent_at,type,audience,title,subtitle,podcast_url\n"
        "42.feb-news,2024-02-12T08:00:00.000Z,true,2024-02-12,,newsletter,everyone,February news,All of it,\n"
        "43.mar-news,2024-03-01T08:00:00.000Z,true,,,newsletter,everyone,March news,,\n"
    )
    people = (
        "email,active_subscription,expiry,plan,email_disabled,created_at,first_payment_at\n"
        "ann@example.org,false,,other,false,2024-01-01T10:00:00.000Z,\n"
        "bob@example.org,false,,other,true,2024-01-01T10:00:00.000Z,\n"
    )
    return zipped(
        {
            "posts.csv": posts.encode(),
            "posts/42.feb-news.html": b"<h3>Coming up</h3><p><strong>Open day</strong></p><p>Saturday 9 March 2024</p>",
            "posts/43.mar-news.html": b"<h3>News</h3><p>We met.</p>",
            "posts/42.feb-news.opens.csv": b"post_id,timestamp,email\n42,2024,zoe@example.org\n",
            "posts/42.feb-news.delivers.csv": b"post_id,timestamp,email\n42,2024,zoe@example.org\n",
            "email_list.hall.csv": people.encode(),
        }
    )


def load(text: str) -> dict[str, Any]:
    """Return an issue's data: all values are texts."""
    loaded = yaml.load(text, yaml.BaseLoader)
    assert isinstance(loaded, dict)
    return loaded


def placed_items(issue: dict[str, Any]) -> list[Placed]:
    """List the items with section and group; each is named by its title, else by its text."""
    found = []
    for section in issue.get("sections", []):
        for group in [{"heading": "", "items": section.get("items", [])}, *section.get("groups", [])]:
            found += [Placed(section["kind"], plain(group["heading"]), _name(item)) for item in group.get("items", [])]
    return found


def _name(item: Any) -> str:
    words = item if isinstance(item, str) else item.get("title") or item.get("name") or item.get("text") or ""
    return plain(words)


def share_in_place(expected: dict[str, Any], found: dict[str, Any]) -> float:
    """Return the share of the expected items that are in the right section and group."""
    wanted, there = placed_items(expected), placed_items(found)
    return sum(one in there for one in wanted) / len(wanted)


def dates(issue: dict[str, Any]) -> list[tuple[str, str]]:
    """List the dates, deadlines and payments of the items."""
    found = []
    for section in issue.get("sections", []):
        items = [*section.get("items", []), *(one for group in section.get("groups", []) for one in group["items"])]
        for item in items:
            if isinstance(item, dict):
                found += [(name, item[name]) for name in ("when", "ends", "deadline", "payment") if name in item]
                found += [("event", str(event)) for event in item.get("events", [])]
    return found


def plain(markdown_text: str) -> str:
    """Return the words of a Markdown text, on one line."""
    shown = re.sub(r"<[^>]+>", " ", MarkdownIt("commonmark").render(markdown_text))
    return " ".join(html.unescape(shown).split())


def sentences(text: str) -> list[str]:
    """Cut a text into sentences, and those into words that can be compared."""
    pieces = re.split(r"(?<=[.!?:])\s+|\n+|\s+•\s+", text)
    return [key for piece in pieces if (key := words_of(piece))]


def words_of(text: str) -> str:
    """Return the letters and digits of a text, in small letters."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def all_words(value: Any) -> str:
    """Return all words of an issue's data."""
    if isinstance(value, dict):
        return "\n".join(all_words(one) for one in value.values())
    if isinstance(value, list):
        return "\n".join(all_words(one) for one in value)
    return plain(str(value)) if value else ""


def words_in_file(issue_file: str) -> str:
    """Return the words of an issue's fields and comments."""
    comments = "\n".join(line.lstrip("# ") for line in issue_file.splitlines() if line.lstrip().startswith("#"))
    return f"{words_of(all_words(load(issue_file)))} {words_of(comments)}"


def lost_sentences(source: str, issue_file: str) -> list[str]:
    """Return the sentences of a text that an issue's file has neither in its fields nor in its comments."""
    there = f" {words_in_file(issue_file)} "
    return [one for one in sentences(source) if f" {one} " not in there]
