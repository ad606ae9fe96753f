"""What became of a seed, for people: one line, and more when it failed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tests.chaos.plan import Plan
from tests.chaos.verdict import Verdict, Wrong

SHOWN = 20
"""Problems that are told of a seed that failed."""


@dataclass
class Outcome:
    """A seed that was played; ``done`` counts what was killed, and jumps as those of ``clock``."""

    plan: Plan
    verdict: Verdict
    done: Counter[str]
    started_seconds: float
    talked_seconds: float
    settled_seconds: float
    log: str

    @property
    def is_well(self) -> bool:
        """Whether nothing is lost, doubled or stale."""
        return not self.verdict.problems

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.started_seconds + self.talked_seconds + self.settled_seconds

    @property
    def line(self) -> str:
        """All of it in one line."""
        verdict, done = self.verdict, self.done
        kills = ", ".join(f"{name} {done[name]}" for name in ("worker", "actions", "rasa", "database") if done[name])
        wrong = ", ".join(f"{each.value} {verdict.count(each)}" for each in Wrong)
        return (
            f"{self.plan.name}: {len(verdict.stored.leads)} leads, {verdict.revised} revisions, "
            f"{len(verdict.targets.names)} targets, {verdict.targets.faults} calls failed; kills: {kills}; "
            f"jumps {done['clock']}; turns {verdict.turns}; "
            f"refused {verdict.refused} dead letters, repeats {verdict.repeated}; {wrong}; {self.seconds:.0f} s "
            f"({self.started_seconds:.0f} to start, {self.settled_seconds:.0f} to settle)"
        )

    @property
    def report(self) -> str:
        """What helps to find out why it failed."""
        shown = [f"{each.wrong.value}: {each.said}" for each in self.verdict.problems[:SHOWN]]
        more = len(self.verdict.problems) - len(shown)
        return "\n".join([self.line, *shown, *([f"... and {more} more"] if more else []), "", self.log])
