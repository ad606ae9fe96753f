"""Why a lead was not delivered, in words for the person who mends it."""

from __future__ import annotations

from collections.abc import Mapping

from customer_profiler.core.delivery import Trouble

MEANINGS: Mapping[Trouble, str] = {
    Trouble.UNREACHABLE: "nobody answers at the target's address",
    Trouble.TIMEOUT: "the target did not answer in time",
    Trouble.TLS: "the target's certificate cannot be trusted",
    Trouble.BUSY: "the target is busy, or closed for maintenance",
    Trouble.SERVER_ERROR: "the target has trouble of its own",
    Trouble.NOT_UNDERSTOOD: "what came back is no answer of the target",
    Trouble.CONFLICT: "the same record was changed at the same moment",
    Trouble.UNAUTHORIZED: "the target does not take the password, key or token",
    Trouble.FORBIDDEN: "the account lacks a right",
    Trouble.UNKNOWN_FIELD: "the target has no such field",
    Trouble.INVALID_VALUE: "the target does not take a value",
    Trouble.MISSING: "the target has no such address, table or record",
    Trouble.AMBIGUOUS: "several records of the target bear the lead's id",
    Trouble.REDIRECTED: "the target has moved",
    Trouble.TOO_LARGE: "the lead is larger than the target takes",
    Trouble.REFUSED: "the target refused the lead",
    Trouble.MISCONFIGURED: "the target cannot be used as crm.yml has it",
    Trouble.FAULT: "the program failed",
    Trouble.GIVEN_UP: "it was tried for as long as crm.yml allows",
}
"""Trouble -> what it means; what to do about it stands in ``adapters.crm.findings``."""


def in_words(trouble: Trouble | None) -> str:
    """Give what a trouble means, with its name; empty for none."""
    return f"{MEANINGS[trouble]} ({trouble.value})" if trouble else ""
