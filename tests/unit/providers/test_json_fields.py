from __future__ import annotations

import datetime as dt

import pytest

from newsletter.errors import DoubtError, UnavailableError
from newsletter.providers.http import HttpClient
from newsletter.providers.http_types import ApiError, ApiProfile, ApiResponse, Call
from newsletter.providers.json_fields import as_count, as_datetime, as_dict, as_dict_list, as_str


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (3, 3),
        ("3", 3),
        (" 12 ", 12),
        (0, 0),
        (True, None),
        (-1, None),
        ("x", None),
        (1.5, None),
        (None, None),
        ("٣", None),
    ],
)
def test_counts_are_numbers_or_digits(value, count):
    assert as_count(value) == count


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2024-02-12T10:00:00Z", dt.datetime(2024, 2, 12, 10, tzinfo=dt.UTC)),
        ("2024-02-12 10:00:00.5+00", dt.datetime(2024, 2, 12, 10, 0, 0, 500_000, tzinfo=dt.UTC)),
        ("2024-02-12T10:00:00", dt.datetime(2024, 2, 12, 10, tzinfo=dt.UTC)),
        ("soon", None),
        (1707732000, None),
    ],
)
def test_moments_always_have_a_zone(value, moment):
    assert as_datetime(value) == moment


def test_what_is_of_another_kind_is_not_there():
    assert (as_str("a"), as_str(3)) == ("a", None)
    assert (as_dict({"a": 1}), as_dict([1])) == ({"a": 1}, {})
    assert (as_dict_list([{"a": 1}, 2]), as_dict_list("a")) == ([{"a": 1}], [])


def answer(json: object, *, safe: bool = True) -> ApiResponse:
    return ApiResponse(200, json, {}, "Pigeon Post", safe)


def test_what_is_needed_is_found():
    said = answer({"data": {"id": 7, "rows": [{"id": 1}]}, "zero": 0})
    assert said.need("data", "id") == 7
    assert said.need("zero") == 0
    assert said.need("data", "rows", 0, "id") == 1
    assert said.need_object("data")["id"] == 7
    assert said.need_rows("data", "rows", having=["id"]) == [{"id": 1}]


@pytest.mark.parametrize("json", [None, [], {}, "text", {"data": None}, {"data": [1]}, {"data": {"rows": [3]}}])
@pytest.mark.parametrize(("safe", "error"), [(True, UnavailableError), (False, DoubtError)])
def test_what_is_missing_is_no_answer_or_a_doubt(json, safe, error):
    said = answer(json, safe=safe)
    with pytest.raises(error, match="Pigeon Post"):
        said.need("data", "id")
    with pytest.raises(error):
        said.need_object("data", "rows", 0)
    with pytest.raises(error):
        said.need_rows("data", "rows")


def test_what_is_missing_is_named():
    with pytest.raises(UnavailableError, match=r"without 'data\.id'"):
        answer({"data": {}}).need("data", "id")
    with pytest.raises(UnavailableError, match=r"without 'rows\.name'"):
        answer({"rows": [{"id": 1}]}).need_rows("rows", having=["id", "name"])
    with pytest.raises(UnavailableError, match="returned an empty response"):
        answer(None).need()
    with pytest.raises(UnavailableError, match="without 'id'"):
        answer([{}]).need_rows(having=["id"])


def test_neither_a_key_nor_an_address_is_shown():
    service = ApiProfile("Pigeon Post", "https://pigeon.example.org", lambda body: ApiError(str(body)))
    client = HttpClient(service, secret_headers={"Authorization": "Bearer secret-key"})
    said = client.hide("No: secret-key of <kim.lee@mail.example.org>, Bearer secret-key.")
    assert said == "No: [hidden] of <k…@m….org>, [hidden]."
    assert not Call("POST", "/x").is_safe
