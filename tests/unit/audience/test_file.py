"""What stands in place of an audience file, files of all makes, and what reading costs."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.audience import csv_table
from newsletter.audience.addresses import normal_address
from newsletter.audience.csv_file import SubscriberList, read_audience
from newsletter.model.findings import Severity
from tests.examples import examples


def refusal(path: Path) -> str:
    roster = read_audience(path)
    assert roster.blocks
    assert not roster.subscribers
    (finding,) = roster.findings
    assert (finding.code, finding.severity) == ("NL201", Severity.ERROR)
    return finding.message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a system with named pipes")
class TestNoFile:
    def test_a_named_pipe(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "audience.csv")
        assert "named pipe" in refusal(tmp_path / "audience.csv")

    @pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/urandom", "/dev/tty"])
    def test_a_device(self, device: str) -> None:
        assert "device" in refusal(Path(device))

    @pytest.mark.parametrize("target", ["pipe", "folder", "/dev/zero", "link"])
    def test_a_link_to_no_file(self, tmp_path: Path, target: str) -> None:
        os.mkfifo(tmp_path / "pipe")
        (tmp_path / "folder").mkdir()
        (tmp_path / "link").symlink_to("/dev/full")
        (tmp_path / "audience.csv").symlink_to(target)
        assert "cannot be read" in refusal(tmp_path / "audience.csv")

    def test_links_in_a_circle(self, tmp_path: Path) -> None:
        (tmp_path / "audience.csv").symlink_to("other.csv")
        (tmp_path / "other.csv").symlink_to("audience.csv")
        assert "cannot be read" in refusal(tmp_path / "audience.csv")

    def test_a_link_to_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "audience.csv").symlink_to("gone.csv")
        assert "The audience file does not exist" in refusal(tmp_path / "audience.csv")

    def test_a_socket(self, tmp_path: Path) -> None:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(tmp_path / "s"))
            assert "socket" in refusal(tmp_path / "s")

    def test_a_huge_file_is_not_read(self, tmp_path: Path) -> None:
        with (tmp_path / "audience.csv").open("wb") as file:
            file.truncate(2**40)  # a file of holes, a terabyte long
        assert "larger than 64 MB" in refusal(tmp_path / "audience.csv")

    def test_a_file_that_grows_while_it_is_read(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "audience.csv"
        path.write_text("email\na@trust.uk\n", encoding="utf-8")
        monkeypatch.setattr(csv_table, "LARGEST", 20)
        grown = path.read_bytes() * 3
        found = path.stat

        def stat(*, follow_symlinks: bool = True) -> os.stat_result:
            seen = found(follow_symlinks=follow_symlinks)
            path.write_bytes(grown)
            return seen

        monkeypatch.setattr(type(path), "stat", lambda _self, **values: stat(**values))
        assert "larger than 64 MB" in refusal(path)


def read(folder: Path, content: str | bytes) -> SubscriberList:
    path = folder / "audience.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_audience(path)


class TestCells:
    @pytest.mark.parametrize("length", [131_073, 1_000_000])
    def test_a_long_cell_is_no_open_quotation_mark(self, tmp_path: Path, length: int) -> None:
        roster = read(tmp_path, f"email,notes\na@trust.uk,{'x' * length}\nb@trust.uk,y\n")
        assert not roster.findings
        assert len(roster.subscribers) == 2

    def test_the_limit_of_the_csv_module_is_left_as_it_was(self, tmp_path: Path) -> None:
        import csv

        before = csv.field_size_limit()
        read(tmp_path, "email,notes\na@trust.uk,x\n")
        read(tmp_path, 'email,notes\na@trust.uk,"x\n')
        assert csv.field_size_limit() == before

    @pytest.mark.parametrize(
        "note",
        [
            "Met at the fair, write to desk@trust.uk.\nPrefers a call.",
            "desk@trust.uk",
            "First line\ndesk@trust.uk",
            "1, 2, 3\nKim, desk@trust.uk, called",
            "Kim <kim@trust.uk>\nLee <lee@trust.uk>\n",
        ],
    )
    def test_a_note_of_several_lines_with_an_address_is_no_row(self, tmp_path: Path, note: str) -> None:
        roster = read(tmp_path, f'email,notes,town\na@trust.uk,"{note}",Leeds\nb@trust.uk,,\n')
        assert [one.code for one in roster.findings] == []
        assert len(roster.subscribers) == 2

    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    def test_a_swallowed_row_is_seen_with_every_separator(self, tmp_path: Path, separator: str) -> None:
        rows = ["email,name2,town", 'a@trust.uk,Kim,"Durham', 'b@trust.uk,Lee,Leeds"', "c@trust.uk,Ann,"]
        roster = read(tmp_path, "\n".join(rows).replace(",", separator))
        assert [one.code for one in roster.findings if one.blocks] == ["NL204"]

    def test_commas_in_a_quoted_heading_do_not_make_the_separator(self, tmp_path: Path) -> None:
        roster = read(tmp_path, '"Ort, Kreis, Land, Staat";E-Mail\nLeeds;a@trust.uk\n')
        assert [one.email for one in roster.subscribers] == ["a@trust.uk"]

    def test_very_many_columns_are_refused(self, tmp_path: Path) -> None:
        roster = read(tmp_path, f"email{',x' * 5000}\na@trust.uk\n")
        assert [one.code for one in roster.findings] == ["NL202"]
        assert "5,001 columns" in roster.findings[0].message

    def test_of_very_many_bad_rows_the_first_are_named(self, tmp_path: Path) -> None:
        roster = read(tmp_path, "email\n" + "nobody\n" * 1000)
        assert len(roster.findings) == 201
        assert "800 more rows" in roster.findings[-1].message


SHAPES = {
    "plain": lambda count: (
        "email,first_name,status\n" + "".join(f"a{n}@trust.uk,Kim,subscribed\n" for n in range(count))
    ),
    "dates": lambda count: (
        "email,unsubscribed_at\n"
        + "".join(f"a{n}@trust.uk,2024-01-01 10:{n % 60:02}:{n % 59:02}\n" for n in range(count))
    ),
    "not addresses": lambda count: "email\n" + "".join(f"nobody {n}\n" for n in range(count)),
    "the same again": lambda count: "email\n" + "a@trust.uk\n" * count,
    "one cell": lambda count: "email,notes\na@trust.uk," + "x@<" * (8 * count) + "\n",
    "one address": lambda count: "email\n" + "<" + "a@" * (8 * count) + "\n",
    "one name": lambda count: "email,Name\na@trust.uk," + "Anna " * (8 * count) + "\n",
    "one heading": lambda count: "email,do not " + "mail me not " * (4 * count) + "\na@trust.uk,x\n",
    "quotes": lambda count: "email,notes\n" + 'a@trust.uk,"x ""y"" z"\n' * count,
    "lines in a cell": lambda count: 'email,notes\na@trust.uk,"' + "a line, b@\n" * (4 * count) + '"\n',
    "open quote": lambda count: 'email,notes\na@trust.uk,"' + "b@trust.uk,x\n" * count,
    "short rows": lambda count: "email" + ",x" * 900 + "\n" + "a@trust.uk\n" * (count // 50),
    "NULs": lambda count: "email\n" + "\0" * (20 * count),
    "tags": lambda count: 'email,TAGS\na@trust.uk,"' + '""a"",' * (4 * count) + '"\n',
    "windows": lambda count: ("email,town\n" + "".join(f"a{n}@trust.uk,Köln\n" for n in range(count))).encode("cp1252"),
    "utf-16": lambda count: ("email,town\n" + "".join(f"a{n}@trust.uk,Köln\n" for n in range(count))).encode("utf-16"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_twice_the_size_costs_at_most_two_and_a_half_times_as_much(tmp_path: Path, name: str) -> None:
    """Measured in time of the processor; on a busy computer the best of several runs counts."""

    def cost(count: int) -> float:
        content = SHAPES[name](count)
        path = tmp_path / "audience.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        times = []
        for _ in range(3):
            begun = time.process_time()
            read_audience(path)
            times.append(time.process_time() - begun)
        return min(times)

    cost(200)
    for _ in range(4):
        small, large = cost(3000), cost(6000)
        if large < 0.02 or large <= 2.5 * small:
            return
    pytest.fail(f"{small:.3f} s for 3,000, {large:.3f} s for 6,000")


_LETTERS = st.sampled_from("ab@.,;|\t\"=#\r\n\0 ü\u200b\ufeff<>'1x-")


@settings(deadline=None, max_examples=examples(300))
@given(
    st.text(_LETTERS, max_size=120),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1"]),
    st.sampled_from(["email", "email,unsubscribed", "email;Consent", "sep=|\nemail|TAGS|Name", '"email"\tstatus']),
)
def test_any_text_in_any_encoding_is_read_or_refused(tmp_path_factory, text: str, encoding: str, heading: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(f"{heading}\n{text}".encode(encoding, "replace"))
    roster = read_audience(path)
    assert roster.blocks or all("@" in one.email for one in roster.subscribers)
    assert sum(roster.left_out.values()) >= len(roster.subscribers) - len(roster.reachable)


@settings(deadline=None, max_examples=examples(400))
@given(
    st.from_regex(r"[A-Za-z0-9._+@ü\-]{0,20}@?[a-zA-Z0-9.\-ßéx]{0,20}(\.(org|test|invalid|de|museum))?", fullmatch=True)
)
def test_the_quick_way_to_normal_addresses_gives_what_the_library_gives(text: str) -> None:
    from email_validator import EmailNotValidError, validate_email

    try:
        expected = validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError:
        expected = ""
    assert normal_address(text) == expected
