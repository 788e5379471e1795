"""What the accounts of all providers share: a world with an old campaign in it, a key, and lines for the settings."""

from __future__ import annotations

from typing import Any, ClassVar

from .world import SENT, World

CALLS = (
    "account", "lists", "find", "create", "update", "state", "schedule", "unschedule", "send", "cancel", "report",
)  # fmt: skip


class Account:
    """One account; each provider adds what it answers."""

    name: ClassVar[str]
    prefix: ClassVar[str] = ""
    calls: ClassVar[tuple[str, ...]] = CALLS
    key: ClassVar[tuple[str, str]]  # its environment variable, and what is in it
    decoy: ClassVar[tuple[Any, dict[str, Any]]]  # the old campaign's id and document
    audience: ClassVar[str] = "Readers"
    options: ClassVar[str] = ""  # further lines under the provider's name
    first_number: ClassVar[int] = 0

    def __init__(self, world: World) -> None:
        self.world = world
        self.count = self.first_number
        decoy = world.create(*self.decoy)
        decoy.state = SENT
        decoy.note(world.now())

    def settings(self, base_url: str) -> str:
        """Return the lines for newsletter.yaml."""
        lines = [f"provider: {self.name}", f"audience: {self.audience}", f"{self.name}:", f"  base_url: {base_url}"]
        return "\n".join([*lines, *(f"  {line}" for line in self.options.splitlines())]) + "\n"

    def secrets(self) -> dict[str, str]:
        """Return the environment variables that the command needs."""
        return dict([self.key])
