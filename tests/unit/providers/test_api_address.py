"""`base_url` in the settings: a key is never sent where others on the way can read it."""

from __future__ import annotations

import pytest

from newsletter.errors import ContentError
from newsletter.providers import registry
from newsletter.settings_file import load_settings

SETTINGS = """\
newsletter: News
language: en-GB
time_zone: Europe/London
provider: {name}
{name}:
{more}  base_url: {address}
"""
WITH_ADDRESS = [name for name in registry.names() if "base_url" in registry.adapter(name).options.model_fields]
UNENCRYPTED = [
    "http://lists.example.org",
    "HTTP://lists.example.org:9000/api",
    "http://10.0.0.1",
    "http://localhost.example.org",
    "http://127.0.0.1@lists.example.org",
    "http://2130706433",
]


def complaints(tmp_path, name: str, address: str) -> list[tuple[int, str, str]]:
    more = "  region: eu-west-2\n" if name == "ses" else ""
    path = tmp_path / "newsletter.yaml"
    path.write_text(SETTINGS.format(name=name, more=more, address=address), encoding="utf-8")
    try:
        load_settings(path)
    except ContentError as error:
        return [(one.place.line, one.message, one.hint) for one in error.findings if "base_url" in one.message]
    return []


@pytest.mark.parametrize("name", WITH_ADDRESS)
@pytest.mark.parametrize("address", UNENCRYPTED)
def test_an_address_that_is_not_encrypted_is_refused_with_its_line(tmp_path, name, address):
    [(line, message, hint)] = complaints(tmp_path, name, address)
    assert line == (7 if name == "ses" else 6)
    assert "unencrypted" in message
    assert "https://" in hint


@pytest.mark.parametrize("address", ["mailto:us@example.org", "tel:+441134960000", "https://"])
def test_what_is_no_address_of_a_provider_is_refused(tmp_path, address):
    assert complaints(tmp_path, "listmonk", address) or address == "https://"


@pytest.mark.parametrize(
    "address", ["https://lists.example.org", "http://127.0.0.1:9000", "http://localhost:9000/x", "http://[::1]:9000"]
)
def test_an_encrypted_address_or_one_on_this_computer_is_taken(tmp_path, address):
    assert complaints(tmp_path, "listmonk", address) == []


def test_every_provider_with_an_address_is_tried():
    assert len(WITH_ADDRESS) == 9
