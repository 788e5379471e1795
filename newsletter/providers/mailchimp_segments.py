"""Mailchimp's conditions on recipients: who was sent another campaign, who was not, who is in a segment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from newsletter.errors import UnsupportedError
from newsletter.providers.json_fields import as_count, as_dict, as_dict_list, as_str

Condition = Mapping[str, Any]


def was_sent(number: int) -> Condition:
    """Return the condition that somebody was sent a campaign, named by the number that it has on the website."""
    return {"condition_type": "Aim", "field": "aim", "op": "sent", "value": str(number)}


def was_not_sent(number: int) -> Condition:
    """Return the condition that somebody was not sent a campaign."""
    return {**was_sent(number), "op": "nosent"}


def within(segment: int, row: Mapping[str, Any]) -> list[Condition]:
    """Return the conditions, all of which hold for the people of a segment as Mailchimp describes it.

    Raise UnsupportedError where any one of several is enough: then they cannot stand beside others.
    """
    if row.get("type") == "static":
        return [
            {
                "condition_type": "StaticSegment",
                "field": "static_segment",
                "op": "static_is",
                "value": segment,
            }
        ]
    options = as_dict(row.get("options"))
    conditions = as_dict_list(options.get("conditions"))
    if not conditions or (len(conditions) > 1 and options.get("match") != "all"):
        raise UnsupportedError(
            f"Mailchimp cannot select people in {as_str(row.get('name')) or segment} by what they were sent, "
            "because the segment matches any of several conditions.",
            hint="Nothing was sent. Give these people a tag on Mailchimp's website, and send to the tag from now on.",
        )
    return conditions


def any_of(conditions: Sequence[Condition]) -> str:
    """Return the rule that one of the conditions is enough."""
    return rule_of({"match": "any", "conditions": conditions})


def all_of(conditions: Sequence[Condition]) -> str:
    """Return the rule that all of the conditions must hold."""
    return rule_of({"match": "all", "conditions": conditions})


def rule_of(options: Mapping[str, Any]) -> str:
    """Return a campaign's conditions as a rule: the same ones give the same rule; none give an empty one.

    A number may come back as text, conditions in another order, and how a single one is joined to none says nothing.
    """
    conditions = sorted(json.dumps(_plain(one), sort_keys=True) for one in as_dict_list(options.get("conditions")))
    if not conditions:
        return ""
    match = options.get("match") if len(conditions) > 1 else "all"
    return json.dumps({"match": match, "conditions": [json.loads(one) for one in conditions]}, sort_keys=True)


def options_of(rule: str) -> dict[str, Any]:
    """Return a rule as a campaign takes it."""
    options: dict[str, Any] = json.loads(rule)
    return options


_NUMBERED = {
    "CampaignPoll",
    "EcommNumber",
    "EcommSpent",
    "FuzzySegment",
    "IPGeoIn",
    "IPGeoInZip",
    "IPGeoZip",
    "MemberRating",
    "SocialInfluence",
    "StaticSegment",
}
"""The kinds of conditions whose value the description has as a number."""


def _plain(condition: Condition) -> Condition:
    numbered = condition.get("condition_type") in _NUMBERED
    there = {name: value for name, value in condition.items() if value is not None}
    value = there.get("value")
    if numbered and isinstance(value, str) and (number := as_count(value)) is not None:
        return {**there, "value": number}
    if not numbered and isinstance(value, int | float) and not isinstance(value, bool):
        return {**there, "value": str(value)}
    return there
