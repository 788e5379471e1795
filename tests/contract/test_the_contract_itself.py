"""The shipped contract finds out adapters that do not keep it: each broken in one way, each caught."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from newsletter.errors import AuthenticationError, DoubtError, NewsletterError, UnavailableError, UnsupportedError
from newsletter.model.audience import Audience
from newsletter.providers.buttondown import Buttondown
from newsletter.providers.buttondown import Options as ButtondownOptions
from newsletter.providers.campaign import CampaignProvider, Feature, MergeTagSyntax
from newsletter.providers.http_types import Call
from newsletter.providers.mailchimp import Mailchimp
from newsletter.providers.mailchimp import Options as MailchimpOptions
from newsletter.providers.resend import Options as ResendOptions
from newsletter.providers.resend import Resend
from newsletter.rehearsal import Rehearsal
from newsletter.rehearsal.mailchimp import list_id as mailchimp_list
from newsletter.rehearsal.resend import segment_id
from newsletter.testing import Bench, CampaignContract, rehearsed


@contextmanager
def bench_of(adapter: type[Resend | Buttondown | Mailchimp]) -> Iterator[Bench]:
    name = adapter.about.name if adapter is not HasNoName else "resend"
    with Rehearsal(name) as rehearsal:

        def connect(base_url: str, secret: Callable[[str], str]) -> CampaignProvider:
            if issubclass(adapter, Resend):
                return adapter.connect(ResendOptions(base_url=base_url), secret, pause=lambda _: None)
            if issubclass(adapter, Mailchimp):
                return adapter.connect(MailchimpOptions(base_url=base_url), secret, pause=lambda _: None)
            return adapter.connect(ButtondownOptions(base_url=base_url), secret, pause=lambda _: None)

        crowd = rehearsal.crowd
        audience, segment = segment_id(crowd.lists[0]), segment_id(crowd.segments[0])
        if name == "buttondown":
            audience, segment = "all", ""
        if name == "mailchimp":
            audience, segment = mailchimp_list(crowd.lists[0]), str(crowd.segments[0].number)
        yield rehearsed(rehearsal, connect, audience=audience, segment=segment)


class ForgetsWhatIsThere(Resend):
    def save(self, draft: Any, existing: str | None) -> str:
        return super().save(draft, None)


class SendsAsItSaves(Resend):
    def save(self, draft: Any, existing: str | None) -> str:
        ident = super().save(draft, existing)
        with contextlib.suppress(NewsletterError):
            super().send(ident)
        return ident


class ReadsOnePage(Resend):
    def _rows(self, path: str, query: Any) -> Any:
        for number, row in enumerate(super()._rows(path, query)):
            if number == 20:
                return
            yield row


class TakesTheFirst(Resend):
    def find(self, key: str) -> Any:
        rows = [row for row in self._rows("/broadcasts", {}) if key in str(row.get("name"))]
        return self.state(rows[0]["id"]) if rows else None


class SendsTwice(Buttondown):
    def send(self, campaign: str) -> None:
        with contextlib.suppress(NewsletterError):
            super().send(campaign)
        super().send(campaign)


class TellsNoDoubt(Buttondown):
    def send(self, campaign: str) -> None:
        with contextlib.suppress(DoubtError):
            super().send(campaign)


class CallsDoubtARefusal(Buttondown):
    def send(self, campaign: str) -> None:
        try:
            super().send(campaign)
        except DoubtError as error:
            raise UnavailableError("nothing was done") from error


class EscapesNothing(Buttondown):
    def save(self, draft: Any, existing: str | None) -> str:
        ident = super().save(draft, existing)
        body = replace(self.dialect, escape=str).write(draft.message.html, "Buttondown")
        self._client.call(Call("PATCH", f"/emails/{ident}", json={"body": body}))
        return ident


class NamesNobody(Resend):
    dialect = MergeTagSyntax(dict.fromkeys(Resend.dialect.tags, ""))

    def save(self, draft: Any, existing: str | None) -> str:
        html = draft.message.html.replace("{first_name}", "reader")
        message = draft.message.model_copy(update={"html": html})
        return super().save(draft.model_copy(update={"message": message}), existing)


class StopsInSilence(Buttondown):
    def cancel(self, campaign: str) -> None:
        return


class AsksBeforeItRefuses(Resend):
    def upload(self, name: str, content_type: str, data: bytes) -> str:
        self.check()
        return super().upload(name, content_type, data)


class ShowsTheKey(Resend):
    @classmethod
    def connect(cls, options: Any, secret: Any, **more: Any) -> Any:
        made = super().connect(options, secret, **more)
        made.shown = secret("NEWSLETTER_RESEND_KEY")
        return made

    def check(self) -> str:
        try:
            return super().check()
        except AuthenticationError as error:
            raise AuthenticationError(f"the key {self.shown} is wrong") from error  # type: ignore[attr-defined]


class ReadsItsOwnMind(Resend):
    kept: Any = None

    def save(self, draft: Any, existing: str | None) -> str:
        type(self).kept = draft
        return super().save(draft, existing)

    def read(self, campaign: str) -> Any:
        return self.expected(self.kept)


class WritesOtherWords(Resend):
    def save(self, draft: Any, existing: str | None) -> str:
        message = draft.message.model_copy(update={"subject": "Something else"})
        return super().save(draft.model_copy(update={"message": message}), existing)


class HasEverybodyTest(Buttondown):
    def test(self, campaign: str, draft: Any, addresses: Sequence[str]) -> None:
        super().test(campaign, draft, [*addresses, "everybody@example.org"])


class SendsForATest(Buttondown):
    def test(self, campaign: str, draft: Any, addresses: Sequence[str]) -> None:
        self.send(campaign)


class TakesAnyMoment(Buttondown):
    def schedule(self, campaign: str, when: Any) -> None:
        with contextlib.suppress(UnsupportedError):
            super().schedule(campaign, when)


class SendsAtOnce(Buttondown):
    def schedule(self, campaign: str, when: Any) -> None:
        self.about.limits.check_moment(when, self._now(), "Buttondown")
        self.send(campaign)


class KeepsTheSchedule(Buttondown):
    def unschedule(self, campaign: str) -> None:
        return


class CountsNobody(Resend):
    def audiences(self) -> list[Audience]:
        return [one.model_copy(update={"count": 0}) for one in super().audiences()]


class ForgetsTheSegment(Resend):
    def save(self, draft: Any, existing: str | None) -> str:
        return super().save(draft.model_copy(update={"segment": ""}), existing)


class PlansByAsking(Resend):
    def plan(self, draft: Any, when: Any) -> Any:
        self.check()
        return super().plan(draft, when)


class HasNoName(Resend):
    about = replace(Resend.about, name="Resend Broadcasts")


class HasNoSegments(Resend):
    about = replace(Resend.about, features=Resend.about.features & ~Feature.SEGMENTS)


class ChecksNothing(Resend):
    def check(self) -> str:
        return ""


CAUGHT: dict[type[Any], str] = {
    HasNoName: "test_it_says_what_it_is",
    ChecksNothing: "test_the_key_is_checked",
    ShowsTheKey: "test_a_wrong_key_is_told_without_showing_it",
    CountsNobody: "test_audiences_are_listed_to_the_end_with_counts",
    HasNoSegments: "test_segments_are_listed_to_the_end",
    ForgetsWhatIsThere: "test_saving_twice_makes_one_draft_and_sends_nothing",
    SendsAsItSaves: "test_saving_twice_makes_one_draft_and_sends_nothing",
    ReadsOnePage: "test_a_key_is_found_among_many",
    TakesTheFirst: "test_two_with_one_key_are_told",
    WritesOtherWords: "test_what_is_read_back_is_what_was_saved",
    ReadsItsOwnMind: "test_a_provider_that_rewrites_is_found_out",
    HasEverybodyTest: "test_a_test_goes_to_the_tester_alone",
    SendsForATest: "test_a_test_goes_to_the_tester_alone",
    KeepsTheSchedule: "test_it_is_scheduled_and_taken_back",
    SendsAtOnce: "test_it_goes_at_its_hour_once",
    TakesAnyMoment: "test_a_moment_that_cannot_be_is_refused_at_once",
    SendsTwice: "test_a_send_that_goes_wrong_is_never_told_wrongly",
    TellsNoDoubt: "test_a_send_that_goes_wrong_is_never_told_wrongly",
    CallsDoubtARefusal: "test_a_send_that_goes_wrong_is_never_told_wrongly",
    ForgetsTheSegment: "test_it_is_sent_to_a_segment",
    EscapesNothing: "test_every_reader_sees_their_name_and_the_words_as_written",
    NamesNobody: "test_every_reader_sees_their_name_and_the_words_as_written",
    StopsInSilence: "test_it_is_stopped_on_its_way_or_refused",
    AsksBeforeItRefuses: "test_a_picture_is_stored_or_refused",
    PlansByAsking: "test_the_plan_is_told_without_a_request",
}


class SendsTwiceInTruth(Buttondown):
    """Two campaigns go out for one send."""

    def save(self, draft: Any, existing: str | None) -> str:
        self.second = super().save(draft, None)
        return super().save(draft, existing)

    def send(self, campaign: str) -> None:
        super().send(self.second)
        super().send(campaign)


CAUGHT[SendsTwiceInTruth] = "test_it_is_sent_once"


class ForgetsTheRule(Mailchimp):
    """A correction goes to everybody."""

    def save(self, draft: Any, existing: str | None) -> str:
        return super().save(draft.model_copy(update={"rule": ""}), existing)


class TurnsItRound(Mailchimp):
    """Those who got it are taken for those who did not."""

    def narrow(self, audience: str, segment: str, *, got: Any = (), missed: Any = ()) -> Any:
        return super().narrow(audience, segment, got=missed, missed=got)


class CountsThoseWhoLeft(Mailchimp):
    """Whoever left since is counted, and gets nothing."""

    def narrow(self, audience: str, segment: str, *, got: Any = (), missed: Any = ()) -> Any:
        chosen = super().narrow(audience, segment, got=got, missed=missed)
        return chosen.model_copy(update={"count": chosen.count + 1})


CAUGHT[ForgetsTheRule] = CAUGHT[TurnsItRound] = "test_it_goes_again_to_those_alone_whom_it_is_for"
CAUGHT[CountsThoseWhoLeft] = "test_it_goes_again_to_those_alone_whom_it_is_for"


@pytest.mark.parametrize("adapter", CAUGHT, ids=lambda one: one.__name__)
def test_an_adapter_that_is_broken_is_caught(adapter: Any) -> None:
    with bench_of(adapter) as bench, pytest.raises((AssertionError, NewsletterError)):
        getattr(CampaignContract(), CAUGHT[adapter])(bench)


def test_every_promise_is_broken_by_somebody() -> None:
    promises = {
        name for name, _ in inspect.getmembers(CampaignContract, inspect.isfunction) if name.startswith("test_")
    }
    assert promises == set(CAUGHT.values())


PROMISES = [name for name, _ in inspect.getmembers(CampaignContract, inspect.isfunction) if name.startswith("test_")]


class CanDoLittle(Resend):
    """A provider that keeps drafts and sends them, and can do nothing else; it says so by name."""

    about = replace(Resend.about, features=Feature(0))

    def segments(self, audience: str) -> Any:
        self.needs(Feature.SEGMENTS, "send to a segment")

    def save(self, draft: Any, existing: str | None) -> str:
        if draft.segment:
            self.needs(Feature.SEGMENTS, "send to a segment")
        return super().save(draft, existing)

    def test(self, campaign: str, draft: Any, addresses: Sequence[str]) -> None:
        self.needs(Feature.TEST, "send a test")

    def schedule(self, campaign: str, when: Any) -> None:
        self.needs(Feature.SCHEDULE, "schedule")

    def cancel(self, campaign: str) -> None:
        self.needs(Feature.CANCEL, "stop a campaign")


class CannotTakeBack(Buttondown):
    about = replace(Buttondown.about, features=Buttondown.about.features & ~Feature.UNSCHEDULE)

    def unschedule(self, campaign: str) -> None:
        self.needs(Feature.UNSCHEDULE, "cancel a schedule")


@pytest.mark.parametrize("promise", PROMISES)
@pytest.mark.parametrize("adapter", [CanDoLittle, CannotTakeBack])
def test_an_adapter_that_can_do_little_and_says_so_passes(adapter: Any, promise: str) -> None:
    with bench_of(adapter) as bench:
        getattr(CampaignContract(), promise)(bench)


@pytest.mark.parametrize("promise", PROMISES)
def test_a_bench_that_knows_little_will_do(promise: str) -> None:
    with bench_of(Buttondown) as bench:
        getattr(CampaignContract(), promise)(replace(bench, letters=None, fail=None, pass_time=None, copy=None))


STEPS = replace(Buttondown.about.limits, schedule_step_minutes=15, schedule_most_days=3)


class Takes(Buttondown):
    about = replace(Buttondown.about, limits=STEPS)


def test_the_steps_and_the_reach_of_a_schedule_are_tried() -> None:
    with bench_of(Takes) as bench:
        CampaignContract().test_a_moment_that_cannot_be_is_refused_at_once(bench)
        CampaignContract().test_it_goes_at_its_hour_once(bench)
