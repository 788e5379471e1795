"""The person at the composer's send panel, as the use case of sending talks to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsletter.errors import GateError, UsageError
from newsletter.workflow.composer.issue_names import name_issues
from newsletter.workflow.progress import Progress
from newsletter.workflow.send_concerns import Concern

if TYPE_CHECKING:
    from newsletter.ledger.records import Send
    from newsletter.model.findings import Finding
    from newsletter.sending.signals import StopRequest
    from newsletter.workflow.recipient_names import RefusedRecipient

UNKNOWN_NUMBER = "send"
"""What is typed to confirm a send to a number of people that is not known."""

Tell = Callable[[Mapping[str, object]], None]
"""Called with what the panel shows while it is being sent."""


def phrase_for(count: int | None) -> str:
    """Return what is typed to confirm a send, as on the command line."""
    return UNKNOWN_NUMBER if count is None else str(count)


def concern_words(concern: Concern, issue: str) -> str:
    """Return a concern about an issue as the panel shows it, and sends it back once it is ticked."""
    return name_issues(concern.words, issue)


@dataclass
class ProbeDialog:
    """Somebody who looks at what would be sent, and declines: it passes the same gate, and nothing leaves."""

    facts: Mapping[str, str] = field(default_factory=dict)
    concerns: Sequence[Concern] = ()
    count: int | None = None
    was_asked: bool = False

    def show_plan(self, findings: Sequence[Finding], facts: Mapping[str, str]) -> None:  # noqa: ARG002
        """Remember what is about to be sent."""
        self.facts = facts

    def show_continued(self, text: str) -> None:
        """Remember that an interrupted send is continued."""
        self.facts = {"Continued": text}

    def confirm_concerns(self, concerns: Sequence[Concern]) -> bool:
        """Remember the concerns."""
        self.concerns = [one for one in concerns if not one.is_accepted]
        return True

    def confirm(self, count: int | None) -> bool:
        """Decline."""
        self.count, self.was_asked = count, True
        return False

    def warn(self, text: str) -> None:
        """Do nothing."""

    def list_uncertain(self, keys: Sequence[str], send: Send) -> None:
        """Do nothing."""

    def list_refused(self, refused: Sequence[RefusedRecipient]) -> None:
        """Do nothing."""

    def stop_requests(self) -> AbstractContextManager[StopRequest]:
        """Raise: nothing is sent by who declines."""
        raise RuntimeError("a probe sends nothing")


@dataclass
class PanelDialog:
    """Somebody who typed the confirmation into the panel, and ticked these concerns; in practice, who pressed Save."""

    issue: str
    confirmation: str
    accepted: frozenset[str]
    stop: StopRequest
    tell: Tell
    is_practice: bool = False
    """Whether nothing is sent to anybody, so that no number is typed and nothing is ticked."""
    warnings: list[str] = field(default_factory=list)

    def show_plan(self, findings: Sequence[Finding], facts: Mapping[str, str]) -> None:
        """Do nothing: the panel shows it already."""

    def show_continued(self, text: str) -> None:
        """Show that an interrupted send is continued."""
        self.tell({"state": "sending", "message": text})

    def confirm_concerns(self, concerns: Sequence[Concern]) -> bool:
        """Accept the concerns that were ticked in the panel; refuse to send over any other. Practice has none."""
        if self.is_practice:
            return True
        others = [
            one for one in concerns if not one.is_accepted and concern_words(one, self.issue) not in self.accepted
        ]
        if others:
            raise GateError(
                " ".join(one.words for one in others),
                hint=f"Nothing was sent. {others[0].hint} If it is right as it is, confirm that in the panel.",
            )
        return True

    def confirm(self, count: int | None) -> bool:
        """Compare what was typed with the number of recipients; in practice nothing is typed."""
        if self.is_practice:
            return True
        wanted = phrase_for(count)
        typed = "".join(letter for letter in self.confirmation.strip().casefold() if letter not in ",. ")
        if typed != wanted:
            raise UsageError(f"To send it, type {wanted}.", hint="Nothing was sent.")
        return True

    def warn(self, text: str) -> None:
        """Show a warning."""
        self.warnings.append(text)
        self.tell({"state": "sending", "message": text})

    def list_uncertain(self, keys: Sequence[str], send: Send) -> None:
        """Do nothing: the status names them."""

    def list_refused(self, refused: Sequence[RefusedRecipient]) -> None:
        """Do nothing: the error counts them, and `newsletter status` lists them."""

    @contextmanager
    def stop_requests(self) -> Iterator[StopRequest]:
        """Return what the panel's stop button, and the end of the server, set."""
        yield self.stop


def panel_progress(tell: Tell) -> Progress:
    """Return progress that the panel shows."""

    @contextmanager
    def steps(_what: str, total: int) -> Iterator[Callable[[int], None]]:
        done = 0

        def advance(count: int) -> None:
            nonlocal done
            done += count
            tell({"state": "sending", "done": done, "total": total})

        tell({"state": "sending", "done": 0, "total": total})
        yield advance

    @contextmanager
    def waiting(what: str) -> Iterator[None]:
        tell({"state": "waiting", "message": f"{what} …"})
        yield

    def report_wait(reason: str) -> None:
        tell({"state": "waiting", "message": reason})

    open_steps: Callable[[str, int], AbstractContextManager[Callable[[int], None]]] = steps
    return Progress(open_steps, waiting, report_wait)
