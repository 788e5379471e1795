"""Test sends: the real message, to a few addresses of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from newsletter.errors import ProviderError, RefusedError
from newsletter.ledger.store import Ledger
from newsletter.model.audience import Subscriber, address_key, mask
from newsletter.model.campaign import Variant
from newsletter.providers.base import DirectProvider, OutboundMessage
from newsletter.providers.capabilities import Feature
from newsletter.render.mime import MessageContext
from newsletter.sending.payload import SendPayload
from newsletter.sending.personalize import MessageComposer
from newsletter.sending.policy import NOBODY, ApprovalContext, record_test


def test_recipients(address: str, known: Subscriber | None, variants: Sequence[Variant]) -> list[Subscriber]:
    """Return who gets a test at an address: they themselves where they are known, else one reader for each variant."""
    if known:
        return [known]
    everybody = Subscriber(email=address)
    return [everybody, *(everybody.model_copy(update={"segments": one.segments}) for one in variants)]


def send_test(
    ledger: Ledger,
    provider: DirectProvider,
    payload: SendPayload,
    addresses: Sequence[str],
    *,
    people: Iterable[Subscriber],
    who: str,
    context: ApprovalContext = NOBODY,
) -> tuple[int, str]:
    """Send the message as it would go to each address, and write that down; return how many, and where they are.

    An address on the list gets its own words, any other the fallbacks. Only recipient, Message-ID and date differ from
    the real thing: with the same Message-ID a mail program would hide the real message from whoever got the test.
    """
    provider.needs(Feature.TEST, "send a test to any address")
    provider.vet(payload.tags, payload.links)
    now = ledger.clock()
    wanted = {address_key(address) for address in addresses}
    known = {key: one for one in people if (key := address_key(one.email)) in wanted}
    composer = MessageComposer(payload.message)
    place = ""
    refused: list[tuple[str, RefusedError]] = []
    readers = [
        one
        for address in addresses
        for one in test_recipients(address, known.get(address_key(address)), payload.message.variants)
    ]
    for number, reader in enumerate(readers):
        key, address = payload.key_of(reader.email), reader.email
        envelope = MessageContext(
            recipient=reader,
            key=key,
            issue=payload.issue,
            sending=f"{payload.issue}-test-{now:%Y%m%d%H%M%S%f}-{number}",
            sent_at=now,
            links=payload.links,
        )
        message = OutboundMessage(payload.issue, key, address, composer.compose(envelope))
        try:
            place = provider.deliver_test(message)
        except RefusedError as error:
            if type(error) is not RefusedError:
                _add_sent(error, number - len(refused), len(readers))
                raise
            refused.append((mask(address), error))
        except ProviderError as error:
            _add_sent(error, number - len(refused), len(readers))
            raise
    if refused:
        raise _refusal(refused, len(readers))
    record_test(ledger, payload, len(addresses), who, context)
    return len(readers), place


def _add_sent(error: ProviderError, sent: int, count: int) -> None:
    """Have an error tell how many tests were sent before it."""
    if sent:
        error.message = f"{_sent(sent, count)} Then: {error.message}"
        error.args = (error.message,)


def _refusal(refused: Sequence[tuple[str, RefusedError]], count: int) -> RefusedError:
    """Return the error for addresses that were refused, with how many tests were sent to the others."""
    listed = "; ".join(f"{address}: {error.message}" for address, error in refused)
    first = refused[0][1]
    hint = f"{first.hint} " if first.hint else ""
    hint += "This does not count as a test; run the command again without those addresses."
    sent = count - len(refused)
    return RefusedError(f"{_sent(sent, count)} {listed}" if sent else listed, hint=hint, status=first.status)


def _sent(sent: int, count: int) -> str:
    return f"{sent} of {count} tests {'was' if sent == 1 else 'were'} sent."
