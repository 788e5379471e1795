"""What issues are made of: new issues, pictures, colours, pasted text, and a folder on the first run."""

from __future__ import annotations

import base64
import io
import math
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from newsletter.workflow.composer.pasting import cleaned_paste
from newsletter.workflow.workspace import Workspace
from tests.composer_server import Client, composer_running


def png(colour: str = "#0b4f5c", size: tuple[int, int] = (40, 20)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


def test_a_picture_is_kept_beside_the_issues(client: Client) -> None:
    kept = client.picture("/api/pictures?name=My%20Photo%20%C3%A9.PNG", png()).json
    assert kept == {"path": "images/my-photo-e.png", "width": 40, "height": 20, "bytes": kept["bytes"]}
    assert (client.folder / "issues" / kept["path"]).is_file()
    assert client.picture("/api/pictures?name=My%20Photo%20%C3%A9.PNG", png()).json == kept
    other = client.picture("/api/pictures?name=My%20Photo%20%C3%A9.PNG", png("#b3391f")).json
    assert other["path"] == "images/my-photo-e-2.png"
    shown = client.get(f"/api/pictures/{kept['path']}")
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["content-security-policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    "name", ["../../evil.png", "..\\..\\evil.png", "/etc/passwd", ".png", "", "a" * 500 + ".png", "\u202egnp.exe"]
)
def test_no_name_leads_out_of_the_folder(client: Client, name: str) -> None:
    from urllib.parse import quote

    before = {path for path in client.folder.parent.rglob("*") if ".newsletter" not in path.parts}
    kept = client.picture(f"/api/pictures?name={quote(name, safe='')}", png()).json
    new = {path for path in client.folder.parent.rglob("*") if ".newsletter" not in path.parts} - before
    assert new == {client.folder / "issues" / kept["path"]}
    assert len(kept["path"]) < 100


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize("data", [SVG, b"", b"%PDF-1.4", b"<html><script>alert(1)</script>", b"GIF89a", png()[:60]])
def test_what_is_no_picture_is_refused(client: Client, data: bytes) -> None:
    refused = client.picture("/api/pictures?name=x.png", data)
    assert refused.status == 400
    assert refused.json["message"]
    assert [path.name for path in (client.folder / "issues" / "images").iterdir() if path.stem == "x"] == []


def test_a_picture_that_unpacks_to_gigabytes_is_refused(client: Client) -> None:
    rows = zlib.compress(b"\0" * 40_000_000, 9)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 100_000, 100_000, 1, 0, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b"")]
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    assert len(bomb) < 100_000
    refused = client.picture("/api/pictures?name=bomb.png", bomb)
    assert refused.status == 400
    assert "far more" in refused.json["message"]


@pytest.mark.parametrize(
    "path", ["../secret.png", "..%2fsecret.png", "%2e%2e/%2e%2e/secret.png", "/etc/passwd", "a%00"]
)
def test_no_picture_outside_of_the_folder_is_served(client: Client, path: str) -> None:
    (client.folder.parent / "secret.png").write_bytes(png())
    assert client.get(f"/api/pictures/{path}").status == 404


def test_settings_and_templates_are_not_served_as_pictures(client: Client) -> None:
    for path in ("newsletter.yaml", "templates/issue.mjml.j2", "../newsletter.yaml", "audience.csv"):
        answer = client.get(f"/api/pictures/{path}")
        assert answer.status == 404
        assert b"brand" not in answer.body


def test_colours_are_suggested_from_a_logo(client: Client) -> None:
    logo = Image.new("RGB", (60, 60), "white")
    logo.paste("#0b4f5c", (0, 0, 60, 30))
    logo.paste("#b3391f", (0, 30, 20, 40))
    file = io.BytesIO()
    logo.save(file, "PNG")
    colours = client.picture("/api/colours", file.getvalue()).json["colours"]
    assert [one["hex"] for one in colours[:2]] == ["#0b4f5c", "#b3391f"]
    assert client.picture("/api/colours", SVG).status == 400


def test_the_colours_of_a_logo_are_clearly_different(client: Client) -> None:
    """A drawing of one colour has many shades of it at its edges."""
    logo = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    drawing = ImageDraw.Draw(logo)
    drawing.ellipse((20, 20, 380, 380), fill="#146e78")
    logo = logo.rotate(7, Image.Resampling.BICUBIC).resize((130, 130), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    logo.save(file, "PNG")
    first, second = (one["hex"] for one in client.picture("/api/colours", file.getvalue()).json["colours"])
    assert _apart(first, "#146e78") < 12
    assert _apart(first, second) > 60, "two shades that nobody can tell apart"


def _apart(one: str, other: str) -> float:
    parts = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in (one, other)]
    return math.dist(*parts)


def test_a_blank_issue_has_a_title_a_date_and_the_usual_sections(client: Client) -> None:
    made = client.post("/api/issues", {"month": "2031-05", "start": "blank"}).json
    assert made["valid"] is True
    assert made["document"]["date"] == "2031-05-01"
    assert made["document"]["title"] == "May 2031"
    assert [one["kind"] for one in made["document"]["sections"]] == ["last_month", "coming_up", "get_involved"]
    assert (client.folder / "issues" / "2031-05.yaml").is_file()
    again = client.post("/api/issues", {"month": "2031-05", "start": "blank"})
    assert again.status == 400
    assert "already" in again.json["message"]


def test_the_next_issue_is_drafted_from_the_previous_one(client: Client) -> None:
    made = client.post("/api/issues", {"month": "2024-04", "start": "previous"}).json
    assert made["valid"] is True
    assert made["document"]["date"] == "2024-04-08"
    assert "March" not in made["document"]["title"]
    kinds = [section["kind"] for section in made["document"]["sections"]]
    assert kinds == ["last_month", "coming_up", "get_involved"]
    assert made["document"]["sections"][0]["items"][0]["title"] == "Spring Co-Pro Cuppa"
    assert client.post("/api/issues", {"month": "2020-01", "start": "previous"}).status == 400


def test_the_sample_shows_what_to_write(client: Client) -> None:
    made = client.post("/api/issues", {"month": "2031-06", "start": "sample"}).json
    assert len(made["document"]["sections"]) >= 3
    assert client.post("/api/issues", {"month": "not a month", "start": "blank"}).status == 400
    assert client.post("/api/issues", {"month": "2031-07", "start": "other"}).status == 400


ANSWERS = {
    "name": "Sample Trust",
    "sender_name": "Sample Trust news",
    "sender_email": "news@example.org",
    "postal_address": "Sample Trust, 1 High Street, Sampletown",
    "language": "en-GB",
    "timezone": "Europe/London",
}


def test_the_first_run_makes_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLETTER_OFFLINE", "1")
    root = tmp_path / "new"
    root.mkdir()
    logo = {"name": "logo.png", "data": f"data:image/png;base64,{base64.b64encode(png()).decode()}"}
    with composer_running(root) as client:
        made = client.post("/api/workspace", {**ANSWERS, "colours": ["#123ABC"], "logo": logo})
        assert made.status == 200, made.text
        assert made.json["ready"] is True
        assert len(made.json["issues"]) == 1
        issue = made.json["issues"][0]["id"]
        assert client.get(f"/api/issues/{issue}/email").status == 200
        assert client.post("/api/workspace", ANSWERS).status == 400
    settings = Workspace.find(root).settings
    assert settings.brand.name == "Sample Trust"
    assert settings.sender.name == "Sample Trust news"
    assert settings.brand.logo == "images/logo.png"
    assert settings.brand.colours.brand == "#123abc"
    assert settings.brand.colours.accent == "#123abc", "the name above the title has another colour"


@pytest.mark.parametrize(
    ("given", "kept"), [("", None), ("sample  trust", None), ("The Sample Post", "The Sample Post")]
)
def test_the_newsletter_has_a_name_of_its_own_or_none(tmp_path: Path, given: str, kept: str | None) -> None:
    with composer_running(tmp_path) as client:
        made = client.post("/api/workspace", {**ANSWERS, "newsletter": given})
        assert made.json["name"] == (kept or "Sample Trust")
    assert Workspace.find(tmp_path).settings.brand.newsletter == kept


def test_all_wrong_answers_are_told_at_once(tmp_path: Path) -> None:
    wrong = {"name": " ", "sender_email": "nobody", "language": "English", "timezone": "Mars", "postal_address": ""}
    with composer_running(tmp_path) as client:
        refused = client.post("/api/workspace", {**ANSWERS, **wrong, "logo": {"data": "data:image/svg+xml,<svg/>"}})
        assert refused.status == 400
        assert set(refused.json["problems"]) == {*wrong, "logo"}
    assert not (tmp_path / "newsletter.yaml").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", " "), ("sender_email", "nobody"), ("language", "English"), ("timezone", "Mars"), ("postal_address", "")],
)
def test_an_answer_that_cannot_be_used_is_told(tmp_path: Path, field: str, value: str) -> None:
    with composer_running(tmp_path) as client:
        refused = client.post("/api/workspace", {**ANSWERS, field: value})
        assert refused.status == 400
        assert refused.json["message"]
        assert client.post("/api/workspace", {**ANSWERS, "logo": {"data": "data:image/svg+xml,<svg/>"}}).status == 400
    assert not (tmp_path / "newsletter.yaml").exists()


WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p{color:red}</style></head><body>
<!--StartFragment--><h1>Our news<o:p></o:p></h1>
<p class=MsoNormal>We met the <b style='mso-bidi-font-weight:normal'>eight</b> project teams. <a
href="https://example.org/news">Read
more</a><o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>\u00b7<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;
</span></span></span><![endif]>First point<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o<span>&nbsp;</span>
</span>Second <i>point</i><o:p></o:p></p><p class=MsoNormal>1. Not a list, a_b<o:p></o:p></p><!--EndFragment-->
</body></html>"""

GOOGLE = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr"><span
style="font-weight:400">Hello </span><span style="font-weight:700">bold</span><span style="font-style:italic"> it
</span><a href="https://www.google.com/url?q=https://example.org/a%3Fb&amp;sa=D"><span>link</span></a></p><ul><li
dir="ltr"><p role="presentation"><span>One</span></p></li><li><p><span>Two</span></p></li><ul><li><p>Nested</p></li>
</ul></ul></b>"""


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        (
            WORD,
            (
                "## Our news\n\nWe met the **eight** project teams. [Read more](https://example.org/news)\n\n"
                "- First point\n  - Second *point*\n\n1\\. Not a list, a\\_b"
            ),
        ),
        (GOOGLE, "Hello **bold** *it* [link](https://example.org/a?b)\n\n- One\n- Two\n  - Nested"),
        ("<ol><li>x<li>y</ol><blockquote>q</blockquote>", "1. x\n2. y\n\n> q"),
        ("<p>a</p><script>alert(1)</script><img src=x onerror=alert(1)><svg onload=x></svg>", "a"),
        ('<a href="javascript:alert(1)">bad</a> <a href="data:text/html,x">worse</a>', "bad worse"),
        ('<p style="display:none">hidden</p><p onclick="x()">&lt;b&gt; [x]</p>', "\\<b\\> \\[x\\]"),
        ("", ""),
    ],
)
def test_what_is_pasted_becomes_markdown(html: str, markdown: str) -> None:
    assert cleaned_paste(html, "") == markdown


def test_deep_and_huge_pastes_do_no_harm(client: Client) -> None:
    assert client.post("/api/paste", {"html": "<div>" * 100_000, "text": ""}).status == 200
    assert client.post("/api/paste", {"html": "<ul><li>" * 20_000, "text": ""}).status == 200
    assert client.post("/api/paste", {"html": "x" * 2_500_000, "text": ""}).status == 400
    answer = client.post("/api/paste", {"html": "", "text": "plain\r\n\r\n\r\ntext"}).json
    assert answer["markdown"] == "plain\n\ntext"


def test_markdown_is_shown_as_in_the_email(client: Client) -> None:
    html = client.post("/api/markdown", {"markdown": "**a** <script>alert(1)</script> [x](javascript:y)"}).json["html"]
    assert html.startswith("<p><strong>a</strong> &lt;script&gt;")
    assert "href" not in html


def test_a_month_that_is_taken_is_not_told_by_its_file(client: Client) -> None:
    refused = client.post("/api/issues", {"month": "2024-02", "start": "blank"}).json
    assert refused["message"] == "There is an issue for February 2024 already."
    assert refused["hint"] == "Nothing was changed. Open that issue, or choose another month."
