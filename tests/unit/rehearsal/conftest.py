"""Rehearsed providers, and people who speak to each as its own documentation says."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, ClassVar

import pytest
import requests

from newsletter.rehearsal import Rehearsal
from newsletter.rehearsal.mailchimp import list_id as mailchimp_list
from newsletter.rehearsal.rehearse import RehearsalTiming
from newsletter.rehearsal.resend import segment_id as resend_segment
from newsletter.rehearsal.sendgrid import list_id as sendgrid_list

HTML = '<html><body><p>Dear reader</p><a href="https://example.org/more">More</a></body></html>'


class Talk:
    """One who speaks to a rehearsed provider; a subclass knows the provider's own calls."""

    html = HTML
    words: ClassVar = {}

    def __init__(self, rehearsal: Rehearsal) -> None:
        self.rehearsal = rehearsal
        self.session = requests.Session()
        self.keys = list(rehearsal.keys.values())
        self.identify()

    def identify(self) -> None:
        self.session.headers["Authorization"] = f"Bearer {self.keys[0]}"

    def raw(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        return self.session.request(method, self.rehearsal.base_url + path, **{"timeout": 5, **kwargs})

    def __call__(self, method: str, path: str, json: Any = None, *, want: int = 200, **kwargs: Any) -> Any:
        answer = self.raw(method, path, json=json, **kwargs)
        assert answer.status_code == want, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def own(self, path: str) -> Any:
        return requests.get(f"{self.rehearsal.address}/_rehearsal/{path}", timeout=5).json()

    def later(self, minutes: float = 60) -> str:
        """Return a moment to come, on a quarter of an hour, as ISO 8601 with its zone."""
        moment = self.rehearsal.handler.service.world.now() + dt.timedelta(minutes=minutes)
        return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0).isoformat()

    @property
    def group(self) -> Any:
        return self.rehearsal.crowd.lists[0]


class Mailchimp(Talk):
    words: ClassVar = {"draft": "save", "scheduled": "schedule", "sending": "sending", "sent": "sent"}

    def identify(self) -> None:
        self.session.auth = ("anybody", self.keys[0])

    def bare(self, name: str = "May [k-1]") -> str:
        settings = {"subject_line": "Hello", "title": name, "from_name": "Team", "reply_to": "news@example.org"}
        body = {"type": "regular", "recipients": {"list_id": mailchimp_list(self.group)}, "settings": settings}
        ident: str = self("POST", "/campaigns", body)["id"]
        return ident

    def make(self, name: str = "May [k-1]") -> str:
        ident = self.bare(name)
        self("PUT", f"/campaigns/{ident}/content", {"html": self.html})
        return ident

    def rename(self, ident: str, subject: str) -> None:
        self("PATCH", f"/campaigns/{ident}", {"settings": {"subject_line": subject}})

    def read(self, ident: str) -> str:
        return str(self("GET", f"/campaigns/{ident}/content")["html"])

    def state(self, ident: str) -> str:
        return str(self("GET", f"/campaigns/{ident}")["status"])

    def test(self, ident: str, people: list[str]) -> None:
        self("POST", f"/campaigns/{ident}/actions/test", {"test_emails": people, "send_type": "html"}, want=204)

    def schedule(self, ident: str, when: str) -> None:
        self("POST", f"/campaigns/{ident}/actions/schedule", {"schedule_time": when}, want=204)

    def unschedule(self, ident: str) -> None:
        self("POST", f"/campaigns/{ident}/actions/unschedule", want=204)

    def sending(self, ident: str) -> requests.Response:
        return self.raw("POST", f"/campaigns/{ident}/actions/send")

    def cancel(self, ident: str) -> None:
        self("POST", f"/campaigns/{ident}/actions/cancel-send", want=204)

    def sent(self, ident: str) -> int:
        return int(self("GET", f"/reports/{ident}")["emails_sent"])

    def names(self) -> list[str]:
        found: list[str] = []
        while True:
            page = self("GET", f"/campaigns?count=100&offset={len(found)}&fields=campaigns.settings.title,total_items")
            found += [one["settings"]["title"] for one in page["campaigns"]]
            if len(found) >= page["total_items"]:
                return found

    def upload(self) -> str:
        data = {"name": "a.png", "file_data": base64.b64encode(b"picture").decode()}
        return str(self("POST", "/file-manager/files", data)["full_size_url"])


class Brevo(Talk):
    words: ClassVar = {"draft": "draft", "scheduled": "queued", "sending": "in_process", "sent": "sent"}

    def identify(self) -> None:
        self.session.headers["api-key"] = self.keys[0]

    def make(self, name: str = "May [k-1]") -> str:
        body = {"name": name, "subject": "Hello", "sender": {"email": "news@example.org", "name": "Team"},
                "htmlContent": self.html, "recipients": {"listIds": [1]}}  # fmt: skip
        return str(self("POST", "/emailCampaigns", body, want=201)["id"])

    def rename(self, ident: str, subject: str) -> None:
        self("PUT", f"/emailCampaigns/{ident}", {"subject": subject}, want=204)

    def read(self, ident: str) -> str:
        return str(self("GET", f"/emailCampaigns/{ident}")["htmlContent"])

    def state(self, ident: str) -> str:
        return str(self("GET", f"/emailCampaigns/{ident}")["status"])

    def test(self, ident: str, people: list[str]) -> None:
        self("POST", f"/emailCampaigns/{ident}/sendTest", {"emailTo": people}, want=204)

    def schedule(self, ident: str, when: str) -> None:
        self("PUT", f"/emailCampaigns/{ident}", {"scheduledAt": when}, want=204)

    def unschedule(self, ident: str) -> None:
        self("PUT", f"/emailCampaigns/{ident}/status", {"status": "draft"}, want=204)

    def sending(self, ident: str) -> requests.Response:
        return self.raw("POST", f"/emailCampaigns/{ident}/sendNow")

    def cancel(self, ident: str) -> None:
        self("PUT", f"/emailCampaigns/{ident}/status", {"status": "suspended"}, want=204)

    def sent(self, ident: str) -> int:
        found = self("GET", f"/emailCampaigns/{ident}?statistics=globalStats")
        return int(found["statistics"]["globalStats"]["sent"])

    def names(self) -> list[str]:
        found: list[str] = []
        while True:
            page = self("GET", f"/emailCampaigns?limit=100&offset={len(found)}&excludeHtmlContent=true")
            found += [one["name"] for one in page["campaigns"]]
            if len(found) >= page["count"]:
                return found

    def upload(self) -> str:
        return str(self("POST", "/emailCampaigns/images", {"imageUrl": "https://example.org/a.png"}, want=201)["url"])


class SendGrid(Talk):
    words: ClassVar = {
        "draft": "draft",
        "scheduled": "scheduled",
        "sending": "triggered",
        "sent": "triggered",
    }
    path = "/v3/marketing/singlesends"

    def make(self, name: str = "May [k-1]") -> str:
        config = {"subject": "Hello", "html_content": self.html, "sender_id": 1, "suppression_group_id": 11}
        body = {"name": name, "send_to": {"list_ids": [sendgrid_list(self.group)]}, "email_config": config}
        return str(self("POST", self.path, body, want=201)["id"])

    def rename(self, ident: str, subject: str) -> None:
        self("PATCH", f"{self.path}/{ident}", {"name": "May [k-1]", "email_config": {"subject": subject}}, want=202)

    def read(self, ident: str) -> str:
        return str(self("GET", f"{self.path}/{ident}")["email_config"]["html_content"])

    def state(self, ident: str) -> str:
        return str(self("GET", f"{self.path}/{ident}")["status"])

    def test(self, ident: str, people: list[str]) -> None:
        body = {"personalizations": [{"to": [{"email": one} for one in people]}], "from": {"email": "news@example.org"},
                "subject": "Hello", "content": [{"type": "text/html", "value": self.html}]}  # fmt: skip
        self("POST", "/v3/mail/send", body, want=202)

    def schedule(self, ident: str, when: str) -> None:
        self("PUT", f"{self.path}/{ident}/schedule", {"send_at": when}, want=201)

    def unschedule(self, ident: str) -> None:
        self("DELETE", f"{self.path}/{ident}/schedule")

    def sending(self, ident: str) -> requests.Response:
        return self.raw("PUT", f"{self.path}/{ident}/schedule", json={"send_at": "now"})

    def sent(self, ident: str) -> int:
        rows = self("GET", f"/v3/marketing/stats/singlesends/{ident}?aggregated_by=total")["results"]
        return int(rows[0]["stats"]["requests"])

    def names(self) -> list[str]:
        found, link = [], f"{self.rehearsal.base_url}{self.path}?page_size=100"
        while link:
            page = self.session.get(link, timeout=5).json()
            found += [one["name"] for one in page["result"]]
            link = page["_metadata"].get("next")
        return found


class Mailjet(Talk):
    words: ClassVar = {"draft": "0", "scheduled": "1", "sending": "1", "sent": "2"}
    path = "/v3/REST/campaigndraft"

    def identify(self) -> None:
        self.session.auth = (self.keys[0], self.keys[1])

    def bare(self, name: str = "May [k-1]") -> str:
        body = {"Locale": "en_GB", "Sender": "Team", "SenderEmail": "news@example.org", "Subject": "Hello",
                "ContactsListID": 1, "Title": name, "EditMode": "html2"}  # fmt: skip
        return str(self("POST", self.path, body, want=201)["Data"][0]["ID"])

    def make(self, name: str = "May [k-1]") -> str:
        ident = self.bare(name)
        self("POST", f"{self.path}/{ident}/detailcontent", {"Html-part": self.html, "Text-part": "Dear"}, want=201)
        return ident

    def rename(self, ident: str, subject: str) -> None:
        self("PUT", f"{self.path}/{ident}", {"Subject": subject})

    def read(self, ident: str) -> str:
        return str(self("GET", f"{self.path}/{ident}/detailcontent")["Data"][0]["Html-part"])

    def state(self, ident: str) -> str:
        return str(self("GET", f"{self.path}/{ident}")["Data"][0]["Status"])

    def test(self, ident: str, people: list[str]) -> None:
        self("POST", f"{self.path}/{ident}/test", {"Recipients": [{"Email": one} for one in people]}, want=201)

    def schedule(self, ident: str, when: str) -> None:
        self("POST", f"{self.path}/{ident}/schedule", {"Date": when}, want=201)

    def unschedule(self, ident: str) -> None:
        self("DELETE", f"{self.path}/{ident}/schedule", want=204)

    def sending(self, ident: str) -> requests.Response:
        return self.raw("POST", f"{self.path}/{ident}/send", json={})

    def sent(self, ident: str) -> int:
        number = self("GET", f"{self.path}/{ident}")["Data"][0]["CampaignID"]
        query = "CounterSource=Campaign&CounterTiming=Message&CounterResolution=Lifetime"
        rows = self("GET", f"/v3/REST/statcounters?{query}&SourceID={number}")["Data"]
        return int(rows[0]["MessageSentCount"])

    def names(self) -> list[str]:
        found: list[str] = []
        while True:
            page = self("GET", f"{self.path}?Limit=100&Offset={len(found)}")
            found += [one["Title"] for one in page["Data"]]
            if not page["Data"]:
                return found


class Listmonk(Talk):
    words: ClassVar = {
        "draft": "draft",
        "scheduled": "scheduled",
        "sending": "running",
        "sent": "finished",
    }
    path = "/api/campaigns"

    def identify(self) -> None:
        self.session.headers["Authorization"] = f"token rehearsal:{self.keys[0]}"

    def body(self, **more: Any) -> dict[str, Any]:
        return {"name": "May [k-1]", "subject": "Hello", "lists": [1], "type": "regular", "content_type": "html",
                "body": self.html, "from_email": "Team <news@example.org>", **more}  # fmt: skip

    def make(self, name: str = "May [k-1]") -> str:
        return str(self("POST", self.path, self.body(name=name))["data"]["id"])

    def rename(self, ident: str, subject: str) -> None:
        self("PUT", f"{self.path}/{ident}", {"subject": subject, "lists": [1]})

    def read(self, ident: str) -> str:
        return str(self("GET", f"{self.path}/{ident}")["data"]["body"])

    def state(self, ident: str) -> str:
        return str(self("GET", f"{self.path}/{ident}")["data"]["status"])

    def test(self, ident: str, people: list[str]) -> None:
        self("POST", f"{self.path}/{ident}/test", self.body(subscribers=people))

    def become(self, ident: str, status: str) -> requests.Response:
        return self.raw("PUT", f"{self.path}/{ident}/status", json={"status": status})

    def schedule(self, ident: str, when: str) -> None:
        self("PUT", f"{self.path}/{ident}", {"send_at": when, "lists": [1]})
        assert self.become(ident, "scheduled").status_code == 200

    def unschedule(self, ident: str) -> None:
        assert self.become(ident, "draft").status_code == 200

    def sending(self, ident: str) -> requests.Response:
        return self.become(ident, "running")

    def cancel(self, ident: str) -> None:
        assert self.become(ident, "cancelled").status_code == 200

    def sent(self, ident: str) -> int:
        return int(self("GET", f"{self.path}/{ident}")["data"]["sent"])

    def names(self) -> list[str]:
        found, number = [], 1
        while True:
            page = self("GET", f"{self.path}?per_page=100&page={number}&no_body=true")["data"]["results"]
            if not page:
                return found
            found += [one["name"] for one in page]
            number += 1

    def upload(self) -> str:
        answer = self.raw("POST", "/api/media", files={"file": ("a.png", b"picture", "image/png")})
        return str(answer.json()["data"]["url"])


class Buttondown(Talk):
    words: ClassVar = {
        "draft": "draft",
        "scheduled": "scheduled",
        "sending": "in_flight",
        "sent": "sent",
    }

    def identify(self) -> None:
        self.session.headers["Authorization"] = f"Token {self.keys[0]}"
        self.session.headers["X-Buttondown-Live-Dangerously"] = "true"

    def make(self, name: str = "May [k-1]") -> str:
        body = {"subject": name, "body": self.html, "status": "draft", "metadata": {"key": "k-1"}}
        return str(self("POST", "/emails", body, want=201)["id"])

    def rename(self, ident: str, subject: str) -> None:
        self("PATCH", f"/emails/{ident}", {"subject": subject})

    def read(self, ident: str) -> str:
        return str(self("GET", f"/emails/{ident}")["body"])

    def state(self, ident: str) -> str:
        return str(self("GET", f"/emails/{ident}")["status"])

    def test(self, ident: str, people: list[str]) -> None:
        self("POST", f"/emails/{ident}/send-draft", {"recipients": people})

    def schedule(self, ident: str, when: str) -> None:
        self("PATCH", f"/emails/{ident}", {"status": "scheduled", "publish_date": when})

    def unschedule(self, ident: str) -> None:
        self("PATCH", f"/emails/{ident}", {"status": "draft", "publish_date": "none"})

    def sending(self, ident: str) -> requests.Response:
        return self.raw("PATCH", f"/emails/{ident}", json={"status": "about_to_send"})

    def sent(self, ident: str) -> int:
        return int(self("GET", f"/emails/{ident}/analytics")["recipients"])

    def names(self) -> list[str]:
        found, link = [], f"{self.rehearsal.base_url}/emails?excluded_fields=body"
        while link:
            page = self.session.get(link, timeout=5).json()
            found += [one["subject"] for one in page["results"]]
            link = page["next"]
        return found

    def upload(self) -> str:
        answer = self.raw("POST", "/images", files={"image": ("a.png", b"picture", "image/png")})
        return str(answer.json()["image"])


class Resend(Talk):
    words: ClassVar = {"draft": "draft", "scheduled": "scheduled", "sending": "queued", "sent": "sent"}

    def make(self, name: str = "May [k-1]") -> str:
        body = {"name": name, "segment_id": resend_segment(self.group), "from": "Team <news@example.org>",
                "subject": "Hello", "html": self.html}  # fmt: skip
        return str(self("POST", "/broadcasts", body, want=201)["id"])

    def rename(self, ident: str, subject: str) -> None:
        self("PATCH", f"/broadcasts/{ident}", {"subject": subject})

    def read(self, ident: str) -> str:
        return str(self("GET", f"/broadcasts/{ident}")["html"])

    def state(self, ident: str) -> str:
        return str(self("GET", f"/broadcasts/{ident}")["status"])

    def test(self, ident: str, people: list[str]) -> None:
        body = {"from": "Team <news@example.org>", "to": people, "subject": "Hello", "html": self.html}
        self("POST", "/emails", body)

    def schedule(self, ident: str, when: str) -> None:
        self("POST", f"/broadcasts/{ident}/send", {"scheduled_at": when})

    def unschedule(self, ident: str) -> None:
        self("POST", f"/broadcasts/{ident}/cancel")

    cancel = unschedule

    def sending(self, ident: str) -> requests.Response:
        return self.raw("POST", f"/broadcasts/{ident}/send", json={})

    def sent(self, ident: str) -> int:
        return len(self.pages(f"/broadcasts/{ident}/recipients?type=sent&limit=100"))

    def names(self) -> list[str]:
        return [one["name"] for one in self.pages("/broadcasts?limit=100")]

    def pages(self, path: str) -> list[Any]:
        found: list[Any] = []
        while True:
            page = self("GET", path + (f"&after={found[-1]['id']}" if found else ""))
            found += page["data"]
            if not page["has_more"]:
                return found


TALKS = {kind.__name__.lower(): kind for kind in (Mailchimp, Brevo, SendGrid, Mailjet, Listmonk, Buttondown, Resend)}


@pytest.fixture
def meet() -> Iterator[Callable[..., Any]]:
    """Start a rehearsal by its provider's name, and return one who speaks to it."""
    with ExitStack() as stack:

        def start(name: str, *, seconds: float = 0.0, state: Path | None = None, **kwargs: Any) -> Talk:
            timing = RehearsalTiming(sending_seconds=seconds, patience=5, slowness=0.2, poll_seconds=0.01)
            rehearsal = stack.enter_context(Rehearsal(name, timing=timing, state=state, **kwargs))
            talk = TALKS[name](rehearsal)
            stack.callback(talk.session.close)
            return talk

        yield start


@pytest.fixture(params=sorted(TALKS))
def talk(request: pytest.FixtureRequest, meet: Callable[..., Any]) -> Any:
    """Speak to each provider in turn."""
    return meet(request.param)
