"""The checks work contrast out without a browser: axe in Chromium comes to the same verdict on each page.

The pages are the March issue in each theme with colours planted in it, and a page of our own on which colours come
about in every way that CSS knows.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.model.branding import Theme
from newsletter.preflight.html.page import Page
from newsletter.preflight.rules.html.contrast import faint_texts
from tests.chromium import Browser
from tests.gallery import MARCH, laid

from .looking import AXE

pytestmark = pytest.mark.slow

FAINT = """
axe.run({runOnly: ["color-contrast"]}).then(({violations}) =>
  violations.flatMap(({nodes}) => nodes).flatMap(({target}) =>
    [...document.querySelector(target[0]).childNodes]
      .filter((node) => node.nodeType === Node.TEXT_NODE)
      .map((node) => node.textContent)))
"""

WAYS = """<!DOCTYPE html><html lang="en" dir="ltr"><head><title>Ways to colour</title>
<style>
.pale { color: #999 } .deep { color: #444 }
#one { color: #888 } p#one.deep { color: #333 }
.box > p { color: #a0a0a0 } .box p + p { color: #222 } .box p:last-child { color: #b0b0b0 }
div.loud { color: #111 !important }
[data-kind="note"] { color: #bbb } [data-kind^="wa"] { color: #222 }
.named { color: lightslategray } .hue { color: hsl(200, 10%, 60%) } .seen { color: rgba(0, 0, 0, .45) }
.both { background: #345 url(none.png) } .sheer { background-color: rgba(20, 40, 60, .7) }
@media (max-width: 100px) { .never { color: #eee } }
@media print { .never { color: #ddd } }
@media (prefers-color-scheme: dark) {
  body { background: #181818 !important } p, li, h1, h2, td { color: #ddd }
  .night { color: #444 !important } .kept { background: #ffffff; color: #333 !important }
  .dim { color: #777 } .same { color: #999 !important }
}
</style></head><body style="background:#ffffff;margin:0;font:16px/1.5 Arial">
<h1>A heading of its own</h1>
<p class="pale">pale by a class</p><p class="deep">deep by a class</p>
<p id="one">pale by its name</p><p id="one" class="deep">deep by name and class</p>
<p class="pale" style="color:#333">a style is stronger</p>
<div class="loud" style="color:#ccc">important is stronger still</div>
<div class="box"><p>first of three</p><p>second of three</p><p>third of three</p></div>
<p data-kind="note">by an attribute</p><p data-kind="warning">by its beginning</p>
<p class="named">a colour by name</p><p class="hue">a colour by hue</p><p class="seen">a colour seen through</p>
<p style="color:#777">just not enough</p><p style="color:#767676">just enough</p>
<p style="color:#949494;font-size:24px">large and just enough</p><p style="color:#949494;font-size:23px">nearly</p>
<p style="color:#949494;font-size:14pt;font-weight:bold">large as it is bold</p>
<p style="color:#949494;font-size:18px;font-weight:bold">bold and not large</p>
<table><tr><td bgcolor="#223344"><p style="color:#556">in a cell</p><p style="color:#eee">in it</p></td></tr></table>
<div style="background:#234"><div style="background:transparent"><p style="color:#333">through it</p></div></div>
<div class="sheer"><p style="color:#fff">on what is seen through</p><p style="color:#5a6a7a">faint on it</p></div>
<p class="never">never reached</p><p><font color="#aaaaaa">an old tag</font></p>
<p style="background:#b00"><a href="#x" style="color:#fff">a link on red</a></p>
<p><a href="#y" style="color:#7ab">a pale link</a> and words</p>
<p style="display:none;color:#fff">not to be seen</p><p style="color:#aaa;font-size:0">of no size</p>
<p class="night">dark by night</p><p class="kept">kept light by night</p><p class="dim">dim by night</p>
<p class="same">the same by night</p><ul><li style="color:#8a8a8a">an entry</li></ul>
<p style="opacity:.5;color:#333">half seen</p><p style="color:#333"><span style="color:inherit">as around it</span></p>
</body></html>"""

PLANTED = (
    ("color:#18242b", "color:#9aa5ab"),
    ("color:#51626c", "color:#8a97a0"),
    ("background-color:#ebf1f2", "background-color:#9fb4b8"),
    ("background-color:#0b4f5c", "background-color:#cfe3e6"),
    ("color:#b3391f", "color:#e8927c"),
    ("a,.pay{color:#8bccd8!important}", "a,.pay{color:#2b5560!important}"),
    (".in a,.small a{color:#b5c2c5!important}", ".in a,.small a{color:#56646a!important}"),
    (".chips .due{background-color:#483b38!important}", ".chips .due{background-color:#c98a7c!important}"),
    ("#151f21!important", "#8d9a9e!important"),
    ("font-size:26px", "font-size:26px;color:#a0a0a0"),
)


def ours(markup: str, *, dark: bool) -> set[str]:
    """Return the words that are too faint; axe leaves a single letter to people."""
    found = faint_texts(Page(markup), night=dark)
    return {text.words for texts in found.values() for text in texts if len(text.words) > 1}


def axes(window: Browser, path: Path, *, dark: bool) -> set[str]:
    """Return the words that axe finds too faint, signs between them left out."""
    window.open(path, width=640, dark=dark)
    window.run(AXE.read_text(encoding="utf-8") + ";0")
    found = window.run(FAINT)
    return {" ".join(words.split()) for words in found if any(letter.isalnum() for letter in words)}


def written(folder: Path, markup: str) -> Path:
    path = folder / "planted.html"
    path.write_text(markup, encoding="utf-8")
    return path


@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
def test_colours_that_come_about_in_every_way_get_the_verdict_of_axe(
    window: Browser, tmp_path: Path, dark: bool
) -> None:
    found = ours(WAYS, dark=dark)
    assert found == axes(window, written(tmp_path, WAYS), dark=dark)
    assert len(found) > 10


@pytest.mark.parametrize("theme", Theme)
def test_the_issue_as_it_is_gets_the_verdict_of_axe(window: Browser, tmp_path: Path, theme: Theme) -> None:
    path = laid(tmp_path, MARCH, theme)
    markup = path.read_text(encoding="utf-8")
    for dark in (False, True):
        assert ours(markup, dark=dark) == axes(window, path, dark=dark) == set()


@pytest.mark.parametrize("number", range(len(PLANTED)))
def test_what_is_planted_gets_the_verdict_of_axe(window: Browser, tmp_path: Path, number: int) -> None:
    path = laid(tmp_path, MARCH, Theme.CLASSIC)
    markup = path.read_text(encoding="utf-8")
    old, new = PLANTED[number]
    assert old in markup
    spoilt = path.with_name("spoilt.html")
    spoilt.write_text(markup.replace(old, new), encoding="utf-8")
    found = [ours(spoilt.read_text(encoding="utf-8"), dark=dark) for dark in (False, True)]
    assert found == [axes(window, spoilt, dark=dark) for dark in (False, True)]
    assert any(found)
