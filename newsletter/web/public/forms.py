"""Forms as browsers send them: fields by name, each value bounded; what cannot be read is no field."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

_MOST_FIELDS = 100
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, in order."""

    fields: tuple[tuple[str, str], ...] = ()

    def first(self, name: str) -> str:
        """Return the first value of a field; empty if it is missing."""
        return next((value for key, value in self.fields if key == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Return all values of a field."""
        return tuple(value for key, value in self.fields if key == name)


def read_form(body: bytes, content_type: str) -> Form:
    """Return the fields of a URL-encoded body; none for any other."""
    if content_type.partition(";")[0].strip().lower() not in {"application/x-www-form-urlencoded", ""}:
        return Form()
    try:
        pairs = parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return Form()
    return Form(tuple((name, value[:_LONGEST]) for name, value in pairs))
