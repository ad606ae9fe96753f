"""Leads as files on a real SFTP server."""

from __future__ import annotations

import asyncio
import csv
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from pydantic import ValidationError

from customer_profiler.adapters.crm import sftp
from customer_profiler.adapters.crm.csv_file import Config, CsvTarget
from customer_profiler.core.delivery import DeliveryFailed, Trouble
from tests.unit.crm.samples import a_message
from tests.unit.crm.web import Web, endless, silence

USER, PASSWORD = "leads", "hush-hush"
LEAD = "L-7KQ2M-X94TB"
MAPPING = {"Reference": "lead_id", "No.": "revision", "Name": "name"}


class _Users(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)


@dataclass(frozen=True)
class Server:
    """An SFTP server that shows ``root`` as its whole file system, and the keys of both sides."""

    port: int
    root: Path
    host_key: str
    key_file: Path

    @property
    def names(self) -> list[str]:
        return sorted(path.name for path in (self.root / "in").iterdir())

    def config(self, **changes: Any) -> dict[str, Any]:
        given = {"host": "127.0.0.1", "port": self.port, "user": USER, "password": PASSWORD, "folder": "in"}
        return {
            key: value for key, value in {**given, "host_key": self.host_key, **changes}.items() if value is not None
        }

    def target(self, **changes: Any) -> CsvTarget:
        return CsvTarget(Config(type="csv", mapping=MAPPING, sftp=self.config(**changes)))


def public(key: asyncssh.SSHKey) -> str:
    return key.export_public_key("openssh").decode().strip()


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    running = asyncio.new_event_loop()
    thread = threading.Thread(target=running.run_forever, daemon=True)
    thread.start()
    yield running
    running.call_soon_threadsafe(running.stop)
    thread.join()
    running.close()


@pytest.fixture(scope="module")
def keys() -> tuple[asyncssh.SSHKey, asyncssh.SSHKey]:
    """The server's and ours."""
    return asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")


@pytest.fixture
def server(
    tmp_path: Path, loop: asyncio.AbstractEventLoop, keys: tuple[asyncssh.SSHKey, asyncssh.SSHKey]
) -> Iterator[Server]:
    theirs, ours = keys
    (tmp_path / "root" / "in").mkdir(parents=True)
    ours.write_private_key(tmp_path / "key")
    (tmp_path / "authorized").write_text(public(ours))

    async def listen() -> asyncssh.SSHAcceptor:
        # Another key comes first: whoever takes the first one offered would not find the one that is known.
        host_keys = [asyncssh.generate_private_key("ecdsa-sha2-nistp256"), theirs]
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=_Users,
            server_host_keys=host_keys,
            authorized_client_keys=str(tmp_path / "authorized"),
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(tmp_path / "root")),
        )

    listening = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
    yield Server(listening.get_port(), tmp_path / "root", public(theirs), tmp_path / "key")

    async def close() -> None:
        listening.close()
        await listening.wait_closed()

    asyncio.run_coroutine_threadsafe(close(), loop).result(10)


def failing(target: CsvTarget) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as failed:
        target.deliver(a_message(LEAD))
    assert PASSWORD not in f"{failed.value!r}"
    return failed.value


# --- files


def test_every_revision_is_a_file_in_the_folder(server: Server) -> None:
    server.target().deliver(a_message(LEAD, name="Zoë"))
    server.target().deliver(a_message(LEAD, revision=2))

    assert server.names == [f"lead-{LEAD}-1.csv", f"lead-{LEAD}-2.csv"]
    with (server.root / "in" / f"lead-{LEAD}-1.csv").open(encoding="utf-8", newline="") as text:
        assert list(csv.DictReader(text)) == [{"Reference": LEAD, "No.": "1", "Name": "Zoë"}]


def test_the_same_again_replaces_the_file(server: Server) -> None:
    server.target().deliver(a_message(LEAD))
    server.target().deliver(a_message(LEAD, attempt=2))

    assert server.names == [f"lead-{LEAD}-1.csv"]


def test_a_server_that_renames_to_free_names_only_will_do(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(self: object, old: bytes, new: bytes) -> None:
        raise asyncssh.SFTPOpUnsupported("no such extension")

    monkeypatch.setattr(asyncssh.SFTPServer, "posix_rename", unknown)
    server.target().deliver(a_message(LEAD))
    server.target().deliver(a_message(LEAD, attempt=2))

    assert server.names == [f"lead-{LEAD}-1.csv"]


def test_what_a_killed_writer_left_unfinished_is_removed(server: Server) -> None:
    (server.root / "in" / f".lead-{LEAD}-1.csv.1.part").write_bytes(b"half")

    server.target().deliver(a_message(LEAD, attempt=2))

    assert server.names == [f"lead-{LEAD}-1.csv"]


# --- who is there


def test_a_key_of_ours_opens_the_server(server: Server) -> None:
    server.target(password=None, key_file=server.key_file).deliver(a_message(LEAD))

    assert len(server.names) == 1


def test_a_wrong_password_needs_a_person(server: Server) -> None:
    assert failing(server.target(password="wrong")).trouble is Trouble.UNAUTHORIZED


@pytest.mark.parametrize("content", [None, "no key"])
def test_a_key_file_that_is_none_needs_a_person(server: Server, tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "other"
    if content is not None:
        file.write_text(content)

    assert failing(server.target(password=None, key_file=file)).trouble is Trouble.MISCONFIGURED


def test_a_server_with_another_key_gets_no_password(server: Server) -> None:
    other = public(asyncssh.generate_private_key("ssh-ed25519"))

    failed = failing(server.target(host_key=other))

    assert (failed.trouble, server.names) == (Trouble.TLS, [])
    assert "another key" in failed.detail


def test_a_folder_that_is_not_there_needs_a_person(server: Server) -> None:
    failed = failing(server.target(folder="nowhere"))

    assert (failed.trouble, failed.detail) == (Trouble.MISSING, "there is no folder nowhere")


def test_nobody_at_the_port_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    key = public(asyncssh.generate_private_key("ssh-ed25519"))

    assert failing(Server(port, Path(), key, Path()).target()).trouble is Trouble.UNREACHABLE


@pytest.mark.parametrize("reply", [silence, endless(b"x", pause=0.02)], ids=["silence", "drip"])
def test_a_server_that_never_comes_to_the_point_is_given_up(monkeypatch: pytest.MonkeyPatch, reply: Any) -> None:
    monkeypatch.setattr(sftp, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(sftp, "EXCHANGE_SECONDS", 1.0)
    key = public(asyncssh.generate_private_key("ssh-ed25519"))
    begun = time.monotonic()
    with Web(at_once=True) as web:
        web.gives(reply)
        failed = failing(Server(web.port, Path(), key, Path()).target())

    assert failed.trouble in (Trouble.TIMEOUT, Trouble.NOT_UNDERSTOOD)
    assert time.monotonic() - begun < 5


# --- the check and the configuration


def test_the_check_logs_in_and_leaves_nothing_behind(server: Server) -> None:
    findings = list(server.target().check())

    assert [(finding.step, finding.is_well) for finding in findings] == [
        ("log-in at 127.0.0.1 as leads", True),
        ("folder in", True),
    ]
    assert server.names == []


@pytest.mark.parametrize(
    ("changes", "step"),
    [({"password": "wrong"}, "log-in at 127.0.0.1 as leads"), ({"folder": "nowhere"}, "folder nowhere")],
)
def test_the_check_tells_which_step_fails(server: Server, changes: dict[str, Any], step: str) -> None:
    *_, finding = server.target(**changes).check()

    assert (finding.step, finding.is_well) == (step, False)


@pytest.mark.parametrize(
    "changes",
    [{"host_key": None}, {"host_key": ""}, {"host_key": "AAAA"}, {"host_key": "ssh-ed25519 AAAA"},
     {"host_key": "ssh-ed25519 %%%"}, {"host_key": "ssh-magic AAAAC3Nz"}, {"password": None}, {"key_file": Path("key")},
     {"port": 0}],
)  # fmt: skip
def test_a_server_is_known_beforehand_and_there_is_one_way_in(changes: dict[str, Any]) -> None:
    key = public(asyncssh.generate_private_key("ssh-ed25519"))

    with pytest.raises(ValidationError):
        Server(22, Path(), key, Path()).target(**changes)
