"""Turn a message into a provider's campaign draft, and compare it with what the provider stored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from newsletter.errors import UnsupportedError
from newsletter.ledger.uploads import Uploads
from newsletter.model.branding import OWN_TAGS, ReaderLinks, is_own
from newsletter.model.campaign import InlineImage, Message
from newsletter.model.domains import encode_address, encode_link
from newsletter.model.merge_tags import BuiltInTag, split
from newsletter.model.provider_campaign import CampaignDraft
from newsletter.model.titles import capital
from newsletter.providers.campaign import CampaignProvider
from newsletter.providers.capabilities import Feature
from newsletter.sending.content_comparison import compare
from newsletter.sending.content_difference import Differences
from newsletter.sending.payload import SendPayload

_CID = re.compile(r"cid:([^\s\"'<>)]+)")


@dataclass(frozen=True, slots=True)
class ImageHosting:
    """Where a provider's campaigns load their images from: `media_url`, or the provider's own storage."""

    provider: CampaignProvider
    uploads: Uploads
    media_url: str = ""

    def refuse_homeless(self, message: Message) -> None:
        """Raise UnsupportedError before any call if the message has images and there is nowhere to store them."""
        if message.images and not self.media_url and Feature.UPLOAD not in self.provider.about.features:
            raise UnsupportedError(
                f"{capital(self.provider.title)} cannot store images, and this issue has {len(message.images)}.",
                hint=(
                    "Upload them to your website and set `media_url` in newsletter.yaml; `newsletter render` "
                    "writes the files to the folder `media`."
                ),
            )

    def links(self, message: Message) -> dict[str, str]:
        """Return the link of each picture by its content id; pictures the provider does not have are stored there."""
        self.refuse_homeless(message)
        return {image.cid: self._link(image) for image in message.images}

    def planned(self, message: Message) -> tuple[dict[str, str], list[str]]:
        """Return the links as far as they are known, and the names of the pictures that are still to be stored."""
        self.refuse_homeless(message)
        links, missing = {}, []
        for image in message.images:
            known = self._known(image)
            if known is None:
                missing.append(image.name)
            links[image.cid] = known or f"https://example.org/{quote(image.published_name)}"
        return links, missing

    def _known(self, image: InlineImage) -> str | None:
        if self.media_url:
            return encode_link(f"{self.media_url.rstrip('/')}/{quote(image.published_name)}")
        return self.uploads.find(self.provider.name, image.digest)

    def _link(self, image: InlineImage) -> str:
        known = self._known(image)
        if known is None:
            known = self.provider.upload(image.published_name, image.content_type, image.data)
            self.uploads.remember(self.provider.name, image.digest, known)
        return known


def build_draft(
    key: str, payload: SendPayload, provider: CampaignProvider, pictures: Mapping[str, str]
) -> CampaignDraft:
    """Return the draft of a message for a provider; raise UnsupportedError where it cannot express something."""
    message = payload.message
    own = _own_links(payload.links, payload.issue, provider)
    linked = _CID.sub(lambda found: pictures.get(found[1], found[0]), message.html)
    changed = {
        "subject": _filled(message.subject, own),
        "preheader": _filled(message.preheader, own),
        "html": _filled(linked, {name: quote_html(link) for name, link in own.items()}),
        "text": _filled(message.text, own),
        "images": (),
        "sender": message.sender.model_copy(update={"email": encode_address(message.sender.email)}),
        "reply_to": message.reply_to and encode_address(message.reply_to),
    }
    target = payload.target
    draft = CampaignDraft(
        key=key,
        title=message.title,
        message=message.model_copy(update=changed),
        audience=target.audience,
        segment=target.segment,
        rule=payload.rule,
    )
    if draft.rule:  # an adapter that does not know what that is would send it to all
        provider.needs(Feature.AGAIN, "send only to people who did, or did not, receive another campaign")
    provider.expected(draft)  # refuses by name a merge tag that the provider cannot fill
    return draft


def _own_links(links: ReaderLinks, issue: str, provider: CampaignProvider) -> dict[str, str]:
    """Return the links of the settings that are the same for everybody; leaving is always the provider's own way."""
    own = {}
    for tag, link, setting in (
        (BuiltInTag.VIEW_URL, links.view_online, "view_online"),
        (BuiltInTag.PREFERENCES_URL, links.preferences, "preferences"),
    ):
        if is_own(link):
            own_tag = next(one for one in OWN_TAGS if f"{{{one}}}" in str(link))
            raise UnsupportedError(
                f"{capital(provider.title)} does not recognize {{{own_tag}}} in `{setting}` under `links` in "
                "newsletter.yaml.",
                hint="Use a link that is the same for every reader.",
            )
        if link:
            own[str(tag)] = encode_link(link.replace("{month}", quote(issue, safe="")))
    return own


def quote_html(link: str) -> str:
    """Return a link escaped for an HTML attribute."""
    return link.replace("&", "&amp;").replace('"', "&quot;")


def _filled(text: str, values: Mapping[str, str]) -> str:
    return "".join(piece if isinstance(piece, str) else values.get(piece.name) or str(piece) for piece in split(text))


def differences(provider: CampaignProvider, campaign: str, draft: CampaignDraft) -> Differences:
    """Return what the provider holds otherwise than it should; harmless rewriting of the HTML is none of it."""
    if Feature.READ_BACK not in provider.about.features:
        return Differences()
    return compare(provider.expected(draft), provider.read(campaign), provider.allowance)
