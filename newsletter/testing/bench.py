"""What the contract suite works with: an adapter, and what is known of the provider's side without asking it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newsletter.model.branding import Sender
from newsletter.model.campaign import Message
from newsletter.model.provider_campaign import CampaignDraft
from newsletter.providers.campaign import CampaignProvider
from newsletter.rehearsal.rehearse import Rehearsal

KEY = "nl-2024-02-3f9a1c"

LITERAL = "100% { sure }, {{ x }}, {% y %}, {{{ z }}}, *|W|*, [[v]], 3 < 4 & a_b \\ `c` {"
"""Words that look like the merge tags of one provider or another; a reader must see them as they are."""


@dataclass(frozen=True)
class Bench:
    """An adapter and its provider's side. What a bench cannot do is None, and the tests that need it pass over it.

    `audience` has at least two people, and `reach` is how many it would reach; `sent` and `tests` count what was sent
    so far, `requests` the requests seen. `letters` returns the subject and HTML that each reader of the last campaign
    got. `fail(call, fault)` has the next such call go wrong (see `newsletter rehearse`), `pass_time(seconds)` puts the
    provider's clock forward, `copy(campaign, count, key)` puts copies of a campaign beside it, with other keys.
    """

    provider: CampaignProvider
    wrong_key: CampaignProvider
    secrets: Sequence[str]
    audience: str
    reach: int
    tester: str
    sender: Sender
    sent: Callable[[], int]
    tests: Callable[[], int]
    requests: Callable[[], int]
    segment: str = ""
    letters: Callable[[], list[tuple[str, str]]] | None = None
    fail: Callable[[str, str], None] | None = None
    pass_time: Callable[[float], None] | None = None
    copy: Callable[[str, int, str], None] | None = None

    def draft(self, key: str = KEY, *, subject: str = "News for {first_name}", segment: str = "") -> CampaignDraft:
        """Return a draft that holds merge tags, and words that only look like them."""
        html = (
            "<!doctype html><html><head><title>News</title></head><body><h1>Good morning {first_name}</h1>"
            f'<p id="literal">{html_words(LITERAL)}</p><p><a href="https://example.org/?a=1&amp;b=2">Read on</a></p>'
            '<p><a href="{unsubscribe_url}">Unsubscribe</a></p></body></html>'
        )
        message = Message(
            title="February news",
            subject=subject,
            preheader="What we did, and what is next",
            html=html,
            text="Good morning {first_name}\n\nUnsubscribe: {unsubscribe_url}\n",
            sender=self.sender,
            reply_to=self.sender.email,
        )
        return CampaignDraft(key=key, title="February news", message=message, audience=self.audience, segment=segment)


def html_words(text: str) -> str:
    """Return text as it stands in HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def rehearsed(
    rehearsal: Rehearsal,
    connect: Callable[[str, Callable[[str], str]], CampaignProvider],
    *,
    audience: str,
    segment: str = "",
    reach: int = 117,
) -> Bench:
    """Return the bench of an adapter at a rehearsed provider that is running.

    `connect(base_url, secret)` makes the adapter; `secret` returns a secret by its environment variable.
    """

    def letters() -> list[tuple[str, str]]:
        return [(one.subject, one.html) for one in rehearsal.letters(rehearsal.sent_campaigns()[-1])]

    def planted(variable: str) -> str:
        return f"planted-secret-of-{variable.lower()}-us1"

    return Bench(
        provider=connect(rehearsal.base_url, rehearsal.keys.__getitem__),
        wrong_key=connect(rehearsal.base_url, planted),
        secrets=(*rehearsal.keys.values(), *(planted(variable) for variable in rehearsal.keys)),
        audience=audience,
        reach=reach,
        tester=rehearsal.crowd.lists[0].active[0].email,
        sender=Sender(name=rehearsal.crowd.sender_name, email=rehearsal.crowd.sender_email),
        sent=lambda: len(rehearsal.sent_campaigns()),
        tests=lambda: sum(len(one.people) for one in rehearsal.tests()),
        requests=lambda: len(rehearsal.requests()),
        segment=segment,
        letters=letters,
        fail=rehearsal.fail,
        pass_time=rehearsal.advance,
        copy=lambda campaign, count, key: rehearsal.add_others(count, like=campaign, instead_of=key),
    )
