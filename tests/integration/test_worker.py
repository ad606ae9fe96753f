"""Workers deliver what is owed, at once, in order and whatever happens to them, on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import pytest
import requests
from sqlalchemy import text
from sqlalchemy.engine import Engine

from customer_profiler import worker as worker_module
from customer_profiler.adapters import meter
from customer_profiler.adapters.crm.target import TargetConfig
from customer_profiler.adapters.db.engine import reading
from customer_profiler.adapters.db.presence import presence
from customer_profiler.adapters.db.unit_of_work import SqlUnitOfWork
from customer_profiler.core.delivery import DeliveryFailed, Finding, LeadMessage, Queue, Receipt, Trouble
from customer_profiler.core.errors import WorkerRunning
from customer_profiler.core.lead import Lead
from customer_profiler.services.alerts import Alerts
from customer_profiler.services.deliveries import LeadDeliveries
from customer_profiler.services.ports import Presence
from customer_profiler.worker import Worker
from tests.e2e.conftest import free_ports
from tests.integration.conftest import begun
from tests.integration.test_deliveries import a_lead, changed, look, stored


class Crm:
    """A target in memory that fails as told: ``failures`` are raised first, one a call."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.taken: list[LeadMessage] = []
        self.calls: list[float] = []
        self.gate = threading.Event()
        self.gate.set()
        self._lock = threading.Lock()

    def deliver(self, message: LeadMessage) -> Receipt:
        with self._lock:
            self.calls.append(time.monotonic())
            failure = self.failures.pop(0) if self.failures else None
        self.gate.wait(10)
        if failure is not None:
            raise failure
        self.taken.append(message)
        return Receipt(f"theirs-{message.lead_id}")

    def check(self) -> Iterator[Finding]:
        yield from ()

    def close(self) -> None:
        pass

    @property
    def ids(self) -> list[str]:
        return [message.lead_id for message in self.taken]


class Records(Crm):
    """A target that keeps of each lead what came last; the first call ends late."""

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[str, int] = {}

    def deliver(self, message: LeadMessage) -> Receipt:
        with self._lock:
            self.calls.append(time.monotonic())
            is_first = len(self.calls) == 1
        if is_first:
            self.gate.wait(10)
        self.held[message.lead_id] = message.revision
        return Receipt(message.lead_id)


class Unseen:
    """A presence that tells nothing of other workers: their machines are cut off."""

    def arrive(self, worker: str, on_change: Callable[[], None]) -> None:
        pass

    def gone(self, workers: Sequence[str], own: str) -> Sequence[str]:
        return []

    def leave(self) -> None:
        pass


def now() -> datetime:
    return datetime.now(timezone.utc)


def a_worker(
    engine: Engine,
    crm: Crm,
    counted: meter.Meter | None = None,
    clock: Callable[[], datetime] = now,
    id: str = "",
    known: Presence | None = None,
    send: Callable[[str, str], None] | None = None,
    **settings: object,
) -> Worker:
    config = TargetConfig(type="rest", **settings)
    alerts = Alerts(
        lambda: SqlUnitOfWork(engine), lambda: SqlUnitOfWork(reading(engine)), clock, {}, send, timedelta(days=1)
    )
    deliveries = LeadDeliveries(
        id or uuid4().hex, lambda: SqlUnitOfWork(engine), lambda: SqlUnitOfWork(reading(engine)), clock, lambda: 0.0
    )
    counted = counted or meter.Meter(lambda: [], now)
    return Worker(deliveries, {"crm": (crm, config)}, known or presence(engine), counted, alerts)


@contextmanager
def running(engine: Engine, crm: Crm, **settings: Any) -> Iterator[Worker]:
    worker = a_worker(engine, crm, **settings)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        crm.gate.set()
        thread.join(20)
        assert not thread.is_alive()


def eventually(happens: Callable[[], object], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def patient(url: str, connect: Callable[..., Engine]) -> Engine:
    """An engine that waits for other writers as the product's own does."""
    return connect(url)


def test_a_lead_made_while_the_worker_sleeps_is_delivered_at_once(patient: Engine) -> None:
    crm = Crm()
    with running(patient, crm):
        time.sleep(0.5)
        lead = a_lead(patient, at=now())
        eventually(lambda: crm.ids == [lead.id])
        eventually(lambda: stored(patient, lead).status == "delivered")


def test_once_delivers_what_is_due_and_ends(patient: Engine) -> None:
    crm, lead = Crm(), a_lead(patient)

    assert a_worker(patient, crm).run_once() == {"delivered": 1}
    assert crm.ids == [lead.id]
    assert a_worker(patient, crm).run_once() == {}


def test_a_passing_trouble_is_tried_again_by_itself(patient: Engine) -> None:
    crm = Crm(DeliveryFailed(Trouble.BUSY), DeliveryFailed(Trouble.TIMEOUT))
    with running(patient, crm):
        lead = a_lead(patient, at=now())
        eventually(lambda: crm.ids == [lead.id])
    assert [message.attempt for message in crm.taken] == [3]


def test_what_a_target_asks_to_wait_is_waited(patient: Engine) -> None:
    crm = Crm(DeliveryFailed(Trouble.BUSY, retry_after=1.0))
    with running(patient, crm):
        a_lead(patient, at=now())
        eventually(lambda: crm.taken)
    assert crm.calls[1] - crm.calls[0] >= 1.0


def test_a_permanent_trouble_is_not_tried_again(patient: Engine) -> None:
    crm = Crm(DeliveryFailed(Trouble.INVALID_VALUE, "no such e-mail"))
    lead = a_lead(patient)

    assert a_worker(patient, crm).run_once() == {"dead": 1}
    assert stored(patient, lead).last_error == "crm: invalid_value"


def test_a_defect_of_an_adapter_costs_no_lead_and_shows_no_customers_words(patient: Engine) -> None:
    crm = Crm(ValueError("ana@example.com"))
    lead = a_lead(patient)
    a_worker(patient, crm).run_once()

    [delivery] = look(patient, lambda unit: unit.deliveries.of_lead(lead.id))
    assert stored(patient, lead).last_error == "crm: fault"
    assert delivery.detail.startswith("ValueError in ")
    assert "ana@example.com" not in delivery.detail


def test_revisions_arrive_in_order_although_several_threads_deliver(patient: Engine) -> None:
    crm = Crm(DeliveryFailed(Trouble.BUSY))
    lead = a_lead(patient, at=now())
    for number in range(4):
        lead = changed(patient, lead, at=now(), note=number)
    with running(patient, crm, concurrency=8):
        eventually(lambda: len(crm.taken) == 5)

    assert [message.revision for message in crm.taken] == [1, 2, 3, 4, 5]
    assert crm.taken[-1].remote_id == f"theirs-{lead.id}"


def test_a_target_is_asked_no_faster_than_its_rate(patient: Engine) -> None:
    crm = Crm()
    for place in range(3):
        a_lead(patient, f"L-{place}", at=now())
    with running(patient, crm, rate=2):
        eventually(lambda: len(crm.taken) == 3)

    pauses = [later - earlier for earlier, later in zip(crm.calls, crm.calls[1:], strict=False)]
    assert min(pauses) >= 0.4


def test_a_slow_target_is_asked_at_its_rate_while_it_still_works(patient: Engine) -> None:
    crm = Crm()
    crm.gate.clear()
    for place in range(3):
        a_lead(patient, f"L-{place}", at=now())
    with running(patient, crm, rate=20, concurrency=4):
        eventually(lambda: len(crm.calls) == 3, seconds=worker_module.LONGEST_SLEEP_SECONDS / 2)


def test_what_is_due_is_delivered_at_the_targets_rate_before_a_single_round_ends(patient: Engine) -> None:
    crm = Crm()
    for place in range(3):
        a_lead(patient, f"L-{place}", at=now())

    assert a_worker(patient, crm, rate=10).run_once() == {"delivered": 3}


def test_no_more_calls_are_open_than_allowed(patient: Engine) -> None:
    crm = Crm()
    crm.gate.clear()
    for place in range(6):
        a_lead(patient, f"L-{place}", at=now())
    with running(patient, crm, concurrency=2):
        eventually(lambda: len(crm.calls) == 2)
        time.sleep(0.3)
        assert len(crm.calls) == 2
        crm.gate.set()
        eventually(lambda: len(crm.taken) == 6)


def test_a_target_that_is_down_is_spared_and_all_leads_go_when_it_is_well_again(patient: Engine) -> None:
    down = [DeliveryFailed(Trouble.UNREACHABLE) for _ in range(6)]
    crm = Crm(*down)
    for place in range(12):
        a_lead(patient, f"L-{place}", at=now())
    with running(patient, crm, concurrency=1):
        eventually(lambda: len(crm.taken) == 12, seconds=40)

    assert len(crm.calls) == 18


def test_what_a_dead_worker_held_is_delivered_by_the_next(patient: Engine) -> None:
    lead = a_lead(patient, at=now())
    with SqlUnitOfWork(patient) as unit:
        held = unit.deliveries.claim("crm", uuid4().hex, 1, now(), now().replace(year=2099))
        unit.commit()
    crm = Crm()

    assert a_worker(patient, crm).run_once() == {"delivered": 1}
    assert (crm.ids, [message.attempt for message in crm.taken]) == ([lead.id], [held[0].attempts + 1])


def test_workers_whose_clocks_differ_take_nothing_from_each_other(
    postgresql_database: str, connect: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "HOUSEKEEPING_SECONDS", 0.1)
    engine, crm = connect(postgresql_database), Crm()
    crm.gate.clear()
    a_lead(engine, at=now() - timedelta(days=2))
    late, early = (lambda: now() - timedelta(hours=6)), (lambda: now() + timedelta(hours=6))
    with running(engine, crm, clock=late), running(engine, crm), running(engine, crm, clock=early):
        eventually(lambda: crm.calls)
        time.sleep(1.5)
        assert len(crm.calls) == 1
        crm.gate.set()
        eventually(lambda: crm.taken)

    assert len(crm.calls) == 1


def test_a_worker_that_lost_its_connection_is_not_taken_for_dead(
    postgresql_database: str, connect: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "HOUSEKEEPING_SECONDS", 0.1)
    engine, crm = connect(postgresql_database), Crm()
    crm.gate.clear()
    a_lead(engine, at=now())
    listening = "query LIKE 'LISTEN%' AND datname = current_database()"
    cut = text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {listening}")
    with running(engine, crm), running(engine, crm):
        eventually(lambda: crm.calls)
        with engine.connect() as connection:
            assert len(connection.execute(cut).all()) >= 2
        time.sleep(2)
        crm.gate.set()
        eventually(lambda: crm.taken)

    assert len(crm.calls) == 1


def test_what_was_leased_without_the_worker_hearing_of_it_is_delivered(
    patient: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "HOUSEKEEPING_SECONDS", 0.1)
    crm, own, run = Crm(), uuid4().hex, begun(patient)
    with running(patient, crm, id=own):
        # As if the database had died between the commit of a claim and its answer.
        with SqlUnitOfWork(patient) as unit:
            unit.leads.add(Lead("L-1", run.id, run.profile_id, "hatch", now(), "I agree."), ("crm",))
            unit.deliveries.claim("crm", own, 1, now(), now() + timedelta(minutes=2))
            unit.commit()
        eventually(lambda: crm.ids == ["L-1"])


def test_a_try_that_does_not_end_is_given_up(patient: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "HOUSEKEEPING_SECONDS", 0.1)
    monkeypatch.setattr(worker_module, "LEASE", timedelta(seconds=0.5))
    crm = Crm()
    crm.gate.clear()
    a_lead(patient, at=now())
    with running(patient, crm):
        eventually(lambda: len(crm.calls) == 2)
        crm.gate.set()
        eventually(lambda: len(crm.taken) == 2)


def test_a_try_that_ends_late_leaves_no_older_revision_at_the_target(
    patient: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "HOUSEKEEPING_SECONDS", 0.1)
    monkeypatch.setattr(worker_module, "LEASE", timedelta(seconds=0.5))
    crm, lead = Records(), a_lead(patient, at=now())
    crm.gate.clear()
    with running(patient, crm):
        eventually(lambda: crm.held == {lead.id: 1})
        changed(patient, lead, at=now())
        eventually(lambda: crm.held == {lead.id: 2})
        # Now the first try of the first revision comes through.
        crm.gate.set()
        eventually(lambda: len(crm.calls) == 4)
        eventually(lambda: stored(patient, lead).status == "delivered")

    assert crm.held == {lead.id: 2}


def test_the_lease_of_a_worker_that_is_cut_off_ends(patient: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "HOUSEKEEPING_SECONDS", 0.1)
    monkeypatch.setattr(worker_module, "SILENCE", timedelta(seconds=0.5))
    crm, lead = Crm(), a_lead(patient, at=now())
    with SqlUnitOfWork(patient) as unit:
        unit.deliveries.claim("crm", uuid4().hex, 1, now(), now() + timedelta(days=1))
        unit.commit()
    with running(patient, crm, known=Unseen()):
        eventually(lambda: crm.ids == [lead.id])


def test_a_lead_for_a_target_that_is_not_known_any_more_is_a_dead_letter(patient: Engine) -> None:
    lead = a_lead(patient, targets=("gone",))
    a_worker(patient, Crm()).run_once()

    assert stored(patient, lead).last_error == "gone: misconfigured"


def test_leads_made_before_there_was_a_target_are_delivered(patient: Engine) -> None:
    crm, lead = Crm(), a_lead(patient, targets=())
    a_worker(patient, crm).run_once()

    assert crm.ids == [lead.id]


def test_stopping_finishes_what_is_on_its_way(patient: Engine) -> None:
    crm, lead = Crm(), a_lead(patient, at=now())
    crm.gate.clear()
    with running(patient, crm) as worker:
        eventually(lambda: crm.calls)
        worker.stop()

    assert stored(patient, lead).status == "delivered"


def test_on_sqlite_there_is_one_worker(sqlite_database: str, connect: Callable[..., Engine]) -> None:
    engine = connect(sqlite_database)
    with running(engine, Crm()):
        time.sleep(0.2)
        with pytest.raises(WorkerRunning, match="another worker"):
            a_worker(engine, Crm()).run_once()


def test_on_postgresql_workers_share_the_leads_and_double_none(
    postgresql_database: str, connect: Callable[..., Engine]
) -> None:
    engine, crm = connect(postgresql_database), Crm()
    ids = sorted(a_lead(engine, f"L-{place}", at=now()).id for place in range(60))
    with running(engine, crm), running(engine, crm), running(engine, crm):
        eventually(lambda: len(crm.taken) >= 60, seconds=30)
        eventually(lambda: look(engine, lambda unit: unit.deliveries.depths()) == [], seconds=30)

    assert sorted(crm.ids) == ids


def test_the_metrics_tell_of_dead_letters_although_the_mail_server_refuses(
    patient: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "HOUSEKEEPING_SECONDS", 0.1)

    def refuse(subject: str, text: str) -> None:
        raise DeliveryFailed(Trouble.UNREACHABLE)

    counted = meter.Meter(lambda: [], now)
    a_lead(patient, at=now())
    raised = {"kind": "dead_letters", "target": "crm"}
    with running(patient, Crm(DeliveryFailed(Trouble.INVALID_VALUE)), counted=counted, send=refuse):
        eventually(lambda: counted.registry.get_sample_value("profiler_alert", raised) == 1)


def test_metrics_and_health_stand_on_one_address(patient: Engine) -> None:
    crm = Crm(DeliveryFailed(Trouble.INVALID_VALUE))
    a_lead(patient, "L-1")
    a_lead(patient, "L-2")
    counted = meter.Meter(lambda: [Queue("crm", waiting=3, dead=1, oldest=now())], now)
    worker = a_worker(patient, crm, counted, concurrency=1)
    worker.run_once()
    [port] = free_ports(1)
    stop = meter.serve(counted, worker.health, "127.0.0.1", port)
    try:
        base = f"http://127.0.0.1:{port}"
        shown = requests.get(f"{base}/metrics", timeout=5).text
        health = requests.get(f"{base}/health", timeout=5)
    finally:
        stop()

    assert 'profiler_lead_attempts_total{result="delivered",target="crm"} 1.0' in shown
    assert 'profiler_lead_attempts_total{result="invalid_value",target="crm"} 1.0' in shown
    assert 'profiler_leads_waiting{target="crm"} 3.0' in shown
    assert 'profiler_leads_dead{target="crm"} 1.0' in shown
    assert (health.status_code, health.json()["status"]) == (200, "ok")
