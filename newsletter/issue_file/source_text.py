"""A text file as lines, read only after it proved to be one: every way in which it is not is said in words."""

from __future__ import annotations

import difflib
import errno
import re
import stat
from pathlib import Path
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.errors import ContentError, Place
from newsletter.issue_file.encoding import encoding_of, other_format
from newsletter.issue_file.rule_codes import Code
from newsletter.model.findings import Finding, Severity

MAX_BYTES = 1_000_000
"""Far more than any newsletter; read no further than this."""

_BEGIN = {
    "issue": "`newsletter new` begins an issue with every field in it",
    "settings": "`newsletter init` creates a folder with settings to begin with",
}
_NO_WORDS = b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"

_EXCERPT = 400
"""Characters of a line that are shown at most."""

_CONTROL = compile_pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = str.maketrans({"\x85": " ", "\u2028": " ", "\u2029": " "})
_ONE_BREAK = compile_pattern(r"\r\n?")


class Source(NamedTuple):
    """A file's text; lines carry no line ends, whichever the file has.

    `faults` are mistakes that did not keep the text from being read.
    """

    path: Path
    lines: tuple[str, ...]
    faults: tuple[Finding, ...] = ()

    @property
    def text(self) -> str:
        """Return the lines as one text."""
        return "\n".join(self.lines)

    def line(self, number: int) -> str:
        """Return a line by its number, counting from 1; empty outside the file."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def place(self, line: int, column: int = 0) -> Place:
        """Return a place in this file."""
        return Place(str(self.path), line, column)

    def finding(
        self, code: Code, line: int, column: int, message: str, *, hint: str = "", suggestion: str = ""
    ) -> Finding:
        """Return an error at a place, with the line as it stands there."""
        return Finding(
            code=code.value,
            severity=Severity.ERROR,
            message=sentence(message),
            place=self.place(line, column),
            hint=sentence(hint),
            excerpt=_CONTROL.sub("\ufffd", shorten(self.line(line), _EXCERPT)),
            suggestion=suggestion,
        )


def sentence(words: str) -> str:
    """Return words with a capital at their beginning and a full stop at their end."""
    if not words:
        return ""
    return words[0].upper() + words[1:] + ("" if words[-1] in ".!?:" else ".")


def shorten(text: str, limit: int) -> str:
    """Return the text, cut at `limit` characters with an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def quoted(text: str, limit: int = 60) -> str:
    """Return an author's words in quotation marks, on one line and not too long."""
    words = shorten(" ".join(text.split()), limit)
    return f'"{words}"' if words[:1] in {"“", "”", "„"} else f"“{words}”"


def refusal(path: Path, code: Code, message: str, hint: str, *, line: int = 0) -> ContentError:
    """Return the error for a file that cannot be read at all; `line` is 1 where there is a file."""
    source = Source(path, ())
    finding = source.finding(code, line, line, message, hint=hint)
    return ContentError(finding.message, [finding], hint=finding.hint, place=finding.place)


def read_source(path: Path, what: str = "issue") -> Source:
    """Read a text file of UTF-8 or UTF-16, or raise ContentError that says what it is instead.

    `what` is how the file is called in messages.
    """
    text, faults = decode_source(path, read_bytes(path, what), what)
    return text_source(path, text, faults)


def decode_source(path: Path, raw: bytes, what: str = "issue") -> tuple[str, tuple[Finding, ...]]:
    """Return the text of a file's bytes and what is wrong with its encoding; raise ContentError for what is no text."""
    begin = _BEGIN.get(what, "")
    if not raw.strip(_NO_WORDS):
        hint = f"{begin[0].upper()}{begin[1:]}, or bring the words back from a copy." if begin else "Write it again."
        raise refusal(path, Code.FILE_EMPTY, "the file is empty", hint, line=1)
    other = other_format(raw)
    if other:
        raise refusal(
            path,
            Code.FILE_OTHER_FORMAT,
            f"the file is {other} and no text file: a new name does not change what is in it",
            "Open it in its own program, copy the words, and paste them into a text file"
            + (f"; {begin}." if begin else "."),
            line=1,
        )
    return _decode(path, raw)


def text_source(path: Path, text: str, faults: tuple[Finding, ...] = ()) -> Source:
    """Make a source of a text; control characters become faults and spaces, so that the rest can be read."""
    text = _ONE_BREAK.sub("\n", text.removeprefix("\ufeff")).translate(_BREAKS)
    bare = Source(path, tuple(text.split("\n")))
    if _CONTROL.search(text) is None:
        return Source(path, bare.lines, faults)
    found = [*faults, *_control_characters(bare)]
    return Source(path, tuple(_CONTROL.sub(_stand_in, line) for line in bare.lines), tuple(found))


def read_bytes(path: Path, what: str = "issue") -> bytes:
    """Return a file's bytes; raise ContentError where it is missing, no ordinary file, too large or unreadable."""
    try:
        facts = path.stat()
        if stat.S_ISDIR(facts.st_mode):
            raise refusal(path, Code.FILE_IS_FOLDER, f"{path} is a folder, and a file is needed", _inside(path))
        if not stat.S_ISREG(facts.st_mode):
            raise refusal(path, Code.FILE_UNREADABLE, f"{path} is no ordinary file", f"Name the file of the {what}.")
        if facts.st_size > MAX_BYTES:
            raise refusal(
                path,
                Code.FILE_TOO_LARGE,
                f"the file is too large: it has {facts.st_size / 1e6:,.1f} MB, and at most {MAX_BYTES // 1_000_000} MB "
                "are read",
                "Pictures do not belong inside the file: put them beside it and name them with `image:`.",
                line=1,
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise refusal(path, Code.FILE_MISSING, f"there is no file {path}", _similar(path, what)) from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: Exception) -> ContentError:
    if isinstance(error, PermissionError):
        return refusal(
            path,
            Code.FILE_UNREADABLE,
            f"you may not read the file {path}",
            "Ask its owner for the right to read it, or put a copy of it into your own folder.",
        )
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return refusal(path, Code.FILE_MISSING, "there is no file of so long a name", "Check the path.")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "its name cannot be used"
    return refusal(
        path,
        Code.FILE_UNREADABLE,
        f"the file {shorten(path.name, 80)!r} cannot be read: {reason}",
        "Check that its disk or network folder is there, and that the name is right.",
    )


def _similar(path: Path, what: str) -> str:
    folder = path.parent
    try:
        names = [entry.name for entry in folder.iterdir() if entry.is_file()] if folder.is_dir() else None
    except OSError:
        names = []
    if names is None:
        return f"There is no folder {folder} either: check the path."
    close = difflib.get_close_matches(path.name, names, n=1, cutoff=0.6)
    if not close:
        close = [name for name in names if Path(name).stem == path.stem and name != path.name][:1]
    if close:
        return f"Did you mean {folder / close[0]}?"
    begin = _BEGIN.get(what)
    return f"Check the name; {begin}." if begin else "Check the name."


def _inside(folder: Path) -> str:
    try:
        names = sorted(entry.name for entry in folder.iterdir() if entry.suffix in {".yaml", ".yml"})
    except OSError:
        names = []
    return f"Name a file in it, such as {folder / names[-1]}." if names else "Name a file in it."


def _decode(path: Path, raw: bytes) -> tuple[str, tuple[Finding, ...]]:
    encoding, mark = encoding_of(raw)
    body = raw[mark:]
    try:
        return body.decode(encoding), ()
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise refusal(
                path,
                Code.ENCODING,
                "the file is damaged: its text breaks off in the middle of a character",
                "Save the file again as UTF-8: in Windows Notepad choose Save as, and Encoding: UTF-8.",
                line=1,
            ) from None
        return _old_encoding(path, body, error.start)


def _old_encoding(path: Path, body: bytes, start: int) -> tuple[str, tuple[Finding, ...]]:
    """Read on as Windows-1252, which such files nearly always are, and say so."""
    text = body.decode("cp1252", errors="replace")
    # columns count characters, and the bytes before the first wrong one are sound
    before = _ONE_BREAK.sub("\n", body[:start].decode("utf-8"))
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    source = Source(path, tuple(_ONE_BREAK.sub("\n", text).split("\n")))
    finding = source.finding(
        Code.ENCODING,
        line,
        column,
        f"the file is not saved as UTF-8: the byte {body[start]:02X} here "
        f"(perhaps {quoted(body[start : start + 1].decode('cp1252', errors='replace'))}) cannot be read",
        hint="Save the file again as UTF-8: in Windows Notepad choose Save as, and Encoding: UTF-8.",
    )
    return text, (finding,)


def _control_characters(source: Source) -> list[Finding]:
    found = []
    for number, line in enumerate(source.lines, 1):
        match = _CONTROL.search(line)
        if match is None:
            continue
        suggestion = _CONTROL.sub(_stand_in, line)
        what = f"an invisible character (U+{ord(match[0]):04X})"
        instead = _stand_in(match)
        if instead.strip():
            what += f", in place of {quoted(instead)}"
        found.append(
            source.finding(
                Code.CHARACTER,
                number,
                match.start() + 1,
                f"there is {what}, which mail programs cannot show",
                hint="Type the words around it again, or paste the corrected line in its place.",
                suggestion=suggestion,
            )
        )
    return found[:20]


def _stand_in(match: re.Match[str]) -> str:
    """Return what was meant: the sign of Windows-1252 at that number, or a space."""
    number = ord(match[0])
    return bytes([number]).decode("cp1252", errors="replace").replace("\ufffd", " ") if 0x80 <= number < 0xA0 else " "
