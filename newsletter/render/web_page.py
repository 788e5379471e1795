"""The issue as a web page for everybody: without a merge tag left in it."""

from __future__ import annotations

from newsletter.model.branding import ReaderLinks, is_own
from newsletter.model.campaign import Message
from newsletter.model.merge_tags import BuiltInTag
from newsletter.render.mime import fill_html, reader_urls

_OWN_LINKS = ("unsubscribe", "view_online", "preferences")


def web_page(message: Message, links: ReaderLinks, *, issue: str) -> str:
    """Return the HTML of a message as anyone may see it on a website, each merge tag filled with its fallback.

    A link that is different for each reader (`{key}`, `{email}`) leads to an email to the reply address in its place.
    """
    shared = links.model_copy(update={name: None for name in _OWN_LINKS if is_own(getattr(links, name))})
    urls = reader_urls(message, shared, key="", issue=issue)
    mailto = urls[BuiltInTag.UNSUBSCRIBE_URL]
    if not mailto.startswith("mailto:"):
        mailto = f"mailto:{message.reply_to or message.sender.email}"
    return fill_html(message.html, {name: url or mailto for name, url in urls.items()})
