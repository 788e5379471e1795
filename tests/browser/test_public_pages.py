"""The public pages in a browser: axe-core finds nothing, and nothing sticks out, on phones and in the dark."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.subscribers.tokens import Purpose
from tests.chromium import Browser
from tests.public_site import SETTINGS, Site, running_site

from .looking import AXE

WIDTHS = (375, 1280)
RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
TOLD = "({violations}) => violations.map(({id, nodes}) => `${id}: ${nodes[0].html.slice(0, 160)}`)"


@pytest.fixture(scope="module", params=["en-GB", "ar"])
def pages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Serve the pages in a language; yield each kind, as it is after somebody was there."""
    folder = tmp_path_factory.mktemp("public")
    with running_site(folder, f"{SETTINGS}language: {request.param}\n") as site:
        yield answers(site)


def answers(site: Site) -> dict[str, str]:
    token, own = site.subscribe("ada@example.org", ("jobs",)), site.own
    site.post("/subscribe", data={"email": "new@example.org", "consent": "yes"})
    confirm = own.signer(Purpose.CONFIRM).sign(own.identity.address_hash("new@example.org"), own.clock())
    style = f"<style>{site.get('/style.css').text}</style>"
    found = {
        "sign up": site.get("/"),
        "sign up with a mistake": site.post("/subscribe", data={"email": "x", "consent": "yes"}),
        "check your inbox": site.post("/subscribe", data={"email": "cy@example.org", "consent": "yes"}),
        "confirm": site.get(f"/confirm/{confirm}"),
        "preferences": site.get(f"/preferences/{token}"),
        "unsubscribe": site.get(f"/unsubscribe/{token}"),
        "unsubscribed": site.post(f"/unsubscribe/{token}"),
        "bad link": site.get("/unsubscribe/x"),
    }
    link = '<link rel="stylesheet" href="/style.css">'
    assert all(link in answer.text for answer in found.values())
    return {name: answer.text.replace(link, style) for name, answer in found.items()}


def test_axe_finds_nothing_on_any_page_at_any_width_light_or_dark(
    window: Browser, pages: dict[str, str], tmp_path: Path
) -> None:
    for name, page in pages.items():
        (tmp_path / "page.html").write_text(page, encoding="utf-8")
        window.open(tmp_path / "page.html", width=WIDTHS[0])
        window.run(AXE.read_text(encoding="utf-8") + ";0")
        for width in WIDTHS:
            for dark in (False, True):
                window.look(width=width, dark=dark)
                assert window.run(f"axe.run({json.dumps(RULES)}).then({TOLD})") == [], (name, width, dark)
                assert window.run("document.documentElement.scrollWidth") <= width, (name, width)
