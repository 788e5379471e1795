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
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from newsletter.errors import DoubtError, GateError, NewsletterError, ProviderError, RefusedError, UnsupportedError
from newsletter.ledger.campaign_sends import FIRST
from newsletter.ledger.lease import Lease
from newsletter.ledger.records import AuditNote, CampaignSendRecord, SendIntent, SendRun
from newsletter.ledger.store import Ledger
from newsletter.model.provider_campaign import CampaignDraft
from newsletter.model.sends import OrderState, PendingCall, Purpose, campaign_key
from newsletter.model.titles import capital
from newsletter.providers.campaign import CampaignProvider
from newsletter.providers.capabilities import Feature
from newsletter.providers.http_types import Call
from newsletter.sending.campaign_draft import ImageHosting, build_draft
from newsletter.sending.content_comparison import Differences
from newsletter.sending.draft_sync import DraftSync
from newsletter.sending.formatting import count_noun, format_datetime
from newsletter.sending.payload import SendPayload, deserialize
from newsletter.sending.remote_state import IN_FLIGHT, REFUSED_SECONDS, RemoteStateSync
from newsletter.sending.repeat_send import NOT_GOING, RepeatRun, plan_repeat
from newsletter.sending.send_errors import refuse_second
from newsletter.sending.settling import BRIEF
from newsletter.sending.target import ResolvedTarget


@dataclass(frozen=True, slots=True)
class CampaignSender:
    """What is done with orders at one provider, in the name of `who`.

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
    def gallery(self) -> ImageHosting:
        """Return where the provider's campaigns find their pictures."""
        return ImageHosting(self.provider, self.ledger.uploads, self.media_url)

    @property
    def remote_state(self) -> RemoteStateSync:
        """Return what asks the provider how far an order is."""
        return RemoteStateSync(self.ledger, self.provider, self.who, self.zone, self.pause, self.tell)

    @property
    def saving(self) -> DraftSync:
        """Return what has the provider hold a draft."""
        return DraftSync(self.remote_state, self.accepted)

    def open(self, outgoing: SendPayload, aim: ResolvedTarget, run: SendRun = FIRST) -> CampaignSendRecord:
        """Return the order of a run of an issue to an aim, as a draft if there is none; nothing is called."""
        return self.ledger.orders.open(
            outgoing.issue,
            aim.target,
            run,
            aimed_at=aim.words,
            sender=outgoing.message.sender.email,
            who=self.who,
        )

    def planned(
        self, outgoing: SendPayload, aim: ResolvedTarget, when: dt.datetime | None, run: SendRun = FIRST
    ) -> list[Call]:
        """Return the calls that sending would make, as far as they are known before the first answer.

        Refuse by name what the provider cannot express, or cannot do at that moment.
        """
        if when is not None:
            self.provider.needs(Feature.SCHEDULE, "schedule a send")
            self.provider.about.limits.check_moment(when, self.ledger.clock(), capital(self.provider.title))
            if (aim.segment or aim.narrowed) and not self.provider.about.limits.schedules_segments:
                raise UnsupportedError(
                    f"{capital(self.provider.title)} cannot schedule a send to part of an audience.",
                    hint="Nothing was sent. Run the command without --at at the time you want to send.",
                )
        links, missing = self.gallery.planned(outgoing.message)
        key = campaign_key(outgoing.issue, aim.target, run.purpose, outgoing.message.sender.email, 1)
        live = self.ledger.orders.live(outgoing.issue, aim.target, run)
        draft = build_draft(live.campaign_key if live else key, outgoing, self.provider, links)
        # where a picture will be is known only when it is stored there
        uploads = [Call("POST", f"(upload the image {name})") for name in missing]
        return [*uploads, *self.provider.plan(draft, when)]

    def refuse_nobody(self, aim: ResolvedTarget) -> None:
        """Raise GateError where the provider says that nobody would get it."""
        if aim.count == 0:
            raise GateError(
                f"There is no one to send to: {aim.words} has no active subscribers.", hint="Nothing was sent."
            )

    def refuse_overlap(
        self, outgoing: SendPayload, aim: ResolvedTarget, orders: Sequence[CampaignSendRecord] | None = None
    ) -> None:
        """Raise GateError where the issue went, or is to go, to another part of the same audience.

        Nobody but the provider knows who is in both, and whoever is would get it twice. `orders` are the issue's, read
        from the ledger where they are left out.
        """
        for one in self.ledger.orders.all(outgoing.issue) if orders is None else orders:
            same = one.target.provider == aim.target.provider and one.target.audience == aim.target.audience
            if same and one.target != aim.target and one.state not in NOT_GOING:
                raise GateError(
                    f"{outgoing.issue} was already sent or scheduled to {one.aimed_at} by {one.created_by}; "
                    f"subscribers who are also in {aim.words} would receive it twice.",
                    hint=(
                        "Nothing was sent. To send it to another segment anyway, copy the issue file under a new "
                        "name and send that."
                    ),
                )

    # --- tests ----------------------------------------------------------------------------------------------------

    def test(
        self,
        outgoing: SendPayload,
        aim: ResolvedTarget,
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
        whole = self.ledger.orders.live(outgoing.issue, aim.target)
        run = FIRST
        if whole is not None and whole.state is not OrderState.DRAFT and Feature.AGAIN in self.provider.about.features:
            next_one = plan_repeat(self.remote_state, outgoing.issue, aim, Purpose.CORRECTION, outgoing.fingerprint)
            outgoing, aim, run = narrowed(outgoing, next_one.aim), next_one.aim, next_one.run
        order = self.open(outgoing, aim, run)
        draft = build_draft(order.campaign_key, outgoing, self.provider, self.gallery.planned(outgoing.message)[0])
        with self.ledger.orders.lease(order) as lease:
            order = self.ledger.orders.read(lease)
            if order.state is not OrderState.DRAFT:
                raise GateError(
                    f"{order.issue} is already being sent, so it can no longer be tested.",
                    hint=f"Run `newsletter status {order.issue}` to see its progress.",
                )
            draft = self._draft(order, outgoing)
            order = replace(self.saving, show=show).save(lease, order, draft)
            self.provider.test(order.remote_id or "", draft, addresses)
        return f"{self.provider.title}, as “{draft.title}”"

    # --- sending --------------------------------------------------------------------------------------------------

    def begin(
        self, outgoing: SendPayload, aim: ResolvedTarget, when: dt.datetime | None, further: RepeatRun | None = None
    ) -> CampaignSendRecord:
        """Write down that the issue is to go, and have the provider send it at a moment, or now for None.

        `further` is set if it is sent again, and has its recipients.
        """
        run = further.run if further else FIRST
        aim = further.aim if further else aim
        outgoing = narrowed(outgoing, aim)
        self.planned(outgoing, aim, when, run)
        self.refuse_nobody(aim)
        self.refuse_overlap(outgoing, aim)
        order = self.open(outgoing, aim, run)
        with self.ledger.orders.lease(order) as lease:
            order = self.ledger.orders.read(lease)
            if order.state is not OrderState.DRAFT:
                raise refuse_second(order, self.zone)
            intent = SendIntent(
                outgoing.fingerprint, outgoing.parts, outgoing.freeze(), outgoing.message.subject, aim.count
            )
            hour = f" on {format_datetime(when, self.zone)}" if when else ""
            words = f"requested a send of {_WHAT[run.purpose]} to {_reach(aim)}{hour}, through {self.provider.title}"
            order = self.ledger.orders.write(
                lease,
                state=OrderState.INTENDED,
                scheduled_for=when,
                intent=intent,
                note=AuditNote(self.who, words),
                check=lambda others: self._refuse_rivals(outgoing, aim, further, others),
            )
            return self._forward(lease, order)

    def _refuse_rivals(
        self,
        outgoing: SendPayload,
        aim: ResolvedTarget,
        further: RepeatRun | None,
        others: Sequence[CampaignSendRecord],
    ) -> None:
        """Raise GateError where another order stands in the way, as the ledger has them while it writes this one.

        Of two that begin in the same moment the second one sees the first. A further run is refused where another
        began since the recipients of this one were determined.
        """
        self.refuse_overlap(outgoing, aim, others)
        if further is None:
            return
        there = {one.id for one in others if one.target == aim.target and one.state not in NOT_GOING}
        if not there <= further.after:
            raise GateError(
                f"Someone else has sent {outgoing.issue} again in the meantime.",
                hint="Nothing was sent by this command. Run it again to work out the recipients afresh.",
            )

    def carry_on(self, order: CampaignSendRecord, when: dt.datetime | None) -> CampaignSendRecord:
        """Go on with an order that broke off, with the content that was frozen; safe to call again after anything.

        `when` is the moment for it where the one that was meant has passed.
        """
        with self.ledger.orders.lease(order) as lease:
            order = self.ledger.orders.read(lease)
            if not order.state.is_under_way:
                raise refuse_second(order, self.zone)
            found = self.remote_state.of(lease, order)
            if found.order.state in IN_FLIGHT:
                return found.order
            order = found.order
            late = order.scheduled_for is not None and not self._is_possible(order.scheduled_for)
            order = self.ledger.orders.write(
                lease, state=OrderState.INTENDED, scheduled_for=when if late else order.scheduled_for
            )
            return self._forward(lease, order)

    def _is_possible(self, when: dt.datetime) -> bool:
        try:
            self.provider.about.limits.check_moment(when, self.ledger.clock(), "")
        except ProviderError:
            return False
        return True

    def _forward(self, lease: Lease, order: CampaignSendRecord) -> CampaignSendRecord:
        """Bring an order that is to go, and surely has not gone, to its end."""
        try:
            draft = self._draft(order, deserialize(self.ledger.orders.content(order)))
            order = self.saving.save(lease, order, draft)
        except DoubtError as error:
            raise DoubtError(
                error.message,
                hint=(
                    "Nothing was sent: the error occurred during preparation. Run `newsletter send "
                    f"{order.issue}` again; it checks what already exists first."
                ),
            ) from error
        except RefusedError as error:
            order = self.ledger.orders.read(lease)
            if order.remote_id is not None:  # a draft that cannot be changed may be one no more
                return self._after_refusal(lease, order, error, BRIEF)
            self._take_down(lease, error)
            raise
        except ProviderError as error:
            self._take_down(lease, error)
            raise
        return self._launch(lease, order)

    def _take_down(self, lease: Lease, error: NewsletterError) -> None:
        """Write down that the provider refused: nothing has gone, and the issue can be fixed and sent anew."""
        words = f"could not send it: {error.message.rstrip('.')}"
        self.ledger.orders.write(lease, state=OrderState.DRAFT, step=None, note=AuditNote(self.who, words))

    def _draft(self, order: CampaignSendRecord, outgoing: SendPayload) -> CampaignDraft:
        return build_draft(order.campaign_key, outgoing, self.provider, self.gallery.links(outgoing.message))

    def _launch(self, lease: Lease, order: CampaignSendRecord) -> CampaignSendRecord:
        """Have the campaign scheduled or sent, and make sure that it is; the call is made once."""
        order = self.ledger.orders.write(lease, step=PendingCall.SCHEDULE if order.scheduled_for else PendingCall.SEND)
        try:
            self._ask_to_go(order)
        except RefusedError as error:
            if not error.in_own_words or error.status in _NO_PROOF:
                return self.remote_state.after_doubt(lease, order, error).order
            return self._after_refusal(lease, order, error, REFUSED_SECONDS)
        except DoubtError as error:
            return self.remote_state.after_doubt(lease, order, error).order
        except ProviderError as error:  # nothing of it was written
            self._take_down(lease, error)
            raise
        return self.remote_state.after_accepted(lease, order).order

    def _after_refusal(
        self, lease: Lease, order: CampaignSendRecord, error: RefusedError, seconds: float
    ) -> CampaignSendRecord:
        """Take an order down that the provider refused, unless it shows that it is on its way all the same."""
        order = self.remote_state.after_refused(lease, order, seconds).order
        if order.state in IN_FLIGHT:
            return order
        self._take_down(lease, error)
        raise error

    def _ask_to_go(self, order: CampaignSendRecord) -> None:
        if order.scheduled_for:
            self.provider.schedule(order.remote_id or "", order.scheduled_for)
        else:
            self.provider.send(order.remote_id or "")


_NO_PROOF = {404, 409}
"""Statuses that a provider also gives for a campaign that is on its way: gone from the drafts, or in conflict."""
_WHAT = {Purpose.WHOLE: "it", Purpose.CORRECTION: "the correction", Purpose.REMAINDER: "the remainder"}


def narrowed(outgoing: SendPayload, aim: ResolvedTarget) -> SendPayload:
    """Return what goes out to those of an aim who are meant."""
    return outgoing.model_copy(update={"rule": aim.narrowed.rule}) if aim.narrowed else outgoing


def _reach(aim: ResolvedTarget) -> str:
    return aim.words if aim.count is None else f"{aim.words} ({count_noun(aim.count, 'recipient')})"
