"""Loading costs nothing where no file is read, and a file full of faults is read to its end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from newsletter.errors import ContentError
from newsletter.issue_file.load_document import read_document
from newsletter.issue_file.source_text import text_source
from newsletter.model.issue import Issue


def test_the_parser_is_imported_when_a_file_is_read() -> None:
    code = (
        "import sys, newsletter.settings, newsletter.issue_file.load_issue, newsletter.issue_file.section_types\n"
        "print([name for name in sys.modules if name.startswith('ruamel')])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "text",
    ["".join(f"field{n}: a: b\n" for n in range(500)), "[" * 20_000, "- " * 10_000, 'title: "' + "a: b\n" * 800],
    ids=["colons", "brackets", "hyphens", "quotation mark"],
)
def test_a_file_full_of_faults_is_refused(text: str) -> None:
    with pytest.raises(ContentError):
        read_document(text_source(Path("x.yaml"), text), Issue)
