"""Steps of ``profiler crm check``, and what to do about each trouble."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from customer_profiler.core.delivery import DeliveryFailed, Finding, Trouble

MENDS: Mapping[Trouble, str] = {
    Trouble.UNREACHABLE: "check the address in crm.yml, and that the server runs and lets this machine in",
    Trouble.TIMEOUT: "see whether the target is overloaded, or something on the way swallows calls",
    Trouble.TLS: "renew the target's certificate, correct the address, or name its authority with “ca_file”",
    Trouble.BUSY: "wait; if it goes on, lower “rate” and “concurrency” in crm.yml",
    Trouble.SERVER_ERROR: "look into the target's own log",
    Trouble.NOT_UNDERSTOOD: "check that the address is that of the target's programming interface, not of its pages",
    Trouble.CONFLICT: "wait: it is tried again",
    Trouble.UNAUTHORIZED: "renew the user, password, key or token that crm.yml names, and restart",
    Trouble.FORBIDDEN: "give the account the right that is named",
    Trouble.UNKNOWN_FIELD: "correct the mapping in crm.yml, or add the field to the target",
    Trouble.INVALID_VALUE: "correct the value there or the mapping in crm.yml, or let the target take it",
    Trouble.MISSING: "check the address and names in crm.yml; make the record or table again if it was deleted",
    Trouble.AMBIGUOUS: "merge the records of that lead id in the target into one",
    Trouble.REDIRECTED: "write the new address into crm.yml",
    Trouble.TOO_LARGE: "map fewer fields, or let the target take more",
    Trouble.REFUSED: "do what the target says, or ask who runs it",
    Trouble.MISCONFIGURED: "correct crm.yml, where a target keeps its name, and restart",
    Trouble.FAULT: "report the defect, with the kind that is named",
    Trouble.GIVEN_UP: "mend the trouble that is named, then let it be tried again",
}
"""Trouble -> what a person does about it; then ``profiler outbox retry`` sends the lead again."""


def well(step: str, said: str = "") -> Finding:
    """Give a step that is well."""
    return Finding(step, True, said)


def failed(step: str, failure: DeliveryFailed, mend: str = "") -> Finding:
    """Give a step that failed, with the mend of its trouble unless a better one is known."""
    said = f"{failure.trouble.value}: {failure.detail}" if failure.detail else failure.trouble.value
    return Finding(step, False, said, mend or MENDS[failure.trouble])


def tried(step: str, call: Callable[[], str]) -> Finding:
    """Give a step that is ``call``: it gives what was found, or raises ``DeliveryFailed``."""
    try:
        return well(step, call())
    except DeliveryFailed as failure:
        return failed(step, failure)
