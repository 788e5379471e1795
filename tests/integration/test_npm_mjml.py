"""Our MJML, as the reference implementation understands it: no findings, and the same page as our engine makes.

The judge is installed by `npm install --prefix tests/node`.
"""

from __future__ import annotations

import html
import os
import re
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html as lxml_html

from newsletter.model.branding import Theme
from newsletter.render.mjml import compile_mjml
from tests import gallery

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).parents[1] / "golden"
MJML = Path(__file__).parents[1] / "node" / "node_modules" / ".bin" / "mjml"
ISSUES = sorted(path.stem for path in GOLDEN.glob("*.mjml"))
JUDGED = [f"{issue}--{theme}" for issue in dict.fromkeys((*gallery.ISSUES, *gallery.STRESS)) for theme in Theme]
"""The issues that every theme is judged by."""

Element = tuple[str, dict[str, object], str, str]
"""A tag, its attributes, the words in it and the words after it, with single spaces."""

COSMETIC = {
    # the class of mj-body: theirs on <body>, ours on the <div> in it; our dark styles name both
    ("body", "class"),
    # word-spacing, which is normal anyway, on the div as well as on <body>
    ("div", "style"),
    ("div", "class"),
    # of two classes, both get the suffix -outlook or only the second one: seen by Outlook alone, and named nowhere
    ("table", "class"),
    ("td", "class"),
}
"""Where the two may differ, by tag and attribute; what exactly is allowed is in `is_cosmetic`."""


@pytest.fixture(scope="module")
def judge() -> Path:
    if not MJML.exists():
        reason = "the npm mjml command is not installed: npm install --prefix tests/node"
        (pytest.fail if os.environ.get("NEWSLETTER_SKIPS") == "fail" else pytest.skip)(reason)
    return MJML


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the files with the MJML of all golden issues, and of those that every theme is judged by."""
    folder = tmp_path_factory.mktemp("mjml")
    for name in JUDGED:
        issue, _, theme = name.rpartition("--")
        (folder / f"{name}.mjml").write_text(gallery.mjml(issue, Theme(theme)), encoding="utf-8")
    return {**{name: GOLDEN / f"{name}.mjml" for name in ISSUES}, **{name: folder / f"{name}.mjml" for name in JUDGED}}


@pytest.fixture(scope="module")
def theirs(judge: Path, sources: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the pages that the reference makes of all that MJML."""
    folder = tmp_path_factory.mktemp("npm")
    subprocess.run([judge, *sources.values(), "-o", f"{folder}/"], check=True, capture_output=True, timeout=120)
    return {name: (folder / f"{name}.html").read_text(encoding="utf-8") for name in sources}


def body(page: str, *, outlook: bool) -> list[Element]:
    """Return the elements of a page's body, as most programs see it or as Outlook does."""
    page = unicodedata.normalize("NFC", page[page.index("<body") :])
    if outlook:
        page = re.sub(r"<!--\[if [^\]]*\]>(?:<!-->)?|(?:<!--)?<!\[endif\]-->", "", page)
    page = re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL)
    return list(elements(lxml_html.document_fromstring(f"<html>{page}")))


def elements(page: lxml_html.HtmlElement) -> Iterator[Element]:
    for element in page.iter(lxml_html.etree.Element):
        attributes: dict[str, object] = dict(element.attrib)
        if "style" in attributes:
            attributes["style"] = declarations(element.get("style") or "")
        if "class" in attributes:
            attributes["class"] = sorted((element.get("class") or "").split())
        attributes = {name: value for name, value in attributes.items() if value or name == "alt"}
        yield element.tag, attributes, " ".join((element.text or "").split()), " ".join((element.tail or "").split())


def declarations(style: str) -> dict[str, str]:
    pairs = (one.partition(":") for one in style.split(";") if one.strip())
    plain = ((name.strip(), re.sub(r"\s*,\s*", ",", value.strip())) for name, _, value in pairs)
    return {name: re.sub(r"\b0px", "0", value) for name, value in plain}


def is_cosmetic(tag: str, name: str, ours: object, theirs: object) -> bool:
    """Return whether a difference is one of those that are known and do not matter."""
    if (tag, name) not in COSMETIC:
        return False
    if name == "style":
        return isinstance(theirs, dict) and {**theirs} == {**(ours or {}), "word-spacing": "normal"}  # type: ignore[dict-item]
    if tag in {"table", "td"}:
        return bare(ours) == bare(theirs)
    return "page" in (*(ours or ()), *(theirs or ()))  # type: ignore[misc]


def bare(classes: object) -> list[str]:
    return sorted(name.removesuffix("-outlook") for name in classes or ())  # type: ignore[attr-defined]


def differences(ours: list[Element], theirs: list[Element]) -> list[str]:
    found = []
    for place, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        if (one[0], one[2:]) != (other[0], other[2:]):
            found.append(f"{place}: {one} is {other}")
        for name in {*one[1], *other[1]}:
            pair = one[1].get(name), other[1].get(name)
            if pair[0] != pair[1] and not is_cosmetic(one[0], name, *pair):
                found.append(f"{place}: {name} of {one[0]}: {pair[0]} is {pair[1]}")
    return found


@pytest.mark.parametrize("outlook", [False, True], ids=["everywhere", "in Outlook"])
@pytest.mark.parametrize("issue", [*ISSUES, *JUDGED])
def test_our_engine_makes_the_page_that_the_reference_makes(
    issue: str, outlook: bool, theirs: dict[str, str], sources: dict[str, Path]
) -> None:
    mjml = sources[issue].read_text(encoding="utf-8")
    ours = body(compile_mjml(mjml), outlook=outlook)
    reference = body(theirs[issue], outlook=outlook)
    assert Counter(one[0] for one in ours) == Counter(one[0] for one in reference)
    assert len(ours) > 40
    assert differences(ours, reference) == []


@pytest.mark.parametrize("issue", ISSUES)
def test_both_pages_have_the_same_styles_and_the_same_head(issue: str, theirs: dict[str, str]) -> None:
    def head(page: str) -> tuple[list[str], Counter[str]]:
        start = html.unescape(page[: page.index("<body")])
        styles = "".join(re.findall(r"<style\b[^>]*>(.*?)</style>", start, flags=re.DOTALL))
        # the reference loads Roboto from the web wherever a list of fonts names it; an email of ours loads no font
        styles = re.sub(r"@import url\(https://fonts\.googleapis\.com[^)]*\);", "", styles)
        rules = re.sub(r"\s+|;(?=\s*\})", "", styles).replace(":0px", ":0")
        tags = re.findall(r"<(?:title>[^<]*|meta [^>]*?)(?= ?/?>|</)", start)
        return sorted(filter(None, re.split(r"(?<=\})", rules))), Counter(tags)

    page = compile_mjml((GOLDEN / f"{issue}.mjml").read_text(encoding="utf-8"))
    assert "@import" not in page
    ours = head(page)
    assert ours == head(theirs[issue])


@pytest.mark.parametrize("issue", [*ISSUES, *JUDGED])
def test_the_reference_finds_nothing_wrong(issue: str, judge: Path, sources: dict[str, Path]) -> None:
    done = subprocess.run(
        [judge, "--validate", sources[issue]],
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=60,
    )
    assert (done.returncode, done.stderr.strip()) == (0, "")


def test_the_judge_would_notice(judge: Path, tmp_path: Path) -> None:
    source = tmp_path / "wrong.mjml"
    text = (GOLDEN / "smallest.mjml").read_text(encoding="utf-8")
    source.write_text(text.replace("<mj-text", '<mj-text colour="red"', 1), encoding="utf-8")
    done = subprocess.run([str(judge), "--validate", str(source)], capture_output=True, check=False, timeout=60)
    assert done.returncode != 0 or b"colour" in done.stderr


def test_a_difference_would_be_noticed(theirs: dict[str, str]) -> None:
    mjml = (GOLDEN / "smallest.mjml").read_text(encoding="utf-8")
    for changed in (mjml.replace("A walk", "A swim"), mjml.replace('padding="40px 44px"', 'padding="40px 43px"')):
        assert changed != mjml
        assert differences(body(compile_mjml(changed), outlook=True), body(theirs["smallest"], outlook=True))
