"""What was found behind links, told at the right lines."""

from __future__ import annotations

import pytest

from newsletter.model.findings import Finding
from newsletter.preflight.links.occurrences import web_links
from newsletter.preflight.links.status import LinkFact, Verdict
from newsletter.preflight.rule import Example
from newsletter.preflight.rules.links.http_status import CHECKS
from newsletter.testing.checks import findings_of, subject_of

ISSUE = """\
intro: |
  Read [the plan](https://a.test/plan "Plan") and [more](https://b.test/x_(y)).
sections:
  - kind: story
    heading: Plan
    text: See [it](https://a.test/plan), or <https://c.test/z>. Write to <team@example.org>.
    button: {label: Open it, link: "https://d.test/form"}
  - kind: links
    items:
      - title: Beans
        link: https://a.test/plan
"""
A, B, C, D = "https://a.test/plan", "https://b.test/x_(y)", "https://c.test/z", "https://d.test/form"


def told(**facts: LinkFact) -> list[Finding]:
    links = {globals()[name]: fact for name, fact in facts.items()}
    return list(findings_of(Example(ISSUE, facts=lambda: {"links": links}), CHECKS))


def places(found: list[Finding]) -> list[tuple[str, int, int]]:
    return [(one.code, one.place.line, one.place.column) for one in found]


def test_a_dead_link_is_told_once_at_its_first_place():
    found = told(A=LinkFact(Verdict.GONE, "there is no such page (404)"))
    assert places(found) == [("NL651", 4, 19)]
    assert found[0].message == (
        "“https://a.test/plan” is broken: there is no such page (404). It is used in 2 more places."
    )


def test_fields_texts_and_plain_addresses_are_told_where_they_stand():
    gone = LinkFact(Verdict.GONE, "there is no such page (404)")
    assert places(told(B=gone, C=gone, D=gone)) == [("NL651", 4, 58), ("NL651", 8, 46), ("NL651", 9, 37)]


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        (Verdict.OK, None), (Verdict.GONE, "NL651"), (Verdict.FAULT, "NL652"), (Verdict.BROKEN, "NL653"),
        (Verdict.LOOP, "NL654"), (Verdict.EXPIRING, "NL657"), (Verdict.CERTIFICATE, "NL658"), (Verdict.LOGIN, "NL659"),
        (Verdict.ANCHOR, "NL660"), (Verdict.LOCAL, "NL661"), (Verdict.SLOW, "NL662"), (Verdict.REFUSED, "NL662"),
        (Verdict.OFFLINE, "NL663"),
    ],
)  # fmt: skip
def test_each_verdict_has_its_code(verdict, code):
    assert [one.code for one in told(C=LinkFact(verdict, "so it is"))] == ([code] if code else [])


def test_what_is_unclear_is_one_note_however_many_links_there_are():
    slow = LinkFact(Verdict.SLOW, "it did not respond in time")
    found = told(A=slow, B=slow, C=slow, D=slow)
    assert [one.code for one in found] == ["NL662"]
    assert found[0].message.endswith(" and 1 more.")


def test_without_a_connection_there_is_one_note_and_no_line_to_blame():
    away = LinkFact(Verdict.OFFLINE)
    assert places(told(A=away, B=away, C=away)) == [("NL663", 0, 0)]


def test_the_new_address_is_written_into_a_text_and_into_a_field_between_its_quotes():
    text, field = told(
        C=LinkFact(Verdict.MOVED, moved_to="https://c.test/new"),
        D=LinkFact(Verdict.MOVED, moved_to="https://d.test/new"),
    )
    assert text.suggestion.strip() == (
        "text: See [it](https://a.test/plan), or <https://c.test/new>. Write to <team@example.org>."
    )
    assert field.suggestion.strip() == 'button: {label: Open it, link: "https://d.test/new"}'


@pytest.mark.parametrize(
    "to",
    ["https://a.test/plan/", "https://www.a.test/plan", "https://a.test/Plan", "http://a.test/plan"],
)
def test_a_move_that_is_none_to_speak_of_is_not_told(to):
    assert told(A=LinkFact(Verdict.MOVED, moved_to=to)) == []


def test_an_address_with_something_new_in_it_is_told_and_not_written_by_itself():
    for to in ("https://a.test/plan2?session=17", "http://a.test/plan2"):
        (found,) = told(A=LinkFact(Verdict.MOVED, moved_to=to))
        assert (found.code, found.fix) == ("NL655", None)


def test_a_front_page_in_place_of_a_page_is_told_as_such():
    (found,) = told(A=LinkFact(Verdict.MOVED, moved_to="https://a.test/"))
    assert (found.code, found.fix) == ("NL656", None)


@pytest.mark.parametrize(
    ("link", "to"),
    [("https://bit.ly/x1", "https://a.test/x"), ("https://doi.org/10.1/x", "https://a.test/x"),
     ("https://a.test/", "https://a.test/en/welcome"), ("https://a.test", "https://b.test/home")],
)  # fmt: skip
def test_a_link_that_leads_on_by_design_has_not_moved(link, to):
    example = Example(
        f"intro: Read [it]({link}).", facts=lambda: {"links": {link: LinkFact(Verdict.MOVED, moved_to=to)}}
    )
    assert findings_of(example, CHECKS) == ()


def test_only_links_to_web_pages_are_looked_at_once_each():
    text = """\
intro: |
  [a](https://one.charity.uk/a), [b](https://one.charity.uk/a), [c](mailto:x@charity.uk), <tel:+441>,
  [d](https://charity.uk/{first_name|x}), [e](https://www.example.org/e), <HTTP://two.charity.uk>, three@charity.uk,
  [leave]({unsubscribe_url}), [f](https://three.charity.uk/f)
"""
    with subject_of(text) as subject:
        brand = subject.presentation.brand.model_copy(update={"privacy": "https://charity.uk/privacy"})
        assert web_links(subject.runs, subject.field_links, brand) == [
            "https://one.charity.uk/a",
            "HTTP://two.charity.uk",
            "https://three.charity.uk/f",
            "https://charity.uk/privacy",
        ]


def test_without_a_connection_links_of_the_footer_are_not_checked_either():
    link = "https://charity.uk/privacy"
    brand = f"brand: {{name: Example Trust, address: 12 High Street, privacy: {link}}}"
    facts = {"links": {link: LinkFact(Verdict.OFFLINE)}, "settings": f"x\n{brand}\n"}
    (found,) = findings_of(Example("intro: Hello.", settings=brand, facts=lambda: facts), CHECKS)
    assert found.code == "NL663"


def test_a_dead_link_of_the_footer_is_told_in_the_settings():
    link = "https://charity.uk/privacy"
    brand = f"brand: {{name: Example Trust, address: 12 High Street, privacy: {link}}}"
    facts = {"links": {link: LinkFact(Verdict.GONE, "there is no such page (404)")}, "settings": f"x\n{brand}\n"}
    (found,) = findings_of(Example("intro: Hello.", settings=brand, facts=lambda: facts), CHECKS)
    assert (found.code, found.place.path, found.place.line) == ("NL651", "newsletter.yaml", 2)
    assert found.message == f"“{link}” in the settings is broken: there is no such page (404)."
