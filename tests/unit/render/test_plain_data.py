"""Templates are given plain data: no model, no function but those of the tool."""

from __future__ import annotations

from typing import NamedTuple

from newsletter.render.plain_data import PlainData, Record, kind_of


class DateBox(NamedTuple):
    month: str
    days: tuple[str, ...]


def test_a_named_tuple_is_a_record_and_no_list_of_values() -> None:
    box = PlainData().of(DateBox("Mar", ("5", "6")))

    assert isinstance(box, Record)
    assert kind_of(box) == "date box"
    assert (box.month, box.days) == ("Mar", ("5", "6"))
    assert dict(box) == {"month": "Mar", "days": ("5", "6")}
