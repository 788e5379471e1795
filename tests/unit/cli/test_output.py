"""What commands say: widths, colours, poor terminals, readers that leave."""

from __future__ import annotations

import io
import json
import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.cli import error_output, output, streams, terminal
from newsletter.errors import ContentError, NewsletterError, Place, UsageError
from newsletter.model.findings import Finding, Severity


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Put a terminal in place of the streams; no fixture, as pytest changes the streams after its fixtures."""
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    return screen


def test_colours_are_for_terminals_that_want_them(monkeypatch: pytest.MonkeyPatch) -> None:
    at_a_terminal(monkeypatch)
    assert streams.tint("words", "red") == "\033[31mwords\033[0m"
    assert streams.tint("words", "mauve") == "words"
    monkeypatch.setenv("TERM", "dumb")
    assert streams.tint("words", "red") == "words"
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert streams.tint("words", "red") == "words"


def test_no_colours_where_output_is_piped(capsys: pytest.CaptureFixture[str]) -> None:
    output.say("words", colour="red")
    assert capsys.readouterr().out == "words\n"


@given(st.lists(st.text("abc def", min_size=1), max_size=6).map(" ".join), st.integers(20, 200))
def test_lines_are_wrapped_and_no_word_is_lost(text: str, columns: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        screen = Terminal()
        patch.setattr(sys, "stdout", screen)
        output.say(text, indent="  ")
        lines = screen.getvalue().split("\n")
        assert screen.getvalue().split() == text.split()
        longest = max(map(len, text.split()), default=0)
        assert all(len(line) <= max(output.width(), longest + len(text)) for line in lines)


def test_a_wrapped_line_keeps_its_indent(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = at_a_terminal(monkeypatch)
    output.say("  " + "word " * 20, indent="  ")
    assert all(line.startswith("    word") for line in terminal.getvalue().splitlines())
    assert max(map(len, terminal.getvalue().splitlines())) <= 60


def test_a_terminal_without_a_character_shows_a_plain_one(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    streams.prepare_streams()
    output.say("“It’s done” – all… 日 £5 ✓")
    assert raw.getvalue().decode("ascii") == '"It\'s done" - all... ? GBP 5 ok\n'


def test_only_encoding_errors_are_made_plain() -> None:
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("utf-8", "newsletter.plain")


def test_a_reader_that_leaves_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        output.say("nobody reads this")
        output.say("nor this")
        streams.put_bytes(b"nor this")
        monkeypatch.undo()


def test_bytes_to_a_reader_that_left_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        streams.put_bytes(b"nobody reads this")
        monkeypatch.undo()


def test_json_is_plain_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_json({"words": "£50 – now", "place": Place("a.yaml", 1)})
    printed = capsys.readouterr().out
    assert printed.isascii()
    assert json.loads(printed) == {"words": "£50 – now", "place": "a.yaml:1"}


def test_next_steps_are_commands_and_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    output.next_steps([])
    assert capsys.readouterr().out == ""
    output.next_steps(["newsletter check # look it over", "newsletter send"])
    assert capsys.readouterr().out == "\nNext:\n  newsletter check\n      look it over\n  newsletter send\n"


FINDING = Finding(
    code="NL040",
    severity=Severity.ERROR,
    message="there is no field `dedline`",
    place=Place("issues/2024-02.yaml", 7, 5),
    hint="did you mean `deadline`?",
    excerpt="    dedline: 2024-02-23",
    suggestion="    deadline: 2024-02-23",
)


def test_findings_show_place_line_caret_fix_and_count(capsys: pytest.CaptureFixture[str]) -> None:
    error_output.show_findings([FINDING])
    assert capsys.readouterr().out.splitlines() == [
        "issues/2024-02.yaml:7:5  error NL040",
        "  There is no field `dedline`.",
        "        dedline: 2024-02-23",
        "        ^",
        "  write instead:",
        "        deadline: 2024-02-23",
        "  Did you mean `deadline`?",
        "",
        "1 error.",
    ]
    error_output.show_findings([])
    assert capsys.readouterr().out == ""


def test_notes_alone_are_not_told_where_they_are_only_counted(capsys: pytest.CaptureFixture[str]) -> None:
    note = FINDING.model_copy(update={"severity": Severity.NOTE})
    error_output.show_findings([note], notes="counted")
    assert capsys.readouterr().out == ""
    error_output.show_findings([FINDING, note], notes="counted")
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "1 note not shown. Run `newsletter check` to see it.",
        "",
        "1 error, 1 note.",
    ]


def test_an_error_is_told_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    error_output.show_error(NewsletterError("it is broken", hint="fix it", place=Place("a.html", 3, 1)))
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == "Error: a.html:3:1: It is broken.\nFix it.\n"


def test_a_content_error_is_told_by_its_findings(capsys: pytest.CaptureFixture[str]) -> None:
    error_output.show_error(ContentError("two mistakes", [FINDING, "not a finding"], hint="ask somebody"))
    shown = capsys.readouterr().err
    assert "issues/2024-02.yaml:7:5" in shown
    assert shown.endswith("\nTwo mistakes.\nAsk somebody.\n")
    error_output.show_error(ContentError("one mistake", [FINDING], hint=FINDING.hint))
    assert capsys.readouterr().err.endswith("\nOne mistake.\n")


def test_an_error_is_data_too() -> None:
    data = error_output.error_data(ContentError("wrong", [FINDING], hint="fix", place=Place("a", 1, 2)))
    assert data["error"]["findings"][0]["code"] == "NL040"
    assert data["error"]["place"] == {"path": "a", "line": 1, "column": 2}
    assert data["error"]["exit_code"] == 3
    assert "findings" not in error_output.error_data(UsageError("wrong"))["error"]


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("there is none", "There is none."),
        ("Done!", "Done!"),
        ("`x` is odd", "`x` is odd."),
        ("a.yaml is gone", "a.yaml is gone."),
        ("add --to me@example.org", "Add --to me@example.org"),
        ("see https://example.org/x", "See https://example.org/x"),
        ("", ""),
    ],
)
def test_a_sentence_has_a_capital_and_an_end(given_text: str, expected: str) -> None:
    assert output.sentence(given_text) == expected


def test_enter_takes_the_default(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("builtins.input", lambda _: "  ")
    assert terminal.ask("What is it called?", default="News") == "News"
    assert "[News]" in capsys.readouterr().out


def test_progress_is_for_people_who_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = at_a_terminal(monkeypatch)
    with terminal.progress("Writing", 3) as advance:
        advance(2)
        advance(1)
    assert "Writing" in screen.getvalue()


def test_waiting_is_shown_to_people_who_watch_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with terminal.waiting("Asking the pigeon"):
        pass
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    with terminal.waiting("Asking the pigeon"):
        pass
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Asking the pigeon" in shown.err


def test_progress_is_silent_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.progress("Writing", 3) as advance:
        advance(3)
    assert capsys.readouterr() == ("", "")


def test_a_question_needs_a_person_at_both_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    at_a_terminal(monkeypatch)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert not terminal.at_terminal()
    monkeypatch.setattr(sys, "stdin", Terminal())
    assert terminal.at_terminal()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("ok\r\x07", "ok\\x0d\\x07"),
        ("a\u202eb\u2066c", "a\\u202eb\\u2066c"),
        ("مرحبا\u200f!", "مرحبا\u200f!"),
        ("👩\u200d👧", "👩\u200d👧"),
    ],
)
def test_control_characters_are_shown_not_obeyed(text: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    output.say(text, wrap=False)
    output.complain(text, wrap=False)
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == (f"{shown}\n", f"{shown}\n")
