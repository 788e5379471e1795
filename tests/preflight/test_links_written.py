"""Links as they are written: what is harmless is left alone, and what is fixed is fixed right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.preflight.links.promised_links import unkept
from newsletter.preflight.links.status import LinkFact, Verdict
from newsletter.preflight.links.tracking import tracked, without_tracking, wrapper
from newsletter.preflight.links.typos import host_fixed, is_nearly, scheme_fixed
from newsletter.preflight.rule import Example
from newsletter.preflight.rules.links import copied_urls as link_copies
from newsletter.preflight.rules.links import duplicate_links as link_labels
from newsletter.preflight.rules.links import promised_links as link_promises
from newsletter.preflight.rules.links import targets as link_targets
from newsletter.preflight.rules.links import typos as link_slips
from newsletter.preflight.text_spans import run_of
from newsletter.testing.checks import findings_of

CHECKS = [
    *link_targets.CHECKS, *link_copies.CHECKS, *link_slips.CHECKS, *link_labels.CHECKS, *link_promises.CHECKS,
]  # fmt: skip

HARMLESS_LINKS = [
    "https://example.org",
    "https://www.example.org/",
    "https://example.org/a?b=c&d=e#f",
    "https://en.wikipedia.org/wiki/Bean_(plant)",
    "https://example.org/a%20b",
    "https://example.org/caff%C3%A8",
    "https://bücher.de/x",
    "https://charity.cymru/cy/",
    "https://test.org",
    "https://dev.to/post",
    "https://www.testing.org.uk/",
    "https://latest.charity.uk/",
    "https://contest.charity.uk/",
    "https://charity.netlify.app/",
    "https://stagecoach.charity.uk",
    "https://local.gov.uk/pay",
    "https://www.home.co.uk",
    "https://example.org/?utm_source=newsletter&utm_campaign=march",
    "https://www.youtube.com/watch?v=abc&t=42s",
    "https://youtu.be/abc",
    "https://www.eventbrite.co.uk/e/garden-day-tickets-123456",
    "https://forms.gle/AbC",
    "https://docs.google.com/forms/d/e/1FAIp/viewform",
    "https://docs.google.com/document/d/1AbC/preview",
    "https://us02web.zoom.us/j/81234567890?pwd=Ab1",
    "https://doi.org/10.1000/182",
    "https://charity.uk/plan.pdf",
    "https://charity.uk/previews/autumn",
    "https://www.gov.uk/your-id",
    "https://charity.uk/plan-your-event-here",
    "https://mailchi.mp/charity/march",
    "https://us4.campaign-archive.com/?u=1a&id=2b",
    "https://web.archive.org/web/2024/https://charity.uk/plan",
    "https://www.linkedin.com/company/charity/",
    "https://x.com/charity/status/1",
    "mailto:team@example.org",
    "mailto:team@example.org?subject=Shed&body=Hello%20you",
    "mailto:a@example.org,b@example.org",
    "mailto:?subject=Read%20this&body=https://example.org",
    "mailto:team+news@sub.charity.org.uk?cc=b@example.org",
    "tel:+442079460123",
    "tel:+44-20-7946-0123",
    "tel:08001111",
    "tel:116123",
    "tel:999",
    "tel:111",
    "tel:03001231234",
    "tel:+390612345678",
]


@pytest.mark.parametrize("link", HARMLESS_LINKS)
def test_a_link_that_is_right_is_left_alone(link):
    assert findings_of(f"intro: Read [what we planned]({link}) today.", CHECKS) == ()
    field = f'sections: [{{kind: story, heading: Plan, text: Hello., button: {{label: Open it, link: "{link}"}}}}]'
    assert findings_of(field, CHECKS) == ()


HARMLESS_WORDS = [
    "We shall talk about it before we launch it on our website at the end of the month.",
    "We are currently working on redeveloping our website so that we can better communicate what we do.",
    "We are looking for testimonials for the Collective website.",
    "You can [see the pumpkin](https://example.org/pumpkin) on our website.",
    "Find out more on [our website](https://example.org).",
    "Book your place on [Eventbrite](https://example.org/e) or at the door.",
    "[Sign up here](https://example.org/s) by Friday.",
    "To see the photos, follow the link: [the photos](https://example.org/p).",
    "[The form](https://example.org/f) is open. Use the link to send it back.",
    "There are people here who have waited for years.",
    "We have been here for twenty years, and you are welcome here.",
    "Here is what we did.",
    "We will put the recording on our website soon.",
    "The report was published on our website in January.",
    "We updated the page on our website about parking.",
    "Thanks to everybody who filled in our survey.",
    "Our survey had 212 answers.",
    "Our Facebook group has a thousand members.",
    "The link between housing and health is strong.",
    "We looked at the link between diet and sleep.",
    "In the survey you told us that you want more tea.",
    "She runs our blog and our Instagram.",
    "Twenty people work on our website.",
    "The button on the kettle is broken.",
    "Join us for a cuppa on Tuesday.",
    "Please bring the form that we sent you.",
    "The events page of the local paper spoke well of us.",
    "If you would like to know more, write to <team@example.org>.",
    "Reply to this email with your ideas.",
    "More information will be on our website shortly.",
    "We will email the link to everybody who signs up.",
    "It is 3.30pm at the hall, e.g. on Tuesdays, i.e. not today.",
    "Prices are £3.50/person and/or a cake; see p.4 and U.S. rules.",
    "Our handle is @example on both.",
    "The file is called notes.docx and lies on the table.",
    "`team@example.org` is how an address looks.",
    "There is a copy of the plan at the foot of the page.",
    "We would love to see you at our new website launch party.",
    "In our last survey, most of you asked for more music.",
    "Our website has been rebuilt from the ground up.",
    "Please speak to a member of staff at the welcome desk.",
    "We have two different websites, each for another project.",
    "As you will see on our website, the café is closed.",
    "Your feedback form was a joy to read.",
    "Please bring your booking form to the door.",
    "We need someone to look after our Facebook page and our website.",
    "Could you write for our blog? Tell us by Friday.",
    "We filmed it for our YouTube channel.",
    "Our Instagram takeover was a success.",
    "The committee met to discuss the survey and the website.",
    "The survey closes on Friday.",
    "He set up our website twenty years ago and has looked after it since.",
    "The team is working hard on our new website, which will be launched in May.",
    "Anyone can join in, and everybody is welcome here.",
    "If you are happy for us to use your photo on our website, tick the box.",
    "We will share your story on our website and in our newsletter.",
    "Would you like your photo on our website?",
    "Thank you for visiting our website.",
    "She found us through our website.",
    "Volunteers came to us via our website.",
    "Photos from the day will appear on our Facebook page.",
    "We were delighted to hear from people who found us on Twitter, through our website and by word of mouth.",
    "More than 400 people completed our survey.",
    "Over 200 people have signed up on our website.",
    "We posted a link on Facebook.",
    "In the calendar year 2023 we raised £3,000.",
    "The page is turned, and we are here to stay.",
    "We talked about how to fill in the form.",
    "Read on to find out what happened here.",
    "What we found here surprised us.",
]


@pytest.mark.parametrize("words", HARMLESS_WORDS)
def test_words_that_promise_nothing_are_left_alone(words):
    assert findings_of(f"intro: |\n  {words}\n", CHECKS) == ()


PROMISES = [
    "Full details are on the website.",
    "Tickets are available from our website.",
    "You can donate via our JustGiving page.",
    "See our website for opening times.",
    "Check out our Instagram for more pictures.",
    "Follow us on Facebook and Instagram!",
    "To apply, please complete the application form.",
    "Please RSVP here.",
    "Register your interest using this link.",
    "Book your place via Eventbrite.",
    "Visit our online shop.",
    "Read the full story on our blog.",
    "The recording is now available on our YouTube channel.",
    "Sign up using the link below.",
    "You can watch the recording here.",
    "Take our survey!",
    "Find out more about our work on the Collective website.",
    "Download the report from the resources page.",
    "For tickets click here.",
]


@pytest.mark.parametrize("words", PROMISES)
def test_words_that_send_readers_somewhere_need_a_link(words):
    assert [one.code for one in findings_of(f"intro: |\n  {words}\n", CHECKS)] == ["NL630"]
    last = words.rstrip(".!").rsplit(" ", 2)
    linked = f"{last[0]} [{last[1]} {last[2]}](https://example.org/a){words[-1]}"
    assert findings_of(f"intro: |\n  {linked}\n", CHECKS) == ()


def test_words_beside_a_button_speak_of_the_button():
    text = """\
sections:
  - kind: get_involved
    items:
      - title: Help us
        text: Sign up here, or via the events page on our website.
        button: {label: Sign up, link: "https://example.org/s"}
      - title: Come along
        text: Sign up here, please.
"""
    assert [(one.code, one.place.line) for one in findings_of(text, CHECKS)] == [("NL630", 10)]


def test_a_promise_to_several_places_is_one_finding_and_many_are_two():
    text = "intro: |\n" + "".join(f"  Sign up via our website or our Eventbrite, you {n}.\n\n" for n in range(5))
    found = findings_of(text, CHECKS)
    assert [one.code for one in found] == ["NL630", "NL630"]
    assert found[1].message.endswith("3 more places do the same.")


def test_the_traps_of_the_first_issue():
    text = """\
intro: |
  If you are happy to contribute a testimonial, please get in touch by emailing us on coproduction@ucl.ac.uk

  You can find out more about the Cuppas and sign up via the events page on our website or on our Eventbrite.

  If you have any questions, please get in contact by emailing us on coproduction@ucl.ac.uk.
"""
    found = [(one.code, one.place.line) for one in findings_of(text, CHECKS)]
    assert found == [("NL631", 4), ("NL630", 6)]


def test_other_languages_are_not_read_as_if_they_were_english():
    text = "language: cy\nintro: Cofrestrwch ar ein gwefan. Sign up via our website."
    assert findings_of(text, CHECKS) == ()


def test_in_a_network_of_ones_own_local_links_are_right():
    text = "intro: Read [the plan](http://intranet/plan)."
    assert [one.code for one in findings_of(text, CHECKS)] == ["NL601"]
    allowed = Example(text, settings="checks: {local_links: true}")
    assert findings_of(allowed, CHECKS) == ()


def test_https_is_written_where_it_is_known_to_be_there():
    link = "http://charity.uk/plan"
    text = f"intro: Read [the plan]({link})."
    (unknown,) = findings_of(text, CHECKS)
    assert unknown.fix is None
    facts = {"links": {link: LinkFact(Verdict.MOVED, moved_to="https://charity.uk/plan/")}}
    (known,) = findings_of(Example(text, facts=lambda: facts), CHECKS)
    assert known.fix is not None
    assert known.fix.new == "https://charity.uk/plan"
    (own,) = findings_of("intro: Read [the plan](http://example.org/plan).", CHECKS)
    assert own.fix is not None


FIXED = {
    "https://charity.uk/a?utm_source=x&id=7&fbclid=y#z": "https://charity.uk/a?id=7#z",
    "https://charity.uk/a?fbclid=y": "https://charity.uk/a",
    "https://charity.uk/a?id=7&utm_medium=email": "https://charity.uk/a?id=7",
    "https://charity.uk/a?b=%7e%7E&UTM_Source=q&c=d+e": "https://charity.uk/a?b=%7e%7E&c=d+e",
    "https://example.org/a?utm_source=x&fbclid=y": "https://example.org/a?utm_source=x",
    "https://www.google.com/url?q=https%3A%2F%2Fcharity.uk%2Fa%3Fb%3D1&sa=D": "https://charity.uk/a?b=1",
    "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fcharity.uk%2Fa%3Futm_source%3Dx&data=05": "https://charity.uk/a",
    "https://urldefense.com/v3/__https://charity.uk/a__;!!x$": "https://charity.uk/a",
    "https://urldefense.proofpoint.com/v2/url?u=https-3A__charity.uk_a&d=D": "https://charity.uk/a",
    "htpps://charity.uk/a": "https://charity.uk/a",
    "http//charity.uk/a": "http://charity.uk/a",
    "https://https://charity.uk/a": "https://charity.uk/a",
    "https://charity.ogr/a?b": "https://charity.org/a?b",
    "https://www..charity.uk:8080/a": "https://www.charity.uk:8080/a",
    "https://charity.uk/a.": "https://charity.uk/a",
    "www.charity.uk/a": "https://www.charity.uk/a",
    "team@charity.uk": "mailto:team@charity.uk",
    "mailto://team@charity.uk": "mailto:team@charity.uk",
    "mailto:team@charity.uk;b@charity.uk": "mailto:team@charity.uk,b@charity.uk",
    "mailto:team@charity.uk?Subjcet=Hi": "mailto:team@charity.uk?subject=Hi",
    "mailto:team@charity.uk?subject=Hi?body=x": "mailto:team@charity.uk?subject=Hi&body=x",
    "mailto:team@gmial.com?subject=Hi": "mailto:team@gmail.com?subject=Hi",
    "tel:+44(0)2079460123": "tel:+442079460123",
    "tel:+4402079460123": "tel:+442079460123",
}
"""An address, and what `check --fix` makes of it."""


@pytest.mark.parametrize("wrong", FIXED)
def test_an_address_is_fixed_and_every_other_letter_stays(wrong):
    line = f"intro: Read [what we planned]({wrong}), “all of it”."
    (finding,) = [one for one in findings_of(line, CHECKS) if one.fix]
    assert finding.suggestion == line.replace(wrong, FIXED[wrong])
    assert findings_of(finding.suggestion.replace("http://", "https://"), CHECKS) == ()


def test_an_address_without_a_link_is_fixed_where_it_is_sure_where_it_ends():
    for wrong, right in {
        "Write to team@charity.uk, please.": "Write to <team@charity.uk>, please.",
        "It is at https://charity.uk/a.": "It is at <https://charity.uk/a>.",
    }.items():
        (finding,) = findings_of(f"intro: {wrong}", CHECKS)
        assert finding.suggestion == f"intro: {right}"
        assert findings_of(f"intro: {right}", CHECKS) == ()
    for wrong in ("It is at www.charity.uk/a.", "It is at https://charity.uk/with/a/very/long/path/to/the/page."):
        (finding,) = findings_of(f"intro: {wrong}", CHECKS)
        assert finding.fix is None


def test_the_same_address_in_ten_places_is_one_finding():
    text = "intro: |\n" + "".join(f"  Read [plan {n}](https://bit.ly/x).\n" for n in range(10))
    (found,) = findings_of(text, CHECKS)
    assert found.message.endswith("It is used in 9 more places.")


def test_an_address_with_a_merge_tag_in_it_is_left_to_its_own_check():
    assert findings_of("intro: See [your page](https://charity.uk/?n={first_name|dear friend}).", CHECKS) == ()


addresses = st.one_of(
    st.text(max_size=40),
    st.builds("https://{}/{}?{}#{}".format, *[st.text(st.characters(codec="ascii"), max_size=12)] * 4),
    st.from_regex(r"https?://[a-z.,]{1,12}/?(\?[a-z_=&;%]{0,20})?", fullmatch=True),
)


@given(addresses)
def test_any_address_can_be_looked_at(text):
    assert without_tracking(text, "example.org") == text or tracked(text, "example.org")
    wrapper(text)
    assert isinstance(scheme_fixed(text), str)
    assert isinstance(host_fixed(text), str)
    assert not is_nearly(text, text)


@given(st.lists(st.sampled_from(["id=7", "utm_source=x", "fbclid=y", "a", "b=%20", "mc_eid=1", ""]), max_size=6))
def test_what_is_taken_out_of_an_address_is_only_what_was_copied_along(parameters):
    address = f"https://charity.uk/a?{'&'.join(parameters)}#place"
    kept = [one for one in parameters if not one.startswith(("utm_", "fbclid", "mc_"))]
    query = "&".join(kept)
    without = f"https://charity.uk/a{'?' if query else ''}{query}#place"
    assert without_tracking(address, "") == (without if kept != parameters else address)


@given(st.text(st.sampled_from(list("our website.\n,[]()here via sign up on link ’")), max_size=120))
def test_any_text_can_be_read_for_promises(text):
    run = run_of(("intro",), text, "en")
    for start, end in unkept(run):
        assert 0 <= start < end <= len(text)
        assert text[start:end].strip()


@given(st.text(max_size=12), st.text(max_size=12))
def test_nearly_is_the_same_both_ways(one, other):
    assert is_nearly(one, other) == is_nearly(other, one)
