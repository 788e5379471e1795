"""Each theme before judges that we did not write: html-validate, and the tables of caniemail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from newsletter.model.branding import Theme
from tests.gallery import ARABIC, FORTY, ISSUES, STRESS, laid, message

from .judges import node_package, run

pytestmark = pytest.mark.slow

PAGES = [(theme, issue) for theme in Theme for issue in dict.fromkeys((*ISSUES, *STRESS))]

EMAIL_RULES = {
    # mail programs that know no style sheet are told in the tags, and by attributes that web pages have given up
    "no-inline-style": "off",
    "no-deprecated-attr": "off",
    # Outlook on Windows is told its own widths so
    "no-conditional-comment": "off",
    # rows without <tbody> are as right, and every byte counts towards what Gmail shows
    "prefer-tbody": "off",
    # MJML marks the email as an article by its role, as mail programs drop elements that they do not know
    "prefer-native-element": "off",
}
"""What html-validate recommends for web pages and is otherwise in email."""

UNSUPPORTED = {
    "!important keyword": "Only in the styles for phones and the dark; elsewhere the day's look stays.",
    "<body> element": "Becomes a <div>, which loses nothing: ground and direction stand on the <div> in it as well.",
    "<style> element": "Everything that matters is in the tags; the element adds the phone and the dark.",
    "@media": "As <style>.",
    "Attribute selector": "For Outlook.com's dark alone.",
    "Chaining selectors": "For the dark alone.",
    "Child combinator": "For phones and the dark alone.",
    "Class selector": "As <style>.",
    "Descendant combinator": "As <style>.",
    "Local anchors": "The line of contents can be read, and its links do nothing.",
    "ID selector": "MJML's own fix for old Outlook.",
    "Type selector": "As <style>.",
    "aria-hidden attribute": "Beside it, the date is read twice: in the box, and in words.",
    "aria-label attribute": "The title of the email, which stands in its heading too.",
    "border-radius": "Corners are square.",
    "display:none": "The words for the inbox show in small type.",
    "height attribute": "The bar above a heading is lower or higher.",
    "height property": "As the attribute.",
    "lang attribute": "Read with the voice of the reader's own language.",
    "mailto: links": "The address stands in words too, in the card.",
    "outline": "Written by MJML with none.",
    "overflow": "For the hidden words of the inbox, which are hidden in other ways too.",
    "overflow-wrap": "A word too long for its cell makes the table wider there.",
    "role attribute": "Layout tables are read as tables.",
    "text-decoration": "Links are underlined as the program likes.",
    "text-wrap": "A single word may stand on the last line.",
    "text-underline-offset": "The line stands as usual.",
    "transform": "A false alarm: it means text-transform, without which letters stay as they were written.",
    "white-space": "A word may break at its hyphen.",
    "width attribute": "The style says it as well.",
    "word-break": "Written by MJML; a word too long for a line sticks out.",
    "word-spacing": "Written by MJML with normal.",
}
"""What some mail program does not support, and what becomes of the email there; no word of it is ever lost."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("judged")
    return [laid(folder, issue, theme) for theme, issue in PAGES]


def test_html_validate_finds_no_error(pages: list[Path], tmp_path: Path) -> None:
    judge = node_package("html-validate") / "bin" / "html-validate.mjs"
    config = tmp_path / "htmlvalidate.json"
    config.write_text(json.dumps({"root": True, "extends": ["html-validate:recommended"], "rules": EMAIL_RULES}))
    spoilt = tmp_path / "spoilt.html"
    spoilt.write_text('<!DOCTYPE html><html lang="en"><title>x</title><p><img src="x.png"><div></p>')
    report = tmp_path / "report.json"
    run("node", judge, "--config", config, "--formatter", f"json={report}", *pages, spoilt)
    told: dict[str, list[dict[str, Any]]] = {
        file["filePath"]: file["messages"] for file in json.loads(report.read_text(encoding="utf-8"))
    }
    assert told.pop(str(spoilt)), "the judge would notice"
    found = [(file, one["ruleId"], one["message"]) for file, messages in told.items() for one in messages]
    assert found == []


def test_caniemail_knows_nothing_that_is_not_explained(pages: list[Path], tmp_path: Path) -> None:
    node_package("caniemail")
    spoilt = tmp_path / "spoilt.html"
    spoilt.write_text('<div style="position:absolute"><form><video></video></form></div>')
    told = json.loads(run("node", "caniemail.mjs", *pages, spoilt))
    assert {"position", "<form> element", "<video> element"} <= set(told.pop(str(spoilt)))
    assert len(told) == len(pages)
    used = {feature for found in told.values() for feature in found}
    assert used - set(UNSUPPORTED) == set(), "explain what becomes of the email there, or do without"
    assert set(UNSUPPORTED) - used == set(), "no longer used"


def test_the_issues_are_what_they_are_called() -> None:
    assert message(FORTY, Theme.BOLD).html.count("<h3") == 40
    assert 'dir="rtl"' in message(ARABIC, Theme.BOLD).html
