"""Who is told by e-mail when leads do not arrive."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from pydantic import Field, validator

from customer_profiler.adapters.crm.smtp import Mailer, SmtpConfig, domain_of, entries, mailbox
from customer_profiler.adapters.crm.target import Keys
from customer_profiler.core.delivery import Finding


class AlertsConfig(Keys):
    """The part ``alerts`` of ``crm.yml``; ``repeat_hours`` is how often a reason that stays is told again."""

    to: list[str] = Field(min_items=1)
    sender: str = Field(alias="from")
    smtp: SmtpConfig
    repeat_hours: float = Field(24, ge=0.1, le=24 * 30)

    _entries = validator("to", pre=True, allow_reuse=True)(entries)
    _mailboxes = validator("to", "sender", each_item=True, allow_reuse=True)(mailbox)

    @property
    def repeat(self) -> timedelta:
        """How often a reason that stays is told again."""
        return timedelta(hours=self.repeat_hours)


class AlertMail:
    """Sends alerts as e-mails."""

    def __init__(self, config: AlertsConfig) -> None:
        self._config = config
        self._mailer = Mailer(config.smtp)

    def send(self, subject: str, text: str) -> None:
        """Send one alert; raise ``DeliveryFailed``."""
        message = EmailMessage()
        message["From"] = self._config.sender
        message["To"] = ", ".join(self._config.to)
        message["Subject"] = " ".join(subject.split())[:200]
        message["Date"] = format_datetime(datetime.now(timezone.utc))
        message["Message-ID"] = make_msgid(domain=domain_of(self._config.sender))
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        self._mailer.send(message)

    def check(self) -> Iterable[Finding]:
        """Say everything to the mail server but an e-mail."""
        return self._mailer.rehearse(self._config.sender, self._config.to)
