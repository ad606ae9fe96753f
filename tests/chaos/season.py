"""Several seeds, side by side where there are cores for it: two on one core take longer than one after the other."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Event

from tests.chaos.outcome import Outcome
from tests.chaos.plan import Plan
from tests.chaos.play import play
from tests.chaos.snapshot import Snapshot
from tests.chaos.template import template

AT_ONCE = max(1, (os.cpu_count() or 1) // 4)


@contextmanager
def season(known: Snapshot, plans: Sequence[Plan], at_once: int = AT_ONCE) -> Iterator[Sequence[Future[Outcome]]]:
    """Play plans, so many at once; leaving the ``with`` block ends what is played then."""
    with ExitStack() as stack:
        needs_server = any(plan.database == "postgresql" for plan in plans)
        files = stack.enter_context(template(known)) if needs_server else None
        pool, ending = ThreadPoolExecutor(at_once), Event()
        stack.callback(pool.shutdown, cancel_futures=True)
        stack.callback(ending.set)
        of_kind = {"sqlite": None, "postgresql": files}
        yield [pool.submit(play, plan, known, of_kind[plan.database], ending) for plan in plans]
