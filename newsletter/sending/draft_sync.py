"""Having a provider hold exactly a draft: made or found by our key, read back, and compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from newsletter.errors import DoubtError, ProviderError
from newsletter.ledger.lease import Lease
from newsletter.ledger.records import AuditNote, Send
from newsletter.model.provider_campaign import CampaignDraft, RemoteState
from newsletter.model.sends import PendingCall, former_campaign_key
from newsletter.model.titles import capital
from newsletter.sending.campaign_draft import differences
from newsletter.sending.content_difference import Differences
from newsletter.sending.payload import in_words
from newsletter.sending.remote_state import IN_FLIGHT, RemoteStateSync
from newsletter.sending.send_errors import refuse_second
from newsletter.sending.settling import waits

TRIES = 3
"""How often a call whose outcome is in doubt is made, where the provider says in between that nothing was done."""

SETTLING = 60.0
"""Seconds over which a campaign that may have been made is looked for among those that are listed."""


@dataclass(frozen=True, slots=True)
class DraftSync:
    """Saves drafts at the provider of a remote_state.

    `accepted` is the fingerprint of differences that a person has accepted. With `show`, differences are shown and not
    refused: a test may go out with them, so that people see what the provider made of an issue.
    """

    remote_state: RemoteStateSync
    accepted: str = ""
    show: Callable[[Differences], None] | None = None

    def save(self, lease: Lease, send: Send, draft: CampaignDraft) -> Send:
        """Have the provider hold exactly this draft; raise ProviderError showing what it holds otherwise."""
        found = self.remote_state.of(lease, send)
        send = found.send
        if send.state in IN_FLIGHT:
            raise refuse_second(send, self.remote_state.zone)
        if send.remote_id is None:
            self._refuse_former(lease, send, draft)
        send = self._save_once(lease, send, draft)
        wrong = differences(self.remote_state.provider, send.remote_id or "", draft)
        if wrong.found:  # half of it may have got lost: a draft can be saved again without harm, where it is ours
            send = self._save_once(lease, self._ours(lease, send, draft.key), draft)
            wrong = differences(self.remote_state.provider, send.remote_id or "", draft)
        if wrong.found:
            self._judge(lease, wrong)
        return send

    def _refuse_former(self, lease: Lease, send: Send, draft: CampaignDraft) -> None:
        """Raise GateError if an earlier version sent it, under the key of that version, and the ledger was lost."""
        sender = draft.message.sender.email
        key = former_campaign_key(send.issue, send.target, send.purpose, sender, send.attempt)
        there = self.remote_state.provider.find(key)
        if there is not None and there.state is not RemoteState.DRAFT:
            found = self.remote_state.record(lease, send, there)
            raise refuse_second(found.send, self.remote_state.zone)

    def _judge(self, lease: Lease, wrong: Differences) -> None:
        """Let exactly those differences pass that a person accepted, and write that down; refuse all others."""
        title, named = self.remote_state.provider.title, in_words(wrong.parts)
        if wrong.fingerprint == self.accepted:
            words = f"accepted that {title} changed {named} ({wrong.fingerprint}): {wrong.in_words}"
            note = AuditNote(self.remote_state.who, words)
            self.remote_state.ledger.sends.write(lease, accepted=wrong.fingerprint, note=note)
            return
        if self.show is not None:
            self.show(wrong)
            return
        other = f" You accepted different changes ({self.accepted})." if self.accepted else ""
        raise ProviderError(
            f"{capital(title)} has changed {named} ({wrong.in_words}).{other}",
            hint=(
                "Nothing was sent. If this change is acceptable to your readers, run the same command again with "
                f"--accept-difference {wrong.fingerprint}. Otherwise check the campaign on the provider's "
                "website, which may have changed it automatically."
            ),
        )

    def _save_once(self, lease: Lease, send: Send, draft: CampaignDraft) -> Send:
        """Save the draft; saving sends nothing, so it may be done again once it is known what is there."""
        self.remote_state.ledger.sends.write(lease, pending_call=PendingCall.SAVE)
        existing = send.remote_id
        for attempt in range(1, TRIES + 1):
            try:
                ident = self._saved(draft, existing)
                break
            except DoubtError:
                existing = self._find(draft.key) or existing
                if attempt == TRIES:
                    raise
        return self.remote_state.ledger.sends.write(lease, pending_call=None, remote_id=ident)

    def _saved(self, draft: CampaignDraft, existing: str | None) -> str:
        """Save the draft once; raise DoubtError where the provider names another campaign than the one it was given."""
        ident = self.remote_state.provider.save(draft, existing)
        if existing is not None and ident != existing:
            title = capital(self.remote_state.provider.title)
            raise DoubtError(f"{title} returned a response about a different campaign.")
        return ident

    def _ours(self, lease: Lease, send: Send, key: str) -> Send:
        """Return the send with the id of the campaign that has its key: the provider may have named another one."""
        ident = self._find(key)
        if ident is None:
            title = capital(self.remote_state.provider.title)
            raise DoubtError(
                f"{title} returned an id that belongs to something else, and it has no campaign with our key."
            )
        return send if ident == send.remote_id else self.remote_state.ledger.sends.write(lease, remote_id=ident)

    def _find(self, key: str) -> str | None:
        """Return the id of the campaign with our key; one that was just made may take some time to be listed."""
        for wait in (*waits(SETTLING), None):
            there = self.remote_state.provider.find(key)
            if there is not None:
                return there.id
            if wait is not None:
                self.remote_state.pause(wait)
        return None
