"""Files put onto an SFTP server whose key is known beforehand."""

from __future__ import annotations

import base64
import contextlib
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paramiko
from paramiko.pkey import UnknownKeyType
from pydantic import Field, SecretStr, root_validator, validator

from customer_profiler.adapters.crm.deadline import cut_after
from customer_profiler.adapters.crm.findings import failed, well
from customer_profiler.adapters.crm.folder import draft
from customer_profiler.adapters.crm.target import Keys
from customer_profiler.core.delivery import DeliveryFailed, Finding, Trouble

CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 15.0
"""How long the server may take to accept a connection, and over each answer."""

EXCHANGE_SECONDS = 60.0
"""How long putting one file may take in all."""

# What goes wrong reaches us as an exception; its log would tell it a second time, with addresses.
logging.getLogger("paramiko").setLevel(logging.CRITICAL)


class SftpConfig(Keys):
    """The part ``sftp``. ``host_key`` is the server's own, a line such as ``ssh-ed25519 AAAA...``, as
    ``ssh-keyscan`` prints it after the name; ``key_file`` is our private key.
    """

    host: str
    port: int = Field(22, ge=1, le=65535)
    user: str
    password: SecretStr | None = None
    key_file: Path | None = None
    host_key: str
    folder: str = "."

    @validator("host_key")
    def _is_a_key(cls, text: str) -> str:
        try:
            _key(text)
        except (ValueError, paramiko.SSHException, UnknownKeyType):
            raise ValueError(
                "is no public key; write the line that “ssh-keyscan HOST” prints, without the name of the host, "
                "after comparing it with what the server's owner says"
            ) from None
        return text

    @root_validator(skip_on_failure=True)
    def _has_one_way_in(cls, values: dict[str, object]) -> dict[str, object]:
        if (values["password"] is None) == (values["key_file"] is None):
            raise ValueError("“sftp” needs “password” or “key_file”; give one of the two")
        return values


class Sftp:
    """One server; a connection for each file, which threads may make at the same time."""

    def __init__(self, config: SftpConfig) -> None:
        self._config = config

    def put(self, name: str, content: bytes, attempt: int) -> None:
        """Put a file so that nobody ever sees half of it; the same again replaces it. Raises ``DeliveryFailed``.

        ``attempt`` counts from 1: what earlier ones have left unfinished is removed.
        """
        with self._folder() as session:
            for earlier in range(1, attempt):
                with contextlib.suppress(OSError):
                    session.remove(draft(name, earlier))
            unfinished = draft(name, attempt)
            with session.open(unfinished, "wb") as file:
                file.write(content)
            _rename(session, unfinished, name)

    def check(self) -> Iterator[Finding]:
        """Log in, and put a file that is removed at once."""
        config, step = self._config, f"log-in at {self._config.host} as {self._config.user}"
        try:
            with self._folder() as session:
                yield well(step)
                step = f"folder {config.folder}"
                name = draft("profiler-check", 1)
                with session.open(name, "wb") as file:
                    file.write(b"?")
                session.remove(name)
                yield well(step, "can be written")
        except DeliveryFailed as failure:
            is_folder = failure.trouble in (Trouble.MISSING, Trouble.FORBIDDEN)
            yield failed(f"folder {config.folder}" if is_folder else step, failure)

    @contextmanager
    def _folder(self) -> Iterator[paramiko.SFTPClient]:
        """Open a session in the folder; raise ``DeliveryFailed`` for whatever goes wrong in the ``with``."""
        client = paramiko.SSHClient()
        key = _key(self._config.host_key)
        client.get_host_keys().add(_known_as(self._config), key.get_name(), key)
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        try:
            with _as_failures(self._config.folder), cut_after(EXCHANGE_SECONDS, lambda: _socket(client)):
                self._connect(client)
                with client.open_sftp() as session:
                    channel = session.get_channel()
                    assert channel is not None, "it is there as long as the session is open"
                    channel.settimeout(ANSWER_SECONDS)
                    session.chdir(self._config.folder)
                    yield session
        finally:
            client.close()

    def _connect(self, client: paramiko.SSHClient) -> None:
        config = self._config
        client.connect(
            config.host,
            config.port,
            config.user,
            password=config.password.get_secret_value() if config.password else None,
            pkey=_own_key(config.key_file) if config.key_file else None,
            timeout=CONNECT_SECONDS,
            banner_timeout=ANSWER_SECONDS,
            auth_timeout=ANSWER_SECONDS,
            channel_timeout=ANSWER_SECONDS,
            # Only what crm.yml names opens the server, not what happens to be on this machine.
            allow_agent=False,
            look_for_keys=False,
        )


def _rename(session: paramiko.SFTPClient, old: str, new: str) -> None:
    try:
        session.posix_rename(old, new)
    except OSError:
        # A server without OpenSSH's extension renames to names only that are free.
        with contextlib.suppress(OSError):
            session.remove(new)
        session.rename(old, new)


def _key(line: str) -> paramiko.PKey:
    kind, text, *_ = [*line.split(), "", ""]
    return paramiko.PKey.from_type_string(kind, base64.b64decode(text, validate=True))


def _known_as(config: SftpConfig) -> str:
    return config.host if config.port == 22 else f"[{config.host}]:{config.port}"


def _socket(client: paramiko.SSHClient) -> socket.socket | None:
    transport = client.get_transport()
    found = None if transport is None else transport.sock
    return found if isinstance(found, socket.socket) else None


def _own_key(path: Path) -> paramiko.PKey:
    try:
        return paramiko.PKey.from_path(path)
    except (OSError, ValueError, paramiko.SSHException, UnknownKeyType) as error:
        said = f"“key_file” cannot be read ({type(error).__name__})"
        raise DeliveryFailed(Trouble.MISCONFIGURED, said) from None


@contextmanager
def _as_failures(folder: str) -> Iterator[None]:
    try:
        yield
    except paramiko.BadHostKeyException:
        said = "the server shows another key than “host_key”: it is another server, or has a new key"
        raise DeliveryFailed(Trouble.TLS, said) from None
    except paramiko.AuthenticationException as error:
        raise DeliveryFailed(Trouble.UNAUTHORIZED, str(error)) from None
    except paramiko.ssh_exception.NoValidConnectionsError:
        raise DeliveryFailed(Trouble.UNREACHABLE, "nobody answers at the port") from None
    except TimeoutError:
        raise DeliveryFailed(Trouble.TIMEOUT, "the server took too long to answer") from None
    except (paramiko.SSHException, EOFError) as error:
        raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, f"{type(error).__name__}: {error}") from None
    except socket.gaierror as error:
        raise DeliveryFailed(Trouble.UNREACHABLE, f"{error.strerror}") from None
    except FileNotFoundError:
        raise DeliveryFailed(Trouble.MISSING, f"there is no folder {folder}") from None
    except PermissionError as error:
        raise DeliveryFailed(Trouble.FORBIDDEN, f"folder {folder}: {error.strerror}") from None
    except OSError as error:
        raise DeliveryFailed(Trouble.SERVER_ERROR, f"{type(error).__name__}: {error.strerror or error}") from None
