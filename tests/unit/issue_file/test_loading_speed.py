"""Loading is quick, and costs nothing where no file is read."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from newsletter.errors import ContentError
from newsletter.issue_file.load_document import read_document
from newsletter.issue_file.load_issue import load_issue
from newsletter.issue_file.source_text import text_source
from newsletter.model.issue import Issue

FEBRUARY = Path(__file__).parents[3] / "issues" / "2024-02.yaml"


def seconds(text: str) -> float:
    begin = time.perf_counter()
    with contextlib.suppress(ContentError):
        read_document(text_source(Path("x.yaml"), text), Issue)
    return time.perf_counter() - begin


def test_the_parser_is_imported_when_a_file_is_read() -> None:
    code = (
        "import sys, newsletter.settings, newsletter.issue_file.load_issue, newsletter.issue_file.section_types\n"
        "print([name for name in sys.modules if name.startswith('ruamel')])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_an_issue_loads_in_a_moment() -> None:
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        load_issue(FEBRUARY, zone=ZoneInfo("Europe/London"))
        times.append(time.perf_counter() - begin)
    # some 8 ms on an idle machine
    assert min(times) < 0.1


def test_a_file_full_of_faults_is_told_of_soon() -> None:
    assert seconds("".join(f"field{number}: a: b\n" for number in range(5_000))) < 10
    assert seconds("[" * 200_000) < 5
    assert seconds("- " * 100_000) < 5
    assert seconds('title: "' + "a: b\n" * 8_000) < 10
