"""Links that lead elsewhere than they seem to, and invisible marks of direction: found, and quiet on ordinary texts."""

from __future__ import annotations

import json

import pytest

from newsletter.preflight.rule import Example
from newsletter.preflight.rules.links import deception
from newsletter.testing.checks import findings_of


def codes(text: str, **more: str) -> list[str]:
    fields = f"intro: {json.dumps(text, ensure_ascii=False)}"
    return [one.code for one in findings_of(Example(fields, **more), deception.CHECKS)]


@pytest.mark.parametrize(
    "link",
    [
        "https://bank.example.org@evil.example/",
        "https://bank.example.org:443@evil.example/login",
        "HTTPS://www.paypal.com%2F@198.51.100.7/",
        "https://user:secret@charity.uk/",
        "https://example.org@xn--pypal-4ve.com",
        "http:\\\\bank.example.org@evil.example",
    ],
)
def test_a_site_hidden_behind_an_at_sign_is_found(link):
    assert codes(f"See [here](<{link}>).") == ["NL633"]


@pytest.mark.parametrize(
    "link",
    [
        "https://charity.uk/@someone",
        "https://mastodon.social/@user@charity.uk",
        "https://charity.uk/?mail=a@b.uk",
        "https://charity.uk/#@a",
        "mailto:team@charity.uk",
    ],
)
def test_an_at_sign_after_the_site_is_ordinary(link):
    assert codes(f"See [here]({link}).") == []


@pytest.mark.parametrize(
    "host",
    [
        "www.p\u0430ypal.com",
        "xn--pypal-4ve.com",
        "g\u043e\u043egle.com",
        "\u0430\u0440\u0440\u04cf\u0435.com",
        "paypa1.com",
        "www.rnicrosoft.com",
        "login.goog1e.com",
        "paypal.com.evil.example",
        "example.org.evil.uk",
        "exarnple.org",
        "ex\u00e0mple.org",
        "\u03b5xample.org",
        "\u0435xample.org",
    ],
)
def test_a_name_made_to_look_like_another_is_found(host):
    assert codes(f"See [here](https://{host}/plan).") == ["NL634"]
    assert codes("Hello.", settings="").count("NL634") == 0


@pytest.mark.parametrize(
    "host",
    [
        "example.org",
        "news.example.org",
        "www.paypal.com",
        "us02web.zoom.us",
        "en.wikipedia.org",
        "snapple.com",
        "rnib.org.uk",
        "clinic.com",
        "milan.it",
        "1stop.org",
        "barclays.com",
        "m\u00fcller.example",
        "caf\u00e9.fr",
        "stra\u00dfe.de",
        "espa\u00f1ol.es",
        "llyfrgell.cymru",
        "d\u0175r.cymru",
        "\u0645\u062b\u0627\u0644.com",
        "\u0645\u0648\u0642\u0639.\u0645\u0635\u0631",
        "\u4f8b\u3048.jp",
        "google\u4f8b.jp",
        "\u043f\u0440\u0438\u043c\u0435\u0440.com",
        "\u0441\u043e\u0440.\u0440\u0444",
        "\u03b5\u03bb\u03bb\u03ac\u03b4\u03b1.gr",
        "\ud55c\uad6d.com",
        "\u05d3\u05d5\u05d2\u05de\u05d4.com",
    ],
)
def test_ordinary_names_in_any_script_are_left_alone(host):
    assert codes(f"See [here](https://{host}/plan).") == []


@pytest.mark.parametrize(
    "text",
    [
        "Our plan is \u202eready\u202c now.",
        "Our plan is \u2067ready\u2069 now.",
        "Our plan is \u202aready now.",
        "\u0627\u0644\u062d\u062f\u064a\u0642\u0629 \u202e\u0645\u0641\u062a\u0648\u062d\u0629\u202c",
        "\u0627\u0644\u062d\u062f\u064a\u0642\u0629 \u2067\u0645\u0641\u062a\u0648\u062d\u0629",
        "See [here](https://charity.uk/\u202egnp.exe).",
        "See [here](https://charity.uk/\u200fplan).",
        "Call \u200e020 7946 0000 today.",
        "Our plan is ready\u200f now.",
        "Our plan\U000e0049\U000e0067 is ready.",
        "See [here](https://charity.uk/\U000e0041plan).",
    ],
)
def test_marks_of_direction_that_deceive_are_found(text):
    assert codes(text) == ["NL752"]


@pytest.mark.parametrize(
    "text",
    [
        "\u0627\u0644\u062d\u062f\u064a\u0642\u0629 \u0645\u0641\u062a\u0648\u062d\u0629 (\u200eABC\u200f).",
        "\u0627\u0644\u062d\u062f\u064a\u0642\u0629 \u2066example.org\u2069 \u0645\u0641\u062a\u0648\u062d\u0629",
        "\u202b\u0627\u0644\u062d\u062f\u064a\u0642\u0629\u202c \u0645\u0641\u062a\u0648\u062d\u0629",
        "\u05d4\u05d2\u05df \u200f\u05e4\u05ea\u05d5\u05d7.",
        "Mae\u2019r ardd ar agor, d\u0175r a phaned.",
        "\u00bfQu\u00e9 tal? El jard\u00edn est\u00e1 abierto.",
        "A family \U0001f468\u200d\U0001f469\u200d\U0001f467 came.",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "Wales \U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f won.",
    ],
)
def test_ordinary_texts_in_any_script_are_left_alone(text):
    assert codes(text) == []


def test_a_button_and_its_line_are_found_too():
    [found] = findings_of(
        "sections:\n  - kind: story\n    heading: The shed\n    text: It is done.\n"
        "    button: {label: Give, link: 'https://paypal.com@evil.example/'}\n",
        deception.CHECKS,
    )
    assert (found.code, found.place.line, found.severity.value) == ("NL633", 7, "error")


def test_a_mark_in_a_text_is_deleted_by_a_fix():
    [found] = findings_of("intro: Call \u200e020 7946 0000 today.", deception.CHECKS)
    assert found.fix
    assert found.suggestion == "intro: Call 020 7946 0000 today."


def test_small_capitals_pose_as_letters():
    [found] = findings_of('intro: "See [here](https://\u0262oogle.com/plan)."', deception.CHECKS)
    assert found.code == "NL634"
    assert "looks like “google.com”" in found.message
