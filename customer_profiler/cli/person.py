"""The commands ``opt-in`` and ``opt-out``, and people named by their telephone number."""

from __future__ import annotations

import click

from customer_profiler import bootstrap
from customer_profiler.cli.failures import Refused
from customer_profiler.core.errors import InvalidContact
from customer_profiler.core.profile import PHONE, Identity
from customer_profiler.services import consents
from customer_profiler.services.session import Services
from customer_profiler.settings import Settings

number_option = click.option("--to", "number", required=True, help="WhatsApp number with country code: +34612345678.")


@click.command("opt-in")
@number_option
@click.option("--source", required=True, help="Where the person agreed, such as “web form, 3 May 2026”.")
def opt_in(number: str, source: str) -> None:
    """Note that a person has agreed elsewhere to get news and offers by WhatsApp."""
    if not source.strip():
        raise click.UsageError("--source is blank; write where the person agreed")
    services = bootstrap.build_services(Settings.from_environment())
    is_new = consents.opt_in(services, person_named(services, number), source.strip())
    click.echo("opted in" if is_new else "had opted in already")


@click.command("opt-out")
@number_option
def opt_out(number: str) -> None:
    """Note that a person wants no more news and offers; at once, whatever is on its way to WhatsApp aside."""
    services = bootstrap.build_services(Settings.from_environment())
    had_consent = consents.opt_out(services, person_named(services, number))
    click.echo("opted out" if had_consent else "had not opted in")


def person_named(services: Services, number: str) -> Identity:
    """Give the identity behind a number as typed; raise ``Refused`` when it is none."""
    try:
        return Identity(PHONE, services.tools.contacts.clean("phone", number).removeprefix("+"))
    except InvalidContact as error:
        what = f"“{number}” is no telephone number" + (" with a country" if error.reason == "phone_country" else "")
        mend = "write it with the country code, such as +34612345678, or set PROFILER_PHONE_REGION"
        raise Refused(what, "nobody could be written to there", mend) from None
