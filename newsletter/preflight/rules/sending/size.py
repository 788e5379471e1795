"""How large the issue is as it is delivered, with what the sending service adds, and which part takes the most."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.model.campaign import Message
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.html.markup import section_costs
from newsletter.preflight.rule import Checker, Example, error, warning

KB = 1024
CLIPPED, NEAR = 100 * KB, 80 * KB
"""Bytes of HTML from which Gmail hides the rest, and from which that is near."""

BOUNCED, HEAVY = 10 * KB * KB, 2 * KB * KB
"""Bytes of a whole message that many servers refuse, and that are slow on a phone."""

_BASE64 = 1.37
"""By how much pictures grow when they travel inside a message."""

TOO_LARGE = error(
    "NL900",
    "The issue is too large for Gmail.",
    name="clipped-by-gmail",
    why="Gmail cuts it off at about 102 kB and hides the rest, including the unsubscribe link, and opens are not "
    "counted.",
    fix="Remove something, or shorten it to two sentences with a link to the full text on your website.",
    wrong=Example(
        "intro: Hello, all of you.", facts=lambda: {"added": 95 * KB}, says="The issue, with what the provider adds, "
        "has more than 100 kB.",
    ),
    right="intro: Hello, all of you.",
)  # fmt: skip
NEARLY = warning(
    "NL901",
    "The issue is almost too large for Gmail.",
    name="nearly-clipped-by-gmail",
    why="Gmail cuts off emails larger than about 102 kB, and one more story may be too much.",
    fix="Shorten the longest story to two sentences with a link to the full text on your website.",
    wrong=Example(
        "intro: Hello, all of you.", facts=lambda: {"added": 75 * KB}, says="The issue, with what the provider adds, "
        "has more than 80 kB.",
    ),
    right="intro: Hello, all of you.",
)  # fmt: skip
REFUSED = error(
    "NL902",
    "The message with its images is larger than many mail servers accept.",
    name="message-too-large",
    why="They reject it, and those readers get nothing.",
    fix="Use fewer images, or put them on the web and use their addresses.",
    wrong=Example(
        "intro: Hello, all of you.",
        facts=lambda: {"enclosed": 9 * KB * KB},
        says="The message has 9 MB of embedded images.",
    ),
    right="intro: Hello, all of you.",
)
SLOW = warning(
    "NL903",
    "The message with its images is large.",
    name="large-message",
    why="It downloads slowly on a phone, and many mail servers are slow to deliver it.",
    fix="Use fewer images, or put them on the web and use their addresses.",
    wrong=Example(
        "intro: Hello, all of you.",
        facts=lambda: {"enclosed": 3 * KB * KB},
        says="The message has 3 MB of embedded images.",
    ),
    right="intro: Hello, all of you.",
)
RULES = (TOO_LARGE, NEARLY, REFUSED, SLOW)


def look(subject: LintContext) -> Iterator[Finding]:
    """Yield what is too large."""
    if subject.message is None:
        return
    own, added = subject.message.longest, subject.facts.added
    if own + added > NEAR:
        rule = TOO_LARGE if own + added > CLIPPED else NEARLY
        also = f", {added / KB:.1f} kB of it added by {subject.facts.provider or 'the provider'}" if added else ""
        words = f"The delivered issue has {(own + added) / KB:.1f} kB{also}.{_heaviest(subject, subject.message)}"
        yield subject.on_issue(rule, words)
    whole = own + len(subject.message.text.encode()) + int(subject.facts.enclosed * _BASE64)
    if subject.facts.enclosed and whole > HEAVY:
        words = f"The message has {whole / KB / KB:.1f} MB with its embedded images."
        yield subject.on_issue(REFUSED if whole > BOUNCED else SLOW, words)


def _heaviest(subject: LintContext, message: Message) -> str:
    """Return the section that takes the most, in words; nothing where that is not known."""
    costs = section_costs(message.html, subject.issue)
    if not costs:
        return ""
    name, size = max(costs, key=lambda cost: cost[1])
    return f" The largest section, “{name}”, has {size / KB:.1f} kB."


CHECKS = (Checker("size", RULES, look),)
