"""Test sends: the real message, to a few addresses of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from newsletter.delivery.gate import note_test
from newsletter.delivery.outgoing import Outgoing
from newsletter.ledger.store import Ledger
from newsletter.model.audience import Subscriber, address_key
from newsletter.providers.about import Feature
from newsletter.providers.base import DirectProvider, Parcel
from newsletter.render.mime import Envelope, MimeTemplate


def send_test(
    ledger: Ledger,
    provider: DirectProvider,
    outgoing: Outgoing,
    addresses: Sequence[str],
    *,
    people: Iterable[Subscriber],
    who: str,
) -> str:
    """Send the message as it would go to each address, and write that down; return where it is to be found.

    An address on the list gets its own words, any other the fallbacks. Only recipient, Message-ID and date differ from
    the real thing: with the same Message-ID a mail program would hide the real message from whoever got the test.
    """
    provider.needs(Feature.TEST, "send a test to any address")
    provider.vet(outgoing.tags, outgoing.links)
    now = ledger.clock()
    known = {address_key(one.email): one for one in people}
    template = MimeTemplate(outgoing.message)
    place = ""
    for address in addresses:
        key = outgoing.key_of(address)
        envelope = Envelope(
            recipient=known.get(address_key(address)) or Subscriber(email=address),
            key=key,
            issue=outgoing.issue,
            sending=f"{outgoing.issue}-test-{now:%Y%m%d%H%M%S%f}",
            sent_at=now,
            links=outgoing.links,
        )
        place = provider.deliver_test(Parcel(outgoing.issue, key, address, template.compose(envelope)))
    note_test(ledger, outgoing, len(addresses), who)
    return place
