"""The public pages in the newsletter's language: no English is left on them, and Arabic runs from right to left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from newsletter.subscribers.tokens import Purpose
from newsletter.workflow.public_words import PublicWords
from tests.public_site import SETTINGS, Site, running_site

NAMES = "brand: {name: مؤسسة, address: شارع 1, newsletter: أخبارنا}\nsender: {name: مؤسسة, email: news@example.net}\n"
REST = SETTINGS.partition("subscribers:")[2].replace("Events near me", "مناسبات").replace("Ways to volunteer", "تطوّع")


class Visible(HTMLParser):
    """Gathers the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


@pytest.fixture(scope="module")
def arabic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("arabic")
    with running_site(folder, f"{NAMES}language: ar\nsubscribers:{REST}") as found:
        yield found


def pages(site: Site) -> dict[str, str]:
    """Return every kind of page."""
    token, other = site.subscribe("ada@example.org", ("jobs",)), site.subscribe("bo@example.org")
    site.post("/subscribe", data={"email": "new@example.org", "consent": "yes"})
    own = site.own
    confirm = own.signer(Purpose.CONFIRM).sign(own.identity.address_hash("new@example.org"), own.clock())
    gone = own.signer(Purpose.MANAGE).sign(own.identity.address_hash("nobody@example.org"), own.clock())
    answers = {
        "front": site.get("/"),
        "no consent": site.post("/subscribe", data={"email": "x@example.org"}),
        "no address": site.post("/subscribe", data={"email": "x", "consent": "yes"}),
        "signed up": site.post("/subscribe", data={"email": "cy@example.org", "consent": "yes"}),
        "link": site.post("/link", data={"email": "ada@example.org"}),
        "bad link": site.get("/unsubscribe/x"),
        "bad confirmation": site.get("/confirm/x"),
        "confirm": site.get(f"/confirm/{confirm}"),
        "confirmed": site.post(f"/confirm/{confirm}"),
        "preferences": site.get(f"/preferences/{token}"),
        "saved": site.post(f"/preferences/{token}", data={"tag": "events"}),
        "unsubscribe": site.get(f"/unsubscribe/{other}"),
        "unsubscribed": site.post(f"/unsubscribe/{other}"),
        "no longer": site.get(f"/unsubscribe/{other}"),
        "no preferences": site.get(f"/preferences/{other}"),
        "somebody gone": site.get(f"/unsubscribe/{gone}"),
        "gone": site.post(f"/unsubscribe/{gone}"),
        "not found": site.get("/nowhere"),
    }
    return {name: answer.text for name, answer in answers.items()}


def test_no_english_is_left_on_the_pages_or_in_the_emails(arabic: Site) -> None:
    for name, page in pages(arabic).items():
        assert '<html lang="ar" dir="rtl">' in page, name
        text = re.sub(r"[\w.…]+@[\w.…]+", "", " ".join(Visible(page).said))
        assert not re.findall(r"[A-Za-z]{2,}", text), name
    for _, subject, _ in arabic.mails():
        assert not re.findall(r"[A-Za-z]{2,}", subject)


def test_a_consent_is_kept_in_the_words_that_were_read(arabic: Site) -> None:
    arabic.post("/subscribe", data={"email": "dan@example.org", "consent": "yes"})
    person = arabic.own.people.find("dan@example.org")
    assert person is not None
    assert person.consent is not None
    assert person.consent.wording in arabic.get("/").text
    assert "أود" in person.consent.wording


@pytest.mark.parametrize("language", ["ar", "cy", "es"])
def test_each_catalogue_has_the_same_words_and_gaps(language: str) -> None:
    words = {name: PublicWords(name)._told for name in ("ar", language)}
    assert set(words[language]) == set(words["ar"])
    for english, told in words[language].items():
        assert sorted(re.findall(r"\{\w+\}", told)) == sorted(re.findall(r"\{\w+\}", english))


def test_a_language_without_a_catalogue_is_english() -> None:
    words = PublicWords("fr")
    assert (words.language, words.direction, words("Sign up")) == ("en", "ltr", "Sign up")
    assert PublicWords("en-US").language == "en-US"
    assert PublicWords("es-MX")("Save") == "Guardar"
