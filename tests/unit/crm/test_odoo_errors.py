"""What Odoo's errors mean goes by their class, and by their words where these say more; measured on 11 and 19."""

from __future__ import annotations

import pytest

from customer_profiler.adapters.crm.odoo_errors import failure_of, trouble_of, trouble_of_import
from customer_profiler.core.delivery import Trouble


@pytest.mark.parametrize(
    ("name", "said", "trouble"),
    [
        ("odoo.exceptions.AccessDenied", "Access Denied", Trouble.UNAUTHORIZED),
        ("werkzeug.exceptions.Unauthorized", "Invalid apikey", Trouble.UNAUTHORIZED),
        ("odoo.http.SessionExpiredException", "Session expired", Trouble.UNAUTHORIZED),
        ("odoo.exceptions.AccessError", "You are not allowed to access 'Lead'", Trouble.FORBIDDEN),
        ("odoo.exceptions.MissingError", "Record does not exist", Trouble.MISSING),
        ("werkzeug.exceptions.NotFound", "the model 'crm.lead' does not exist", Trouble.MISSING),
        ("odoo.exceptions.ValidationError", "The operation cannot be completed", Trouble.INVALID_VALUE),
        ("odoo.exceptions.UserError", "Object crm.lead doesn't exist", Trouble.REFUSED),
        ("builtins.ValueError", "Invalid field name 'x_budget'", Trouble.UNKNOWN_FIELD),
        ("builtins.ValueError", "Invalid field 'x_budget' on model 'crm.lead'", Trouble.UNKNOWN_FIELD),
        ("builtins.ValueError", "Wrong value for crm.lead.priority: 'x'", Trouble.INVALID_VALUE),
        ("builtins.KeyError", "'x_budget'", Trouble.UNKNOWN_FIELD),
        ("psycopg2.errors.NotNullViolation", "null value in column", Trouble.INVALID_VALUE),
    ],
)
def test_errors_that_need_a_person(name: str, said: str, trouble: Trouble) -> None:
    assert trouble_of(name, said) is trouble
    assert not trouble.is_passing


@pytest.mark.parametrize(
    ("name", "said", "trouble"),
    [
        ("psycopg2.OperationalError", 'FATAL:  database "crm" does not exist', Trouble.SERVER_ERROR),
        ("psycopg2.InterfaceError", "connection already closed", Trouble.SERVER_ERROR),
        ("psycopg2.errors.SerializationFailure", "could not serialize access", Trouble.CONFLICT),
        ("psycopg2.errors.DeadlockDetected", "deadlock detected", Trouble.CONFLICT),
        ("psycopg2.OperationalError", "could not serialize access due to concurrent update", Trouble.CONFLICT),
        ("odoo.exceptions.ValidationError", "deadlock detected", Trouble.CONFLICT),
        ("builtins.MemoryError", "", Trouble.SERVER_ERROR),
        ("builtins.OSError", "No space left on device", Trouble.SERVER_ERROR),
        ("odoo.addons.queue.Unheard", "?", Trouble.SERVER_ERROR),
    ],
)
def test_errors_that_pass(name: str, said: str, trouble: Trouble) -> None:
    assert trouble_of(name, said) is trouble
    assert trouble.is_passing


@pytest.mark.parametrize("name", ["AttributeError", "TypeError", "IndexError", "RecursionError"])
def test_a_defect_of_an_add_on_comes_back_with_every_try(name: str) -> None:
    assert trouble_of(f"builtins.{name}", "'bool' object has no attribute 'lower'") is Trouble.REFUSED


@pytest.mark.parametrize(
    ("message", "trouble"),
    [
        ({"field": "priority", "message": "Value 'x' not found in selection field"}, Trouble.INVALID_VALUE),
        ({"message": "could not serialize access due to concurrent update\n"}, Trouble.CONFLICT),
        (
            {"message": 'duplicate key value violates unique constraint "ir_model_data_module_name_uniq_index"'},
            Trouble.CONFLICT,
        ),
        (
            {"message": "It already exists. Detail: Key (module, name)=(customer_profiler, L-1)"},
            Trouble.CONFLICT,
        ),
        ({"message": "Sorry, Bot (id=5) doesn't have 'read' access to:\n- Lead (crm.lead)"}, Trouble.FORBIDDEN),
        ({"message": "due to security restrictions. Please contact"}, Trouble.FORBIDDEN),
        (
            {"message": "Unknown error during import: <class 'ValueError'>: A string literal cannot contain NUL"},
            Trouble.INVALID_VALUE,
        ),
        ({"message": "Something of an add-on's own"}, Trouble.REFUSED),
        ({}, Trouble.REFUSED),
    ],
)
def test_an_import_that_fails_says_why_in_words(message: dict[str, object], trouble: Trouble) -> None:
    assert trouble_of_import({"type": "error", "record": 0, **message}) is trouble


def test_a_failure_keeps_the_class_and_the_words() -> None:
    failure = failure_of("builtins.ValueError", "Invalid field name 'x_budget'")
    assert failure.detail == "ValueError: Invalid field name 'x_budget'"
