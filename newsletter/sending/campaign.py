"""The protocol of sending through a provider that keeps campaigns of its own.

1. It is written down that the issue is to go, with the content as it stands, before the provider hears of it.
2. Each call that changes something there is written down before it is made, and crossed out when its outcome is known.
3. The campaign is made or found by our key, read back and compared; only then is it scheduled, or sent.
4. The call to send or schedule is made once. Where it has no clear answer, the provider is asked over a settling time
   how far the campaign is; where it cannot be asked, or still shows a draft, nothing goes on until a person says.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

from newsletter.errors import DoubtError, GateError, NewsletterError, ProviderError, RefusedError
from newsletter.ledger.lease import Lease
from newsletter.ledger.records import AuditNote, Send, SendIntent, SendRun
from newsletter.ledger.sends import FIRST
from newsletter.ledger.store import Ledger
from newsletter.model.provider_campaign import CampaignDraft
from newsletter.model.sends import PendingCall, Purpose, SendState, campaign_key
from newsletter.model.titles import capital
from newsletter.providers.campaign import CampaignProvider
from newsletter.providers.capabilities import Feature
from newsletter.providers.http_types import Call
from newsletter.sending.campaign_checks import refuse_moment, refuse_nobody, refuse_overlap, refuse_rivals
from newsletter.sending.campaign_draft import ImageHosting, build_draft
from newsletter.sending.content_difference import Differences
from newsletter.sending.draft_sync import DraftSync
from newsletter.sending.formatting import count_noun, format_datetime
from newsletter.sending.payload import SendPayload, deserialize
from newsletter.sending.provider_answer import HandedOver
from newsletter.sending.remote_state import IN_FLIGHT, REFUSED_SECONDS, RemoteStateSync
from newsletter.sending.repeat_send import RepeatRun, plan_repeat
from newsletter.sending.send_errors import WHAT, refuse_second
from newsletter.sending.settling import BRIEF
from newsletter.sending.target import ResolvedTarget


@dataclass(frozen=True, slots=True)
class CampaignSender:
    """What is done with sends at one provider, in the name of `who`.

    `pause` waits, in seconds; `tell` shows what is waited for.
    """

    ledger: Ledger
    provider: CampaignProvider
    media_url: str = ""
    who: str = "someone"
    zone: dt.tzinfo | None = None
    pause: Callable[[float], None] = field(default=time.sleep)
    tell: Callable[[str], None] = field(default=lambda _: None)
    accepted: str = ""
    """The fingerprint of differences in what the provider holds that a person has accepted."""

    @property
    def image_hosting(self) -> ImageHosting:
        """Return where the provider's campaigns find their pictures."""
        return ImageHosting(self.provider, self.ledger.uploads, self.media_url)

    @property
    def remote_state(self) -> RemoteStateSync:
        """Return what asks the provider how far a send is."""
        return RemoteStateSync(self.ledger, self.provider, self.who, self.zone, self.pause, self.tell)

    @property
    def tells(self) -> bool:
        """Return whether the provider can tell who has which campaign."""
        return Feature.AGAIN in self.provider.about.features

    @property
    def draft_sync(self) -> DraftSync:
        """Return what has the provider hold a draft."""
        return DraftSync(self.remote_state, self.accepted)

    def open(self, payload: SendPayload, resolved: ResolvedTarget, run: SendRun = FIRST) -> Send:
        """Return the send of a run of an issue to a target, as a draft if there is none; nothing is called."""
        return self.ledger.sends.open_campaign(
            payload.issue,
            resolved.target,
            run,
            target_name=resolved.words,
            who=self.who,
        )

    def planned(
        self, payload: SendPayload, resolved: ResolvedTarget, when: dt.datetime | None, run: SendRun = FIRST
    ) -> list[Call]:
        """Return the calls that sending would make, as far as they are known before the first answer.

        Refuse by name what the provider cannot express, or cannot do at that moment.
        """
        if when is not None:
            in_part = bool(resolved.segment or resolved.narrowed)
            refuse_moment(self.provider, when, self.ledger.clock(), in_part=in_part)
        links, missing = self.image_hosting.planned(payload.message)
        key = campaign_key(payload.issue, resolved.target, run.purpose, 1)
        live = self.ledger.sends.live(payload.issue, resolved.target, run)
        draft = build_draft(live.campaign_key if live else key, payload, self.provider, links)
        # where a picture will be is known only when it is stored there
        uploads = [Call("POST", f"(upload the image {name})") for name in missing]
        return [*uploads, *self.provider.plan(draft, when)]

    def handed_over(self, send: Send) -> HandedOver | None:
        """Return what a send handed over, to be compared with what the provider holds; None where it is not known."""
        try:
            payload = deserialize(self.ledger.sends.content(send))
            links, missing = self.image_hosting.planned(payload.message)
            draft = build_draft(send.campaign_key, payload, self.provider, links)
        except NewsletterError:
            return None
        return None if missing else HandedOver(draft, send.accepted)

    # --- tests ----------------------------------------------------------------------------------------------------

    def test(
        self,
        payload: SendPayload,
        resolved: ResolvedTarget,
        addresses: Sequence[str],
        show: Callable[[Differences], None] | None = None,
    ) -> str:
        """Send a test of the campaign itself to these addresses; return where the draft is to be seen, in words.

        What the provider holds otherwise than it was handed over is given to `show`; without it, that is refused.
        What was sent, and was fixed since, is tested as the correction that it would be.
        """
        self.provider.needs(Feature.TEST, "send a test")
        most = self.provider.about.limits.test_addresses
        if most is not None and len(addresses) > most:
            raise ProviderError(
                f"{capital(self.provider.title)} sends a test to at most {count_noun(most, 'address', 'addresses')}.",
                hint="Nothing was sent. Use fewer addresses.",
            )
        whole = self.ledger.sends.live(payload.issue, resolved.target)
        run = FIRST
        if whole is not None and whole.state is not SendState.DRAFT and Feature.AGAIN in self.provider.about.features:
            next_one = plan_repeat(self.remote_state, payload.issue, resolved, Purpose.CORRECTION, payload.fingerprint)
            payload, resolved, run = narrowed(payload, next_one.target), next_one.target, next_one.run
        send = self.open(payload, resolved, run)
        draft = build_draft(send.campaign_key, payload, self.provider, self.image_hosting.planned(payload.message)[0])
        with self.ledger.sends.lease(send) as lease:
            send = self.ledger.sends.read(lease)
            if send.state is not SendState.DRAFT:
                raise GateError(
                    f"{send.issue} is already being sent, so it can no longer be tested.",
                    hint=f"Run `newsletter status {send.issue}` to see its progress.",
                )
            draft = self._draft(send, payload)
            send = replace(self.draft_sync, show=show).save(lease, send, draft)
            self.provider.test(send.remote_id or "", draft, addresses)
        return f"{self.provider.title}, as “{draft.title}”"

    # --- sending --------------------------------------------------------------------------------------------------

    def begin(
        self,
        payload: SendPayload,
        resolved: ResolvedTarget,
        when: dt.datetime | None,
        repeat: RepeatRun | None = None,
        known: Collection[str] = (),
    ) -> Send:
        """Write down that the issue is to go, and have the provider send it at a moment, or now for None.

        `repeat` is set if it is sent again, and has its recipients. `known` are the ids of the sends to other audiences
        that a person was asked about.
        """
        run = repeat.run if repeat else FIRST
        resolved = repeat.target if repeat else resolved
        payload = narrowed(payload, resolved)
        self.planned(payload, resolved, when, run)
        refuse_nobody(resolved)
        refuse_overlap(payload.issue, resolved, self.ledger.sends.all(payload.issue), zone=self.zone)
        send = self.open(payload, resolved, run)
        with self.ledger.sends.lease(send) as lease:
            send = self.ledger.sends.read(lease)
            if send.state is not SendState.DRAFT:
                raise refuse_second(send, self.zone)
            intent = SendIntent(
                payload.fingerprint, payload.parts, payload.freeze(), payload.message.subject, resolved.count
            )
            hour = f" on {format_datetime(when, self.zone)}" if when else ""
            words = (
                f"requested a send of {WHAT[run.purpose]} to {_reach(resolved)}{hour}, through {self.provider.title}"
            )
            send = self.ledger.sends.write(
                lease,
                state=SendState.INTENDED,
                scheduled_for=when,
                intent=intent,
                note=AuditNote(self.who, words),
                check=lambda others: refuse_rivals(payload.issue, resolved, repeat, others, known, zone=self.zone),
            )
            return self._forward(lease, send)

    def carry_on(self, send: Send, when: dt.datetime | None, *, is_wish: bool = False) -> Send:
        """Go on with a send that broke off, with the content that was frozen; safe to call again after anything.

        `when` is the moment for it, or None for at once, if the one that was meant has passed or a person asked for
        another one now (`is_wish`).
        """
        with self.ledger.sends.lease(send) as lease:
            send = self.ledger.sends.read(lease)
            if not send.state.is_under_way:
                raise refuse_second(send, self.zone)
            found = self.remote_state.of(lease, send)
            if found.send.state in IN_FLIGHT:
                return found.send
            send = found.send
            if is_wish and when is not None:
                in_part = bool(send.target.segment) or send.purpose is not Purpose.WHOLE
                refuse_moment(self.provider, when, self.ledger.clock(), in_part=in_part)
            late = send.scheduled_for is not None and not self._is_possible(send.scheduled_for)
            hour = when if late or is_wish else send.scheduled_for
            send = self.ledger.sends.write(lease, state=SendState.INTENDED, scheduled_for=hour)
            return self._forward(lease, send)

    def _is_possible(self, when: dt.datetime) -> bool:
        try:
            self.provider.about.limits.check_moment(when, self.ledger.clock(), "")
        except ProviderError:
            return False
        return True

    def _forward(self, lease: Lease, send: Send) -> Send:
        """Bring a send that is to go, and surely has not gone, to its end."""
        try:
            draft = self._draft(send, deserialize(self.ledger.sends.content(send)))
            send = self.draft_sync.save(lease, send, draft)
        except DoubtError as error:
            raise DoubtError(
                error.message,
                hint=(
                    "Nothing was sent: the error occurred during preparation. Run `newsletter send "
                    f"{send.issue}` again; it checks what already exists first."
                ),
            ) from error
        except RefusedError as error:
            send = self.ledger.sends.read(lease)
            if send.remote_id is not None:  # a draft that cannot be changed may be one no more
                return self._after_refusal(lease, send, error, BRIEF)
            self._take_down(lease, error)
            raise
        except ProviderError as error:
            self._take_down(lease, error)
            raise
        return self._launch(lease, send)

    def _take_down(self, lease: Lease, error: NewsletterError) -> None:
        """Write down that the provider refused: nothing has gone, and the issue can be fixed and sent anew."""
        words = f"could not send it: {error.message.rstrip('.')}"
        self.ledger.sends.write(lease, state=SendState.DRAFT, pending_call=None, note=AuditNote(self.who, words))

    def _draft(self, send: Send, payload: SendPayload) -> CampaignDraft:
        return build_draft(send.campaign_key, payload, self.provider, self.image_hosting.links(payload.message))

    def _launch(self, lease: Lease, send: Send) -> Send:
        """Have the campaign scheduled or sent, and make sure that it is; the call is made once."""
        send = self.ledger.sends.write(
            lease, pending_call=PendingCall.SCHEDULE if send.scheduled_for else PendingCall.SEND
        )
        try:
            self._ask_to_go(send)
        except RefusedError as error:
            if not error.in_own_words or error.status in _NO_PROOF:
                return self.remote_state.after_doubt(lease, send, error).send
            return self._after_refusal(lease, send, error, REFUSED_SECONDS)
        except DoubtError as error:
            return self.remote_state.after_doubt(lease, send, error).send
        except ProviderError as error:  # nothing of it was written
            self._take_down(lease, error)
            raise
        return self.remote_state.after_accepted(lease, send).send

    def _after_refusal(self, lease: Lease, send: Send, error: RefusedError, seconds: float) -> Send:
        """Take a send down that the provider refused, unless it shows that it is on its way all the same."""
        send = self.remote_state.after_refused(lease, send, seconds).send
        if send.state in IN_FLIGHT:
            return send
        self._take_down(lease, error)
        raise error

    def _ask_to_go(self, send: Send) -> None:
        if send.scheduled_for:
            self.provider.schedule(send.remote_id or "", send.scheduled_for)
        else:
            self.provider.send(send.remote_id or "")


_NO_PROOF = {404, 409}
"""Statuses that a provider also gives for a campaign that is on its way: gone from the drafts, or in conflict."""


def narrowed(payload: SendPayload, resolved: ResolvedTarget) -> SendPayload:
    """Return what goes out to those of a target who are meant."""
    return payload.model_copy(update={"rule": resolved.narrowed.rule}) if resolved.narrowed else payload


def _reach(resolved: ResolvedTarget) -> str:
    return resolved.words if resolved.count is None else f"{resolved.words} ({count_noun(resolved.count, 'recipient')})"
