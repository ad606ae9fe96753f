"""The commands ``inbox`` and ``outbox``: what waits, what was set aside, and another try.

Lists show neither words nor numbers of customers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import click

from customer_profiler import bootstrap
from customer_profiler.adapters.crm.findings import MENDS
from customer_profiler.channels.facebook.parse import parse as parse_facebook
from customer_profiler.channels.whatsapp.parse import parse as parse_whatsapp
from customer_profiler.cli import columns, troubles
from customer_profiler.cli.failures import Refused
from customer_profiler.cli.reasons import in_words
from customer_profiler.core.delivery import DeliveryStatus, LeadDelivery, Trouble
from customer_profiler.core.outgoing import OutgoingMessage
from customer_profiler.services import inbox as inbox_service
from customer_profiler.services import mending
from customer_profiler.services import outbox as outbox_service
from customer_profiler.settings import Settings

EVENT_COLUMNS = ("number", "channel", "status", "attempts", "received", "finished", "reason")
OWED_COLUMNS = (
    "id", "to", "status", "what", "attempts", "created", "due", "sent", "delivered", "read", "reason",
)  # fmt: skip

_every = click.option("--all", "every", is_flag=True, help="Also those that are done.")
_limit = click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Show the newest only.")
_reference = click.argument("reference", metavar="REFERENCE")
_json = click.option("--json", "as_json", is_flag=True, help="Print a JSON array instead of columns.")


@click.group()
def inbox() -> None:
    """See the events that Meta sent, and let those set aside be handled again."""


@click.group()
def outbox() -> None:
    """See the messages on their way to people and the leads on their way to the CRM, and mend what failed."""


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
@click.option("--target", default="", help="Only the leads owed to this target of crm.yml.")
@_limit
@_json
def list_owed(every: bool, target: str, limit: int, as_json: bool) -> None:
    """Print the messages and leads that wait, failed or are dead, the oldest first.

    TO is a channel or a target in crm.yml, WHAT a message, a template, or a lead with its revision from the second on.
    """
    services = bootstrap.build_services(Settings.from_environment())
    messages = [] if target else outbox_service.listed(services, every, limit)
    leads = mending.listed(services, every, target, limit)
    rows = [*map(_message_row, messages), *map(_lead_row, leads)]
    rows.sort(key=lambda row: str(row["created"]))
    columns.show(OWED_COLUMNS, rows[-limit:], as_json)


@outbox.command()
@_reference
def show(reference: str) -> None:
    """Print what became of a lead at every target, why, and how to mend it.

    REFERENCE is a lead's id, such as L-7KQ2M-X94TB, or a number of the list. What the target said may hold words of the
    customer.
    """
    lead, deliveries = mending.shown(bootstrap.build_services(Settings.from_environment()), reference)
    if lead is None:
        raise _nothing(reference)
    click.echo(f"{lead.id}: {lead.status}, made {columns.in_utc(lead.created_at)}, run {lead.run_id}")
    for each in deliveries:
        click.echo("\n".join(_lines(each)))
    if not deliveries:
        click.echo("Nobody is owed it: there is no target in crm.yml yet.")


@outbox.command()
@click.argument("references", metavar="[REFERENCE...]", nargs=-1)
@click.option("--target", default="", help="All dead letters of this target of crm.yml.")
@click.option("--trouble", type=click.Choice([each.value for each in Trouble]), help="Of these, those of this trouble.")
def retry(references: Sequence[str], target: str, trouble: str | None) -> None:
    """Let leads be tried again at once: those named (a lead's id, or a number of the list), or a target's dead ones."""
    if bool(references) == bool(target):
        raise click.UsageError("give REFERENCE, or --target NAME")
    services = bootstrap.build_services(Settings.from_environment())
    if target:
        count = mending.retry_all(services, target, Trouble(trouble) if trouble else None)
        click.echo(f"{count} dead letters of {target} are tried again")
        return
    _mend(references, lambda reference: mending.retry(services, reference), "is tried again")


@outbox.command()
@click.argument("references", metavar="REFERENCE...", nargs=-1, required=True)
def cancel(references: Sequence[str]) -> None:
    """Say that leads are not owed any more: those named (a lead's id, or a number of the list)."""
    services = bootstrap.build_services(Settings.from_environment())
    _mend(references, lambda reference: mending.cancel(services, reference), "is not owed any more")


def _mend(references: Sequence[str], change: Callable[[str], Sequence[LeadDelivery]], done: str) -> None:
    missed = []
    for reference in dict.fromkeys(references):
        changed = change(reference)
        for each in changed:
            click.echo(f"{each.lead_id} to {each.target}, revision {each.revision}, {done}")
        missed += [] if changed else [reference]
    if missed:
        raise _nothing(", ".join(missed))


def _nothing(reference: str) -> Refused:
    why = "only what waits or is dead, and no worker is at, can be changed"
    return Refused(f"there is nothing to be done about {reference}", why, "look at “profiler outbox list --all”")


def _message_row(message: OutgoingMessage) -> columns.Row:
    return {
        "id": message.id,
        "to": message.channel,
        "status": message.status.value,
        "what": "template" if message.is_template else "message",
        "attempts": message.attempts,
        "created": message.created_at,
        "due": message.due_at,
        "sent": message.sent_at,
        "delivered": message.delivered_at,
        "read": message.read_at,
        "reason": in_words(message.channel, message.reason),
    }


def _lead_row(delivery: LeadDelivery) -> columns.Row:
    is_delivered = delivery.status is DeliveryStatus.DELIVERED
    return {
        "id": str(delivery.number),
        "to": delivery.target,
        "status": delivery.status.value,
        "what": _name(delivery),
        "attempts": delivery.attempts,
        "created": delivery.created_at,
        "due": delivery.due_at if delivery.status is DeliveryStatus.WAITING else None,
        "sent": delivery.tried_at,
        "delivered": delivery.settled_at if is_delivered else None,
        "read": None,
        "reason": troubles.in_words(delivery.trouble),
    }


def _name(delivery: LeadDelivery) -> str:
    return delivery.lead_id if delivery.revision == 1 else f"{delivery.lead_id}:{delivery.revision}"


def _lines(delivery: LeadDelivery) -> list[str]:
    """Give the lines that tell of one delivery."""
    times = "once" if delivery.attempts == 1 else f"{delivery.attempts} times"
    what = f"{delivery.number}  to {delivery.target}, revision {delivery.revision}"
    facts = {
        "theirs": delivery.remote_id,
        "trouble": troubles.in_words(delivery.trouble),
        "said": delivery.detail,
        "mend": MENDS[delivery.trouble] if delivery.trouble else "",
        "next": columns.in_utc(delivery.due_at) if delivery.status is DeliveryStatus.WAITING else "",
        "then": f"profiler outbox retry {delivery.number}" if delivery.status is DeliveryStatus.DEAD else "",
    }
    return [
        f"{what}: {delivery.status.value}, tried {times}",
        *(f"    {name:<8}{fact}" for name, fact in facts.items() if fact),
    ]
