"""Cut a provider's description down to the operations that its adapter uses: `python tests/wire/trim.py FOLDER`.

FOLDER holds the whole descriptions. Only those under the MIT or Apache licence are written, see descriptions/NOTICE.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from openapi import Document, load, refs

USED: dict[str, tuple[str, dict[str, list[str]]]] = {
    "brevo": (
        "brevo.yaml",
        {
            "/account": ["get"],
            "/contacts/lists": ["get"],
            "/contacts/segments": ["get"],
            "/emailCampaigns": ["get", "post"],
            "/emailCampaigns/{campaignId}": ["get", "put"],
            "/emailCampaigns/{campaignId}/sendNow": ["post"],
            "/emailCampaigns/{campaignId}/sendTest": ["post"],
            "/emailCampaigns/{campaignId}/status": ["put"],
        },
    ),
    "buttondown": (
        "buttondown.json",
        {
            "/ping": ["get"],
            "/newsletters": ["get"],
            "/subscribers": ["get"],
            "/tags": ["get"],
            "/emails": ["get", "post"],
            "/emails/{id}": ["get", "patch"],
            "/emails/{id}/send-draft": ["post"],
            "/emails/{id}/analytics": ["get"],
            "/images": ["post"],
        },
    ),
    "mailjet": (
        "mailjet.yaml",
        {
            "/v3/REST/campaigndraft": ["get", "post"],
            "/v3/REST/campaigndraft/{campaigndraft_ID}": ["get"],
            "/v3/REST/contactfilter": ["get"],
            "/v3/REST/contactslist": ["get"],
            "/v3/REST/listrecipient": ["get"],
            "/v3/REST/myprofile": ["get"],
            "/v3/REST/statcounters": ["get"],
        },
    ),
    "resend": (
        "resend.yaml",
        {
            "/broadcasts": ["get", "post"],
            "/broadcasts/{id}": ["get", "patch"],
            "/broadcasts/{id}/send": ["post"],
            "/broadcasts/{id}/cancel": ["post"],
            "/broadcasts/{id}/recipients": ["get"],
            "/contacts": ["get"],
            "/domains": ["get"],
            "/emails": ["post"],
            "/segments": ["get"],
            "/topics": ["get"],
        },
    ),
}

SENDGRID: dict[str, dict[str, list[str]]] = {
    "sendgrid_mail.json": {"/v3/mail/send": ["post"]},
    "sendgrid_mc_contacts.json": {"/v3/marketing/contacts/count": ["get"]},
    "sendgrid_mc_lists.json": {"/v3/marketing/lists": ["get"]},
    "sendgrid_mc_segments_2.0.json": {"/v3/marketing/segments/2.0": ["get"]},
    "sendgrid_mc_senders.json": {"/v3/marketing/senders": ["get"]},
    "sendgrid_mc_stats.json": {"/v3/marketing/stats/singlesends/{id}": ["get"]},
    "sendgrid_singlesends.json": {
        "/v3/marketing/singlesends": ["get", "post"],
        "/v3/marketing/singlesends/{id}": ["get", "patch"],
        "/v3/marketing/singlesends/{id}/schedule": ["put", "delete"],
    },
    "sendgrid_suppressions.json": {"/v3/asm/groups": ["get"]},
}
"""SendGrid describes each of its products in a file of its own; they become one."""


def trimmed(document: Document, used: dict[str, list[str]]) -> Document:
    """Return the document with only these operations, of the answers only those that refuse, and what they refer to."""
    paths: Document = {}
    for path, methods in used.items():
        item = document["paths"][path]
        paths[path] = {name: item[name] for name in ("parameters",) if name in item}
        for method in methods:
            paths[path][method] = {
                name: item[method][name]
                for name in ("operationId", "parameters", "requestBody")
                if name in item[method]
            } | {"responses": _refusals(item[method]) or {"default": {"description": "left out"}}}
    kept: Document = {"components": {}}
    waiting = list(refs(paths))
    while waiting:
        kind, name = waiting.pop().removeprefix("#/components/").split("/")
        if name not in kept["components"].setdefault(kind, {}):
            kept["components"][kind][name] = document["components"][kind][name]
            waiting += refs(document["components"][kind][name])
    info = {name: document["info"][name] for name in ("title", "version", "license") if name in document["info"]}
    return {"openapi": document["openapi"], "info": info, "servers": document["servers"], "paths": paths, **kept}


def _refusals(operation: Document) -> Document:
    """Return the answers that say no, with their bodies alone."""
    return {
        str(status): {name: answer[name] for name in ("$ref", "content") if name in answer}
        for status, answer in operation.get("responses", {}).items()
        if not str(status).startswith(("2", "3"))
    }


def _without_words(node: Any) -> Any:
    """Leave out what only people read."""
    if isinstance(node, dict):
        return {
            key: _without_words(value)
            for key, value in node.items()
            if not (key in {"description", "example", "examples"} and isinstance(value, str | list | int | float))
        }
    return [_without_words(one) for one in node] if isinstance(node, list) else node


def joined(documents: list[Document]) -> Document:
    """Return one document with the operations of all, the last one's words about itself, and every component once."""
    paths: Document = {}
    components: Document = {}
    for document in documents:
        paths |= document["paths"]
        for kind, parts in document["components"].items():
            there = components.setdefault(kind, {})
            if any(there.get(name, part) != part for name, part in parts.items()):
                message = f"two different components have one name among the {kind}"
                raise ValueError(message)
            there |= parts
    return {**documents[-1], "paths": paths, "components": components}


def main(folder: Path) -> None:
    """Write the trimmed descriptions."""
    for name, (file, used) in USED.items():
        _write(name, _without_words(trimmed(load(folder / file), used)))
    parts = [_without_words(trimmed(load(folder / file), used)) for file, used in SENDGRID.items()]
    servers = [{"url": "https://api.sendgrid.com"}]
    _write("sendgrid", {**joined(parts), "servers": servers, "info": {**parts[0]["info"], "title": "SendGrid"}})


def _write(name: str, document: Document) -> None:
    target = Path(__file__).parent / "descriptions" / f"{name}.json"
    target.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
