"""The suite that every adapter to a provider of campaigns must pass; it needs no test runner of its own."""

from __future__ import annotations

import datetime as dt
import html as html_words
import re
from collections.abc import Callable
from functools import partial

from newsletter.errors import AuthenticationError, RefusedError, UncertainError, UnsupportedError
from newsletter.model.provider_campaign import RemoteState
from newsletter.providers.campaign import Feature
from newsletter.testing.bench import KEY, LITERAL, Bench
from newsletter.testing.judgement import FAULTS, content_call, differences_of, must, raised, refused_by_name, told_of

ON_THE_WAY = {RemoteState.SENDING, RemoteState.SENT}
MANY = 250


class CampaignContract:
    """What every adapter promises. Subclass it in your tests, and give it a fixture `bench` that returns a Bench."""

    def test_it_says_what_it_is(self, bench: Bench) -> None:
        """Name, title and secrets are there, and the notes are sentences."""
        about = bench.provider.about
        must(re.fullmatch(r"[a-z][a-z0-9_]*", about.name), "the name is not one lower-case word")
        must(about.title, "there is no title")
        must(all(one.variable.startswith("NEWSLETTER_") and one.what for one in about.secrets), "a secret lacks words")
        must(all(note.endswith(".") for note in about.notes), "a note is not a sentence")

    def test_the_key_is_checked(self, bench: Bench) -> None:
        """The right key gives the account's name."""
        must(bench.provider.check().strip(), "check() returns no name")

    def test_a_wrong_key_is_told_without_showing_it(self, bench: Bench) -> None:
        """A wrong key is an AuthenticationError, with no secret in its words."""
        draft = bench.draft()
        calls: dict[str, Callable[[], object]] = {
            "check": bench.wrong_key.check,
            "audiences": bench.wrong_key.audiences,
            "find": lambda: bench.wrong_key.find(KEY),
            "save": lambda: bench.wrong_key.save(draft, None),
        }
        for what, call in calls.items():
            error = raised(AuthenticationError, f"{what} with a wrong key", call)
            told = f"{error.message} {error.hint} {error!r} {error.__cause__!r}"
            must(not any(one in told for one in bench.secrets), f"{what} with a wrong key: the key is in the words")

    def test_audiences_are_listed_to_the_end_with_counts(self, bench: Bench) -> None:
        """Every audience once, ours among them, with a live count where the provider tells it."""
        found = {one.id: one for one in bench.provider.audiences()}
        must(len(found) == len(bench.provider.audiences()), "an audience is listed twice")
        must(bench.audience in found, f"the audience {bench.audience} is not listed")
        must(all(one.name for one in found.values()), "an audience has no name")
        if Feature.COUNTS in bench.provider.about.features:
            count = found[bench.audience].count
            must(count == bench.reach, f"the count is {count}, not {bench.reach}")

    def test_segments_are_listed_to_the_end(self, bench: Bench) -> None:
        """Every segment once; a provider without segments lists none or says so."""
        if Feature.SEGMENTS in bench.provider.about.features:
            ids = [one.id for one in bench.provider.segments(bench.audience)]
            must(len(set(ids)) == len(ids), "a segment is listed twice")
            must(not bench.segment or bench.segment in ids, f"the segment {bench.segment} is not listed")
            return
        before = bench.requests()
        try:
            must(not bench.provider.segments(bench.audience), "segments are listed, but not among the features")
        except UnsupportedError:
            must(bench.requests() == before, "a request was made before segments were refused")
        draft = bench.draft(segment="1")
        refused_by_name(bench, "a segment", lambda: bench.provider.save(draft, None))

    def test_saving_twice_makes_one_draft_and_sends_nothing(self, bench: Bench) -> None:
        """The second save changes the first one's campaign; it is found by its key, as a draft."""
        first = bench.provider.save(bench.draft(), None)
        second = bench.provider.save(bench.draft(subject="Other news"), first)
        must(first == second, "the second save made another campaign")
        found = bench.provider.find(KEY)
        must(found and found.id == first, "the campaign is not found by its key")
        must(found and found.state is RemoteState.DRAFT, f"it is not a draft but {found and found.state}")
        must(bench.provider.state(first).state is RemoteState.DRAFT, "state() does not say draft")
        must(bench.sent() == 0, "saving has sent it")
        if Feature.READ_BACK in bench.provider.about.features:
            must("Other news" in (bench.provider.read(first).subject or ""), "the second save changed nothing")

    def test_a_key_is_found_among_many(self, bench: Bench) -> None:
        """One campaign among hundreds, over all pages; a key that is the beginning of another is not that other."""
        must(bench.provider.find(KEY) is None, "a campaign is found that was never made")
        ident = bench.provider.save(bench.draft(), None)
        if bench.copy:
            bench.copy(ident, MANY, KEY)
        found = bench.provider.find(KEY)
        must(found and found.id == ident, f"it is not found among {MANY} others")
        must(bench.provider.find(KEY[:-2]) is None, "the beginning of a key finds a campaign")

    def test_two_with_one_key_are_told(self, bench: Bench) -> None:
        """Two campaigns with our key are nobody's to choose between."""
        two = [bench.provider.save(bench.draft(), None) for _ in range(2)]
        error = raised(UncertainError, "two campaigns with one key", lambda: bench.provider.find(KEY))
        must(all(one in error.message for one in two), "the error does not name both")

    def test_what_is_read_back_is_what_was_saved(self, bench: Bench) -> None:
        """What the provider holds is what was handed over, but for what it is known to change."""
        if Feature.READ_BACK not in bench.provider.about.features:
            return
        for key, segment in ((KEY, ""), (f"{KEY}0", bench.segment)):
            draft = bench.draft(key, segment=segment)
            differences = differences_of(bench, bench.provider.read(bench.provider.save(draft, None)), draft)
            must(not differences, f"read back otherwise than saved: {', '.join(differences)}")

    def test_a_provider_that_rewrites_is_found_out(self, bench: Bench) -> None:
        """Content that the provider changes by itself is not taken for ours."""
        if Feature.READ_BACK not in bench.provider.about.features or bench.fail is None:
            return
        for number, fault in enumerate(("rewrite", "half")):
            draft = bench.draft(f"{KEY}{number}")
            before = bench.requests()
            bench.fail(content_call(bench), fault)
            ident = bench.provider.save(draft, None)
            must(bench.requests() > before, "saving made no request")
            must(differences_of(bench, bench.provider.read(ident), draft), f"{fault} is not found out")

    def test_a_test_goes_to_the_tester_alone(self, bench: Bench) -> None:
        """A test is a test: nothing is sent, and the draft stays one."""
        ident, draft = bench.provider.save(bench.draft(), None), bench.draft()
        if Feature.TEST not in bench.provider.about.features:
            refused_by_name(bench, "a test", lambda: bench.provider.test(ident, draft, [bench.tester]))
            return
        bench.provider.test(ident, draft, [bench.tester])
        must(bench.tests() == 1, f"{bench.tests()} tests were sent, not 1")
        must(bench.sent() == 0, "the test has sent the campaign")
        must(bench.provider.state(ident).state is RemoteState.DRAFT, "it is no draft any more")

    def test_it_is_scheduled_and_taken_back(self, bench: Bench) -> None:
        """A schedule is kept at its time, and is gone after it is cancelled."""
        features, ident, when = bench.provider.about.features, bench.provider.save(bench.draft(), None), self.hour()
        if Feature.SCHEDULE not in features:
            refused_by_name(bench, "a schedule", lambda: bench.provider.schedule(ident, when))
            return
        bench.provider.schedule(ident, when)
        there = bench.provider.state(ident)
        must(there.state is RemoteState.SCHEDULED, f"it is not scheduled but {there.state} ({there.raw_state})")
        must(there.scheduled_for in {None, when}, f"it is scheduled for {there.scheduled_for}, not {when}")
        if Feature.UNSCHEDULE not in features:
            refused_by_name(bench, "cancelling a schedule", lambda: bench.provider.unschedule(ident))
            return
        bench.provider.unschedule(ident)
        must(bench.provider.state(ident).state is RemoteState.DRAFT, "it is no draft again")
        if bench.pass_time:
            bench.pass_time(2 * 24 * 3600)
        must(bench.sent() == 0, "it was sent although the schedule was cancelled")

    def test_it_goes_at_its_hour_once(self, bench: Bench) -> None:
        """What is scheduled is sent at its moment, and not before."""
        if Feature.SCHEDULE not in bench.provider.about.features or bench.pass_time is None:
            return
        ident = bench.provider.save(bench.draft(), None)
        bench.provider.schedule(ident, self.hour())
        must(bench.sent() == 0, "scheduling has sent it")
        bench.pass_time(2 * 24 * 3600)
        must(bench.sent() == 1, f"it was sent {bench.sent()} times")
        must(bench.provider.state(ident).state in ON_THE_WAY, "it is not known as sent")

    def test_a_moment_that_cannot_be_is_refused_at_once(self, bench: Bench) -> None:
        """A moment that has passed, or that the provider does not take, is refused before any request."""
        if Feature.SCHEDULE not in bench.provider.about.features:
            return
        ident, limits = bench.provider.save(bench.draft(), None), bench.provider.about.limits
        wrong = {"yesterday": self.hour() - dt.timedelta(days=3)}
        if limits.schedule_step_minutes > 1:
            wrong["a minute past"] = self.hour() + dt.timedelta(minutes=1)
        if limits.schedule_most_days is not None:
            wrong["too far ahead"] = self.hour() + dt.timedelta(days=limits.schedule_most_days + 2)
        for what, moment in wrong.items():
            refused_by_name(bench, what, partial(bench.provider.schedule, ident, moment))

    def test_it_is_sent_once(self, bench: Bench) -> None:
        """A send is one send; a second one, or a change, is refused; the report counts what went."""
        ident = bench.provider.save(bench.draft(), None)
        bench.provider.send(ident)
        there = bench.provider.state(ident)
        must(bench.sent() == 1, f"it was sent {bench.sent()} times")
        must(there.state in ON_THE_WAY, f"it is not known as sent but as {there.state} ({there.raw_state})")
        again = bench.provider.find(KEY)
        must(again and again.id == ident, "it is not found again by its key")
        must(again and again.state.has_gone, "find() does not say that it has gone")
        raised(RefusedError, "sending it again", lambda: bench.provider.send(ident))
        must(bench.sent() == 1, "sending it again was carried out")
        if Feature.REPORT in bench.provider.about.features:
            report = bench.provider.report(ident)
            must(report.sent in {None, bench.reach}, f"the report says {report.sent}, not {bench.reach}")

    def test_it_is_sent_to_a_segment(self, bench: Bench) -> None:
        """A segment's readers alone get what goes to a segment."""
        if Feature.SEGMENTS not in bench.provider.about.features or not bench.segment or bench.letters is None:
            return
        segments = {one.id: one for one in bench.provider.segments(bench.audience)}
        bench.provider.send(bench.provider.save(bench.draft(segment=bench.segment), None))
        got, count = len(bench.letters()), segments[bench.segment].count
        must(0 < got < bench.reach, f"it went to {got}, as if there were no segment")
        must(count in {None, got}, f"it went to {got}, but the segment counts {count}")

    def test_it_goes_again_to_those_alone_whom_it_is_for(self, bench: Bench) -> None:
        """Those who got a campaign, and those who did not, are told apart; where they cannot be, that is refused."""
        narrow = partial(bench.provider.narrow, bench.audience)
        if Feature.AGAIN not in bench.provider.about.features:
            refused_by_name(bench, "choosing by what people were sent", lambda: narrow("", missed=["1"]))
            return
        must(
            bench.letters and bench.segment,
            "an adapter with Feature.AGAIN must show the recipients of a send, and have a segment",
        )
        first = bench.provider.save(bench.draft(segment=bench.segment), None)
        bench.provider.send(first)
        number = len(bench.letters() if bench.letters else ())
        for key, chosen, count in (
            (f"{KEY}1", narrow("", got=[first]), number),
            (f"{KEY}2", narrow("", missed=[first]), bench.reach - number),
        ):
            must(chosen.count == count, f"{chosen.count} are chosen, not {count}")
            draft = bench.draft(key).model_copy(update={"rule": chosen.rule})
            ident = bench.provider.save(draft, None)
            differences = differences_of(bench, bench.provider.read(ident), draft)
            must(not differences, f"read back otherwise than saved: {', '.join(differences)}")
            bench.provider.send(ident)
            got = len(bench.letters() if bench.letters else ())
            must(got == count, f"it went to {got}, not {count}")
        must(narrow(bench.segment, missed=[first]).count == 0, "those of the segment have not all got it")

    def test_every_reader_sees_their_name_and_the_words_as_written(self, bench: Bench) -> None:
        """Merge tags are filled, and words that only look like them are left alone."""
        if bench.letters is None:
            return
        bench.provider.send(bench.provider.save(bench.draft(), None))
        for subject, html in bench.letters():
            name = re.search(r"<h1>Good morning (.*?)</h1>", html, re.DOTALL)
            literal = re.search(r'<p id="literal">(.*?)</p>', html, re.DOTALL)
            must(name and literal, "the HTML is not what was handed over")
            seen = html_words.unescape(literal[1]) if literal else ""
            must(seen.replace("\u200b", "").replace("\u2060", "") == LITERAL, f"a reader sees {seen!r}")
            must(name and subject.strip() == f"News for {html_words.unescape(name[1])}".strip(), f"subject {subject!r}")
            must("{unsubscribe_url}" not in html and 'href="http' in html, "there is no way to unsubscribe")

    def test_it_is_stopped_on_its_way_or_refused(self, bench: Bench) -> None:
        """What cannot be stopped is refused by name; stopping what is not on its way is no success."""
        ident = bench.provider.save(bench.draft(), None)
        if Feature.CANCEL not in bench.provider.about.features:
            refused_by_name(bench, "stopping it", lambda: bench.provider.cancel(ident))
            return
        raised(RefusedError, "stopping a draft", lambda: bench.provider.cancel(ident))

    def test_a_picture_is_stored_or_refused(self, bench: Bench) -> None:
        """A picture gets a link of its own; where there is no store it is refused by name."""

        def upload() -> str:
            return bench.provider.upload("flower.png", "image/png", b"\x89PNG\r\n\x1a\n picture")

        if Feature.UPLOAD not in bench.provider.about.features:
            refused_by_name(bench, "a picture", upload)
            return
        must(re.match(r"https?://\S+$", upload()), "the picture has no link")

    def test_the_plan_is_told_without_a_request(self, bench: Bench) -> None:
        """What would be asked is known before anything is, and holds no secret."""
        before, when = bench.requests(), self.hour()
        plans = [bench.provider.plan(bench.draft(), None)]
        if Feature.SCHEDULE in bench.provider.about.features:
            plans.append(bench.provider.plan(bench.draft(), when))
        must(bench.requests() == before, "planning made a request")
        for plan in plans:
            must(len(plan) > 1 and plan[-1].method != "GET", "the plan does not end with what sends it")
            must(not any(one in repr(plan) for one in bench.secrets), "there is a secret in the plan")

    def test_a_send_that_goes_wrong_is_never_told_wrongly(self, bench: Bench) -> None:
        """After a fault, an error that says nothing was done is true, a success is true, and doubt can be resolved."""
        if bench.fail is None:
            return
        for number, fault in enumerate(FAULTS):
            ident, before = bench.provider.save(bench.draft(f"{KEY}{number:02d}"), None), bench.sent()
            bench.fail("send", fault)
            told = told_of(partial(bench.provider.send, ident))
            gone = bench.sent() - before
            must(gone <= 1, f"{fault}: it was sent {gone} times")
            must(told != "sent" or gone == 1, f"{fault}: it is told as sent, but was not")
            must(told != "not sent" or gone == 0, f"{fault}: it is told as not sent, but was")
            state = bench.provider.state(ident).state
            must(state.has_gone is bool(gone), f"{fault}: the provider is asked, and says {state}")

    def hour(self) -> dt.datetime:
        """Return a whole hour of tomorrow."""
        tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
        return tomorrow.replace(minute=0, second=0, microsecond=0)
