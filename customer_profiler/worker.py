"""The worker: delivers what is owed for leads until it is stopped (``profiler worker``).

One lane a target: a pool of threads, a circuit breaker, a rate. The loop fills the lanes and sleeps until something is
owed, settled or due. All that must outlive a crash stands in the database; a worker can be killed at any moment.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import structlog

from customer_profiler.adapters.crm.deadline import within
from customer_profiler.adapters.crm.target import TargetConfig
from customer_profiler.adapters.meter import Meter
from customer_profiler.core.breaker import Breaker
from customer_profiler.core.delivery import DeliveryFailed, DeliveryStatus, LeadDelivery, LeadMessage, Lease, Receipt
from customer_profiler.core.errors import StoreUnavailable
from customer_profiler.services.alerts import Alerts
from customer_profiler.services.deliveries import LEASE, SILENCE, TRY, Attempt, LeadDeliveries
from customer_profiler.services.ports import LeadTarget, Presence

log = structlog.get_logger()

LONGEST_SLEEP_SECONDS = 5.0
"""Between two looks at what is due: should a wake-up be lost, no lead waits longer."""

SHORTEST_SLEEP_SECONDS = 0.01
"""Before a target is looked at again that is about to be ready."""

HOUSEKEEPING_SECONDS = 5.0
"""Between two looks for dead workers, a clock that ran back, and reasons for an alert."""

PAUSE_SECONDS = 0.5
"""Before the database is asked again that did not answer."""


@dataclass
class Lane:
    """One target with what this worker knows of it.

    ``flying`` maps the tries on their way to their beginnings; ``ahead`` holds those of which the target has not heard
    yet. A try is the lease it holds: a delivery given up and leased again is another one. Times are seconds of a
    monotonic clock, so that a change of the machine's time ends no try.
    """

    name: str
    target: LeadTarget
    config: TargetConfig
    breaker: Breaker = field(default_factory=Breaker)
    flying: dict[Lease, float] = field(default_factory=dict)
    ahead: set[Lease] = field(default_factory=set)
    next_call_at: float = 0.0

    def __post_init__(self) -> None:
        self.pool = ThreadPoolExecutor(self.config.concurrency, thread_name_prefix=self.name)

    def room(self, now: float) -> int:
        """Give how many deliveries may be begun now."""
        free = self.config.concurrency - len(self.flying)
        if self.breaker.is_open:
            free = min(free, 1 - len(self.flying))
        if self.config.rate:
            free = min(free, 1) if now >= self.next_call_at and not self.ahead else 0
        return self.breaker.room(max(free, 0), now)

    def begun(self, tries: Collection[Lease], now: float) -> None:
        """Take note of tries that begin."""
        self.flying |= dict.fromkeys(tries, now)
        self.ahead |= set(tries)

    def deliver(self, this: Lease, message: LeadMessage) -> Receipt:
        """Let the target have a message; the rate counts from here, as does the time of the try."""
        if self.config.rate:
            self.next_call_at = time.monotonic() + 1 / self.config.rate
        self.ahead.discard(this)
        with within(TRY.total_seconds()):
            return self.target.deliver(message)

    def landed(self, this: Lease) -> None:
        """Take note that a try has ended."""
        self.flying.pop(this, None)
        self.ahead.discard(this)

    def held(self, now: float) -> list[Lease]:
        """Give the tries on their way that are not given up."""
        return [this for this, begun in self.flying.items() if now - begun < LEASE.total_seconds()]

    def pause(self, now: float) -> float:
        """Give the seconds after which a lane without room is to be looked at, at most ``LONGEST_SLEEP_SECONDS``.

        A rest or a rate ends by itself; whoever lands wakes the worker.
        """
        if len(self.flying) >= (1 if self.breaker.is_open else self.config.concurrency):
            return LONGEST_SLEEP_SECONDS
        soon = now + SHORTEST_SLEEP_SECONDS
        return min(max(self.breaker.rests_until, self.next_call_at, soon) - now, LONGEST_SLEEP_SECONDS)

    def is_paced(self, now: float) -> bool:
        """Tell whether only the rate keeps the lane from its next call."""
        return self.config.rate > 0 and now < self.next_call_at and now >= self.breaker.rests_until


class Worker:
    """Delivers to ``targets`` (name -> target and its configuration) until ``stop`` is called."""

    def __init__(
        self,
        deliveries: LeadDeliveries,
        targets: Mapping[str, tuple[LeadTarget, TargetConfig]],
        presence: Presence,
        meter: Meter,
        alerts: Alerts,
    ) -> None:
        self._deliveries = deliveries
        self._lanes = [Lane(name, target, config) for name, (target, config) in targets.items()]
        self._presence = presence
        self._meter = meter
        self._alerts = alerts
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        # What is claimed is on its way before anybody looks which leases are nobody's.
        self._claiming = threading.Lock()
        # Leases by when they were first seen, to tell those that nobody touches any more.
        self._seen: dict[Lease, float] = {}
        self._counts: Counter[str] = Counter()
        self._beat_at = time.monotonic()

    def run(self) -> None:
        """Deliver until stopped; what is on its way then is finished first."""
        self._presence.arrive(self._deliveries.worker, self._wake.set)
        # An e-mail may take its time, and dead workers' leads must not wait for it.
        for keeper in (self._keep_house, self._keep_watch):
            threading.Thread(target=keeper, daemon=True).start()
        try:
            self._patiently(self._take_over)
            while not self._stopping.is_set():
                self._wake.clear()
                self._beat_at = time.monotonic()
                pauses = [self._fill(lane) for lane in self._lanes]
                self._wake.wait(min([*pauses, LONGEST_SLEEP_SECONDS]))
        finally:
            self._close()

    def run_once(self) -> Counter[str]:
        """Deliver what is due now and end; give how many were delivered, dead or put off."""
        self._presence.arrive(self._deliveries.worker, self._wake.set)
        try:
            self._take_over()
            while True:
                self._wake.clear()
                pauses = [self._fill(lane) for lane in self._lanes]
                is_over = min(pauses, default=LONGEST_SLEEP_SECONDS) > 0.0 and not any(map(self._is_busy, self._lanes))
                # Who landed since may have freed a later revision.
                if is_over and not self._wake.is_set():
                    return self._counts
                self._wake.wait(min(pauses, default=0.0))
        finally:
            self._close()

    def stop(self) -> None:
        """Ask the worker to stop; fit for a signal handler."""
        self._stopping.set()
        self._wake.set()

    def health(self) -> dict[str, object]:
        """Give whether the worker goes round, and which targets are down."""
        late = time.monotonic() - self._beat_at > LONGEST_SLEEP_SECONDS * 6
        down = [lane.name for lane in self._lanes if lane.breaker.is_open]
        return {"status": "stuck" if late else "ok", "targets": [lane.name for lane in self._lanes], "down": down}

    # --- the loop

    def _fill(self, lane: Lane) -> float:
        """Begin what a lane has room for; give the seconds after which to look again, 0 for at once."""
        try:
            now = time.monotonic()
            with self._lock:
                room = lane.room(now)
            if not room:
                return lane.pause(now)
            seconds = self._deliveries.seconds_until_due(lane.name)
            if seconds is None or seconds > 0:
                return LONGEST_SLEEP_SECONDS if seconds is None else max(seconds, SHORTEST_SLEEP_SECONDS)
            with self._claiming:
                claimed = self._deliveries.claim(lane.name, room)
                with self._lock:
                    lane.begun([each.as_leased for each in claimed], now)
        except StoreUnavailable as error:
            log.warning("deliveries_wait_for_database", reason=str(error))
            return PAUSE_SECONDS
        for delivery in claimed:
            lane.pool.submit(self._deliver, lane, delivery)
        if claimed:
            return 0.0 if len(claimed) == room else LONGEST_SLEEP_SECONDS
        # What is due and cannot be claimed is another worker's, or waits for its lead's earlier revision.
        return PAUSE_SECONDS

    def _is_busy(self, lane: Lane) -> bool:
        """Tell whether something is on its way, or due and waiting for nothing but the target's rate."""
        if lane.flying:
            return True
        return lane.is_paced(time.monotonic()) and self._deliveries.seconds_until_due(lane.name) == 0.0

    def _deliver(self, lane: Lane, delivery: LeadDelivery) -> None:
        try:
            begun = time.monotonic()
            deliver = partial(lane.deliver, delivery.as_leased)
            attempt = self._deliveries.attempt(delivery, deliver, lane.config.patience)
            has_recovered = self._learn(lane, attempt, time.monotonic() - begun)
            self._settle(lane, attempt)
            if has_recovered:
                self._patiently(lambda: self._deliveries.hasten(lane.name))
        except StoreUnavailable as error:
            # The lease is given back and the delivery comes again.
            log.warning("delivery_not_settled", lead=delivery.lead_id, target=lane.name, reason=str(error))
        except Exception as error:
            log.error("delivery_broke", lead=delivery.lead_id, target=lane.name, error=type(error).__name__)
        finally:
            with self._lock:
                lane.landed(delivery.as_leased)
            self._wake.set()

    def _learn(self, lane: Lane, attempt: Attempt, seconds: float) -> bool:
        """Let the breaker and the metrics know what the target answered; tell whether it is well again."""
        failure, now = attempt.failure, time.monotonic()
        self._meter.tried(lane.name, failure.trouble.value if failure else "delivered", seconds)
        with self._lock:
            if failure is not None and failure.trouble.is_of_target:
                lane.breaker.failed(now, attempt.delivery.lead_id, failure.retry_after)
                return False
            recovered = lane.breaker.succeeded()
            rests = lane.breaker.asks_for_rest(now)
        if recovered:
            log.warning("target_answers_again", target=lane.name)
        return recovered and not rests

    def _settle(self, lane: Lane, attempt: Attempt) -> None:
        done = attempt.delivery
        facts = {"lead": done.lead_id, "target": lane.name, "revision": done.revision, "attempt": done.attempts}
        if not self._patiently(lambda: self._deliveries.settle(attempt)):
            log.warning("lease_lost", **facts)
            if not attempt.failure and self._patiently(lambda: self._deliveries.repeat_newer(done)):
                log.warning("newer_revision_repeated", **facts)
            return
        trouble = attempt.failure.trouble.value if attempt.failure else ""
        if done.status is DeliveryStatus.DELIVERED and done.settled_at:
            self._counts["delivered"] += 1
            self._meter.delivered(lane.name, (done.settled_at - done.created_at).total_seconds())
            log.info("lead_delivered", **facts)
        elif done.status is DeliveryStatus.DEAD:
            self._counts["dead"] += 1
            log.error("dead_letter", trouble=trouble, **facts)
        else:
            self._counts["put off"] += 1
            log.warning("lead_put_off", trouble=trouble, **facts)

    # --- housekeeping

    def _take_over(self) -> None:
        """Free what the dead hold, and we for nothing; owe what was made while nobody was owed anything."""
        leases, own = self._deliveries.leases(), self._deliveries.worker
        gone = set(self._presence.gone(list({lease.worker for lease in leases}), own))
        over = [lease for lease in leases if lease.worker in gone] + self._untouched(leases)
        if over:
            count = self._deliveries.end_leases(over)
            log.warning("leases_released", count=count)
            self._wake.set()
        if any(lease.worker == own for lease in leases):
            self._give_back()
        names = [lane.name for lane in self._lanes]
        if names and self._deliveries.catch_up(names):
            self._wake.set()
        if count := self._deliveries.set_orphans_aside(names):
            log.error("leads_for_unknown_targets", count=count)

    def _untouched(self, leases: Sequence[Lease]) -> list[Lease]:
        """Give others' leases that have stood for longer than any live worker keeps one, whatever its clock says."""
        now = time.monotonic()
        theirs = [lease for lease in leases if lease.worker != self._deliveries.worker]
        self._seen = {lease: self._seen.get(lease, now) for lease in theirs}
        return [lease for lease, seen in self._seen.items() if now - seen > SILENCE.total_seconds()]

    def _give_back(self) -> None:
        """End our leases of what is not on its way: claimed without our hearing of it, not settled, or given up."""
        with self._claiming:
            with self._lock:
                held = {this for lane in self._lanes for this in lane.held(time.monotonic())}
            mine = [lease for lease in self._deliveries.leases() if lease.worker == self._deliveries.worker]
            count = self._deliveries.end_leases(set(mine) - held)
        if count:
            log.warning("leases_given_back", count=count)
            self._wake.set()

    def _keep_house(self) -> None:
        while not self._stopping.wait(HOUSEKEEPING_SECONDS):
            try:
                self._take_over()
                if self._deliveries.mend_clock([lane.name for lane in self._lanes]):
                    self._wake.set()
            except StoreUnavailable as error:
                log.warning("housekeeping_waits_for_database", reason=str(error))
            except Exception as error:
                log.error("housekeeping_failed", error=type(error).__name__)

    def _keep_watch(self) -> None:
        while not self._stopping.wait(HOUSEKEEPING_SECONDS):
            try:
                self._look_for_reasons()
            except StoreUnavailable as error:
                log.warning("alerts_wait_for_database", reason=str(error))
            except Exception as error:
                log.error("watch_failed", error=type(error).__name__)

    def _look_for_reasons(self) -> None:
        """Tell somebody when the targets are not well, by e-mail and in the metrics."""
        down = {lane.name: lane.breaker.down_seconds(time.monotonic()) for lane in self._lanes}
        self._meter.alerts(self._alerts.look(down), down)
        try:
            self._alerts.tell()
        except DeliveryFailed as failure:
            log.error("alert_not_sent", trouble=failure.trouble.value)

    def _patiently(self, call: Callable[[], object]) -> object:
        """Make a call again while the database is away, until the leases would have ended."""
        deadline = time.monotonic() + LEASE.total_seconds()
        while True:
            try:
                return call()
            except StoreUnavailable:
                if time.monotonic() > deadline or self._stopping.is_set():
                    raise
                time.sleep(PAUSE_SECONDS)

    def _close(self) -> None:
        self._stopping.set()
        for lane in self._lanes:
            lane.pool.shutdown(wait=True)
            lane.target.close()
        self._presence.leave()
