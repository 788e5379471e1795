"""The conditions by which a rehearsed Mailchimp chooses people: what they were sent, their tags, what a field holds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from newsletter.rehearsal.http_messages import MisfitError
from newsletter.rehearsal.sample_contacts import Group, Reader, SampleContacts
from newsletter.rehearsal.schema_check import SchemaError, SchemaProblem
from newsletter.rehearsal.state import SimulatedState

Holds = Callable[[Reader], bool]


def name_of(reader: Reader) -> str:
    """Return what Mailchimp calls a person: the MD5 of the address in small letters."""
    return hashlib.md5(reader.email.lower().encode(), usedforsecurity=False).hexdigest()


def website_number(campaign: str) -> int:
    """Return the number that a campaign has on the website."""
    return int(campaign, 16) % 100_000


def sent_to(world: SimulatedState, campaign: str) -> set[str]:
    """Return the addresses that a campaign has left for."""
    return {who for one in world.dispatches if one.campaign == campaign for who in one.people[: one.gone]}


def is_tag(group: Group) -> bool:
    """Return whether a part of a list is a tag; the others are saved segments."""
    return group.name.startswith("Part")


def saved_options(group: Group) -> dict[str, Any]:
    """Return the conditions of a part of a list, as it is described."""
    if is_tag(group):
        condition = {"condition_type": "StaticSegment", "field": "static_segment", "op": "static_is",
                     "value": group.number}  # fmt: skip
    else:
        condition = {"condition_type": "TextMerge", "field": "CITY", "op": "is", "value": group.name.split()[-1]}
    return {"match": "all", "conditions": [condition]}


def chosen(
    world: SimulatedState, crowd: SampleContacts, people: Sequence[Reader], options: Mapping[str, Any]
) -> list[Reader]:
    """Return those of whom the conditions hold; raise MisfitError for one that is not rehearsed."""
    holds = [_reading(world, crowd, one, f"{number}") for number, one in enumerate(options["conditions"])]
    if len(holds) > 1 and "match" not in options:
        raise MisfitError([SchemaError("recipients.segment_opts.match", SchemaProblem.WRONG, "is missing")])
    enough = any if options.get("match") == "any" else all
    return [one for one in people if enough(check(one) for check in holds)]


def _reading(world: SimulatedState, crowd: SampleContacts, condition: Mapping[str, Any], place: str) -> Holds:
    kind, op, value = condition.get("condition_type"), condition.get("op"), condition.get("value")
    named = (kind, condition.get("field"))
    if named == ("Aim", "aim") and op in {"sent", "nosent"} and isinstance(value, str):
        campaign = next((one for one in world.campaigns if str(website_number(one)) == value), None)
        if campaign is not None:
            there = sent_to(world, campaign)
            return lambda one: (one.email in there) is (op == "sent")
    if named == ("StaticSegment", "static_segment") and op == "static_is":
        group = next((one for one in crowd.segments if one.number == value and is_tag(one)), None)
        if group is not None:
            return lambda one: one in group.readers
    if named == ("TextMerge", "CITY") and op == "is":
        return lambda one: one.columns.get("city") == value
    raise MisfitError(
        [SchemaError(f"recipients.segment_opts.conditions.{place}", SchemaProblem.WRONG, "is not a condition here")]
    )
