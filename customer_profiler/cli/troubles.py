"""Why a lead was not delivered, in words for the person who mends it."""

from __future__ import annotations

from customer_profiler.core.delivery import Trouble

_CHECK = "run “profiler crm check”"

WORDS: dict[Trouble, tuple[str, str]] = {
    Trouble.UNREACHABLE: ("nobody answers at the target's address", f"see that it runs; {_CHECK}"),
    Trouble.TIMEOUT: ("the target did not answer in time", "nothing, if it is busy; else see that it is well"),
    Trouble.TLS: ("the target's certificate cannot be trusted", "have it renewed, or set “verify” to its authority"),
    Trouble.BUSY: ("the target takes no more calls for now", "nothing; lower “rate” in crm.yml if it goes on"),
    Trouble.SERVER_ERROR: ("the target has trouble of its own", "nothing, if it passes; else ask who runs it"),
    Trouble.NOT_UNDERSTOOD: ("what came back is no answer of the target", "see if a proxy stands before it"),
    Trouble.CONFLICT: ("the same record was changed at the same moment", "nothing"),
    Trouble.UNAUTHORIZED: ("the target does not take the password, key or token", f"set a new one; {_CHECK}"),
    Trouble.FORBIDDEN: ("the account lacks a right", f"give it the right; {_CHECK}"),
    Trouble.UNKNOWN_FIELD: ("the target has no such field", "correct “mapping” in crm.yml, or make the field"),
    Trouble.INVALID_VALUE: ("the target does not take a value", "correct “mapping” in crm.yml, or the target's rule"),
    Trouble.MISSING: ("the target has no such address, table or record", "correct the address in crm.yml"),
    Trouble.AMBIGUOUS: ("several records of the target bear the lead's id", "remove all but one there"),
    Trouble.REDIRECTED: ("the target has moved", "set “url” in crm.yml to the new address"),
    Trouble.TOO_LARGE: ("the lead is larger than the target takes", "map fewer fields in crm.yml"),
    Trouble.REFUSED: ("the target refused the lead", "see what it said"),
    Trouble.MISCONFIGURED: ("the target cannot be used as crm.yml has it", _CHECK),
    Trouble.FAULT: ("the program failed", "report it with the place it names"),
    Trouble.GIVEN_UP: ("it was tried for as long as crm.yml allows", "see that the target is well"),
}  # fmt: skip
"""Trouble -> what it means, and the mend."""


def in_words(trouble: Trouble | None) -> str:
    """Give what a trouble means, with its name; empty for none."""
    return f"{WORDS[trouble][0]} ({trouble.value})" if trouble else ""


def mend(trouble: Trouble | None) -> str:
    """Give how to mend a trouble; empty for none."""
    return WORDS[trouble][1] if trouble else ""
