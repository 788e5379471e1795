"""Each way in which a provider is described to say no reaches people in its own words, with a hint and no secret.

The bodies are made from the providers' descriptions: each answer that refuses, each of its forms, each code that it may
carry, with words planted in it. Where a description has no body for it, the form is the one in the provider's guide.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from newsletter.errors import ProviderError
from newsletter.providers import (
    brevo,
    brevo_payload,
    buttondown,
    buttondown_payload,
    listmonk,
    listmonk_payload,
    mailchimp_payload,
    mailjet,
    mailjet_payload,
    mailman,
    resend,
    resend_payload,
    sendgrid,
    sendgrid_payload,
    ses_client,
)
from newsletter.providers.http import HttpClient
from newsletter.providers.http_types import ApiProfile, Call
from tests.wire import openapi

SECRET = "planted-key-5309"
ADDRESS = "kim.reader@example.org"
ANY_STATUS = ("400", "401", "402", "403", "404", "409", "422", "429", "500", "503")
SAID_IN = {"message", "msg", "detail", "title", "description", "ErrorMessage", "ErrorInfo"}
"""Names under which one provider or another puts words for people."""

BASE = "https://api.example.org"
SERVICES: Mapping[str, Callable[[], ApiProfile]] = {
    "brevo": lambda: brevo_payload.service(brevo.Options()),
    "buttondown": lambda: buttondown_payload.service(buttondown.Options()),
    "listmonk": lambda: listmonk_payload.service(listmonk.Options(base_url=BASE, user="news")),
    "mailchimp": lambda: mailchimp_payload.service(BASE),
    "mailjet": lambda: mailjet_payload.service(mailjet.Options()),
    "mailman": lambda: mailman.service(mailman.Options()),
    "resend": lambda: resend_payload.service(resend.Options()),
    "sendgrid": lambda: sendgrid_payload.service(sendgrid.Options()),
}

_WORDS = {"type": "string"}
_GUIDES: Mapping[str, Any] = {
    # models.HTTPError of listmonk's source: {"message": …}, with `data` where there is more
    "listmonk": {"type": "object", "properties": {"message": _WORDS}, "required": ["message"]},
    # dev.mailjet.com, "Errors"
    "mailjet": {
        "type": "object",
        "properties": {
            "ErrorInfo": _WORDS,
            "ErrorMessage": _WORDS,
            "StatusCode": {"type": "integer"},
            "ErrorIdentifier": _WORDS,
        },
        "required": ["ErrorMessage", "StatusCode"],
    },
    # falcon's HTTPError, which Mailman's REST server raises
    "mailman": {
        "anyOf": [
            {"type": "object", "properties": {"title": _WORDS}, "required": ["title"]},
            {"type": "object", "properties": {"title": _WORDS, "description": _WORDS}, "required": ["description"]},
        ]
    },
    # resend.com/docs, "Errors": each of the names that it lists
    "resend": {
        "type": "object",
        "properties": {
            "statusCode": {"type": "integer"},
            "message": _WORDS,
            "name": {
                "enum": [
                    "application_error",
                    "concurrent_idempotent_requests",
                    "daily_quota_exceeded",
                    "internal_server_error",
                    "invalid_access",
                    "invalid_api_key",
                    "invalid_attachment",
                    "invalid_from_address",
                    "invalid_idempotency_key",
                    "invalid_idempotent_request",
                    "invalid_parameter",
                    "invalid_region",
                    "method_not_allowed",
                    "missing_api_key",
                    "missing_required_field",
                    "monthly_quota_exceeded",
                    "not_found",
                    "rate_limit_exceeded",
                    "restricted_api_key",
                    "security_error",
                    "validation_error",
                ]
            },
        },
        "required": ["message", "name"],
    },
}


# --- bodies out of a description --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """One way of saying no: to what kind of call, with which status, and which body (None for none)."""

    method: str
    path: str
    status: int
    body: Any


class Sampler:
    """Makes bodies of each form that a schema allows, with words planted where people's words go."""

    def __init__(self, document: openapi.Document) -> None:
        self._document = document
        self._number = itertools.count(1)

    def bodies(self, schema: openapi.Document, name: str = "") -> list[Any]:
        """Return one body for each form, each value of an enumeration, and what may be left out left out."""
        if "$ref" in schema:
            return self.bodies(openapi._found(self._document, schema["$ref"]), name)
        for key in ("oneOf", "anyOf"):
            if key in schema:
                return [body for one in schema[key] for body in self.bodies(one, name)]
        if "allOf" in schema:
            merged: openapi.Document = {}
            for one in schema["allOf"]:
                merged |= openapi._found(self._document, one["$ref"]) if "$ref" in one else one
            return self.bodies(merged, name)
        if "enum" in schema:
            return list(schema["enum"])
        kinds = schema.get("type", "object" if "properties" in schema else "string")
        return [
            body
            for kind in (kinds if isinstance(kinds, list) else [kinds])
            for body in self._of_kind(kind, schema, name)
        ]

    def _of_kind(self, kind: str, schema: openapi.Document, name: str) -> list[Any]:
        if kind == "object":
            return self._objects(schema)
        if kind == "array":
            items = schema.get("items", {})
            return [[body] for body in self.bodies(items, name)] + [
                [self.bodies(items, name)[0], self.bodies(items, name)[-1]]
            ]
        if kind == "string":
            return [self._text(schema, name)]
        return [{"integer": 422, "number": 422, "boolean": False, "null": None}[kind]]

    def _objects(self, schema: openapi.Document) -> list[Any]:
        forms = {name: self.bodies(one, name) for name, one in schema.get("properties", {}).items()}
        if not forms:
            return [{}]
        found = [
            {one: values[0] for one, values in forms.items()} | {name: value}
            for name, several in forms.items()
            for value in several
        ]
        required = [name for name in schema.get("required", []) if name in forms]
        if required and len(required) < len(forms):
            found.append({name: forms[name][0] for name in required})
        return found

    def _text(self, schema: openapi.Document, name: str) -> str:
        if schema.get("format") == "email":
            return ADDRESS
        number = next(self._number)
        return f"planted {name} {number} on {ADDRESS} by {SECRET}" if name in SAID_IN else f"planted-{name}-{number}"


def described(document: openapi.Document, guide: openapi.Document | None) -> Iterator[Case]:
    """Yield each way in which the operations of a description may say no."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if not isinstance(operation, dict) or "responses" not in operation:
                continue
            answers = {str(status): one for status, one in operation["responses"].items()}
            refusals = {status: one for status, one in answers.items() if not status.startswith(("2", "3"))}
            for status, answer in (refusals or {"default": {}}).items():
                whole = openapi._found(document, answer["$ref"]) if "$ref" in answer else answer
                for body in bodies(document, whole, guide):
                    for one in ANY_STATUS if status == "default" else [status]:
                        yield Case(method.upper(), path, int(one), body)


def bodies(document: openapi.Document, answer: openapi.Document, guide: openapi.Document | None) -> Iterator[Any]:
    """Yield the bodies of one described answer: its examples, and one of each form."""
    sampler = Sampler(document)
    for content in answer.get("content", {}).values():
        for example in content.get("examples", {}).values():
            yield example["value"]
        if "example" in content:
            yield content["example"]
        yield from sampler.bodies(content.get("schema", {}))
    if not answer.get("content"):
        yield None
        if guide:
            yield from sampler.bodies(guide)


def document_of(name: str) -> openapi.Document:
    if name in openapi._SHIPPED:
        shipped: openapi.Document = json.loads((openapi.HERE / "descriptions" / f"{name}.json").read_text("utf-8"))
        return shipped
    file = openapi.SPECS / openapi._BESIDE[name][0]
    if not file.exists():
        raise openapi.MissingDescription(f"{file.name} may not be shipped with the project, and is not beside it")
    return openapi.load(file)


def without_refusals(*calls: tuple[str, str]) -> openapi.Document:
    """Return a description of calls of which it says nothing about how they are refused."""
    paths: openapi.Document = {}
    for method, path in calls:
        paths.setdefault(path, {})[method] = {"responses": {"default": {"description": "not described"}}}
    return {"paths": paths}


# --- what people see of them ------------------------------------------------------------------------------------------


class SaysNo(BaseAdapter):
    """The other end: the same answer to whatever is asked."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self._case = case

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        response = requests.Response()
        response.status_code, response.reason, response.url = self._case.status, "Told So", str(request.url)
        response.request = request
        response._content = b"" if self._case.body is None else json.dumps(self._case.body).encode()
        return response

    def close(self) -> None:
        """Have nothing to close."""


def error_of(service: ApiProfile, case: Case) -> ProviderError:
    session = requests.Session()
    session.mount("https://", SaysNo(case))
    session.mount("http://", SaysNo(case))
    client = HttpClient(
        service, auth=("news", SECRET), secret_headers={"X-Key": SECRET}, session=session, pause=lambda _: None
    )
    with pytest.raises(ProviderError) as caught:
        client.call(Call(case.method, case.path.replace("{", "").replace("}", "")))
    return caught.value


def words_in(body: Any) -> list[str]:
    """Return what a body says to people; a sentence that only introduces a list of faults is not needed beside it."""
    if isinstance(body, list):
        return [words for one in body for words in words_in(one)]
    if not isinstance(body, dict):
        return []
    faults = [words for one in body.values() if isinstance(one, list) for words in words_in(one)]
    own = {name: str(words) for name, words in body.items() if name in SAID_IN and isinstance(words, str) and words}
    if "detail" in own or "description" in own:
        own.pop("title", None)
    return faults or list(own.values())


def faults_in(error: ProviderError, case: Case) -> Iterator[str]:
    shown = f"{error}\n{error.hint}"
    for words in words_in(case.body):
        if words.partition(" on ")[0] not in shown:
            yield f"{case}: {words!r} is not in {shown!r}"
    if SECRET in shown or ADDRESS in shown:
        yield f"{case}: a secret or an address is in {shown!r}"
    if not error.hint:
        yield f"{case}: no hint with {shown!r}"
    if case.body is None and case.status != 429 and str(case.status) not in shown:
        yield f"{case}: nothing tells what happened in {shown!r}"


def check(service: ApiProfile, cases: list[Case]) -> None:
    told = {json.dumps([case.method, case.status, case.body]): case for case in cases}
    assert [fault for case in told.values() for fault in faults_in(error_of(service, case), case)] == []


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("brevo", 249),
        ("buttondown", 254),
        ("listmonk", 1440),
        ("mailchimp", 27200),
        ("mailjet", 282),
        ("resend", 3000),
        ("sendgrid", 145),
    ],
)
def test_each_described_refusal_is_shown_in_the_providers_words(name, least, description):
    description(name)  # says why where it is not there
    cases = list(described(document_of(name), _GUIDES.get(name)))
    assert len(cases) >= least
    check(SERVICES[name](), cases)


def test_what_mailman_says_is_shown_in_its_words():
    calls = [("get", "/lists"), ("get", "/lists/{id}/roster/member"), ("post", "/queues/in"), ("get", "/queues/in")]
    cases = list(described(without_refusals(*calls), _GUIDES["mailman"]))
    assert len(cases) >= 100
    check(SERVICES["mailman"](), cases)


def test_a_body_that_nobody_described_is_not_lost_either():
    for name, service in SERVICES.items():
        for body in ([], "words", 7, {"errors": "words"}, {"message": {"words": 1}}, {"detail": [1]}, {"title": None}):
            for status in (400, 403, 429, 500):
                error = error_of(service(), Case("POST", "/", status, body))
                assert str(error), name
                assert error.hint, name


# --- Amazon SES, through the AWS library's own reading ----------------------------------------------------------------

SES_CALLS: Mapping[str, Mapping[str, Any]] = {
    "GetAccount": {},
    "ListContactLists": {},
    "GetContactList": {"ContactListName": "Readers"},
    "ListContacts": {"ContactListName": "Readers"},
    "GetContact": {"ContactListName": "Readers", "EmailAddress": "kim@example.org"},
    "SendEmail": {"Content": {"Raw": {"Data": b"Subject: x\r\n\r\n"}}},
}


def test_each_described_refusal_of_ses_is_shown_in_its_words():
    pytest.importorskip("boto3", reason="boto3 is not installed")
    import botocore.session
    from botocore.awsrequest import AWSResponse
    from botocore.config import Config
    from botocore.exceptions import ClientError

    client = botocore.session.get_session().create_client(
        "sesv2",
        region_name="eu-west-2",
        aws_access_key_id="AKIAEXAMPLE",
        aws_secret_access_key=SECRET,
        config=Config(retries={"total_max_attempts": 1, "mode": "standard"}),
    )
    model, told, faults = client.meta.service_model, 0, []
    for operation, values in SES_CALLS.items():
        shapes = {
            shape.name: shape.metadata["error"]["httpStatusCode"]
            for shape in model.operation_model(operation).error_shapes
        }
        for code, status in {**shapes, "AccessDeniedException": 403, "InternalFailure": 500}.items():
            words = f"planted {code} on {ADDRESS}"

            def answer(
                request: Any, code: str = code, status: int = status, words: str = words, **_: Any
            ) -> AWSResponse:
                response = AWSResponse(request.url, status, {"x-amzn-ErrorType": code}, None)
                response._content = json.dumps({"message": words}).encode()
                return response

            client.meta.events.register_first("before-send.sesv2", answer, unique_id="planted")
            with pytest.raises(ClientError) as caught:
                client._make_api_call(operation, values)
            client.meta.events.unregister("before-send.sesv2", unique_id="planted")
            error = ses_client.read_refusal(caught.value, values, reads=operation != "SendEmail")
            faults += list(faults_in(error, Case("POST", operation, status, {"message": words})))
            told += 1
    client.close()
    assert faults == []
    assert told >= 25
