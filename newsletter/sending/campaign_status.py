"""Where a send stands, by the ledger and by what the provider says: sentences that agree, and what to do next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from newsletter.ledger.lease import LeaseInfo
from newsletter.ledger.records import Send
from newsletter.model.provider_campaign import RemoteCampaign, RemoteState
from newsletter.model.sends import SendState
from newsletter.model.titles import capital
from newsletter.providers.capabilities import Feature, ProviderInfo
from newsletter.sending.campaign_headline import WHAT, described_target, send_headline, send_steps
from newsletter.sending.completeness import CLOCK_MARGIN, Completeness, Reach
from newsletter.sending.formatting import count_noun, format_datetime
from newsletter.sending.provider_answer import Answer


@dataclass(frozen=True, slots=True)
class CampaignStatus:
    """A send at a moment, what the provider said of it (None: it was not asked), and who is at work on it."""

    send: Send
    about: ProviderInfo
    answer: Answer | None = None
    holder: LeaseInfo | None = None
    at: dt.datetime | None = None
    zone: dt.tzinfo | None = None

    @property
    def is_partial(self) -> bool:
        """Return whether the provider sent it to some people only."""
        return self.answer is not None and self.answer.has_begun and self.answer.reach.is_partial

    @property
    def is_altered(self) -> bool:
        """Return whether it was changed, moved, unscheduled or deleted at the provider, so that a person must look."""
        answer = self.answer
        if answer is None or self.holder:
            return False
        return self._is_off_schedule or bool(answer.changed.found) or self._was_moved(answer.remote)

    @property
    def sentences(self) -> list[str]:
        """Return where it stands. What the provider says now counts for more than what the ledger knew."""
        return [*self._standing(), *self._changed()]

    def _standing(self) -> list[str]:
        if self.holder:
            who = f"process {self.holder.pid} on {self.holder.machine}"
            return [f"{self._what} is being submitted to {self.about.title} right now by {who}."]
        answer = self.answer
        if answer is not None and answer.has_begun:
            return [*self._reached(answer), *self._behind()]
        if answer is not None and answer.is_gone and self.send.state is SendState.SCHEDULED:
            return [self._deleted()]
        if answer is not None and answer.remote is not None and answer.remote.state is RemoteState.SCHEDULED:
            return self._scheduled(answer.remote)
        if answer is not None and answer.remote is not None and not answer.has_begun:
            return self._not_begun(answer.remote)
        return [send_headline(self.send, self.about.title, self.zone, self.at), *self._not_asked()]

    @property
    def steps(self) -> list[str]:
        """Return the commands that lead on, each with what it does; none may lead to a second email for anybody."""
        issue, answer = self.send.issue, self.answer
        if self.holder:
            return [f"newsletter status {issue} # check whether it is done"]
        if self._is_off_schedule:
            return [f"newsletter cancel {issue} # record that it is not scheduled any more; then it can be sent again"]
        if answer is None or answer.remote is None:
            return send_steps(self.send, self.at)
        if answer.has_begun:
            return self._steps_after_it_began(answer)
        if answer.remote.state is RemoteState.SCHEDULED:
            return self._steps_while_scheduled(answer.remote)
        ask_again = [f"newsletter status {issue} # ask {self.about.title} again"]
        return ask_again if self.send.state is SendState.SENT and self._is_draft else send_steps(self.send, self.at)

    def _steps_while_scheduled(self, there: RemoteCampaign) -> list[str]:
        issue = self.send.issue
        if self.send.state is SendState.SENT and self._is_overdue(there):
            return [f"newsletter status {issue} # ask {self.about.title} again", *self._way_to_stop()]
        known = self.send.state is SendState.SCHEDULED
        record = [] if known else [f"newsletter send {issue} # record it in the ledger; sends nothing twice"]
        return [*record, *self._way_back()]

    def _changed(self) -> list[str]:
        """Return that the provider holds, or sent, something else than it was given, and what to do."""
        answer = self.answer
        if answer is None or self.holder or not answer.changed.found:
            return []
        words = answer.changed.in_words
        if answer.has_begun:
            return [f"Warning: what {self.about.title} sent is not what was submitted ({words})."]
        advice = (
            "Cancel it, or change it back on the provider's website"
            if self._can_be_taken_back
            else "Change it back on the provider's website"
        )
        changed = f"Warning: the campaign was changed at {self.about.title} after it was checked ({words})."
        return [changed, f"{advice}, before it is sent."]

    @property
    def _is_draft(self) -> bool:
        return bool(self.answer and self.answer.remote and self.answer.remote.state is RemoteState.DRAFT)

    @property
    def _is_off_schedule(self) -> bool:
        """Return whether the ledger has it as scheduled, and the provider as a draft, or not at all."""
        is_off = self._is_draft or (self.answer is not None and self.answer.is_gone)
        return self.send.state is SendState.SCHEDULED and is_off

    def _was_moved(self, there: RemoteCampaign | None) -> bool:
        """Return whether the provider has another time than the ledger."""
        if there is None or there.state is not RemoteState.SCHEDULED or self.send.state is not SendState.SCHEDULED:
            return False
        planned, now = self.send.scheduled_for, there.scheduled_for
        return planned is not None and now is not None and abs(now - planned) >= CLOCK_MARGIN

    def _deleted(self) -> str:
        hour = f" on {format_datetime(self.send.scheduled_for, self.zone)}" if self.send.scheduled_for else ""
        return (
            f"{self._what} was scheduled to be sent{hour}, to {self._whom}, but {self.about.title} no longer has this "
            "campaign: it may have been deleted there. If it was deleted before that time, no one received it."
        )

    def _reached(self, answer: Answer) -> list[str]:
        """Return how far the campaign went, and what to do where that is not to everybody."""
        reach, advice = answer.reach, self.about.partial
        if reach.extent is Completeness.PAUSED and self.send.state is SendState.STOPPED:  # it was we who stopped it
            reach = replace(reach, extent=Completeness.STOPPED)
        words = {
            Completeness.SENDING: self._sending,
            Completeness.COMPLETE: self._complete,
            Completeness.FEWER: self._fewer,
            Completeness.PAUSED: self._paused,
            Completeness.STOPPED: self._stopped,
            Completeness.FAILED: self._failed,
        }.get(reach.extent, self._untold)(answer)
        hint = {Completeness.PAUSED: advice.paused, Completeness.FEWER: advice.fewer}
        more = [hint.get(reach.extent, advice.stopped)] if reach.is_partial else []
        return [words, *more, *_where(answer.remote)]

    def _sending(self, answer: Answer) -> str:
        of = "" if answer.reach.sent is None else f"{_of(answer.reach)} so far"
        if answer.remote is not None and answer.remote.state is RemoteState.SENT:
            late = "its counts can be delayed"
            return (
                f"{self._title} reports that {self._it} was sent to {self.send.target_name}, and counts {of}; {late}."
            )
        of = of or "it does not report the progress"
        return f"{self._title} is sending {self._it} to {self.send.target_name}: {of}."

    def _complete(self, answer: Answer) -> str:
        done = f"sent to {_of(answer.reach)}{_excused(answer.reach)}"
        return f"{self._what} was submitted to {self.about.title}{self._when}, for {self.send.target_name}: {done}."

    def _fewer(self, answer: Answer) -> str:
        reach = answer.reach
        rest = f"{count_noun(reach.missing, 'recipient')} may not have it{_excused(reach)}"
        to = self.send.target_name
        return f"{self._title} has finished sending {self._it} to {to}, but counts only {_of(reach)}: {rest}."

    def _paused(self, answer: Answer) -> str:
        return f"{self._title} paused {self._it} while sending it to {self.send.target_name}{_after(answer.reach)}"

    def _stopped(self, answer: Answer) -> str:
        return f"{self._what} was stopped while it was being sent to {self.send.target_name}{_after(answer.reach)}"

    def _failed(self, answer: Answer) -> str:
        return f"{self._title} reports that sending {self._it} to {self.send.target_name} failed{_after(answer.reach)}"

    def _untold(self, answer: Answer) -> str:
        """Return what the provider says where it does not tell how far it is, or says a word that is not known."""
        state, raw = RemoteState.UNKNOWN, ""
        if answer.remote is not None:
            state, raw = answer.remote.state, answer.remote.raw_state
        if state is not RemoteState.SENT:
            return f"{self._title} reports {self._it} as “{raw or state}”: it is not known who has it."
        sent = answer.reach.sent
        said = "the number of recipients is unknown" if sent is None else f"sent to {count_noun(sent, 'recipient')}"
        return f"{self._what} was submitted to {self.about.title}{self._when}, for {self._whom}: {said}."

    def _behind(self) -> list[str]:
        """Return that the ledger does not know yet, where it does not."""
        if self.send.state in {SendState.SENT, SendState.STOPPED}:
            return []
        return ["The ledger does not have this yet."]

    def _scheduled(self, there: RemoteCampaign) -> list[str]:
        when = there.scheduled_for or self.send.scheduled_for
        if when is not None and self._is_overdue(there):
            return [self._overdue(when), *_where(there)]
        hour = f" on {format_datetime(when, self.zone)}" if when else " at an unknown time"
        until = " Until then you can cancel it." if self._can_be_taken_back else ""
        return [
            f"{self._title} will send {self._it}{hour}, to {self._whom}.{until}",
            *self._behind_schedule(),
            *_where(there),
        ]

    def _is_overdue(self, there: RemoteCampaign) -> bool:
        """Return whether the hour has come of a campaign that is shown as scheduled."""
        when = there.scheduled_for or self.send.scheduled_for
        return when is not None and self.at is not None and when <= self.at

    def _overdue(self, when: dt.datetime) -> str:
        """Return that the provider has not started a send that is due, as far as it shows."""
        if self.send.state is SendState.SENT:
            return f"{self._title} accepted {self._it} for sending to {self._whom}, and still shows it as scheduled."
        hour = format_datetime(when, self.zone)
        return f"{self._what} was due on {hour}, to {self._whom}, but {self.about.title} still shows it as scheduled."

    def _behind_schedule(self) -> list[str]:
        if self._was_moved(self.answer.remote if self.answer else None):
            planned = self.send.scheduled_for
            was = f"; it was scheduled for {format_datetime(planned, self.zone)}" if planned else ""
            return [f"The time was changed at {self.about.title}{was}."]
        if self.send.state is SendState.SCHEDULED:
            return []
        if self.send.state is SendState.SENT:
            return ["The ledger has it as sent: it may have been rescheduled on the provider's website."]
        return ["The ledger does not have this yet."]

    def _not_begun(self, there: RemoteCampaign) -> list[str]:
        """Return that nobody has it, as the provider says now: a draft, or stopped before anybody got it."""
        state, where = self.send.state, _where(there)
        if there.state is not RemoteState.DRAFT:
            said = "was cancelled" if there.state is RemoteState.CANCELLED else "failed"
            return [f"{self._what} {said} at {self.about.title} before anyone received it.", *where]
        if state is SendState.INTENDED:
            return [send_headline(self.send, self.about.title, self.zone), *self._says_draft(), *where]
        if state is SendState.UNCERTAIN:
            return [send_headline(self.send, self.about.title, self.zone), *self._says_draft(), *where]
        if state is SendState.SCHEDULED:
            words = f"{self._what} was scheduled for {self._whom}, but is a draft at {self.about.title} now"
            return [f"{words}: it will not be sent.", *where]
        words = f"The ledger has {self._it} as {state}, but it is a draft at {self.about.title}"
        return [f"{words}: it is not known whether anyone has it.", *where]

    def _says_draft(self) -> list[str]:
        proof = (
            ", which is not conclusive because the call to send it had no clear response"
            if self.send.is_unclear
            else ""
        )
        return [f"{self._title} reports: draft{proof}."]

    def _not_asked(self) -> list[str]:
        answer = self.answer
        if answer is None:
            return []
        if answer.is_gone:
            never = self.send.state is SendState.INTENDED and not self.send.remote_id
            return [] if never else [f"{self._title} no longer has this campaign; it may have been deleted there."]
        return [f"{self._title} could not be reached just now: {answer.trouble}."] if answer.trouble else []

    def _steps_after_it_began(self, answer: Answer) -> list[str]:
        issue, reach = self.send.issue, answer.reach
        steps = []
        if self.send.state.is_under_way and reach.extent not in {
            Completeness.PAUSED,
            Completeness.FAILED,
            Completeness.NOT_TOLD,
        }:
            steps.append(f"newsletter send {issue} # record it in the ledger; sends nothing twice")
        elif self.send.state is SendState.UNCERTAIN:
            steps.append(f"newsletter send {issue} --resolve sent # if you are certain that it was sent")
            if reach.sent == 0 and reach.extent in {Completeness.STOPPED, Completeness.FAILED}:
                steps.append(f"newsletter send {issue} --resolve not-sent # if you are certain that no one has it")
        if (
            reach.extent is Completeness.FEWER
            and Feature.AGAIN in self.about.features
            and not self.send.state.is_under_way
        ):
            steps.append(f"newsletter send {issue} --remainder # send it to subscribers who have not received it")
        is_on_its_way = answer.remote is not None and answer.remote.state is RemoteState.SENDING
        if is_on_its_way:
            steps += self._way_to_stop()
        if Feature.REPORT in self.about.features:
            steps.append(f"newsletter report {issue} # show the results")
        return steps

    def _way_to_stop(self) -> list[str]:
        can = Feature.CANCEL in self.about.features
        return [f"newsletter cancel {self.send.issue} # stop it; recipients who have it keep it"] if can else []

    def _way_back(self) -> list[str]:
        return [f"newsletter cancel {self.send.issue} # cancel it"] if self._can_be_taken_back else []

    @property
    def _can_be_taken_back(self) -> bool:
        return Feature.UNSCHEDULE in self.about.features

    @property
    def _title(self) -> str:
        return capital(self.about.title)

    @property
    def _what(self) -> str:
        return WHAT[self.send.purpose]

    @property
    def _it(self) -> str:
        return self._what[0].lower() + self._what[1:]

    @property
    def _when(self) -> str:
        return f", on {format_datetime(self.send.finished_at, self.zone)}" if self.send.finished_at else ""

    @property
    def _whom(self) -> str:
        return described_target(self.send)


def _of(reach: Reach) -> str:
    """Return a count in words: `58 of 2,000 people`, or `58 people` where it is not known of how many."""
    if reach.meant is None or (reach.sent or 0) > reach.meant:
        return count_noun(reach.sent or 0, "person", "people")
    return f"{reach.sent or 0:,} of {count_noun(reach.meant, 'recipient')}"


def _excused(reach: Reach) -> str:
    """Return, in brackets, why fewer got it than it was for, as far as that is known."""
    words = []
    if reach.missing and reach.left:
        words.append(f"{count_noun(reach.left, 'person has', 'people have')} left the list since")
    if reach.missing and reach.left_out:
        words.append(f"{reach.left_out:,} skipped because they had unsubscribed, bounced or complained before")
    return f" ({'; '.join(words)})" if words else ""


def _after(reach: Reach) -> str:
    """Return after how many people a campaign ended, as the end of a sentence."""
    if reach.sent is None:
        return ": some recipients may have it."
    rest = (
        f"; by its count {count_noun(reach.missing, 'recipient does', 'recipients do')} not have it"
        if reach.missing
        else ""
    )
    return f", after {_of(reach)}{rest}."


def _where(there: RemoteCampaign | None) -> list[str]:
    return [f"See {there.admin_url}"] if there is not None and there.admin_url else []
