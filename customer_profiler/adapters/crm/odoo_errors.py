"""What Odoo's errors mean: by the class of the error, since the status of an answer says little.

Measured on Odoo 11 and 19 (docs/crm.md): a permanent mapping error is HTTP 500 with ``ValueError``, a database that is
away HTTP 404 without JSON, and over JSON-RPC everything is HTTP 200.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from customer_profiler.core.delivery import DeliveryFailed, Trouble

_BY_CLASS: Mapping[str, Trouble] = {
    "AccessDenied": Trouble.UNAUTHORIZED,
    "Unauthorized": Trouble.UNAUTHORIZED,
    "SessionExpiredException": Trouble.UNAUTHORIZED,
    "AccessError": Trouble.FORBIDDEN,
    "Forbidden": Trouble.FORBIDDEN,
    "MissingError": Trouble.MISSING,
    "NotFound": Trouble.MISSING,
    "KeyError": Trouble.UNKNOWN_FIELD,
    "ValueError": Trouble.INVALID_VALUE,
    "ValidationError": Trouble.INVALID_VALUE,
    "BadRequest": Trouble.INVALID_VALUE,
    "UnprocessableEntity": Trouble.INVALID_VALUE,
    "IntegrityError": Trouble.INVALID_VALUE,
    "UniqueViolation": Trouble.INVALID_VALUE,
    "NotNullViolation": Trouble.INVALID_VALUE,
    "ForeignKeyViolation": Trouble.INVALID_VALUE,
    "CheckViolation": Trouble.INVALID_VALUE,
    "DataError": Trouble.INVALID_VALUE,
    "NumericValueOutOfRange": Trouble.INVALID_VALUE,
    "StringDataRightTruncation": Trouble.INVALID_VALUE,
    "RequestEntityTooLarge": Trouble.TOO_LARGE,
    "TooManyRequests": Trouble.BUSY,
    "UserError": Trouble.REFUSED,
    "RedirectWarning": Trouble.REFUSED,
    "SerializationFailure": Trouble.CONFLICT,
    "DeadlockDetected": Trouble.CONFLICT,
    "LockNotAvailable": Trouble.CONFLICT,
    "TransactionRollbackError": Trouble.CONFLICT,
    "ConcurrencyError": Trouble.CONFLICT,
}

_MACHINE = {"MemoryError", "OSError", "IOError", "ConnectionError", "TimeoutError", "BrokenPipeError"}
"""Errors of Python's own that speak of the machine and not of what was sent."""

_RACE = re.compile(
    r"could not serialize access|deadlock detected|concurrent update|canceling statement due to|"
    r"duplicate key value.*ir_model_data|Key \(module, name\)=",
    re.DOTALL,
)
"""PostgreSQL's words when two calls made or changed the same lead at once; the second finds it when it comes again."""

_NO_FIELD = re.compile(r"[Ii]nvalid field|[Uu]nknown field|has no field")
_NO_ACCESS = re.compile(
    r"doesn't have '\w+' access|security restriction|not allowed to (?:access|create|modify|delete)"
)


def trouble_of(name: str, said: str) -> Trouble:
    """Give what an error means by the name of its class, with or without its module, and by what it said."""
    if _RACE.search(said):
        return Trouble.CONFLICT
    module, _, short = name.rpartition(".")
    if short == "ValueError" and _NO_FIELD.search(said):
        return Trouble.UNKNOWN_FIELD
    if short in _BY_CLASS:
        return _BY_CLASS[short]
    # A defect of an add-on comes back with every try; trouble of its database or machine passes.
    is_defect = module == "builtins" and short not in _MACHINE
    return Trouble.REFUSED if is_defect else Trouble.SERVER_ERROR


def trouble_of_import(message: Mapping[str, object]) -> Trouble:
    """Give what a message of ``load`` means: it has no class, but names the field when a value is to blame."""
    said = str(message.get("message", ""))
    if _RACE.search(said):
        return Trouble.CONFLICT
    if message.get("field") or "Unknown error during import: <class 'ValueError'>" in said:
        return Trouble.INVALID_VALUE
    return Trouble.FORBIDDEN if _NO_ACCESS.search(said) else Trouble.REFUSED


def failure_of(name: str, said: str) -> DeliveryFailed:
    """Give the failure that an error stands for."""
    return DeliveryFailed(trouble_of(name, said), f"{name.rpartition('.')[2]}: {said}")
