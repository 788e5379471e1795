"""How large the issue is as it is delivered, with what the sending service adds, and which part takes the most."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.model.campaign import Message
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.html.markup import section_costs
from newsletter.preflight.rule import Checker, error, warning

KB = 1024
CLIPPED, NEAR = 100 * KB, 80 * KB
"""Bytes of HTML from which Gmail hides the rest, and from which that is near."""

BOUNCED, HEAVY = 10 * KB * KB, 2 * KB * KB
"""Bytes of a whole message that many servers refuse, and that are slow on a phone."""

_BASE64 = 1.37
"""By how much pictures grow when they travel inside a message."""

TOO_LARGE = error("NL900", name="clipped-by-gmail")
NEARLY = warning("NL901", name="nearly-clipped-by-gmail")
REFUSED = error("NL902", name="message-too-large")
SLOW = warning("NL903", name="large-message")
RULES = (TOO_LARGE, NEARLY, REFUSED, SLOW)


def check(context: LintContext) -> Iterator[Finding]:
    """Yield what is too large."""
    if context.message is None:
        return
    own, added = context.message.longest, context.facts.added
    if own + added > NEAR:
        rule = TOO_LARGE if own + added > CLIPPED else NEARLY
        also = f", {added / KB:.1f} kB of it added by {context.facts.provider or 'the provider'}" if added else ""
        words = f"The delivered issue has {(own + added) / KB:.1f} kB{also}.{_heaviest(context, context.message)}"
        yield context.on_issue(rule, words)
    whole = own + len(context.message.text.encode()) + int(context.facts.enclosed * _BASE64)
    if context.facts.enclosed and whole > HEAVY:
        words = f"The message has {whole / KB / KB:.1f} MB with its embedded images."
        yield context.on_issue(REFUSED if whole > BOUNCED else SLOW, words)


def _heaviest(context: LintContext, message: Message) -> str:
    """Return the section that takes the most, in words; nothing where that is not known."""
    costs = section_costs(message.html, context.issue)
    if not costs:
        return ""
    name, size = max(costs, key=lambda cost: cost[1])
    return f" The largest section, “{name}”, has {size / KB:.1f} kB."


CHECKS = (Checker("size", RULES, check),)
