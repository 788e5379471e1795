"""What is said in the situations that people get into: place, code, and the line to paste, where it can be known."""

from __future__ import annotations

import codecs
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from newsletter.errors import ContentError
from newsletter.issue_file.load_document import Loaded, read_document
from newsletter.issue_file.load_issue import load_issue
from newsletter.issue_file.source_text import text_source
from newsletter.issue_file.yaml_repair.patched_text import PatchedText
from newsletter.model.findings import Finding
from newsletter.model.issue import Issue

HEAD = "title: A title\ndate: 2024-02-12\n"
QUOTE = "sections:\n  - kind: quote\n    text: It changed how we work.\n"
LIST = HEAD + "sections:\n  - kind: coming_up\n    items:\n      - title: A workshop\n"


def load(text: str) -> Loaded[Issue]:
    source = text_source(Path("2024-02.yaml"), text)
    return read_document(source, Issue, context={"zone": ZoneInfo("Europe/London"), "kinds": {}})


def findings_in(text: str) -> list[Finding]:
    with pytest.raises(ContentError) as caught:
        load(text)
    return [finding for finding in caught.value.findings if isinstance(finding, Finding)]


ONE = [
    # dates
    (LIST + "        when: 13:00\n", "7:15 NL050", ""),
    (LIST + "        when: February 2024\n", "7:15 NL050", ""),
    (LIST + "        when: 2024-02\n", "7:15 NL050", ""),
    (LIST + "        when: {day: 3}\n", "7:15 NL050", ""),
    (LIST + "        when: Monday 5 March 2024 at 1pm\n", "7:15 NL050", "        when: 2024-03-05 13:00"),
    (LIST + "        when: 5 March at noon\n", "7:15 NL050", "        when: 2024-03-05 12:00"),
    (LIST + "        when: 2024-02-20 13:00 to 14:00\n", "7:15 NL050", "        when: 2024-02-20 13:00"),
    (LIST + "        when: some day\n", "7:15 NL050", ""),
    (LIST + "        when: 2024-02-20 13:00\n        ends: 2pm\n", "8:15 NL052", "        ends: 14:00"),
    (LIST + "        when: 2024-02-20\n        ends: 14:00\n", "8:15 NL056", ""),
    (LIST + "        when: 0000-01-01\n", "7:15 NL051", ""),
    (LIST + "        when: 9999-12-31 23:00\n        ends: 23:59\n", "7:15 NL051", ""),
    (LIST + "        when: 2024-02-20\n        ends: 9999-12-31\n", "8:15 NL051", ""),
    (LIST + "        when: 2024-13-44\n", "7:15 NL051", ""),
    (LIST + "        events: 2024-03-05 13:00\n", "7:17 NL044", "        events: [2024-03-05 13:00]"),
    (
        LIST + "        events: 5 March 2024 and 8 April 2024\n",
        "7:17 NL044",
        "        events: [2024-03-05, 2024-04-08]",
    ),
    (LIST + "        events: [5 March 13.00]\n", "7:18 NL050", "        events: [2024-03-05 13:00]"),
    (HEAD.replace("2024-02-12", "“2024-02-12”") + QUOTE, "2:7 NL050", "date: 2024-02-12"),
    # links
    (LIST + "        link: [x](https://example.org)\n", "7:15 NL060", "        link: https://example.org"),
    (LIST + "        link: 020 7946 0000\n", "7:15 NL060", "        link: tel:02079460000"),
    (LIST + "        link: on our website\n", "7:15 NL060", ""),
    # sections and their kinds
    (HEAD + "sections:\n  last_month:\n    items: [a]\n", "4:3 NL044", "  - kind: last_month"),
    (HEAD + "sections:\n  - last_month:\n      items: [a]\n", "4:5 NL047", "  - kind: last_month"),
    (HEAD + "sections:\n  - Kind: quote\n    text: a\n", "4:5 NL040", "  - kind: quote"),
    (HEAD + "sections:\n  - kind:\n    text: a\n", "4:5 NL042", ""),
    (HEAD + "sections:\n  - kind: [quote]\n    text: a\n", "4:5 NL046", ""),
    (HEAD + "sections:\n  - kind: {a: b}\n    text: a\n", "4:5 NL046", ""),
    (HEAD + "sections:\n  - kind: gobbledygook\n", "4:11 NL046", ""),
    (HEAD + "sections:\n  - story\n", "4:5 NL043", ""),
    (HEAD + "sections:\n  - [story]\n", "4:5 NL043", ""),
    (HEAD + "sections:\n  -\n", "4:4 NL042", ""),
    (HEAD + "sections: []\n", "3:11 NL042", ""),
    (HEAD + "sections:\n", "3:1 NL042", ""),
    (HEAD + "sections: {kind: quote, text: a}\n", "3:11 NL044", "sections: [{kind: quote, text: a}]"),
    (HEAD + "sections:\n  kind: quote\n  text: a\n", "4:3 NL044", "  - kind: quote"),
    (HEAD + "sections: {}\n", "3:11 NL044", "sections: [{}]"),
    # fields
    (HEAD + QUOTE + "items: [a]\n", "6:1 NL040", ""),
    (HEAD + QUOTE + "sign off: a\n", "6:1 NL040", "sign_off: a"),
    (HEAD + QUOTE + ": a\n", "6:1 NL040", ""),
    (HEAD + QUOTE + "hero:\n  - a\n", "7:3 NL043", ""),
    (HEAD + QUOTE + "gobbledygook: a\n", "6:1 NL040", ""),
    (LIST + "        label: a\n", "7:9 NL040", ""),
    (LIST + "        button: {label: a, link: https://example.org, deadline: 2024-02-20}\n", "7:55 NL040", ""),
    (LIST + "        people:\n          name: a\n", "8:11 NL044", "          - name: a"),
    (LIST + "      - Join us: come\n          and see\n", "7:9 NL010", ""),
    (LIST + "      - {}\n", "7:9 NL048", ""),
    (LIST + '        people: [""]\n', "7:18 NL042", ""),
    (LIST + '        title: ""\n'.replace("title", "payment"), "7:18 NL042", ""),
    (LIST + "        people: [a, , b]\n", "7:17 NL022", "        people: [a, b]"),
    (HEAD + QUOTE + "intro:\n  Note: a\n", "7:3 NL045", ""),
    (HEAD + QUOTE + "intro:\n  - Hello\n", "7:3 NL045", ""),
    # quotation marks and brackets
    (HEAD + QUOTE + "intro: “Hello: you\n", "6:8 NL014", 'intro: "Hello: you"'),
    (HEAD + QUOTE + "intro: 'tis the season\n", "6:8 NL012", 'intro: "\'tis the season"'),
    (HEAD + QUOTE + 'intro: "Hello”\n', "6:8 NL012", 'intro: "Hello"'),
    (HEAD + QUOTE + 'intro: "Hello" # mine\nsign_off: "Bye" you\n', "7:15 NL013", "sign_off: '\"Bye\" you'"),
    (LIST + "        people: [a, ]\n        events: [2024-03-05, ~]\n", "8:30 NL042", ""),
    (LIST + "        people: [~]\n", "7:18 NL042", ""),
    ("---\n", "1:1 NL006", ""),
    (LIST + "        people: [a, b],\n", "7:23 NL034", "        people: [a, b]"),
    (LIST + "        people: [a, b] and c\n", "7:17 NL015", '        people: "[a, b] and c"'),
    (LIST + "        button: {label: a: b, link: https://example.org}\n", "7:17 NL022", None),
    (
        LIST + "        button: {label: a,\n          link: https://example.org\n",
        "7:17 NL021",
        "",
    ),
    (HEAD + QUOTE + "intro: {first_name|there}, hello\n", "6:8 NL015", 'intro: "{first_name|there}, hello"'),
    (HEAD + QUOTE + 'intro: "a\\qb: \\"c\\""\n', "6:10 NL033", None),
    (HEAD + QUOTE + 'intro: "a\\x07b"\n', "6:8 NL008", ""),
    (HEAD + QUOTE + 'intro: "a\\ud800b"\n', "6:8 NL008", ""),
    (HEAD + QUOTE + 'subject: "a\\rb"\n', "6:10 NL049", ""),
    # lines
    (HEAD + QUOTE + "// a comment\n", "6:1 NL018", "# a comment"),
    (HEAD + QUOTE + "intro – Hello\n", "6:6 NL018", "intro: Hello"),
    (HEAD + QUOTE + "intro： Hello\n", "6:6 NL018", "intro: Hello"),
    ("title; A title\n" + HEAD[15:] + QUOTE, "1:6 NL018", "title: A title"),
    (HEAD + QUOTE + "Hello\n", "6:1 NL018", ""),
    ("- title: A title\ndate: 2024-02-12\n" + QUOTE, "1:1 NL035", "title: A title"),
    (HEAD + "intro: |\n" + "Hello there\n" + QUOTE, "4:1 NL020", "  Hello there"),
    (HEAD + "intro: We met.\n\nIt was good.\n" + QUOTE, "5:1 NL018", ""),
    (HEAD + QUOTE + "intro:\u00a0Hello\n", "6:7 NL030", "intro: Hello"),
    (HEAD + QUOTE.replace("    text", "\ufeff    text"), "5:1 NL030", "    text: It changed how we work."),
    (HEAD + QUOTE + "intro: *hello\n", "6:8 NL024", 'intro: "*hello"'),
    (HEAD + QUOTE + "intro: !<tag:example.org> a\n", "6:8 NL025", "intro: a"),
    (HEAD + QUOTE + "intro: Hello #you # and a comment\n", "6:14 NL028", None),
    (HEAD + "---\n" + QUOTE, "3:1 NL023", ""),
    (HEAD + "...\n" + QUOTE, "3:1 NL023", ""),
    (HEAD + QUOTE.replace("    text", "    \ttext"), "5:5 NL011", "    text: It changed how we work."),
]


@pytest.mark.parametrize(("text", "where", "paste"), ONE)
def test_one_mistake_is_told_once(text: str, where: str, paste: str | None) -> None:
    findings = findings_in(text)
    told = [f"{finding.place.line}:{finding.place.column} {finding.code}" for finding in findings]
    assert told == [where], [finding.message for finding in findings]
    if paste is not None:
        assert findings[0].suggestion == paste


FINE = [
    HEAD + QUOTE,
    "---\n" + HEAD + QUOTE,
    HEAD + QUOTE + "...\n",
    HEAD + QUOTE.replace("  - ", "- ").replace("    text", "  text"),
    HEAD + QUOTE + "preheader:\nhero: null\nsign_off: ~\n",
    HEAD + QUOTE + "intro: Room 4 # a comment\n",
    HEAD + QUOTE + "intro: 🎉 Hooray, C# and more\n",
    HEAD + QUOTE + "intro: >-\n  Hello there\n  {first_name|friend}\n",
    HEAD + QUOTE + 'intro: "We met.\n\n  It was: good."\n',
    HEAD + QUOTE + "intro: We met\n  all of you\n",
    LIST + "        people: Tu\n        when: 2024-2-5\n        events: [2024-03-05]\n",
    LIST + "        when: 2024-02-20T13:00\n        ends: 2024-02-20\n",
    '{"title": "x", "date": "2024-02-12", "sections": [{"kind": "quote", "text": "a"}]}',
]


@pytest.mark.parametrize("text", FINE)
def test_what_is_right_is_taken(text: str) -> None:
    assert load(text).value.sections


@pytest.mark.parametrize(
    "written",
    ["No", "on", "2024", "1e3", "0x10", "1_000", "12:30:45", ".5", "+44 20", "TRUE", "Null", "1.10", "=", "<<"],
)
def test_words_stay_as_they_were_written(written: str) -> None:
    issue = load(f"title: {written}\ndate: 2024-02-12\nsections:\n  - kind: coming_up\n    items: [{written}]\n").value
    section = issue.sections[0].model_dump()
    assert issue.title == written
    assert section["items"][0]["text"] == written


@pytest.mark.parametrize(
    "data",
    [
        (HEAD + QUOTE).encode("utf-8-sig"),
        (HEAD + QUOTE).encode("utf-16"),
        codecs.BOM_UTF16_BE + (HEAD + QUOTE).encode("utf-16-be"),
        (HEAD + QUOTE).encode("utf-16-le"),
        (HEAD + QUOTE).encode("utf-16-be"),
        (HEAD + QUOTE).encode("utf-32"),
        (HEAD + QUOTE).replace("\n", "\r\n").encode(),
        (HEAD + QUOTE).replace("\n", "\r").encode(),
        (HEAD + QUOTE + "intro: a\u2028b\x85c\n").encode(),
    ],
)
def test_a_file_of_any_program_is_read(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "2024-02.yaml"
    path.write_bytes(data)
    loaded = load_issue(path, zone=ZoneInfo("Europe/London"))
    assert loaded.issue.title == "A title"
    assert loaded.path == path
    assert loaded.places.of(("sections", 0, "text")).line == 5
    assert loaded.source.startswith("title: A title\n")


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "2024-02.yaml"
    path.write_bytes((HEAD + QUOTE).encode("utf-16") + b"x")
    with pytest.raises(ContentError) as caught:
        load_issue(path, zone=ZoneInfo("Europe/London"))
    assert "damaged" in caught.value.message


def test_old_line_ends_and_encodings_keep_their_places(tmp_path: Path) -> None:
    path = tmp_path / "2024-02.yaml"
    path.write_bytes((HEAD + QUOTE + "intro: Café\nsign_off: 5€: b\n").replace("\n", "\r\n").encode("cp1252"))
    with pytest.raises(ContentError) as caught:
        load_issue(path, zone=ZoneInfo("Europe/London"))
    told = [(f.place.line, f.place.column, f.code) for f in caught.value.findings if isinstance(f, Finding)]
    assert told == [(6, 11, "NL007"), (7, 13, "NL010")]


def test_a_line_outside_the_file_is_empty() -> None:
    source = text_source(Path("b.yaml"), "x")
    assert (source.line(0), source.line(1), source.line(2)) == ("", "x", "")


def test_tabs_everywhere_are_one_finding() -> None:
    text = HEAD + "sections:\n\t- kind: quote\n\t\ttext: hi\n\t- kind: quote\n\t\ttext: ho\n"
    (finding,) = findings_in(text)
    assert (finding.place.line, finding.code) == (4, "NL011")
    assert "3 more lines below have tabs too" in finding.hint


def test_many_mistakes_in_a_row_come_to_an_end() -> None:
    findings = findings_in("".join(f"title{number}: a: b\n" for number in range(60)))
    assert 30 <= len(findings) <= 90


def test_a_draft_knows_columns_before_and_behind_a_change() -> None:
    draft = PatchedText(["intro: a"])
    draft.change(1, "intro: a")
    assert draft.text == "intro: a"
