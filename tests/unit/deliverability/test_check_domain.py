"""What is said of a sender's domain, by a resolver that answers from a table."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.deliverability import dkim, spf
from newsletter.deliverability.check_domain import Sender, check_domain, domain_of
from newsletter.deliverability.dns import Answer, Lookup, LookupFailure
from newsletter.model.diagnostics import Diagnostic, DiagnosticStatus
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.providers.registry import BUILT_IN, adapter
from tests.domains import BAD, DOMAIN, GOOD, KEY, txt, with_dmarc, with_key, with_spf, without

MAILJET = DnsRequirements("Mailjet", include="spf.mailjet.com", selectors=("mailjet",), where="Account settings")
SENDER = Sender(f"news@{DOMAIN}", f"team@{DOMAIN}")


def resolver(zone: dict[str, Any], troubles: dict[str, LookupFailure] | None = None) -> Lookup:
    def ask(name: str, kind: str) -> Answer:
        name, failure = name.casefold(), (troubles or {}).get(name.casefold())
        if failure is not None:
            return Answer(failure=failure)
        alias = zone.get(f"{name} CNAME", [""])[0]
        found = zone.get(f"{alias or name} {kind}")
        if found is None:
            there = any(entry.split()[0] == name or entry.split()[0].endswith(f".{name}") for entry in zone)
            return Answer(
                failure=LookupFailure.NO_RECORDS if there and not alias else LookupFailure.NO_NAME, alias=alias
            )
        plain = [re.sub(r'" "|^"|"$', "", record).removesuffix(".") or "." for record in found]
        return Answer(tuple("0 ." if record == "0 " else record for record in plain), alias=alias)

    return ask


def said(zone: dict[str, Any], needs: DnsRequirements = MAILJET, **troubles: LookupFailure) -> list[Diagnostic]:
    return list(
        check_domain(SENDER, needs, resolver(zone, {name.replace("__", "."): one for name, one in troubles.items()}))
    )


def test_of_a_domain_in_order_all_is_fine():
    found = said(GOOD)
    assert [(one.topic, one.state) for one in found] == [
        (topic, DiagnosticStatus.FINE) for topic in ("SPF", "DKIM", "DMARC", "MX")
    ]


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_said_with_what_it_means_and_what_to_ask(name):
    zone, topic, state, words = BAD[name]
    found = [one for one in said(zone) if one.topic == topic and words in one.words]
    assert [one.state for one in found] == [DiagnosticStatus(state)]
    assert found[0].ask
    assert found[0].meaning
    assert all(one.words.endswith(".") or ":" in one.words for one in found)


@pytest.mark.parametrize(
    ("name", "topic", "value"),
    [
        ("no SPF", "SPF", "v=spf1 include:spf.mailjet.com ~all"),
        ("two SPF records", "SPF", "v=spf1 mx include:spf.mailjet.com ~all"),
        ("service not allowed", "SPF", "v=spf1 mx include:spf.mailjet.com -all"),
        ("everybody may send", "SPF", "v=spf1 include:spf.mailjet.com ~all"),
        ("no DMARC", "DMARC", f"v=DMARC1; p=none; rua=mailto:team@{DOMAIN}"),
        ("p=none", "DMARC", "v=DMARC1; p=quarantine; rua=mailto:a@trust.test"),
        ("no reports", "DMARC", f"v=DMARC1; p=reject; rua=mailto:team@{DOMAIN}"),
    ],
)
def test_the_line_to_paste_fixes_it(name, topic, value):
    zone, _, _, words = BAD[name]
    (one,) = [one for one in said(zone) if one.topic == topic and words in one.words]
    assert one.record is not None
    assert one.record.value == value
    fixed = zone | {f"{one.record.name} {one.record.kind}": [txt(value)]}
    assert words not in " ".join(remark.words for remark in said(fixed))


def test_no_network_is_one_remark():
    silent = dict.fromkeys([DOMAIN], LookupFailure.SILENT)
    (one,) = check_domain(SENDER, MAILJET, resolver({}, silent))
    assert one.state is DiagnosticStatus.UNKNOWN
    assert "no network" in one.words


def test_a_dns_server_that_knows_no_domain_at_all_is_no_network():
    (one,) = check_domain(SENDER, MAILJET, resolver({}))
    assert (one.topic, one.state) == ("DNS", DiagnosticStatus.UNKNOWN)
    assert "no internet connection" in one.words


def test_name_servers_that_fail_are_to_be_fixed():
    (one,) = said(GOOD, trust__test=LookupFailure.FAILED)
    assert (one.topic, one.state) == ("The domain", DiagnosticStatus.FIX)
    assert f"Ask the administrator of {DOMAIN}’s DNS" in one.ask


@pytest.mark.parametrize(
    ("place", "topic"),
    [("_dmarc__trust__test", "DMARC"), ("mailjet___domainkey__trust__test", "DKIM"), ("spf__mailjet__com", "SPF")],
)
@pytest.mark.parametrize("failure", [LookupFailure.FAILED, LookupFailure.SILENT])
def test_one_name_without_an_answer_is_not_taken_for_missing(place, topic, failure):
    states = {one.topic: one.state for one in said(GOOD, **{place: failure})}
    assert states[topic] is DiagnosticStatus.UNKNOWN
    assert DiagnosticStatus.FIX not in states.values()


def test_answers_at_another_domain_are_looked_after_too():
    elsewhere = Sender(f"news@{DOMAIN}", "team@gone.test")
    found = [one for one in check_domain(elsewhere, MAILJET, resolver(GOOD)) if one.topic == "MX"]
    assert [one.state for one in found] == [DiagnosticStatus.FINE, DiagnosticStatus.FIX]
    assert "the domain of answers" in found[1].words


def test_a_policy_of_the_domain_above_counts():
    zone = {name.replace(DOMAIN, f"news.{DOMAIN}") if "_dmarc" not in name else name: one for name, one in GOOD.items()}
    below = Sender(f"us@news.{DOMAIN}", f"us@news.{DOMAIN}")
    found = [one for one in check_domain(below, MAILJET, resolver(zone)) if one.topic == "DMARC"]
    assert [(one.state, DOMAIN in one.words) for one in found] == [(DiagnosticStatus.FINE, True)]
    weaker = zone | with_dmarc(f"v=DMARC1; p=reject; sp=none; rua=mailto:a@{DOMAIN}")
    weaker |= {name: one for name, one in zone.items() if "_dmarc" not in name}
    found = [one for one in check_domain(below, MAILJET, resolver(weaker)) if one.topic == "DMARC"]
    assert found[0].state is DiagnosticStatus.LOOK
    assert found[0].record is not None
    assert "sp=quarantine" in found[0].record.value


def test_a_service_under_its_own_domain_needs_no_spf():
    needs = DnsRequirements(
        "Mailchimp", selectors=("k2", "k3"), targets={"k2": "dkim2.mcsv.net", "k3": "dkim3.mcsv.net"}, where="Domains"
    )
    zone = without(f"{DOMAIN} TXT") | {
        f"k3._domainkey.{DOMAIN} CNAME": ["dkim3.mcsv.net"],
        "dkim3.mcsv.net TXT": [txt(KEY)],
    }
    found = {one.topic: one for one in said(zone, needs)}
    assert found["SPF"].state is DiagnosticStatus.LOOK
    assert "Mailchimp does not need one" in found["SPF"].meaning
    assert found["DKIM"].state is DiagnosticStatus.FINE
    lacking = {one.topic: one for one in said(GOOD, needs)}["DKIM"]
    assert lacking.record is not None
    assert str(lacking.record) == f"CNAME  k2._domainkey.{DOMAIN}  dkim2.mcsv.net"
    assert "k3._domainkey" in lacking.ask


def test_a_mail_server_of_ones_own_must_be_allowed_and_may_sign_by_any_key():
    needs = DnsRequirements("the mail server", own_server=True)
    found = {one.topic: one for one in said(without(f"{DOMAIN} TXT"), needs)}
    assert found["SPF"].state is DiagnosticStatus.FIX
    assert found["DKIM"].state is DiagnosticStatus.UNKNOWN
    assert found["DKIM"].words.startswith("The mail server has no standard name")
    assert "the administrator of the mail server" in found["DKIM"].ask


def test_the_outbox_signs_nothing():
    found = {one.topic: one for one in said(with_key(), DnsRequirements("the outbox", sends=False))}
    assert found["DKIM"].state is DiagnosticStatus.UNKNOWN
    assert found["DMARC"].state is DiagnosticStatus.FINE


def test_macros_and_redirects_are_read_as_receivers_do():
    zone = with_spf(
        "v=spf1 exists:%{i}.x.test redirect=_spf.trust.test", _spf__trust__test="v=spf1 include:spf.mailjet.com -all"
    )
    assert [one.state for one in said(zone) if one.topic == "SPF"] == [DiagnosticStatus.FINE]
    reading = spf.read(DOMAIN, "v=spf1 exists:%{i}.x.test redirect=_spf.trust.test", resolver(zone))
    assert (reading.lookups, reading.broken) == (3, [])


@pytest.mark.parametrize("name", BUILT_IN)
def test_each_service_says_what_it_asks_of_the_dns(name):
    about = adapter(name).about
    assert about.needs is not None
    assert about.needs.service == about.title
    assert about.needs.where or about.needs.own_server or not about.needs.sends
    assert about.adds.why


def test_domains_in_other_letters_are_asked_for_in_ascii():
    assert domain_of("news@Bücher.Example.") == "xn--bcher-kva.example"
    assert domain_of("news@" + "ü" * 80 + ".org").endswith(".org")


@given(st.text(max_size=80), st.text(max_size=20))
def test_no_record_breaks_the_reading(record, value):
    nothing = resolver({})
    spf.read(DOMAIN, f"v=spf1 {record}", nothing)
    spf.last_word(record)
    spf.joined((f"v=spf1 {record}", "v=spf1 -all"))
    assert f"include:{DOMAIN}" in spf.with_include(f"v=spf1 {record}", DOMAIN)
    assert dkim.kind_of(Answer((record, f"p={value}"))) in dkim.Key
    for one in said(with_spf(f"v=spf1 {record}") | with_dmarc(f"v=DMARC1; {record}") | with_key(f"p={value}")):
        assert one.words


OWN = DnsRequirements("the SMTP server", selectors=("mailjet",), own_server=True, key=KEY.rpartition("p=")[2])


def of_the_key(zone: dict[str, Any], needs: DnsRequirements = OWN) -> Diagnostic:
    return next(one for one in said(zone, needs) if one.topic == "DKIM")


def test_a_key_of_ones_own_must_be_the_one_in_the_dns():
    fine = of_the_key(GOOD)
    assert fine.state is DiagnosticStatus.FINE
    assert "Messages are signed" in fine.words
    other = of_the_key(GOOD, replace(OWN, key="AAAA"))
    assert other.state is DiagnosticStatus.FIX
    assert "does not belong to the `key_file`" in other.words
    assert other.record is not None
    assert (other.record.kind, other.record.value) == ("TXT", "v=DKIM1; k=rsa; p=AAAA")


def test_the_record_of_a_key_of_ones_own_is_shown_where_it_is_missing():
    missing = of_the_key(without(f"mailjet._domainkey.{DOMAIN} TXT"))
    assert missing.state is DiagnosticStatus.FIX
    assert missing.record is not None
    assert missing.record.name == f"mailjet._domainkey.{DOMAIN}"
    assert missing.record.value.startswith("v=DKIM1; k=rsa; p=")
