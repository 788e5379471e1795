"""What every rehearsed provider does: a campaign's life, its letters, its pages, its strictness."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import requests

from newsletter.errors import UsageError
from newsletter.rehearsal import Rehearsal, provider_names
from newsletter.rehearsal.rehearse import service_class

TESTER = "reader3@example.org"


def test_a_campaign_lives_from_draft_to_report(talk: Any) -> None:
    ident = talk.make()
    assert talk.state(ident) == talk.words["draft"]
    assert talk.read(ident) == talk.html
    talk.rename(ident, "Good morning")
    talk.test(ident, [TESTER])
    assert [trial.people for trial in talk.rehearsal.tests()] == [[TESTER]]
    talk.schedule(ident, talk.later())
    assert talk.state(ident) == talk.words["scheduled"]
    talk.unschedule(ident)
    assert talk.state(ident) == talk.words["draft"]
    assert not talk.rehearsal.sent_campaigns()
    assert talk.sending(ident).ok
    assert talk.state(ident) == talk.words["sent"]
    (sent,) = talk.rehearsal.sent_campaigns()
    assert (sent.gone, sent.mail.subject) == (117, "Good morning")
    assert talk.sent(ident) == 117


def test_what_was_sent_is_neither_sent_again_nor_changed(talk: Any) -> None:
    ident = talk.make()
    assert talk.sending(ident).ok
    assert talk.sending(ident).status_code in {400, 422}
    with pytest.raises(AssertionError):
        talk.rename(ident, "Another")
    assert len(talk.rehearsal.sent_campaigns()) == 1


def test_a_scheduled_campaign_goes_at_its_hour(talk: Any) -> None:
    ident = talk.make()
    talk.schedule(ident, talk.later(45))
    talk.rehearsal.advance(20 * 60)
    assert not talk.rehearsal.sent_campaigns()
    talk.rehearsal.advance(30 * 60)
    assert len(talk.rehearsal.sent_campaigns()) == 1
    assert talk.state(ident) == talk.words["sent"]


def test_an_hour_that_has_passed_is_refused(talk: Any) -> None:
    ident = talk.make()
    with pytest.raises(AssertionError):
        talk.schedule(ident, "2020-01-01T09:00:00+00:00")
    assert talk.state(ident) == talk.words["draft"]


def test_one_among_many_is_found_over_all_pages(talk: Any) -> None:
    ident = talk.make("May [k-1]")
    talk.rehearsal.add_others(250, like=ident, instead_of="k-1")
    names = talk.names()
    assert len(names) == 251
    assert names.count("May [k-1]") == 1


def test_a_wrong_key_is_refused_without_repeating_it(talk: Any) -> None:
    wrong = requests.Session()
    secret = "planted-secret-0123456789"
    name = talk.rehearsal.kind.name
    if name == "brevo":
        wrong.headers["api-key"] = secret
    elif name in {"mailchimp", "mailjet", "listmonk"}:
        wrong.auth = (talk.keys[0], secret)
    else:
        wrong.headers["Authorization"] = f"Bearer {secret}"
    route = next(one for one in talk.rehearsal.kind.routes if one.calls == ("find",))
    answer = wrong.get(talk.rehearsal.base_url + route.path, timeout=5)
    wrong.close()
    assert answer.status_code in {401, 403}
    assert secret not in answer.text
    log = requests.get(f"{talk.rehearsal.address}/_rehearsal/log", timeout=5).text
    assert secret not in log
    assert all(key not in log for key in talk.keys)


def test_no_key_at_all_is_refused(talk: Any) -> None:
    route = next(one for one in talk.rehearsal.kind.routes if one.calls == ("find",))
    assert requests.get(talk.rehearsal.base_url + route.path, timeout=5).status_code in {401, 403}


def test_a_key_that_cannot_be_read_is_refused(talk: Any) -> None:
    route = next(one for one in talk.rehearsal.kind.routes if one.calls == ("find",))
    for header in ("Basic %%%", "Basic /w==", "Negotiate abc"):
        answer = requests.get(talk.rehearsal.base_url + route.path, headers={"Authorization": header}, timeout=5)
        assert answer.status_code in {401, 403}


def test_a_field_or_parameter_that_is_not_described_is_refused(talk: Any) -> None:
    create = next(one for one in talk.rehearsal.kind.routes if one.method == "POST" and "create" in one.names(_Plain()))
    assert talk.raw("POST", create.path, json={"subjct": "Hello"}).status_code in {400, 422}
    find = next(one for one in talk.rehearsal.kind.routes if one.calls == ("find",))
    assert talk.raw("GET", find.path + "?pgae=2").status_code in {400, 422}


class _Plain:
    """A request that makes a draft."""

    def json(self) -> Any:
        return {"status": "draft"}


def test_bad_json_and_paths_are_refused(talk: Any) -> None:
    create = next(one for one in talk.rehearsal.kind.routes if one.method == "POST" and "create" in one.names(_Plain()))
    headers = {"Content-Type": "application/json"}
    assert talk.raw("POST", create.path, data=b"{nonsense", headers=headers).status_code == 400
    assert talk.raw("POST", create.path, data=b"a=1").status_code == 415
    assert talk.raw("GET", "/nothing/here").status_code == 404


def test_every_reader_gets_their_own_letter_in_the_outbox(meet: Callable[..., Any], tmp_path: Path) -> None:
    talk = meet("brevo", outbox=tmp_path)
    talk.html = (
        '<html><body>Hello {{ contact.FIRSTNAME|default:"there" }} <a href="{{ unsubscribe }}">x</a></body></html>'
    )
    talk.sending(talk.make("May: news!"))
    (folder,) = tmp_path.iterdir()
    assert folder.name == "May-news"
    files = sorted(folder.glob("*.eml"))
    assert len(files) == 117
    letters = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
    assert len({letter["To"] for letter in letters}) == 117
    bodies = [letter.get_body(("html",)).get_content() for letter in letters]  # type: ignore[union-attr]
    assert "Hello Reader 1 " in bodies[0]
    assert "Hello there " in bodies[4]
    assert "/_rehearsal/page/unsubscribe" in bodies[0]
    assert "Hello there" in (folder / "look-no-first-name.html").read_text()
    assert letters[0]["From"] == "Team <news@example.org>"


def test_links_in_letters_lead_to_a_page_that_explains(talk: Any) -> None:
    page = requests.get(f"{talk.rehearsal.address}/_rehearsal/page/unsubscribe", timeout=5)
    assert "nothing was sent" in page.text


def test_all_is_remembered_in_a_file(talk: Any, meet: Callable[..., Any], tmp_path: Path) -> None:
    name, state = talk.rehearsal.kind.name, tmp_path / "state.json"
    first = meet(name, state=state)
    ident, other = first.make(), first.make("June [k-2]")
    first.sending(ident)
    first.test(ident, [TESTER])
    first.schedule(other, first.later(300))
    before = first.rehearsal.campaigns(), first.rehearsal.sent_campaigns(), first.rehearsal.tests()
    first.rehearsal.stop()
    second = meet(name, state=state)
    assert (second.rehearsal.campaigns(), second.rehearsal.sent_campaigns(), second.rehearsal.tests()) == before
    assert second.state(ident) == second.words["sent"]
    assert second.sending(ident).status_code in {400, 422}
    assert [one.name for one in tmp_path.iterdir()] == ["state.json"]


def test_a_file_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    for text in ("nonsense", "{}", "[]", '{"campaigns": {"1": {}}}'):
        state.write_text(text)
        with pytest.raises(UsageError, match="does not hold the state"):
            Rehearsal("resend", state=state).start()


def test_a_campaign_takes_its_time(meet: Callable[..., Any]) -> None:
    for name in provider_names():
        talk = meet(name, seconds=100)
        ident = talk.make()
        talk.sending(ident)
        assert talk.state(ident) == talk.words["sending"]
        talk.rehearsal.advance(50)
        assert 40 <= talk.rehearsal.sent_campaigns()[0].gone <= 70
        talk.rehearsal.advance(60)
        assert talk.state(ident) == talk.words["sent"]


@pytest.mark.parametrize("name", ["mailchimp", "brevo", "listmonk", "resend"])
def test_a_campaign_can_be_stopped_on_its_way(meet: Callable[..., Any], name: str) -> None:
    talk = meet(name, seconds=100)
    ident = talk.make()
    talk.sending(ident)
    talk.rehearsal.advance(50)
    talk.cancel(ident)
    gone = talk.rehearsal.sent_campaigns()[0].gone
    talk.rehearsal.advance(500)
    assert 0 < talk.rehearsal.sent_campaigns()[0].gone == gone < 117
    assert talk.state(ident) not in {talk.words["sent"], talk.words["sending"], talk.words["draft"]}


@pytest.mark.parametrize("name", ["mailchimp", "brevo", "listmonk", "buttondown"])
def test_a_picture_is_stored(meet: Callable[..., Any], name: str) -> None:
    talk = meet(name)
    link = talk.upload()
    assert link.startswith("https://")
    assert link in talk.own("pictures")["pictures"]


def test_only_what_is_known_can_be_rehearsed() -> None:
    with pytest.raises(UsageError, match="cannot be rehearsed"):
        service_class("carrier-pigeon")


def test_starting_takes_no_time_and_a_taken_port_is_told() -> None:
    with Rehearsal("mailchimp") as first:
        port = int(first.address.rpartition(":")[2])
        with pytest.raises(UsageError, match="cannot be used"):
            Rehearsal("mailchimp", port=port).start()
    first.stop()
    with pytest.raises(RuntimeError, match="not running"):
        _ = first.handler


def test_a_fault_in_the_rehearsal_itself_fails_the_test_that_uses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = service_class("mailchimp")
    monkeypatch.setattr(kind, "answer_fixed", lambda *_, **__: 1 / 0)
    rehearsal = Rehearsal("mailchimp").start()
    answer = requests.get(rehearsal.base_url + "/ping", auth=("x", next(iter(kind.keys.values()))), timeout=5)
    assert answer.status_code == 500
    with pytest.raises(RuntimeError, match="the rehearsal itself"):
        rehearsal.stop()
