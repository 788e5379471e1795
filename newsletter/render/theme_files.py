"""Read a theme: a file of tokens, `themes/NAME.yaml`, in groups of one line a token.

    type:
      title: 42
      body: 17   # pixels

That is the simplest part of YAML, and all of it that is read here: each mistake is told by its line.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn

import jinja2

from newsletter.compiled_patterns import compile_pattern
from newsletter.errors import Place, TemplateError
from newsletter.render.builtin_templates import PACKAGED
from newsletter.render.themes import FORM_GROUPS, Day, Form, Limits, Look, Night

FILE = "themes/{name}.yaml"
"""Where a theme is kept among the templates."""

_FOLDER, _ENDING = "themes/", ".yaml"
_BARE = jinja2.Environment(autoescape=True)  # nothing is rendered in it
_LINE = compile_pattern(r"(?P<indent>[ ]*)(?P<name>[A-Za-z_][\w-]*)[ ]*:(?:[ ]+(?P<value>.*))?$")
_COMMENT = compile_pattern(r"(?:^|(?<=\s))#.*$")
_QUOTED = compile_pattern(r"(?P<mark>[\"'])(?P<text>[^\"]*?)(?P=mark)\s*(?:#.*)?$")
_COLOUR = compile_pattern(r"#[0-9a-fA-F]{6}")
_PADDING = compile_pattern(r"\d{1,2}px \d{1,2}px")
_LONGEST_STACK = 300
_STACK = compile_pattern(r"[\w ,.'\"-]+")
_DEFAULTS = Form()
_SWITCHES = {"true": True, "false": False}


class _Token(NamedTuple):
    """A line of a theme's file: `name: value` in a group."""

    group: str
    name: str
    value: str
    quoted: bool
    place: Place
    excerpt: str


def theme_names(templates: jinja2.BaseLoader | None = None) -> list[str]:
    """List the themes that there are by name: those that come with the tool, and the user's own."""
    names = [name for source in (PACKAGED, templates) if source is not None for name in source.list_templates()]
    found = {name[len(_FOLDER) : -len(_ENDING)] for name in names if name.startswith(_FOLDER)}
    return sorted(one for one in found if "/" not in one)


def look_of(name: str, templates: jinja2.BaseLoader | None = None) -> Look:
    """Return a theme by its name; `templates` finds the user's own. Raise TemplateError where it cannot be used."""
    path = FILE.format(name=name)
    for source in (templates, PACKAGED):
        try:
            text, file, _ = (source or PACKAGED).get_source(_BARE, path)
        except jinja2.TemplateNotFound:
            continue
        except UnicodeDecodeError as error:
            raise TemplateError(
                f"The theme {name} is not saved as UTF-8.", hint="Save it again as UTF-8.", place=Place(path)
            ) from error
        return _look(text, file or path)
    raise _unknown(name, theme_names(templates))


def _unknown(name: str, known: Sequence[str]) -> TemplateError:
    near = difflib.get_close_matches(name, known, n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    own = f"A theme of your own is the file templates/{FILE.format(name=name)}."
    return TemplateError(
        f"There is no theme {name}.",
        hint=f"{meant}There are {', '.join(known)}. {own}",
        place=Place(FILE.format(name=name)),
    )


@lru_cache(maxsize=32)
def _look(text: str, file: str) -> Look:
    """Return the theme that a file describes; what it does not name is the default of the classic theme."""
    given: dict[str, dict[str, Any]] = {group: {} for group in _groups()}
    base = ""
    faults: list[TemplateError] = []
    for token in _tokens(text, file, faults):
        try:
            if token.group:
                given[token.group][token.name] = _value(token)
            else:
                base = _base(token)
        except TemplateError as fault:
            faults.append(fault)
    if faults:
        raise _together(faults)
    return _assembled(given, look_of(base) if base else None, Place(file))


def _base(token: _Token) -> str:
    names = theme_names()
    if token.value in names:
        return token.value
    near = difflib.get_close_matches(token.value.casefold(), names, n=1)
    other = "A theme of your own cannot be the base of another." if token.value else ""
    hint = f"Did you mean {near[0]}?" if near else other
    return _refuse(token, f"one of {', '.join(names)}", hint)


def _together(faults: Sequence[TemplateError]) -> TemplateError:
    """Return one error for all mistakes of a file: the first one, and the others by their lines."""
    first, *others = sorted(faults, key=lambda fault: fault.place.line if fault.place else 0)
    if not others:
        return first
    listed = " ".join(f"Line {one.place.line if one.place else 0}: {one.message} {one.hint}" for one in others)
    count = "1 more mistake" if len(others) == 1 else f"{len(others)} more mistakes"
    return TemplateError(first.message, hint=f"{first.hint} The file has {count}. {listed}", place=first.place)


def _assembled(given: Mapping[str, Mapping[str, Any]], base: Look | None, place: Place) -> Look:
    colours = {**(_named(base.day) if base else {}), **given["colours"]}
    form = {**(_named(base.form) if base else {}), **_form_of(given)}
    night = {**(_named(base.night) if base else {}), **given["dark"]}
    fonts = {**({"heading": base.heading_font, "body": base.body_font} if base else {}), **given["fonts"]}
    needed = ("brand", "accent", "ink", "muted", "ground")
    lacking = [f"colours: {one}" for one in needed if one not in colours]
    lacking += [f"fonts: {one}" for one in ("heading", "body") if one not in fonts]
    if lacking:
        raise TemplateError(
            f"The theme does not say {', '.join(lacking)}.",
            hint="Add the line, or begin the file with `base: classic` to take it from that theme.",
            place=place,
        )
    return Look(Day(**colours), Night(**night), Form(**form), str(fonts["heading"]), str(fonts["body"]))


def _named(one: Any) -> dict[str, Any]:
    return {part.name: getattr(one, part.name) for part in fields(one)}


def _form_of(given: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    return {name: value for group in FORM_GROUPS for name, value in given[group].items()}


@lru_cache(maxsize=1)
def _groups() -> dict[str, tuple[str, ...]]:
    """Return the groups of a theme's file, each with the names of its tokens."""
    found = {
        "colours": tuple(part.name for part in fields(Day)),
        "dark": tuple(part.name for part in fields(Night)),
        "fonts": ("heading", "body"),
    }
    return {**found, **{group: tuple(tokens) for group, tokens in FORM_GROUPS.items()}}


def _tokens(text: str, file: str, faults: list[TemplateError]) -> Iterator[_Token]:
    """Yield the tokens of a file; a line that is none is added to the faults."""
    group = ""
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(text.splitlines(), 1):
        if not _COMMENT.sub("", line).strip() or line.strip() == "---":
            continue
        top = _LINE.match(line) if not line.startswith((" ", "\t")) else None
        if top is not None:
            group = "" if _plain(top["value"] or "")[0] or top["name"] == "base" else top["name"]
            if group in _groups():
                continue
        elif group and group not in _groups():
            continue  # the group is a fault already, not each of its lines
        try:
            token = _token(line, group, Place(file, number), seen)
        except TemplateError as fault:
            faults.append(fault)
        else:
            yield token


def _token(line: str, group: str, place: Place, seen: set[tuple[str, str]]) -> _Token:
    match = _LINE.match(line.replace("\t", "    ") if not line.startswith("\t") else line)
    if match is None:
        _refuse_line(line, place)
    name, (value, quoted) = match["name"], _plain(match["value"] or "")
    inside = group if match["indent"] else ""
    if not match["indent"]:
        _check_top(name, value, place)
    elif not inside:
        raise TemplateError(f"The line {name} is in no group.", hint=_groups_hint(), place=place)
    else:
        _check_name(group, name, place)
    if (inside, name) in seen:
        raise TemplateError(f"The theme has `{name}` twice.", hint="Keep one of the lines.", place=place)
    seen.add((inside, name))
    return _Token(inside, name, value, quoted, place, line)


def own_colours(name: str, templates: jinja2.BaseLoader | None) -> dict[str, tuple[str, Place, str]]:
    """Return the colours that the file of a user's own theme names, each with its place and its line.

    Empty for a theme that comes with the tool, and where the file cannot be read.
    """
    path = FILE.format(name=name)
    try:
        text, file, _ = templates.get_source(_BARE, path) if templates else ("", "", None)
    except (jinja2.TemplateNotFound, UnicodeDecodeError):
        return {}
    return {} if text == _built_in(path) else _colours_in(text, file or path)


def _built_in(path: str) -> str | None:
    """Return the file of a theme that comes with the tool; None for another."""
    try:
        return PACKAGED.get_source(_BARE, path)[0]
    except jinja2.TemplateNotFound:
        return None


@lru_cache(maxsize=4)
def _colours_in(text: str, file: str) -> dict[str, tuple[str, Place, str]]:
    tokens = [one for one in _tokens(text, file, []) if one.group == "colours" and _COLOUR.fullmatch(one.value)]
    return {one.name: (one.value.lower(), one.place, one.excerpt) for one in tokens}


def _plain(value: str) -> tuple[str, bool]:
    """Return a value without its quotation marks or its comment, and whether it had such marks."""
    quoted = _QUOTED.match(value)
    return (quoted["text"], True) if quoted else (_COMMENT.sub("", value).strip(), False)


def _refuse_line(line: str, place: Place) -> NoReturn:
    hint = "Indent with spaces, not with a tab." if line.startswith("\t") else "Write each token on a line of its own:"
    raise TemplateError(
        f"This line of the theme cannot be read: {line.strip()[:60]}",
        hint=hint if hint.endswith("tab.") else f"{hint} `  title: 42`.",
        place=place,
    )


def _groups_hint() -> str:
    return f"The groups are {', '.join(_groups())}; the tokens of a group are indented below it."


def _check_top(name: str, value: str, place: Place) -> None:
    if name == "base":
        return
    if name in _groups():
        if value:
            raise TemplateError(f"`{name}` is a group.", hint="Write its tokens below it, indented.", place=place)
        return
    owner = next((group for group, names in _groups().items() if name in names), "")
    near = difflib.get_close_matches(name, [*_groups(), "base"], n=1)
    meant = f"It belongs to the group `{owner}`, indented below it." if owner else ""
    meant = meant or (f"Did you mean {near[0]}?" if near else _groups_hint())
    raise TemplateError(f"A theme has no group `{name}`.", hint=meant, place=place)


def _check_name(group: str, name: str, place: Place) -> None:
    names = _groups()[group]
    if name in names:
        return
    near = difflib.get_close_matches(name, names, n=1)
    owner = next((one for one, others in _groups().items() if name in others), "")
    hint = f"Did you mean {near[0]}?" if near else ""
    hint = f"It belongs to the group `{owner}`." if owner else hint or f"The tokens are {', '.join(names)}."
    raise TemplateError(f"The group `{group}` has no token `{name}`.", hint=hint, place=place)


def _value(token: _Token) -> Any:
    """Return the value of a token; raise TemplateError where it is none that the token can have."""
    if token.group in {"colours", "dark"}:
        return _colour(token)
    if token.group == "fonts":
        if len(token.value) > _LONGEST_STACK or not _STACK.fullmatch(token.value):
            _refuse(token, "a list of font families such as \"Georgia, 'Times New Roman', serif\"")
        return token.value.replace('"', "'")
    default = getattr(_DEFAULTS, token.name)
    if isinstance(default, StrEnum):
        choices = [str(one) for one in type(default)]
        if token.value not in choices:
            near = difflib.get_close_matches(token.value, choices, n=1)
            _refuse(token, f"one of {', '.join(choices)}", f"Did you mean {near[0]}?" if near else "")
        return type(default)(token.value)
    if isinstance(default, bool):
        if token.value not in _SWITCHES:
            _refuse(token, "true or false")
        return _SWITCHES[token.value]
    return _measure(token, FORM_GROUPS[token.group][token.name], whole=isinstance(default, int))


def _measure(token: _Token, limits: Limits, *, whole: bool) -> int | str:
    if limits is None:  # the padding of buttons
        if not _PADDING.fullmatch(token.value):
            _refuse(token, "two lengths such as 14px 26px")
        return token.value
    least, most = limits
    number = re.fullmatch(r"(\d+)(?:px)?" if whole else r"(\d+(?:\.\d+)?)", token.value)
    if number is None or not least <= float(number[1]) <= most:
        _refuse(token, f"a {'whole number' if whole else 'number'} from {least:g} to {most:g}")
    return int(number[1]) if whole else number[1]


def _colour(token: _Token) -> str:
    if _COLOUR.fullmatch(token.value):
        return token.value.lower()
    roles = [part.name for part in fields(Day)]
    if token.group == "colours" and token.value in roles and token.value != token.name:
        return token.value
    unquoted = not token.quoted and not token.value
    hint = f'Put quotation marks around it: {token.name}: "#0b4f5c".' if unquoted else ""
    return _refuse(token, 'a colour such as "#0b4f5c", or the name of another colour of the theme', hint)


def _refuse(token: _Token, wanted: str, hint: str = "") -> NoReturn:
    said = f"`{token.value}`" if token.value else "empty"
    raise TemplateError(
        f"`{token.name}` is {said}, but must be {wanted}.", hint=hint or "Correct the line.", place=token.place
    )
