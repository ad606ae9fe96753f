"""What Tryton's answers mean goes by their words: 400 is all that it explains, 500 all that it stumbles over."""

from __future__ import annotations

import json

import pytest

from customer_profiler.adapters.crm.http import Answer
from customer_profiler.adapters.crm.tryton_calls import escaped, failure_of
from customer_profiler.core.delivery import Trouble


def explained(message: str, status: int = 400) -> Answer:
    body = {"status": status, "message": message, "description": ""}
    return Answer(status, {}, json.dumps(body), body)


def page(paragraph: str, status: int = 500) -> Answer:
    return Answer(status, {}, f"<!doctype html>\n<title>Error</title>\n<h1>Error</h1>\n<p>{paragraph}</p>\n")


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (explained('You are not allowed to access "Sale Opportunity".'), Trouble.FORBIDDEN),
        (explained('You are not allowed to modify the field "Party" in record "1 [L-2]".'), Trouble.REFUSED),
        (explained('You can not call "cancel" on "9 [L-9]" of "Sale Opportunity".'), Trouble.REFUSED),
        (explained('A value is required for field "Company" in "Sale Opportunity".'), Trouble.INVALID_VALUE),
        (explained("Somebody else has it.", 409), Trouble.CONFLICT),
        (page("&#39;no_such_field&#39;"), Trouble.UNKNOWN_FIELD),
        (page("could not convert string to float: &#39;x&#39;"), Trouble.INVALID_VALUE),
        (page("[&lt;class &#39;decimal.ConversionSyntax&#39;&gt;]"), Trouble.INVALID_VALUE),
        (page("PostgreSQL text fields cannot contain NUL (0x00) bytes"), Trouble.INVALID_VALUE),
        (page("connection failed: the database system is shutting down"), Trouble.SERVER_ERROR),
        (page("", 401), Trouble.UNAUTHORIZED),
        (page("The requested URL was not found on the server.", 404), Trouble.MISSING),
        (Answer(502, {}, "<h1>Bad Gateway</h1>"), Trouble.SERVER_ERROR),
        (Answer(429, {"Retry-After": "9"}, ""), Trouble.BUSY),
    ],
)
def test_an_answer_that_is_no_success(answer: Answer, trouble: Trouble) -> None:
    assert failure_of(answer).trouble is trouble


def test_what_tryton_says_is_told_as_text() -> None:
    assert failure_of(page("could not convert &#39;a&#39; &lt;x&gt;")).detail == "HTTP 500 could not convert 'a' <x>"


@pytest.mark.parametrize(
    ("text", "pattern"), [("ana_s@example.com", r"ana\_s@example.com"), ("50%", r"50\%"), ("a\\b", r"a\\b"), ("a", "a")]
)
def test_wildcards_stand_for_themselves(text: str, pattern: str) -> None:
    assert escaped(text) == pattern
