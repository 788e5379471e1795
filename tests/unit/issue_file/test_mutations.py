"""Whatever happens to an issue's text, loading gives an issue or says what is wrong: it never breaks."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.errors import ContentError
from newsletter.issue_file.load_document import read_document
from newsletter.issue_file.source_text import read_source, text_source
from newsletter.model.findings import Finding
from newsletter.model.issue import Issue
from tests.examples import examples

FEBRUARY = (Path(__file__).parents[3] / "issues" / "2024-02.yaml").read_text(encoding="utf-8")
EXAMPLES = examples(150)
CONTEXT = {"zone": ZoneInfo("Europe/London"), "kinds": {}}
LEAKS = (
    "input should",
    "validation error",
    "extra inputs",
    "field required",
    "[type=",
    "pydantic",
    "ruamel",
    "while scanning",
    "while parsing",
    "mapping values",
    "expected <",
    "could not find",
    "valid string",
    "traceback",
)

MARKS = [":", ": ", "- ", "-", "#", " #", "#x", "\t", "\n", "\n\n", "\r", "\r\n", '"', "'", "“", "”", "’", "|", "|\n"]
SIGNS = [">", ">-\n", "[", "]", "{", "}", ",", "&", "&a ", "*", "*a ", "!", "!!str ", "%", "@", "`", "?", "? ", "= "]
LINES = ["---\n", "...\n", "%YAML 1.2\n", "<<: *a\n", "kind: story\n", "items:\n", "title:", "kind:", "null", "~", "//"]
LETTERS = [
    "\u00a0",
    "\u200b",
    "\u2028",
    "\x85",
    "\ufeff",
    "\x00",
    "\x92",
    "\ud800",
    "😀",
    "e\u0301",
    "\\",
    "\\x",
    "\\u12",
]
VALUES = ["1pm", "25:00", "2024-02-30", "    ", "a" * 2000, "[" * 60, "{a: " * 60, "- " * 60]
NASTY = st.sampled_from(MARKS + SIGNS + LINES + LETTERS + VALUES)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Return a part of the February issue, or all of it, with up to eight things done to it."""
    lines = FEBRUARY.split("\n")
    start = draw(st.sampled_from([0, 0, 3, 9, 15]))
    end = draw(st.sampled_from([len(lines), len(lines), 40, 25]))
    lines = lines[start:end]
    for _ in range(draw(st.integers(1, 8))):
        mutate(draw, lines)
    return "\n".join(lines)


def mutate(draw: st.DrawFn, lines: list[str]) -> None:
    number = draw(st.integers(0, max(len(lines) - 1, 0)))
    other = draw(st.integers(0, max(len(lines) - 1, 0)))
    line = lines[number] if lines else ""
    place = draw(st.integers(0, len(line)))
    before, after = line[:place], line[place:]
    choices = [
        [],
        [line, line],
        [" " * draw(st.integers(1, 9)) + line],
        [line[draw(st.integers(1, 4)) :]],
        [before + after[draw(st.integers(1, 3)) :]],
        [before + draw(NASTY) + after],
        [before + draw(NASTY)],
        [before + draw(st.text(max_size=5)) + after],
        [before, after],
        [lines[other] if lines else "", line],
    ]
    lines[number : number + 1] = draw(st.sampled_from(choices))


def check(error: ContentError) -> None:
    assert error.findings
    places = []
    for finding in error.findings:
        assert isinstance(finding, Finding)
        said = f"{finding.message} {finding.hint}".casefold()
        assert not [leak for leak in LEAKS if leak in said], said
        assert finding.message.endswith((".", ":", "?", "!"))
        assert finding.hint
        assert finding.place.line >= 1
        assert finding.place.column >= 1
        places.append((finding.place.line, finding.place.column))
    assert places == sorted(places)


def check_lines(error: ContentError, count: int) -> None:
    assert all(finding.place.line <= count for finding in error.findings if isinstance(finding, Finding))


@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(mutated())
def test_a_mutated_issue_loads_or_says_what_is_wrong(text: str) -> None:
    source = text_source(Path("2024-02.yaml"), text)
    try:
        loaded = read_document(source, Issue, context=CONTEXT)
    except ContentError as error:
        check(error)
        check_lines(error, len(source.lines))
    else:
        assert loaded.value.sections or loaded.value.intro  # a letter needs no sections


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.text(max_size=300) | st.text(alphabet=":-#'\"|>[]{}&*!%@\n\t ab", max_size=80))
def test_any_text_loads_or_says_what_is_wrong(text: str) -> None:
    try:
        read_document(text_source(Path("2024-02.yaml"), text), Issue, context=CONTEXT)
    except ContentError as error:
        check(error)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_load_or_say_what_is_wrong(tmp_path_factory: object, data: bytes) -> None:
    path = _file(tmp_path_factory)
    path.write_bytes(data)
    try:
        read_document(read_source(path), Issue, context=CONTEXT)
    except ContentError as error:
        check(error)


def _file(factory: object) -> Path:
    folder = getattr(factory, "getbasetemp")()  # noqa: B009  the factory's type is pytest's own
    assert isinstance(folder, Path)
    return folder / "mutated.yaml"
