"""E-mails handed to a mail server (RFC 5321), with every refusal a ``DeliveryFailed``."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from enum import Enum
from functools import partial
from pathlib import Path

import structlog
from pydantic import Field, SecretStr, root_validator

from customer_profiler.adapters.crm.deadline import cut_after
from customer_profiler.adapters.crm.findings import failed, tried, well
from customer_profiler.adapters.crm.target import Keys
from customer_profiler.core.delivery import DeliveryFailed, Finding, Trouble

log = structlog.get_logger()

ANSWER_SECONDS = 15.0
"""How long the mail server may take over each answer. RFC 5321, section 4.5.3.2, has minutes; a lead can come again."""

EXCHANGE_SECONDS = 60.0
"""How long handing over one e-mail may take in all."""


class Security(str, Enum):
    """How the way to the mail server is guarded."""

    NONE = "none"
    STARTTLS = "starttls"
    """Plain at first, encrypted before anything is said: port 587."""
    TLS = "tls"
    """Encrypted from the first byte: port 465."""


_PORTS = {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}


class SmtpConfig(Keys):
    """The part ``smtp``: a mail server. ``port`` follows from ``security``; ``ca_file`` is one more to trust."""

    host: str
    port: int = Field(0, ge=0, le=65535)
    user: str = ""
    password: SecretStr | None = None
    security: Security = Security.STARTTLS
    ca_file: Path | None = None

    @root_validator(skip_on_failure=True)
    def _has_both(cls, values: dict[str, object]) -> dict[str, object]:
        if bool(values["user"]) != (values["password"] is not None):
            raise ValueError(
                "“smtp” has “user” or “password” alone; give both, or none for a server that asks for none"
            )
        return values

    @property
    def plain_host(self) -> str:
        """The host that the password goes to without encryption, empty when there is none."""
        return self.host if self.security is Security.NONE else ""


def port_of(config: SmtpConfig) -> int:
    """Give the port given, or the usual one of the security."""
    return config.port or _PORTS[config.security]


class Mailer:
    """Hands e-mails to one server, each over a connection of its own; threads may share it."""

    def __init__(self, config: SmtpConfig) -> None:
        self._config = config

    def send(self, message: EmailMessage) -> None:
        """Hand over an e-mail for all of its ``To``, ``Cc`` and ``Bcc``; raise ``DeliveryFailed`` when nobody gets it.

        Should the connection break after the e-mail and before the server's answer, the server may have it: whether a
        second one with the same Message-ID is shown is up to the mail programs.
        """
        with _as_failures(), self._session() as session:
            refused = session.send_message(message)
        if refused:
            # Those who did get it would get it twice if it were tried again.
            log.warning("mail_refused_for_some", codes=sorted({code for code, _ in refused.values()}))

    def rehearse(self, sender: str, recipients: Iterable[str]) -> Iterator[Finding]:
        """Say everything to the server but the e-mail itself, step by step."""
        step = f"connection to {self._config.host} ({self._config.security.value})"
        try:
            with _as_failures(), self._session() as session:
                yield well(step)
                step = "log-in" if self._config.user else "greeting"
                yield well(step, f"as {self._config.user}" if self._config.user else "no user is given")
                step = f"MAIL FROM {parseaddr(sender)[1]}"
                yield well(step, _accepted(session.mail(parseaddr(sender)[1])))
                for address in (parseaddr(recipient)[1] for recipient in recipients):
                    # One that is refused does not keep the others from being tried.
                    yield tried(f"RCPT TO {address}", partial(_asked, session, address))
                session.rset()
        except DeliveryFailed as failure:
            yield failed(step if failure.trouble is not Trouble.UNAUTHORIZED else "log-in", failure)

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """Open a session, encrypted and logged in as configured."""
        config, session = self._config, self._client()
        # `connect` leaves it empty, which certificates are compared with; to connect on construction cannot be cut.
        session._host = config.host  # type: ignore[attr-defined]
        with cut_after(EXCHANGE_SECONDS, lambda: session.sock):
            try:
                session.connect(config.host, port_of(config))
                session.ehlo_or_helo_if_needed()
                if config.security is Security.STARTTLS:
                    session.starttls(context=self._context())
                    session.ehlo()
                if config.password is not None:
                    session.login(config.user, config.password.get_secret_value())
                yield session
                with suppress(smtplib.SMTPException, OSError):
                    session.quit()
            finally:
                session.close()

    def _client(self) -> smtplib.SMTP:
        name = socket.gethostname()
        # Its default asks the name server who we are, which takes seconds where there is none.
        own = name if "." in name else "[127.0.0.1]"
        if self._config.security is not Security.TLS:
            return smtplib.SMTP(timeout=ANSWER_SECONDS, local_hostname=own)
        return smtplib.SMTP_SSL(timeout=ANSWER_SECONDS, local_hostname=own, context=self._context())

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._config.ca_file:
            try:
                context.load_verify_locations(self._config.ca_file)
            except OSError:
                raise DeliveryFailed(Trouble.MISCONFIGURED, "“ca_file” cannot be read") from None
        return context


def mailbox(text: str) -> str:
    """Give a mailbox, ``sales@example.com`` or ``Sales <sales@example.com>``; raise ``ValueError("what; mend")``."""
    found = getaddresses([text])
    name, address = parseaddr(text)
    try:
        if len(found) != 1 or not text.isprintable() or not address.isascii():
            raise ValueError
        parsed = Address(addr_spec=address)
        if not parsed.username or not parsed.domain:
            raise ValueError
    except (ValueError, HeaderParseError, IndexError):
        raise ValueError(
            "is no e-mail address; write one such as sales@example.com or Sales <sales@example.com>"
        ) from None
    return str(Address(name, addr_spec=address)) if name else address


def entries(value: object) -> object:
    """Give a list of mailboxes where one alone is written."""
    return [value] if isinstance(value, str) else value


def domain_of(text: str) -> str:
    """Give the domain of a mailbox."""
    return parseaddr(text)[1].rpartition("@")[2]


def _asked(session: smtplib.SMTP, address: str) -> str:
    with _as_failures():
        return _accepted(session.rcpt(address))


def _accepted(reply: tuple[int, bytes]) -> str:
    code, said = reply
    if code >= 300:
        raise smtplib.SMTPResponseException(code, said)
    return str(code)


@contextmanager
def _as_failures() -> Iterator[None]:
    """Turn what an exchange can raise into ``DeliveryFailed``."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        # One refusal that passes may let the e-mail through for all on the next try.
        code, said = min(error.recipients.values(), key=lambda refusal: refusal[0])
        raise _refusal(code, said) from None
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error) from None
    except smtplib.SMTPNotSupportedError as error:
        raise DeliveryFailed(Trouble.MISCONFIGURED, f"the server cannot do what is asked: {error}") from None
    except (smtplib.SMTPServerDisconnected, ConnectionResetError, BrokenPipeError) as error:
        if isinstance(error.__context__, TimeoutError):
            raise DeliveryFailed(Trouble.TIMEOUT, _LATE) from None
        raise DeliveryFailed(Trouble.NOT_UNDERSTOOD, "the server broke off") from None
    except smtplib.SMTPException as error:
        # Among them that no way to log in is known to both, whose words name the ways only.
        raise DeliveryFailed(Trouble.MISCONFIGURED, f"{type(error).__name__}: {error}") from None
    except ssl.SSLError as error:
        raise DeliveryFailed(Trouble.TLS, str(error.reason or error)) from None
    except TimeoutError:
        raise DeliveryFailed(Trouble.TIMEOUT, _LATE) from None
    except OSError as error:
        raise DeliveryFailed(Trouble.UNREACHABLE, f"{type(error).__name__}: {error.strerror}") from None


_LATE = "the mail server took too long to answer"


def _refusal(code: int, said: bytes | str) -> DeliveryFailed:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return DeliveryFailed(_meaning(code, text), f"{code} {text}")


def _meaning(code: int, text: str) -> Trouble:
    """Give what a reply means (RFC 5321, section 4.2; RFC 4954, section 6; the class after it: RFC 3463)."""
    if code in (530, 534, 535, 538):
        return Trouble.UNAUTHORIZED
    if code in (421, 450, 451, 452, 454) or 400 <= code < 500:
        return Trouble.BUSY if code in (421, 450, 452) else Trouble.SERVER_ERROR
    if code in (550, 551, 553):
        # x.7.x is about policy: who may send what, not about the address.
        return Trouble.REFUSED if text.startswith("5.7.") else Trouble.INVALID_VALUE
    if code == 552:
        return Trouble.TOO_LARGE
    # smtplib has -1 for an answer that is none.
    return Trouble.REFUSED if 500 <= code < 600 else Trouble.NOT_UNDERSTOOD
