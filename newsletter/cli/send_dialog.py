"""What `newsletter send` shows and asks before it sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.cli import error_output, output, terminal
from newsletter.cli.recipient_lists import list_refused, list_uncertain
from newsletter.errors import GateError, UsageError
from newsletter.workflow.campaign_status import about_of
from newsletter.workflow.send_concerns import Concern
from newsletter.workflow.session import SendSession

if TYPE_CHECKING:
    from newsletter.ledger.records import Send
    from newsletter.model.findings import Finding
    from newsletter.sending.signals import StopRequest
    from newsletter.workflow.recipient_names import RefusedRecipient

_WIDTH = 9


@dataclass(frozen=True, slots=True)
class TerminalDialog:
    """A SendDialog on the terminal; with --yes nothing is asked, with --json nothing is shown.

    Where the provider only saves emails, concerns are shown and one plain question is asked. With --yes, a script for
    such a provider needs the same options as for any other.
    """

    session: SendSession
    issue: str
    yes: bool
    as_json: bool

    def show_plan(self, findings: Sequence[Finding], facts: Mapping[str, str]) -> None:
        """Show what is about to be sent."""
        if self.as_json:
            return
        error_output.show_findings(findings, notes="counted")
        for name, value in facts.items():
            output.say(f"{name:<{_WIDTH}} {value}", indent="  ")
        output.say()

    def show_continued(self, text: str) -> None:
        """Show that an interrupted send is continued."""
        if not self.as_json:
            output.say(text)

    def warn(self, text: str) -> None:
        """Show a warning on stderr."""
        output.complain(text)

    def list_uncertain(self, keys: Sequence[str], send: Send) -> None:
        """List the recipients whose delivery is uncertain."""
        list_uncertain(self.session, keys, send)

    def list_refused(self, refused: Sequence[RefusedRecipient]) -> None:
        """List the recipients who were refused or are deferred; --json has them with the error."""
        if not self.as_json:
            list_refused(refused, to_stderr=True)

    def stop_requests(self) -> AbstractContextManager[StopRequest]:
        """Return a context in which Ctrl-C stops the send after the current message."""
        from newsletter.sending.signals import stop_on_signals

        return stop_on_signals()

    def confirm_concerns(self, concerns: Sequence[Concern]) -> bool:
        """Ask about each concern that was not accepted; raise GateError if --yes was given without its option."""
        open_ones = [one for one in concerns if not one.is_accepted]
        if not self.yes and (self.as_json or not terminal.at_terminal()):
            return True  # nobody can be asked to confirm the send either, which is refused next
        if self.yes:
            for one in open_ones:
                if not one.is_harmless:
                    raise GateError(one.words, hint=f"Nothing was sent. {one.hint} To send anyway, add {one.option}.")
                output.complain(f"Note: {one.words}")
            return True
        for one in open_ones:
            if self._is_practice:
                output.say(f"Note: {one.words}", colour="yellow")
                continue
            output.say(one.words, colour="yellow")
            try:
                if terminal.ask("Send anyway? (yes/no)").casefold() not in {"y", "yes"}:
                    return False
            except EOFError:
                return False
        return True

    def confirm(self, count: int | None) -> bool:
        """Ask whether to send to so many people; raise UsageError if nobody can be asked and --yes is missing."""
        if self.yes:
            return True
        if self.as_json or not terminal.at_terminal():
            raise UsageError(
                "Nothing was sent, because there is no terminal to confirm the send.",
                hint="Add --yes to send without confirmation.",
            )
        if self._is_practice:
            return self._confirm_practice(count)
        asked = "the word send" if count is None else f"the number of recipients ({count})"
        try:
            answer = terminal.ask(f"To send, type {asked}. Anything else cancels.")
        except EOFError:
            return False
        if count is None:
            return answer.strip().casefold() == "send"
        return answer.replace(",", "").replace(".", "").replace(" ", "") == str(count)

    @property
    def _is_practice(self) -> bool:
        return about_of(self.session).is_local

    def _confirm_practice(self, count: int | None) -> bool:
        """Ask whether to save emails that nobody receives; the number of them is a yes too."""
        from newsletter.sending.formatting import count_noun

        emails = count_noun(count, "email") if count is not None else "the emails"
        question = f"Save {emails} in {self.session.direct.whereabouts()}? Nobody receives anything. (yes/no)"
        try:
            answer = terminal.ask(question)
        except EOFError:
            return False
        return answer.strip().casefold() in {"y", "yes", str(count)}
