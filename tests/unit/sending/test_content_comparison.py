"""Harmless rewriting by a provider passes; a changed word, price, link, picture or merge tag never does."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.errors import UnsupportedError
from newsletter.model.provider_campaign import RemoteContent
from newsletter.providers.campaign import CampaignProvider
from newsletter.providers.merge_tag_syntax import ReadBackTolerance
from newsletter.providers.registry import adapter, names
from newsletter.sending.content_comparison import compare
from newsletter.sending.content_difference import Differences
from newsletter.sending.links_compared import normal_url
from tests.examples import examples
from tests.operations import count_calls
from tests.rewriters import REWRITERS

GOLDEN = sorted((Path(__file__).parents[2] / "golden").glob("*.html"))
FEW = GOLDEN[::6]
"""The pages for `make test`; `make test-slow` takes more."""
PROVIDERS = [name for name in names() if issubclass(adapter(name), CampaignProvider)]
TAG = re.compile(r"\*\|[^|]*\|\*|\{\{\{?[^{}]*\}\}\}?|\{%[^%]*%\}|\[\[[^\]]*\]\]")


def against(expected: str, held: str, allowance: ReadBackTolerance | None = None) -> Differences:
    return compare(RemoteContent(html=expected), RemoteContent(html=held), allowance or ReadBackTolerance())


def written_for(name: str, html: str) -> str:
    """Return a page with merge tags in a provider's words; an empty one where it cannot write them."""
    try:
        return adapter(name).dialect.write(html, name)
    except UnsupportedError:
        return ""


# --- what must pass ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pages", [FEW, pytest.param(GOLDEN, marks=pytest.mark.slow)], ids=["few", "all"])
@pytest.mark.parametrize("rewriter", REWRITERS)
def test_every_page_passes_however_it_is_written_anew(rewriter, pages):
    for path in pages:
        html = path.read_text(encoding="utf-8")
        found = against(html, REWRITERS[rewriter](html))
        assert not found.found, f"{path.name}: {found.in_words}"


def html_without(html: str) -> str:
    """Return HTML without its comments, which nobody reads."""
    return re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)


@pytest.mark.parametrize("pages", [GOLDEN[::9], pytest.param(GOLDEN[::3], marks=pytest.mark.slow)], ids=["few", "all"])
@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("rewriter", REWRITERS)
def test_merge_tags_pass_where_they_are_left_whole_and_are_told_where_not(rewriter, provider, pages):
    seen = 0
    for path in pages:
        html = written_for(provider, path.read_text(encoding="utf-8"))
        if not html:
            continue
        seen += 1
        held = REWRITERS[rewriter](html)
        found = against(html, held, adapter(provider).allowance)
        whole = all(
            html_without(html).count(tag) <= html_without(held).count(tag) for tag in TAG.findall(html_without(html))
        )
        assert bool(found.found) is not whole, f"{path.name}: {found.in_words}"
    assert seen


PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>March</title>
<style>.a { color: #ff0000; } @media (max-width: 480px) { .a { color: red } }</style></head>
<body style="margin:0"><div style="display:none">In short: a shed&nbsp;and a roof</div>
<!--[if mso | IE]><table><tr><td width="600"><![endif]-->
<h1 class="a">The Shed &amp; the Roof</h1><p>Dear *|FNAME|*, tickets are <b>£12</b> each, from 3 to 5&nbsp;pm.
<a href="https://example.org/shed?a=1&amp;b=2" title="x">Read on</a></p>
<p><img src="https://example.org/shed.jpg" alt="A shed" width="300" height="200"></p>
<p><a href="https://example.org/"><img src="https://example.org/logo.png" alt="Home" width="20"></a></p>
<p><a href="*|UNSUB|*">Leave</a></p>
<!--[if mso | IE]></td></tr></table><![endif]--></body></html>"""
MAILCHIMP = adapter("mailchimp").allowance
BREVO = adapter("brevo").allowance

HARMLESS: dict[str, Callable[[str], str]] = {
    "quotes": lambda html: html.replace('width="300"', "width='300'").replace('width="20"', "width=20"),
    "attribute order": lambda html: html.replace('href="https://example.org/shed?a=1&amp;b=2" title="x"',
                                                 'title="x" href="https://example.org/shed?a=1&amp;b=2"'),
    "entities by number": lambda html: html.replace("£", "&#163;").replace("&amp; the", "&#38; the"),
    "entities by name": lambda html: html.replace("£", "&pound;").replace("&nbsp;", "\u00a0"),
    "a bare ampersand in a link": lambda html: html.replace("a=1&amp;b=2", "a=1&b=2"),
    "closed like XML": lambda html: html.replace('height="200">', 'height="200" />').replace('"utf-8">', '"utf-8"/>'),
    "comments taken out": lambda html: re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL),
    "a comment put in": lambda html: html.replace("<h1", "<!-- BODY // --><h1"),
    "white space": lambda html: re.sub(r">\s*<", ">\n    <", html).replace(", tickets", ",\n tickets"),
    "no white space": lambda html: re.sub(r">\s+<", "><", html),
    "another charset": lambda html: html.replace('<meta charset="utf-8">',
                                                 '<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">'),
    "more meta": lambda html: html.replace("<title>", '<meta name="viewport" content="width=device-width"><title>'),
    "styles made small": lambda html: html.replace("{ color: #ff0000; }", "{color:red}"),
    "styles inlined": lambda html: html.replace('class="a"', 'style="color:red"'),
    "tag names in capitals": lambda html: html.replace("<h1", "<H1").replace("</h1>", "</H1>").replace("<p>", "<P>"),
    "a table around it": lambda html: html.replace("<h1", '<table role="presentation"><tr><td><h1').replace(
        "<!--[if mso | IE]></td>", "</td></tr></table><!--[if mso | IE]></td>"),
    # the forms of public emails: bevacqua/campaign#9, sendinblue/APIv3-php-library#39 and #48
    "Mailchimp's counter": lambda html: html.replace(
        "</body>", '<img src="https://x.us6.list-manage.com/track/open.php?u=1&e=3" height="1" width="1"></body>'),
    "SendGrid's counter": lambda html: html.replace(
        "</body>", '<img src="https://u1.ct.sendgrid.net/wf/open?upn=abc" alt="" width="1" height="1" border="0" '
        'style="height:1px !important;width:1px !important;border-width:0 !important;margin:0"></body>'),
    "listmonk's counter": lambda html: html.replace(
        "</body>", '<img src="https://l.example.org/campaign/1/2/px.png" width="1" height="1" '
        'style="display:none;max-height:0;max-width:0;opacity:0" alt=""></body>'),
    "Mailchimp's counted links": lambda html: html.replace(
        "https://example.org/shed?a=1&amp;b=2", "https://x.us6.list-manage.com/track/click?u=1&amp;id=2&amp;e=3").replace(
        '"https://example.org/"', '"https://x.us6.list-manage.com/track/click?u=1&amp;id=9&amp;e=3"'),
    "Mailchimp's footer": lambda html: html.replace(
        "</body>", '<table><tr><td>Our mailing address is: *|HTML:LIST_ADDRESS_HTML|*</td></tr><tr><td>'
        '<a href="*|UNSUB|*">unsubscribe from this list</a> <a href="*|UPDATE_PROFILE|*">update preferences</a> '
        '<a href="https://www.mailchimp.com/email-referral/?aid=1"><img src="https://cdn-images.mailchimp.com/a.png" '
        'alt="Email Marketing Powered by Mailchimp"></a></td></tr></table></body>'),
}  # fmt: skip


@pytest.mark.parametrize("how", HARMLESS)
def test_harmless_rewriting_passes(how):
    held = HARMLESS[how](PAGE)
    assert held != PAGE
    found = against(PAGE, held, MAILCHIMP)
    assert not found.found, found.in_words


def test_a_header_and_a_footer_of_brevos_own_pass():
    page = PAGE.replace("*|UNSUB|*", "{{ unsubscribe }}").replace("*|FNAME|*", "{{ contact.FIRSTNAME }}")
    held = page.replace('<h1 class="a">', '<h1 class="a">').replace(
        '<body style="margin:0">', '<body style="margin:0"><p><a href="{{mirror}}">View in browser</a></p>'
    )
    held = held.replace(
        "</body>", '<p>This email was sent to you. <a href="{{ unsubscribe }}">Unsubscribe</a></p></body>'
    )
    assert not against(page, held, BREVO).found
    for other in ("https://evil.example/", "{{ contact.FIRSTNAME }}"):
        worse = held.replace('<a href="{{mirror}}">', f'<a href="{other}">')
        assert against(page, worse, BREVO).found


# --- what must not pass -----------------------------------------------------------------------------------------------

HARMFUL: dict[str, Callable[[str], str]] = {
    "a word": lambda html: html.replace("tickets are", "tickets were"),
    "a letter": lambda html: html.replace("The Shed", "The Sled"),
    "capitals": lambda html: html.replace("Read on", "READ ON"),
    "a price": lambda html: html.replace("£12", "£21"),
    "another currency": lambda html: html.replace("£", "$"),
    "two words joined": lambda html: html.replace("from 3 to", "from 3to"),
    "a word parted": lambda html: html.replace("tickets", "tick ets"),
    "a word left out": lambda html: html.replace(" each", ""),
    "a word put in": lambda html: html.replace(" each", " each, not"),
    "words exchanged": lambda html: html.replace("3 to 5", "5 to 3"),
    "a paragraph left out": lambda html: re.sub(r"<p>Dear.*?</p>", "", html, flags=re.DOTALL),
    "all said twice": lambda html: html.replace("</body>", html[html.find("<h1") : html.rfind("<!--[")] + "</body>"),
    "the end cut off": lambda html: html[: html.find("<p><img")] + "</body></html>",
    "all of it gone": lambda html: "<html><body></body></html>",
    "the hidden first words": lambda html: html.replace("In short", "In long"),
    "a link": lambda html: html.replace("https://example.org/shed?a=1&amp;b=2", "https://example.com/shed?a=1&amp;b=2"),
    "a path": lambda html: html.replace("/shed?", "/Shed?"),
    "a query": lambda html: html.replace("b=2", "b=3"),
    "a query doubly escaped": lambda html: html.replace("a=1&amp;b=2", "a=1&amp;amp;b=2"),
    "no encryption": lambda html: html.replace('"https://example.org/shed?', '"http://example.org/shed?'),
    "a link taken out": lambda html: re.sub(r'<a href="https://example.org/shed[^>]*>(.*?)</a>', r"\1", html),
    "a link put in": lambda html: html.replace("tickets are", '<a href="https://example.net">tickets</a> are'),
    "a link over more words": lambda html: html.replace("Read on</a>", "Read</a> on"),
    "two links exchanged": lambda html: html.replace("https://example.org/shed?a=1&amp;b=2", "#").replace(
        '"https://example.org/"', '"https://example.org/shed?a=1&amp;b=2"').replace('"#"', '"https://example.org/"'),
    "links counted for two places by one": lambda html: html.replace(
        "https://example.org/shed?a=1&amp;b=2", "https://x.list-manage.com/track/click?id=2").replace(
        '"https://example.org/"', '"https://x.list-manage.com/track/click?id=2"'),
    "links counted by someone else": lambda html: html.replace(
        '"https://example.org/"', '"https://list-manage.com.evil.example/?u=https://example.org/"'),
    "the way to leave": lambda html: html.replace('"*|UNSUB|*"', '"https://example.org/"'),
    "the way to leave counted": lambda html: html.replace('"*|UNSUB|*"', '"https://x.list-manage.com/track/click?id=5"'),
    "the way to leave escaped": lambda html: html.replace('"*|UNSUB|*"', '"*%7CUNSUB%7C*"'),
    "no way to leave": lambda html: html.replace('<p><a href="*|UNSUB|*">Leave</a></p>', ""),
    "a merge tag": lambda html: html.replace("*|FNAME|*", "*|LNAME|*"),
    "a merge tag filled in": lambda html: html.replace("*|FNAME|*", "Kim"),
    "a merge tag broken": lambda html: html.replace("*|FNAME|*", "*| FNAME |*"),
    "a picture": lambda html: html.replace("shed.jpg", "hut.jpg"),
    "a picture's words": lambda html: html.replace('alt="A shed"', 'alt="A hut"'),
    "a picture without words": lambda html: html.replace(' alt="A shed"', ""),
    "a picture taken out": lambda html: re.sub(r'<img src="https://example.org/shed[^>]*>', "", html),
    "a picture put in": lambda html: html.replace("<h1", '<img src="https://example.net/ad.png" width="300"><h1'),
    "a picture that calls itself small": lambda html: html.replace(
        "<h1", '<img src="https://example.net/ad.png" width="1" height="1" style="width:600px;height:300px"><h1'),
    "a picture moved": lambda html: re.sub(r"(<h1.*?)(<p><img.*?</p>)", r"\2\1", html, flags=re.DOTALL),
    "where a picture leads": lambda html: html.replace('"https://example.org/"><img', '"https://example.net/"><img'),
    "a background": lambda html: html.replace(
        'style="margin:0"', "style=\"margin:0;background:url('https://example.net/b.png')\""),
    "a script": lambda html: html.replace("</body>", "<script>alert(1)</script></body>"),
    "a form": lambda html: html.replace(
        "</body>", '<form action="https://example.net"><input name="card"></form></body>'),
    "a frame": lambda html: html.replace("</body>", '<iframe src="https://example.net"></iframe></body>'),
    "another base of links": lambda html: html.replace("<title>", '<base href="https://example.net"><title>'),
    "a jump to another page": lambda html: html.replace(
        "<title>", '<meta http-equiv="refresh" content="0;url=https://x.example"><title>'),
    "the title": lambda html: html.replace("<title>March", "<title>May"),
    "words for Outlook alone": lambda html: html.replace("<![endif]-->\n<h1", "<p>Buy now</p><![endif]-->\n<h1"),
    "an advertisement behind it": lambda html: html.replace("</body>", "<p>Cheap loans at loans.example</p></body>"),
    "an advertisement in a footer": lambda html: html.replace(
        "</body>", '<p><a href="*|UNSUB|*">Leave</a> <a href="https://loans.example">Cheap loans</a></p></body>'),
    "letters that look alike": lambda html: html.replace("The Shed", "The Sh\u0435d"),
    "letters in another order of writing": lambda html: html.replace("Read on", "\u202eno daeR"),
}  # fmt: skip


TAKEN_OUT = {"a script": "alert", "words for Outlook alone": "Buy now"}


@pytest.mark.parametrize("what", HARMFUL)
def test_a_changed_content_does_not_pass(what):
    held = HARMFUL[what](PAGE)
    assert held != PAGE
    found = against(PAGE, held, MAILCHIMP)
    assert found.found, what
    assert found.fingerprint
    assert "became" in found.in_words


@pytest.mark.parametrize("rewriter", REWRITERS)
def test_a_changed_content_does_not_pass_for_being_written_anew_as_well(rewriter):
    untold = []
    for what, change in HARMFUL.items():
        held = REWRITERS[rewriter](change(PAGE))
        # what some of them take out again does no harm
        taken_out = what in TAKEN_OUT and TAKEN_OUT[what] not in held
        if not against(PAGE, held, MAILCHIMP).found and not taken_out:
            untold.append(what)
    assert untold == []


@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(GOLDEN), st.sampled_from(sorted(REWRITERS)), st.randoms(use_true_random=False))
def test_one_changed_letter_anywhere_in_the_words_or_links_is_told(path: Path, rewriter: str, chance: random.Random):
    html = path.read_text(encoding="utf-8")
    body = html.index("<body")
    within = [found for found in re.finditer(r">([^<>]*[A-Za-z]{3}[^<>]*)<", html[body:])
              if "<style" not in html[body + found.start() - 200 : body + found.start()]]  # fmt: skip
    hrefs = list(re.finditer(r'href="(https?://[^"]+)"', html[body:]))
    found = chance.choice(within + hrefs)
    if "[endif]" in found[0] or "[if" in found[0] or _is_comment(html, body + found.start(1)):
        return
    letters = [at for at in range(found.start(1), found.end(1)) if html[body + at].isalpha()]
    at = body + chance.choice(letters)
    if re.search(r"&[^;\s]*$", html[max(0, at - 8) : at]):
        return  # within an entity
    changed = html[:at] + ("x" if html[at] != "x" else "y") + html[at + 1 :]
    told = against(html, REWRITERS[rewriter](changed))
    assert told.found, changed[at - 60 : at + 60]


def _is_comment(html: str, at: int) -> bool:
    return html.rfind("<!--", 0, at) > html.rfind("-->", 0, at)


# --- how it is told ---------------------------------------------------------------------------------------------------


def test_differences_are_shown_with_the_words_around_them():
    found = against(PAGE, PAGE.replace("£12", "£21").replace("a=1", "a=7"))
    assert found.parts == ["HTML"]
    assert [str(one) for one in found.found] == [
        "text in the HTML: “*|FNAME|*, tickets are £12 each, from 3” became “*|FNAME|*, tickets are £21 each, from 3”",
        "links in the HTML: “Read on (https://example.org/shed?a=1&b=2)” became “Read on (https://example.org/shed?a=7&b=2)”",
    ]
    (link,) = against(PAGE, PAGE.replace("a=1", "a=7")).found
    assert str(link) == (
        "the link “Read on” in the HTML: “https://example.org/shed?a=1&b=2” became “https://example.org/shed?a=7&b=2”"
    )


def test_a_page_that_is_wholly_other_and_twice_as_long_costs_at_most_two_and_a_half_times_as_much():
    def cost(length: int) -> int:
        words = [
            f"<p>word{number} <a href='https://example.org/{number}'>x{number}</a></p>" for number in range(length)
        ]

        def work() -> None:
            assert "text in the HTML" in against("".join(words), "".join(reversed(words))).in_words

        return count_calls(work)

    assert cost(800) <= 2.5 * cost(400)


def test_other_parts_are_shown_as_well():
    expected = RemoteContent(subject="News of March", text="Dear all,\nthe shed burns.", reply_to="a@example.org")
    held = RemoteContent(subject="News of May", text="Dear all, the shed stands.", reply_to="")
    found = compare(expected, held, ReadBackTolerance())
    assert found.parts == ["subject", "plain text", "reply-to address"]
    assert "the subject: “News of March” became “News of May”" in found.in_words
    assert "the reply-to address: “a@example.org” became nothing" in found.in_words


def test_a_fingerprint_names_exactly_one_difference_from_exactly_one_content():
    one = against(PAGE, PAGE.replace("£12", "£21"))
    assert one.fingerprint == against(PAGE, REWRITERS["lxml"](PAGE.replace("£12", "£21"))).fingerprint
    others = [
        against(PAGE, PAGE.replace("£12", "£22")),
        against(PAGE, PAGE.replace("£12", "£21").replace("Leave", "Go")),
        against(PAGE.replace("March", "May"), PAGE.replace("March", "May").replace("£12", "£21")),
    ]
    assert len({one.fingerprint, *(other.fingerprint for other in others)}) == 4
    assert against(PAGE, PAGE).fingerprint == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://Example.org", "https://example.org/"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://example.org/caf\u00e9", "https://example.org/caf%c3%a9"),
        ("https://example.org/%7Ekim", "https://example.org/~kim"),
        ("https://m\u00fcller.example/x", "https://xn--mller-kva.example/x"),
        ("MAILTO:a@example.org?subject=Hello there", "mailto:a@example.org?subject=Hello%20there"),
        ("  https://example.org/x\n", "https://example.org/x"),
    ],
)
def test_two_ways_to_write_one_link_are_the_same(one, other):
    assert normal_url(one) == normal_url(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://example.org/?a=1%26b=2", "https://example.org/?a=1&b=2"),
        ("https://example.org", "http://example.org"),
        ("https://example.org@evil.example/", "https://example.org/"),
        ("{{ unsubscribe }}", "{{%20unsubscribe%20}}"),
        ("https://stra\u00dfe.de/", "https://strasse.de/"),
    ],
)
def test_two_links_are_two(one, other):
    assert normal_url(one) != normal_url(other)
