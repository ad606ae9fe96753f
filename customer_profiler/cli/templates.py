"""The command ``send-template``: one approved template to one person who has agreed to get it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from functools import partial

import click

from customer_profiler import bootstrap
from customer_profiler.channels.meta.graph import Refusal, Verdict
from customer_profiler.channels.meta.sender import after_refusal
from customer_profiler.channels.whatsapp.client import WhatsAppClient
from customer_profiler.channels.whatsapp.template import render
from customer_profiler.cli.approval import approve
from customer_profiler.cli.failures import Refused
from customer_profiler.cli.person import number_option, person_named
from customer_profiler.cli.reasons import in_words
from customer_profiler.core.errors import NoConsent, TemplateError
from customer_profiler.core.outgoing import Delivery, OutgoingMessage
from customer_profiler.core.profile import Identity
from customer_profiler.core.profiler import Profiler
from customer_profiler.core.template import Template
from customer_profiler.services import templates
from customer_profiler.services.inbox import OPTED_OUT
from customer_profiler.services.outbox import Outbox
from customer_profiler.services.session import Services
from customer_profiler.settings import Settings

KEPT = {
    Verdict.STOP: "mend the account or its settings; the message is kept, and the running assistant tries it again",
    Verdict.LATER: "wait: the message is kept, and the running assistant tries it again in a day",
}
"""What to do about a refusal after which the message is kept for longer."""


@click.command("send-template")
@click.option("--profiler", "profiler_id", default="", help="Its profiler; needed when several have the template.")
@click.option("--template", "name", required=True, help="Name of the template in templates.csv.")
@click.option("--lang", "language", required=True, help="Language of the template as in templates.csv: en, es, pt_BR.")
@number_option
@click.option("--param", "parameters", multiple=True, help="Text for {{1}}, then for {{2}} ... of the body.")
@click.option("--campaign", default="", help="What the start buttons record, instead of what the template says.")
@click.option("--dry-run", is_flag=True, help="Check everything and print the message as JSON; send nothing.")
def send_template(
    profiler_id: str,
    name: str,
    language: str,
    number: str,
    parameters: Sequence[str],
    campaign: str,
    dry_run: bool,
) -> None:
    """Send one approved template to one person by WhatsApp.

    Only a person with an opt-in on record gets it: who said "subscribe" in a chat, or was noted by opt-in. Prints the
    message's id and what became of it.
    """
    settings = Settings.from_environment()
    services = bootstrap.build_services(settings)
    profiler, template = _chosen(services, profiler_id, name, language)
    person = person_named(services, number)
    try:
        body = render(template, profiler.id, parameters, campaign)
        if dry_run:
            templates.check_consent(services, person)
            click.echo(json.dumps(body, ensure_ascii=False, indent=2))
            return
        message = templates.put_out(services, person, body)
    except TemplateError as error:
        raise Refused(str(error)) from None
    except NoConsent as error:
        why = "only people who have agreed may be sent templates"
        mend = "let the person say “subscribe” in the chat, or note an agreement you have with “profiler opt-in”"
        raise Refused(str(error), why, mend) from None
    if settings.uses_standin:
        asyncio.run(approve(settings, template))
    _send(settings, services, person, message)


def _chosen(services: Services, profiler_id: str, name: str, language: str) -> tuple[Profiler, Template]:
    """Find the template; raise ``Refused`` with the names there are."""
    catalogue = services.tools.catalogue
    if profiler_id and profiler_id not in catalogue:
        what = f"there is no profiler “{profiler_id}”"
        raise Refused(what, "the content has no such folder or workbook", f"use one of {', '.join(catalogue)}")
    profilers = [catalogue[profiler_id]] if profiler_id else list(catalogue.values())
    found = [(profiler, each) for profiler in profilers for each in profiler.templates if each.name == name]
    owners = list(dict.fromkeys(profiler.id for profiler, _ in found))
    if not found:
        known = sorted({each.name for profiler in profilers for each in profiler.templates})
        mend = f"use one of {', '.join(known)}" if known else "declare it in templates.csv"
        raise Refused(f"there is no template “{name}”", "no templates.csv declares it", mend)
    if len(owners) > 1:
        raise click.UsageError(f"several profilers have “{name}”; add --profiler with one of {', '.join(owners)}")
    for profiler, each in found:
        if each.language == language:
            return profiler, each
    known = [each.language for _, each in found]
    what = f"template “{name}” has no language “{language}”"
    raise Refused(what, "a template is approved for each language by itself", f"use one of {', '.join(known)}")


def _send(settings: Settings, services: Services, person: Identity, message: OutgoingMessage) -> None:
    """Send a stored message and store what became of it; raise ``Refused`` when WhatsApp does not take it."""
    outbox = Outbox(services, templates.CHANNEL)
    try:
        platform_id = asyncio.run(_post(settings, person, message))
    except Refusal as refusal:
        outbox.change(message.id, partial(after_refusal, refusal, services.tools.now()))
        if refusal.code == OPTED_OUT:
            outbox.opted_out(message.profile_id)
        stored = outbox.get(message.id) or message
        click.echo(f"{message.id} {stored.status.value}")
        if stored.status in (Delivery.WAITING, Delivery.FAILED):
            reason = in_words(templates.CHANNEL, refusal.reason)
            raise Refused("the message was not sent", reason, _mend(refusal, stored)) from None
        return
    outbox.change(message.id, lambda stored: stored.as_sent(platform_id, services.tools.now()))
    click.echo(f"{message.id} {Delivery.SENT.value}")


def _mend(refusal: Refusal, stored: OutgoingMessage) -> str:
    if refusal.code == OPTED_OUT:
        return "write to others; the opt-in on record has been ended"
    if stored.status is Delivery.FAILED:
        return "see to it before you send it again"
    return KEPT.get(refusal.verdict, "wait: the message is kept, and the running assistant tries it again soon")


async def _post(settings: Settings, person: Identity, message: OutgoingMessage) -> str:
    client = WhatsAppClient(settings.graph_url, settings.whatsapp_phone_number_id, settings.whatsapp_token)
    try:
        return await client.send(person, message.id, message.body)
    finally:
        await client.close()
