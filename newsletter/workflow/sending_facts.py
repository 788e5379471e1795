"""The facts of sending for the rules: provider, what it adds, audience; all of them from files."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from newsletter.model.merge_tags import BuiltInTag, MergeTag
from newsletter.preflight.context import AudienceFact, SendChannel

if TYPE_CHECKING:
    from newsletter.issue_file.load_issue import LoadedIssue
    from newsletter.model.campaign import Message
    from newsletter.providers.base import Provider
    from newsletter.settings import Settings
    from newsletter.workflow.workspace import Workspace

_THIS_COMPUTER = re.compile(r"(?:https?://)?(?:localhost|127(?:\.\d+){3}|\[?::1\]?)(?::\d+)?(?:/.*)?", re.IGNORECASE)


def sending_facts(workspace: Workspace, loaded: LoadedIssue, message: Message | None) -> dict[str, Any]:
    """Return the fields of ExternalFacts about sending, without using the network."""
    from newsletter.providers.base import DirectProvider
    from newsletter.providers.capabilities import Feature
    from newsletter.providers.registry import adapter
    from newsletter.settings_file import FILE_NAME

    settings = workspace.settings
    kind = adapter(settings.provider)
    path = settings.root / FILE_NAME
    facts: dict[str, Any] = {
        "provider": kind.about.title,
        "way": way_of(settings),
        "unfilled": _unfilled(settings, kind),
        "settings": path.read_text("utf-8") if path.is_file() else "",
        "settings_path": str(path),
        "takes_attachments": issubclass(kind, DirectProvider),
        "takes_parts": Feature.PARTS in kind.about.features,
        "takes_segments": Feature.SEGMENTS in kind.about.features,
    }
    if kind.reads_audience_file:
        facts |= _people(settings, loaded.path.stem)
        from newsletter.workflow.audience_segments import segments_in_file

        facts |= {"segments": lambda: segments_in_file(settings), "audience_file": audience_title(settings)}
    if message is not None:
        facts["added"] = added_bytes(settings, message)
        facts["enclosed"] = sum(len(image.data) for image in message.images) if issubclass(kind, DirectProvider) else 0
    return facts


def added_bytes(settings: Settings, message: Message | None) -> int:
    """Estimate how many bytes the provider adds to the HTML."""
    from newsletter.preflight.html.markup import web_links
    from newsletter.providers.registry import adapter

    return adapter(settings.provider).about.adds.to(web_links(message.html)) if message else 0


def way_of(settings: Settings) -> SendChannel:
    """Return how far a send reaches; a provider rehearsed on this computer sends nothing on."""
    from newsletter.providers.registry import adapter

    about, options = adapter(settings.provider).about, settings.options_of(settings.provider)
    values = [value for _, value in options] if options else []
    if about.is_local or any(isinstance(one, str) and _THIS_COMPUTER.fullmatch(one) for one in values):
        return SendChannel.NOWHERE
    return SendChannel.OWN_SERVER if about.is_own_server else SendChannel.SERVICE


def audience_title(settings: Settings) -> str:
    """Return what the audience of a direct provider is called in messages."""
    return "your own list" if settings.has_own_list else settings.audience_file.name


def _people(settings: Settings, issue: str) -> dict[str, Any]:
    """Return the merge tags of the audience file and, where nothing in it blocks a send, how many people it has."""
    from newsletter.audience.csv_file import open_audience
    from newsletter.audience.quick_stats import count_people
    from newsletter.ledger.quick_read import last_count

    if settings.has_own_list:
        from newsletter.workflow.own_list import count_own_list
        from newsletter.workflow.session import OWN_LIST

        count, fields, unfilled = count_own_list(settings)
        last = last_count(settings.ledger_url, settings.provider, OWN_LIST, issue)
        audience = AudienceFact("your own list", count, last, unfilled=unfilled)
        return {"tags": (*BuiltInTag, *fields), "audience": audience}
    path, name = settings.audience_file, settings.outbox.audience
    # a provider that keeps the list itself has columns of its own, which are not known here
    file = open_audience(path, path.name, settings.outbox.columns)
    facts: dict[str, Any] = {}
    if file.columns.are_known:
        facts["tags"] = (*BuiltInTag, *file.columns.fields)
    if not file.blocks:
        people = count_people(file)
        last = last_count(settings.ledger_url, settings.provider, name, issue)
        facts["audience"] = AudienceFact(name, people.people, last, people.samples, people.unfilled)
    return facts


def _unfilled(settings: Settings, kind: type[Provider]) -> Callable[[MergeTag], str]:
    """Return a function that explains why a merge tag cannot be filled; empty if it can."""
    pages = {
        BuiltInTag.VIEW_URL: ("view_online", settings.reader_links.view_online),
        BuiltInTag.PREFERENCES_URL: ("preferences", settings.reader_links.preferences),
    }

    def why(tag: MergeTag) -> str:
        setting, page = next((pages[name] for name in pages if name == tag.name), ("", None))
        if page:
            return ""
        if setting and kind.reads_audience_file:
            return f"`{setting}` is not set under `links` in newsletter.yaml"
        return kind.unfilled(tag)

    return why
