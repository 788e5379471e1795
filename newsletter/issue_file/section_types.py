"""The user's own kinds of section: each template in `sections/` that declares fields makes one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, create_model

from newsletter.compiled_patterns import compile_pattern
from newsletter.contained_files import OutsideError, require_contained
from newsletter.errors import ContentError
from newsletter.issue_file.load_document import read_document
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.source_text import Source, quoted, read_source, refusal
from newsletter.issue_file.yaml_repair.patched_text import PatchedText
from newsletter.model.datetimes import DateOrDateTime
from newsletter.model.fields import FrozenModel, Link, Markdown, SingleLine
from newsletter.model.findings import Finding
from newsletter.model.item import ItemEntry
from newsletter.model.section import BUILT_IN_KINDS, NEWER_KINDS, CustomSection

SUFFIX = ".mjml.j2"
"""What the name of a section's template ends in, after its kind."""

_COPY = "Put a copy of the file in place of it."
_NAME = compile_pattern(r"[a-z][a-z0-9_]*")
_COMMENT = compile_pattern(r"\s*\{#-?(.*?)-?#\}", re.DOTALL)
_MARK = compile_pattern(r"(?m)^[ \t]*fields[ \t]*:")
_RESERVED = frozenset(dir(BaseModel)) | {"kind", "language", "only"}


class FieldType(StrEnum):
    """What a field of a user's own kind can hold."""

    LINE = "line"
    MARKDOWN = "markdown"
    LINES = "lines"
    LINK = "link"
    DATE = "date"
    IMAGE = "image"
    ITEMS = "items"


_TYPES: dict[FieldType, tuple[Any, Any]] = {
    FieldType.LINE: (SingleLine, "A few words"),
    FieldType.MARKDOWN: (Markdown, "Some **words** with a [link](https://example.org)."),
    FieldType.LINES: (tuple[SingleLine, ...], ["One line", "Another line"]),
    FieldType.LINK: (Link, "https://example.org"),
    FieldType.DATE: (DateOrDateTime, "2024-02-20 13:00"),
    FieldType.IMAGE: (SingleLine, "images/hearts.jpg"),
    FieldType.ITEMS: (tuple[ItemEntry, ...], ["A line of text"]),
}
_SEVERAL = frozenset({FieldType.LINES, FieldType.ITEMS})


class FieldDeclaration(FrozenModel):
    """One field of a kind."""

    type: FieldType = Field(FieldType.LINE, description="What the field holds.", examples=["markdown"])
    description: SingleLine | None = Field(None, description="What the field is for.", examples=["How many it feeds"])
    required: bool = Field(default=False, description="Whether it may not be left out.", examples=[True])
    default: SingleLine | None = Field(
        None, description="The words where it is left out.", examples=["Recipe of the month"]
    )


class Declaration(BaseModel):
    """The declaration at the top of a section's template."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fields: dict[str, FieldDeclaration | None] = Field(
        description="The fields, by name.", examples=[{"serves": {"type": "line"}}]
    )


def declared_kinds(folders: Sequence[Path]) -> dict[str, type[CustomSection]]:
    """Return the kinds that templates in `sections/` of these folders declare, by name; the first folder wins.

    A built-in kind's template needs no declaration; one of the newer kinds that has one is the user's own.
    Raises ContentError with the mistakes of all declarations.
    """
    kinds: dict[str, type[CustomSection]] = {}
    findings: list[Finding] = []
    seen: set[str] = set()
    for folder in folders:
        for path in sorted((folder / "sections").glob(f"*{SUFFIX}")):
            kind = path.name.removesuffix(SUFFIX)
            if kind in seen or (kind in BUILT_IN_KINDS and not _is_own(kind, path)):
                continue
            seen.add(kind)
            try:
                kinds[kind] = _kind(kind, path)
            except ContentError as error:
                findings += [finding for finding in error.findings if isinstance(finding, Finding)]
    if findings:
        raise ContentError(
            "a template of a section kind declares its fields wrongly", findings, place=findings[0].place
        )
    return kinds


def _is_own(kind: str, path: Path) -> bool:
    """Report whether a template declares fields for a kind that had not been built in when it was written."""
    if kind not in NEWER_KINDS:
        return False
    _require_own(path)
    comment = _COMMENT.match(read_source(path, "template").text)
    return comment is not None and _MARK.search(comment[1]) is not None


def _require_own(path: Path) -> None:
    try:
        require_contained(path, path.parent.parent)
    except OutsideError as error:
        raise refusal(path, Code.FILE_UNREADABLE, f"the template is not read: {error}", _COPY) from error
    except (OSError, RuntimeError) as error:
        words = "the template is a link that leads nowhere"
        raise refusal(path, Code.FILE_UNREADABLE, words, _COPY) from error


def _kind(kind: str, path: Path) -> type[CustomSection]:
    _require_own(path)
    source = read_source(path, "template")
    _check_name(source, kind)
    declaration = read_document(
        source, Declaration, what="declaration of the section's fields", draft=_declared_part(source)
    )
    fields: dict[str, Any] = {}
    findings = []
    for name, declared in declaration.value.fields.items():
        place = declaration.places.key_of(("fields", name))
        field = declared or FieldDeclaration()
        fault = _fault(name, field)
        if fault:
            code, message, hint = fault
            findings.append(source.finding(code, place.line, place.column, message, hint=hint))
        else:
            fields[name] = _field(name, field)
    if findings:
        raise ContentError("the declaration is wrong", findings)
    kind_field: Any = (Literal[kind], Field(description="What kind of section this is.", examples=[kind]))
    return cast(
        "type[CustomSection]",
        create_model(
            "".join(word.capitalize() for word in kind.split("_")),
            __base__=CustomSection,
            __doc__=f"A section of the kind {kind}.",
            __module__=__name__,
            kind=kind_field,
            **fields,
        ),
    )


def _check_name(source: Source, kind: str) -> None:
    if _NAME.fullmatch(kind) is None:
        plain = re.sub(r"[^a-z0-9]+", "_", kind.casefold()).strip("_") or "recipe"
        finding = source.finding(
            Code.DECLARATION_NAME,
            1,
            1,
            f"a kind of section cannot be called {quoted(kind)}",
            hint=f"Use small letters, digits and _ alone: rename the file to {plain}{SUFFIX}.",
        )
        raise ContentError(finding.message, [finding])


def _declared_part(source: Source) -> PatchedText:
    """Return the lines of the first comment alone, with its `fields:` at the left margin."""
    text = source.text
    comment = _COMMENT.match(text)
    start = _MARK.search(comment[1]) if comment else None
    if comment is None or start is None:
        finding = source.finding(
            Code.DECLARATION_FORM,
            1,
            1,
            "the template does not declare the fields of its kind of section",
            hint="Begin the file with {# fields: #} and, in it, a line for each field such as `steps: {type: lines}`; "
            "a part of other templates belongs into another folder.",
        )
        raise ContentError(finding.message, [finding])
    begin, end = comment.start(1) + start.start(), comment.end(1)
    first = text.count("\n", 0, begin) + 1
    last = text.count("\n", 0, end) + 1
    lines = [line if first <= number <= last else "" for number, line in enumerate(source.lines, 1)]
    lines[last - 1] = lines[last - 1][: end - (text.rfind("\n", 0, end) + 1)]
    draft = PatchedText(lines)
    line = lines[first - 1]
    margin = len(line) - len(line[begin - (text.rfind("\n", 0, begin) + 1) :].lstrip())
    draft.change(first, line[margin:])
    return draft


def _fault(name: str, field: FieldDeclaration) -> tuple[Code, str, str] | None:
    if _NAME.fullmatch(name) is None or name in _RESERVED:
        words = "is taken" if name in _RESERVED else "has more than small letters, digits and _ in it"
        return Code.DECLARATION_NAME, f"the name of the field {quoted(name)} {words}", "Choose another name."
    if field.required and field.default is not None:
        return (
            Code.DECLARATION_FORM,
            f"`{name}` is required and has a default as well",
            "Delete `required` or `default`.",
        )
    if field.default is not None and field.type not in {FieldType.LINE, FieldType.MARKDOWN}:
        return (
            Code.DECLARATION_TYPE,
            f"`{name}` is of the type {field.type}, which has no default words",
            "Delete `default`, or make the field a `line` or `markdown`.",
        )
    return None


def _field(name: str, field: FieldDeclaration) -> tuple[Any, Any]:
    """Return a field as pydantic takes it: its type and its description."""
    annotation, example = _TYPES[field.type]
    words = field.description or f"The {name.replace('_', ' ')} of the section."
    example = field.default or example
    if field.required:
        least = 1 if field.type in _SEVERAL else None
        return annotation, Field(description=words, examples=[example], min_length=least)
    if field.type in _SEVERAL:
        return annotation, Field((), description=words, examples=[example])
    return annotation | None, Field(field.default, description=words, examples=[example])
