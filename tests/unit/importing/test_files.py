"""Files that cannot be imported are refused with what to do; exports are taken apart."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest

from newsletter.errors import FileAccessError, NewsletterError, UsageError
from newsletter.importing import archive_files, files
from newsletter.importing.exports import open_export
from newsletter.importing.files import FileKind, file_kind, pictures_beside, read_bytes, read_document, text_of
from tests import import_samples as samples


def test_a_missing_empty_or_huge_file_and_a_folder_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="no file"):
        read_bytes(tmp_path / "none.txt")
    with pytest.raises(UsageError, match="folder"):
        read_bytes(tmp_path)
    path = tmp_path / "a.txt"
    path.write_bytes(b" \n")
    with pytest.raises(FileAccessError, match="empty"):
        read_bytes(path)
    monkeypatch.setattr(files, "MOST_BYTES", 10)
    path.write_bytes(b"x" * 11)
    with pytest.raises(FileAccessError, match="at most"):
        read_bytes(path)


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"%PDF-1.7 ...", "a.pdf", "a PDF"),
        (b"{\\rtf1 hello}", "a.rtf", "RTF"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "a.doc", "Word 2003"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "a.docx", "password"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "a.png", "picture"),
        (b"\xff\xd8\xff\xe0" + bytes(20), "a.jpg", "picture"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(20), "a.heic", "picture"),
        (b"\x7fELF" + bytes(20), "a.txt", "not a document"),
        (b"title: x", "2024-02.yaml", "issue already"),
        (samples.zipped({"mimetype": b"x", "content.xml": b"<x/>"}), "a.odt", "OpenDocument"),
        (samples.zipped({"Index/Document.iwa": b"x"}), "a.pages", "Pages"),
        (samples.zipped({"xl/workbook.xml": b"x"}), "a.xlsx", "spreadsheet"),
        (b"PK\x03\x04 broken", "a.docx", "damaged"),
    ],
)
def test_other_kinds_of_file_say_what_to_do(data: bytes, name: str, words: str) -> None:
    with pytest.raises(NewsletterError, match=words) as raised:
        file_kind(data, name)
    assert raised.value.hint


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (samples.docx(), "a.bin", FileKind.DOCX),
        (b"<!DOCTYPE html><p>x", "page", FileKind.HTML),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", "x.txt", FileKind.CALENDAR),
        (b"From: a\nTo: b\nSubject: c\n\nHello", "x.txt", FileKind.EMAIL),
        (b"a,b\n1,2\n", "x.csv", FileKind.TABLE),
        (b"# T\n", "x.md", FileKind.MARKDOWN),
        (b"From: us to you\n\nHello", "x.txt", FileKind.TEXT),
    ],
)
def test_the_kind_is_told_by_the_content(data: bytes, name: str, kind: FileKind) -> None:
    assert file_kind(data, name) is kind


def bomb(entries: int = 1, size: int = 30_000_000) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(entries):
            archive.writestr(f"word/document{number or ''}.xml", b"\0" * size)
    return buffer.getvalue()


def test_a_zip_bomb_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileAccessError, match="far more"):
        file_kind(bomb(), "a.docx")
    monkeypatch.setattr(archive_files, "MOST_ENTRIES", 3)
    with pytest.raises(FileAccessError, match="far more"):
        file_kind(bomb(entries=4, size=10), "a.zip")


def test_a_locked_entry_says_so() -> None:
    data = bytearray(samples.zipped({"a.html": b"<p>x</p>"}))
    at = data.find(b"PK\x01\x02") + 8
    data[at] |= 1
    data[6] |= 1
    with pytest.raises(FileAccessError, match="password"):
        samples.read_export(bytes(data), "a.zip", None)


def test_a_document_of_pictures_or_of_nothing_says_so() -> None:
    with pytest.raises(FileAccessError, match="only pictures"):
        read_document(b"<html><body><img src='a.jpg' alt='x'></body></html>", "a.html", FileKind.HTML)
    with pytest.raises(FileAccessError, match="no text"):
        read_document(samples.docx([]), "a.docx", FileKind.DOCX)


def test_text_is_read_in_other_encodings() -> None:
    assert text_of("café £5".encode("utf-16"), "a.txt") == "café £5"
    assert text_of("café £5".encode("cp1252"), "a.txt") == "café £5"
    assert "café" in text_of('<meta charset="iso-8859-1"><p>café'.encode("latin-1"), "a.html")


def test_pictures_are_read_beside_the_page_only(tmp_path: Path) -> None:
    folder = tmp_path / "page"
    (folder / "page_files").mkdir(parents=True)
    (folder / "page_files" / "a b.png").write_bytes(b"png")
    (tmp_path / "secret.png").write_bytes(b"secret")
    load = pictures_beside(folder / "page.html")
    assert load("page_files/a%20b.png") == b"png"
    assert load("data:image/png;base64,cG5n") == b"png"
    assert load("../secret.png") is None
    assert load("https://e.org/a.png") is None
    assert load("data:image/png;base64,!") is None


# --- exports

CSV = (
    "post_id,post_date,title,subtitle\n12.spring,2024-03-01T09:00:00Z,Spring update,x\n13.may,2024-05-02,May update,y\n"
)
SUBSTACK = samples.zipped(
    {
        "posts.csv": CSV.encode(),
        "posts/12.spring.html": b"<p>Hello spring.</p>",
        "posts/13.may.html": b"<p>Hello May.</p>",
    }
)


def test_an_export_of_several_lists_them() -> None:
    with pytest.raises(UsageError) as raised:
        samples.read_export(SUBSTACK, "export.zip", None)
    assert "2 issues" in raised.value.message
    assert raised.value.message.index("2024-05-02 May update") < raised.value.message.index("2024-03-01 Spring update")
    assert "--post" in raised.value.hint


@pytest.mark.parametrize("wanted", ["Spring update", "spring", "2024-03-01", "12.spring"])
def test_one_of_an_export_is_chosen(wanted: str) -> None:
    source = samples.read_export(SUBSTACK, "export.zip", wanted)
    assert (source.title, source.date) == ("Spring update", dt.date(2024, 3, 1))
    assert [block.text for block in source.blocks] == ["Hello spring."]


def test_an_unknown_or_unclear_choice_is_told() -> None:
    with pytest.raises(UsageError, match="no issue called 'june'"):
        samples.read_export(SUBSTACK, "export.zip", "june")
    with pytest.raises(UsageError, match="2 issues called 'update'"):
        samples.read_export(SUBSTACK, "export.zip", "update")


def test_a_table_of_campaigns_is_read() -> None:
    table = 'Subject,Send Date,HTML\nApril,2024-04-03,"<h2>Coming up</h2><p>A walk</p>"\n'
    source = samples.read_export(table.encode(), "campaigns.csv", None)
    assert (source.title, source.date) == ("April", dt.date(2024, 4, 3))
    assert [block.text for block in source.blocks] == ["Coming up", "A walk"]


def test_a_page_with_its_pictures_is_read() -> None:
    page = b'<html><body><h1>Update</h1><p><img src="images/a.png" alt="Hall"></p><p>Hello.</p></body></html>'
    source = samples.read_export(samples.zipped({"Update.html": page, "images/a.png": b"png"}), "Update.zip", None)
    assert [block.picture.data for block in source.blocks if block.picture] == [b"png"]
    assert source.title == "Update"


def test_an_archive_without_posts_says_so() -> None:
    with pytest.raises(UsageError, match="no posts"):
        samples.read_export(samples.zipped({"a.json": b"{}"}), "a.zip", None)
    with pytest.raises(UsageError, match="Word documents"):
        samples.read_export(samples.zipped({"a.docx": b"x"}), "a.zip", None)


def test_mailchimps_whole_account_lists_its_campaigns_by_subject_and_day() -> None:
    export = open_export(samples.mailchimp_account(), "account.zip")
    assert [post.shown for post in export.posts] == [
        "2024-03-01 Spring is here",
        "2024-02-12 February news from the hall",
        "8814_april-draft",
    ]
    source = export.source(export.choose("2024-02-12"))
    assert (source.title, source.date) == ("February news from the hall", dt.date(2024, 2, 12))
    assert [block.plain for block in source.blocks][:2] == ["February news", "Coming up"]


def test_substacks_account_lists_its_posts_and_nobody_who_reads_them() -> None:
    export = open_export(samples.substack_account(), "export.zip")
    assert [post.shown for post in export.posts] == ["2024-03-01 March news", "2024-02-12 February news"]
    assert export.source(export.choose("42.feb-news")).preheader == "All of it"


def test_a_list_of_people_is_not_taken_for_an_issue() -> None:
    with pytest.raises(UsageError, match="list of people") as raised:
        open_export(b"Email Address,First Name\nann@example.org,Ann\n", "people.csv")
    assert "audience import people.csv" in raised.value.hint
    with pytest.raises(UsageError, match="lists of people"):
        open_export(samples.zipped({"subscribed.csv": b"Email,Name\nann@example.org,Ann\n"}), "lists.zip")
