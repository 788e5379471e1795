"""The page of settings: read, changed in the file that keeps its comments, and refused by field."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from PIL import Image

from newsletter import secrets
from tests.composer_server import Client


def save(client: Client, values: dict[str, str], **logos: str) -> Any:
    return client.post("/api/settings", {"values": values, "logos": logos})


def picture(colour: str) -> str:
    image, data = Image.new("RGBA", (80, 40), (0, 0, 0, 0)), io.BytesIO()
    image.paste(Image.new("RGBA", (60, 20), colour), (10, 10))
    image.save(data, "PNG")
    return f"data:image/png;base64,{base64.b64encode(data.getvalue()).decode()}"


def test_what_is_changed_is_written_and_shown(client: Client) -> None:
    path = client.folder / "newsletter.yaml"
    before = path.read_text("utf-8")
    answer = save(client, {"brand.name": "New Name", "sender.email": "news@example.org", "language": "cy"})
    assert answer.status == 200
    assert answer.json["values"]["brand.name"] == "New Name"
    after = path.read_text("utf-8")
    assert after == before.replace("name: Co-Production Collective", "name: New Name", 1).replace("en-GB", "cy", 1)
    assert client.get("/api/workspace").json["locale"] == "cy"


def test_a_wrong_setting_is_named_by_its_field_and_nothing_is_written(client: Client) -> None:
    path = client.folder / "newsletter.yaml"
    before = path.read_bytes()
    answer = save(client, {"brand.name": "New", "sender.email": "nobody", "brand.colours.brand": "red"})
    assert answer.status == 400
    assert set(answer.json["problems"]) == {"sender.email", "brand.colours.brand"}
    assert set(save(client, {"brand.address": ""}).json["problems"]) == {"brand.address"}
    assert set(save(client, {"provider": "smtp"}).json["problems"]) == {"smtp.host"}
    assert set(save(client, {"provider": "pigeon"}).json["problems"]) == {"provider"}
    assert path.read_bytes() == before
    # what the page does not have cannot be set by it
    assert save(client, {"ledger": "sqlite:///elsewhere.db", "folders.issues": "/etc"}).status == 200
    assert path.read_bytes() == before


def test_colours_are_judged_before_they_are_saved(client: Client) -> None:
    answer = client.post("/api/settings/colours", {"colours": {"brand": "#ffcc00", "accent": "#b3391f"}}).json
    brand, accent, _ = answer
    assert brand["used"] is not None
    assert brand["given_contrast"] < 3
    assert accent["used"] is None
    assert accent["contrast"] >= 4.5
    assert client.post("/api/settings/colours", {"colours": {"brand": "red"}}).status >= 400


def test_a_logo_that_vanishes_on_dark_is_told_with_a_picture(client: Client) -> None:
    assert save(client, {}, logo=picture("#101010")).status == 200
    logo = client.get("/api/settings").json["logo"]
    assert (logo["name"], logo["lost_on_dark"]) == ("images/logo.png", True)
    dark, light = client.get("/api/settings/logo/dark"), client.get("/api/settings/logo/light")
    assert dark.headers["content-type"].startswith("image/")
    assert (dark.status, light.status) == (200, 200)
    assert save(client, {}, logo_dark=picture("#f0f0f0")).json["logo"]["lost_on_dark"] is False
    assert save(client, {}, logo="").json["logo"] is None
    assert save(client, {}, logo="data:image/png;base64,AAAA").json["problems"].keys() == {"logo"}
    assert client.get("/api/settings/logo/dark").status == 400


def test_a_key_goes_into_the_keyring_and_is_never_shown(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, str] = {}
    monkeypatch.setattr(secrets, "has_keyring", lambda: True)
    monkeypatch.setattr(secrets, "keep", kept.__setitem__)
    monkeypatch.setattr(secrets, "from_keyring", lambda variable: kept.get(variable, ""))
    save(client, {"provider": "mailchimp"})
    answer = client.post("/api/settings/key", {"variable": "NEWSLETTER_MAILCHIMP_KEY", "secret": " abc-us1 "})
    assert kept == {"NEWSLETTER_MAILCHIMP_KEY": "abc-us1"}
    assert "abc-us1" not in answer.text
    assert "abc-us1" not in (client.folder / "newsletter.yaml").read_text("utf-8")
    chosen = next(one for one in answer.json["providers"] if one["name"] == "mailchimp")
    assert chosen["keys"][0]["stored"] is True
    assert client.post("/api/settings/key", {"variable": "PATH", "secret": "x"}).status == 400
    monkeypatch.setattr(secrets, "has_keyring", lambda: False)
    refused = client.post("/api/settings/key", {"variable": "NEWSLETTER_MAILCHIMP_KEY", "secret": "x"})
    assert "no keyring" in refused.json["message"]
