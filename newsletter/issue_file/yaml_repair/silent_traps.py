"""What YAML takes without a word, and means another thing than the author did."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.problem import LineEdit, Problem
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.source_text import Source, quoted
from newsletter.issue_file.suggest import as_value
from newsletter.issue_file.yaml_repair.line_scanner import Line, line_of
from newsletter.issue_file.yaml_repair.tree import Mapping, Mark, Node, Scalar, Sequence, Style, TreeFault, YamlWarning

_CUT = compile_pattern(r"(\s+)#(?![\s#!}]|$)")
_JOINED = compile_pattern(r"\s*(?:-(?=\s)|-(?=\w)|[A-Za-z_]\w*:(?=\S)(?!//))")


def quiet_faults(root: Node, source: Source, names: frozenset[str]) -> Iterator[Problem]:
    """Tell of words that are cut off, and of lines that run together."""
    waiting: list[tuple[Node, Scalar | None]] = [(root, None)]
    while waiting:
        node, key = waiting.pop()
        if isinstance(node, Mapping):
            waiting += [(entry.value, entry.key) for entry in node.entries.values()]
        elif isinstance(node, Sequence):
            waiting += [(item, None) for item in node.items]
        elif node.style is Style.PLAIN:
            spoils = (node.start, key.start) if key else (node.start,)
            found = [*_cut_off(node, key, source)]
            if node.end.line > node.start.line and node.text:
                found += _joined(node, source, names)
            yield from (complaint._replace(spoils=spoils) for complaint in found)


def _cut_off(node: Scalar, key: Scalar | None, source: Source) -> Iterator[Problem]:
    """Tell of a # that makes a comment of words; a comment of the author's has a space after its #."""
    end = node.end if node.text else (_after_colon(key, source) if key else node.start)
    line = source.line(end.line)
    match = _CUT.match(line, end.column - 1)
    if match is None:
        return
    single = node.start.line == end.line or not node.text
    start = node.start.column if node.text else match.end()
    words = line[start - 1 :].rstrip()
    edit = LineEdit(end.line, start, len(line.rstrip()) + 1, as_value(words)) if single else None
    yield Problem(
        Code.CUT_OFF,
        Mark(end.line, match.end()),
        f"{quoted(line[match.end() - 1 :])} is left out: # after a space begins a comment",
        "Put the whole value in quotation marks; if you mean a comment, put a space after the #.",
        edit,
    )


def _after_colon(key: Scalar, source: Source) -> Mark:
    line = source.line(key.end.line)
    colon = line.find(":", key.end.column - 1)
    return Mark(key.end.line, colon + 2 if colon >= 0 else key.end.column)


def _joined(node: Scalar, source: Source, names: frozenset[str]) -> Iterator[Problem]:
    """Tell of lines that look like fields or entries, and are taken for more words of the line above."""
    first = line_of(node.start.line, source.line(node.start.line))
    as_list = node.text.startswith("-") and not first.dashes and not first.key
    if as_list:
        yield _tight_dash(source, node.start.line, first.indent)
    for number in range(node.start.line + 1, node.end.line + 1):
        text = source.line(number)
        match = _JOINED.match(text)
        sign = match[0].strip() if match else ""
        if match is None or (sign != "-" and sign.rstrip(":") not in names):
            continue
        if as_list and sign == "-":
            yield _tight_dash(source, number, first.indent)
            continue
        yield _joined_line(first, Mark(number, len(text) - len(text.lstrip()) + 1), sign, text[match.end() :].strip())


def _tight_dash(source: Source, number: int, indent: int) -> Problem:
    text = source.line(number)
    column = len(text) - len(text.lstrip()) + 1
    return Problem(
        Code.SPACE_AFTER_DASH,
        Mark(number, column),
        "a space is missing after the dash",
        "Put one space between the dash and the words.",
        LineEdit(number, 1, len(text) + 1, f"{' ' * indent}- {text.strip().lstrip('-').strip()}"),
    )


def _joined_line(first: Line, mark: Mark, sign: str, rest: str) -> Problem:
    message = f"{quoted(f'{sign} {rest}')} is taken for more words of line {mark.line - 1}"
    if sign == "-" and not first.dashes:
        hint = (
            f"For a list, leave `{first.name}:` alone on its line and begin each entry below it with a dash; "
            f"for a text with bullets begin with `{first.name}: |`."
        )
        return Problem(Code.RUN_TOGETHER, mark, message, hint)
    column = first.indent if sign == "-" else first.column - 1
    where = f"with {column} space{'' if column == 1 else 's'}" if column else "at the left margin"
    return Problem(
        Code.RUN_TOGETHER,
        mark,
        message,
        f"Begin it {where}, and put one space after the {'dash' if sign == '-' else 'colon'}.",
        LineEdit(mark.line, 1, 100_000, f"{' ' * column}{sign} {rest}"),
    )


def oddity_complaints(oddities: list[YamlWarning], source: Source) -> Iterator[Problem]:
    """Tell of what YAML has and these files do without."""
    anchors = {oddity.text[1:]: oddity for oddity in oddities if oddity.fault is TreeFault.ANCHOR}
    aliases = [oddity for oddity in oddities if oddity.fault is TreeFault.ALIAS]
    shared = {alias.text[1:] for alias in aliases} & anchors.keys()
    yield from _sharing([anchors[name] for name in anchors if name in shared])
    for oddity in oddities:
        if oddity.text[1:] in shared and oddity.fault in {TreeFault.ANCHOR, TreeFault.ALIAS}:
            continue
        words = _ODDITIES.get(oddity.fault)
        if words is not None:
            yield words(oddity, source)._replace(spoils=(oddity.start,))


def _sharing(anchors: list[YamlWarning]) -> Iterator[Problem]:
    """Tell once of words that are written once and used in several places."""
    if anchors:
        first = min(anchors, key=lambda oddity: oddity.start)
        name = first.text[1:]
        yield Problem(
            Code.ALIAS,
            first.start,
            f"{first.text} gives a name to what follows, to use it elsewhere as *{name}: these files do not do that",
            f"Write the words out in each place, and delete {first.text} and every * mark that uses such a name.",
        )


def _duplicate(oddity: YamlWarning, _: Source) -> Problem:
    first = oddity.first.line if oddity.first else 0
    where = f"first in line {first}, and again in line {oddity.start.line}"
    return Problem(
        Code.DUPLICATE,
        oddity.start,
        f"the field {quoted(oddity.text)} is here twice: {where}",
        "Delete one of the two, or give it the name that it should have.",
    )


def _key_form(oddity: YamlWarning, _: Source) -> Problem:
    return Problem(
        Code.KEY_FORM,
        oddity.start,
        "the name of a field is a list or a group of fields here",
        "A field's name is a word before a colon and a space; put text that begins with [ or { in quotation marks.",
    )


def _too_deep(oddity: YamlWarning, _: Source) -> Problem:
    return Problem(
        Code.TOO_DEEP,
        oddity.start,
        "the file goes too deep here: too many levels stand one inside the other",
        "Put text with brackets in it in quotation marks, and take the lines further to the left.",
    )


def _value_edit(mark: Mark, source: Source) -> LineEdit | None:
    """Return how to put all from a mark to the end of its line in quotation marks."""
    line = source.line(mark.line)
    words = re.sub(r"(?<!\s)\s+#.*$", "", line[mark.column - 1 :]).rstrip()
    if not words or line_of(mark.line, line).value_column != mark.column:
        return None
    return LineEdit(mark.line, mark.column, mark.column + len(words), as_value(words))


def _alias(oddity: YamlWarning, source: Source) -> Problem:
    return Problem(
        Code.ALIAS,
        oddity.start,
        f"a value cannot begin with {oddity.text[:1]} ({quoted(oddity.text)}) unless it stands in quotation marks",
        "Put the whole value in quotation marks.",
        _value_edit(oddity.start, source),
        value=oddity.start,
    )


def _tag(oddity: YamlWarning, source: Source) -> Problem:
    rest = source.line(oddity.start.line)[oddity.start.column - 1 :]
    word = rest.split(maxsplit=1)[0] if rest.strip() else "!"
    if word.startswith(("!!", "!<")):
        after = len(rest) - len(rest[len(word) :].lstrip())
        return Problem(
            Code.TAG,
            oddity.start,
            f"{quoted(word)} tells a program what to make of a value, which these files do not do",
            f"Delete {word}: every value is taken as it is written.",
            LineEdit(oddity.start.line, oddity.start.column, oddity.start.column + after, ""),
        )
    return Problem(
        Code.TAG,
        oddity.start,
        f"a value cannot begin with ! ({quoted(word)}) unless it stands in quotation marks",
        "Put the whole value in quotation marks.",
        _value_edit(oddity.start, source),
        value=oddity.start,
    )


_ODDITIES: dict[TreeFault, Callable[[YamlWarning, Source], Problem]] = {
    TreeFault.DUPLICATE: _duplicate,
    TreeFault.ALIAS: _alias,
    TreeFault.ANCHOR: _alias,
    TreeFault.TAG: _tag,
    TreeFault.KEY: _key_form,
    TreeFault.DEPTH: _too_deep,
}
"""What is said of each; a second document is told of where the reading stops."""
