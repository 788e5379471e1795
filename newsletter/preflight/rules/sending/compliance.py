"""What laws and mail services ask of every newsletter: a way out, a postal address, a sender who can be believed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.campaign import Message
from newsletter.model.findings import Finding
from newsletter.model.merge_tags import BuiltInTag, MergeTag
from newsletter.preflight.context import LintContext, SendChannel
from newsletter.preflight.html.markup import visible_words
from newsletter.preflight.rule import Checker, error, note, warning

_NO_KEY = (
    "The page cannot tell your readers apart, because its link does not contain {key}. Set `one_click: false` under "
    "`links` in newsletter.yaml, or use a page that identifies the reader by {key}."
)


NO_WAY_OUT = error("NL920", name="missing-unsubscribe-link", always_on=True)
NO_ADDRESS = error("NL921", name="missing-postal-address", always_on=True)
SAMPLE_ADDRESS = error("NL922", name="sample-postal-address", always_on=True)
VAGUE_ADDRESS = warning("NL923", name="incomplete-postal-address")
NAMELESS = warning("NL924", name="unclear-sender-name")
FREE_MAILBOX = warning("NL925", name="free-mailbox-sender")
NO_REPLY = warning("NL926", name="no-reply-address")
SAMPLE_SENDER = error("NL927", name="sample-sender-address", always_on=True)
NO_REASON = note("NL928", name="missing-subscription-reason")
ONE_CLICK = note("NL929", name="one-click-unsubscribe-unknown")
RULES = (
    NO_WAY_OUT, NO_ADDRESS, SAMPLE_ADDRESS, VAGUE_ADDRESS, NAMELESS, FREE_MAILBOX, NO_REPLY, SAMPLE_SENDER, NO_REASON,
    ONE_CLICK,
)  # fmt: skip

_LEAVE = str(MergeTag(name=BuiltInTag.UNSUBSCRIBE_URL.value))
_SAMPLE_ADDRESS = compile_pattern(
    r"\b(?:any ?town|sample ?(?:town|ville|city|street)|example (?:street|road|town|city)|some ?(?:town|where|street)|"
    r"(?:your|my|company) (?:postal |street |mailing )?address|address (?:goes )?here|street and number|"
    r"your (?:street|town|city|organi[sz]ation)|1234? main st(?:reet)?|123 (?:any|fake|example) .*|1234? street|"
    r"town,? postcode|city,? state,? zip|AB1 2CD|AA?1 1AA|ZZ99 9ZZ|XX\d* \d*XX|lorem ipsum)\b"
    r"|^(?:tbc|tbd|todo|n/?a|none|x+|-+|\.+|address)$|\[[^\]]*\]|\bxxx+\b|✎",
    re.IGNORECASE,
)
_NAMELESS = compile_pattern(
    r"(?:no|do ?not|don['’]t)[-_ ]?reply|noreply|newsletter|news|e?mail|info|admin|administrator|office|team|test|"
    r"postmaster|webmaster|sender|your name|name|user|me|.*@.*",
    re.IGNORECASE,
)
_NO_REPLY = compile_pattern(r"(?:no|do[-_.]?not|dont)[-_.]?(?:reply|respond|answer)\d*", re.IGNORECASE)
_FREE = compile_pattern(
    r"(?:gmail|googlemail|yahoo|ymail|rocketmail|hotmail|outlook|live|msn|aol|aim|icloud|me|mac|gmx|mail|email|proton|"
    r"protonmail|pm|zoho|yandex|hey|fastmail|tutanota|tuta|btinternet|btopenworld|talktalk|virginmedia|ntlworld|blueyonder|"
    r"tiscali|sky|plusnet|web|t-online|freenet|orange|wanadoo|free|laposte|sfr|libero|virgilio|qq|163|126)"
    r"\.(?:com?|net|org|me|de|fr|it|es|ru|ca|uk|ie|in|cn|fm|co\.uk|com\.au|co\.in|com\.br)",
    re.IGNORECASE,
)
_FREE_ONLY_AS = {"me": {"com"}, "mac": {"com"}, "live": {"com", "co.uk", "fr", "de", "ie", "it"}, "free": {"fr"},
                 "web": {"de"}, "mail": {"com", "ru", "de"}, "email": {"com", "de"}, "sky": {"com"}, "orange": {"fr"},
                 "pm": {"me"}, "proton": {"me"}, "hey": {"com"}, "aim": {"com"}, "tuta": {"com"}}  # fmt: skip
_SAMPLE_DOMAIN = compile_pattern(
    r"(?:.*\.)?(?:example\.(?:org|com|net|edu)|.*\.?(?:example|test|invalid|localhost|local)|"
    r"(?:your|my)[-_]?(?:domain|organi[sz]ation|org|charity|company|site|website)\.[a-z.]+|domain\.(?:com|org|co\.uk)|"
    r"(?:company|charity|organisation|organization)\.(?:com|org|co\.uk))",
    re.IGNORECASE,
)


def check(context: LintContext) -> Iterator[Finding]:
    """Yield what is wrong with the issue's footer, then with the settings."""
    if context.message is not None:
        yield from _in_message(context, context.message)
    yield from _address(context)
    yield from _sender(context)
    yield from _one_click(context)


def _one_click(context: LintContext) -> Iterator[Finding]:
    """Yield that nothing is said of one-click unsubscribing, which earlier versions promised for every https page."""
    links = context.presentation.links
    page = links.unsubscribe or ""
    if (
        context.facts.way is SendChannel.SERVICE
        or links.one_click is not None
        or not page.lower().startswith("https://")
    ):
        return
    told = f"Emails do not announce one-click unsubscribe for {page}. Earlier versions announced it without asking."
    hint = "" if links.can_be_one_click else _NO_KEY
    yield context.on_settings(ONE_CLICK, page, told, hint=hint)


def _in_message(context: LintContext, message: Message) -> Iterator[Finding]:
    parts = {"HTML": [message.html], "plain text": [message.text]}
    for one in message.variants:
        parts["HTML"].append(one.html)
        parts["plain text"].append(one.text)
    lost = [kind for kind, texts in parts.items() if any(_LEAVE not in text for text in texts)]
    if lost:
        yield context.on_issue(NO_WAY_OUT, f"There is no unsubscribe link in the {' or in the '.join(lost)}.")
    words = _letters(visible_words(message.html))
    address = context.presentation.brand.address
    if _letters(address) not in words:
        yield context.on_issue(NO_ADDRESS, f"“{address}” is not in the issue.")
    name = _letters(context.presentation.brand.name)
    reasons = [reason for reason in _reasons(message.text) if _letters(reason) != name]
    if reasons and not any(_letters(reason) in words for reason in reasons):
        yield context.on_issue(NO_REASON, f"“{reasons[-1]}” is not in the issue.")


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def _reasons(text: str) -> list[str]:
    """Return the paragraphs of the plain text's footer before the link to leave; the last one is the reason."""
    footer = text.rpartition("\n-----")[2].partition("\n")[2]
    before = footer.partition(_LEAVE)[0].rpartition("\n\n")[0]
    return [" ".join(one.split()) for one in before.split("\n\n") if one.strip()]


def _address(context: LintContext) -> Iterator[Finding]:
    address = context.presentation.brand.address
    if sample := _SAMPLE_ADDRESS.search(address):
        if context.facts.way is not SendChannel.NOWHERE:
            yield context.on_settings(SAMPLE_ADDRESS, sample[0], f"“{address}” is a sample address.")
    elif len(address) < 25 and not re.search(r"\d", address) and address.count(",") < 2:
        yield context.on_settings(VAGUE_ADDRESS, address, f"“{address}” is not a complete postal address.")


def _sender(context: LintContext) -> Iterator[Finding]:
    sender, reply_to = context.presentation.sender, context.presentation.reply_to
    email = str(sender.email)
    local, _, domain = email.rpartition("@")
    if _NAMELESS.fullmatch(sender.name.strip()):
        yield context.on_settings(NAMELESS, sender.name, f"“{sender.name}” does not say who the newsletter is from.")
    if is_sample_domain(domain):
        if context.facts.way is not SendChannel.NOWHERE:
            yield context.on_settings(SAMPLE_SENDER, email, f"{email} is a sample address.")
    elif _is_free(domain) and context.facts.way is not SendChannel.OWN_SERVER:
        message = f"{email} is at a free email provider, which does not allow other providers to send from it."
        yield context.on_settings(FREE_MAILBOX, email, message)
    answers = str(reply_to or email)
    if _NO_REPLY.fullmatch(answers.rpartition("@")[0] if reply_to else local):
        yield context.on_settings(NO_REPLY, answers, f"Replies go to {answers}, which nobody reads.")


def is_sample_address(address: str) -> bool:
    """Return whether a postal address is a sample, such as the one that `newsletter init` writes."""
    return bool(_SAMPLE_ADDRESS.search(address))


def is_sample_domain(domain: str) -> bool:
    """Return whether a domain is one for examples, that nobody can send from."""
    return _SAMPLE_DOMAIN.fullmatch(domain) is not None


def _is_free(domain: str) -> bool:
    name, _, top = domain.casefold().partition(".")
    return _FREE.fullmatch(domain) is not None and top in _FREE_ONLY_AS.get(name, {top})


CHECKS = (Checker("legal and email provider requirements", RULES, check),)
