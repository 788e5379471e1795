"""The archive holds nothing of a reader's: no merge tag, no key, nothing that is for a segment only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newsletter.model import merge_tags
from tests.archives import built, files_in, issue, newsletter_folder

SETTINGS = """\
links:
  unsubscribe: https://example.org/leave?who={key}
  preferences: https://example.org/me?who={email}
  view_online: https://example.org/newsletter/{month}.html
"""

BODY = """\
subject: "{first_name|Friend}, read this"
preheader: "For {first_name|you & yours}: a walk"
hero: {image: "https://pictures.example.org/{first_name|all}.jpg", alt: "A picture for {first_name|all}"}
intro: |
  Hello {first_name|*there*},

  [Leave]({unsubscribe_url}), [change]({preferences_url}), [online]({view_url}),
  [yours](https://example.org/?n={first_name|my friend}&e={email}) and {email}.
button: {label: "Go, {first_name|friend}", link: "https://example.org/go?n={last_name|no name}"}
sections:
  - kind: coming_up
    heading: "Dates for {first_name|everybody}"
    items:
      - title: "{first_name|Your} walk"
        when: 2024-03-19 13:00
        where: "At {first_name|the} river"
        contact: "{email}"
      - {title: SECRET item, text: SECRET, only: {segment: members}}
  - {kind: news, only: {segment: [members, board]}, items: [{title: SECRET news, when: 2024-03-20, text: SECRET}]}
  - kind: quote
    text: "It works, {first_name|my dear}."
    who: "{last_name}"
sign_off: "Bye {first_name}"
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    root = newsletter_folder(tmp_path_factory.mktemp("news"), {"2024-03": issue(body=BODY)}, SETTINGS)
    built(root)
    assert (root / "site").is_dir()
    return {path: data.decode() for path, data in files_in(root / "site").items() if not path.endswith((".jpg", ".js"))}


def test_no_file_has_a_merge_tag(site: dict[str, str]) -> None:
    for path, text in site.items():
        if path.endswith((".html", ".xml", ".ics")):
            # these are schema.org's and our own script's, and are the same on every website
            shown = re.sub(r"\{(?:search_term_string|count|query)\}", "", text)
            assert merge_tags.find(shown) == [], path
        for tag in ("first_name", "last_name", "unsubscribe_url", "{email}", "{key}", "{month}"):
            assert tag not in text, path


def test_tags_become_the_authors_fallbacks(site: dict[str, str]) -> None:
    page = site["2024-03.html"]
    assert "Hello *there*," in page, "a fallback is text, as it is in the email"
    assert "https://example.org/?n=my%20friend&amp;e=" in page
    assert 'href="https://example.org/go?n=no%20name"' in page
    assert "For you &amp; yours: a walk" in page
    assert "Dates for everybody" in page


def test_a_readers_own_links_lead_to_us(site: dict[str, str]) -> None:
    page = site["2024-03.html"]
    assert '<a href="mailto:hello@example.org">Leave</a>' in page
    assert '<a href="mailto:hello@example.org">change</a>' in page
    assert '<a href="https://example.org/newsletter/2024-03.html">online</a>' in page
    assert "example.org/leave" not in page
    assert "example.org/me" not in page


def test_what_is_for_a_segment_is_in_no_file(site: dict[str, str], tmp_path: Path) -> None:
    for path, text in site.items():
        assert "SECRET" not in text, path
    root = newsletter_folder(tmp_path, {"2024-03": issue(body=BODY)}, SETTINGS)
    built(root)
    for path, data in files_in(root / "site").items():
        assert b"SECRET" not in data, path
    assert b"your walk" in files_in(root / "site")["search/2024.js"].lower(), "what is for all is found"
