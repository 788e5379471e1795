"""How long the pieces of sending and of reading a file take, each beside a piece of work that nobody here can change.

    python benchmarks/sending.py [--runs N]

Every measure is a ratio of processor times, of two pieces of work done in turn, so that whatever else the computer does
meets both alike. Exits with 1 where a promise is not kept.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import statistics
import sys
import threading
import time
from collections.abc import Callable
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from newsletter.errors import ContentError
from newsletter.issue_file.load_document import read_document
from newsletter.issue_file.load_issue import load_issue
from newsletter.issue_file.source_text import text_source
from newsletter.model.audience import Subscriber
from newsletter.model.branding import ReaderLinks, Sender
from newsletter.model.campaign import InlineImage, Message
from newsletter.model.issue import Issue
from newsletter.model.provider_campaign import RemoteContent
from newsletter.rehearsal import Rehearsal
from newsletter.render.mime import MessageContext, MimeTemplate
from newsletter.sending.content_comparison import ReadBackTolerance, compare

ISSUE = Path(__file__).parents[1] / "issues" / "2024-02.yaml"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400

COMPOSING = 0.5
"""How many times as long as building the same message with the standard library composing one more takes."""

LOADING = 3.0
"""How many times as long as reading the file with ruamel.yaml loading an issue takes."""

DOUBLING = 2.5
"""How many times as long twice as much may take."""

STARTING = 5.0
"""How many times as long as a bare HTTP server of the standard library starting a rehearsal takes."""

Work = Callable[[], object]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    kept = [
        promise("Composing a message, beside the standard library", composing(), library(), COMPOSING, runs),
        promise("Loading an issue, beside ruamel.yaml", loading, reading, LOADING, runs),
        promise("Starting a rehearsal, beside a bare server", rehearsal, server, STARTING, runs),
        promise("Comparing two pages, twice as long", comparing(2000), comparing(1000), DOUBLING, runs),
    ]
    for name, make in FAULTS.items():
        kept.append(
            promise(f"A file full of {name}, twice as long", refused(make(800)), refused(make(400)), DOUBLING, 3)
        )
    return 0 if all(kept) else 1


def promise(name: str, work: Work, beside: Work, most: float, runs: int) -> bool:
    """Do two pieces of work in turn; print and judge the median of their ratios."""
    work(), beside()
    ratio = statistics.median(took(work) / max(took(beside), 1e-9) for _ in range(runs))
    print(f"{name:<58}{ratio:8.2f} times (at most {most:g}){'' if ratio <= most else '   NOT KEPT'}")
    return ratio <= most


def took(work: Work) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def page() -> str:
    return "<p>A paragraph – of the usual length, with {first_name|friend} in it now and then.</p>\n" * 750


def composing() -> Work:
    image = InlineImage(cid="a", name="a.png", content_type="image/png", data=PICTURE)
    sender = Sender(name="Example", email="news@example.org")
    template = MimeTemplate(
        Message(title="T", subject="S", preheader="", html=page(), text=page(), sender=sender, images=(image,))
    )
    reader = Subscriber(email="reader@example.org", first_name="Zoë")
    at = dt.datetime(2024, 2, 12, 9, tzinfo=dt.UTC)
    context = MessageContext(
        recipient=reader, key="k", issue="2024-02", sending="2024-02", sent_at=at, links=ReaderLinks()
    )
    return lambda: [template.compose(context) for _ in range(20)]


def library() -> Work:
    def build() -> None:
        for _ in range(20):
            made = EmailMessage()
            made["Subject"], made["From"], made["To"] = "S", "news@example.org", "reader@example.org"
            made.set_content(page().replace("{first_name|friend}", "Zoë"))
            made.add_alternative(page().replace("{first_name|friend}", "Zoë"), subtype="html")
            made.get_payload()[1].add_related(PICTURE, "image", "png", cid="<a>")
            made.as_bytes()

    return build


def loading() -> None:
    load_issue(ISSUE, zone=ZoneInfo("Europe/London"))


def reading() -> None:
    YAML().load(ISSUE.read_text(encoding="utf-8"))


def rehearsal() -> None:
    with Rehearsal("mailchimp"):
        pass


def server() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as bare:
        thread = threading.Thread(target=bare.serve_forever, args=(0.02,))
        thread.start()
        bare.shutdown()
        thread.join()


def comparing(length: int) -> Work:
    words = [f"<p>word{number} <a href='https://example.org/{number}'>x{number}</a></p>" for number in range(length)]
    one, other = RemoteContent(html="".join(words)), RemoteContent(html="".join(reversed(words)))
    return lambda: compare(one, other, ReadBackTolerance())


FAULTS: dict[str, Callable[[int], str]] = {
    "colons": lambda length: "".join(f"field{number}: a: b\n" for number in range(length)),
    "brackets": lambda length: "[" * (20 * length),
    "hyphens": lambda length: "- " * (20 * length),
    "open quotation marks": lambda length: 'title: "' + "a: b\n" * length,
}


def refused(text: str) -> Work:
    def work() -> None:
        with contextlib.suppress(ContentError):
            read_document(text_source(Path("x.yaml"), text), Issue)

    return work


if __name__ == "__main__":
    sys.exit(main())
