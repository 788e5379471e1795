"""What a run was: its plan, its commands, and what it broke."""

from __future__ import annotations

from dataclasses import dataclass, field

from .faults import Plan
from .judge import Violation
from .runner import Outcome
from .world import World


@dataclass(frozen=True)
class Extremes:
    """What is worse than the descriptions say: doubles and false words must not come even so."""

    lag: float = 0.0
    storm: float = 0.0


@dataclass
class Run:
    """What a run was, and what it broke."""

    seed: int
    provider: str
    shape: str
    plan: Plan
    world: World
    tls: bool
    meddling: str
    outcomes: list[Outcome] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    kills: list[str] = field(default_factory=list)
    seconds: float = 0.0
    resolved: int = 0  # how often a person had to say what is true

    @property
    def faults(self) -> list[str]:
        """Return the names of what this run met, for the table."""
        names = [planned.fault for planned in self.plan.met]
        names += ["kill"] if self.kills else []
        names += [f"half:{self.world.half.kind}"] if self.world.half.kind != "none" else []
        names += ["lag"] if self.world.lag.state else []
        names += [f"meddling:{self.meddling}"] if self.meddling else []
        return sorted(set(names)) or ["none"]

    def describe(self) -> str:
        """Return the run in short form."""
        world = self.world
        plan, lag, half = self.plan, world.lag, world.half
        lines = [
            f"seed {self.seed}, {self.provider}, {self.shape}, {'https' if self.tls else 'http'}",
            f"faults: {', '.join(map(str, plan.faults)) or 'none'}; kills: {plan.kills} {self.kills}; {self.meddling}",
            f"lag {lag.state:g}/{lag.counts:g}/{lag.listing:g} s; half {half.kind} {half.share:g}",
            f"skew {world.skew:g} s; second send {world.second_send}; {world.seconds_each:g} s a message",
        ]
        lines += [f"VIOLATION {v.kind}: {v.words}" for v in self.violations]
        lines += ["--- commands"]
        for outcome in self.outcomes:
            lines.append(str(outcome))
        lines += ["--- the provider's story", *world.story, f"copies: {dict(world.copies)}"]
        return "\n".join(lines)
