"""The bytes of each recipient's message."""

from __future__ import annotations

import dataclasses
import datetime as dt
import email
import email.policy
import re
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.model.audience import Subscriber
from newsletter.model.branding import ReaderLinks, Sender
from newsletter.model.campaign import InlineImage, Message
from newsletter.render.mime import MessageContext, MimeTemplate, reader_urls
from tests.operations import count_calls

AT = dt.datetime(2024, 2, 12, 9, 30, tzinfo=dt.UTC)
KEY = "0123456789abcdef01234567"
PNG = b"\x89PNG\r\n" + bytes(range(256)) * 5


def message(**changes: object) -> Message:
    values: dict[str, object] = {
        "title": "February",
        "subject": "Hello {first_name|there}: our news – and more",
        "preheader": "What is new",
        "html": '<html><body><p>Hello {first_name|there}</p><a href="{unsubscribe_url}">Leave</a></body></html>',
        "text": "Hello {first_name|there}\n\nLeave: {unsubscribe_url}\n",
        "sender": Sender(name="Example Trust", email="news@example.org"),
        "reply_to": "team@example.org",
    }
    return Message.model_validate(values | changes)


def envelope(recipient: Subscriber | None = None, **changes: object) -> MessageContext:
    values: dict[str, object] = {
        "recipient": recipient or Subscriber(email="kim@example.org", first_name="Kim", last_name="Sample"),
        "key": KEY,
        "issue": "2024-02",
        "sending": "2024-02",
        "sent_at": AT,
        "links": ReaderLinks(),
    }
    return MessageContext(**(values | changes))  # type: ignore[arg-type]


def parse(raw: bytes) -> EmailMessage:
    """Parse by the strict policy, which raises on any defect."""
    parsed = email.message_from_bytes(raw, policy=email.policy.strict)
    assert isinstance(parsed, EmailMessage)
    assert [part.defects for part in parsed.walk() if part.defects] == []
    for header in parsed.values():
        assert not header.defects
    return parsed


def text_of(parsed: EmailMessage, kind: str = "plain") -> str:
    body = parsed.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def compose(content: Message | None = None, to: MessageContext | None = None) -> EmailMessage:
    return parse(MimeTemplate(content or message()).compose(to or envelope()))


class TestHeaders:
    def test_all_that_a_bulk_message_needs(self):
        parsed = compose()
        assert parsed["From"] == "Example Trust <news@example.org>"
        assert parsed["To"] == "Kim Sample <kim@example.org>"
        assert parsed["Subject"] == "Hello Kim: our news – and more"
        assert parsed["Date"].datetime == AT
        assert parsed["Message-ID"] == f"<2024-02.{KEY}@example.org>"
        assert parsed["Reply-To"] == "team@example.org"
        assert parsed["List-Id"] == '"Example Trust" <newsletter.example.org>'
        assert parsed["Content-Language"] == "en-GB"
        assert re.fullmatch(r"2024-02:Example-Trust:newsletter:[0-9a-f]{12}", parsed["Feedback-ID"])
        assert parsed["MIME-Version"] == "1.0"
        assert len(parsed.keys()) == len(set(parsed.keys()))

    def test_leaving_is_an_email_where_no_page_is_set(self):
        parsed = compose()
        assert parsed["List-Unsubscribe"] == "<mailto:team@example.org?subject=Unsubscribe>"
        assert parsed["List-Unsubscribe-Post"] is None

    def test_leaving_is_asked_for_in_the_language_of_the_issue(self):
        parsed = compose(message(language="cy"))
        assert parsed["List-Unsubscribe"] == "<mailto:team@example.org?subject=Dad-danysgrifio>"
        assert "subject=Cancelar%20la%20suscripci%c3%b3n>" in compose(message(language="es"))["List-Unsubscribe"]

    def test_leaving_by_https_is_one_click_where_the_settings_say_so_and_by_email_too(self):
        links = ReaderLinks(unsubscribe="https://example.org/leave?who={key}&issue={month}", one_click=True)
        parsed = compose(to=envelope(links=links))
        page = f"https://example.org/leave?who={KEY}&issue=2024-02"
        assert parsed["List-Unsubscribe"] == f"<{page}>, <mailto:team@example.org?subject=Unsubscribe>"
        assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert f"Leave: {page}\n" in text_of(parsed)
        assert f'href="{page.replace("&", "&amp;")}"' in text_of(parsed, "html")

    @pytest.mark.parametrize("one_click", [None, False])
    @pytest.mark.parametrize(
        "link",
        ["https://example.org/leave?who={key}", "https://example.org/leave", "https://example.org/leave?e={email}"],
    )
    def test_one_click_is_promised_only_where_the_settings_say_so(self, link, one_click):
        parsed = compose(to=envelope(links=ReaderLinks(unsubscribe=link, one_click=one_click)))
        assert parsed["List-Unsubscribe-Post"] is None
        assert parsed["List-Unsubscribe"].startswith("<https://example.org/leave")

    @pytest.mark.parametrize(
        ("address", "filled"),
        [
            ("kim+news@example.org", "kim%2Bnews%40example.org"),
            ("o'neil&x=1@example.org", "o%27neil%26x%3D1%40example.org"),
            ("info@müller.example", "info%40m%C3%BCller.example"),
        ],
    )
    def test_an_address_in_a_link_is_encoded(self, address, filled):
        template = "https://example.org/leave?email={email}&k={key}"
        links = ReaderLinks(unsubscribe=template, preferences=template, view_online=template)
        content = message(text="Leave: {unsubscribe_url} {preferences_url} {view_url}")
        parsed = compose(content, to=envelope(Subscriber(email=address), links=links))
        link = f"https://example.org/leave?email={filled}&k={KEY}"
        assert text_of(parsed).strip() == f"Leave: {link} {link} {link}"
        assert link.casefold() in parsed["List-Unsubscribe"].casefold()

    def test_a_link_too_long_for_a_header_is_left_out_of_it(self):
        links = ReaderLinks(unsubscribe=f"https://example.org/leave?who={{key}}&{'x' * 990}", one_click=True)
        raw = MimeTemplate(message()).compose(envelope(links=links))
        assert max(len(line) for line in raw.split(b"\r\n")) <= 998
        assert parse(raw)["List-Unsubscribe"] == "<mailto:team@example.org?subject=Unsubscribe>"
        assert parse(raw)["List-Unsubscribe-Post"] is None

    @pytest.mark.parametrize("link", ["http://example.org/leave", "tel:0123", "mailto:bye@example.org"])
    def test_only_https_is_one_click(self, link):
        parsed = compose(to=envelope(links=ReaderLinks(unsubscribe=link)))
        assert parsed["List-Unsubscribe-Post"] is None
        assert ("tel:" in link) != (f"<{link}>" in parsed["List-Unsubscribe"])

    def test_without_a_reply_address_the_sender_is_written_to(self):
        parsed = compose(message(reply_to=None))
        assert parsed["Reply-To"] is None
        assert "mailto:news@example.org?" in parsed["List-Unsubscribe"]

    @pytest.mark.parametrize("name", ["Kim\r\nBcc: all@example.org", "Kim\nX", "Kim\0\x07", "Kim\u2028X", "=?x?="])
    def test_no_name_can_add_a_header(self, name):
        sneaky = Subscriber(email="kim@example.org", first_name=name, fields={"town": name})
        content = message(subject="Hi {first_name}{town}", sender=Sender(name="A Trust", email="news@example.org"))
        raw = MimeTemplate(content).compose(envelope(sneaky))
        assert set(parse(raw).keys()) == set(compose(message(subject="x")).keys())

    def test_quotes_in_the_list_name(self):
        parsed = compose(message(sender=Sender(name='The "Best" Trust', email="news@example.org")))
        assert parsed["List-Id"] == r'"The \"Best\" Trust" <newsletter.example.org>'

    def test_a_long_or_foreign_list_name_is_left_out(self):
        parsed = compose(message(sender=Sender(name="Société", email="news@example.org")))
        assert parsed["List-Id"] == "<newsletter.example.org>"
        assert parsed["From"] == "Société <news@example.org>"

    def test_a_foreign_domain_is_written_in_ascii(self):
        parsed = compose(to=envelope(Subscriber(email="kim@bücher.example.org")))
        assert parsed["To"] == "kim@xn--bcher-kva.example.org"

    def test_a_foreign_local_part_asks_for_smtputf8(self):
        raw = MimeTemplate(message()).compose(envelope(Subscriber(email="jürgen@example.org")))
        assert "\nTo: jürgen@example.org\r\n".encode() in raw

    def test_a_domain_that_has_no_ascii_form_stays(self):
        raw = MimeTemplate(message()).compose(envelope(Subscriber(email=f"kim@{'ü' * 70}.org")))
        assert "ü".encode() in raw

    def test_the_sending_names_the_message(self):
        parsed = compose(to=envelope(sending="2024-02-test-1"))
        assert parsed["Message-ID"] == f"<2024-02-test-1.{KEY}@example.org>"


class TestBody:
    def test_text_comes_first_and_html_last(self):
        parsed = compose()
        assert parsed.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]

    def test_pictures_travel_with_the_html(self):
        images = (
            InlineImage(cid="hero@news", name="hérts.png", content_type="image/png", data=PNG),
            InlineImage(cid="logo@news", name="logo.png", content_type="image/png", data=PNG[::-1]),
        )
        parsed = compose(message(html='<img src="cid:hero@news" alt="Hearts">', images=images))
        related = list(parsed.iter_parts())[1]
        assert related.get_content_type() == "multipart/related"
        assert related.get_param("type") == "text/html"
        page, hero, logo = related.iter_parts()
        assert page.get_content_type() == "text/html"
        assert (hero["Content-ID"], hero.get_filename()) == ("<hero@news>", "hérts.png")
        assert hero.get_content_disposition() == "inline"
        assert (hero.get_content(), logo.get_content()) == (PNG, PNG[::-1])

    def test_lines_are_crlf_and_short_whatever_the_text(self):
        text = "word " * 5000 + "\n" + "x" * 5000 + "\r.\rFrom here\n" + "é" * 3000 + " \n\t\n"
        content = message(text=text, html=f"<p>{text}</p>", subject="s" * 2000)
        raw = MimeTemplate(content).compose(envelope())
        lines = raw.split(b"\r\n")
        assert all(b"\n" not in line and b"\r" not in line for line in lines)
        assert max(map(len, lines)) <= 998
        _head, _, body = raw.partition(b"\r\n\r\n")
        assert max(map(len, body.split(b"\r\n"))) <= 76
        assert raw.isascii()
        assert text_of(parse(raw)) == content.text.replace("\r", "\n") + "\n"

    def test_values_are_escaped_where_they_stand(self):
        content = message(
            subject="{first_name} & co",
            html='<p>{first_name}</p><a href="https://example.org/?n={first_name}&amp;x=1">a</a>'
            "<a href='{page}'>b</a><a href=\"mailto:{email}\">c</a>",
            text="{first_name} https://example.org/?n={first_name} {page}",
        )
        person = Subscriber(
            email="kim@example.org", first_name='<b>"A & B"', fields={"page": "https://example.org/a b?c=d&e"}
        )
        parsed = compose(content, envelope(person))
        page = text_of(parsed, "html")
        assert "<p>&lt;b&gt;&quot;A &amp; B&quot;</p>" in page
        assert 'href="https://example.org/?n=%3Cb%3E%22A%20%26%20B%22&amp;x=1"' in page
        assert "href='https://example.org/a%20b?c=d&amp;e'" in page
        assert 'href="mailto:kim@example.org"' in page
        assert parsed["Subject"] == '<b>"A & B" & co'
        assert text_of(parsed).startswith('<b>"A & B" https://example.org/?n=%3Cb%3E%22A%20%26%20B%22 https://')

    def test_an_empty_value_gives_the_words_after_the_bar(self):
        parsed = compose(to=envelope(Subscriber(email="kim@example.org")))
        assert parsed["Subject"] == "Hello there: our news – and more"
        assert "<p>Hello there</p>" in text_of(parsed, "html")
        assert parsed["To"] == "kim@example.org"

    def test_a_column_cannot_stand_in_for_a_link_of_the_tool(self):
        person = Subscriber(email="kim@example.org", fields={"unsubscribe_url": "https://example.org/other"})
        assert "mailto:team@example.org" in text_of(compose(to=envelope(person)))

    def test_equal_input_gives_equal_bytes(self):
        assert MimeTemplate(message()).compose(envelope()) == MimeTemplate(message()).compose(envelope())


def test_the_links_of_a_reader():
    links = ReaderLinks(view_online="https://example.org/{month}.html", preferences="https://example.org/me?{key}")
    found = reader_urls(message(), links, key="k/1", issue="2024 02")
    assert found["view_url"] == "https://example.org/2024%2002.html"
    assert found["preferences_url"] == "https://example.org/me?k%2F1"


_NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60)


@settings(deadline=None)
@given(_NAMES, _NAMES, _NAMES)
def test_any_name_comes_back_from_the_headers(first, last, subject):
    person = Subscriber(email="kim@example.org", first_name=first, last_name=last)
    raw = MimeTemplate(message(subject=f"S {subject}")).compose(envelope(person))
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert [one.addr_spec for one in parsed["To"].addresses] == ["kim@example.org"]
    assert len(parsed.keys()) == 15
    assert parsed["Precedence"] == "bulk"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert str(parsed["Subject"]).startswith("S")
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=400))
def test_any_text_comes_back_whole(text):
    plain = text.replace("{", "(")
    content = message(text=plain, html=plain)
    raw = MimeTemplate(content).compose(envelope())
    assert text_of(parse(raw)) == content.text.replace("\r\n", "\n").replace("\r", "\n") + "\n"


def calls_to_compose(paragraphs: int, pictures: int = 1) -> int:
    """Return how many calls composing the message of one more recipient makes."""
    page = "<p>A paragraph – of the usual length, with {first_name|friend} in it now and then.</p>\n" * paragraphs
    images = [
        InlineImage(cid=f"a{n}", name=f"a{n}.png", content_type="image/png", data=PNG * 40) for n in range(pictures)
    ]
    template = MimeTemplate(message(html=page, images=tuple(images)))
    first, second = (envelope(Subscriber(email=f"reader{number}@example.org", first_name="Zoë")) for number in range(2))
    template.compose(first)  # what is prepared once is prepared
    return count_calls(lambda: template.compose(second))


def test_a_page_twice_as_long_costs_each_recipient_at_most_twice_as_much():
    assert calls_to_compose(600) <= 2 * calls_to_compose(300)


def test_pictures_are_encoded_once_for_all_recipients():
    assert calls_to_compose(10, pictures=40) <= 1.5 * calls_to_compose(10)


CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nSUMMARY:Paned – ü\r\nEND:VCALENDAR\r\n" * 20


def test_a_calendar_file_says_when_the_send_began() -> None:
    stamped = CALENDAR.replace("SUMMARY", "DTSTAMP:20240212T000000Z\r\nSUMMARY", 1)

    def calendar(sent_at: dt.datetime) -> str:
        raw = MimeTemplate(message(calendar=stamped)).compose(dataclasses.replace(envelope(), sent_at=sent_at))
        [_, part] = parse(raw).iter_parts()
        return part.get_content().decode()

    first = calendar(dt.datetime(2024, 2, 12, 9, 0, tzinfo=dt.UTC))
    assert "DTSTAMP:20240212T090000Z\r\nSEQUENCE:129891600\r\n" in first
    assert first == calendar(dt.datetime(2024, 2, 12, 9, 0, tzinfo=dt.UTC))
    later = calendar(dt.datetime(2024, 2, 13, 9, 0, tzinfo=dt.UTC))
    assert "DTSTAMP:20240213T090000Z\r\nSEQUENCE:129978000\r\n" in later


@pytest.mark.parametrize("images", [(), (InlineImage(cid="a@b", name="a.png", content_type="image/png", data=PNG),)])
def test_a_calendar_file_goes_beside_the_words(images: tuple[InlineImage, ...]) -> None:
    raw = MimeTemplate(message(calendar=CALENDAR, images=images)).compose(envelope())
    parsed = parse(raw)
    assert parsed.get_content_type() == "multipart/mixed"
    words, calendar = parsed.iter_parts()
    assert words.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in words.iter_parts()]
    assert kinds == ["text/plain", "multipart/related" if images else "text/html"]
    # a part of the type text/calendar makes Outlook and Gmail show an invitation in place of the newsletter
    assert calendar.get_content_type() == "application/ics"
    assert calendar.get_param("method") is None
    assert (calendar.get_content_disposition(), calendar.get_filename()) == ("attachment", "events.ics")
    assert calendar.get_content().decode() == CALENDAR
    assert parsed.get_body(("html",)) is not None
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert parse(MimeTemplate(message()).compose(envelope())).get_content_type() == "multipart/alternative"
