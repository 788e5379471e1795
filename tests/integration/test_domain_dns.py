"""A real name server on this computer, asked over the wire: good and bad domains, and servers that fail."""

from __future__ import annotations

import pytest

from newsletter.deliverability import dns as asking
from newsletter.deliverability.check_domain import Sender, check_domain
from newsletter.deliverability.dns import Answer, LookupFailure, lookup_by
from newsletter.errors import UsageError
from newsletter.model.diagnostics import DiagnosticStatus
from newsletter.model.dns_requirements import DnsRequirements
from tests.dns_server import FAILS, LAME, SILENT, name_server
from tests.domains import BAD, DOMAIN, GOOD, KEY, txt

MAILJET = DnsRequirements("Mailjet", include="spf.mailjet.com", selectors=("mailjet",), where="Account settings")
SENDER = Sender(f"news@{DOMAIN}", f"team@{DOMAIN}")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(asking, "SECONDS", 0.6)


def test_a_domain_in_order_is_found_so():
    with name_server(GOOD) as server:
        found = check_domain(SENDER, MAILJET, lookup_by(server))
    assert {(one.topic, one.state) for one in found} == {
        (one, DiagnosticStatus.FINE) for one in ("SPF", "DKIM", "DMARC", "MX")
    }


@pytest.mark.parametrize("name", BAD)
def test_a_domain_that_is_wrong_is_found_so(name):
    zone, topic, state, words = BAD[name]
    with name_server(zone) as server:
        found = check_domain(SENDER, MAILJET, lookup_by(server))
    assert [one.state for one in found if one.topic == topic and words in one.words] == [DiagnosticStatus(state)]


@pytest.mark.parametrize("failure", [FAILS, LAME])
def test_servers_that_fail_or_know_nothing_of_the_domain_are_told_of(failure):
    with name_server({DOMAIN: failure}) as server:
        (one,) = check_domain(SENDER, MAILJET, lookup_by(server))
    assert (one.topic, one.state) == ("The domain", DiagnosticStatus.FIX)


def test_one_name_that_fails_is_not_taken_for_missing():
    with name_server(GOOD | {f"_dmarc.{DOMAIN}": FAILS, f"mailjet._domainkey.{DOMAIN}": SILENT}) as server:
        found = {one.topic: one.state for one in check_domain(SENDER, MAILJET, lookup_by(server))}
    assert found == {
        "SPF": DiagnosticStatus.FINE,
        "DKIM": DiagnosticStatus.UNKNOWN,
        "DMARC": DiagnosticStatus.UNKNOWN,
        "MX": DiagnosticStatus.FINE,
    }


def test_silence_is_one_remark_and_not_every_question_is_asked():
    asked = []
    with name_server({DOMAIN: SILENT}) as server:
        look_up = lookup_by(server)

        def counted(name: str, kind: str) -> Answer:
            asked.append((name, kind))
            return look_up(name, kind)

        (one,) = check_domain(SENDER, MAILJET, counted)
    assert (one.topic, one.state) == ("DNS", DiagnosticStatus.UNKNOWN)
    assert len(asked) <= 2


def test_a_port_at_which_nobody_listens_is_silence():
    with name_server(GOOD) as server:
        gone = server
    assert lookup_by(gone)(DOMAIN, "TXT").failure is LookupFailure.SILENT


def test_long_texts_are_joined_and_aliases_told():
    zone = {
        f"k2._domainkey.{DOMAIN} CNAME": ["dkim2.mcsv.test"],
        "dkim2.mcsv.test TXT": [txt(KEY)],
        f"x.{DOMAIN} CNAME": ["gone.example.test"],
    }
    with name_server(zone) as server:
        ask = lookup_by(server)
        assert ask(f"k2._domainkey.{DOMAIN}", "TXT") == Answer((KEY,), alias="dkim2.mcsv.test")
        assert ask(f"x.{DOMAIN}", "TXT") == Answer(failure=LookupFailure.NO_NAME, alias="gone.example.test")
        assert ask(f"y.{DOMAIN}", "TXT").failure is LookupFailure.NO_NAME
        assert ask("..", "TXT").failure is LookupFailure.FAILED
        assert ask("a" * 70 + ".test", "TXT").failure is LookupFailure.FAILED


def test_each_thing_is_asked_once():
    with name_server(GOOD) as server:
        ask = lookup_by(server)
        first = ask(DOMAIN, "MX")
    assert ask(DOMAIN, "MX") is first


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("192.0.2.1", ("192.0.2.1", 53)),
        ("192.0.2.1:5353", ("192.0.2.1", 5353)),
        ("2001:db8::1", ("2001:db8::1", 53)),
        ("[2001:db8::1]:5353", ("2001:db8::1", 5353)),
    ],
)
def test_a_name_server_may_be_written_with_its_port(words, place):
    assert asking._place(words) == place


@pytest.mark.parametrize("words", ["ns.example.org", "192.0.2.1:dns", "192.0.2.300"])
def test_what_is_no_address_is_refused_in_words(words):
    with pytest.raises(UsageError, match="not the address of a name server"):
        lookup_by(words)
