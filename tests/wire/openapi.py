"""Providers' own descriptions of their interfaces, made strict: a request with anything that they do not name is wrong.

Those under the MIT or Apache licence lie trimmed in `descriptions/`, made by `trim.py`. The others are read from the
folder that NEWSLETTER_SPECS names, or from `../shared/specs` beside the project, where it is there.
"""

from __future__ import annotations

import copy
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest
from openapi_core.exceptions import OpenAPIError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
SPECS = Path(os.environ.get("NEWSLETTER_SPECS") or PROJECT.parent / "shared" / "specs")

Document = dict[str, Any]


class MissingDescription(Exception):  # noqa: N818 - a reason to skip, not an error
    """The description may not be shipped, and is not beside the project."""


class Description:
    """One description, against which requests are held."""

    def __init__(self, document: Document) -> None:
        self._document = document
        config = Config(spec_validator_cls=None)  # type: ignore[arg-type]
        self._openapi = OpenAPI.from_dict(document, config=config)

    def faults(self, request: requests.PreparedRequest) -> list[str]:
        """Return what is wrong with a request, by the description."""
        operation = self._operation(request)
        if operation is None:
            return [f"{request.method} {request.url} is not described"]
        known = {one["name"] for one in operation.parameters if one["in"] == "query"}
        given = parse_qs(urlsplit(str(request.url)).query, keep_blank_values=True)
        faults = [f"the query {name!r} is not described" for name in given if name not in known]
        if str(request.headers.get("Content-Type", "")).startswith("multipart/form-data"):
            return faults + operation.faults_of_form(request)
        try:
            self._openapi.validate_request(RequestsOpenAPIRequest(_as_request(request)))
        except OpenAPIError as error:
            faults.append(f"{type(error).__name__}: {error.__cause__ or error}: {_details(error)}")
        return faults

    def _operation(self, request: requests.PreparedRequest) -> _Operation | None:
        path = urlsplit(str(request.url)).path
        for server in self._document["servers"]:
            base = urlsplit(server["url"]).path.rstrip("/")
            if not path.startswith(base):
                continue
            # a path without variables is the nearer one, as for /emails/metrics and /emails/{id}
            for template, item in sorted(self._document["paths"].items(), key=lambda one: one[0].count("{")):
                if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)), path[len(base) :]):
                    method = item.get(str(request.method).lower())
                    if method is not None:
                        return _Operation(self._document, item, method)
        return None


class _Operation:
    def __init__(self, document: Document, item: Document, operation: Document) -> None:
        rows = [*item.get("parameters", []), *operation.get("parameters", [])]
        self.parameters = [_found(document, row["$ref"]) if "$ref" in row else row for row in rows]
        self._body = operation.get("requestBody", {}).get("content", {})

    def faults_of_form(self, request: requests.PreparedRequest) -> list[str]:
        """Compare the names of a form's fields: the checker cannot read files."""
        if "multipart/form-data" not in self._body:
            return ["a form is not described"]
        schema = self._body["multipart/form-data"]["schema"]
        names = set(re.findall(rb'name="([^"]+)"; filename=', bytes(request.body or b"")))
        given = {name.decode() for name in names}
        missing = [f"the field {name!r} is missing" for name in schema.get("required", []) if name not in given]
        return missing + [f"the field {name!r} is not described" for name in given - set(schema["properties"])]


def _found(document: Document, ref: str) -> Document:
    value: Any = document
    for step in ref.removeprefix("#/").split("/"):
        value = value[step.replace("~1", "/").replace("~0", "~")]
    found: Document = value
    return found


def _as_request(request: requests.PreparedRequest) -> requests.Request:
    """Return the request in the form in which the checker takes it."""
    whole = urlsplit(str(request.url))
    query = [
        (name, value) for name, values in parse_qs(whole.query, keep_blank_values=True).items() for value in values
    ]
    return requests.Request(
        str(request.method),
        whole._replace(query="").geturl(),
        headers=dict(request.headers),
        params=query,
        data=request.body or b"",
    )


def _details(error: OpenAPIError) -> str:
    inner = getattr(error.__cause__, "schema_errors", None) or []
    return "; ".join(f"{'.'.join(str(part) for part in one.absolute_path)}: {one.message}" for one in inner)


def strict(document: Document) -> Document:
    """Return the document with every object of a request closed, unless it says itself that it is open."""
    closed = copy.deepcopy(document)
    seen: set[int] = set()
    for item in closed["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict) and "requestBody" in operation:
                _close(closed, operation["requestBody"], seen)
    return closed


def _close(document: Document, node: Any, seen: set[int]) -> None:
    if isinstance(node, list):
        for one in node:
            _close(document, one, seen)
    if not isinstance(node, dict) or id(node) in seen:
        return
    seen.add(id(node))
    if "$ref" in node:
        _close(document, _found(document, node["$ref"]), seen)
    if isinstance(node.get("properties"), dict) and "additionalProperties" not in node:
        node["additionalProperties"] = False
    for key, one in node.items():
        if key not in {"example", "examples", "default", "enum"}:
            _close(document, one, seen)


# --- the descriptions -------------------------------------------------------------------------------------------------


def _listmonk(document: Document) -> None:
    """Fix what listmonk's description has wrong; each is so in listmonk's source at the version that it is from."""
    document["servers"] = [{"url": "https://lists.example.org/api"}]
    schemas, paths = document["components"]["schemas"], document["paths"]
    campaign = schemas["CampaignRequest"]["properties"]
    # the description makes `send_at` an object that holds the fields after it: a slip of indentation
    campaign["send_at"] = {"type": ["string", "null"], "format": "date-time"}
    # fields that models/campaigns.go reads, and the description's other schema of a campaign names
    campaign |= {
        "template_id": {"type": "number"},
        "headers": {"type": "array", "items": {"type": "object"}},
        "body": {"type": "string"},
        "altbody": {"type": "string"},
        "media": {"type": "array", "items": {"type": "integer"}},
    }
    # a test takes the whole campaign, and whom it goes to (cmd/campaigns.go, campReq)
    campaign["subscribers"] = {"type": "array", "items": {"type": "string"}}
    # a scheduled campaign may be made a draft again (internal/core/campaigns.go)
    status = paths["/campaigns/{id}/status"]["put"]["requestBody"]["content"]["application/json"]["schema"]
    status["properties"]["status"]["enum"].append("draft")
    # a file is sent in a form with a field `file` (cmd/media.go)
    form = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]}
    paths["/media"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"] = form
    # the description says 3.0, which has no null
    document["openapi"] = "3.1.0"


def _mailjet(document: Document) -> None:
    """Put in what Mailjet's description leaves out: no body of any request is in it, and no action on a draft.

    An earlier edition has them (commit f9262207265a165182620fd5c8c3851291bb3525), and Mailjet's guide to campaigns.
    """
    # the earlier edition makes `Sender` a number; the guide and all who use it give a name
    text, number, flag = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
    needed = ["Locale", "Sender", "SenderEmail", "Subject", "ContactsListID"]
    lines = ("Locale", "Sender", "SenderEmail", "SenderName", "Subject", "Title", "ReplyEmail")
    draft: Document = dict.fromkeys(lines, text)
    draft |= {"ContactsListID": number, "SegmentationID": number, "TemplateID": number, "IsTextPartIncluded": flag}
    draft["EditMode"] = {"type": "string", "enum": ["tool2", "html2", "mjml"]}
    person = {"type": "object", "properties": {"Email": text, "Name": text}, "required": ["Email", "Name"]}
    parts = {"Html-part": text, "Text-part": text, "MJMLContent": text, "Headers": {"type": "object"}}
    paths = document["paths"]
    one = "/v3/REST/campaigndraft/{campaigndraft_ID}"
    paths["/v3/REST/campaigndraft"]["post"] |= _taking(draft, needed)
    paths[one] |= {"put": _at_one() | _taking(draft)}
    paths[f"{one}/detailcontent"] = {"get": _at_one(), "post": _at_one() | _taking(parts)}
    paths[f"{one}/test"] = {
        "post": _at_one() | _taking({"Recipients": {"type": "array", "items": person}}, ["Recipients"])
    }
    moment = {"Date": {"type": "string", "format": "date-time"}}
    paths[f"{one}/schedule"] = {"get": _at_one(), "post": _at_one() | _taking(moment, ["Date"]), "delete": _at_one()}
    paths[f"{one}/send"] = {"post": _at_one() | _taking({})}
    # likewise in the earlier edition and in the guide; here only the words on its neighbours speak of it
    paths["/v3/REST/statcounters"]["get"]["parameters"].append({"name": "SourceID", "in": "query", "schema": number})


def _sendgrid(document: Document) -> None:
    """Fix what SendGrid's description has wrong."""
    # `nullable` is a word of OpenAPI 3.0, and the description is one of 3.1; SendGrid's examples have null there
    single_send = document["components"]["schemas"]["SinglesendRequest"]["properties"]
    for name in ("suppression_group_id", "custom_unsubscribe_url", "sender_id"):
        field = single_send["email_config"]["properties"][name]
        field["type"] = [field["type"], "null"]
    # a moment, or the word `now`, as the description's own words say
    body = document["paths"]["/v3/marketing/singlesends/{id}/schedule"]["put"]["requestBody"]
    field = body["content"]["application/json"]["schema"]["properties"]["send_at"]
    del field["format"]
    field["pattern"] = r"^(now|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$"


def _mailchimp(document: Document) -> None:
    """Put a data centre in the place where the description has the word `server`.

    Conditions are told apart by a word that names a schema, and the conversion wrote the schemas in place: there are
    none of these names. Each schema has its word, so they are told apart without.
    """
    document["servers"] = [{"url": "https://us6.api.mailchimp.com/3.0"}]
    for path, method in (("/campaigns", "post"), ("/campaigns/{campaign_id}", "patch")):
        body = document["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"]["properties"]
        conditions = body["recipients"]["properties"]["segment_opts"]["properties"]["conditions"]["items"]
        del conditions["discriminator"]
        for one in conditions["oneOf"]:
            one["required"] = ["condition_type"]


def _at_one() -> Document:
    """Return an operation on what one number names."""
    place = {"name": "campaigndraft_ID", "in": "path", "required": True, "schema": {"type": "string"}}
    return {"parameters": [place], "responses": {"default": {"description": "left out"}}}


def _taking(properties: Document, required: list[str] | None = None) -> Document:
    """Return the part of an operation that says which body it takes."""
    schema = {"type": "object", "properties": properties, "required": required or []}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


_SHIPPED = {"brevo", "buttondown", "mailjet", "resend", "sendgrid"}
_LACKING: Mapping[str, Callable[[Document], None]] = {"mailjet": _mailjet, "sendgrid": _sendgrid}
_BESIDE: Mapping[str, tuple[str, Callable[[Document], None]]] = {
    "listmonk": ("listmonk.yaml", _listmonk),
    "mailchimp": ("mailchimp.json", _mailchimp),
}


@cache
def description(name: str) -> Description:
    """Return a provider's description, strict; raise MissingDescription where it is neither shipped nor there."""
    if name in _SHIPPED:
        shipped: Document = json.loads((HERE / "descriptions" / f"{name}.json").read_text("utf-8"))
        if name in _LACKING:
            _LACKING[name](shipped)
        return Description(strict(shipped))
    file, fix = _BESIDE[name]
    if not (SPECS / file).exists():
        raise MissingDescription(f"{file} may not be shipped with the project, and is not in {SPECS.name}/")
    document = load(SPECS / file)
    fix(document)
    return Description(strict(document))


def load(path: Path) -> Document:
    """Read a description in JSON or YAML, as plain values."""
    if path.suffix == ".json":
        document: Document = json.loads(path.read_text("utf-8"))
        return document
    yaml = YAML(typ="safe")
    yaml.Constructor = _WithoutDates
    plain: Document = json.loads(json.dumps(yaml.load(path.read_text("utf-8"))))
    return plain


class _WithoutDates(SafeConstructor):
    """Dates stay words: in one of Brevo's examples is a day that there is not."""


_WithoutDates.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def refs(node: Any) -> Iterator[str]:
    """Yield the references in a part of a document."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for one in node.values():
            yield from refs(one)
    elif isinstance(node, list):
        for one in node:
            yield from refs(one)
