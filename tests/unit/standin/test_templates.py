"""Message templates: what may be declared, and which calls fit."""

from __future__ import annotations

from typing import Any

import pytest

from customer_profiler.standin.errors import GraphError
from customer_profiler.standin.whatsapp.screen import shown
from customer_profiler.standin.whatsapp.templates import Templates, read_template

Json = dict[str, Any]

OFFER = {
    "name": "offer",
    "language": "en",
    "header": "image",
    "body": "Hello {{1}}, save {{2}}",
    "footer": "Bye",
    "buttons": [
        {"type": "quick_reply", "text": "Buy"},
        {"type": "quick_reply", "text": "Stop"},
        {"type": "url", "text": "See", "url": "https://h/{{1}}"},
    ],
}


def words(*texts: str) -> list[Json]:
    return [{"type": "text", "text": text} for text in texts]


HEADER = {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://h/x.png"}}]}
BODY = {"type": "body", "parameters": words("Ana", "10 %")}
BUY = {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [{"type": "payload", "payload": "buy"}]}
SEE = {"type": "button", "sub_type": "url", "index": "2", "parameters": words("spark")}


def templates(*declarations: Json) -> Templates:
    known = Templates()
    for declaration in declarations or (OFFER,):
        known.add(read_template(declaration))
    return known


def call(*components: Json, name: str = "offer", language: str = "en") -> Json:
    return {"name": name, "language": {"code": language}, "components": list(components)}


def body(*texts: str) -> Json:
    return {"type": "body", "parameters": words(*texts)}


def test_shows_the_template_filled_in() -> None:
    filled = call(HEADER, BODY, BUY, SEE)
    fields = shown({"type": "template", "template": filled}, templates().fitting(filled))
    assert (fields["text"], fields["image"], fields["footer"]) == ("Hello Ana, save 10 %", "https://h/x.png", "Bye")
    assert [(button.title, button.payload or button.url) for button in fields["buttons"]] == [
        ("Buy", "buy"),
        ("Stop", "Stop"),
        ("See", "https://h/spark"),
    ]


def test_named_variables_are_filled_by_name() -> None:
    known = templates({"name": "hi", "language": "en", "body": "Hi {{who}}"})
    named = {"type": "body", "parameters": [{"type": "text", "parameter_name": "who", "text": "Ana"}]}
    filled = call(named, name="hi")
    assert shown({"type": "template", "template": filled}, known.fitting(filled))["text"] == "Hi Ana"


REFUSED = {
    "unknown name": (call(HEADER, BODY, SEE, name="other"), 132001),
    "unknown language": (call(HEADER, BODY, SEE, language="en_US"), 132001),
    "no body": (call(HEADER, SEE), 132000),
    "one parameter": (call(HEADER, body("Ana"), SEE), 132000),
    "three parameters": (call(HEADER, body("Ana", "10 %", "more"), SEE), 132000),
    "no header": (call(BODY, SEE), 132000),
    "no link parameter": (call(HEADER, BODY), 132000),
    "text as header": (call({"type": "header", "parameters": words("x")}, BODY, SEE), 132012),
    "picture in the body": (call(HEADER, {"type": "body", "parameters": [HEADER["parameters"][0]] * 2}, SEE), 132012),
    "no such button": (call(HEADER, BODY, SEE, {**BUY, "index": "3"}), 132012),
    "button of another kind": (call(HEADER, BODY, SEE, {**BUY, "sub_type": "url"}), 132012),
    "button twice": (call(HEADER, BODY, SEE, BUY, BUY), 132012),
    "line break": (call(HEADER, body("Ana", "10\n%"), SEE), 132018),
    "five blanks": (call(HEADER, body("Ana", "10     %"), SEE), 132018),
    "body long after filling": (call(HEADER, body("Ana", "x" * 1010), SEE), 132005),
    "parameter blank": (call(HEADER, body("Ana", ""), SEE), 131008),
    "payload long": (
        call(HEADER, BODY, SEE, {**BUY, "parameters": [{"type": "payload", "payload": "p" * 129}]}),
        131009,
    ),
}


@pytest.mark.parametrize(("message", "code"), REFUSED.values(), ids=REFUSED)
def test_refuses_a_call_that_does_not_fit(message: Json, code: int) -> None:
    with pytest.raises(GraphError) as caught:
        templates().fitting(message)
    assert caught.value.code == code, caught.value.details


def test_an_unnamed_parameter_does_not_fill_a_named_variable() -> None:
    with pytest.raises(GraphError, match="who"):
        templates({"name": "hi", "language": "en", "body": "Hi {{who}}"}).fitting(call(body("Ana"), name="hi"))


@pytest.mark.parametrize(("status", "code"), [("PAUSED", 132015), ("DISABLED", 132016), ("REJECTED", 132001)])
def test_refuses_a_template_that_is_not_approved(status: str, code: int) -> None:
    with pytest.raises(GraphError) as caught:
        templates({**OFFER, "status": status}).fitting(call(HEADER, BODY, SEE))
    assert caught.value.code == code


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Offer"},
        {"body": "x" * 1025},
        {"footer": "x" * 61},
        {"buttons": [{"type": "quick_reply", "text": "x" * 26}]},
        {"buttons": [{"type": "quick_reply", "text": "x"}] * 11},
        {"buttons": [{"type": "url", "text": "x", "url": "h"}]},
        {"colour": "red"},
    ],
)
def test_refuses_a_declaration(change: Json) -> None:
    with pytest.raises(GraphError):
        read_template({**OFFER, **change})
