"""What the codes and words of a refusal mean, as servers of all kinds write them."""

from __future__ import annotations

import pytest

from newsletter.errors import RefusalKind
from newsletter.providers.refusal_kinds import describe_codes, refusal_kind


@pytest.mark.parametrize(
    ("code", "words", "kind"),
    [
        # Postfix, Exim, Gmail, Outlook, Yahoo, qmail, Dovecot and others, in their own words
        (
            550,
            "5.1.1 <k…@e….org>: Recipient address rejected: User unknown in virtual mailbox table",
            "unknown address",
        ),
        (550, "No Such User Here", "unknown address"),
        (550, "5.1.1 The email account that you tried to reach does not exist.", "unknown address"),
        (550, "sorry, no mailbox here by that name (#5.1.1)", "unknown address"),
        (550, "Unrouteable address: unknown user", "unknown address"),
        (554, "delivery error: dd This user doesn't have an account", "no reason given"),
        (552, "5.2.2 The email account that you tried to reach is over quota", "mailbox full"),
        (552, "Quota exceeded (mailbox for user is full)", "mailbox full"),
        (554, "5.2.2 mailbox full", "mailbox full"),
        (550, "Mailbox is full", "mailbox full"),
        (452, "4.2.2 The email account that you tried to reach is over quota", "mailbox full"),
        (452, "Requested action not taken: insufficient system storage", "temporary"),
        (450, "4.2.0 Greylisted, see https://example.org", "temporary"),
        (451, "4.7.1 Greylisting in action, please come back later", "temporary"),
        (450, "4.1.1 User unknown in local recipient table", "unknown address"),
        (421, "4.7.0 Try again later, closing connection", "temporary"),
        (550, "5.7.1 Message rejected as spam by Content Filtering.", "policy or spam filter"),
        (550, "5.7.26 This mail has been blocked because the sender is unauthenticated", "policy or spam filter"),
        (554, "Service unavailable; Client host [192.0.2.1] blocked using a blocklist", "policy or spam filter"),
        (550, "relay not permitted", "policy or spam filter"),
        (550, "5.1.2 Bad destination host", "unknown domain"),
        (556, "5.1.10 Recipient address has null MX", "unknown domain"),
        (553, "5.1.3 The recipient address is not a valid RFC 5321 address", "invalid address"),
        (501, "Bad recipient", "no reason given"),
        (550, "5.2.1 The email account that you tried to reach is disabled", "mailbox disabled"),
        (550, "Account has been suspended", "mailbox disabled"),
        (551, "User not local; please try <k…@e….org>", "address has moved"),
        (552, "5.3.4 Message size exceeds fixed limit", "message too large"),
        (550, "", "no reason given"),
        (550, "10.5.1.1 said no", "no reason given"),
    ],
)
def test_a_refusal_is_of_its_kind(code, words, kind):
    assert refusal_kind(code, words) is RefusalKind(kind)


def test_the_codes_are_put_into_words():
    assert describe_codes(550, "5.1.1 unknown") == " (550, there is no such address)"
    assert describe_codes(552, "full") == " (552, the mailbox is full, or the message too large)"
    assert describe_codes(550, "5.7.26 unauthenticated") == " (550, it is not allowed, or taken for spam)"
    assert describe_codes(550, "no") == " (550)"
    assert describe_codes(550, "4.2.2 of another class") == " (550)"
