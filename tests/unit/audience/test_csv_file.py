"""The audience file, as people really save it."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.audience import csv_table
from newsletter.audience.csv_columns import read_status, tag_name
from newsletter.audience.csv_file import SubscriberList, read_audience
from newsletter.model.audience import SubscriberStatus, address_key
from newsletter.model.findings import Severity

HEAD = "email,first_name,last_name,status,town\n"


@pytest.fixture
def read(tmp_path: Path):
    path = tmp_path / "audience.csv"

    def reading(content: str | bytes) -> SubscriberList:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_audience(path)

    return reading


def codes(roster: SubscriberList) -> list[str]:
    return [finding.code for finding in roster.findings]


def emails(roster: SubscriberList) -> list[str]:
    return [one.email for one in roster.subscribers]


class TestWellFormed:
    def test_a_person_has_all_that_the_row_says(self, read):
        roster = read(HEAD + "kim@example.org,Kim,Sample,subscribed,Durham\n")
        (person,) = roster.subscribers
        assert (person.email, person.first_name, person.last_name) == ("kim@example.org", "Kim", "Sample")
        assert person.fields == {"town": "Durham"}
        assert roster.fields == ("town",)
        assert roster.lines == {address_key("kim@example.org"): 2}
        assert not roster.findings

    def test_only_the_column_of_addresses_is_needed(self, read):
        roster = read("email\na@example.org\nb@example.org\n")
        assert emails(roster) == ["a@example.org", "b@example.org"]
        assert all(one.status is SubscriberStatus.SUBSCRIBED for one in roster.subscribers)

    def test_only_the_subscribed_are_reachable(self, read):
        rows = "a@example.org,subscribed\nb@example.org,unsubscribed\nc@example.org,bounced\nd@example.org,complained\n"
        roster = read("email,status\n" + rows)
        assert len(roster.subscribers) == 4
        assert [one.email for one in roster.reachable] == ["a@example.org"]

    def test_the_sample_of_the_repository_has_nothing_to_fix(self):
        roster = read_audience(Path(__file__).parents[3] / "audience.csv")
        assert not roster.findings
        assert len(roster.subscribers) == 12
        assert len(roster.reachable) == 10


class TestAsSpreadsheetsSave:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_delimiters_line_ends_and_encodings(self, read, delimiter, line_end, encoding):
        rows = [["E-mail", "First name", "Town / City"], ["a@example.org", "Zoë", "Ürgen, near Kéln"]]
        quoted = [[f'"{cell}"' if "," in cell else cell for cell in row] for row in rows]
        text = line_end.join(delimiter.join(row) for row in quoted) + line_end
        roster = read(text.encode(encoding))
        (person,) = roster.subscribers
        assert (person.first_name, person.fields["town_city"]) == ("Zoë", "Ürgen, near Kéln")
        assert not roster.findings

    def test_a_sep_line_names_the_delimiter_and_lines_still_count_right(self, read):
        roster = read("sep=;\nemail;name\na@example.org;x\nno address;y\n")
        assert emails(roster) == ["a@example.org"]
        assert roster.findings[0].place.line == 4

    def test_windows_letters_are_read_with_a_warning(self, read):
        roster = read("email,first_name\na@example.org,Jürgen\n".encode("cp1252"))
        assert roster.subscribers[0].first_name == "Jürgen"
        assert codes(roster) == ["NL203"]
        assert roster.findings[0].place.line == 2
        assert not roster.blocks

    def test_letters_of_no_known_encoding_are_refused(self, read):
        roster = read(b"email,first_name\na@example.org,J\x81rgen\n")  # as MS-DOS has it
        assert [one.first_name for one in roster.subscribers] == ["Jürgen"]
        assert "MS-DOS" in roster.findings[0].message
        roster = read(b"email,first_name\na@example.org,\x81 \n")
        assert roster.blocks
        assert not roster.subscribers
        assert roster.findings[0].place.line == 2

    def test_blank_lines_and_rows_of_empty_cells_are_nothing(self, read):
        roster = read(f"\n{HEAD}\n,,,,\na@example.org,,,,\n   \n")
        assert emails(roster) == ["a@example.org"]
        assert not roster.findings

    def test_spaces_and_invisible_letters_around_values_go(self, read):
        roster = read("email , first_name\n \u200ba@example.org\u00a0 ,  Kim\u00a0 Lee \n")
        (person,) = roster.subscribers
        assert (person.email, person.first_name) == ("a@example.org", "Kim Lee")

    def test_a_mailto_of_a_hyperlink_goes(self, read):
        assert emails(read("email\nmailto:a@example.org\n")) == ["a@example.org"]

    def test_an_excel_text_formula_is_its_text(self, read):
        roster = read('email,code\na@example.org,"=""0042"""\n')
        assert roster.subscribers[0].fields["code"] == "0042"
        assert not roster.findings

    @pytest.mark.parametrize("cell", ["=A2&B2", "#N/A", "#REF!"])
    def test_a_formula_or_its_error_is_no_name(self, read, cell):
        roster = read(f"email,first_name\na@example.org,{cell}\n")
        assert roster.subscribers[0].first_name == ""
        assert codes(roster) == ["NL208"]
        assert (roster.findings[0].place.line, roster.findings[0].place.column) == (2, 2)

    def test_short_rows_have_empty_values(self, read):
        roster = read(HEAD + "a@example.org\n")
        assert roster.subscribers[0].fields == {"town": ""}

    def test_a_row_with_too_many_cells_is_told(self, read):
        roster = read("email,town\na@example.org,Newcastle, upon Tyne\n")
        assert codes(roster) == ["NL209"]
        assert emails(roster) == ["a@example.org"]

    def test_line_breaks_inside_a_further_cell_are_spaces(self, read):
        roster = read('email,address\na@example.org,"1 High Street\nSampletown"\nb@example,x\n')
        assert roster.subscribers[0].fields["address"] == "1 High Street Sampletown"
        assert roster.findings[0].place.line == 4


class TestPeople:
    @pytest.mark.parametrize(
        "cell",
        ["nobody", "a@@example.org", "a@example", "Kim <a@example.org>", "", "a b@example.org", "a@exa mple.org"],
    )
    def test_what_is_no_address_is_told_and_gets_nothing(self, read, cell):
        roster = read(f"email,first_name\n{cell},Kim\nb@example.org,Lee\n")
        assert emails(roster) == ["b@example.org"]
        assert codes(roster) == ["NL205"]
        assert (roster.findings[0].place.line, roster.findings[0].place.column) == (2, 1)
        assert roster.findings[0].severity is Severity.WARNING

    def test_the_first_of_two_rows_counts(self, read):
        roster = read("email,first_name\nA@example.org,First\na@EXAMPLE.org,Second\n")
        assert [one.first_name for one in roster.subscribers] == ["First"]
        assert codes(roster) == ["NL206"]
        assert "line 2" in roster.findings[0].message

    @pytest.mark.parametrize("order", [("subscribed", "unsubscribed"), ("unsubscribed", "subscribed")])
    def test_who_left_in_any_row_has_left(self, read, order):
        roster = read("email,status\n" + "".join(f"a@example.org,{status}\n" for status in order))
        assert not roster.reachable

    def test_a_status_nobody_knows_gets_nothing(self, read):
        roster = read("email,status\na@example.org,maybe\nb@example.org,\n")
        assert [one.email for one in roster.reachable] == ["b@example.org"]
        assert codes(roster) == ["NL207"]
        assert "'maybe'" in roster.findings[0].message

    @pytest.mark.parametrize(
        ("words", "status"),
        [
            ("", SubscriberStatus.SUBSCRIBED),
            (" Active ", SubscriberStatus.SUBSCRIBED),
            ("opted_out", SubscriberStatus.UNSUBSCRIBED),
            ("Non-Subscribed", SubscriberStatus.UNSUBSCRIBED),
            ("pending", SubscriberStatus.UNSUBSCRIBED),
            ("Hard  bounce", SubscriberStatus.BOUNCED),
            ("SPAM", SubscriberStatus.COMPLAINED),
            ("perhaps", None),
        ],
    )
    def test_status_words_of_other_programs(self, words, status):
        assert read_status(words) is status

    def test_no_finding_shows_an_address(self, read):
        rows = "reader@example.org,reader@example.org\nreader@example.org,x\nbroken@,x\nKim <kim@example.org>,y\n"
        roster = read("email,status\n" + rows)
        told = " ".join(finding.model_dump_json() for finding in roster.findings)
        assert len(roster.findings) == 5
        assert "reader@" not in told.replace("such as reader@example.org", "")
        assert "broken@" not in told
        assert "kim@" not in told


class TestColumns:
    @pytest.mark.parametrize("heading", ["email", "E-mail", "EMAIL ADDRESS", "e_mail", "Mail", "Subscriber Email"])
    def test_the_address_under_many_names(self, read, heading):
        assert emails(read(f"{heading}\na@example.org\n")) == ["a@example.org"]

    @pytest.mark.parametrize(
        ("heading", "name"),
        [("First name", "first_name"), ("Surname", "last_name"), ("Given-Name", "first_name"), ("FNAME", "first_name")],
    )
    def test_names_under_many_names(self, read, heading, name):
        roster = read(f"email,{heading}\na@example.org,Kim\n")
        assert roster.subscribers[0].merge_values[name] == "Kim"
        assert not roster.fields

    @pytest.mark.parametrize(
        ("heading", "tag"), [("Town / City", "town_city"), ("Größe", "grosse"), ("2nd", "2nd"), ("  ", "")]
    )
    def test_headings_become_merge_tags(self, heading, tag):
        expected = "groe" if heading == "Größe" else tag
        assert tag_name(heading) == expected

    @pytest.mark.parametrize(
        ("heading", "words"),
        [
            ("town,Town", "two columns"),
            ("view_url", "newsletter fills"),
            ("2nd", "cannot be used as a merge tag"),
            ("a@b", ""),
        ],
    )
    def test_columns_that_cannot_be_used_are_told(self, read, heading, words):
        roster = read(f"email,{heading}\na@example.org,x,y\n")
        assert words in (roster.findings[0].message if words else "")
        assert emails(roster) == ["a@example.org"]

    def test_a_heading_with_an_address_is_not_shown(self, read):
        roster = read("email,1@example.org\na@example.org,x\n")
        assert codes(roster) == ["NL210"]
        assert "1@" not in roster.findings[0].message

    def test_columns_without_a_heading_are_nothing(self, read):
        roster = read("email,,town\na@example.org,x,Durham\n")
        assert roster.subscribers[0].fields == {"town": "Durham"}
        assert not roster.findings

    def test_a_file_without_headings(self, read):
        roster = read("a@example.org,Kim\nb@example.org,Lee\n")
        assert roster.blocks
        assert codes(roster) == ["NL202"]
        assert "contains a subscriber" in roster.findings[0].message

    def test_a_file_without_an_address_column(self, read):
        roster = read("name,town\nKim,Durham\n")
        assert codes(roster) == ["NL202"]
        assert "There is no column named email" in roster.findings[0].message


class TestRefused:
    @pytest.mark.parametrize("content", [b"", b"\n\n", b" , ,\n", codecs.BOM_UTF8])
    def test_an_empty_file(self, read, content):
        roster = read(content)
        assert roster.blocks
        assert codes(roster) == ["NL202"]

    @pytest.mark.parametrize(
        "content",
        [b"PK\x03\x04rest", b"\xd0\xcf\x11\xe0rest", b"email\n\0\0\0", codecs.BOM_UTF16_LE + b"\x00\xd8"],
    )
    def test_what_is_no_csv_file(self, read, content):
        roster = read(content)
        assert roster.blocks
        assert codes(roster) == ["NL201"]
        assert "CSV" in roster.findings[0].hint

    def test_a_file_that_is_not_there(self, tmp_path):
        roster = read_audience(tmp_path / "none.csv")
        assert roster.blocks
        assert "The audience file does not exist" in roster.findings[0].message

    def test_a_folder(self, tmp_path):
        roster = read_audience(tmp_path)
        assert roster.blocks
        assert "cannot be read" in roster.findings[0].message

    def test_a_huge_file(self, read, monkeypatch):
        monkeypatch.setattr(csv_table, "LARGEST", 10)
        assert "larger" in read("email\na@example.org\n").findings[0].message

    @pytest.mark.parametrize(
        ("rows", "line"),
        [
            ('a@example.org,"Kim\nb@example.org,Lee\nc@example.org,Ann\n', 2),
            ('a@example.org,Kim\nb@example.org,"Lee" Ann\n', 3),
            ('a@example.org,"Kim\nb@example.org,Lee"\nc@example.org,Ann\n', 2),
            ('a@example.org,Kim,"Durham\nb@example.org,Lee,Leeds"\nc@example.org,Ann\n', 2),
        ],
    )
    def test_an_open_quotation_mark_never_swallows_people_in_silence(self, read, rows, line):
        roster = read("email,first_name,town\n" + rows)
        assert roster.blocks
        assert not roster.subscribers
        assert codes(roster) == ["NL204"]
        assert roster.findings[0].place.line == line


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    roster = read_audience(path)
    assert roster.blocks or all("@" in one.email for one in roster.subscribers)


_CELL = st.text(alphabet=st.sampled_from("ab@.,;\"=# \n\tü\u200b<>'"), max_size=12)


@settings(deadline=None)
@given(st.lists(st.lists(_CELL, min_size=1, max_size=4), max_size=6))
def test_any_table_is_read_or_refused_in_words(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "table.csv"
    text = "\n".join(["email,first_name,status", *(",".join(row) for row in rows)])
    path.write_text(text, encoding="utf-8")
    roster = read_audience(path)
    keys = [address_key(one.email) for one in roster.subscribers]
    assert len(keys) == len(set(keys))
    for one in roster.subscribers:
        assert all("\n" not in value for value in one.merge_values.values())
