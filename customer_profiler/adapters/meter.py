"""What Prometheus reads of a worker: its own attempts, and the queue as the database has it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, make_wsgi_app
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from customer_profiler.core.alert import KINDS
from customer_profiler.core.delivery import Queue
from customer_profiler.core.errors import StoreUnavailable

SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600, 86_400)
"""Bounds of the histograms: from what a CRM next door takes to a day of it being down."""


class Meter:
    """The metrics of one worker; ``read_queues`` reads the database at every scrape, ``now`` gives aware UTC."""

    def __init__(self, read_queues: Callable[[], Sequence[Queue]], now: Callable[[], datetime]) -> None:
        self.registry = CollectorRegistry()
        self._attempts = Counter(
            "profiler_lead_attempts", "Tries by result: delivered, or the trouble.", ["target", "result"],
            registry=self.registry,
        )  # fmt: skip
        self._attempt_seconds = Histogram(
            "profiler_lead_attempt_seconds", "How long a target took.", ["target"], buckets=SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self._delivery_seconds = Histogram(
            "profiler_lead_delivery_seconds", "From the customer's yes to the target's.", ["target"], buckets=SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self._down = Gauge(
            "profiler_target_down_seconds", "For how long a target has been down, 0 when it is well.", ["target"],
            registry=self.registry,
        )  # fmt: skip
        self._alerts = Gauge(
            "profiler_alert", "1 while there is reason for the alert.", ["kind", "target"], registry=self.registry
        )
        self._seen: set[str] = set()
        self.registry.register(_QueueCollector(read_queues, now))

    def tried(self, target: str, result: str, seconds: float) -> None:
        """Count a try that took so long."""
        self._attempts.labels(target, result).inc()
        self._attempt_seconds.labels(target).observe(seconds)

    def delivered(self, target: str, seconds: float) -> None:
        """Note how long after the customer's yes a lead arrived."""
        self._delivery_seconds.labels(target).observe(max(seconds, 0.0))

    def alerts(self, raised: Collection[tuple[str, str]], down: Mapping[str, float]) -> None:
        """Note the reasons for an alert, as (kind, target), and for how many seconds each target has been down."""
        for target, seconds in down.items():
            self._down.labels(target).set(seconds)
        # A target that crm.yml does not name any more can have dead letters; once told of, it is told that it is well.
        self._seen |= {*down, *(target for _, target in raised)}
        for target in self._seen:
            for kind in KINDS:
                self._alerts.labels(kind, target).set((kind, target) in raised)


class _QueueCollector(Collector):
    """Reads the queues when Prometheus asks; while the database is away they are left out."""

    def __init__(self, read_queues: Callable[[], Sequence[Queue]], now: Callable[[], datetime]) -> None:
        self._read_queues = read_queues
        self._now = now

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Name the metrics without reading."""
        yield from self._families()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Read the queues."""
        waiting, dead, age = self._families()
        try:
            queues = self._read_queues()
        except StoreUnavailable:
            return
        for queue in queues:
            seconds = (self._now() - queue.oldest).total_seconds() if queue.oldest else 0.0
            waiting.add_metric([queue.target], queue.waiting)
            dead.add_metric([queue.target], queue.dead)
            age.add_metric([queue.target], max(seconds, 0.0))
        yield from (waiting, dead, age)

    @staticmethod
    def _families() -> tuple[GaugeMetricFamily, GaugeMetricFamily, GaugeMetricFamily]:
        return (
            GaugeMetricFamily("profiler_leads_waiting", "Leads that wait for a target.", labels=["target"]),
            GaugeMetricFamily("profiler_leads_dead", "Dead letters of a target.", labels=["target"]),
            GaugeMetricFamily("profiler_oldest_lead_seconds", "Age of the oldest that waits.", labels=["target"]),
        )


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: a scrape every few seconds is no news."""


def serve(meter: Meter, health: Callable[[], dict[str, object]], host: str, port: int) -> Callable[[], None]:
    """Serve ``/metrics`` and ``/health`` in the background; give the call that stops it.

    ``health`` gives what is shown as JSON; its ``status`` other than ``ok`` answers 503. Raises ``OSError`` when the
    port cannot be had.
    """
    metrics = make_wsgi_app(meter.registry)

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == "/metrics":
            return metrics(environ, start_response)  # type: ignore[no-any-return]
        found = health() if environ.get("PATH_INFO") == "/health" else {"status": "not found"}
        status = {"ok": "200 OK", "not found": "404 Not Found"}.get(str(found["status"]), "503 Service Unavailable")
        start_response(status, [("Content-Type", "application/json")])
        return [json.dumps(found).encode()]

    server = make_server(host, port, app, _Server, _Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def stop() -> None:
        server.shutdown()
        server.server_close()

    return stop
