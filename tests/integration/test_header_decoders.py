"""Headers in ten scripts, read by programs that we did not write: each reads what was written, letter for letter.

The headers are made by every supported Python that is installed here, and read by its own library, by Go's mime, by
npm's libmime and by Perl's Encode. The texts are from the first article of the Universal Declaration of Human Rights.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from newsletter.render.headers import format_mailbox, format_text

from .judges import missing, node_package, program

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent / "headers"
ROOT = Path(__file__).parents[2]
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
TEXTS = {
    "Latin": "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison",
    "Greek": "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα. Είναι προικισμένοι",
    "Cyrillic": "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом",
    "Arabic": "يولد جميع الناس أحراراً متساوين في الكرامة والحقوق، وقد وهبوا عقلاً وضميراً",
    "Hebrew": "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. כולם חוננו בתבונה ובמצפון",
    "Devanagari": "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है",
    "Thai": "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์ และสิทธิ ต่างมีเหตุผลและมโนธรรม",
    "Chinese": "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神互相对待。",
    "Japanese": "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。",
    "Korean": "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. 인간은 천부적으로 이성과",
}
ISSUE = "December’s team update – “room at the table”, new Cuppas & café tickets"


def shapes(text: str) -> Iterator[str]:
    """Yield a text in the shapes that writers and readers of headers trip over."""
    yield text
    yield text.split(maxsplit=1)[0][:12]
    yield f"“{text[:24]}”, “{text[24:40]}” & Co. <news>"
    yield f"  {text[:30]}   and  {text[30:44]} "
    flag = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
    yield f"News: {text[:18]} 🎉👩‍👩‍👧 e\u0301 \u200f{text[18:36]}\u200e {flag}"
    yield text.replace(" ", "") * 3
    yield f"=?utf-8?q?{text[:9]}?= and =?iso-8859-1?b?YQ==?="
    yield f"plain words before {text[:10]} plain words behind which the line is folded, more than once"
    yield f"{text[:7]}\t{text[7:15]}\u00a0!\u202f;"
    yield f"\"{text[:20]}\" \\ 'x' (y); a@b, c: d"


STRINGS = [ISSUE, *(shape for text in TEXTS.values() for shape in shapes(text))]
ASCII = [
    "Plain words",
    'Quotes "in" a name, Ltd.',
    "A long name of a trust that has more words in it than a line has room for, and then some (UK)",
    "w" * 300,
    "an =?utf-8?q?encoded?= word that is none",
    "two  spaces and a backslash \\",
    "a.b (c) <d>",
]


def heads(strings: list[str]) -> list[str]:
    """Return a head for each string, in the subject and in the sender's name."""
    return [format_mailbox("From", one, "news@example.org") + format_text("Subject", one) + "\r\n" for one in strings]


MAKE = """
import json, sys
from newsletter.render.headers import format_mailbox, format_text
json.dump([format_mailbox("From", one, "news@example.org") + format_text("Subject", one) + "\\r\\n"
           for one in json.load(sys.stdin)], sys.stdout)
"""


def interpreter(version: str) -> str:
    """Return a Python of a version: the one that runs, one on the path, or one of pyenv's."""
    if version == f"{sys.version_info[0]}.{sys.version_info[1]}":
        return sys.executable
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [*sorted(pyenv.glob(f"{version}.*/bin/python")), shutil.which(f"python{version}")]
    return str(found[0] or "")


@cache
def pythons() -> dict[str, str]:
    return {version: found for version in VERSIONS if (found := interpreter(version))}


def asked(command: list[str], given: Any) -> Any:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        command, input=json.dumps(given), capture_output=True, check=True, text=True, timeout=300, env=environment
    )
    return json.loads(done.stdout)


def go(folder: Path) -> list[str]:
    built = folder / "decode"
    environment = {**os.environ, "CGO_ENABLED": "0"}
    source = str(HERE / "main.go")
    subprocess.run(
        [program("go", "golang-go"), "build", "-o", str(built), source],
        check=True,
        capture_output=True,
        env=environment,
        timeout=600,
    )
    return [str(built)]


DECODERS: dict[str, Callable[[Path], list[str]]] = {
    "go": go,
    "libmime": lambda _: ["node", str(HERE / "decode.cjs"), str(node_package("libmime"))],
    "perl": lambda _: [program("perl", "perl"), str(HERE / "decode.pl")],
}


@pytest.fixture(scope="module")
def made() -> list[str]:
    return heads(STRINGS + ASCII)


def test_there_are_a_hundred_strings_in_ten_scripts() -> None:
    assert len(STRINGS) == 101
    assert len(TEXTS) == 10


@pytest.mark.parametrize("decoder", DECODERS)
def test_another_program_reads_what_was_written(decoder: str, made: list[str], tmp_path: Path) -> None:
    for text, read in zip(STRINGS + ASCII, asked(DECODERS[decoder](tmp_path), made), strict=True):
        assert set(read["subject"]) == {text}
        assert set(read["name"]) == {text}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_python_makes_the_same_and_reads_it(version: str, made: list[str]) -> None:
    python = pythons().get(version)
    if python is None:
        if version == "3.14":
            pytest.skip("Python 3.14 is not installed")
        missing(f"Python {version}", f"pyenv install {version}")
    assert asked([python or "", "-c", MAKE], STRINGS + ASCII) == made
    for text, read in zip(STRINGS + ASCII, asked([python or "", str(HERE / "decode.py")], made), strict=True):
        assert set(read["subject"]) == {text}
        assert set(read["name"]) == {text}


def test_no_line_is_longer_than_the_standard_recommends(made: list[str]) -> None:
    assert max(len(line) for head in made for line in head.split("\r\n")) <= 78
    assert all(head.isascii() for head in made)
