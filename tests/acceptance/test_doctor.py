"""`newsletter doctor`: what it says of a set-up, as a process of its own before a real name server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dns_server import FAILS, name_server
from tests.domains import DOMAIN, GOOD, with_dmarc, without


@pytest.fixture(autouse=True)
def _asking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEWSLETTER_OFFLINE")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    records = dict(GOOD)
    with name_server(records) as server:
        monkeypatch.setenv("NEWSLETTER_NAMESERVER", server)
        yield records


def settle(folder: Path, *changes: tuple[str, str]) -> None:
    path = folder / "newsletter.yaml"
    text = (
        path.read_text("utf-8")
        .replace("news@example.org", f"news@{DOMAIN}")
        .replace("hello@example.org", f"us@{DOMAIN}")
    )
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def remarks(outcome: Any) -> list[dict[str, Any]]:
    return [one for part in json.loads(outcome.out)["parts"] for one in part["remarks"]]


# the domain ends in .test, which the command itself takes for a sample
@pytest.fixture(autouse=True)
def _real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "newsletter.preflight.rules.sending.compliance.is_sample_domain", lambda domain: "example" in domain
    )


def test_a_sound_set_up_is_said_to_be_so(folder, cli, zone):
    settle(folder)
    outcome = cli("doctor")
    assert (outcome.code, outcome.err) == (0, "")
    for words in (
        "Python",
        "can be read",
        "10 subscribers",
        "one SPF record",
        f"{DOMAIN} is protected",
        "is delivered to mail.",
    ):
        assert words in outcome.out
    assert "No problems found." in outcome.out or "Everything that was checked is fine." in outcome.out


def test_what_is_wrong_is_asked_for_with_the_line_to_paste(folder, cli, zone):
    zone.clear()
    zone.update(without(f"_dmarc.{DOMAIN} TXT", f"{DOMAIN} MX"))
    settle(folder)
    outcome = cli("doctor")
    assert outcome.code == 3
    assert "✗ DMARC: There is no DMARC record" in outcome.out
    assert f"Ask the administrator of {DOMAIN}’s DNS to add this record" in outcome.said
    assert f"TXT  _dmarc.{DOMAIN}  v=DMARC1; p=none; rua=mailto:us@{DOMAIN}" in outcome.out
    assert "2 problems to fix (✗)." in outcome.out


def test_programs_get_the_same(folder, cli, zone):
    zone.update(with_dmarc("v=DMARC1; p=none; rua=mailto:a@trust.test"))
    settle(folder)
    outcome = cli("doctor", "--json")
    found = {one["topic"]: one for one in remarks(outcome)}
    assert outcome.code == 0
    assert json.loads(outcome.out)["sound"] is True
    assert found["DMARC"]["state"] == "look"
    assert found["DMARC"]["record"]["value"].startswith("v=DMARC1; p=quarantine")
    assert {"Versions", "Keyring", "Settings", "Issues", "Templates", "Provider", "Audience", "Ledger", "SPF"} <= set(
        found
    )


def test_offline_asks_nobody(folder, cli, zone):
    zone[DOMAIN] = FAILS
    settle(folder, ("provider: outbox", "provider: mailchimp"))
    outcome = cli("doctor", "--offline", "--json")
    found = {one["topic"]: one for one in remarks(outcome)}
    assert found["DNS"]["state"] == "unknown"
    assert "Key" in found
    assert outcome.code == 3  # the key is missing, which is known all the same


def test_name_servers_that_fail_are_to_be_fixed(folder, cli, zone):
    zone.clear()
    zone[DOMAIN] = FAILS
    settle(folder)
    outcome = cli("doctor")
    assert outcome.code == 3
    assert "do not respond correctly" in outcome.said


def test_without_a_network_it_says_so_in_one_line(folder, cli, monkeypatch):
    with name_server(GOOD) as server:
        monkeypatch.setenv("NEWSLETTER_NAMESERVER", server)
    monkeypatch.setattr("newsletter.deliverability.dns.SECONDS", 0.4)
    settle(folder)
    outcome = cli("doctor")
    assert outcome.code == 0
    assert outcome.out.count("no network connection") == 1
    assert "SPF" not in outcome.out


def test_a_key_is_never_shown_and_a_service_that_is_away_gives_its_own_code(folder, cli, zone, monkeypatch):
    settle(folder, ("provider: outbox", "provider: mailchimp\nmailchimp: {base_url: 'http://127.0.0.1:9'}"))
    monkeypatch.setenv("NEWSLETTER_MAILCHIMP_KEY", "very-secret-0123456789-us1")
    zone[f"k2._domainkey.{DOMAIN} TXT"] = GOOD[f"mailjet._domainkey.{DOMAIN} TXT"]
    outcome = cli("doctor")
    assert "very-secret" not in outcome.said
    assert outcome.code == 4, outcome.out
    assert "? Provider:" in outcome.out


def test_a_missing_key_says_who_can_make_one(folder, cli, zone):
    settle(folder, ("provider: outbox", "provider: brevo"))
    outcome = cli("doctor")
    assert outcome.code == 3
    assert "NEWSLETTER_BREVO_KEY is missing" in outcome.said
    assert "newsletter providers --keep NEWSLETTER_BREVO_KEY" in outcome.said


def test_sample_settings_are_worth_a_look(folder, cli, zone):
    outcome = cli("doctor", "--json")
    assert outcome.code == 0
    assert {one["topic"]: one["state"] for one in remarks(outcome)}["Sender"] == "look"


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (("newsletter.yaml", "brand: {name: Trust}\n"), "newsletter.yaml cannot be used"),
        (("templates/issue.mjml.j2", "{% if %}"), "issue.mjml.j2:1"),
        (("audience.csv", "name\nSam\n"), "There is no column named email"),
        (("audience.csv", "email\n"), "audience.csv has no subscribers"),
        ((".newsletter/ledger.db", "no ledger at all, but words " * 40), "not a ledger"),
    ],
)
def test_a_broken_file_is_named(folder, cli, zone, broken, words):
    settle(folder)
    file, text = broken
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text(text, "utf-8")
    outcome = cli("doctor")
    assert outcome.code == 3
    assert words in outcome.said


def test_a_folder_without_settings_is_told_as_everywhere(tmp_path, cli, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli("doctor").code == 2


def test_a_process_of_its_own_asks_the_name_server_that_the_environment_names(folder, process, zone):
    settle(folder)
    path = folder / "newsletter.yaml"
    path.write_text(path.read_text("utf-8").replace(DOMAIN, "trust-of-ours.org"), "utf-8")
    renamed = {key.replace(DOMAIN, "trust-of-ours.org"): value for key, value in without(f"{DOMAIN} TXT").items()}
    zone.clear()
    zone.update({key: [one.replace(DOMAIN, "trust-of-ours.org") for one in value] for key, value in renamed.items()})
    done = process("doctor", "--json")
    assert done.stderr == ""
    found = {one["topic"]: one["state"] for part in json.loads(done.stdout)["parts"] for one in part["remarks"]}
    assert (found["SPF"], found["DMARC"], found["MX"], done.returncode) == ("look", "fine", "fine", 0)


@pytest.mark.parametrize(("link", "words"), [("leave?who={key}", "one_click: true"), ("leave", "without {key}")])
def test_settings_that_relied_on_one_click_hear_what_to_set(folder, cli, zone, link, words):
    settle(folder)
    path = folder / "newsletter.yaml"
    plain = path.read_text("utf-8")
    links = f'\nlinks:\n  unsubscribe: "https://{DOMAIN}/{link}"\n'
    path.write_text(plain + links, "utf-8")
    (told,) = [one for one in remarks(cli("doctor", "--json")) if one["topic"] == "One click"]
    assert words in told["ask"]
    path.write_text(f"{plain}{links}  one_click: false\n", "utf-8")
    assert [one for one in remarks(cli("doctor", "--json")) if one["topic"] == "One click"] == []
