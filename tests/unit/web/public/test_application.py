from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from newsletter.subscribers.records import ListStatus
from newsletter.subscribers.tokens import Purpose
from newsletter.web.public.limits import MOST_BODY, RateLimit
from tests.injections import ALL, HEADERS
from tests.public_site import Site, running_site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("public")) as found:
        yield found


def status(site: Site, address: str) -> ListStatus | None:
    person = site.own.people.find(address)
    return person.status if person else None


def sign_up(site: Site, address: str, **fields: object) -> int:
    return site.post("/subscribe", data={"email": address, "consent": "yes", **fields}).status_code


def test_nobody_is_subscribed_before_they_confirm_with_a_button(site: Site) -> None:
    assert (
        "Check your inbox"
        in site.post("/subscribe", data={"email": "new@example.org", "consent": "yes", "tag": "jobs"}).text
    )
    assert status(site, "new@example.org") is ListStatus.PENDING
    to, subject, link = site.mails()[-1]
    assert (to, subject) == ("new@example.org", "Confirm your subscription to Team Update")
    assert link.startswith("/confirm/")
    for _ in range(3):
        assert site.get(link).status_code == 200
    assert status(site, "new@example.org") is ListStatus.PENDING
    assert "You are subscribed" in site.post(link).text
    assert status(site, "new@example.org") is ListStatus.SUBSCRIBED
    person = site.own.people.find("new@example.org")
    assert person is not None
    assert person.consent is not None
    assert person.consent.wording == "I want to get this newsletter by email. I can unsubscribe at any time."
    assert person.tags == ("jobs",)


def test_one_click_unsubscribes_and_a_scanner_does_not(site: Site) -> None:
    token = site.subscribe("one@example.org")
    for method in ("get", "head", "options"):
        site.get(f"/unsubscribe/{token}", headers={"User-Agent": method})
    for path in (f"/unsubscribe/{token}", f"/preferences/{token}", "/", f"/unsubscribe/{token}?x=1"):
        assert site.get(path).status_code == 200
    assert status(site, "one@example.org") is ListStatus.SUBSCRIBED
    answer = site.post(f"/unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert status(site, "one@example.org") is ListStatus.UNSUBSCRIBED
    found = site.own.people.suppression("one@example.org")
    assert found is not None
    assert found.source == "one-click unsubscribe"
    assert site.post(f"/unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"}).status_code == 200


def test_one_click_as_a_form_of_several_parts(site: Site) -> None:
    token = site.subscribe("parts@example.org")
    answer = site.post(f"/unsubscribe/{token}", files={"List-Unsubscribe": (None, "One-Click")})
    assert answer.status_code == 200
    assert status(site, "parts@example.org") is ListStatus.UNSUBSCRIBED


def test_every_link_of_every_page_can_be_opened_by_a_scanner(site: Site) -> None:
    """Follow all links and open the targets of all forms, as programs do that look into emails."""
    token = site.subscribe("scan@example.org", ("events",))
    sign_up(site, "scan-new@example.org")
    confirm = site.mails()[-1][2]
    seen: set[str] = set()
    waiting = [f"/unsubscribe/{token}", f"/preferences/{token}", confirm, "/", "/issues/2024-02"]
    while waiting:
        path = waiting.pop()
        if path not in seen and path.startswith("/"):
            seen.add(path)
            text = site.get(path).text
            waiting += re.findall(r'(?:href|action)="([^"]+)"', text)
    assert len(seen) > 6
    assert status(site, "scan@example.org") is ListStatus.SUBSCRIBED
    assert status(site, "scan-new@example.org") is ListStatus.PENDING


def test_preferences_are_those_that_are_offered(site: Site) -> None:
    token = site.subscribe("pref@example.org", ("members", "events"))
    assert re.search(r'value="events" checked', site.get(f"/preferences/{token}").text)
    site.post(f"/preferences/{token}", data={"tag": ["jobs", "admin", "members"]})
    person = site.own.people.find("pref@example.org")
    assert person is not None
    assert person.tags == ("members", "jobs")


def test_another_person_s_token_and_others_are_refused(site: Site) -> None:
    token = site.subscribe("mine@example.org")
    confirm = site.own.signer(Purpose.CONFIRM).sign(
        site.own.identity.address_hash("mine@example.org"), site.own.clock()
    )
    other = site.own.identity.address_hash("victim@example.org")
    site.subscribe("victim@example.org")
    for bad in (confirm, other + token[24:], token[:-1], token + "A", token[:24] + "A" * 28, "x", "%00", token.lower()):
        for path in ("/unsubscribe/", "/preferences/"):
            assert site.post(path + bad, data={"List-Unsubscribe": "One-Click"}).status_code == 404
    assert site.post(f"/confirm/{token}").status_code == 404
    assert status(site, "victim@example.org") is ListStatus.SUBSCRIBED
    assert status(site, "mine@example.org") is ListStatus.SUBSCRIBED


def test_an_old_token_offers_a_new_link(site: Site) -> None:
    import datetime as dt

    site.subscribe("old@example.org")
    long_ago = site.own.clock() - dt.timedelta(days=800)
    token = site.own.signer(Purpose.MANAGE).sign(site.own.identity.address_hash("old@example.org"), long_ago)
    answer = site.post(f"/unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 410
    assert 'action="/link"' in answer.text
    assert status(site, "old@example.org") is ListStatus.SUBSCRIBED
    site.post("/link", data={"email": "old@example.org"})
    to, _, link = site.mails()[-1]
    assert to == "old@example.org"
    assert site.post(link.replace("/preferences/", "/unsubscribe/")).status_code == 200
    assert status(site, "old@example.org") is ListStatus.UNSUBSCRIBED


def test_nothing_tells_who_is_on_the_list(site: Site) -> None:
    site.subscribe("known@example.org")
    texts = [
        site.post("/subscribe", data={"email": one, "consent": "yes"}).text
        for one in ("known@example.org", "u@example.org")
    ]
    assert texts[0] == texts[1]
    texts = [site.post("/link", data={"email": one}).text for one in ("known@example.org", "nobody@example.org", "x")]
    assert len(set(texts)) == 1


def test_a_program_that_fills_in_everything_is_thanked_and_nothing_more(site: Site) -> None:
    assert sign_up(site, "bot@example.org", website="http://spam.example") == 200
    assert status(site, "bot@example.org") is None


def test_few_emails_go_to_a_stranger(site: Site) -> None:
    before = len(site.mails())
    for _ in range(20):
        sign_up(site, "stranger@example.org")
    assert len(site.mails()) == before + 1


@pytest.mark.parametrize("reason", [ListStatus.COMPLAINED, ListStatus.REMOVED])
def test_who_complained_is_not_written_to_by_a_form(site: Site, reason: ListStatus) -> None:
    address = f"{reason}@example.org"
    site.own.people.suppress(site.own.identity.address_hash(address), reason, "test")
    before = len(site.mails())
    assert sign_up(site, address) == 200
    assert len(site.mails()) == before


def test_who_unsubscribed_can_come_back_by_confirming(site: Site) -> None:
    token = site.subscribe("back@example.org")
    site.post(f"/unsubscribe/{token}")
    sign_up(site, "back@example.org")
    assert status(site, "back@example.org") is ListStatus.UNSUBSCRIBED
    site.post(site.mails()[-1][2])
    assert status(site, "back@example.org") is ListStatus.SUBSCRIBED
    assert site.own.people.suppression("back@example.org") is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": "", "consent": "yes"}, "Enter an email address"),
        ({"email": "no address", "consent": "yes"}, "Enter an email address"),
        ({"email": "a@example.org"}, "Please tick the box"),
        ({}, "Please tick the box"),
    ],
)
def test_a_mistake_in_the_form_is_said_beside_the_form(site: Site, fields: dict[str, str], said: str) -> None:
    answer = site.post("/subscribe", data=fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'aria-describedby="email-error"' in answer.text


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(sorted(name for name, _ in attrs))))


def tags(text: str) -> list[tuple[str, tuple[str, ...]]]:
    parser = _Tags()
    parser.feed(text)
    return parser.found


def test_an_attack_in_the_form_is_only_text(site: Site) -> None:
    plain = tags(site.post("/subscribe", data={"email": "x", "consent": "yes"}).text)
    for number, text in enumerate(ALL):
        answer = site.post("/subscribe", data={"email": text, "consent": "yes", "tag": text})
        assert answer.status_code == 422, text
        assert tags(answer.text) == plain, text
        address = f"attack{number}@example.org"
        assert sign_up(site, address, first_name=text, tag=text) == 200
        person = site.own.people.find(address)
        assert person is not None
        assert person.tags == ()
        assert all(letter.isprintable() for letter in person.first_name)
    token = site.subscribe("attacked@example.org", ("members",))
    for text in ALL:
        assert site.post(f"/preferences/{token}", data={"tag": text}).status_code == 200
    person = site.own.people.find("attacked@example.org")
    assert person is not None
    assert person.tags == ("members",)


def test_no_header_can_be_put_into_an_email(site: Site) -> None:
    sign_up(site, "plain@example.org")
    for text in HEADERS:
        for address in (text, f"{text}@example.org", f"a@example.org{text}", f"a{text}@example.org"):
            sign_up(site, address)
    for to, _, _ in site.mails():
        assert "victim" not in to
    for path in (site.folder / "outbox" / "tests" / "new").iterdir():
        head = path.read_bytes().partition(b"\r\n\r\n")[0]
        assert b"\nBcc:" not in head
        assert b"victim" not in head


def test_pages_load_nothing_and_keep_nothing(site: Site) -> None:
    token = site.subscribe("head@example.org")
    for path in ("/", f"/unsubscribe/{token}", f"/preferences/{token}", "/nothing", "/confirm/x"):
        answer = site.get(path)
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers
        assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", answer.text)
        assert "<script" not in answer.text
    assert "url(" not in site.get("/style.css").text


def test_too_much_is_refused(site: Site) -> None:
    token = site.subscribe("large@example.org")
    assert site.post(f"/unsubscribe/{token}", data=b"x" * (MOST_BODY + 1)).status_code == 413
    assert site.post("/subscribe", data="&".join(f"a{at}=1" for at in range(5000))).status_code == 422


def test_other_methods_and_addresses_lead_nowhere(site: Site) -> None:
    assert site.get("/subscribe").status_code == 405
    for path in ("/webhooks/ses", "/webhooks/postmark", "/webhooks/mailgun", "/../newsletter.yaml", "/issues/../x"):
        assert site.post(path).status_code in {404, 405}
    assert site.get("/issues/2024-02").status_code == 404


def test_health_and_metrics(site: Site) -> None:
    site.subscribe("counted@example.org")
    assert sign_up(site, "counted-too@example.org") == 200
    assert site.get("/health").text == "ok\n"
    text = site.get("/metrics").text
    assert 'newsletter_requests_total{page="subscribe",status="200"}' in text
    assert "newsletter_subscribers_subscribed" in text
    assert "@" not in text
    assert site.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404


def test_a_visitor_who_asks_too_often_waits(tmp_path: Path) -> None:
    now = [0.0]
    limit = RateLimit(3, lambda: now[0])
    assert [limit.allows("a") for _ in range(5)] == [True, True, True, False, False]
    assert limit.allows("b")
    now[0] = 20.0
    assert [limit.allows("a"), limit.allows("a")] == [True, False]
