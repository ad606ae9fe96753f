"""The targets of a seed: three over HTTP, and a file."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.chaos.crm import PATH, Crm, customer_of
from tests.chaos.plan import Plan
from tests.chaos.store import Body, Journal, Records
from tests.chaos.weather import FAIR, STORM, Fault, Weather

FEED = "feed"
CONCURRENCY = 4
"""Calls a worker makes at once: also how many it can leave unsettled when it dies."""


class Targets:
    """All that a lead is owed to."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.journal = Journal()
        self.records = {"stormy": Records(repeated=(409, 200)), "away": Records(repeated=(200,))}
        self.file = folder / "feed.csv"
        seed = plan.seed
        self.crms = {
            "journal": Crm("journal", self.journal, Weather(seed, "journal", FAIR), _takes_all),
            "away": Crm("away", self.records["away"], Weather(seed, "away", FAIR), _takes_all),
            "stormy": Crm(
                "stormy",
                self.records["stormy"],
                Weather(seed, "stormy", STORM),
                lambda body: is_refused(plan, "stormy", body),
            ),
        }

    @property
    def names(self) -> Sequence[str]:
        """Their names in ``crm.yml``."""
        return [*self.crms, FEED]

    @property
    def faults(self) -> int:
        """How many calls went wrong."""
        return sum(crm.faults.total() - crm.faults[Fault.NONE] for crm in self.crms.values())

    @property
    def yaml(self) -> str:
        """What stands in ``crm.yml``."""
        lines = ["targets:"]
        for name, crm in self.crms.items():
            lines += [f"  {name}:", "    type: rest", f"    url: http://127.0.0.1:{crm.port}", f"    path: {PATH}"]
            lines += [f"    concurrency: {CONCURRENCY}"]
        return "\n".join([*lines, f"  {FEED}:", "    type: csv", f"    file: {self.file}", ""])

    async def rise(self) -> None:
        """Let all of them answer."""
        for crm in self.crms.values():
            await crm.rise()

    async def calm_down(self) -> None:
        """Let nothing fail any more."""
        for crm in self.crms.values():
            crm.weather.calm_down()
            await crm.rise()

    async def end(self) -> None:
        """Stop all of them."""
        for crm in self.crms.values():
            await crm.end()

    def rows(self) -> Sequence[Mapping[str, str]]:
        """Give what stands in the file."""
        if not self.file.exists():
            return []
        with self.file.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def is_refused(plan: Plan, target: str, body: Body) -> bool:
    """Tell whether a target never takes a lead with these values: one customer's first address, for example."""
    email = str(body["email"])
    return target == "stormy" and ".new." not in email and customer_of(body) in plan.refused


def _takes_all(body: Body) -> bool:
    return False
