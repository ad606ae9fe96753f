"""Targets of type ``email``, and alerts, on a real mail server."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from customer_profiler.adapters.crm import smtp
from customer_profiler.adapters.crm.alerts import AlertMail, AlertsConfig
from customer_profiler.adapters.crm.mail import Config, EmailTarget
from customer_profiler.core.delivery import DeliveryFailed, Trouble
from tests.unit.crm.post import PASSWORD, USER, Post
from tests.unit.crm.samples import a_message
from tests.unit.crm.web import Web, endless, silence

# aiosmtpd warns of log-in without TLS, which is what some of these tests are about.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

LEAD = "L-7KQ2M-X94TB"
KEYS = {"type": "email", "from": "Bot <bot@example.com>", "to": ["sales@example.com"]}
LOGIN = {"user": USER, "password": PASSWORD}


@pytest.fixture
def post() -> Iterator[Post]:
    with Post() as serving:
        yield serving


def configured(port: int, server: dict[str, Any] | None = None, **keys: Any) -> Config:
    given_server = {"host": "127.0.0.1", "port": port, "security": "none", **(server or {})}
    return Config(**{**KEYS, **keys, "smtp": given_server})


def target(post: Post, server: dict[str, Any] | None = None, **keys: Any) -> EmailTarget:
    return EmailTarget(configured(post.port, server, **keys))


def failing(sending: EmailTarget) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as failed:
        sending.deliver(a_message(LEAD))
    assert PASSWORD not in f"{failed.value!r}"
    return failed.value


def said(post: Post) -> str:
    """The text of the first mail that was taken."""
    return str(post.mails[0].get_content()).replace("\r\n", "\n")


def text(sending: EmailTarget, **values: Any) -> str:
    body = sending.written(a_message(LEAD, **values)).get_content()
    assert isinstance(body, str)
    return body


# --- the e-mail


def test_a_lead_is_one_mail_to_each_sales_person(post: Post) -> None:
    target(post, to=["sales@example.com", "Desk <desk@example.com>"]).deliver(a_message(LEAD))

    (envelope,), (mail,) = post.envelopes, post.mails
    assert envelope.rcpt_tos == ["sales@example.com", "desk@example.com"]
    assert mail["To"] == "sales@example.com, Desk <desk@example.com>"
    assert (envelope.mail_from, mail["From"]) == ("bot@example.com", "Bot <bot@example.com>")


def test_the_subject_says_who_wants_what(post: Post) -> None:
    target(post).deliver(a_message(LEAD))

    assert post.mails[0]["Subject"] == f"Lead {LEAD}: Ana Silva, Family car"


def test_the_subject_can_be_told(post: Post) -> None:
    target(post, subject="{name}: {answers.budget} 100 % {email}").deliver(a_message(LEAD, email="ana@example.com"))

    assert post.mails[0]["Subject"] == "Ana Silva: mid 100 % ana@example.com"


def test_an_answer_goes_to_the_customer(post: Post) -> None:
    target(post).deliver(a_message(LEAD, email="ana@example.com"))

    assert post.mails[0]["Reply-To"] == "Ana Silva <ana@example.com>"


@pytest.mark.parametrize(
    "email", ["", None, "nobody", "ana@exämple.com", "añа@example.com", "a@b, c@d", "a@b\r\nBcc: x@y"]
)
def test_an_address_that_not_every_server_takes_is_in_the_text_only(post: Post, email: str | None) -> None:
    target(post).deliver(a_message(LEAD, email=email))

    assert post.mails[0]["Reply-To"] is None
    assert post.mails[0]["Bcc"] is None


def test_the_text_has_the_contact_the_product_every_answer_in_words_and_the_consent(post: Post) -> None:
    target(post).deliver(a_message(LEAD, email="ana@example.com"))

    body = said(post)
    assert body.startswith("A customer asks for a quotation.\n\nName: Ana Silva\nE-mail: ana@example.com\nPhone: +351")
    for line in (
        "What do you need it for?: For the family",
        "What may it cost?: Up to 25,000 €",
        f"Reference: {LEAD}",
        "Product: Family car, 21500.00 EUR (list price of 2026-05-01)",
        "Campaign: spring",
        "Asked at: 2026-05-04T10:30:15Z",
    ):
        assert line in body.splitlines()
    assert "We pass your details on to the dealer." in body


def test_a_mapping_says_what_the_text_has(post: Post) -> None:
    mapping = {"Wer": "name", "Fragen": "answers_in_words", "Fax": "=keins", "Kampagne": "campaign"}

    body = text(target(post, mapping=mapping), campaign="")

    assert body.splitlines()[2:] == [
        "Wer: Ana Silva",
        "Fragen:",
        "  What do you need it for?: For the family",
        "  What may it cost?: Up to 25,000 €",
        "Fax: keins",
    ]


def test_a_change_belongs_to_the_same_conversation(post: Post) -> None:
    target(post).deliver(a_message(LEAD))
    target(post).deliver(a_message(LEAD, revision=2))

    first, second = post.mails
    assert second["In-Reply-To"] == first["Message-ID"] == f"<{LEAD}.1@example.com>"
    assert second["Message-ID"] == f"<{LEAD}.2@example.com>"
    assert second["Subject"].startswith("Changed: ")


def test_a_withdrawal_says_so_first(post: Post) -> None:
    target(post).deliver(a_message(LEAD, revision=2, status="withdrawn"))

    assert post.mails[0]["Subject"].startswith("Withdrawn: ")
    assert said(post).startswith("The customer has withdrawn")


def test_a_repeat_is_the_same_mail_byte_by_byte(post: Post) -> None:
    target(post).deliver(a_message(LEAD))
    target(post).deliver(a_message(LEAD, attempt=2))

    first, second = post.envelopes
    assert first.content == second.content


def test_absence_notes_are_asked_not_to_answer(post: Post) -> None:
    target(post).deliver(a_message(LEAD))

    assert post.mails[0]["Auto-Submitted"] == "auto-generated"


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60) | st.just("Ana\r\nBcc: thief@example.com\r\n\r\nHello"))
def test_no_name_adds_a_header_or_a_recipient(name: str) -> None:
    mail = EmailTarget(configured(25)).written(a_message(LEAD, name=name))

    assert set(mail) == {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Reply-To", "MIME-Version",
                         "Content-Type", "Content-Transfer-Encoding"}  # fmt: skip
    assert mail["To"] == "sales@example.com"
    assert mail.as_bytes()


def test_a_name_of_100_kilobytes_is_cut_in_the_subject_only(post: Post) -> None:
    target(post).deliver(a_message(LEAD, name="x" * 100_000))

    assert len(post.mails[0]["Subject"]) == 200
    assert "x" * 100_000 in said(post)


# --- the way there


def test_the_server_is_told_who_we_are() -> None:
    with Post(asks_who=True) as post:
        target(post, LOGIN).deliver(a_message(LEAD))

    assert len(post.mails) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_the_way_can_be_encrypted(server_context: ssl.SSLContext, ca_file: Path, security: str) -> None:
    with Post(server_context, is_tls_from_the_start=security == "tls") as post:
        target(post, {"security": security, "ca_file": ca_file}).deliver(a_message(LEAD))

    assert len(post.mails) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_nobodys_gets_neither_password_nor_lead(server_context: ssl.SSLContext, security: str) -> None:
    with Post(server_context, is_tls_from_the_start=security == "tls", asks_who=True) as post:
        failed = failing(target(post, {"security": security, **LOGIN}))

    assert (failed.trouble, post.envelopes) == (Trouble.TLS, [])


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_an_authority_that_cannot_be_read_is_told(server_context: ssl.SSLContext, security: str) -> None:
    with Post(server_context, is_tls_from_the_start=security == "tls") as post:
        failed = failing(target(post, {"security": security, "ca_file": "no-such-file.pem"}))

    assert (failed.trouble, failed.detail) == (Trouble.MISCONFIGURED, "“ca_file” cannot be read")


def test_a_certificate_of_another_host_is_not_trusted(authority: trustme.CA, ca_file: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("mail.example.com").configure_cert(context)
    with Post(context) as post:
        failed = failing(target(post, {"security": "starttls", "ca_file": ca_file}))

    assert (failed.trouble, post.envelopes) == (Trouble.TLS, [])


def test_a_server_without_starttls_is_not_spoken_to_in_the_clear(post: Post) -> None:
    failed = failing(target(post, {"security": "starttls"}))

    assert (failed.trouble, post.envelopes) == (Trouble.MISCONFIGURED, [])


# --- refusals


@pytest.mark.parametrize(
    ("at", "reply", "trouble"),
    [
        ("MAIL", "421 4.3.2 shutting down", Trouble.BUSY),
        ("MAIL", "451 4.3.0 local error", Trouble.SERVER_ERROR),
        ("MAIL", "550 5.7.1 not allowed to send for example.com", Trouble.REFUSED),
        ("MAIL", "553 5.1.8 sender address rejected", Trouble.INVALID_VALUE),
        ("RCPT", "450 4.2.0 greylisted", Trouble.BUSY),
        ("RCPT", "452 4.2.2 mailbox full", Trouble.BUSY),
        ("RCPT", "550 5.1.1 no such user", Trouble.INVALID_VALUE),
        ("RCPT", "551 user not local", Trouble.INVALID_VALUE),
        ("RCPT", "554 5.7.1 relay access denied", Trouble.REFUSED),
        ("DATA", "552 5.3.4 message too big", Trouble.TOO_LARGE),
        ("DATA", "554 5.6.0 looks like spam", Trouble.REFUSED),
        ("DATA", "571 never", Trouble.REFUSED),
        ("DATA", "421 4.7.0 too many messages", Trouble.BUSY),
    ],
)
def test_a_refusal_is_understood_by_its_code(post: Post, at: str, reply: str, trouble: Trouble) -> None:
    post.replies[at] = reply

    failed = failing(target(post))

    assert (failed.trouble, failed.detail) == (trouble, reply)


@pytest.mark.parametrize(
    ("reply", "trouble"),
    [("535 5.7.8 wrong", Trouble.UNAUTHORIZED), ("454 4.7.0 not now", Trouble.SERVER_ERROR)],
)
def test_a_wrong_password_needs_a_person_and_a_lame_directory_does_not(reply: str, trouble: Trouble) -> None:
    with Post(asks_who=True) as post:
        post.replies["AUTH"] = reply
        assert failing(target(post, LOGIN)).trouble is trouble


def test_a_server_that_asks_who_we_are_and_is_not_told_needs_a_person() -> None:
    with Post(asks_who=True) as post:
        assert failing(target(post)).trouble is Trouble.UNAUTHORIZED


def test_who_is_refused_alone_does_not_keep_the_others_from_it(post: Post) -> None:
    post.replies["gone@example.com"] = "550 5.1.1 no such user"

    target(post, to=["gone@example.com", "sales@example.com"]).deliver(a_message(LEAD))

    assert post.envelopes[0].rcpt_tos == ["sales@example.com"]


def test_when_one_of_all_refusals_passes_it_is_tried_again(post: Post) -> None:
    post.replies |= {"gone@example.com": "550 5.1.1 no such user", "full@example.com": "452 4.2.2 mailbox full"}

    assert failing(target(post, to=["gone@example.com", "full@example.com"])).trouble is Trouble.BUSY


def test_nobody_at_the_port_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    assert failing(EmailTarget(configured(port))).trouble is Trouble.UNREACHABLE


@pytest.mark.parametrize(
    ("reply", "trouble"),
    [
        (silence, Trouble.TIMEOUT),
        (endless(b"2", pause=0.05), Trouble.TIMEOUT),
        (lambda connection: None, Trouble.NOT_UNDERSTOOD),
        (lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), Trouble.NOT_UNDERSTOOD),
    ],
    ids=["silence", "drip", "end", "web"],
)
def test_what_is_no_answer_is_tried_again(monkeypatch: pytest.MonkeyPatch, reply: Any, trouble: Trouble) -> None:
    monkeypatch.setattr(smtp, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(smtp, "EXCHANGE_SECONDS", 0.6)
    begun = time.monotonic()
    with Web(at_once=True) as web:
        web.gives(reply)

        assert failing(EmailTarget(configured(web.port))).trouble is trouble
    assert time.monotonic() - begun < 3


# --- the check


def test_the_check_says_everything_but_the_mail() -> None:
    with Post(asks_who=True) as post:
        findings = list(target(post, LOGIN).check())

    assert [(finding.step, finding.is_well) for finding in findings] == [
        ("connection to 127.0.0.1 (none)", True),
        ("log-in", True),
        ("MAIL FROM bot@example.com", True),
        ("RCPT TO sales@example.com", True),
    ]
    assert post.envelopes == []


@pytest.mark.parametrize(
    ("at", "reply", "step"),
    [("AUTH", "535 5.7.8 wrong", "log-in"), ("MAIL", "550 no", "MAIL FROM bot@example.com"),
     ("RCPT", "550 5.1.1 no such user", "RCPT TO sales@example.com")],
)  # fmt: skip
def test_the_check_ends_at_the_step_that_fails(at: str, reply: str, step: str) -> None:
    with Post(asks_who=True) as post:
        post.replies[at] = reply
        *_, last = target(post, LOGIN).check()

    assert (last.step, last.is_well, bool(last.mend)) == (step, False, True)
    assert reply in last.said


def test_the_check_tells_of_every_mailbox_that_is_refused(post: Post) -> None:
    post.replies["gone@example.com"] = "550 5.1.1 no such user"

    findings = list(target(post, to=["gone@example.com", "sales@example.com"]).check())

    assert [finding.is_well for finding in findings] == [True, True, True, False, True]


# --- the configuration


@pytest.mark.parametrize(("security", "port"), [("none", 25), ("starttls", 587), ("tls", 465)])
def test_the_port_follows_from_the_security(security: str, port: int) -> None:
    config = Config(**KEYS, smtp={"host": "mail.example.com", "security": security})

    assert smtp.port_of(config.smtp) == port


def test_one_recipient_can_stand_alone() -> None:
    assert Config(**{**KEYS, "to": "sales@example.com"}, smtp={"host": "localhost"}).to == ["sales@example.com"]


@pytest.mark.parametrize(
    "mailbox",
    ["sales", "@example.com", "sales@", "a@b, c@d", "a b@example.com", "sales@example.com\nBcc: x@y", "", "<>",
     "Sales <sales>", "sales@exämple.com", "a@b@c"],
)  # fmt: skip
def test_what_is_no_mailbox_is_refused(mailbox: str) -> None:
    with pytest.raises(ValidationError):
        configured(25, to=[mailbox])


@pytest.mark.parametrize(
    "keys",
    [{"to": []}, {"subject": "{nmae}"}, {"subject": "{0}"}, {"subject": "{name.__class__}"},
     {"server": {"port": 99999}}, {"server": {"security": "ssl"}}, {"server": {"user": "bot"}},
     {"server": {"password": "hush"}}],
)  # fmt: skip
def test_what_cannot_be_sent_is_refused(keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        configured(25, **keys)


def test_the_password_hides_itself() -> None:
    assert PASSWORD not in repr(configured(25, LOGIN))


# --- alerts


def test_an_alert_goes_the_same_way(post: Post) -> None:
    server = {"host": "127.0.0.1", "port": post.port, "security": "none"}
    config = AlertsConfig(**{"from": "bot@example.com", "to": "it@example.com", "smtp": server})

    AlertMail(config).send("odoo: is down\nBcc: x@y", "Leads wait.\n")

    (mail,) = post.mails
    assert (mail["To"], mail["Subject"]) == ("it@example.com", "odoo: is down Bcc: x@y")
    assert said(post) == "Leads wait.\n"


def test_an_alert_that_nobody_takes_is_told(post: Post) -> None:
    post.replies["RCPT"] = "550 5.1.1 no such user"
    server = {"host": "127.0.0.1", "port": post.port, "security": "none"}

    with pytest.raises(DeliveryFailed):
        AlertMail(AlertsConfig(**{"from": "b@example.com", "to": ["it@example.com"], "smtp": server})).send("a", "b")
