"""Each trap of the CSS inliner."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model import merge_tags
from newsletter.render.inline import USED_MARK, inline_css, lighten

STYLE = "<style>/*inline*/p { color: #111111 } .a { margin: 0 } a:hover { color: red }</style>"


def page(body: str, head: str = STYLE) -> str:
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'


def test_the_doctype_stays() -> None:
    assert inline_css(page("<p>x</p>")).startswith("<!DOCTYPE html>\n<html")


def test_marked_styles_go_into_the_tags_and_are_dropped() -> None:
    done = inline_css(page('<p class="a" style="padding: 1px; color: red">x</p>'))
    assert '<p class="a" style="color:red;margin:0;padding:1px">x</p>' in done
    assert "<style" not in done
    assert "/*inline*/" not in done


def test_other_styles_stay_as_they_are() -> None:
    kept = (
        "<style>@media (prefers-color-scheme:dark){p{color:#fff!important}} [data-ogsc] p{color:#fff!important}</style>"
        '<style media="screen and (min-width:480px)">.b{width:1px!important}</style>'
        '<style type="text/css">#outlook a { padding: 0; } td { margin: 9px }</style>'
        "<!--[if mso]><style>td { margin: 7px }</style><![endif]-->"
    )
    done = inline_css(page("<table><tr><td>x</td></tr></table>", STYLE + kept))
    for style in kept.replace("--><", "-->\n<").split("\n"):
        assert style in done
    assert "<td>x</td>" in done
    assert "premailer" not in done


@pytest.mark.parametrize("style", ["margin: 0 auto", "width: calc(100% - 2px)", "color: RED; color: blue"])
def test_a_style_of_any_kind_goes_into_the_tags(style: str) -> None:
    done = inline_css(page(f'<p style="{style}">x</p>', f"<style>/*inline*/p {{ padding: 1px; {style} }}</style>"))
    assert "padding:1px" in done
    assert style.rpartition(":")[2].strip().lower() in done.lower()


@pytest.mark.parametrize("given", ['class="b a"', "class='a'", "class=a", 'CLASS = "a"', 'class="b&#32;&#97;"'])
def test_a_rule_of_a_class_goes_into_a_tag_however_the_class_is_written(given: str) -> None:
    assert "margin:0" in inline_css(page(f"<p {given}>x</p>"))


@pytest.mark.parametrize("selector", ['p[title=".z"]', 'p[title$=".z"]'])
def test_a_rule_goes_into_a_tag_that_has_not_the_class_in_its_selector(selector: str) -> None:
    done = inline_css(page('<p title=".z">x</p>', f"<style>/*inline*/{selector} {{ margin: 3px }}</style>"))
    assert "margin:3px" in done


def test_the_inliner_gets_no_rules_of_classes_that_no_tag_has(monkeypatch: pytest.MonkeyPatch) -> None:
    import premailer.premailer

    looked_for: list[str] = []
    make = premailer.premailer._create_cssselector
    monkeypatch.setattr(
        premailer.premailer, "_create_cssselector", lambda selector: looked_for.append(selector) or make(selector)
    )
    inline_css(page('<p class="a">x</p>', "<style>/*inline*/.a { margin: 0 } .here .missing { margin: 1px }</style>"))
    assert ".a" in looked_for
    assert ".here .missing" not in looked_for


def test_important_stays_important() -> None:
    done = inline_css(page("<p>x</p>", "<style>/*inline*/p { color: red !important }</style>"))
    assert "color:red !important" in done


@pytest.mark.parametrize(
    "link",
    [
        "{unsubscribe_url}",
        "https://example.org/?n={first_name|dear%20friend}",
        "https://example.org/?n={first_name|there}&amp;m=1",
        "mailto:a@example.org?subject=Hello there",
        "https://example.org/ä/[x]?q=a|b",
        "https://example.org/?a=1&amp;b=2",
        "https://example.org/%20%7B",
        "cid:abc@newsletter",
        "https://example.org/&quot;x&quot;",
    ],
)
@pytest.mark.parametrize("attribute", ["href", "src"])
def test_links_and_merge_tags_come_through_untouched(attribute: str, link: str) -> None:
    assert f'<p style="color:#111"><a {attribute}="{link}">x</a>' in inline_css(
        page(f'<p><a {attribute}="{link}">x</a></p>')
    )


def test_a_link_in_single_quotes_comes_through() -> None:
    assert 'href="{a|&quot;b&quot;}"' in inline_css(page("""<a href='{a|"b"}'>x</a>"""))


def test_nothing_is_fetched() -> None:
    style = "<style>/*inline*/@import url(http://127.0.0.1:9/x.css); p { color: red }</style>"
    done = inline_css(page("<p>x</p>", style))
    assert "@import url(http://127.0.0.1:9/x.css)" in done
    assert "<p>x</p>" in done


FALLBACKS = st.text(
    alphabet=st.characters(codec="ascii", exclude_categories=["Cc"], exclude_characters="{}|<>&\"'"), max_size=10
)


@given(st.lists(FALLBACKS, max_size=5))
def test_there_are_as_many_merge_tags_after_as_before(fallbacks: list[str]) -> None:
    body = "".join(
        f'<p>{{name|{words}}} <a href="https://example.org/{{name|{words}}}">x</a></p>' for words in fallbacks
    )
    assert merge_tags.find(inline_css(page(body))) == merge_tags.find(body)


def test_widths_that_outlook_reads_are_not_written_over() -> None:
    head = "<style>/*inline*/img { width: 100%; height: auto } td { background-color: red; text-align: left }</style>"
    done = inline_css(page('<table><tr><td><img src="x" alt="" width="600"></td></tr></table>', head))
    assert 'width="600"' in done
    assert "bgcolor" not in done
    assert "align=" not in done


def test_quotes_in_a_style_are_single_and_nothing_is_spaced_out() -> None:
    done = inline_css(
        page("<p>x</p>", "<style>/*inline*/p { font-family: Georgia, 'Times New Roman', serif; margin: 0 }</style>")
    )
    assert """<p style="font-family:Georgia,'Times New Roman',serif;margin:0">""" in done


def test_conditional_comments_and_outlooks_own_markup_stay() -> None:
    odd = (
        '<!--[if mso | IE]><table><tr><td width="600px"><![endif]--><p class="a">x</p>'
        "<!--[if mso | IE]></td></tr></table><![endif]-->"
    )
    done = inline_css(page(odd))
    assert '<!--[if mso | IE]><table><tr><td width="600px"><![endif]-->' in done
    assert "<!--[if mso | IE]></td></tr></table><![endif]-->" in done
    vml = "<!--[if mso]>\n  <v:roundrect>\n  <w:anchorlock/>\n  </v:roundrect>\n<![endif]-->"
    assert vml in inline_css(page(f"<div>{vml}</div>"))


def test_line_ends_between_tags_become_one_and_code_keeps_its_own() -> None:
    done = inline_css(page("<div>\n   <b>a</b>\n \n   <b>b</b> <b>c</b></div><pre><b>a</b>\n\n  <b>b</b></pre>"))
    assert "<div>\n<b>a</b>\n<b>b</b> <b>c</b></div>" in done
    assert "<pre><b>a</b>\n\n  <b>b</b></pre>" in done


def test_more_sheets_than_are_remembered_are_read_all_the_same() -> None:
    for number in range(40):
        done = inline_css(page("<p>x</p>", f"<style>/*inline*/p {{ margin: {number + 1}px }}</style>"))
        assert f'<p style="margin:{number + 1}px">' in done


THREADS = """
import sys, threading
from newsletter.render.inline import inline_css
sys.setswitchinterval(1e-6)
faults = []
def ask():
    for _ in range(200):
        try:
            import requests, urllib.request
            assert requests.Session and requests.exceptions.SSLError and urllib.request.urlopen
        except Exception as error:
            faults.append(repr(error))
def style():
    try:
        page = '<html><head><style>/*inline*/p{color:red}</style></head><body><p>x</p></body></html>'
        assert 'style="color:red"' in inline_css(page)
    except Exception as error:
        faults.append(repr(error))
threads = [threading.Thread(target=one) for one in (style, ask, style, ask, style, ask)]
for one in threads:
    one.start()
for one in threads:
    one.join()
sys.exit("; ".join(faults[:3]) or 0)
"""


def test_other_threads_can_import_http_clients_while_the_inliner_is_loaded() -> None:
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", THREADS], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("before", ["", "import requests, urllib.request;"])
def test_no_module_is_put_in_place_of_another(before: str) -> None:
    code = (
        f"{before}import sys\n"
        "from newsletter.render.inline import inline_css\n"
        "inline_css('<html><head><style>/*inline*/p{color:red}</style></head><body><p>x</p></body></html>')\n"
        "import requests\n"
        "import urllib.request\n"
        "assert requests.Session and urllib.request.urlopen\n"
        "assert sys.modules['premailer.premailer'].requests is requests\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("host", ["müller.example", "m&#252;ller.example", "m%C3%BCller.example", "MÜLLER.example"])
def test_the_domain_of_a_link_is_written_in_ascii(host):
    markup = f'<html><body><a href="https://{host}/b&#252;ro?a=1&amp;b={{key}}">x</a></body></html>'
    assert 'href="https://xn--mller-kva.example/b%C3%BCro?a=1&amp;b={key}"' in inline_css(markup)
    markup = f'<html><body><a href="mailto:info@{host}">x</a><a href="tel:&#9742;">x</a></body></html>'
    assert 'href="mailto:info@xn--mller-kva.example"' in inline_css(markup)


def test_a_light_page_keeps_no_rule_that_nothing_needs() -> None:
    column = '<div class="mj-outlook-group-fix mj-column-per-100" style="width:100%"><p class="seen">x</p></div>'
    page = (
        "<html><head><style>@media only screen and (min-width:480px) { .mj-column-per-100 { width:100% !important; }  }"
        f"</style><style>{USED_MARK}\n.seen,.gone,thead .seen{{color:#111}}\n"
        "[data-ogsc] p,[data-ogsc] code{color:#222}\ntable>tr{color:#333}\n"
        f":root{{color:#444}}\n</style></head><body>{column}</body></html>"
    )
    light = lighten(page)
    assert "<style>\n.seen{color:#111}\n[data-ogsc] p{color:#222}\n:root{color:#444}\n</style>" in light
    assert '<div style="width:100%">' in light
    assert "mj-column" not in light
    half = page.replace("</body>", '<div class="mj-outlook-group-fix mj-column-per-50"></div></body>')
    assert 'class="mj-outlook-group-fix mj-column-per-50"' in lighten(half)
    assert lighten(page.replace(USED_MARK, "")) == page.replace(USED_MARK, "")


def test_what_css_has_a_shorter_form_for_is_written_so() -> None:
    page = (
        f'<html><head><style>{USED_MARK}\ndiv{{color:#ffffff;margin:0px 10px}}\n</style></head><body bgcolor="#ffffff">'
        '<div style="direction:ltr;color:#aabbcc;background:#aabbcd;padding:0px 20px 0px">0px #ffffff</div>'
        '<table border="0" width="100%" style="vertical-align:top"></table><!--[if lte mso 11]>\n<![endif]-->\n</body>'
    )
    light = lighten(page)
    assert "div{color:#fff;margin:0 10px}" in light
    assert '<body bgcolor="#ffffff">' in light, "Outlook reads attributes in the long form alone"
    assert '<div style="color:#abc;background:#aabbcd;padding:0 20px 0">0px #ffffff</div>' in light
    assert '<table border="0" width="100%"></table></body>' in light
    both = page.replace("<div", '<div style="direction:rtl"></div><div')
    assert "direction:ltr" in lighten(both), "beside a part that runs the other way it is needed"
