"""Merge tags, subject, size, law and audience: defects that lie in the settings, the templates or the circumstances."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.findings import Severity
from newsletter.model.merge_tags import MergeTag
from newsletter.preflight.context import AudienceFact, SendChannel
from newsletter.preflight.fixes import fixed
from newsletter.preflight.foreign_merge_tags import foreign_tags
from newsletter.preflight.html.markup import section_costs, visible_words, web_links
from newsletter.preflight.rule import Example
from newsletter.preflight.rules.sending import compliance, merge_tags, size
from newsletter.preflight.runner import run
from newsletter.preflight.text_spans import run_of
from newsletter.testing.checks import findings_of, subject_of

CLEAN = (Path(__file__).parent / "clean.yaml").read_text("utf-8")
GOLDEN = Path(__file__).parents[1] / "golden"
FOOTER = (
    "{% macro footer(ruled) %}<mj-section><mj-column><mj-text>WORDS</mj-text></mj-column></mj-section>{% endmacro %}"
)
WHOLE = '{{ brand.why or words.why }} <a href="{unsubscribe_url}">Leave</a> {{ brand.address }}'
KB = 1024


@dataclass(frozen=True)
class Defect:
    """A defect beside the issue: in settings, templates or facts."""

    code: str
    settings: str = ""
    at: str = ""
    footer: str = ""
    facts: dict[str, Any] | None = None

    def said(self) -> list[tuple[str, str]]:
        templates = {"parts/footer.mjml.j2": FOOTER.replace("WORDS", self.footer)} if self.footer else {}
        facts = self.facts
        example = Example(CLEAN, settings=self.settings, templates=templates, facts=(lambda: facts) if facts else None)
        return [(one.code, one.excerpt) for one in findings_of(example)]


def of_brand(address: str) -> str:
    return f"brand: {{name: Example Trust, address: '{address}'}}"


def of_sender(name: str = "Example Trust", email: str = "news@example.org") -> str:
    return f"sender: {{name: '{name}', email: '{email}'}}"


THROUGH = {"way": SendChannel.SERVICE, "provider": "Mailchimp"}
DEFECTS = (
    Defect("NL920", footer=WHOLE.replace("{unsubscribe_url}", "https://example.org/leave")),
    Defect("NL920", footer=WHOLE.replace("{unsubscribe_url}", "*|UNSUB|*")),
    Defect("NL920", footer="{{ brand.why or words.why }} {{ brand.address }}"),
    Defect("NL921", footer=WHOLE.replace("{{ brand.address }}", "")),
    Defect("NL921", footer=WHOLE.replace("{{ brand.address }}", "{{ brand.name }}, London")),
    Defect("NL928", footer=WHOLE.replace("{{ brand.why or words.why }}", "")),
    *(
        Defect("NL922", settings=of_brand(address), at=address, facts=THROUGH)
        for address in (
            "12 High Street, Anytown",
            "123 Main St, Springfield",
            "Your address here",
            "Example Trust, 1 High Street, Sampletown AB1 2CD",
            "[postal address]",
            "Example Trust, Street, City, State, ZIP",
            "Your street 1, Your town",
            "TBC",
        )
    ),
    *(Defect("NL923", settings=of_brand(address), at=address) for address in ("London", "Example Trust", "Leeds, UK")),
    *(
        Defect("NL924", settings=of_sender(name), at=name)
        for name in ("noreply", "No-Reply", "news@example.org", "Newsletter", "info")
    ),
    *(
        Defect("NL925", settings=of_sender(email=email), at=email)
        for email in ("example.trust@gmail.com", "trust@yahoo.co.uk", "t@hotmail.co.uk", "t@btinternet.com", "t@gmx.de")
    ),
    *(
        Defect("NL926", settings=f"reply_to: {email}", at=email)
        for email in (
            "noreply@example.org",
            "no-reply@example.org",
            "do.not.reply@example.org",
            "DoNotReply@example.org",
        )
    ),
    *(
        Defect("NL927", settings=of_sender(email=email), at=email, facts=THROUGH)
        for email in ("news@example.org", "hello@yourdomain.org", "me@mail.example.com", "us@trust.example")
    ),
    Defect("NL900", facts={"added": 90 * KB}),
    Defect("NL901", facts={"added": 60 * KB}),
    Defect("NL902", facts={"enclosed": 8 * KB * KB}),
    Defect("NL903", facts={"enclosed": 2 * KB * KB}),
    Defect("NL940", facts={"audience": AudienceFact("audience.csv", 0)}),
    *(
        Defect("NL941", facts={"audience": AudienceFact("audience.csv", now, last=240)})
        for now in (0 + 1, 168, 312, 4000)
    ),
    Defect("NL942", facts={"audience": AudienceFact("audience.csv", 2, samples=2), "way": SendChannel.OWN_SERVER}),
    Defect(
        "NL308",
        at="{first_name",
        facts={"audience": AudienceFact("audience.csv", 9, unfilled=frozenset({"first_name"}))},
    ),
    Defect("NL459", facts={"unfilled": lambda tag: "it has no such field" if tag.name == "first_name" else ""}),
)


@pytest.mark.parametrize("number", range(len(DEFECTS)), ids=lambda number: f"{DEFECTS[number].code}-{number}")
def test_the_defect_is_found_and_shown_where_it_stands(number):
    defect = DEFECTS[number]
    found = [excerpt for code, excerpt in defect.said() if code == defect.code]
    assert len(found) == 1
    assert defect.at in found[0]


FINE = (
    Defect("", settings=of_brand("Example Trust, 12 High Street, London SE1 9ZZ"), facts=None),
    Defect("NL922", settings=of_brand("123 High Street, Leeds LS1 4AP"), facts=THROUGH),
    Defect("NL922", settings=of_brand("PO Box 12, Cardiff CF10 1AA"), facts=THROUGH),
    Defect("NL922", settings=of_brand("Example Trust, 1 High Street, Sampletown AB1 2CD")),
    Defect("NL923", settings=of_brand("Main Street, Ballina, Co. Mayo")),
    Defect("NL923", settings=of_brand("Plas Newydd, Llanfairpwll, Ynys Môn")),
    Defect("NL924", settings=of_sender("Rosie at Example Trust")),
    Defect("NL924", settings=of_sender("Info4Carers")),
    Defect("NL925", settings=of_sender(email="news@free.org")),
    Defect("NL925", settings=of_sender(email="news@free-legal-help.org")),
    Defect("NL925", settings=of_sender(email="trust@gmail.com"), facts={"way": SendChannel.OWN_SERVER}),
    Defect("NL926", settings="reply_to: replies@example.org"),
    Defect("NL927", settings=of_sender(email="news@example.org")),
    Defect("NL927", settings=of_sender(email="news@testbourne-community.org"), facts=THROUGH),
    Defect("NL928", footer=f"<p>{WHOLE}</p>"),
    Defect("NL900", facts={"added": 50 * KB}),
    Defect("NL901", facts={"added": 30 * KB}),
    Defect("NL903", facts={"enclosed": 1 * KB * KB}),
    Defect("NL941", facts={"audience": AudienceFact("audience.csv", 15, last=30)}),
    Defect("NL941", facts={"audience": AudienceFact("audience.csv", 200, last=240)}),
    Defect("NL941", facts={"audience": AudienceFact("audience.csv", 240)}),
    Defect("NL308", facts={"audience": AudienceFact("audience.csv", 9, unfilled=frozenset({"last_name", "town"}))}),
    Defect("NL308", facts={"audience": AudienceFact("audience.csv", 0, unfilled=frozenset({"first_name"}))}),
    Defect("NL942", facts={"audience": AudienceFact("audience.csv", 10, samples=9), "way": SendChannel.OWN_SERVER}),
)


@pytest.mark.parametrize("number", range(len(FINE)), ids=lambda number: f"{FINE[number].code}-{number}")
def test_what_is_fine_is_left_alone(number):
    assert FINE[number].code not in {code for code, _ in FINE[number].said()}


TEXTS = (
    "intro: 50% off% and 10 %% of it, a [note], <<not a tag here>>, «hola» and {{ }}",
    "intro: The survey (*first* | second) is closed. [Unsubscribe](https://example.org/leave)",
    "intro: Dear {first_name|friend}, spring is here.",
    "intro: Hello {first_name|dear reader}!",
    'intro: "{first_name|Friends}, spring is here."',
    "intro: We wrote “{first_name|you}” on a cake, and {first_name|your}’s is the first slice.",
    "language: ar\nintro: و{first_name|صديقنا} أهلاً بكم",
    "language: cy\nintro: Annwyl {first_name|ffrind}, mae’r gwanwyn wedi dod.",
    "subject: Re-opening the garden",
    "subject: Reply by Friday and free your Saturday",
    "subject: UCL, NHS and BBC staff at our table",
    "subject: Is it free? Yes, and so are you",
    'subject: "The garden is open!"',
    "subject: March of the penguins",
    "subject: What we did in March",
    "subject: Free lunch, free speech and freedom to roam",
    """\
sections:
  - kind: story
    heading: For members
    only: {segment: members}
    text: Dear {first_name|member}, the vote is open.
  - kind: story
    heading: For trustees
    only: {segment: trustees}
    text: Dear {first_name|trustee}, the minutes are here.""",
    "preheader: How to view online talks, and unsubscribe from despair in forty minutes",
    "subject: The garden\npreheader: The garden gate is open, there are two workshops, and the kettle works",
)


@pytest.mark.parametrize("fields", TEXTS)
def test_plain_words_bring_up_no_warning(fields):
    checks = [one for one in _mine() if one.rules[0].code < "NL490"]
    found = [one for one in findings_of(fields, checks) if one.severity is not Severity.NOTE]
    assert [(one.code, one.message) for one in found] == []


def _mine() -> tuple[Any, ...]:
    from newsletter.preflight.rules.sending import preheader, subject_line

    return (*merge_tags.CHECKS, *subject_line.CHECKS, *preheader.CHECKS)


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ("intro: Hello *|FNAME|*, spring is here.", "intro: Hello {first_name|there}, spring is here."),
        ("intro: Hello [firstname,fallback=neighbour].", "intro: Hello {first_name|neighbour}."),
        ('intro: "Hello {$name}."', 'intro: "Hello {first_name|there}."'),
        ("intro: Hello{first_name|there}.", "intro: Hello {first_name|there}."),
        ("intro: Hello {first_name| there }.", "intro: Hello {first_name|there}."),
        ("intro: Hello {first_name|friend,},", "intro: Hello {first_name|friend},"),
        ('subject: "Fwd: The garden is open"', 'subject: "The garden is open"'),
        ("subject: The garden is open!!!", "subject: The garden is open!"),
    ],
)
def test_what_can_be_fixed_safely_is(fields, line):
    with subject_of(fields) as subject:
        source = subject.loaded.source
        done = fixed(source, run(subject, _mine()))
    assert done.text == source.replace(fields, line)


@pytest.mark.parametrize("fields", ["intro: Dear *|FNAME|*, welcome.", "language: es\nintro: Hola *|FNAME|*, qué tal."])
def test_words_that_might_be_wrong_are_not_put_in(fields):
    assert all(one.fix is None for one in findings_of(fields, merge_tags.CHECKS))


@given(st.text(alphabet="*|{}[]%$<>«»: .,=!fFnNaAmMeE_\n\"'", max_size=60))
def test_foreign_tags_lie_inside_the_text_and_apart(text):
    found = foreign_tags(text)
    assert all(text[one.start : one.end] == one.words for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(st.text(alphabet="*|{}[]% ,.!?\nfirst_namelDer", max_size=80))
def test_no_text_breaks_the_check_of_merge_tags(text):
    with subject_of("intro: Hello.") as subject:
        odd = replace(subject, message=None)
        odd.__dict__["runs"] = (run_of(("intro",), text, "en-GB"),)
        for finding in merge_tags.check(odd):
            assert finding.message


def test_a_lost_link_to_leave_is_found_in_the_plain_text_and_in_the_variants():
    with subject_of("intro: Hello.") as subject:
        assert subject.message is not None
        lost = subject.message.model_copy(update={"text": subject.message.text.replace("{unsubscribe_url}", "")})
        (finding,) = compliance.check(replace(subject, message=lost))
    assert finding.code == "NL920"
    assert "plain text" in finding.message
    assert "HTML" not in finding.message


def test_a_tag_that_is_lost_in_the_plain_text_alone_is_found():
    with subject_of("intro: Hello {first_name|there}.") as subject:
        assert subject.message is not None
        lost = subject.message.model_copy(update={"text": subject.message.text.replace("{first_name|there}", "you")})
        (finding,) = merge_tags.check(replace(subject, message=lost))
    assert finding.code == "NL453"
    assert "text that readers get" in finding.message


@pytest.mark.parametrize("name", ["2024-02", "2024-03", "every-kind", "welsh", "arabic", "2024-02-bold"])
def test_the_bytes_of_the_sections_are_those_between_their_headings(name):
    html = (GOLDEN / f"{name}.html").read_text("utf-8")
    source = GOLDEN / f"{name}.yaml"
    issue = source if source.is_file() else GOLDEN.parents[1] / "issues" / f"{name.removesuffix('-bold')}.yaml"
    with subject_of(issue.read_text("utf-8")) as subject:
        costs = section_costs(html, subject.issue)
        assert len(costs) == len(subject.issue.sections)
        for (heading, cost), section in zip(costs, subject.issue.sections, strict=True):
            assert cost > 500
            given = getattr(section, "heading", None)
            assert not given or visible_words(given).split()[0] in heading
    assert sum(cost for _, cost in costs) < len(html.encode())


def test_sections_for_some_readers_are_left_out_of_the_bytes():
    fields = """
sections:
  - {kind: story, heading: For everybody, text: Hello all.}
  - {kind: story, heading: For members, text: Hello members., only: {segment: members}}
  - {kind: quote, heading: Said, text: A fine month., who: A reader}
"""
    with subject_of(fields) as subject:
        costs = section_costs(subject.message.html, subject.issue)
    assert [heading for heading, _ in costs] == ["For everybody", "Said"]


def test_no_bytes_are_told_of_a_frame_that_is_not_known():
    with subject_of("intro: Hello.") as subject:
        assert section_costs("<p>Hello</p>", subject.issue) == ()


def test_words_behind_tags_and_in_hidden_places_are_told_apart():
    html = "<head><title>A</title></head><style>b</style><div style='display:none'>c</div><p>d&amp;<b>e</b></p><!--f-->"
    assert visible_words(html) == "d& e"
    assert web_links('<a class="x" href="https://a.org">a</a><a href="mailto:b">b</a><a href="http://c.org">c</a>') == 2


def test_the_heaviest_section_is_named():
    fields = f"sections:\n  - kind: story\n    heading: A long one\n    text: {'word ' * 9000}"
    found = findings_of(Example(fields, facts=lambda: {"added": 50 * KB}), size.CHECKS)
    assert "“A long one”" in found[0].message


def test_a_missing_preheader_tells_what_is_seen_in_its_place():
    (finding,) = findings_of("preheader:", [_mine()[-1]])
    assert "Example Trust" in finding.message


def test_a_link_of_the_services_own_that_it_lacks_is_told_once():
    refuse = {"unfilled": lambda tag: "no" if tag == MergeTag(name="view_url") else "", "provider": "the mail server"}
    found = findings_of(Example('intro: "See {view_url}"', facts=lambda: refuse), merge_tags.CHECKS)
    assert [one.code for one in found] == ["NL459"]
    assert found[0].message.startswith("The mail server cannot fill in {view_url}")
