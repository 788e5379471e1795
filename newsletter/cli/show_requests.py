"""The provider requests that a dry run shows: long texts shortened, without secrets."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from newsletter.cli import output

if TYPE_CHECKING:
    from newsletter.providers.http_types import Call

LONGEST = 100
"""Characters of a text that are shown on a terminal; `--json` shows all."""


def show_requests(calls: Iterable[Call]) -> None:
    """Show each request: its method, path and body."""
    output.say("These requests would be sent to the provider. Each has your key, which is not shown:")
    output.say()
    for call in calls:
        query = "&".join(f"{name}={value}" for name, value in call.query.items())
        output.say(f"{call.method} {call.path}{f'?{query}' if query else ''}", indent="  ", colour="bold", wrap=False)
        if call.json is not None:
            for line in json.dumps(shortened(call.json), indent=2, ensure_ascii=False).splitlines():
                output.say(line, indent="    ", wrap=False)
        for name, (file, data, kind) in call.files.items():
            output.say(f"{name}: {file}, {kind}, {len(data):,} bytes", indent="    ", wrap=False)
        output.say()


def shortened(value: Any) -> Any:
    """Return JSON data with long texts shortened, each with its length."""
    if isinstance(value, dict):
        return {name: shortened(one) for name, one in value.items()}
    if isinstance(value, list):
        return [shortened(one) for one in value]
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[:LONGEST]}… ({len(value):,} characters)"
    return value
