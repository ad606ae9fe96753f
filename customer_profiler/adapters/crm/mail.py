"""Type ``email``: one e-mail to the sales people for each revision of a lead, for clients without a CRM."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from pydantic import Field, validator

from customer_profiler.adapters.content.spelling import mend_name
from customer_profiler.adapters.crm.notes import is_withdrawn, notes
from customer_profiler.adapters.crm.smtp import Mailer, SmtpConfig, domain_of, entries, mailbox
from customer_profiler.adapters.crm.target import TargetConfig, mapped_texts
from customer_profiler.core.delivery import Finding, LeadMessage, Receipt
from customer_profiler.core.lead import FIELDS, as_text, is_field, value_of

__all__ = ["Config", "EmailTarget", "Mailer"]

SUBJECT = "Lead {lead_id}: {name}, {product_title}"
LONGEST_SUBJECT = 200
"""Characters; mail programs show fewer."""

_FIELD = re.compile(r"\{([^{}]*)\}")

_CONTACT = {"Name": "name", "E-mail": "email", "Phone": "phone"}
_ORIGIN = {"Asked at": "created_at", "Changed at": "changed_at", "Version of the questions": "profiler_version"}


class Config(TargetConfig):
    """Keys of type ``email``. ``subject`` names our fields as ``{name}``; ``mapping`` is label -> field."""

    to: list[str] = Field(min_items=1)
    sender: str = Field(alias="from")
    subject: str = SUBJECT
    smtp: SmtpConfig

    _entries = validator("to", pre=True, allow_reuse=True)(entries)
    _mailboxes = validator("to", "sender", each_item=True, allow_reuse=True)(mailbox)

    @validator("subject")
    def _is_ours_in_subject(cls, subject: str) -> str:
        for name in _FIELD.findall(subject):
            if not is_field(name):
                mend = mend_name(name, FIELDS, "docs/crm.md lists our fields")
                raise ValueError(f"names “{{{name}}}”, a field we do not have; {mend}")
        return subject


class EmailTarget:
    """Writes leads to the mailboxes of sales people."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._mailer = Mailer(config.smtp)

    def deliver(self, message: LeadMessage) -> Receipt:
        """Send the revision; a repeat bears the same Message-ID."""
        mail = self.written(message)
        self._mailer.send(mail)
        return Receipt(mail["Message-ID"])

    def check(self) -> Iterable[Finding]:
        """Say everything to the mail server but an e-mail."""
        return self._mailer.rehearse(self._config.sender, self._config.to)

    def close(self) -> None:
        """Do nothing: connections end with each e-mail."""

    def written(self, message: LeadMessage) -> EmailMessage:
        """Give the e-mail; the same for every try."""
        mail = EmailMessage()
        mail["From"] = self._config.sender
        mail["To"] = ", ".join(self._config.to)
        mail["Subject"] = self._subject(message)
        mail["Date"] = format_datetime(_moment(message))
        mail["Message-ID"] = self._id(message, message.revision)
        if message.revision > 1:
            mail["In-Reply-To"] = mail["References"] = self._id(message, 1)
        # Absence notes of sales people must not reach the customer.
        mail["Auto-Submitted"] = "auto-generated"
        customer = _customer(message)
        if customer is not None:
            mail["Reply-To"] = customer
        mail.set_content("\n".join(self._lines(message)))
        return mail

    def _subject(self, message: LeadMessage) -> str:
        text = _FIELD.sub(lambda match: as_text(value_of(message.values, match[1])), self._config.subject)
        return _one_line(f"{_news(message)[0]}{text}", LONGEST_SUBJECT)

    def _id(self, message: LeadMessage, revision: int) -> str:
        return f"<{message.lead_id}.{revision}@{domain_of(self._config.sender)}>"

    def _lines(self, message: LeadMessage) -> Iterator[str]:
        yield from (_news(message)[1], "")
        if self._config.mapping:
            yield from _labelled(self._config.mapping, message)
        else:
            yield from (*_labelled(_CONTACT, message), "", notes(message), "", *_labelled(_ORIGIN, message))


def _labelled(labels: dict[str, str], message: LeadMessage) -> list[str]:
    return [_line(label, text) for label, text in mapped_texts(labels, message).items() if text]


def _news(message: LeadMessage) -> tuple[str, str]:
    """Give what begins the subject, and what begins the text."""
    if is_withdrawn(message):
        return "Withdrawn: ", "The customer has withdrawn the request for a quotation."
    if message.revision > 1:
        return "Changed: ", "The customer has changed the request for a quotation. All of it, as it is now:"
    return "", "A customer asks for a quotation."


def _line(label: str, text: str) -> str:
    lines = text.split("\n")
    return f"{label}: {text}" if len(lines) == 1 else "\n".join([f"{label}:", *(f"  {line}" for line in lines)])


def _moment(message: LeadMessage) -> datetime:
    values = message.values
    return datetime.fromisoformat(str(values.get("changed_at") or values["created_at"]).replace("Z", "+00:00"))


def _customer(message: LeadMessage) -> Address | None:
    """Give the customer's address for replies, or None when there is none that every mail server takes."""
    try:
        address = mailbox(as_text(message.values.get("email")))
        return Address(_one_line(as_text(message.values.get("name")), 100), addr_spec=address)
    except ValueError:
        return None


def _one_line(text: str, longest: int) -> str:
    """Give a text fit for a header: one line, nothing in it that could begin another."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:longest]
