"""Words and sentences in which nothing is misspelt: a check that cries wolf is one that nobody reads."""

from __future__ import annotations

import pytest

from newsletter.preflight.rule import Example
from newsletter.preflight.rules.text.spelling import CHECKS
from newsletter.testing.checks import findings_of

_WORDS = """
Cuppa’s benefitted learnt focussed wellbeing webpage placemaking co-producing coproduction foodbank upcycling
signposting timebank neurodivergent rewilding fundraiser hotdesking livestream podcast vlog webinar unconference
greenspace bookswap litterpick chatbot hygge houmous falafel kombucha café façade naïve jalapeño cliché fiancée
organisation’s volunteers’ we’ve they’d who’ll o’clock Mother’s pre-recorded non-binary e-bulletin twenty-two
re-elected multi-faith 21st 5pm 10k B2B COVID-19 PDFs STIs CICs MPs UCL’s LGBTQ+ NHS iPhone YouTube WhatsApp
McDonald DipHE BAFTA’s
"""

SENTENCES = (
    "Tu, Rosie and Nicc ran a session with Yesmin and Vita.",
    "Yesmin came too. Nicc made the tea.",
    "Chloe, Stuart and Nicc went to Sunderland.",
    "Carys joined us from Llandrindod, and Siân from Ystradgynlais.",
    "Aoife and Caoimhe run the Ballymun group with Oisín.",
    "Thacker and Thickear are two artists.",
    "We met in Walthamstow, Tottenham and Cwmbrân.",
    "Sign up on Eventbrite, or by Zoom or Padlet.",
    "The LUSTRUM2 project ends in May.",
    "Write to coprodution@example.org or see www.exmaple.org/wokshops for more.",
    "Follow @volunters and use #ComunityMatters.",
    "Read [our guide](https://example.org/accomodation-guid) to rooms.",
    "Hello {first_name|matey}, your link is {view_url}.",
    "Open the file rota_final.xlsx or wokshop.pdf.",
    "Diolch yn fawr i bawb, and thank you all.",
    "Iechyd da! Nadolig llawen to all of you.",
    "She said “Shwmae” at the door.",
    "It was a bit “meh”, and then it was “fabaroonie”.",
    "We ate moules marinières à la carte.",
    "It was soooo good, yaaay, and hmmm.",
    "Ooh, ahem, psst: the choir is back.",
    "A chance to share feedback on Our Draft Impact Report",
    "The dos and don'ts of minute taking, in the 1990s and ’80s.",
    "The volunteer-led, values-led, resident-run café opens at 9.30am.",
    "Rock ’n’ roll bingo, fish ’n’ chips and a raffle.",
    "The chair/treasurer and his/her deputy meet the he/she/they group.",
    "Section (iii) and annex iv are on page xii.",
    "The vol. co-ord. and the asst. chair sent apologies.",
    "He didn't, she couldn’t, and y'all shouldn't've.",
    "Ms Ó Briain, Dr al-Khatib and Mr van der Meer spoke.",
    "Our crèche is at the Ménage à Trois restaurant.",
    "Practise your practice; license your licence.",
    "The programme on the computer program was gripping.",
    "The Center for Disease Control and the World Health Organization wrote.",
    "Bring a hi-vis jacket, wellies and a butty.",
    "It was co-ordinated by the committee, and the room was de-cluttered.",
    "Co-ordinated by the committee.",
    "Half-term playscheme, tots’ singalong and a bumblebee count.",
)


@pytest.mark.parametrize("word", _WORDS.split())
def test_a_word_that_is_right_is_left_alone(word):
    assert [
        one.message for one in findings_of(f"intro: 'Come and see the {word.replace(chr(39), '’')} today.'", CHECKS)
    ] == []


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_that_is_right_is_left_alone(sentence):
    assert [one.message for one in findings_of(f"intro: |\n  {sentence}", CHECKS)] == []


@pytest.mark.parametrize(
    "settings",
    [
        "checks:\n  words: [zhoosh]\n",
        "checks:\n  words: [Zhoosh]\n",
        "checks:\n  abbreviations: [zhoosh]\n",
        "brand:\n  name: Zhoosh Trust\n  address: Zhoosh Trust, 1 High Street\n",
    ],
)
def test_words_of_the_settings_are_right(settings):
    fields = "intro: A zhoosh of colour, and two zhooshs.".replace("zhooshs", "zhoosh’s")
    assert findings_of(Example(fields, settings=settings), CHECKS) == ()
    assert findings_of(fields, CHECKS)


def test_a_word_that_is_a_name_here_is_right_in_small_letters_too():
    assert findings_of("intro: Our next Kuppa is in May. Bring a friend to the kuppa.", CHECKS) == ()


def test_people_and_places_are_not_looked_up():
    fields = """
sections:
  - kind: last_month
    items:
      - title: A walk
        people: [Tu, Nicc, Zhoosh Okonkwo]
        text: Zhoosh led it.
  - kind: quote
    text: What a day.
    who: Marjorybanks
"""
    assert findings_of(fields, CHECKS) == ()


def test_a_word_that_stood_twice_in_the_last_issue_is_a_habit():
    now = "intro: Come to the zhoosh."
    once = Example(now, past="intro: The zhoosh is on.")
    twice = Example(now, past="intro: The zhoosh is on, so come to the zhoosh.")
    assert [one.code for one in findings_of(once, CHECKS)] == ["NL700"]
    assert findings_of(twice, CHECKS) == ()


def test_a_common_misspelling_is_no_habit():
    example = Example("intro: We recieve it.", past="intro: We recieve what you recieve.")
    assert [one.code for one in findings_of(example, CHECKS)] == ["NL700"]


@pytest.mark.parametrize("language", ["cy", "ar", "es", "gv"])
def test_a_language_without_a_dictionary_is_told_of_once(language):
    found = findings_of(f"language: {language}\nintro: Wxyzab cdefgh recieve.", CHECKS)
    assert [(one.code, one.severity) for one in found] == [("NL705", "note")]


def test_both_englishes_are_right_where_no_country_is_named():
    assert findings_of(Example("intro: The colour of the color.", settings="language: en\n"), CHECKS) == ()
