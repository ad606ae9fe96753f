"""A real mail server (aiosmtpd) that refuses what it is told to refuse."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

USER, PASSWORD = "bot@example.com", "hush-hush"


@dataclass
class Post:
    """``with Post() as post`` listens at ``post.port``; ``replies`` maps MAIL, RCPT, DATA or an address to a reply."""

    context: ssl.SSLContext | None = None
    is_tls_from_the_start: bool = False
    asks_who: bool = False
    replies: dict[str, str] = field(default_factory=dict)
    envelopes: list[Envelope] = field(default_factory=list)

    def __enter__(self) -> Post:
        options: dict[str, Any] = {"tls_context": None if self.is_tls_from_the_start else self.context}
        if self.asks_who:
            options |= {"authenticator": self._authenticate, "auth_required": True, "auth_require_tls": False}
        wrapped = self.context if self.is_tls_from_the_start else None
        self._controller = _Controller(self, ssl_context=wrapped, **options)
        self._controller.start()
        self.port = self._controller.port
        return self

    def __exit__(self, *exception: object) -> None:
        self._controller.stop()

    @property
    def mails(self) -> list[EmailMessage]:
        """What was taken."""
        return [message_from_bytes(bytes(each.content), policy=policy.default) for each in self.envelopes]

    async def handle_MAIL(self, server: Any, session: Any, mail: Envelope, address: str, *_: Any) -> str:  # noqa: N802
        if "MAIL" in self.replies:
            return self.replies["MAIL"]
        mail.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, mail: Envelope, address: str, *_: Any) -> str:  # noqa: N802
        reply = self.replies.get(address, self.replies.get("RCPT"))
        if reply:
            return reply
        mail.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, mail: Envelope) -> str:  # noqa: N802
        if "DATA" in self.replies:
            return self.replies["DATA"]
        self.envelopes.append(mail)
        return "250 OK"

    def _authenticate(self, server: Any, session: Any, mail: Envelope, mechanism: str, data: Any) -> AuthResult:
        if "AUTH" in self.replies:
            return AuthResult(success=False, handled=False, message=self.replies["AUTH"])
        is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_right, handled=False)


class _Controller(Controller):
    """Listens on a socket that is bound already: its own takes a port only that is known beforehand."""

    def __init__(self, handler: object, **options: Any) -> None:
        self._bound = socket.create_server(("127.0.0.1", 0))
        super().__init__(handler, "127.0.0.1", self._bound.getsockname()[1], **options)

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._bound, ssl=self.ssl_context)
