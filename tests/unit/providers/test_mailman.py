"""What the Mailman provider does without Mailman; with a real one, see tests/integration/test_mailman_server.py."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from newsletter.errors import DoubtError, ProviderError, UnsupportedError
from newsletter.model.branding import ReaderLinks
from newsletter.model.merge_tags import MergeTag
from newsletter.providers.base import AcceptState, OutboundMessage
from newsletter.providers.capabilities import Feature
from newsletter.providers.mailman import MailmanProvider, Options, _refusal, for_list, inject

RAW = (
    b"From: Example <office@example.org>\r\nTo: Kim\r\n <kim@example.org>\r\nReply-To: team@example.org\r\n"
    b"Subject: February\r\nList-Id: <x.example.org>\r\nList-Unsubscribe: <https://b.org>,\r\n <mailto:a@b.org>\r\n"
    b"Message-ID: <2024-02.k1@example.org>\r\n\r\nTo: nobody\r\nList-Id: in words\r\n"
)
PARCEL = OutboundMessage("2024-02", "k1", "news@example.org", RAW)


class Script(BaseAdapter):
    """Mailman with written answers, by path."""

    def __init__(self, answers: dict[str, Any]) -> None:
        super().__init__()
        self.answers = answers
        self.asked: list[str] = []

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        path = str(request.path_url).removeprefix("/3.1")
        self.asked.append(f"{request.method} {path}")
        answer = self.answers.get(path.partition("?")[0], {"title": "404 Not Found", "description": "no"})
        if isinstance(answer, list):
            answer = answer.pop(0)
        if isinstance(answer, Exception):
            raise answer
        response = requests.Response()
        response.status_code = 404 if answer.get("title") else 200
        response.request, response.url = request, str(request.url)
        response._content = requests.compat.json.dumps(answer).encode() if answer else b""
        return response

    def close(self) -> None:
        pass


def provider(**answers: Any) -> tuple[MailmanProvider, Script]:
    """Build the provider over answers; two underscores in a name stand for a slash."""
    script = Script({f"/{name.replace('__', '/').replace('AT', '@')}": answer for name, answer in answers.items()})
    session = requests.Session()
    session.mount("http://", script)
    return MailmanProvider.connect(Options(), lambda _: "rest-password", session=session, pause=lambda _: None), script


LIST = {"list_id": "news.example.org", "fqdn_listname": "news@example.org", "member_count": 3}
CONFIG: dict[str, Any] = {"default_member_action": "defer", "default_nonmember_action": "hold", "max_message_size": 40}


def over(config: dict[str, Any], **answers: Any) -> tuple[MailmanProvider, Script]:
    made, script = provider(**answers)
    script.answers |= {"/lists/news@example.org": LIST, "/lists/news.example.org/config": {**CONFIG, **config}}
    script.answers["/queues/in"] = {}
    return made, script


def test_it_says_what_it_is():
    made, _ = provider()
    assert (made.name, made.batch) == ("mailman", 1)
    assert Feature.TELLS not in made.about.features
    assert "archive" in made.whereabouts()
    assert made.ask("2024-02", []) == {}


def test_the_message_is_addressed_to_the_list_and_has_no_list_headers_of_ours():
    text = for_list(RAW, "news@example.org")
    head, _, body = text.partition("\n\n")
    assert head.splitlines() == [
        "From: Example <office@example.org>",
        "To: news@example.org",
        "Reply-To: team@example.org",
        "Subject: February",
        "Message-ID: <2024-02.k1@example.org>",
    ]
    assert body == "To: nobody\nList-Id: in words\n"
    assert not inject("news.example.org", text).is_safe


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        (MergeTag(name="first_name"), r"cannot fill \{first_name\}"),
        (MergeTag(name="town"), r"cannot fill \{town\}"),
        (MergeTag(name="email", fallback="you"), r"cannot fill \{email\|you\}"),
    ],
)
def test_what_would_be_a_readers_own_is_refused_by_name(tag, words):
    made, _ = provider()
    with pytest.raises(UnsupportedError, match=words):
        made.vet([tag], ReaderLinks())


def test_words_that_stand_in_are_for_everybody():
    made, _ = provider()
    tags = [MergeTag(name="first_name", fallback="there"), MergeTag(name="unsubscribe_url"), MergeTag(name="view_url")]
    made.vet(tags, ReaderLinks(unsubscribe="mailto:news-leave@example.org"))
    with pytest.raises(UnsupportedError, match="cannot be used in `unsubscribe`"):
        made.vet(tags, ReaderLinks(unsubscribe="https://example.org/leave?who={key}"))
    with pytest.raises(UnsupportedError, match=r"\{email\} cannot be used in `preferences`"):
        made.vet(tags, ReaderLinks(preferences="mailto:us@example.org?subject={email}", one_click=False))


def test_every_page_of_lists_is_asked_for():
    rows = [{**LIST, "list_id": f"l{number}.example.org"} for number in range(3)]
    made, script = provider(lists=[{"entries": rows[:2], "total_size": 3}, {"entries": rows[2:], "total_size": 3}])
    assert [one.id for one in made.audiences()] == [row["list_id"] for row in rows]
    assert script.asked == ["GET /lists?count=50&page=1", "GET /lists?count=50&page=2"]


def test_no_lists_are_no_audiences():
    made, _ = provider(lists={"start": 0, "total_size": 0})
    assert made.audiences() == ()


@pytest.mark.parametrize(
    ("config", "members", "words"),
    [
        ({}, {}, "would hold a message"),
        ({"default_nonmember_action": "discard"}, {}, "would discard a message"),
        ({"discard_these_nonmembers": ["team@example.org"], "default_nonmember_action": "accept"}, {}, "would discard"),
        ({"default_member_action": "reject"}, {"member": {"role": "member"}}, "would reject"),
        ({}, {"nonmember": {"moderation_action": "reject"}}, "would reject"),
        ({"emergency": True}, {}, "emergency mode"),
        ({"default_nonmember_action": "defer", "max_message_size": 0}, {}, None),
        ({"default_nonmember_action": "defer"}, {}, None),
        ({"accept_these_nonmembers": ["office@example.org"]}, {}, None),
        ({}, {"member": {"moderation_action": "accept"}}, None),
        ({"default_nonmember_action": "accept"}, {"nonmember": {"role": "nonmember"}}, None),
    ],
)
def test_only_what_mailman_would_pass_on_is_given_to_it(config, members, words):
    made, script = over(config)
    for role, row in members.items():
        script.answers[f"/lists/news.example.org/{role}/office@example.org"] = row
    if words is None:
        made.deliver(PARCEL)
        assert script.asked[-1] == "POST /queues/in"
    else:
        with pytest.raises(ProviderError, match=words):
            made.deliver(PARCEL)
        assert "POST /queues/in" not in script.asked


def test_a_message_over_the_size_is_held_unless_the_sender_is_accepted():
    large = OutboundMessage("2024-02", "k1", "news@example.org", RAW + b"x" * 50_000)
    made, _ = over({"default_nonmember_action": "defer"})
    with pytest.raises(ProviderError, match="is 48 kB, and Mailman holds messages over 40 kB"):
        made.deliver(large)
    made, script = over({"default_nonmember_action": "accept"})
    made.deliver(large)
    assert script.asked[-1] == "POST /queues/in"


def test_an_answer_that_was_lost_is_a_doubt_that_only_a_held_message_lifts():
    made, script = over({"default_nonmember_action": "accept"}, lists={"entries": [LIST], "total_size": 1})
    script.answers["/queues/in"] = requests.ReadTimeout()
    with pytest.raises(DoubtError):
        made.deliver(PARCEL)
    held = [{"message_id": "<2024-02.k1@example.org>"}]
    script.answers["/lists/news.example.org/held"] = {"entries": held, "total_size": 1}
    assert made.ask("2024-02", ["k1", "k2"]) == {"k1": AcceptState.YES, "k2": AcceptState.CANNOT_TELL}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"title": "404 Not Found", "description": "No such list"}, "No such list"),
        ({"title": "401 Unauthorized"}, "401 Unauthorized"),
        ({}, None),
        ("text", None),
    ],
)
def test_a_refusal_is_read(body, words):
    refusal = _refusal(body)
    assert (refusal and refusal.words) == words
