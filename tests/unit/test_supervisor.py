"""What `make run` does before and besides its processes."""

from __future__ import annotations

import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from customer_profiler.core.errors import SettingsError
from customer_profiler.settings import WORKER_PORT, Settings
from customer_profiler.supervisor import Process, check_port, processes, with_worker_port, write_endpoints


def settings(var: Path, **environment: str) -> Settings:
    return Settings.from_environment({"PROFILER_VAR": str(var), **environment})


def test_a_taken_port_is_refused_with_the_mend() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SettingsError, match="RASA_PORT"):
        check_port("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize("host", ["nohost.invalid", "203.0.113.7"])
def test_a_host_that_is_not_this_machines_is_named(host: str) -> None:
    with pytest.raises(SettingsError, match="PROFILER_HOST"):
        check_port(host, 5005)


def test_endpoints_name_our_action_server_and_keep_the_rest(tmp_path: Path) -> None:
    endpoints = YAML(typ="safe").load(write_endpoints(settings(tmp_path, ACTIONS_PORT="6001")).read_text("utf-8"))
    ours = YAML(typ="safe").load(Path("endpoints.yml").read_text("utf-8"))
    assert endpoints["action_endpoint"]["url"] == "http://127.0.0.1:6001/webhook"
    assert endpoints["tracker_store"] == ours["tracker_store"]


def test_servers_listen_where_the_host_says(tmp_path: Path) -> None:
    actions, rasa, _ = processes(settings(tmp_path, PROFILER_HOST="0.0.0.0"))
    assert actions.environment["SANIC_HOST"] == "0.0.0.0"
    assert "0.0.0.0" in rasa.command
    assert rasa.ready_url == "http://127.0.0.1:5005/"


def test_without_tokens_the_stand_in_runs_too_and_signs_as_the_connectors_expect(tmp_path: Path) -> None:
    standin = processes(settings(tmp_path))[0]

    assert standin.ready_url == "http://127.0.0.1:8080/health"
    assert standin.environment["META_APP_SECRET"] == (tmp_path / "meta_app_secret").read_text("utf-8")


def test_with_tokens_there_is_no_stand_in(tmp_path: Path) -> None:
    running = processes(settings(tmp_path, WHATSAPP_TOKEN="real"))
    assert [process.name for process in running] == ["action server", "Rasa server", "worker"]


def test_the_worker_takes_the_port_set_or_any_that_is_free(tmp_path: Path) -> None:
    assert with_worker_port(settings(tmp_path, WORKER_PORT="6002")).worker_port == 6002

    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            taken.bind(("127.0.0.1", WORKER_PORT))
        taken.listen()
        port = with_worker_port(settings(tmp_path)).worker_port
        assert port is not None and port != WORKER_PORT
        check_port("127.0.0.1", port)


def test_a_process_that_died_is_started_again() -> None:
    process = Process("sleeper", [sys.executable, "-c", "import time; time.sleep(60)"], {}, "", pause_seconds=0.01)
    process.start()
    assert process.child is not None
    first = process.child.pid
    process.child.kill()
    process.child.wait()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and (process.child is None or process.child.pid == first):
        process.watch()
    assert process.child is not None and process.child.pid != first
    process.stop()
    assert process.child.poll() is not None


def test_a_process_that_keeps_dying_is_started_more_and_more_rarely() -> None:
    process = Process("faulty", [sys.executable, "-c", "raise SystemExit(3)"], {}, "", pause_seconds=0.01)
    process.start()
    assert process.child is not None
    process.child.wait()
    process.watch()
    assert process.pause_seconds == 0.02
