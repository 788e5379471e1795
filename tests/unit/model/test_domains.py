"""Internationalised domain names, held against the library of the registries and against what browsers do."""

from __future__ import annotations

import hashlib

import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.audience import address_key, former_recipient_key, recipient_key
from newsletter.model.domains import decode_domain, encode_address, encode_domain, encode_link

# from RFC 5891, UTS 46 section 7 and the registries' own examples
NAMES = {
    "straße.de": "xn--strae-oqa.de",
    "faß.de": "xn--fa-hia.de",
    "βόλος.com": "xn--nxasmm1c.com",
    "ශ්‍රී.com": "xn--10cl1a0b660p.com",
    "نامه‌ای.com": "xn--mgba3gch31f060k.com",
    "müller.example": "xn--mller-kva.example",
    "例え.テスト": "xn--r8jz45g.xn--zckzah",
    "مثال.إختبار": "xn--mgbh0fb.xn--kgbechtv",
    "i❤.ws": "xn--i-7iq.ws",
    "日本語。ＪＰ": "xn--wgv71a119e.jp",
    "MU\u0308LLER.example": "xn--mller-kva.example",
}


@pytest.mark.parametrize(("name", "encoded"), NAMES.items())
def test_a_name_is_encoded_as_the_registries_have_it(name: str, encoded: str) -> None:
    assert encode_domain(name) == encoded
    assert encode_domain(encoded) == encoded
    assert decode_domain(name) == decode_domain(encoded) == decode_domain(encoded.upper())


@given(
    st.lists(
        st.text(st.sampled_from("aeöüßéñçžğςσабвгдהוזالعנ日本語한국"), min_size=1, max_size=20), min_size=1, max_size=3
    )
)
def test_encoding_agrees_with_the_library_wherever_the_library_takes_the_name(labels: list[str]) -> None:
    name = ".".join(labels)
    try:
        expected = idna.encode(name, uts46=True, transitional=False).decode()
    except idna.IDNAError:
        return
    assert encode_domain(name) == expected
    assert decode_domain(expected) == decode_domain(name)


@pytest.mark.parametrize("name", ["ü" * 70 + ".de", "example.org", "Example.ORG", "localhost", "192.0.2.1", "a..ü", ""])
def test_a_name_that_cannot_or_need_not_be_encoded(name: str) -> None:
    assert encode_address(f"a@{name}") == (f"a@{name}" if not name.startswith("a..") else "a@a..xn--tda")


@pytest.mark.parametrize("name", ["xn--a.de", "xn--99999999.com", "xn--mnchen-3ya-.de", "xn--.de"])
def test_a_name_that_cannot_be_decoded_stays_its_own(name: str) -> None:
    assert decode_domain(name) == name


@pytest.mark.parametrize(
    ("link", "encoded"),
    [
        ("https://müller.example", "https://xn--mller-kva.example"),
        ("https://m%C3%BCller.example/x", "https://xn--mller-kva.example/x"),
        ("HTTPS://MÜLLER.example:8443/ü?ö=ä#é", "HTTPS://xn--mller-kva.example:8443/ü?ö=ä#é"),
        ("https://user:pä@straße.de/", "https://user:pä@xn--strae-oqa.de/"),
        ("//straße.de/x", "//xn--strae-oqa.de/x"),
        ("mailto:info@müller.example", "mailto:info@xn--mller-kva.example"),
        (
            "mailto:a@müller.example,b@x.org?cc=c@straße.de&subject=Grüße@müller.example",
            "mailto:a@xn--mller-kva.example,b@x.org?cc=c@xn--strae-oqa.de&subject=Grüße@müller.example",
        ),
        ("https://example.org/müller.example", "https://example.org/müller.example"),
        ("https://{town}.müller.example/", "https://{town}.müller.example/"),
        ("https://[2001:db8::1]:80/ü", "https://[2001:db8::1]:80/ü"),
        ("tel:+49", "tel:+49"),
        ("cid:ü@ö", "cid:ü@ö"),
        ("https://a%2Fb.example/", "https://a%2Fb.example/"),
        ("https://%ff.example/", "https://%ff.example/"),
    ],
)
def test_the_domains_of_a_link(link: str, encoded: str) -> None:
    assert encode_link(link) == encoded
    assert encode_link(encoded) == encoded


@given(st.text(max_size=60))
def test_nothing_but_the_host_of_a_link_changes(rest: str) -> None:
    link = f"https://müller.example/{rest}"
    assert encode_link(link) == f"https://xn--mller-kva.example/{rest}"


FORMER_KEYS = [
    "ada@example.org",
    "Ada@Example.ORG",
    "ada@müller.example",
    "ada@xn--mller-kva.example",
    "ADA@BÜCHER.example",
]


@pytest.mark.parametrize("address", FORMER_KEYS)
def test_the_key_of_an_address_whose_meaning_did_not_change_is_what_it_was(address: str) -> None:
    local, _, domain = address.rpartition("@")
    then = hashlib.sha256(f"2024-02\0{local.casefold()}@{domain.casefold()}".encode()).hexdigest()[:24]
    assert recipient_key("2024-02", address) == then
    assert former_recipient_key("2024-02", address) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [("anna@straße.de", "anna@strasse.de"), ("anna@βόλος.com", "anna@βόλοσ.com"), ("anna@faß.de", "anna@fass.de")],
)
def test_two_domains_are_two_people(one: str, other: str) -> None:
    assert address_key(one) != address_key(other)
    assert recipient_key("2024-02", one) != recipient_key("2024-02", other)
    assert former_recipient_key("2024-02", one) == recipient_key("2024-02", other)
    assert former_recipient_key("2024-02", other) is None


def test_two_spellings_of_a_domain_are_one_person() -> None:
    keys = {address_key(f"Anna@{name}") for name in ("straße.de", "STRAßE.de", "xn--strae-oqa.de", "XN--Strae-OQA.DE")}
    assert keys == {"anna@straße.de"}
