"""One run from beginning to end: what the person wants, which faults come, how it ends."""

from __future__ import annotations

import random
import shutil
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from .brevo import Brevo
from .clock import Clock
from .faults import draw
from .judge import Truth, Violation, facts, judge, judge_half, truth_of
from .listmonk import Listmonk
from .mailchimp import Mailchimp
from .resend import Resend
from .run import Extremes, Run
from .runner import ISSUE, SETTINGS, CommandHost, Desk, Outcome
from .sendgrid import SendGrid
from .server import FaultServer
from .world import CANCELLED, DRAFT, PAUSED, SCHEDULED, SENT, Half, Lag, World

PROVIDERS = (Mailchimp, Brevo, Listmonk, SendGrid, Resend)
SHAPES = ("now", "undo", "at", "cancel", "cancel_late", "cancel_then_send")
ROUNDS = 10


def play(
    seed: int,
    folder: Path,
    host: CommandHost,
    tls: ssl.SSLContext | None,
    authority: Path | None,
    *,
    kills: bool,
    extremes: Extremes | None = None,
) -> Run:
    """Live one run."""
    return _Play(seed, folder, host, tls, authority, kills=kills, extremes=extremes or Extremes()).live()


class _Play:
    def __init__(
        self,
        seed: int,
        folder: Path,
        host: CommandHost,
        tls: ssl.SSLContext | None,
        authority: Path | None,
        *,
        kills: bool,
        extremes: Extremes,
    ) -> None:
        self.chance = chance = random.Random(seed)
        kind = PROVIDERS[seed % len(PROVIDERS)]
        self.shape = chance.choice(SHAPES)
        self.clock = Clock(folder / "clock")
        self._begin_in_the_morning()
        lag = chance.choice((Lag(), Lag(), Lag(), Lag(4, 10, 15), Lag(20, 30, 45), Lag(60, 90, 120)))
        half = chance.choice(
            (Half(), Half(), Half(), Half(), Half(), Half("finished", 0.6), Half("paused", 0.4), Half("refused", 0.75))
        )
        if half.kind == "paused" and kind in {Mailchimp, SendGrid, Resend}:
            half = Half()  # their descriptions know no paused regular campaign
        self.world = World(
            self.clock,
            [f"reader{number}@example.org" for number in range(12)],
            lag=lag,
            half=half,
            seconds_each=chance.choice((0.0, 0.0, 2.0, 20.0)),
            second_send=chance.choice(("accepted", "refused")),
            taken_back=chance.choice((DRAFT, CANCELLED)),
            skew=chance.choice((0.0, 0.0, 0.0, 60.0, -60.0)),
        )
        if self.shape == "cancel_late":
            self.world.seconds_each = 20.0
        self.provider = kind(self.world)
        self.plan = draw(chance, kind.calls, self.shape, kills=kills)
        if extremes.lag:
            self.world.lag = Lag(extremes.lag, extremes.lag, extremes.lag * 1.5)
        self.plan.storm, self.plan.chance = extremes.storm, random.Random(seed)
        self.meddling = chance.choice(("", "", "", "", "", "delete", "rename"))
        self.tls = tls if chance.random() < 0.5 else None
        self.server = FaultServer(self.provider, self.plan, self.tls)
        self.desk = self._desk(folder, host, authority if self.tls else None)
        self.server.kill = self.desk.kill
        self.timed_kill = kills and chance.random() < 0.2
        self.run = Run(seed, kind.name, self.shape, self.plan, self.world, bool(self.tls), "")
        self.cancelled = False

    def _begin_in_the_morning(self) -> None:
        now = datetime.now(UTC)
        morning = now.replace(hour=9, minute=self.chance.randrange(60), second=self.chance.randrange(60))
        self.clock.advance((morning - now).total_seconds())
        self.today = morning.date()

    def _desk(self, folder: Path, host: CommandHost, authority: Path | None) -> Desk:
        (folder / "issues").mkdir()
        (folder / "issues" / f"{self.today:%Y-%m}.yaml").write_text(ISSUE.format(date=self.today))
        tested = "" if self.chance.random() < 0.4 else "before_sending:\n  test: false\n"
        self.needs_test = not tested
        settings = SETTINGS + self.provider.settings(self.server.base_url) + tested
        (folder / "newsletter.yaml").write_text(settings)
        templates = Path(__file__).parents[2] / "templates"
        shutil.copytree(templates, folder / "templates")
        return Desk(folder, host, folder / "clock", self.provider.secrets(), authority)

    def live(self) -> Run:
        begin = time.monotonic()
        with self.server:
            self._script()
            self._to_the_end()
        self.run.outcomes, self.run.kills = self.desk.outcomes, self.server.killed_at
        self.run.seconds = time.monotonic() - begin
        self.clock.close()
        return self.run

    def _do(self, *args: str) -> Outcome:
        met = len(self.plan.met)
        self.world.tell(f"$ newsletter {' '.join(args)}")
        timer = None
        if self.timed_kill and args[0] in {"send", "cancel"} and not self.plan.over:
            self.timed_kill = False
            timer = threading.Timer(self.chance.random() * 1.2, self.server.die, ("at a random moment",))
            timer.start()
        outcome = self.desk.run(*args)
        if timer:
            timer.cancel()
        truth = truth_of(self.world)
        self.world.tell(f"exit {outcome.code}")
        faulty = len(self.plan.met) > met
        self._blame(judge(outcome, truth, faulty=faulty))
        return outcome

    def _blame(self, violations: list[Violation]) -> None:
        for violation in violations:
            if (violation.kind, violation.words) not in {(v.kind, v.words) for v in self.run.violations}:
                self.run.violations.append(violation)

    def _hour(self) -> str:
        """Return a quarter of an hour, in 30 to 45 minutes, as one types it."""
        moment = datetime.fromtimestamp(self.clock.now(), ZoneInfo("Europe/London")) + timedelta(minutes=30)
        moment += timedelta(minutes=-moment.minute % 15)
        return f"{moment:%Y-%m-%d %H:%M}"

    def _send_args(self) -> tuple[str, ...]:
        match self.shape:
            case "now" | "cancel_late":
                return ("send", "--yes", "--json", "--now")
            case "at":
                return ("send", "--yes", "--json", "--at", self._hour())
        return ("send", "--yes", "--json")

    def _script(self) -> None:
        """Do what the person set out to do, once, with all faults at work."""
        if self.needs_test:
            for _ in range(4):
                if self._do("test", "--to", "reader1@example.org", "--json").code == 0:
                    break
        self._meddle(before=True)
        self._do(*self._send_args())
        self._do("status", "--json")
        self._meddle(before=False)
        if self.shape.startswith("cancel"):
            if self.shape == "cancel_late":
                self.clock.advance(30)
            self.cancelled = True
            self._do("cancel", "--json")
            self._do("status")
        if self.chance.random() < 0.4:
            self.clock.advance(self.chance.choice((5, 60, 700)))
            self._do(*self._again())
            self._do("status")

    def _again(self) -> tuple[str, ...]:
        """Return the command that a person repeats: what they want in the end."""
        if self.shape == "cancel_then_send":
            self.cancelled = False
            return ("send", "--yes", "--json", "--now")
        return ("cancel", "--json") if self.cancelled else self._send_args()

    def _meddle(self, *, before: bool) -> None:
        """Somebody deletes or renames the campaign on the provider's website."""
        if not self.meddling or before != (self.chance.random() < 0.5):
            return
        for campaign in self.world.campaigns.values():
            if campaign.state in {DRAFT, SCHEDULED} and not campaign.deleted:
                self.run.meddling = self.meddling
                if self.meddling == "delete":
                    campaign.deleted = True
                else:
                    where = campaign.document.get("settings", campaign.document)
                    where["title" if "settings" in campaign.document else "name"] = "News (my copy)"
                self.world.tell(f"TRUTH: somebody does this to campaign {campaign.id} on the website: {self.meddling}")

    def _to_the_end(self) -> None:
        """The faults are over: follow the advice until the matter is at its end."""
        self.plan.over = True
        self.world.tell("the faults are over")
        doubts = 0
        for _ in range(ROUNDS):
            status = self._do("status", "--json")
            truth = truth_of(self.world)
            if self._at_its_end(status, truth):
                break
            waits = facts(status).get("state") == "scheduled"
            if waits or truth.waiting or not truth.settled or self.chance.random() < 0.5:
                self.clock.advance(1000)  # minutes pass, and what waits goes
                if self._at_its_end(self._do("status", "--json"), truth_of(self.world)):
                    break
            outcome = self._do(*self._again())
            if outcome.code == 3 and "`newsletter test" in outcome.output:
                self._do("test", "--to", "reader1@example.org", "--json")
            if outcome.code == 5:
                doubts += 1
                self.clock.advance(400)
            if doubts >= 3:
                doubts = 0
                self._resolve()
        else:
            status = self._do("status", "--json")
            if not self._at_its_end(status, truth_of(self.world)):
                said = facts(status).get("summary") or status.output
                self._blame([Violation("stuck", f"after {ROUNDS} rounds without faults: {said}")])
        self._last_look()

    def _resolve(self) -> None:
        """Explain what is true, as somebody who looks at the provider's website would."""
        self.run.resolved += 1
        truth = truth_of(self.world)
        if truth.waiting:
            self.clock.advance(3600)
            truth = truth_of(self.world)
        self._do("send", "--yes", "--json", "--resolve", "sent" if truth.begun else "not-sent")

    def _at_its_end(self, status: Outcome, truth: Truth) -> bool:
        state = facts(status).get("state")
        if truth.waiting or not truth.settled:
            return False
        if truth.begun:
            whole = truth.reached == truth.everybody
            return (
                state in {"sent", "finished"}
                if whole
                else state not in {"intended", "not sent", "scheduled", "uncertain", "unknown"}
            )
        return bool(self.cancelled) and state not in {
            "intended",
            "sending",
            "sent",
            "scheduled",
            "uncertain",
            "unknown",
        }

    def _last_look(self) -> None:
        self.clock.advance(25 * 3600)  # by now, no count is late any more
        report = self._do("report", "--json") if truth_of(self.world).begun else None
        status = self._do("status")
        if report:
            stopped = any(c.state == CANCELLED for c in self.world.campaigns.values())
            stopped |= self.world.half.kind != "paused" and any(
                c.state == PAUSED for c in self.world.campaigns.values()
            )
            tells = self.run.provider != "sendgrid"
            if not stopped:
                self._blame(judge_half(self.world, status, report, tells=tells))
        calm = self.run.faults == ["none"] and not self.server.killed_at
        alarms = {5} if self.shape == "cancel_late" else {4, 5}  # what was stopped on its way reached some only
        if calm and any(outcome.code in alarms for outcome in self.desk.outcomes):
            self._blame([Violation("needless", "exit 4 or 5, though nothing went wrong")])
        doubled = self.world.doubled()
        if doubled:
            self._blame([Violation("double", f"{len(doubled)} readers have more than one copy")])


__all__ = ["PROVIDERS", "SENT", "Run", "play"]
