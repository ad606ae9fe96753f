"""The sheet of message templates, checked against what WhatsApp takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from customer_profiler.adapters.content.cells import is_web_address
from customer_profiler.adapters.content.records import Record, read_sound
from customer_profiler.adapters.content.spelling import mend_name
from customer_profiler.channels.limits import Limit, WhatsApp, length
from customer_profiler.core.condition import is_identifier
from customer_profiler.core.template import (
    ButtonAction,
    Category,
    Template,
    TemplateButton,
    is_campaign,
    parameter_numbers,
    start_payload,
    without_parameters,
)

_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")
_CATEGORIES = [category.value for category in Category]
_BUTTON_FORMS = "label=start, label=start:campaign, label=stop or label=https://..."


def read_templates(records: Sequence[Record], profiler_id: str) -> list[Template]:
    """Read the templates without defects and report the others'; their start buttons begin the profiler."""
    _check_repeats(records)
    _check_categories(records)
    return read_sound(records, lambda record: _template(record, profiler_id))


def _template(record: Record, profiler_id: str) -> Template:
    return Template(
        name=_read_name(record),
        language=_read_language(record),
        category=_read_category(record),
        body=_read_body(record),
        header=_read_line(record, "header", WhatsApp.TEMPLATE_HEADER),
        footer=_read_line(record, "footer", WhatsApp.TEMPLATE_FOOTER),
        buttons=_read_buttons(record, profiler_id),
    )


def _check_repeats(records: Sequence[Record]) -> None:
    seen: dict[tuple[str, str], int] = {}
    for record in records:
        key = (record["template"], record["language"])
        first = seen.setdefault(key, record.row)
        if first != record.row and all(key):
            what = f"“{key[0]}” in “{key[1]}” stands in row {first} already"
            record.fault("template", what, "a template has one text a language", "remove one, or change the language")


def _check_categories(records: Sequence[Record]) -> None:
    firsts: dict[str, Record] = {}
    for record in records:
        if record["category"] not in _CATEGORIES or not record["template"]:
            continue
        first = firsts.setdefault(record["template"], record)
        if record["category"] != first["category"]:
            what = f"“{record['template']}” is {first['category']} in row {first.row}"
            mend = "write the same category in both rows, or give one of them another name"
            record.fault("category", what, "a template has one category in all its languages", mend)


def _read_name(record: Record) -> str:
    name = record["template"]
    if not name:
        mend = "write the name under which it is approved"
        record.fault("template", "the template has no name", "nothing could refer to it", mend)
    elif not is_identifier(name):
        why = "Meta takes lower-case letters a-z, digits and underscores only"
        record.fault("template", f"“{name}” is no name of a template", why, "write a name such as “spring_offer”")
    else:
        _check_length(record, "template", "the name", name, WhatsApp.TEMPLATE_NAME)
    return name


def _read_language(record: Record) -> str:
    language = record["language"]
    if not _LANGUAGE.fullmatch(language):
        what = f"“{language}” is not a language code of Meta's" if language else "the language is missing"
        why = "a template is approved for one code exactly, and “en” is not “en_US”"
        record.fault("language", what, why, "write the code shown beside the approved template: en, en_US, es, pt_BR")
    return language


def _read_category(record: Record) -> Category:
    text = record["category"]
    if text in _CATEGORIES:
        return Category(text)
    what = f"category “{text}” is unknown" if text else "the category is missing"
    mend = mend_name(text, _CATEGORIES, f"write {', '.join(_CATEGORIES)}")
    record.fault("category", what, "Meta approves and charges a template by its category", mend)
    return Category.MARKETING


def _read_body(record: Record) -> str:
    body = record["body"]
    if not body:
        record.fault("body", "the body is missing", "a template says something", "write the text as it was approved")
        return body
    _check_length(record, "body", "the body", body, WhatsApp.TEMPLATE_BODY)
    fault = next(_body_faults(body), None)
    if fault:
        record.fault("body", *fault)
    return body


def _body_faults(body: str) -> Iterator[tuple[str, str, str]]:
    rest = without_parameters(body)
    if "{{" in rest or "}}" in rest:
        yield "the body has double braces that are no parameter", "nothing would fill them", "write {{1}}, {{2}} ..."
    numbers = sorted(set(parameter_numbers(body)))
    if numbers != list(range(1, len(numbers) + 1)):
        given = ", ".join(map(str, numbers))
        yield f"the parameters are numbered {given}", "Meta counts them from 1 without gaps", "number them anew"
    if rest.strip() and rest != rest.strip():
        why, mend = "Meta refuses such a template (error 2388299)", "put a few words before and behind it"
        yield "a parameter stands at the start or the end of the body", why, mend
    if not rest.strip():
        yield "the body is nothing but parameters", "Meta refuses such a template", "put words around them"


def _read_line(record: Record, column: str, limit: Limit) -> str:
    text = record[column]
    if "{{" in text:
        record.fault(column, f"the {column} has a parameter", "only the body can have parameters here", "remove it")
    if "\n" in text:
        record.fault(column, f"the {column} has a line break", "it is one line", "write it in one line")
    _check_length(record, column, f"the {column}", text, limit)
    return text


def _read_buttons(record: Record, profiler_id: str) -> tuple[TemplateButton, ...]:
    parts = [part.strip() for part in record["buttons"].split("|")] if record["buttons"] else []
    buttons = [_read_button(record, part, profiler_id) for part in parts]
    sound = tuple(button for button in buttons if button)
    if len(sound) == len(parts):
        _check_together(record, sound)
    return sound


def _read_button(record: Record, part: str, profiler_id: str) -> TemplateButton | None:
    label, _, deed = (text.strip() for text in part.partition("="))
    button = _button(label, deed)
    if button is None or not label:
        why = "a button has a label and something that it does"
        record.fault("buttons", f"“{part}” is no button", why, f"write {_BUTTON_FORMS}, and | between two buttons")
        return None
    _check_length(record, "buttons", f"label “{label}”", label, WhatsApp.TEMPLATE_LABEL)
    if button.action is ButtonAction.START:
        _check_campaign(record, button, profiler_id)
    if button.action is ButtonAction.LINK:
        _check_length(record, "buttons", f"the address of “{label}”", button.target, WhatsApp.TEMPLATE_URL)
    return button


def _button(label: str, deed: str) -> TemplateButton | None:
    if deed == "stop":
        return TemplateButton(label, ButtonAction.STOP)
    if deed == "start" or deed.startswith("start:"):
        return TemplateButton(label, ButtonAction.START, deed.partition(":")[2])
    if is_web_address(deed, ("https",)) and "{{" not in deed:
        return TemplateButton(label, ButtonAction.LINK, deed)
    return None


def _check_campaign(record: Record, button: TemplateButton, profiler_id: str) -> None:
    campaign = button.target
    if campaign and not is_campaign(campaign):
        why = "a campaign is named by at most 100 visible characters without blanks and colons"
        record.fault("buttons", f"“{campaign}” is no name of a campaign", why, "write a name such as “spring_2026”")
    payload, most = start_payload(profiler_id, campaign), WhatsApp.TEMPLATE_PAYLOAD.maximum
    if length(payload) > most:
        what = f"button “{button.label}” would send {length(payload)} characters"
        record.fault("buttons", what, f"WhatsApp takes {most}", "shorten the name of the campaign")


def _check_together(record: Record, buttons: Sequence[TemplateButton]) -> None:
    labels = [button.label.casefold() for button in buttons]
    twice = next((button.label for place, button in enumerate(buttons) if labels[place] in labels[:place]), "")
    if twice:
        record.fault("buttons", f"label “{twice}” stands twice", "nobody could tell them apart", "rename one of them")
    for limit, given in (
        (WhatsApp.TEMPLATE_BUTTONS, len(buttons)),
        (WhatsApp.TEMPLATE_LINKS, sum(not button.is_reply for button in buttons)),
    ):
        if given > limit.maximum:
            what, noun = f"there are {given} {_noun(limit)}", _noun(limit)
            record.fault("buttons", what, f"WhatsApp takes at most {limit.maximum} {noun}", "remove some")
    changes = sum(one.is_reply != other.is_reply for one, other in pairwise(buttons))
    if changes > 1:
        why = "Meta wants the buttons that answer to stand together"
        record.fault("buttons", "web addresses stand between other buttons", why, "put the addresses first or last")


def _noun(limit: Limit) -> str:
    return limit.part.removeprefix("template ")


def _check_length(record: Record, column: str, noun: str, text: str, limit: Limit) -> None:
    if length(text) > limit.maximum:
        what = f"{noun} has {length(text)} characters"
        record.fault(column, what, f"WhatsApp takes at most {limit.maximum}", f"shorten it to {limit.maximum}")
