"""Keys as people paste them: with the marks that stood around them, or with letters that a header cannot have."""

from __future__ import annotations

import base64

import pytest
import requests
from requests.adapters import BaseAdapter

from newsletter.errors import UsageError
from newsletter.providers.http import HttpClient
from newsletter.providers.http_types import ApiProfile, Call

SERVICE = ApiProfile(name="Pigeon", base_url="https://pigeon.example.org", read_refusal=lambda _: None)


class Listener(BaseAdapter):
    """The other end, which notes the header of the last request."""

    given = ""

    def send(self, request, **_):
        self.given = request.headers["Authorization"]
        response = requests.Response()
        response.status_code, response._content = 200, b"{}"
        return response

    def close(self):
        """Have nothing to close."""


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("“abc-us1”", "a quotation mark"),
        ("ab\nc-us1", "an invisible character"),
        ("ключ", "“к”"),
        ("abc\u00a0", "an invisible character"),
        ("caf\u00e9", "“é”"),
    ],
)
def test_what_a_key_took_along_when_it_was_copied_is_told_before_any_call(key, words):
    with pytest.raises(UsageError, match=f"The key for Pigeon contains {words}") as caught:
        HttpClient(SERVICE, secret_headers={"X-Key": key})
    assert "abc" not in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize("key", ["“abc”", "«abc»", "ab\nc", "abc\u200b"])
def test_a_password_has_no_such_marks_either(key):
    with pytest.raises(UsageError, match="The key for Pigeon contains"):
        HttpClient(SERVICE, auth=("news", key))


@pytest.mark.parametrize("password", ["caf\u00e9", "ключ", "a b'c\"", "x" * 300])
def test_a_password_may_have_letters_of_any_kind(password):
    listener, session = Listener(), requests.Session()
    session.mount("https://", listener)
    HttpClient(SERVICE, auth=("news", password), session=session).call(Call("GET", "/"))
    assert base64.b64decode(listener.given.removeprefix("Basic ")).decode() == f"news:{password}"
