"""Who left, by any column, in any spelling; and the lists that are refused until the settings decide."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from newsletter.audience.cells import CellMeaning, read_cell
from newsletter.audience.csv_file import SubscriberList, read_audience
from newsletter.audience.headings import Role, read_headings
from newsletter.audience.quick_stats import read_stats
from newsletter.model.audience import SubscriberStatus
from newsletter.model.list_columns import Columns

COLUMNS = TypeAdapter(Columns)


@pytest.fixture
def read(tmp_path: Path):
    def reading(text: str, columns: dict[str, object] | None = None, name: str = "audience.csv") -> SubscriberList:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return read_audience(tmp_path / name, columns=COLUMNS.validate_python(columns or {}))

    return reading


def mailed(roster: SubscriberList) -> list[str]:
    return [one.email.partition("@")[0] for one in roster.reachable]


def refusals(roster: SubscriberList) -> list[str]:
    return [one.message for one in roster.findings if one.code == "NL212"]


LEFT = [
    "Unsubscribed", "unsubscribed", "UNSUB", "Is Unsubscribed?", "Unsubscribed from all emails", "Opted out", "Opt-out",
    "opt_out", "emailOptOut", "HasOptedOutOfEmail", "Do not email", "DoNotContact", "do_not_email",
    "Don't contact", "DNC",
    "blocklisted", "EMAIL_BLACKLISTED", "Suppressed", "Email disabled", "Deleted", "Bounced", "Hard bounced",
    "Deceased",
    "No newsletter", "Abgemeldet", "Ausgetragen", "Gesperrt", "Kein Newsletter", "Désinscrit", "Désabonnée",
    "Ne pas contacter", "Dado de baja", "No contactar", "Disiscritto", "Non contattare", "Descadastrado",
    "Uitgeschreven",
    "Geen nieuwsbrief", "Wypisany", "Nie wysyłać", "Wedi dad-danysgrifio", "إلغاء الاشتراك", "غير مشترك",
]  # fmt: skip


@pytest.mark.parametrize("heading", LEFT)
@pytest.mark.parametrize(("yes", "no"), [("yes", "no"), ("TRUE", "FALSE"), ("1", "0"), ("x", ""), ("2024-03-01", "")])
def test_who_left_by_a_column_of_any_name_gets_nothing(read, heading: str, yes: str, no: str) -> None:
    roster = read(f'email,"{heading}"\ngone@trust.uk,{yes}\nstays@trust.uk,{no}\n')
    assert not refusals(roster)
    assert mailed(roster) == ["stays"]
    assert heading in roster.left_out_words


AGREED = [
    "subscribed", "subscribed_to_emails", "is_subscribed", "Opt-in", "opted_in", "Email opt-in", "Consent",
    "Marketing consent",
    "Accepts marketing", "Accepts Email Marketing", "Email permission", "Newsletter", "Confirmed", "Double opt-in",
    "Einwilligung", "Newsletter Einwilligung", "Consentement", "Abonné", "Consentimiento", "Acepta recibir correos",
    "Suscrito", "Consenso marketing", "Iscritto", "Consentimento", "Aceita receber e-mails", "Toestemming",
    "Nieuwsbrief",
    "Zgoda marketingowa", "Cydsyniad", "Wedi tanysgrifio", "موافقة", "مشترك",
]  # fmt: skip


@pytest.mark.parametrize("heading", AGREED)
@pytest.mark.parametrize(
    ("yes", "no"), [("yes", "no"), ("True", "False"), ("1", "0"), ("x", ""), ("✓", ""), ("Y", "N")]
)
def test_who_did_not_agree_by_a_column_of_any_name_gets_nothing(read, heading: str, yes: str, no: str) -> None:
    roster = read(f'email,"{heading}"\nstays@trust.uk,{yes}\nother@trust.uk,{no}\n')
    assert not refusals(roster)
    assert mailed(roster) == ["stays"]


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("yes", "no"), ("ja", "nein"), ("oui", "non"), ("sí", "no"), ("sì", "no"), ("sim", "não"), ("ja", "nee"),
        ("tak", "nie"), ("ydw", "nac ydw"), ("نعم", "لا"), ("WAHR", "FALSCH"), ("VRAI", "FAUX"), ("VERDADERO", "FALSO"),
        ("VERO", "FALSO"), ("PRAWDA", "FAŁSZ"), ("WAAR", "ONWAAR"), ("checked", ""), ("Yes ", " No"),
        ("yes\u200b", "\u200b"),
    ],
)  # fmt: skip
def test_yes_and_no_in_the_languages(read, yes: str, no: str) -> None:
    assert mailed(read(f"email,Unsubscribed\ngone@trust.uk,{yes}\nstays@trust.uk,{no}\n")) == ["stays"]
    assert mailed(read(f"email,Consent\nstays@trust.uk,{yes}\nother@trust.uk,{no}\n")) == ["stays"]


@pytest.mark.parametrize(
    "date",
    [
        "2024-03-01", "2024-03-01T10:00:00Z", "2024-03-01 10:00:00 +0000 UTC", "01/03/2024", "1.3.2024", "3/1/24 9:32",
        "01-03-2024 09:30", "Nov 28, 2022, 9:32 AM", "28 November 2022", "28. März 2022", "20110122T111244",
        "1709287200",
        "2024-03-01T10:00:00.000000+01:00", "2024/03/01",
    ],
)  # fmt: skip
def test_dates_as_programs_write_them(date: str) -> None:
    assert read_cell(date).meaning is CellMeaning.DATE


@pytest.mark.parametrize("nothing", ["", "-", "null", "NULL", "None", "n/a", "NaN", "0000-00-00 00:00:00", "[]"])
def test_nothing_as_programs_write_it(read, nothing: str) -> None:
    assert mailed(read(f"email,unsubscribed_at\na@trust.uk,{nothing}\n")) == ["a"]


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Unsubscribed", ["yes", "perhaps"]),
        ("Unsubscribed", ["3", ""]),
        ("Consent", ["verbal", "yes"]),
        ("Consent", ["", ""]),
        ("GDPR", ["1", "0"]),
        ("DSGVO", ["ja", "nein"]),
        ("Marketing", ["yes", "no"]),
        ("Do not mail", ["yes", ""]),
        ("Consent form signed by", ["Kim", ""]),
        ("Opt-in date", ["2024-01-01", ""]),
        ("Unsubscribe reason", ["too many", ""]),
        ("May we email you?", ["Yes", "No"]),
        ("Notes", ["asked on the phone to unsubscribe", ""]),
        ("Type", ["regular", "unsubscribed"]),
        ("Tags", ["vip", "members; Unsubscribed"]),
        ("Remarks", ["DO NOT CONTACT", "nice"]),
        ("Estado", ["baja", "raro"]),
        ("Kontakt erlaubt laut DSGVO", ["ja", ""]),
        ("", ["", "unsubscribed"]),
        ("Gone Away", ["Yes", ""]),
        ("Preferred contact method", ["Post", "Email"]),
        ("Preferred channel", ["phone", "email"]),
        ("Contact method", ["Letter", "Email"]),
        ("Delivery status", ["held", "enabled"]),
    ],
)
def test_a_column_that_is_not_certain_refuses_the_list(read, heading: str, cells: list[str]) -> None:
    rows = "".join(f'{"ab"[number]}{number}@trust.uk,x,"{cell}"\n' for number, cell in enumerate(cells[:2]))
    roster = read(f'email,town,"{heading}"\n{rows}')
    (message,) = refusals(roster)
    assert roster.blocks
    assert not roster.subscribers
    assert (f"`{heading}`" if heading else "Column 3") in message


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Lead status", ["New", "Open"]),
        ("State", ["CA", "NY"]),
        ("Estado", ["SP", "RJ"]),
        ("Member rating", ["2", "5"]),
        ("SMS opt-in", ["no", ""]),
        ("Accepts SMS marketing", ["no", "yes"]),
        ("Do not phone", ["1", ""]),
        ("Tax exempt", ["no", "yes"]),
        ("Subscription plan", ["gold", ""]),
        ("Subscribed at", ["2024-01-01", "2024-01-02"]),
        ("Town", ["No", "Yes"]),
        ("Company", ["Left Ltd", "Blocked"]),
        ("Marketing budget", ["5000", "200"]),
        ("Verified", ["", ""]),
    ],
)
def test_other_columns_decide_nothing(read, heading: str, cells: list[str]) -> None:
    rows = "".join(f'a{number}@trust.uk,"{cell}"\n' for number, cell in enumerate(cells))
    roster = read(f'email,"{heading}"\n{rows}')
    assert not refusals(roster)
    assert mailed(roster) == ["a0", "a1"]


class TestSettings:
    LIST = "email,GDPR\nyes@trust.uk,1\nno@trust.uk,0\nempty@trust.uk,\nodd@trust.uk,maybe\n"

    @pytest.mark.parametrize(
        ("meaning", "gets"),
        [
            ("subscribed", ["yes"]),
            ("unsubscribed", ["no", "empty"]),
            ("other", ["yes", "no", "empty", "odd"]),
            ({"subscribed": ["maybe", "1"]}, ["yes", "odd"]),
            ({"subscribed": "Maybe"}, ["odd"]),
        ],
    )
    def test_a_setting_decides(self, read, meaning: object, gets: list[str]) -> None:
        assert mailed(read(self.LIST, {"gdpr": meaning})) == gets

    def test_a_value_that_is_not_understood_gets_nothing_and_is_told(self, read) -> None:
        roster = read(self.LIST, {"GDPR": "subscribed"})
        (finding,) = [one for one in roster.findings if one.code == "NL207"]
        assert (finding.place.line, finding.place.column) == (5, 2)
        assert "'maybe'" in finding.message

    def test_a_deciding_column_that_is_gone_refuses_the_list(self, read) -> None:
        roster = read("email\na@trust.uk\n", {"GDPR": "subscribed"})
        assert [one.code for one in roster.findings if one.blocks] == ["NL214"]
        assert "`GDPR`" in roster.findings[0].message

    def test_another_column_that_is_gone_is_a_warning(self, read) -> None:
        roster = read("email\na@trust.uk\n", {"Team": "other"})
        assert [one.code for one in roster.findings] == ["NL214"]
        assert mailed(roster) == ["a"]

    def test_columns_of_names_and_addresses_can_be_named(self, read) -> None:
        text = "Kontakt,Ruf,Kreis\na@trust.uk,Kim,members|trustees\n"
        (person,) = read(text, {"Kontakt": "email", "Ruf": "first_name", "Kreis": "segments"}).subscribers
        assert (person.first_name, person.segments) == ("Kim", ("members", "trustees"))

    def test_an_address_column_of_the_settings_wins(self, read) -> None:
        roster = read("email,work\nold@trust.uk,new@trust.uk\n", {"work": "email"})
        assert mailed(roster) == ["new"]

    @pytest.mark.parametrize("meaning", ["gone", {}, {"means": "other", "subscribed": ["x"]}, 1])
    def test_a_meaning_that_there_is_not_is_refused(self, meaning: object) -> None:
        with pytest.raises(ValidationError):
            COLUMNS.validate_python({"GDPR": meaning})


class TestLeftOut:
    def test_reasons_are_counted_by_column_and_value(self, read) -> None:
        rows = "a@trust.uk,,\nb@trust.uk,yes,\nc@trust.uk,Yes,\nd@trust.uk,,2024-01-01\nno address,,\n"
        roster = read(f"email,Unsubscribed,deleted_at\n{rows}")
        assert roster.left_out_words == (
            "4: 2 because `Unsubscribed` is “yes”; 1 because `deleted_at` has a date; 1 because there is no usable "
            "email address"
        )

    def test_whoever_left_in_any_row_has_left_by_any_column(self, read) -> None:
        roster = read("email,Opted out\na@trust.uk,\nA@trust.uk,yes\nb@trust.uk,\n")
        assert mailed(roster) == ["b"]
        assert sum(roster.left_out.values()) == 1

    def test_a_bounce_and_a_complaint_are_what_they_are(self, read) -> None:
        roster = read("email,Bounced,Spam complaint\na@trust.uk,yes,\nb@trust.uk,,yes\n")
        assert [one.status for one in roster.subscribers] == [SubscriberStatus.BOUNCED, SubscriberStatus.COMPLAINED]

    def test_no_refusal_shows_an_address_whole(self, read) -> None:
        roster = read("email,GDPR\na@trust.uk,reader@trust.uk\n")
        told = roster.findings[0].model_dump_json()
        assert "reader@" not in told


@pytest.mark.parametrize(
    "name",
    [
        "unsubscribed_members_export_ab12.csv", "nonsubscribed_segment_export.csv", "cleaned_members_export_1.csv",
        "cleaned_email_audience_export_9f.csv", "Unsubscribed.csv", "suppression-list.csv", "optouts.csv",
        "abgemeldet.csv",
    ],
)  # fmt: skip
def test_a_file_of_those_who_left_is_known_by_its_name(read, name: str) -> None:
    assert [one.code for one in read("email\na@trust.uk\n", name=name).findings] == ["NL213"]


@pytest.mark.parametrize(
    "name", ["subscribed_members_export_ab12.csv", "cleaned list.csv", "members.csv", "abonnes.csv"]
)
def test_other_names_of_files_are_fine(read, name: str) -> None:
    assert mailed(read("email\na@trust.uk\n", name=name)) == ["a"]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ('"members","trustees"', ["members", "trustees"]),
        ("members,trustees", ["members", "trustees"]),
        ("members; trustees", ["members", "trustees"]),
        ("members|trustees|members", ["members", "trustees"]),
        ('["members", "trustees"]', ["members", "trustees"]),
        ('"Friends, and family";members', ["Friends, and family", "members"]),
        ("", []),
        ('"', []),
    ],
)
def test_segments_in_one_cell(read, cell: str, names: list[str]) -> None:
    quoted = cell.replace('"', '""')
    (person,) = read(f'email,TAGS\na@trust.uk,"{quoted}"\n').subscribers
    assert list(person.segments) == names


def test_a_heading_is_the_same_however_it_is_written() -> None:
    spellings = ["Opted out", "OPTED-OUT", "opted_out", "optedOut", "\ufeffOpted  Out ", "opted\u200b out"]
    assert {one.role for one in read_headings(spellings)} == {Role.LEFT}


MORE = [
    ("newsletter_opt_in", "true", "false"),
    ("newsletterOptIn", "TRUE", "FALSE"),
    ("marketingEmailsOptIn", "1", "0"),
    ("Opt In Status", "Opted In", "Opted Out"),
    ("newsletter", "subscribed", "not subscribed"),
    ("globalUnsubscribe", "0", "1"),
    ("optInConfirmed", "1", "0"),
    ("marketing_opt_in", "t", "f"),
    ("optoutEnewsletter", "FALSE", "TRUE"),
    ("consentEmail", "yes", "no"),
    ("Marketing Email Opt-In", "Yes", "No"),
    ("email_opt_in", "true", "false"),
    ("doNotAutoContact", "false", "true"),
    ("zgodaMarketingowa", "tak", "nie"),
    ("data_wypisu", "", "2024-05-01"),
    ("status", "aktywny", "wypisany"),
    ("isUnsubscribed", "false", "true"),
    ("isBounced", "false", "true"),
    ("isComplained", "0", "1"),
    ("is_active", "True", "False"),
    ("Unsubscribe Date", "", "03/05/2023"),
    ("opted_out_at", "", "2024-05-01T10:00:00Z"),
    ("email_marketing_status", "SUBSCRIBED", "NOT_SUBSCRIBED"),
    ("Mailing allowed", "yes", "no"),
    ("No mailings", "", "x"),
    ("GDPR consent", "Yes", "No"),
    ("Newsletter abonniert", "ja", "nein"),
    ("Will keinen Newsletter", "", "x"),
    ("Recibe boletín", "sí", "no"),
    ("Ne souhaite plus recevoir", "", "oui"),
    ("wants_emails", "true", "false"),
    ("email_notifications_opted_out", "false", "true"),
    ("suppression_reason", "", "bounce"),
    ("Member status", "Active", "Lapsed"),
    ("receive_newsletter", "1", "0"),
    ("Mail opt out", "no", "yes"),
    ("permission_to_contact", "Y", "N"),
    ("remove_me", "", "yes"),
    ("Tanysgrifiad", "ydw", "nac ydw"),
    ("Rezygnacja z newslettera", "", "tak"),
    ("Afgemeld voor nieuwsbrief", "nee", "ja"),
    ("Non vuole ricevere email", "", "sì"),
    ("Não deseja receber", "", "sim"),
    ("الاشتراك في النشرة", "نعم", "لا"),
    ("ألغى", "", "نعم"),
    ("Email List", "subscribed", "unsubscribed"),
    ("Contactable by email", "Y", "N"),
    ("Email valid", "yes", "no"),
    ("Do not disturb", "", "1"),
    ("Removed from list on", "", "2023-01-01"),
    ("Stop mails", "", "x"),
    ("Odsubskrybowano", "", "2024-01-01"),
    ("Excluded", "no", "yes"),
    ("OK to mail", "yes", "no"),
    ("GDPR ok", "yes", "no"),
    ("Permission to email given on", "2024-01-01", ""),
    ("Never email", "", "1"),
    ("Hard Bounce Date", "", "2024-01-01"),
    ("Spam Report", "0", "1"),
    ("optout_date", "", "2024-01-01"),
    ("Allow newsletters", "Y", "N"),
    ("Email preference", "All", "None"),
    ("Contact preference", "Email", "No contact"),
    ("subscriber_status", "active", "unsubscribed"),
    ("Newsletter-Abmeldung", "", "05.06.2024"),
    ("Werbeeinwilligung", "ja", "nein"),
    ("Opt in newsletter", "oui", "non"),
    ("Fecha de cancelación", "", "2024-01-01"),
    ("Baja newsletter", "no", "sí"),
    ("Consenso privacy", "sì", "no"),
    ("Aanmelding nieuwsbrief", "ja", "nee"),
    ("Zgoda RODO", "tak", "nie"),
    ("Caniatâd e-bost", "ydw", "nac ydw"),
    ("هل تريد النشرة", "نعم", "لا"),
    ("Inaktiv seit", "", "2024-01-01"),
    ("lists", "newsletter", "unsubscribed"),
]  # fmt: skip
"""Further headings, some from public code and many variations of them, each with what those write who stay and those
who left; written down before they were tried. Of these 76, 36 were read at first, 28 were refused, and 12 let
through somebody who had left."""


@pytest.mark.parametrize(("heading", "stays", "gone"), MORE)
def test_a_heading_that_is_not_known_is_read_or_refused(read, heading: str, stays: str, gone: str) -> None:
    roster = read(f'email,"{heading}"\nstays@trust.uk,{stays}\ngone@trust.uk,{gone}\n')
    assert mailed(roster) == ([] if roster.blocks else ["stays"])


@pytest.mark.parametrize(
    ("heading", "stays", "gone"),
    [
        ("unsubscribed_at", "", "45322"),
        ("Unsubscribed", "", "45322.5"),
        ("delivery_status", "enabled", "by_user"),
        ("delivery_status", "enabled", "by_bounces"),
    ],
)
def test_other_ways_to_say_that_somebody_left(read, heading: str, stays: str, gone: str) -> None:
    roster = read(f"email,{heading}\nstays@trust.uk,{stays}\ngone@trust.uk,{gone}\n")
    assert not roster.blocks
    assert [one.email for one in roster.reachable] == ["stays@trust.uk"]


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("Solicit codes", "Do Not Email"),
        ("Notes", "UNSUBSCRIBED 3 May 2024"),
        ("Unsubscribe reason", "Too many emails"),
        ("Email hard bounce reason", "UNKNOWN_USER"),
    ],
)
def test_nobody_is_told_to_write_to_those_who_may_have_left(read, heading: str, cell: str) -> None:
    (finding,) = [one for one in read(f'email,"{heading}"\na@trust.uk,\nb@trust.uk,{cell}\n').findings if one.blocks]
    assert "subscribed: [" not in finding.hint
    assert f"`columns: {{{heading}: unsubscribed}}` if any value means unsubscribed" in finding.hint
    use = {heading: "unsubscribed"}
    settled = read(f'email,"{heading}"\na@trust.uk,\nb@trust.uk,{cell}\n', columns=use)
    assert [one.email for one in settled.reachable] == ["a@trust.uk"]
    assert not settled.findings


@pytest.mark.parametrize(
    "address", ["q@☃.net", "r@a_b.example.org", "v@-bad.example", "a@b", "a..b@trust.uk", "a@trust..uk"]
)
def test_check_counts_nobody_whom_a_send_leaves_out(read, tmp_path: Path, address: str) -> None:
    roster = read(f"email,first_name\nstays@trust.uk,Kim\n{address},Ann\n")
    stats = read_stats(tmp_path / "audience.csv")
    assert stats is not None
    assert stats.people == len(roster.reachable) == 1
    assert dict(stats.left_out) == dict(roster.left_out)
