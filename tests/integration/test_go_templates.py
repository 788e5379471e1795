"""What we hand to listmonk is run by the real thing: Go's own templates, as listmonk runs them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from newsletter.model.branding import Sender
from newsletter.model.campaign import Message
from newsletter.model.merge_tags import PATTERN
from newsletter.model.provider_campaign import CampaignDraft
from newsletter.providers.listmonk_payload import content
from tests.examples import examples

GO = shutil.which("go")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(GO is None, reason="Go is not installed: its templates cannot be asked"),
]

# what Go's HTML reader changes on purpose is left out of random texts: NUL, and lone surrogates that JSON cannot carry
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), max_size=40)
PIECES = st.lists(
    st.one_of(WORDS, st.sampled_from(["{{", "}}", "{", "{{.Evil}}", "{{/*", "@TrackLink", '"', "`", "\\"]))
)
PLAIN = PIECES.map("".join).filter(lambda text: PATTERN.search(text) is None)
SETTINGS = settings(
    max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Engine:
    """A running program that compiles and runs what it is given."""

    def __init__(self, program: Path) -> None:
        self._process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, kind: str, code: str, **person: Any) -> str:
        assert self._process.stdin
        assert self._process.stdout
        asked = {"kind": kind, "code": code, "data": {"subscriber": person}}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return str(answer["out"])

    def stop(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("gotemplate")
    source = Path(__file__).parent / "gotemplate" / "main.go"
    program = folder / "engine"
    environment = {**os.environ, "GOFLAGS": "-mod=mod", "GO111MODULE": "off"}
    subprocess.run([GO, "build", "-o", program, source], check=True, cwd=folder, env=environment, timeout=240)
    running = Engine(program)
    yield running
    running.stop()


def made(html: str = "", text: str = "", subject: str = "S") -> dict[str, Any]:
    sender = Sender(name="Example Trust", email="news@example.org")
    # built without checks, which would strip the spaces around random texts
    message = Message.model_construct(
        title="T", subject=subject, preheader="", html=html, text=text, sender=sender, reply_to=None
    )
    return content(CampaignDraft.model_construct(key="nl-1", title="T", message=message, audience="1", segment=""), 4)


@SETTINGS
@given(PLAIN)
@example("{{ .Evil }}")
@example("{{{{")
@example("a {{/* b */}} c")
@example("https://example.org@TrackLink")
def test_a_subject_comes_out_as_it_was_written(engine, text):
    assert engine.run("subject", made(subject=text)["subject"]) == text


@SETTINGS
@given(PLAIN)
@example("<https://example.org> a < b <!-- c --> <script>")
@example("{{ end }} O'Brien & co")
@example("{<")
@example("{{<{")
def test_plain_text_comes_out_as_it_was_written(engine, text):
    assert engine.run("body", made(text=text)["altbody"]) == text


@SETTINGS
@given(
    PLAIN.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;"))
)
def test_words_in_html_come_out_as_they_were_written(engine, words):
    html = f"<p>{words}</p>"
    assert engine.run("body", made(html=html)["body"]) == html


@pytest.mark.parametrize(
    "html",
    [
        "<!--[if mso | IE]><table align='center'><tr><td><![endif]--><p>x</p><!--[if mso]></td></table><![endif]-->",
        "<!--[if !mso]><!--><p>not Outlook</p><!--<![endif]-->",
        '<!--[if mso]><style>.a{width:1px}</style> `"quoted"\\ {{ x }}\n\ttwo lines<![endif]-->',
        "<style>.a { color: red; } @media only screen { .b { width: 100%; } }</style>",
        '<!doctype html><html lang="en"><head><title></title></head><body style="margin:0"></body></html>',
    ],
)
def test_html_comes_out_whole_with_its_comments(engine, html):
    assert engine.run("body", made(html=html)["body"]) == html


@pytest.mark.parametrize(
    ("name", "html", "text"),
    [
        ("Jo Smith", "Jo|Smith", "Jo|Smith"),
        ("  Pat O'Brien Lee ", "Pat|O&#39;Brien Lee", "Pat|O'Brien Lee"),
        ("Kim", "Kim|", "Kim|"),
        ("", "you &amp; yours|", "you & yours|"),
    ],
)
def test_names_are_greeted_rightly(engine, name, html, text):
    draft = made(html="{first_name|you &amp; yours}|{last_name}", text="{first_name|you & yours}|{last_name}")
    assert engine.run("body", draft["body"], name=name) == html
    assert engine.run("body", draft["altbody"], name=name) == text


def test_a_further_column_may_be_a_word_a_number_or_missing(engine):
    draft = made(
        html="{town|nowhere} {age} {shoe}", text="{town|nowhere} {age} {shoe}", subject="{town|x} {age} {shoe}"
    )
    for kind, part in (("body", "body"), ("body", "altbody"), ("subject", "subject")):
        assert engine.run(kind, draft[part], attribs={"town": "Hull", "age": 7}) == "Hull 7 "
    assert engine.run("subject", draft["subject"], attribs={}) == "x  "


def test_the_readers_own_links_stand_in_links_text_and_comments(engine):
    draft = made(
        html='<a href="{unsubscribe_url}">x</a><!--[if mso]><v:rect href="{view_url}"/><![endif]-->{preferences_url}',
        text="Leave: {unsubscribe_url} {email}",
    )
    out = engine.run("body", draft["body"])
    assert 'href="https://lists.example.org/leave?a=1&amp;b=2"' in out
    assert '<!--[if mso]><v:rect href="https://lists.example.org/view"/><![endif]-->' in out
    assert out.endswith("https://lists.example.org/manage")
    plain = engine.run("body", draft["altbody"], email="o'neil@example.org")
    assert plain == "Leave: https://lists.example.org/leave?a=1&b=2 o'neil@example.org"


def test_a_brace_that_touches_a_tag_stays_a_brace(engine):
    draft = made(html="{{first_name}} {%{first_name}%}", subject="{{{first_name|x}}}")
    assert engine.run("body", draft["body"], name="Kim") == "{Kim} {%Kim%}"
    assert engine.run("subject", draft["subject"], name="Kim") == "{{Kim}}"
