"""The SES provider's calls, each held against the AWS library's own description; with a server, see integration."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from newsletter.errors import (
    AuthenticationError,
    DoubtError,
    NotFoundError,
    PlanLimitError,
    ProviderError,
    RefusedError,
    UnavailableError,
    UsageError,
)
from newsletter.model.audience import Audience
from newsletter.providers import ses, ses_client
from newsletter.providers.base import OutboundMessage
from newsletter.providers.capabilities import Feature

pytest.importorskip("boto3", reason="boto3 is not installed")
import botocore.session
from botocore import exceptions
from botocore.stub import Stubber

LEAVE = b"List-Unsubscribe: <mailto:a@example.org>\r\n"
RAW = b"From: Example <news@example.org>\r\nTo: kim@example.org\r\n" + LEAVE + b"\r\nHello\r\n"
PARCEL = OutboundMessage("2024-02", "k1", "kim@example.org", RAW)
WHEN = dt.datetime(2024, 2, 1, tzinfo=dt.UTC)
NO_TOPICS: dict[str, Any] = {"ContactListName": "Readers", "Topics": []}
SENT = {"Destination": {"ToAddresses": ["kim@example.org"]}, "Content": {"Raw": {"Data": RAW}}}


class Account:
    """SES with scripted answers; the library's description checks every request and answer."""

    def __init__(self, **settings: Any) -> None:
        self.client = botocore.session.get_session().create_client(
            "sesv2", region_name="eu-west-2", aws_access_key_id="AKIAEXAMPLE", aws_secret_access_key="secret-example"
        )
        self.script = Stubber(self.client)
        self.script.activate()
        self.pauses: list[float] = []
        self.repeats: list[bool] = []
        options = ses.Options.model_validate({"region": "eu-west-2", **settings})
        self.provider = ses.SesProvider(options, self._make, pause=self.pauses.append, clock=lambda: 0.0)

    def _make(self, repeats: bool) -> Any:
        self.repeats.append(repeats)
        return self.client

    def answers(self, operation: str, answer: dict[str, Any], asked: dict[str, Any] | None = None) -> None:
        self.script.add_response(operation, answer, asked)

    def refuses(self, operation: str, code: str, words: str = "", status: int = 400) -> None:
        meta = {"RequestId": "req-1"}
        self.script.add_client_error(operation, code, words, status, response_meta=meta)

    def breaks(self, error: Exception) -> None:
        """Have the next call end in an error of the library itself."""

        def fail(**_: Any) -> None:
            raise error

        for operation in ("send_email", "get_account", "list_contacts", "list_contact_lists"):
            setattr(self.client, operation, fail)


@pytest.fixture
def opened() -> Iterator[list[Account]]:
    accounts: list[Account] = []
    yield accounts
    for account in accounts:
        account.client.close()


@pytest.fixture
def account(opened: list[Account]) -> Callable[..., Account]:
    def make(**settings: Any) -> Account:
        opened.append(Account(**settings))
        return opened[-1]

    return make


def contact(email: str, **more: Any) -> dict[str, Any]:
    return {"EmailAddress": email, "LastUpdatedTimestamp": WHEN, **more}


def test_it_says_what_it_is(account):
    provider = account().provider
    assert (provider.name, provider.batch) == ("ses", 1)
    assert Feature.TELLS not in provider.about.features
    assert provider.whereabouts()
    provider.settle()


def test_every_page_of_lists_and_people_is_asked_for(account):
    aws = account()
    aws.answers("list_contact_lists", {"ContactLists": [{"ContactListName": "Old"}], "NextToken": "n1"}, {})
    aws.answers("list_contact_lists", {"ContactLists": [{"ContactListName": "Readers"}]}, {"NextToken": "n1"})
    for name, pages in (("Old", [1]), ("Readers", [2, 1])):
        aws.answers("get_contact_list", {**NO_TOPICS, "ContactListName": name}, {"ContactListName": name})
        for number, size in enumerate(pages):
            people = [contact(f"p{number}{one}@example.org") for one in range(size)]
            follow = {"NextToken": "more"} if number else {}
            more = {"NextToken": "more"} if number + 1 < len(pages) else {}
            aws.answers("list_contacts", {"Contacts": people, **more}, {"ContactListName": name, **follow})
    assert [(one.id, one.count) for one in aws.provider.audiences()] == [("Old", 1), ("Readers", 3)]
    assert aws.repeats == [True]


def test_an_answer_that_the_library_could_not_read_is_not_an_empty_list(account):
    aws = account()
    aws.answers("list_contacts", {})
    with pytest.raises(UnavailableError, match="cannot be read"):
        aws.provider.recipients(Audience(id="Readers", name="Readers"))
    aws.answers("send_email", {}, SENT)
    with pytest.raises(DoubtError, match="cannot be read"):
        aws.provider.deliver(PARCEL)


@pytest.mark.parametrize("status", [302, 403, 404, 408, 429])
def test_a_page_instead_of_an_answer_of_ses_is_no_proof_that_nothing_was_sent(account, status):
    aws = account()
    aws.refuses("send_email", str(status), "not from here", status)
    with pytest.raises(DoubtError, match=f"HTTP {status}"):
        aws.provider.deliver(PARCEL)


def test_a_no_of_ses_with_a_code_that_is_not_known_is_about_everybody(account):
    aws = account()
    aws.refuses("send_email", "SomethingNewException", "not from here", 403)
    with pytest.raises(ProviderError, match="rejected the request") as caught:
        aws.provider.deliver(PARCEL)
    assert not isinstance(caught.value, RefusedError)
    assert "proxy" in caught.value.hint


def test_people_are_asked_about_once_and_sorted(account):
    aws = account()
    both = [contact("b@example.org"), contact("a@example.org"), contact("c@example.org", UnsubscribeAll=True)]
    for _ in range(2):
        aws.answers("list_contacts", {"Contacts": both})
        if not aws.provider._attributes:
            aws.answers(
                "get_contact",
                {"EmailAddress": "b@example.org", "AttributesData": '{"first-name": "Bo", "age": 7, "x": [1]}'},
            )
            aws.answers("get_contact", {"EmailAddress": "a@example.org", "AttributesData": "Name: Ann"})
        people = aws.provider.recipients(Audience(id="Readers", name="Readers"))
    assert [(one.email, one.first_name) for one in people] == [("a@example.org", ""), ("b@example.org", "Bo")]
    assert people[1].fields == {"age": "7"}
    aws.script.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("own", "default", "gets"),
    [
        (None, "OPT_IN", True),
        (None, "OPT_OUT", False),
        ("OPT_IN", "OPT_OUT", True),
        ("OPT_OUT", "OPT_IN", False),
        (None, None, False),
    ],
)
def test_a_topic_goes_by_the_choice_and_then_by_the_default(own, default, gets):
    row = {"UnsubscribeAll": False}
    if own:
        row["TopicPreferences"] = [{"TopicName": "events", "SubscriptionStatus": own}]
    if default:
        row["TopicDefaultPreferences"] = [{"TopicName": "events", "SubscriptionStatus": default}]
    assert ses._wants(row, "events") is gets
    assert ses._wants(row, "")


@pytest.mark.parametrize(
    ("data", "read"),
    [(None, {}), ("", {}), ("[1]", {}), ("{", {}), ('{"FirstName": "Kim", "lastName": "L"}', {"first_name": "Kim"})],
)
def test_attributes_are_read_where_they_are_json(data, read):
    assert read.items() <= ses._attributes(data).items()


def test_a_message_goes_whole_and_is_never_repeated_by_the_library(account):
    aws = account(per_second=10, configuration_set="newsletter")
    aws.answers("send_email", {"MessageId": "m1"}, {**SENT, "ConfigurationSetName": "newsletter"})
    aws.provider.deliver(PARCEL)
    assert aws.repeats == [False]


def test_a_domain_beyond_english_is_given_in_ascii(account):
    aws = account(per_second=10)
    to = {"Destination": {"ToAddresses": ["anna@xn--strae-oqa.de"]}}
    aws.answers("send_email", {"MessageId": "m1"}, {**SENT, **to})
    aws.provider.deliver(dataclasses.replace(PARCEL, address="anna@straße.de"))
    aws.script.assert_no_pending_responses()


def test_two_spellings_of_one_domain_are_one_person(account):
    aws = account()
    rows = [contact("anna@xn--mller-kva.example"), contact("anna@müller.example"), contact("anna@muller.example")]
    aws.answers("list_contacts", {"Contacts": rows})
    for row in rows:
        aws.answers("get_contact", {"EmailAddress": row["EmailAddress"]})
    people = aws.provider.recipients(Audience(id="Readers", name="Readers"))
    assert [one.email for one in people] == ["anna@muller.example", "anna@müller.example"]


def test_a_run_waits_where_ses_is_too_busy(account):
    assert account().provider.retry_seconds == 900
    assert account(retry_for=0).provider.retry_seconds == 0


def test_with_a_topic_ses_adds_its_own_way_to_leave(account):
    aws = account(per_second=10)
    aws.answers("list_contacts", {"Contacts": []})
    aws.provider.recipients(Audience(id="Readers/events", name="Events"))
    bare = RAW.replace(LEAVE, b"")
    managed = {"ListManagementOptions": {"ContactListName": "Readers", "TopicName": "events"}}
    aws.answers("send_email", {"MessageId": "m1"}, {**SENT, "Content": {"Raw": {"Data": bare}}, **managed})
    aws.provider.deliver(PARCEL)
    aws.answers("send_email", {"MessageId": "m2"}, SENT)
    assert aws.provider.deliver_test(PARCEL) == "the inbox of k…@e….org"


@pytest.mark.parametrize(
    ("settings", "quota", "pauses"),
    [
        ({}, {"MaxSendRate": 4.0}, [0.25]),
        ({}, {"MaxSendRate": 0.0}, [1.0]),
        ({"per_second": 2}, {"MaxSendRate": 4.0}, [0.5]),
        ({}, {"MaxSendRate": 10.0, "Max24HourSend": -1.0, "SentLast24Hours": 500.0}, [0.1]),
    ],
)
def test_the_accounts_pace_is_kept(account, settings, quota, pauses):
    aws = account(**settings)
    aws.answers("get_account", {"SendingEnabled": True, "SendQuota": quota})
    aws.provider.prepare()
    for number in range(2):
        aws.answers("send_email", {"MessageId": f"m{number}"}, SENT)
        aws.provider.deliver(PARCEL)
    assert aws.pauses == pauses


def test_an_account_that_may_send_no_more_today_is_told_before_the_first(account):
    aws = account()
    aws.answers("get_account", {"SendQuota": {"Max24HourSend": 200.0, "SentLast24Hours": 200.0, "MaxSendRate": 1.0}})
    with pytest.raises(PlanLimitError, match="has sent 200 messages in 24 hours; its limit is 200"):
        aws.provider.prepare()


def test_an_account_whose_sending_is_off_is_told_before_the_first(account):
    aws = account()
    aws.answers("get_account", {"SendingEnabled": False})
    with pytest.raises(PlanLimitError, match="turned off"):
        aws.provider.prepare()


def test_a_key_that_may_not_ask_keeps_the_slowest_pace(account):
    aws = account()
    aws.refuses("get_account", "AccessDeniedException", "not authorised", 403)
    aws.provider.prepare()
    assert aws.provider._per_second == 1.0


@pytest.mark.parametrize(
    ("code", "status", "words", "error"),
    [
        ("MessageRejected", 400, "Email address is not verified: news@example.org", ProviderError),
        ("MessageRejected", 400, "Email address is not verified: Kim@Example.org", RefusedError),
        ("MailFromDomainNotVerifiedException", 400, "no", ProviderError),
        ("BadRequestException", 400, "Local address contains control or whitespace", RefusedError),
        ("NotFoundException", 404, "no such set", NotFoundError),
        ("LimitExceededException", 400, "quota", PlanLimitError),
        ("AccountSuspendedException", 400, "suspended", PlanLimitError),
        ("SendingPausedException", 400, "paused", PlanLimitError),
        ("InvalidSignatureException", 403, "bad signature", AuthenticationError),
        ("AccessDeniedException", 403, "no", AuthenticationError),
        ("InternalFailure", 500, "oops", DoubtError),
        ("ServiceUnavailable", 503, "oops", DoubtError),
    ],
)
def test_refusals_are_told_for_what_they_are(account, code, status, words, error):
    aws = account(per_second=10)
    aws.refuses("send_email", code, words, status)
    with pytest.raises(error) as caught:
        aws.provider.deliver(PARCEL)
    assert type(caught.value) is error
    said = caught.value.message + caught.value.hint
    assert "kim@example.org" not in said.lower()
    assert "req-1" in said
    if status < 500:
        assert ses_client.show_words(words) in caught.value.message


def test_too_many_requests_is_the_one_answer_after_which_it_is_sent_again(account):
    aws = account(per_second=1000)
    for _ in range(2):
        aws.refuses("send_email", "TooManyRequestsException", "slow down", 429)
    aws.answers("send_email", {"MessageId": "m1"}, SENT)
    aws.provider.deliver(PARCEL)
    assert [pause for pause in aws.pauses if pause >= 1] == [2.0, 4.0]


def test_too_many_requests_for_too_long_is_told(account):
    aws = account(per_second=1000)
    for _ in range(5):
        aws.refuses("send_email", "TooManyRequestsException", "slow down", 429)
    with pytest.raises(UnavailableError, match="too busy"):
        aws.provider.deliver(PARCEL)


def test_a_fault_while_reading_is_no_doubt(account):
    aws = account(contact_list="Readers")
    aws.refuses("get_contact_list", "InternalFailure", "oops", 500)
    with pytest.raises(UnavailableError, match="internal error"):
        aws.provider.audiences()


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        (exceptions.ReadTimeoutError(endpoint_url="x"), DoubtError),
        (exceptions.ConnectionClosedError(endpoint_url="x"), DoubtError),
        (exceptions.ConnectTimeoutError(endpoint_url="x"), UnavailableError),
        (exceptions.EndpointConnectionError(endpoint_url="x"), UnavailableError),
        (exceptions.NoCredentialsError(), AuthenticationError),
        (exceptions.ParamValidationError(report="bad kim@example.org"), RefusedError),
    ],
)
def test_a_line_that_breaks_while_sending_is_a_doubt_unless_nothing_left(account, broken, error):
    aws = account(per_second=10)
    aws.breaks(broken)
    with pytest.raises(error) as caught:
        aws.provider.deliver(PARCEL)
    assert "kim@example.org" not in caught.value.message


def test_a_line_that_breaks_while_reading_is_no_doubt(account):
    aws = account()
    aws.breaks(exceptions.ReadTimeoutError(endpoint_url="x"))
    with pytest.raises(UnavailableError, match="did not respond"):
        aws.provider.audiences()


@pytest.mark.parametrize(("took", "reads"), [([80.0] * 9, 4), ([80.0, 80.0, 80.0, 1.0] * 2 + [80.0], 9)])
def test_reading_ends_where_all_answers_are_slow(account, took, reads):
    here = account()
    moments = iter([moment for one in took for moment in (0.0, one)])
    here.provider._client._clock = lambda: next(moments)
    for _ in range(reads):
        here.answers("get_account", {})
        here.provider._client.read("get_account")
    if reads < len(took):
        with pytest.raises(UnavailableError, match="answers too slowly"):
            here.provider._client.read("get_account")


def test_refusals_in_a_row_stop_it(account):
    aws = account(per_second=10)
    for _ in range(5):
        aws.refuses("send_email", "BadRequestException", "no")
    for _ in range(4):
        with pytest.raises(RefusedError):
            aws.provider.deliver(PARCEL)
    with pytest.raises(ProviderError, match="5 messages in a row were rejected"):
        aws.provider.deliver(PARCEL)


def test_without_the_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(UsageError, match="boto3") as caught:
        ses.SesProvider.connect(ses.Options(region="eu-west-2"))
    assert caught.value.hint == "Install it with: pip install 'newsletter[ses]'"


def test_a_profile_that_there_is_not_is_told():
    provider = ses.SesProvider.connect(ses.Options(region="eu-west-2", profile="nobody-of-this-name"))
    with pytest.raises(AuthenticationError, match="could not be found"):
        provider.audiences()
