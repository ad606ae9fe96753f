"""Message templates: what a declaration must look like, and whether a call fits the declaration it names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from customer_profiler.standin.errors import GraphError
from customer_profiler.standin.fields import Fields, length
from customer_profiler.standin.whatsapp import REFUSALS
from customer_profiler.standin.whatsapp.media import check_media

BODY_MOST = 1024
BUTTONS_MOST = 10
LABEL_MOST = 25
PAYLOAD_MOST = 128
NAME = re.compile(r"[a-z0-9_]{1,512}")

_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_BAD_BLANKS = re.compile(r"[\n\r\t]| {5}")
_KINDS = ("quick_reply", "url", "phone_number", "copy_code")


@dataclass(frozen=True)
class TemplateButton:
    """A button of a template; ``url`` may end in a variable."""

    kind: str
    text: str
    url: str = ""


@dataclass(frozen=True)
class Template:
    """A template as it was approved. ``header`` is a text, or the kind of media it takes."""

    name: str
    language: str
    body: str
    buttons: tuple[TemplateButton, ...] = ()
    header: str = ""
    footer: str = ""
    category: str = "MARKETING"
    status: str = "APPROVED"

    @property
    def takes_media(self) -> bool:
        """Tell whether the header is a picture, film or file."""
        return self.header in ("image", "video", "document")


def variables(text: str) -> list[str]:
    """Give the names of the variables of a text, in the order they come, each once."""
    return list(dict.fromkeys(_VARIABLE.findall(text)))


def read_template(declaration: object) -> Template:
    """Read a declaration ``{name, language, body, buttons, header, footer, category, status}``."""
    fields = Fields(declaration, REFUSALS)
    fields.only("name", "language", "body", "buttons", "header", "footer", "category", "status")
    if not NAME.fullmatch(fields.text("name")):
        raise fields.invalid("name", "may hold small letters, digits and _, at most 512")
    buttons = fields.children("buttons", BUTTONS_MOST, least=0) if fields.has("buttons") else []
    return Template(
        name=fields.text("name"),
        language=fields.text("language"),
        body=fields.text("body", BODY_MOST),
        buttons=tuple(_read_button(button) for button in buttons),
        header=fields.optional("header", 60),
        footer=fields.optional("footer", 60),
        category=(fields.optional("category") or "MARKETING").upper(),
        status=(fields.optional("status") or "APPROVED").upper(),
    )


def _read_button(button: Fields) -> TemplateButton:
    kind = button.choice("type", _KINDS)
    return TemplateButton(kind, button.text("text", LABEL_MOST), button.link("url") if kind == "url" else "")


class Templates:
    """The templates declared so far, by name and language."""

    def __init__(self) -> None:
        self._templates: dict[tuple[str, str], Template] = {}

    def add(self, template: Template) -> None:
        """Approve a template, or replace it."""
        self._templates[(template.name, template.language)] = template

    def clear(self) -> None:
        """Forget all."""
        self._templates.clear()

    def all(self) -> Sequence[Template]:
        """Give all, in the order they came."""
        return list(self._templates.values())

    def fitting(self, call: Mapping[str, Any]) -> Template:
        """Give the template a call names; refuse a call it does not fit."""
        message = Fields(call, REFUSALS, "template")
        name, language = message.text("name"), message.child("language").text("code")
        template = self._templates.get((name, language))
        if template is None or template.status not in ("APPROVED", "PAUSED", "DISABLED"):
            raise GraphError(132001, f"template name ({name}) does not exist in {language}")
        if template.status != "APPROVED":
            code = 132015 if template.status == "PAUSED" else 132016
            raise GraphError(code, f"Template {name} is {template.status.lower()} due to low quality.")
        _check_components(template, message)
        return template


def _check_components(template: Template, message: Fields) -> None:
    components = message.children("components", 12, least=0) if message.has("components") else []
    given: dict[str, Fields] = {}
    for component in components:
        kind = component.choice("type", ("header", "body", "button"))
        component.only("type", "parameters", *(("sub_type", "index") if kind == "button" else ()))
        place = f"button {_index(component, template)}" if kind == "button" else kind
        if place in given:
            raise GraphError(132012, f"The component {place} is given twice.")
        given[place] = component
    _check_header(template, given.get("header"))
    _check_body(template, given.get("body"))
    for index, button in enumerate(template.buttons):
        _check_button(button, given.get(f"button {index}"), index)


def _index(component: Fields, template: Template) -> int:
    index = str(component.values.get("index", ""))
    if not index.isdecimal() or int(index) >= len(template.buttons):
        raise GraphError(132012, f"{component.name('index')} names none of the {len(template.buttons)} buttons.")
    return int(index)


def _check_header(template: Template, component: Fields | None) -> None:
    parameters = _parameters(component, 1)
    expected = 1 if template.takes_media else len(variables(template.header))
    _same_count("header", expected, len(parameters))
    for parameter in parameters:
        if template.takes_media:
            if parameter.text("type") != template.header:
                raise GraphError(132012, f"header: expected {template.header}, got {parameter.text('type')}.")
            check_media(template.header)(parameter.child(template.header))
        else:
            parameter_text(parameter)


def _check_body(template: Template, component: Fields | None) -> None:
    names = variables(template.body)
    parameters = _parameters(component, 100)
    _same_count("body", len(names), len(parameters))
    for parameter in parameters:
        if not names[0].isdecimal() and parameter.values.get("parameter_name") not in names:
            raise GraphError(132012, f"{parameter.name('parameter_name')} must be one of {', '.join(names)}.")
        parameter_text(parameter)
    filled = fill(template.body, [parameter.values for parameter in parameters])
    if length(filled) > BODY_MOST:
        raise GraphError(132005, f"The body is {length(filled)} characters long after filling in; at most {BODY_MOST}.")


def _check_button(button: TemplateButton, component: Fields | None, place: int) -> None:
    takes = len(variables(button.url)) if button.kind == "url" else int(button.kind == "copy_code")
    if component is None:
        _same_count(f"button {place}", takes, 0)
        return
    if component.text("sub_type").lower() != button.kind:
        raise GraphError(132012, f"button {place} is of type {button.kind}, not {component.text('sub_type')}.")
    parameters = _parameters(component, 1)
    _same_count(f"button {place}", 1 if button.kind == "quick_reply" else takes, len(parameters))
    for parameter in parameters:
        if button.kind == "quick_reply":
            parameter.only("type", "payload").choice("type", ("payload",))
            parameter.text("payload", PAYLOAD_MOST)
        elif button.kind == "url":
            parameter_text(parameter)


def _parameters(component: Fields | None, most: int) -> list[Fields]:
    if component is None or not component.has("parameters"):
        return []
    return component.children("parameters", most, least=0)


def _same_count(where: str, expected: int, got: int) -> None:
    if expected != got:
        raise GraphError(132000, f"{where}: number of params ({got}) does not match the expected number ({expected})")


def parameter_text(parameter: Fields) -> str:
    """Check a text-like parameter and give the text it puts into the template."""
    kind = parameter.text("type")
    if kind not in ("text", "currency", "date_time"):
        raise GraphError(132012, f"{parameter.name('type')}: expected text, got {kind}.")
    value = parameter.text("text") if kind == "text" else parameter.child(kind).text("fallback_value")
    if _BAD_BLANKS.search(value):
        details = "cannot have new-line or tab characters or more than 4 consecutive spaces"
        raise GraphError(132018, f"{parameter.name('text')} {details}.")
    return value


def fill(text: str, parameters: Sequence[Mapping[str, Any]]) -> str:
    """Put the parameters of a checked call into a text of the template."""
    values: dict[str, str] = {}
    for place, parameter in enumerate(parameters):
        kind = parameter["type"]
        value = parameter["text"] if kind == "text" else parameter[kind]["fallback_value"]
        values[parameter.get("parameter_name") or str(place + 1)] = value
    return _VARIABLE.sub(lambda match: values.get(match[1], match[0]), text)
