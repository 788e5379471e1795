"""What the checks say: one Finding for each thing a person should know or fix."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from newsletter.errors import Place


class Severity(StrEnum):
    """How much a finding weighs: an error blocks sending, a warning is shown, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Fix(BaseModel):
    """A change of some letters in one line of the file, which fixes a finding and touches nothing else."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line: int
    """The line, counted from 1."""
    column: int
    """Where in the line the old words begin, counted from 1."""
    old: str
    new: str

    def applied(self, text: str) -> str | None:
        """Return the line with the new words; None where the old ones do not stand there."""
        start = self.column - 1
        if not text.startswith(self.old, start):
            return None
        return f"{text[:start]}{self.new}{text[start + len(self.old) :]}"


class AcceptableWords(BaseModel):
    """Words that may be right, and the list under `checks` in the settings from which on they are not reported."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    setting: str
    """The name of the list: `words` or `abbreviations`."""
    words: tuple[str, ...]


class Finding(BaseModel):
    """One thing that a check says, in words for people who are not programmers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    """Stable code of the kind of finding, such as `NL012`; documented in docs/findings.md."""
    name: str = ""
    """The readable name of the rule, such as `weekday-mismatch`; empty where a finding has only a code."""
    severity: Severity
    message: str
    """What is wrong, in one sentence, quoting the words at fault."""
    place: Place
    hint: str = ""
    """How to fix it, in one sentence."""
    why: str = ""
    """Why it matters, in one line."""
    excerpt: str = ""
    """The line at fault as it stands in the file, without its line end."""
    suggestion: str = ""
    """The corrected line to paste in its place, where it can be known; empty otherwise."""
    fix: Fix | None = None
    """The change that `newsletter check --fix` makes, where it is safe."""
    offers: tuple[Fix, ...] = Field(default=(), exclude=True)
    """Changes that are likely right, for a person to choose from: the composer has a button for each."""

    missing: str = Field(default="", exclude=True)
    """The field that the file does not have, at the place that lacks it; empty for a mistake in what is there."""
    acceptable: AcceptableWords | None = Field(default=None, exclude=True)
    """The words that can be accepted, for a finding about words: the composer has a button for it."""

    @property
    def label(self) -> str:
        """Return the code, followed by the rule's name if it has one."""
        return f"{self.code} {self.name}".rstrip()

    @property
    def blocks(self) -> bool:
        """Return whether sending is refused while this finding stands."""
        return self.severity is Severity.ERROR
