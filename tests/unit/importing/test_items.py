"""What an item says is put into its fields: dates, places, deadlines, payment, contact, buttons, pictures."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from newsletter.importing.blocks import Block, BlockKind, Picture, Source, entry, heading, paragraph
from newsletter.importing.draft import Fields, doubts
from newsletter.importing.event_lines import event_of
from newsletter.importing.item_fields import Reading, find_deadline
from newsletter.importing.markdown_reader import read_markdown
from newsletter.importing.moments import date_in_name, is_only_dates, lone_date, moments_in, month_named, usual_date
from newsletter.importing.recognise import UNPLACED, recognise
from newsletter.importing.text_reader import read_text
from newsletter.importing.title_and_date import ExpectedIssue
from newsletter.importing.vocabulary import base_vocabulary, known_languages

ISSUE = dt.date(2024, 3, 1)
READING = Reading(base_vocabulary("en-GB"), ISSUE)


def sections(markdown: str, language: str = "en-GB") -> list[Any]:
    """Return the sections of a Markdown text below a title."""
    return recognised(read_markdown(f"# Update\n\nHello all of you.\n\n{markdown}"), language).issue["sections"]


def recognised(source: Source, language: str = "en-GB", name: str = "A file") -> Any:
    wanted = ExpectedIssue(base_vocabulary(language), dt.date(2024, 3, 4), date=ISSUE, name=name)
    return recognise(source, wanted, lambda picture: f"images/{picture.source}")


# --- the tense


TENSES = {
    "en-GB": (
        ["We met 20 neighbours on 12 February.", "Forty people attended the supper.", "The new kitchen was opened."],
        ["We will plant trees on 24 March.", "Join us for soup on 9 March.", "The spring fair takes place in April."],
    ),
    "de": (
        ["Am 12. Februar haben wir die Beete angelegt.", "Im Februar fand unser Treffen statt.",
         "Unser Chor hat gesungen.", "Vierzig Gäste waren beim Frühstück."],
        ["Am 24. März pflanzen wir Bäume, dazu laden wir ein.", "Die Jahresversammlung findet am 9. März statt.",
         "Im April wird die Küche renoviert.", "Der Ausflug ist für Mai geplant."],
    ),
    "es": (
        ["El 12 de febrero vinieron 40 personas.", "La fiesta fue un éxito.", "Hemos abierto la biblioteca."],
        ["El 24 de marzo plantaremos árboles.", "La asamblea tendrá lugar el 9 de marzo.", "Habrá música."],
    ),
    "cy": (
        ["Cynhaliwyd y cyfarfod ar 12 Chwefror.", "Daeth deugain o bobl.", "Agorodd y gegin newydd."],
        ["Byddwn yn plannu coed ar 24 Mawrth.", "Cynhelir y cyfarfod ar 9 Mawrth.", "Dewch i’r swper."],
    ),
    "ar": (
        ["عقدنا اجتماعنا في 12 فبراير.", "شاركت أربعون عائلة في العشاء.", "كان اليوم رائعا."],
        ["سيعقد الاجتماع في 9 مارس.", "سوف نفتح المطبخ في أبريل.", "انضموا إلينا في العشاء القادم."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", TENSES)
def test_a_list_below_a_heading_of_its_own_is_placed_by_its_tense(language: str) -> None:
    happened, planned = ("\n".join(f"- {line}" for line in lines) for lines in TENSES[language])
    found = sections(f"## Abc\n\n{happened}\n\n## Def\n\n{planned}\n", language)
    assert [(one["kind"], one["heading"]) for one in found] == [("last_month", "Abc"), ("coming_up", "Def")]
    assert all("tense" in one.comments[0] or "announce" in one.comments[0] for one in found)


@pytest.mark.parametrize("language", TENSES)
def test_a_list_of_both_tenses_stays_news(language: str) -> None:
    happened, planned = TENSES[language]
    (found,) = sections(f"## Abc\n\n- {happened[0]}\n- {planned[0]}\n", language)
    assert found["kind"] == "news"


def test_stories_are_cut_where_they_turn_from_what_happened_to_what_is_planned() -> None:
    stories = ["## A\n\nWe met on 12 February.", "## B\n\nForty people came.", "## C\n\nWe will plant trees.",
               "## D\n\nJoin us for soup on 9 March."]  # fmt: skip
    found = sections("\n\n".join(stories))
    assert [(one["kind"], [item["title"] for item in one["items"]]) for one in found] == [
        ("last_month", ["A", "B"]), ("coming_up", ["C", "D"]),
    ]  # fmt: skip
    (mixed,) = sections("\n\n".join([stories[2], stories[0], stories[3], stories[1]]))
    assert mixed["kind"] == "news"


# --- dates


@pytest.mark.parametrize(
    ("words", "when", "ends"),
    [
        ("Tuesday 5 March at 13.00", "2024-03-05 13:00", ""),
        ("5 March, 1–2.30pm", "2024-03-05 13:00", "14:30"),
        ("noon on Friday 8 March", "2024-03-08 12:00", ""),
        ("from 5 to 7 March", "2024-03-05", "2024-03-07"),
        ("Saturday 2 November 2024", "2024-11-02", ""),
        ("by midnight on 8 March", "2024-03-08 00:00", ""),
        ("5 March at 3", "2024-03-05 15:00", ""),
    ],
)
def test_moments_are_written_as_an_issue_writes_them(words: str, when: str, ends: str) -> None:
    (moment,) = moments_in(words, "en-GB", ISSUE)
    assert (moment.when, moment.ends) == (when, ends)


def test_a_wrong_weekday_and_a_vague_hour_are_doubtful() -> None:
    assert "is a Tuesday" in moments_in("Friday 5 March", "en-GB", ISSUE)[0].doubt
    assert "morning or afternoon" in moments_in("5 March at 3", "en-GB", ISSUE)[0].doubt
    assert moments_in("Tuesday 5 March, 3pm EST", "en-GB", ISSUE)[0].zone == "EST"


def test_lines_of_dates_alone_are_told_apart() -> None:
    assert is_only_dates("Tuesday 5 March, 10:00 – 11:30", "en-GB", ISSUE)
    assert not is_only_dates("Tuesday 5 March: AGM", "en-GB", ISSUE)
    assert lone_date("February 12, 2024", "en-GB", ISSUE) == dt.date(2024, 2, 12)
    assert lone_date("Published: 12 February 2024", "en-GB", ISSUE) == dt.date(2024, 2, 12)
    assert lone_date("Join us on 12 February 2024", "en-GB", ISSUE) is None


def test_the_day_is_guessed_from_names_titles_and_other_dates() -> None:
    assert date_in_name("newsletter-2021-03-08", "en-GB") == dt.date(2021, 3, 8)
    assert date_in_name("newsletter_50_Jan2024", "en-GB") == dt.date(2024, 1, 1)
    assert date_in_name("update", "en-GB") is None
    assert month_named("May news", "en-GB", ISSUE) == (dt.date(2024, 5, 1), False)
    assert month_named("November news", "en-GB", ISSUE) == (dt.date(2023, 11, 1), False)
    assert usual_date("3 June 2022, 5 July 2022 and 1 May", "en-GB") == dt.date(2022, 7, 1)


# --- events


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("Co-Pro Cuppa – Tuesday 5 March, 1pm", {"title": "Co-Pro Cuppa", "when": "2024-03-05 13:00"}),
        ("Tuesday 5 March: AGM", {"title": "AGM", "when": "2024-03-05"}),
        (
            "AGM (5 March, 6–8pm, Town Hall)",
            {"title": "AGM", "when": "2024-03-05 18:00", "ends": "20:00", "where": "Town Hall)"},
        ),
        ("[AGM](https://e.org/a), 5 March", {"title": "AGM", "when": "2024-03-05", "link": "https://e.org/a"}),
        ("Walk on 5 March at the boathouse", {"title": "Walk", "when": "2024-03-05", "where": "boathouse"}),
        ("The AGM will be held on 5 March", {"title": "The AGM will be held on 5 March", "when": "2024-03-05"}),
        ("5 March, 1pm", {"when": "2024-03-05 13:00"}),
    ],
)
def test_a_line_about_an_event_is_taken_apart(line: str, fields: dict[str, str]) -> None:
    found = event_of(line, READING)
    assert found is not None
    assert {name: value.rstrip(")") for name, value in found.items()} == {
        name: value.rstrip(")") for name, value in fields.items()
    }


def test_a_line_with_no_date_or_two_stays_a_line() -> None:
    assert event_of("A meeting of the trustees", READING) is None
    assert event_of("Walks on 5 March and 9 April", READING) is None


def test_labels_fill_the_fields_of_an_event() -> None:
    (section,) = sections(
        "## Coming up\n\n### AGM\n\nWhen: Tuesday 5 March, 6pm\n\nWhere: Town hall\n\nAll are welcome.\n\n"
        "### Walk\n\nDate: 9 March\n\nTime: 10am to 11am\n"
    )
    assert section["items"] == [
        {"title": "AGM", "text": "All are welcome.", "when": "2024-03-05 18:00", "where": "Town hall"},
        {"title": "Walk", "when": "2024-03-09 10:00", "ends": "11:00"},
    ]


def test_a_line_below_the_title_tells_when_and_where() -> None:
    (section,) = sections(
        "## Events\n\n### Talk\n\n#### Tuesday 12th March 2024, 13:00 - 14:00, Online\n\nAbout bees.\n"
    )
    assert section["items"] == [
        {"title": "Talk", "text": "About bees.", "when": "2024-03-12 13:00", "ends": "14:00", "where": "Online"}
    ]


def test_a_list_of_dates_is_events_and_what_leads_to_it_comes_last() -> None:
    (section,) = sections(
        "## Get involved\n\n### Cuppas\n\nNext dates:\n\n- 5 March, 1pm\n- 8 April\n\nSign up online.\n"
    )
    assert section["items"] == [
        {"title": "Cuppas", "text": "Sign up online.\n\nNext dates:", "events": ["2024-03-05 13:00", "2024-04-08"]}
    ]


def test_several_dates_in_a_text_are_marked() -> None:
    draft = recognised(
        read_markdown("# U\n\nHi.\n\n## Coming up\n\n### Walks\n\nOn 5 March we walk, on 9 March we run.\n")
    )
    assert doubts(draft) == ["its text names several dates. Add `when`, or `events`."]


# --- calls


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Email us by noon on Friday 8 March.", {"deadline": "2024-03-08 12:00"}),
        ("Applications close on 8 March.", {"deadline": "2024-03-08"}),
        ("Apply by midnight on 8 March.", {"deadline": "2024-03-08 23:59"}),
        ("Sign up to join us on 8 March.", {}),
        ("We met on 8 February.", {}),
        ("We pay £25 an hour for this.", {"payment": "£25 an hour"}),
        ("You will be paid a £20 voucher.", {"payment": "£20 voucher"}),
        ("Tickets cost £5.", {}),
        ("We raised £500, thank you.", {}),
        ("Write to a@example.org.", {"contact": "a@example.org"}),
        ("Write to a@example.org or b@example.org.", {}),
    ],
)
def test_deadline_payment_and_contact_of_a_call(text: str, fields: dict[str, str]) -> None:
    (section,) = sections(f"## Get involved\n\n### Help us\n\n{text}\n")
    item = {name: value for name, value in section["items"][0].items() if name not in {"title", "text"}}
    assert item == fields


def test_a_paragraph_that_is_a_link_is_a_button_and_a_list_of_links_stays() -> None:
    (section,) = sections("## Get involved\n\n### Survey\n\nTell us.\n\n[Take part](https://e.org/s)\n")
    assert section["items"][0]["button"] == {"label": "Take part", "link": "https://e.org/s"}
    (section,) = sections("## Get involved\n\n- [One](https://e.org/1)\n- [Two](https://e.org/2)\n")
    assert section["items"] == ["[One](https://e.org/1)", "[Two](https://e.org/2)"]


# --- sections


def test_headings_without_a_known_word_are_stories_or_news() -> None:
    (story,) = sections("## The boathouse\n\nIt has a roof.\n\n[See it](https://e.org)\n")
    assert story == {
        "kind": "story",
        "heading": "The boathouse",
        "text": "It has a roof.",
        "button": {"label": "See it", "link": "https://e.org"},
    }
    (news,) = sections("## The boathouse\n\nIt has a roof.\n\n## The shed\n\nIt has none.\n")
    assert (news["kind"], [item["title"] for item in news["items"]]) == ("news", ["The boathouse", "The shed"])


def test_people_links_and_sponsors_are_recognised() -> None:
    people, links, sponsors = sections(
        "## New starters\n\n- Rosie\n- **Tu** – project officer\n\n## Worth a look\n\n- [A guide](https://e.org/g)\n\n"
        "## Our funders\n\n- Example Fund\n"
    )
    assert people["joiners"] == ["Rosie", {"name": "Tu", "text": "project officer"}]
    assert links["items"] == [{"title": "A guide", "link": "https://e.org/g"}]
    assert sponsors["items"] == [{"name": "Example Fund"}]


def test_thanks_in_sentences_are_news() -> None:
    (section,) = sections(
        "## Thank you\n\nThank you to everybody who came and helped us to carry the long table home.\n"
    )
    assert (section["kind"], section["heading"]) == ("news", "Thank you")


def test_pictures_above_their_headings_go_with_them() -> None:
    blocks = (
        heading("Update", 1), paragraph("Hello all of you."), heading("News", 2), picture("a.jpg", "A"),
        heading("One", 3), paragraph("x"), picture("b.jpg", None), heading("Two", 3), paragraph("y"),
    )  # fmt: skip
    one, two = recognised(Source(blocks)).issue["sections"][0]["items"]
    assert (one["image"], one["alt"]) == ("images/a.jpg", "A")
    assert (two["image"], two["alt"]) == ("images/b.jpg", "✎ Describe this picture")


def picture(name: str, alt: str | None) -> Block:
    return Block(BlockKind.PICTURE, picture=Picture(name, alt))


def test_a_picture_that_is_not_in_the_file_is_named() -> None:
    wanted = ExpectedIssue(base_vocabulary("en-GB"), ISSUE, date=ISSUE)
    blocks = (heading("Update", 1), paragraph("Hello."), picture("a.jpg", "Alt: A hall"))
    assert doubts(recognise(Source(blocks), wanted, lambda _: "")) == [
        "a picture below “Update” is not in the file (a.jpg), which shows: A hall."
    ]


def test_a_table_of_contents_and_related_posts_are_left_out_and_lists_are_not() -> None:
    blocks = (
        heading("Update", 1), paragraph("In this issue:"), entry("[News](#news)"), heading("News", 2),
        paragraph("We have news for you, and it is good."), entry("Website"), entry("The blog"), entry("Our shop"),
        paragraph("More words " * 10), heading("Related posts", 2), entry("Another page"),
    )  # fmt: skip
    draft = recognised(Source(blocks))
    assert draft.left_out == ["In this issue:", "News", "Related posts", "Another page"]
    assert draft.issue["sections"][0]["items"] == ["Website", "The blog", "Our shop"]


def test_merge_tags_of_others_become_ours() -> None:
    blocks = (heading("Update", 1), paragraph("Dear *|FNAME|*, hello."), paragraph("Second line."))
    assert recognised(Source(blocks)).issue["intro"].startswith("Dear {first_name}, hello.")


@pytest.mark.parametrize(
    ("language", "text", "kinds"),
    [
        (
            "cy",
            "# Diweddariad\n\nHelo.\n\n## Ar y gweill ym mis Mawrth\n\n- Taith\n\n## Cymryd rhan\n\n- Ymunwch",
            "cg",
        ),
        (
            "de",
            "# Neues\n\nHallo.\n\n## Rückblick\n\n- Fest\n\n## Termine im März\n\n- Fest\n\n## Mitmachen\n\n- Hilf",
            "lcg",
        ),
        (
            "es",
            "# Boletín\n\nHola.\n\n## Lo que hicimos en febrero\n\n- Taller\n\n## Próximos eventos\n\n- Taller",
            "lc",
        ),
        ("ar", "# نشرة\n\nمرحبا.\n\n## الفعاليات القادمة\n\n- ورشة\n\n## شارك معنا\n\n- تطوع", "cg"),
    ],
)
def test_sections_are_recognised_in_other_languages(language: str, text: str, kinds: str) -> None:
    assert language in known_languages()
    found = recognised(read_markdown(text), language).issue["sections"]
    assert "".join(section["kind"][0] for section in found) == kinds


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en-GB", "Apply by March 24."),
        ("en-GB", "Applications are open until the 24th."),
        ("en-GB", "The survey closes 24 March."),
        ("en-GB", "Nominations close on the 24th, and we tell you in April."),
        ("en-GB", "Send us your photos by the 24th."),
        ("en-GB", "Deadline: 24/3."),
        ("en-US", "Entries are due 3/24."),
        ("en-GB", "Please return the form by 24 March."),
        ("en-GB", "The call is open until March 24, 2024."),
        ("de", "Bitte meldet euch bis 24.3. an."),
        ("de", "Bitte sendet eure Fotos bis zum 24."),
        ("de", "Die Umfrage läuft bis zum 24. März."),
        ("es", "Puedes apuntarte hasta el día 24."),
        ("es", "Inscríbete antes del 24 de marzo."),
        ("cy", "Mae’r arolwg yn cau ar 24 Mawrth."),
        ("cy", "Mae ceisiadau ar agor tan 24 Mawrth."),
        ("ar", "يغلق باب التقديم في 24 مارس."),
        ("ar", "التسجيل مفتوح حتى 24 مارس."),
    ],
)
def test_a_last_day_is_recognised_as_people_write_it(language: str, text: str) -> None:
    fields = Fields()
    find_deadline(text, fields, Reading(base_vocabulary(language), ISSUE))
    assert fields["deadline"] == "2024-03-24"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en-GB", "The library closes at 5pm on 24 March."),
        ("en-GB", "The festival runs until 24 March; contact us for details."),
        ("en-GB", "The office is closed until the 24th."),
        ("en-GB", "We sold out by the 24th minute."),
        ("en-GB", "Sign up for our talk on 24 March."),
        ("de", "Die Ausstellung läuft bis zum 24. März."),
        ("de", "Sie kam bis zum 3. Platz."),
        ("es", "La oficina está cerrada hasta el 24 de marzo."),
        ("cy", "Mae’r swyddfa ar gau tan 24 Mawrth."),
        ("ar", "المكتب مغلق حتى 24 مارس."),
    ],
)
def test_the_last_day_of_something_else_is_no_deadline(language: str, text: str) -> None:
    fields = Fields()
    find_deadline(text, fields, Reading(base_vocabulary(language), ISSUE))
    assert not fields


def test_a_short_last_day_keeps_its_time_and_is_the_next_one() -> None:
    fields = Fields()
    find_deadline("Applications close on the 4th at 5pm.", fields, Reading(READING.vocabulary, dt.date(2024, 12, 20)))
    assert fields["deadline"] == "2025-01-04 17:00"


def test_deadlines_are_recognised_in_german() -> None:
    (section,) = sections("## Mitmachen\n\n### Fest\n\nBitte meldet euch bis zum 8. März an: a@example.org.\n", "de")
    assert section["items"][0]["deadline"] == "2024-03-08"


def test_a_letter_without_headings_is_an_introduction() -> None:
    draft = recognised(
        read_text("Dear all,\n\nThis is a letter to all of you.\n\nBest wishes\n\nRosie\n"), name="Letter"
    )
    assert draft.issue["intro"] == "Dear all,\n\nThis is a letter to all of you."
    assert draft.issue["sign_off"] == "Best wishes\n\nRosie"
    assert draft.issue["title"] == "Letter"


def test_lines_above_the_title_of_a_text_are_not_placed() -> None:
    draft = recognised(
        read_text("A bird in the snow\n\nMarch update\n\n1 March 2024\n\nHello to all of you, dear readers.\n")
    )
    assert draft.issue["title"] == "March update"
    assert draft.issue["sections"] == [{"kind": "news", "heading": UNPLACED, "text": "**A bird in the snow**"}]


def test_details_in_a_list_belong_to_their_item() -> None:
    (section,) = sections(
        "## Events\n\n### OpenFest\n\n- Call for talks\n- Apply by 26 March 2024\n- Location: Online\n"
    )
    (item,) = section["items"]
    assert (item["title"], item["where"], item["deadline"]) == ("OpenFest", "Online", "2024-03-26")
    assert "when" not in item
