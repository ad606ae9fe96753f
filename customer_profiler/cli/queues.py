"""The commands ``inbox`` and ``outbox``: what waits, what was set aside, and another try.

They show neither words nor numbers of customers.
"""

from __future__ import annotations

from collections.abc import Sequence

import click

from customer_profiler import bootstrap
from customer_profiler.channels.facebook.parse import parse as parse_facebook
from customer_profiler.channels.whatsapp.parse import parse as parse_whatsapp
from customer_profiler.cli import columns
from customer_profiler.cli.failures import Refused
from customer_profiler.cli.reasons import in_words
from customer_profiler.services import inbox as inbox_service
from customer_profiler.services import outbox as outbox_service
from customer_profiler.settings import Settings

EVENT_COLUMNS = ("number", "channel", "status", "attempts", "received", "finished", "reason")
MESSAGE_COLUMNS = (
    "id", "channel", "status", "template", "attempts", "created", "due", "sent", "delivered", "read", "reason",
)  # fmt: skip

_every = click.option("--all", "every", is_flag=True, help="Also those that are done.")
_limit = click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Show the newest only.")
_json = click.option("--json", "as_json", is_flag=True, help="Print a JSON array instead of columns.")


@click.group()
def inbox() -> None:
    """See the events that Meta sent, and let those set aside be handled again."""


@click.group()
def outbox() -> None:
    """See the messages on their way to people."""


@inbox.command("list")
@_every
@_limit
@_json
def list_events(every: bool, limit: int, as_json: bool) -> None:
    """Print the events that wait or were set aside (failed), the oldest first."""
    events = inbox_service.listed(bootstrap.build_services(Settings.from_environment()), every, limit)
    rows = [
        {
            "number": event.number,
            "channel": event.channel,
            "status": event.status.value,
            "attempts": event.attempts,
            "received": event.received_at,
            "finished": event.finished_at,
            "reason": in_words(event.channel, event.error),
        }
        for event in events
    ]
    columns.show(EVENT_COLUMNS, rows, as_json)


@inbox.command()
@click.argument("numbers", metavar="NUMBER...", nargs=-1, required=True, type=click.IntRange(1))
def replay(numbers: Sequence[int]) -> None:
    """Let failed events be handled again by the running assistant; NUMBER is the first column of the list."""
    wanted, settings = list(dict.fromkeys(numbers)), Settings.from_environment()
    parsers = {
        "whatsapp": lambda batch: parse_whatsapp(batch, settings.whatsapp_phone_number_id),
        "facebook": lambda batch: parse_facebook(batch, settings.messenger_page_id),
    }
    services = bootstrap.build_services(settings)
    missing = inbox_service.replay(services, wanted, lambda event: parsers[event.channel](event.batch))
    for number in wanted:
        if number not in missing:
            click.echo(f"{number} is taken again")
    if missing:
        told = ", ".join(map(str, missing))
        why = "only events that were set aside can be handled again"
        raise Refused(f"there is no failed event {told}", why, "look at “profiler inbox list”")


@outbox.command("list")
@_every
@_limit
@_json
def list_messages(every: bool, limit: int, as_json: bool) -> None:
    """Print the messages that wait or failed, the oldest first."""
    messages = outbox_service.listed(bootstrap.build_services(Settings.from_environment()), every, limit)
    rows = [
        {
            "id": message.id,
            "channel": message.channel,
            "status": message.status.value,
            "template": "yes" if message.is_template else "no",
            "attempts": message.attempts,
            "created": message.created_at,
            "due": message.due_at,
            "sent": message.sent_at,
            "delivered": message.delivered_at,
            "read": message.read_at,
            "reason": in_words(message.channel, message.reason),
        }
        for message in messages
    ]
    columns.show(MESSAGE_COLUMNS, rows, as_json)
