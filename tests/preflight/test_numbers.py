"""Numbers that contradict each other are found in each language, and sums that are right are left alone."""

from __future__ import annotations

import pytest

from newsletter.preflight.registry import built_in
from newsletter.testing.checks import findings_of

CHECKS = tuple(
    check
    for check in built_in()
    if any(rule.code in {"NL530", "NL536", "NL538", "NL539"} or "NL550" <= rule.code <= "NL568" for rule in check.rules)
)
WRONG = [
    ("en", "NL530", "There are two dates: 3 May, 10 May and 17 May."),
    ("es", "NL530", "Hay tres fechas: el 3, el 10, el 17 y el 24 de mayo."),
    ("en", "NL536", "The day raised £1,275: £840 from the stalls and £453 from the raffle."),
    ("en", "NL536", "The grant of £6,000 pays for the roof (£4,200) and the gutters (£2,800)."),
    ("en", "NL536", "The hall seats 120. We have sold 84 tickets, leaving 46."),
    ("en", "NL536", "In all 36 people came, 14 of them new members and 26 old ones."),
    ("de", "NL536", "Von 5.000 Euro fehlen noch 2.800 Euro, 3.200 Euro sind da."),
    ("es", "NL536", "Hemos reunido 3.200 de los 5.000 euros; faltan 2.800."),
    ("cy", "NL536", "Mae 24 rhandir; mae 19 wedi'u gosod, felly mae 7 ar gael."),
    ("en", "NL550", "The survey says: 45% yes, 35% no and 30% don't know."),
    ("de", "NL550", "Das Ergebnis: 45 % Ja, 35 % Nein, 30 % Enthaltung."),
    ("en", "NL551", "Ten raffle tickets at £2 each come to £12."),
    ("en", "NL551", "Pay in 3 instalments of £25, £70 in all."),
    ("de", "NL551", "Zehn Lose zu je 2 Euro kosten 12 Euro."),
    ("es", "NL551", "Diez papeletas a 2 euros cada una son 12 euros."),
    ("en", "NL551", "Membership is £29 a month, or £384 a year."),
    ("de", "NL551", "Der Beitrag kostet 5 Euro im Monat, also 65 Euro im Jahr."),
    ("es", "NL551", "La cuota es de 10 euros al mes, o 210 euros al año."),
    ("en", "NL551", "Tickets are £2 each, three for £7."),
    ("de", "NL551", "Eine Karte kostet 2 Euro, fünf Karten kosten 12 Euro."),
    ("en", "NL551", "Seats are £7 for adults and £4 for children. A family of two adults and three children pays £28."),
    ("en", "NL551", "Everything is half price: a rug is £90 instead of £150."),
    ("en", "NL551", "Order by May for 20% off: £45 instead of £50."),
    ("es", "NL551", "El taller se queda con el 10 %. Si vendes una mesa por 60 euros, te llevas 44 euros."),
    ("en", "NL551", "Fees rise by 2.5%. For a family on £480 a year the change is worth £22."),
    ("en", "NL536", "All 40 members present voted, by 33 to 9, to buy the field."),
    ("de", "NL536", "Es waren 42 Mitglieder da. Der Plan wurde mit 35 Stimmen bei 9 Enthaltungen angenommen."),
    ("en", "NL536", "We planted 45 trees. Ann's class planted 15, and the scouts planted the other 35."),
    ("en", "NL557", "In the spring we had 1,204 visitors, up from 1,340 the year before."),
    ("es", "NL558", "La asociación, fundada en 1960, cumple 40 años."),
    ("de", "NL558", "Der Verein wurde 1960 gegründet und feiert sein 40-jähriges Bestehen."),
    ("en", "NL564", "Three in four members, or 57%, voted for the change."),
    ("en", "NL564", "A third of our members (45 of 90) replied."),
    ("en", "NL564", "Prices rise by 10% from £20 to £24."),
    ("en", "NL564", "Our target is £5,000. With £3,200 raised, we are at 84%."),
    ("de", "NL564", "Ein Drittel der Mitglieder (45 von 90) hat geantwortet."),
    ("en", "NL565", "The 90-minute class runs from 6 pm to 7 pm."),
    ("de", "NL565", "Der Kurs dauert zwei Stunden, von 10 bis 13 Uhr."),
    ("es", "NL565", "El taller dura dos horas, de 10 a 13 h."),
    ("en", "NL566", "The walk is 10 km (about 16 miles) long."),
    ("en", "NL567", "The new roof cost us £1,0000."),
    ("en", "NL567", "It costs £12.5 to enter."),
    ("en", "NL530", "Three workshops are on offer: pottery, weaving, carving and felting."),
    ("en", "NL530", "Five of us went: Anna, Ben, Carla and Dev."),
    ("de", "NL530", "Wir suchen drei Helfer: Kasse, Küche, Aufbau und Abbau."),
    ("en", "NL536", "There are 12 of 10 places left."),
    ("en", "NL536", "20% of the £500 raised, that is £150, goes to the shelter."),
    ("en", "NL536", "We raised £300 from cakes and £200 from books, making £600 in total."),
    ("en", "NL536", "Of the 30 gardeners, 12 are new and 20 are old hands."),
    ("en", "NL536", "We have 64 shifts and 39 are filled, so there are 35 to go."),
    ("en", "NL536", "She filed 16 issues. Twelve of them are fixed, and the other six are not."),
    ("es", "NL536", "Repartimos 412 libros: 320 de primaria y 182 de secundaria."),
    ("de", "NL536", "Es kamen 87 Mitglieder. Der Vorstand wurde mit 91 Ja-Stimmen entlastet."),
    ("en", "NL539", "Tickets: members £12, non-members £10."),
    ("de", "NL539", "Der Eintritt kostet 14 Euro, ermäßigt 19 Euro."),
    ("en", "NL550", "We give 110% of the takings to the school."),
    ("en", "NL551", "A bird costs $4.29 a pound, so a 14-pound bird is $66.06."),
    ("cy", "NL551", "Mae tanysgrifiad yn £12 am ddeg rhifyn, sef £1.50 y rhifyn."),
    ("de", "NL551", "Die 1.260 Euro gehen je zur Hälfte an beide; das sind 620 Euro für jeden."),
    ("cy", "NL553", "Dyma ein 22fed ffair."),
    ("de", "NL554", "Wir füllten 1,800 Sandsäcke."),
    ("es", "NL554", "La entrada cuesta 12.50 €."),
    ("en", "NL555", "We have room for 20–12 people."),
    ("de", "NL556", "Es gibt zehn (12) Plätze."),
    ("en", "NL557", "Numbers grew from 40 to 30 last year."),
    ("de", "NL557", "Die Zahl ist von 40 auf 30 gestiegen."),
    ("es", "NL557", "Las familias han subido de 40 a 30."),
    ("en", "NL558", "We were founded in 1975 and kept our 40th birthday in 2024."),
    # kinds that people who had not read the rules made
    ("en", "NL558", "The composer was born in 1756, 247 years ago, and his music fills our hall."),
    ("en", "NL558", "Our choir was founded in 1998, so this year we celebrate our 25th birthday."),
    ("en", "NL564", "Of 80 households, 60 replied, a response of 65%."),
    ("de", "NL564", "Von 50 Mitgliedern stimmten 40 zu, also 75 Prozent."),
    ("en", "NL536", "Three of the two raffle prizes have been collected."),
    ("en", "NL557", "Attendance doubled, from 40 last year to 60 this year."),
    ("en", "NL530", "Thank you to our four helpers, Ann, Bill and Carol, for the tea."),
    ("de", "NL530", "Wir danken unseren vier Helfern, Anna, Ben und Carla, für den Kuchen."),
    ("en", "NL530", "There are three more walks: 12 March, 26 March, 9 April and 23 April."),
    ("en", "NL565", "The two-hour walk starts at 10am and ends at 11am."),
    ("en", "NL565", "The ten-day festival runs from 8 to 15 March."),
    ("en", "NL538", "Tickets cost £12 at the door and £9 in advance: book early and save £5."),
    ("en", "NL551", "We sold 40 books for £120, an average of £4 each."),
    ("en-GB", "NL568", "Send your form to 4 Mill Lane, Leeds LS1O 4AB."),
    ("en-GB", "NL568", "We meet at the hall, Bath BA11 12QX."),
    ("en-GB", "NL568", "We meet at the hall, Bath BA11 2Q."),
    ("de", "NL568", "Kommt vorbei: Lindenstraße 5, 1012 Berlin."),
    ("en-US", "NL568", "Mail your check to 12 Oak Street, Springfield, IL 6270."),
]
RIGHT = [
    ("en", "There are three dates: 3 May, 10 May and 17 May."),
    ("en", "Two thirds of you, 64%, read this on a phone. Half the class (12 of 25) came by bike."),
    ("en", "Tickets rise by 20% from £20 to £24. A 10% discount brings the £50 ticket down to £45."),
    ("en", "Our target is £5,000. With £3,200 raised, we are at 64%, and £1,800 is still to find."),
    ("en", "The workshop lasts three hours, from 10 am to 1 pm. The talk lasts an hour and the café is open 9 to 5."),
    ("en", "The 90-minute class runs from 6.30pm to 8pm. Allow two hours. We meet from 7 to 9.30."),
    ("en", "The walk is 8 miles (about 13 km) and climbs 300 m (1,000 ft)."),
    ("en", "It costs £12.50, and the roof £1.5 million. We printed 1,000,000 copies in 2,024 weeks."),
    ("en", "Membership is £29 a month, or £290 a year. The hall is £5 a week for clubs and £300 a year for firms."),
    ("en", "Raffle tickets are £1 each, six for £5. A card is £2, and three cards are £6."),
    ("en", "Seats are £7 for adults and £4 for children. A family of two adults and three children pays £20."),
    ("en", "Everything is half price: a rug is £75 instead of £150. Order by May for 10% off: £45 instead of £50."),
    ("es", "El taller se queda con el 10 %. Si vendes una mesa por 60 euros, te llevas 54 euros."),
    ("en", "Fees rise by 2.5%. For a family on £480 a year the change is worth £12."),
    ("en", "All 40 members present voted, by 31 to 9, to buy the field."),
    ("de", "Es waren 44 Mitglieder da. Der Plan wurde mit 35 Stimmen bei 9 Enthaltungen angenommen."),
    ("en", "We planted 45 trees. Ann's class planted 15, and the scouts planted the other 30."),
    ("en", "Ten tickets at £2 each come to £20, or buy six lessons at £5 for only £25."),
    ("en", "In spring 1,340 people came, up from 1,204. Sales were 300, down from 410."),
    ("en", "Of the 36 who came, 14 of them new and 22 old hands, most stayed for lunch."),
    ("en", "The £7,000 pays for the roof (£4,200) and the gutters (£2,800)."),
    ("en", "Founded in 1976, the club ran for 12 years without a hall. 65% like it, 40% love it."),
    ("de", "Der Kurs dauert drei Stunden, von 10 bis 13 Uhr. Ein Drittel (30 von 90) war da."),
    ("es", "La asociación, fundada en 1984, cumple 40 años. El taller dura dos horas, de 10 a 12 h."),
    ("en", "Three workshops are on offer: pottery, weaving and carving."),
    ("en", "Four volunteers helped: Ann and her son Bob, Cy and Dee."),
    ("en", "Numbers fell from 40 to 30 last year."),
    ("en", "Adults pay £8 and children £5. Members £12, guests £15, children £6."),
    ("en", "We raised £300 from cakes and £200 from books, making £500 in total."),
    ("en", "The quiz is from 7pm to 10pm, and the party from 10pm to 1am."),
    ("en", "We moved from 12 to 10 High Street. The score was 3–2."),
    ("en", "Over 2024–25 we had 12 volunteers: 5 drivers, 4 cooks and 3 helpers."),
    ("en", "Half of the £500 goes to the roof, and £120 to the bells."),
    ("en", "We sold 120 tickets at £5 each and 30 at £3. A £20 ticket covers two meals at £8 each."),
    ("en", "It costs £60 for ten lessons, or £7 each."),
    ("en", "Membership has grown by 140%. That is 150% of what we hoped for."),
    ("en", "Of the 30 gardeners, 12 are new."),
    ("de", "Der Weg ist 1,500 Kilometer lang. Beginn ist um 12.50 Uhr."),
    ("es", "De los 412 libros, 230 son de primaria y 182 de secundaria."),
    ("en", "It was founded in 1998, so we turn 26 this year. The hall of 1998, 25 years ago, was new."),
    ("en", "Our choir was founded in 1998, so this year we celebrate our 26th birthday."),
    ("en", "Of 80 households, 60 replied, a response of 75%. Of our 40 plots, 30 are let, and 20% are new."),
    ("en", "Two of the three prizes are left, and three of our five trustees stay. Page 3 of 2024."),
    ("en", "Attendance doubled, from 40 last year to 80 this year."),
    (
        "en",
        "Thank you to our four helpers, Ann, Bill, Carol and Dee. Meet our two guests, Ann Lee, Chair, and Bob Ray.",
    ),
    ("en", "Come with all six classes, Rowan and Oak. Our two towns, Bath and York, are twinned."),
    ("en", "There are three more walks: 12 March, 26 March and 9 April."),
    ("en", "The one-hour walk starts at 10am and ends at 11am. The two-hour tour starts at 10am; lunch ends at 1pm."),
    ("en", "The eight-day festival runs from 8 to 15 March. The seven-day pass is for 8 to 15 March."),
    ("en", "A ten-day notice is needed, and the office is shut from 8 to 15 March."),
    ("en", "Tickets cost £12 at the door and £9 in advance: book early and save £3."),
    (
        "en",
        "It is £12, or £9 for members, who save up to £20 a year. Adults £8, children £5, and save £2 with a leaflet.",
    ),
    ("en", "We sold 40 books for £120, an average of £3 each. 41 books made £120, about £3 each on average."),
    ("en-GB", "Write to us at SW1A 1AA, EC1A 1BB, M1 1AE, OX1 3DP, W1J 8JA or S10 2TN."),
    ("en-GB", "Use A4 10X paper, the B52 12 QT bus, form AB12 34 or the car CD12 EFG."),
    ("de", "Kommt vorbei: Lindenstraße 5, 10125 Berlin, oder Hauptstraße 12, 2024 Besucher waren da."),
    ("de-AT", "Kommt vorbei: Lindenstraße 5, 1010 Wien."),
    ("en-US", "Mail it to Springfield, IL 62701 or 62701-1234. We met in Portland, OR 1234 of us."),
]


@pytest.mark.parametrize(("language", "code", "words"), WRONG)
def test_a_contradiction_is_found(language: str, code: str, words: str) -> None:
    assert [one.code for one in findings_of(f"language: {language}\nintro: |\n  {words}\n", CHECKS)] == [code]


@pytest.mark.parametrize(("language", "words"), RIGHT)
def test_numbers_that_agree_are_left_alone(language: str, words: str) -> None:
    assert findings_of(f"language: {language}\nintro: |\n  {words}\n", CHECKS) == ()


def test_a_range_of_times_that_runs_backwards_is_told_once() -> None:
    found = findings_of("intro: |\n  The tea room is open 10am–9am every weekday.\n", built_in())
    assert [one.code for one in found if one.code in {"NL417", "NL555"}] == ["NL417"]
