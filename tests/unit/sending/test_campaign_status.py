"""What `status` says of an order never contradicts itself: every state, step, purpose and answer of a provider."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from dataclasses import replace

import pytest

from newsletter.errors import UnavailableError
from newsletter.ledger.lease import LeaseInfo
from newsletter.ledger.records import Send, SendRun
from newsletter.model.audience import Audience
from newsletter.model.campaign import Target
from newsletter.model.provider_campaign import CampaignReport, RemoteCampaign, RemoteState
from newsletter.model.sends import PendingCall, Purpose, SendMode, SendState
from newsletter.providers.registry import adapter
from newsletter.sending.campaign_status import CampaignStatus
from newsletter.sending.completeness import Completeness, Reach, ended_in_time, measure
from newsletter.sending.provider_answer import Answer, ask
from newsletter.sending.status import SendProgress, SendStatus, campaign_summary, headline

NOW = dt.datetime(2027, 3, 1, 12, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
PROVIDERS = ["brevo", "buttondown", "listmonk", "mailchimp", "mailjet", "resend", "sendgrid"]
NOBODY = re.compile(
    r"no one (has|received) it|before anyone received it|"
    r"you can cancel it|has not been sent|never sent|it will not be sent"
)
SOMEBODY = re.compile(
    r"\b[1-9][\d,]*( of [\d,]+)? recipients?( so far|; | may not)|some recipients (may )?have it|sent to [1-9]"
)
RISKY_ONCE_BEGUN = ("# cancel it", "not-sent", "continue where it stopped", "everything is ready")
COUNTS = [None, 0, 58, 2000]


def order(state: SendState, step: PendingCall | None, purpose: Purpose, when: dt.datetime | None) -> Send:
    return Send(
        id="1",
        campaign_key="nl-2027-03-1",
        issue="2027-03",
        target=Target(provider="any", audience="7", segment=""),
        target_name="Team update",
        mode=SendMode.CAMPAIGN,
        run=SendRun(purpose),
        attempt=1,
        state=state,
        pending_call=step,
        remote_id="42",
        fingerprint="f",
        parts={},
        subject="News",
        recipients=2000,
        scheduled_for=when,
        created_by="kim",
        created_at=NOW - 2 * HOUR,
        finished_at=NOW - HOUR if state is SendState.SENT else None,
    )


def reach_of(there: RemoteCampaign, wanted: Send, name: str) -> Reach:
    """Measure without a network: what the state does not tell, the report does not tell either."""
    return measure(wanted, there, Scripted(name, CampaignReport(), {"7": 2000}), NOW)


class Scripted:
    """As much of a provider as counting asks of."""

    def __init__(self, name, report=None, audiences=None) -> None:
        self.about = adapter(name).about
        self.report = report
        self.there = audiences or {}
        self.asked: list[str] = []

    def count(self, campaign):
        self.asked.append(campaign)
        if self.report is None:
            raise UnavailableError("It is away.")
        return self.report

    def audiences(self):
        return [Audience(id=ident, name="Team update", count=count) for ident, count in self.there.items()]

    def segments(self, audience):
        return []


def answers(wanted: Send, name: str):
    yield None
    yield Answer(trouble="It cannot be reached")
    yield Answer(is_gone=True)
    for state, sent in itertools.product(RemoteState, COUNTS):
        if sent and not state.has_gone:
            continue
        when = NOW + HOUR if state is RemoteState.SCHEDULED else None
        there = RemoteCampaign(id="42", state=state, raw_state=f"raw {state}", scheduled_for=when, sent=sent)
        reach = reach_of(there, wanted, name)
        yield Answer(there, reach)
        if ended_in_time(wanted, there, NOW):
            yield Answer(there, reach, ended_in_time=True)


def every_order():
    for state, step, purpose in itertools.product(SendState, [None, *PendingCall], Purpose):
        if state in {SendState.DRAFT, SendState.CANCELLED}:
            continue  # `status` leaves these out
        if state in {SendState.SENDING, SendState.FAILED}:
            continue  # direct sends only
        for when in (None, NOW - HOUR, NOW + HOUR):
            if (state is SendState.SCHEDULED) == (when is not None) or state in {
                SendState.INTENDED,
                SendState.UNCERTAIN,
            }:
                yield order(state, step, purpose, when)


@pytest.mark.parametrize("name", PROVIDERS)
def test_sentences_steps_and_counts_agree_in_every_state(name):
    seen = 0
    for wanted in every_order():
        for answer in answers(wanted, name):
            for holder in (None, LeaseInfo("t", "desk:1", 12, NOW + HOUR)):
                agrees(CampaignStatus(wanted, adapter(name).about, answer, holder, NOW, dt.UTC))
                seen += 1
    assert seen > 10_000


def agrees(status: CampaignStatus) -> None:
    text, steps = " ".join(status.sentences), " ".join(status.steps)
    told = f"{status.send.state} {status.send.pending_call} {status.answer}: {text} | {steps}"
    answer, reach = status.answer, status.answer.reach if status.answer else Reach(Completeness.NOT_TOLD)
    assert text, told
    assert not (NOBODY.search(text) and SOMEBODY.search(text)), told
    counts_agree(text, reach, told)
    steps_agree(status, text, steps, told)
    if answer is not None and answer.has_begun:
        assert not NOBODY.search(text), told
    if answer is not None and answer.remote is not None and not answer.has_begun:
        assert not SOMEBODY.search(text), told
    if answer is not None and answer.trouble and not status.holder:
        assert "could not be reached" in text, told
        assert " says" not in text, told
    if status.is_partial and not status.holder:
        assert re.search(r"may not have it|paused|stopped|failed", text), told
    if not status.is_partial:
        assert not re.search(r"may not have it|do not have it|only \d", text), told
    assert "None" not in text, told


def counts_agree(text: str, reach: Reach, told: str) -> None:
    for done, whole in re.findall(r"\b([\d,]+) of ([\d,]+) recipients?", text):
        assert int(done.replace(",", "")) == reach.sent, told
        assert int(done.replace(",", "")) <= int(whole.replace(",", "")) == reach.meant, told


def steps_agree(status: CampaignStatus, text: str, steps: str, told: str) -> None:
    if status.answer is not None and status.answer.has_begun:
        # where it was cancelled or failed, and nobody is counted, a person decides what is true
        ended = (
            status.answer.reach.extent in {Completeness.STOPPED, Completeness.FAILED} and status.answer.reach.sent == 0
        )
        decides = {"not-sent"} if ended and status.send.state is SendState.UNCERTAIN else set()
        assert not any(one in steps for one in RISKY_ONCE_BEGUN if one not in decides), told
    if "# cancel it" in steps:
        assert not re.search(r"some recipients (may )?have it|stopped|submitted to", text), told
    if "you can cancel it" in text:
        assert "# cancel it" in steps, told
    if "--resolve not-sent" in steps:
        assert status.send.state is SendState.UNCERTAIN, told
    if "--remainder" in steps:
        assert status.answer is not None, told
        assert status.answer.reach.extent is Completeness.FEWER, told


@pytest.mark.parametrize("state", [RemoteState.CANCELLED, RemoteState.FAILED])
@pytest.mark.parametrize(
    ("known", "hour", "is_sure"),
    [
        (SendState.SENT, None, False),
        (SendState.SENT, HOUR, False),  # it went before its hour, whoever changed that
        (SendState.STOPPED, None, False),
        (SendState.STOPPED, HOUR, False),
        (SendState.UNCERTAIN, None, False),
        (SendState.SCHEDULED, -HOUR, False),
        (SendState.SCHEDULED, HOUR / 60, False),  # the provider's clock may be ahead
        (SendState.SCHEDULED, HOUR, True),
        (SendState.UNCERTAIN, HOUR, True),
        (SendState.INTENDED, HOUR, True),
    ],
)
def test_a_count_of_0_is_no_proof_that_nobody_has_it_once_it_may_have_begun(state, known, hour, is_sure):
    told = order(known, None, Purpose.WHOLE, NOW + hour if hour else None)
    provider = Scripted("resend", CampaignReport(sent=0), {"7": 2000})
    provider.state = lambda ident: RemoteCampaign(id=ident, state=state, raw_state=str(state))
    status = CampaignStatus(told, provider.about, ask(told, provider, NOW), None, NOW, dt.UTC)
    assert bool(NOBODY.search(" ".join(status.sentences))) is is_sure
    assert status.is_partial is not is_sure


def test_a_count_above_0_says_that_some_have_it_before_the_hour_too():
    told = order(SendState.SCHEDULED, None, Purpose.WHOLE, NOW + HOUR)
    provider = Scripted("resend", CampaignReport(sent=3), {"7": 2000})
    provider.state = lambda ident: RemoteCampaign(id=ident, state=RemoteState.CANCELLED)
    status = CampaignStatus(told, provider.about, ask(told, provider, NOW), None, NOW, dt.UTC)
    assert "after 3 of 2,000 recipients" in status.sentences[0]


@pytest.mark.parametrize("name", PROVIDERS)
def test_what_is_scheduled_after_its_hour_is_not_called_sending(name):
    about = adapter(name).about
    for known, hour in ((SendState.SCHEDULED, NOW - HOUR), (SendState.UNCERTAIN, NOW), (SendState.SENT, None)):
        there = RemoteCampaign(id="42", state=RemoteState.SCHEDULED, scheduled_for=hour or NOW)
        told = order(known, None, Purpose.WHOLE, hour)
        status = CampaignStatus(told, about, Answer(there, Reach(Completeness.NOT_BEGUN)), None, NOW, dt.UTC)
        text = " ".join(status.sentences)
        assert "still shows it as scheduled" in text
        assert not re.search(r"is sending|sends it|Until then|has sent", text)
        assert status.steps


def test_the_total_over_several_sends_is_that_of_what_the_provider_counts():
    about = adapter("mailchimp").about
    whole, again, more = (order(SendState.SENT, None, purpose, None) for purpose in Purpose)

    def status(one, sent, meant):
        there = RemoteCampaign(id="42", state=RemoteState.SENT, sent=sent)
        return CampaignStatus(one, about, Answer(there, Reach(Completeness.COMPLETE, sent, meant)), None, NOW, dt.UTC)

    now = SendStatus("2027-03", (), sends=tuple(map(SendProgress, (whole, again, more))), people=4000)
    said = campaign_summary(now, [status(whole, 1900, 2000), status(again, 58, 58), status(more, 100, 100)])
    assert said.endswith("In all, 2,000 people have it.")
    unknown = CampaignStatus(whole, about, Answer(trouble="It is away"), None, NOW, dt.UTC)
    assert "In all, 2,100 people have it." in campaign_summary(now, [unknown, status(more, 100, 100)])
    partial = Answer(RemoteCampaign(id="42", state=RemoteState.PAUSED), Reach(Completeness.PAUSED))
    assert "In all" not in campaign_summary(now, [CampaignStatus(whole, about, partial), status(more, 100, 100)])


def test_without_an_answer_an_order_that_may_have_gone_is_not_called_safe():
    told = order(SendState.INTENDED, PendingCall.SEND, Purpose.WHOLE, None)
    status = CampaignStatus(told, adapter("listmonk").about, Answer(trouble="It is away"), None, NOW, dt.UTC)
    assert "it is not known yet whether anyone has it" in status.sentences[0]
    assert status.steps == ["newsletter send 2027-03 # check whether it was sent"]
    assert "it is not known yet" in headline(
        SendStatus("2027-03", (), sends=(SendProgress(told),)), "listmonk", dt.UTC, NOW
    )


# --- counting ---------------------------------------------------------------------------------------------------------

SENT = order(SendState.SENT, None, Purpose.WHOLE, None)


def finished(sent: int | None, to_send: int | None = None, **more) -> RemoteCampaign:
    return RemoteCampaign(id="42", state=RemoteState.SENT, sent=sent, to_send=to_send, **more)


@pytest.mark.parametrize(
    ("name", "there", "report", "on_list", "expected"),
    [
        # the reporter's listmonk: finished with 329 of 2,000, and 1,600 of 2,000 after refusals
        ("listmonk", finished(329, 2000), None, 2000, (Completeness.FEWER, 1671)),
        ("listmonk", finished(1600, 2000), None, 2000, (Completeness.FEWER, 400)),
        ("listmonk", finished(2000, 2000), None, 2000, (Completeness.COMPLETE, 0)),
        ("listmonk", finished(1998, 2000), None, 1998, (Completeness.COMPLETE, 2)),  # two left meanwhile
        ("listmonk", finished(1997, 2000), None, 1998, (Completeness.FEWER, 3)),
        ("listmonk", finished(1500, 1500), None, 1500, (Completeness.COMPLETE, 0)),  # 500 left before it began
        (
            "listmonk",
            finished(1500, 1500),
            None,
            2000,
            (Completeness.FEWER, 500),
        ),  # its count was too low from the start
        ("listmonk", finished(2010, 2010), None, 2010, (Completeness.COMPLETE, 0)),  # ten joined before it began
        ("mailchimp", finished(1999), None, 1999, (Completeness.COMPLETE, 1)),
        ("mailchimp", finished(1000), None, 2000, (Completeness.FEWER, 1000)),
        # bounces are among those that were sent
        ("brevo", finished(None), CampaignReport(sent=2000, hard_bounces=40), 1960, (Completeness.COMPLETE, 0)),
        ("brevo", finished(None), CampaignReport(sent=1200, waiting=800), 2000, (Completeness.FEWER, 800)),
        ("mailjet", finished(None), CampaignReport(sent=1990, left_out=10), 2000, (Completeness.COMPLETE, 10)),
        ("mailjet", finished(None), CampaignReport(sent=1000, left_out=10), 2000, (Completeness.FEWER, 1000)),
        ("resend", finished(None), CampaignReport(sent=1995, left_out=5), 2000, (Completeness.COMPLETE, 5)),
        ("resend", finished(None), CampaignReport(sent=7), 2000, (Completeness.FEWER, 1993)),
        ("buttondown", finished(1700), None, 2000, (Completeness.FEWER, 300)),
        # its lists count people who have left
        ("sendgrid", finished(None), CampaignReport(sent=1850), 2000, (Completeness.COMPLETE, 150)),
        ("sendgrid", finished(None), CampaignReport(sent=1000), 2000, (Completeness.FEWER, 1000)),
        ("brevo", finished(None), None, 2000, (Completeness.NOT_TOLD, 0)),  # its counts could not be reached for
    ],
)
def test_a_half_send_is_told_from_bounces_and_from_people_who_left(name, there, report, on_list, expected):
    reach = measure(replace(SENT, finished_at=NOW - 3 * HOUR), there, Scripted(name, report, {"7": on_list}), NOW)
    assert (reach.extent, reach.missing) == expected


@pytest.mark.parametrize("name", ["brevo", "mailjet", "resend", "buttondown", "sendgrid"])
def test_counts_that_can_be_late_are_not_called_missing_at_once(name):
    provider = Scripted(name, CampaignReport(sent=10), {"7": 2000})
    fresh = replace(SENT, finished_at=NOW - dt.timedelta(minutes=1))
    assert measure(fresh, finished(None), provider, NOW).extent is Completeness.SENDING
    assert measure(fresh, finished(None), provider, NOW + 2 * HOUR).extent is Completeness.FEWER


@pytest.mark.parametrize(
    ("state", "extent"),
    [
        (RemoteState.PAUSED, Completeness.PAUSED),
        (RemoteState.CANCELLED, Completeness.STOPPED),
        (RemoteState.FAILED, Completeness.FAILED),
        (RemoteState.SENDING, Completeness.SENDING),
    ],
)
def test_paused_stopped_and_failed_are_told_apart(state, extent):
    there = RemoteCampaign(id="42", state=state, sent=58, to_send=2000)
    reach = measure(SENT, there, Scripted("listmonk"), NOW)
    assert (reach.extent, reach.sent, reach.meant) == (extent, 58, 2000)
    assert reach.is_partial is (extent is not Completeness.SENDING)


def test_the_list_is_asked_for_only_where_fewer_were_sent():
    provider = Scripted("listmonk", None, {"7": 2000})
    provider.audiences = lambda: pytest.fail("the list was asked for")
    assert measure(SENT, finished(2000, 2000), provider, NOW).extent is Completeness.COMPLETE
