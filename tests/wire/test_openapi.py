"""The descriptions notice what is wrong; a check that takes everything would show nothing."""

from __future__ import annotations

from typing import Any

import pytest
import requests

BUTTONDOWN = "https://api.buttondown.com/v1"


def asked(method: str, url: str, **more: Any) -> requests.PreparedRequest:
    return requests.Request(method, url, headers={"Authorization": "Token x"}, **more).prepare()


def test_a_right_request_is_right(description):
    request = asked("POST", f"{BUTTONDOWN}/emails", json={"subject": "February", "status": "draft"})
    assert description("buttondown").faults(request) == []


@pytest.mark.parametrize(
    ("method", "path", "more", "words"),
    [
        ("POST", "/emails", {"json": {"subject": "x", "subjct": "y"}}, "subjct"),
        ("POST", "/emails", {"json": {"status": "draft"}}, "'subject' is a required property"),
        ("POST", "/emails", {"json": {"subject": "x", "status": "later"}}, "later"),
        ("POST", "/emails", {"json": {"subject": 7}}, "is not of type"),
        ("POST", "/emails", {"json": {"subject": "x", "filters": {"filters": [], "groups": [], "x": 1}}}, "x"),
        ("GET", "/emails", {"params": {"colour": "red"}}, "the query 'colour' is not described"),
        ("GET", "/emails", {"params": {"ordering": "by colour"}}, "by colour"),
        ("GET", "/letters", {}, "is not described"),
        ("DELETE", "/emails/em_1", {}, "is not described"),
    ],
)
def test_a_wrong_request_is_wrong(description, method, path, more, words):
    faults = description("buttondown").faults(asked(method, BUTTONDOWN + path, **more))
    assert words in " ".join(faults)


def test_a_form_with_a_wrong_field_is_wrong(description):
    files = {"picture": ("a.png", b"data", "image/png")}
    assert description("buttondown").faults(asked("POST", f"{BUTTONDOWN}/images", files=files))


def test_an_open_object_stays_open(description):
    body = {"subject": "x", "metadata": {"newsletter_key": "nl-1"}}
    assert description("buttondown").faults(asked("POST", f"{BUTTONDOWN}/emails", json=body)) == []
