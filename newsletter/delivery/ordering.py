"""The protocol of sending through a provider that keeps campaigns of its own.

1. It is written down that the issue is to go, with the content as it stands, before the provider hears of it.
2. Each call that changes something there is written down before it is made, and crossed out when its outcome is known.
3. The campaign is made or found by our key, read back and compared; only then is it scheduled, or sent.
4. After any doubt the provider is asked how far the campaign is; it sends a campaign once, even when told twice. Where
   it cannot be asked, or its answer is not clear, nothing goes on until it can, or a person says.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from newsletter.delivery.aim import Aim
from newsletter.delivery.drafting import Gallery, differences, draft_of
from newsletter.delivery.outgoing import Outgoing, in_words, thaw
from newsletter.delivery.sounding import Sounding
from newsletter.delivery.words import moment, number
from newsletter.errors import DoubtError, GateError, NewsletterError, ProviderError, UnsupportedError
from newsletter.ledger.lease import Lease
from newsletter.ledger.records import Intent, Note, Order
from newsletter.ledger.store import Ledger
from newsletter.model.order import OrderState, Purpose, Step, campaign_key
from newsletter.model.remote import CampaignDraft
from newsletter.providers.about import Feature
from newsletter.providers.base import capital
from newsletter.providers.campaign import CampaignProvider
from newsletter.providers.exchange import Call

TRIES = 2
"""How often a call whose outcome is in doubt is made, where the provider says in between that nothing was done."""

SETTLING = 2.0
"""Seconds after which a campaign that was made is surely among those that are listed."""

_ON_ITS_WAY = {OrderState.SCHEDULED, OrderState.SENT, OrderState.STOPPED}


@dataclass(frozen=True, slots=True)
class Ordering:
    """What is done with orders at one provider, in the name of `who`; `pause` waits, in seconds."""

    ledger: Ledger
    provider: CampaignProvider
    media_url: str = ""
    who: str = "someone"
    zone: dt.tzinfo | None = None
    pause: Callable[[float], None] = field(default=time.sleep)

    @property
    def gallery(self) -> Gallery:
        """Return where the provider's campaigns find their pictures."""
        return Gallery(self.provider, self.ledger.uploads, self.media_url)

    @property
    def sounding(self) -> Sounding:
        """Return what asks the provider how far an order is."""
        return Sounding(self.ledger, self.provider, self.who, self.zone, self.pause)

    def open(self, outgoing: Outgoing, aim: Aim, purpose: Purpose = Purpose.WHOLE) -> Order:
        """Return the order of an issue to an aim, as a draft where there is none; nothing is called."""
        return self.ledger.orders.open(
            outgoing.issue,
            aim.target,
            purpose,
            aimed_at=aim.words,
            sender=outgoing.message.sender.email,
            who=self.who,
        )

    def planned(self, outgoing: Outgoing, aim: Aim, when: dt.datetime | None) -> list[Call]:
        """Return the calls that sending would make, as far as they are known before the first answer.

        Refuse by name what the provider cannot express, or cannot do at that moment.
        """
        if when is not None:
            self.provider.needs(Feature.SCHEDULE, "send at an hour that is named beforehand")
            self.provider.about.limits.check_moment(when, self.ledger.clock(), capital(self.provider.title))
            if aim.segment and not self.provider.about.limits.schedules_segments:
                raise UnsupportedError(
                    f"{capital(self.provider.title)} cannot send to a part of an audience at an hour named beforehand.",
                    hint="Nothing was sent. Leave --at out, and run it at that hour.",
                )
        links, missing = self.gallery.planned(outgoing.message)
        key = campaign_key(outgoing.issue, aim.target, Purpose.WHOLE, outgoing.message.sender.email, 1)
        live = self.ledger.orders.live(outgoing.issue, aim.target)
        draft = draft_of(live.campaign_key if live else key, outgoing, self.provider, links)
        # where a picture will be is known only when it is stored there
        uploads = [Call("POST", f"(store the picture {name})") for name in missing]
        return [*uploads, *self.provider.plan(draft, when)]

    def refuse_nobody(self, aim: Aim) -> None:
        """Raise GateError where the provider says that nobody would get it."""
        if aim.count == 0:
            raise GateError(
                f"There is nobody to send to: {aim.words} has no one who is subscribed.", hint="Nothing was sent."
            )

    def refuse_overlap(self, outgoing: Outgoing, aim: Aim) -> None:
        """Raise GateError where the issue went, or is to go, to another part of the same audience.

        Nobody but the provider knows who is in both, and whoever is would get it twice.
        """
        for one in self.ledger.orders.all(outgoing.issue):
            same = one.target.provider == aim.target.provider and one.target.audience == aim.target.audience
            if same and one.target != aim.target and one.state not in {OrderState.DRAFT, OrderState.CANCELLED}:
                raise GateError(
                    f"{outgoing.issue} went, or is to go, to {one.aimed_at}; whoever is in {aim.words} too would get "
                    "it twice.",
                    hint="Nothing was sent. To send it to another part all the same, copy the issue's file under "
                    "another name.",
                )

    # --- tests ----------------------------------------------------------------------------------------------------

    def test(self, outgoing: Outgoing, aim: Aim, addresses: Sequence[str]) -> str:
        """Send a test of the campaign itself to these addresses; return where the draft is to be seen, in words."""
        self.provider.needs(Feature.TEST, "send a test")
        most = self.provider.about.limits.test_addresses
        if most is not None and len(addresses) > most:
            raise ProviderError(
                f"{capital(self.provider.title)} sends a test to {number(most, 'address', 'addresses')} at most.",
                hint="Nothing was sent. Name fewer.",
            )
        order = self.open(outgoing, aim)
        draft = draft_of(order.campaign_key, outgoing, self.provider, self.gallery.planned(outgoing.message)[0])
        with self.ledger.orders.lease(order) as lease:
            order = self.ledger.orders.read(lease)
            if order.state is not OrderState.DRAFT:
                raise GateError(
                    f"{order.issue} is on its way already: it cannot be tested any more.",
                    hint=f"`newsletter status {order.issue}` tells how far it is.",
                )
            draft = self._draft(order, outgoing)
            order = self.save(lease, order, draft)
            self.provider.test(order.remote_id or "", draft, addresses)
        return f"{self.provider.title}, as “{draft.title}”"

    # --- sending --------------------------------------------------------------------------------------------------

    def begin(self, outgoing: Outgoing, aim: Aim, when: dt.datetime | None, purpose: Purpose = Purpose.WHOLE) -> Order:
        """Write down that the issue is to go, and have the provider send it at a moment, or now for None."""
        self.planned(outgoing, aim, when)
        self.refuse_nobody(aim)
        self.refuse_overlap(outgoing, aim)
        order = self.open(outgoing, aim, purpose)
        with self.ledger.orders.lease(order) as lease:
            order = self.ledger.orders.read(lease)
            if order.state is not OrderState.DRAFT:
                raise refusal(order, self.zone)
            intent = Intent(
                outgoing.fingerprint, outgoing.parts, outgoing.freeze(), outgoing.message.subject, aim.count
            )
            hour = f" on {moment(when, self.zone)}" if when else ""
            words = f"said that it is to go to {_reach(aim)}{hour}, through {self.provider.title}"
            order = self.ledger.orders.write(
                lease, state=OrderState.INTENDED, scheduled_for=when, intent=intent, note=Note(self.who, words)
            )
            return self._forward(lease, order)

    def carry_on(self, order: Order, when: dt.datetime | None) -> Order:
        """Go on with an order that broke off, with the content that was frozen; safe to call again after anything.

        `when` is the moment for it where the one that was meant has passed.
        """
        with self.ledger.orders.lease(order) as lease:
            order = self.ledger.orders.read(lease)
            if not order.state.is_under_way:
                raise refusal(order, self.zone)
            found = self.sounding.of(lease, order)
            if found.order.state in _ON_ITS_WAY:
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

    def _forward(self, lease: Lease, order: Order) -> Order:
        """Bring an order that is to go, and surely has not gone, to its end."""
        try:
            draft = self._draft(order, thaw(self.ledger.orders.content(order)))
            order = self.save(lease, order, draft)
            return self._launch(lease, order)
        except DoubtError:
            raise  # what is not known stands in the ledger as the step that was begun
        except ProviderError as error:
            self._take_down(lease, error)
            raise

    def _take_down(self, lease: Lease, error: NewsletterError) -> None:
        """Write down that the provider refused: nothing has gone, and the issue can be mended and sent anew."""
        words = f"could not have it sent: {error.message.rstrip('.')}"
        self.ledger.orders.write(lease, state=OrderState.DRAFT, step=None, note=Note(self.who, words))

    def _draft(self, order: Order, outgoing: Outgoing) -> CampaignDraft:
        return draft_of(order.campaign_key, outgoing, self.provider, self.gallery.links(outgoing.message))

    def save(self, lease: Lease, order: Order, draft: CampaignDraft) -> Order:
        """Have the provider hold exactly this draft; raise ProviderError naming what it holds otherwise."""
        found = self.sounding.of(lease, order)
        order = found.order
        if order.state in _ON_ITS_WAY:
            raise refusal(order, self.zone)
        order = self._save_once(lease, order, draft)
        wrong = differences(self.provider, order.remote_id or "", draft)
        if wrong:  # half of it may have got lost: a draft can be saved again without harm
            order = self._save_once(lease, order, draft)
            wrong = differences(self.provider, order.remote_id or "", draft)
        if wrong:
            named = in_words([words.removeprefix("the ") for words in wrong])
            raise ProviderError(
                f"{capital(self.provider.title)} holds {named} otherwise than it was handed over.",
                hint="Nothing was sent. Look at the campaign on its website: it may have changed it by itself.",
            )
        return order

    def _save_once(self, lease: Lease, order: Order, draft: CampaignDraft) -> Order:
        """Save the draft; saving sends nothing, so it may be done again once it is known what is there."""
        self.ledger.orders.write(lease, step=Step.SAVE)
        existing = order.remote_id
        for attempt in range(1, TRIES + 1):
            try:
                ident = self.provider.save(draft, existing)
                break
            except DoubtError:
                existing = self._find(draft.key)
                if attempt == TRIES:
                    raise
        return self.ledger.orders.write(lease, step=None, remote_id=ident)

    def _find(self, key: str) -> str | None:
        """Return the id of the campaign with our key; where there is none, wait for it to turn up, and look again."""
        there = self.provider.find(key)
        if there is None:
            self.pause(SETTLING)
            there = self.provider.find(key)
        return there.id if there else None

    def _launch(self, lease: Lease, order: Order) -> Order:
        """Have the campaign scheduled or sent, and make sure that it is."""
        step = Step.SCHEDULE if order.scheduled_for else Step.SEND
        for attempt in range(1, TRIES + 1):
            order = self.ledger.orders.write(lease, step=step)
            doubt: ProviderError | None = None
            try:
                self._ask_to_go(order)
            except DoubtError as error:
                doubt = error
            except ProviderError as error:
                if attempt == 1:
                    raise
                doubt = error  # it refuses a second time what it may have done the first time
            found = self.sounding.of(lease, order, accepted=doubt is None)
            if found.order.state in _ON_ITS_WAY:
                return found.order
            order = found.order
        message = f"{capital(self.provider.title)} was asked {TRIES} times to send {order.issue}, and says that it is "
        raise DoubtError(
            f"{message}still a draft.",
            hint=f"Nothing has gone so far. Run `newsletter send {order.issue}` again: it asks first.",
        ) from doubt

    def _ask_to_go(self, order: Order) -> None:
        if order.scheduled_for:
            self.provider.schedule(order.remote_id or "", order.scheduled_for)
        else:
            self.provider.send(order.remote_id or "")


def _reach(aim: Aim) -> str:
    return aim.words if aim.count is None else f"{aim.words} ({number(aim.count, 'person', 'people')})"


def refusal(order: Order, zone: dt.tzinfo | None = None) -> GateError:
    """Return the refusal to send an issue again."""
    what = {
        OrderState.SENT: f"was sent already{_since(order, zone)}",
        OrderState.SCHEDULED: f"is to go already{_hour(order, zone)}",
        OrderState.STOPPED: "was stopped on its way: some have it",
    }.get(order.state, "is on its way already")
    take_back = f" `newsletter cancel {order.issue}` takes it back." if order.state is OrderState.SCHEDULED else ""
    return GateError(
        f"{order.issue} {what}, to {order.aimed_at}.",
        hint=f"Nothing was sent now. `newsletter status {order.issue}` tells the story.{take_back}",
    )


def _since(order: Order, zone: dt.tzinfo | None) -> str:
    return f", on {moment(order.finished_at, zone)}" if order.finished_at else ""


def _hour(order: Order, zone: dt.tzinfo | None) -> str:
    return f", on {moment(order.scheduled_for, zone)}" if order.scheduled_for else ""
