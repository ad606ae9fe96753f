"""Message templates as the Cloud API takes them (Meta, Template messages and components, Nov 2025)."""

from __future__ import annotations

from collections.abc import Sequence

from customer_profiler.channels.limits import WhatsApp, length
from customer_profiler.core.errors import TemplateError
from customer_profiler.core.messages import payload
from customer_profiler.core.template import (
    ButtonAction,
    Template,
    TemplateButton,
    is_campaign,
    start_payload,
    tidy_parameters,
)

STOP_PAYLOAD = payload("stop")
"""What a stop button sends: a tap on our own command, which any label means in any language."""


def render(
    template: Template, profiler_id: str, parameters: Sequence[str] = (), campaign: str = ""
) -> dict[str, object]:
    """Give a template as a message without its recipient; ``campaign`` takes the place of the buttons' own.

    Raises ``TemplateError`` when parameters or campaign do not fit.
    """
    texts = tidy_parameters(template, parameters)
    _check_length(template, texts)
    _check_campaign(template, campaign)
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "type": "template",
        "template": {
            "name": template.name,
            "language": {"code": template.language},
            "components": [*_body(texts), *_buttons(template, profiler_id, campaign)],
        },
    }


def _check_length(template: Template, texts: Sequence[str]) -> None:
    size, most = length(template.filled(texts)), WhatsApp.TEMPLATE_BODY.maximum
    if size > most:
        what = f"the body of “{template.name}” has {size} characters with these parameters"
        raise TemplateError(what, f"WhatsApp takes at most {most}", "shorten the parameters")


def _check_campaign(template: Template, campaign: str) -> None:
    if campaign and not is_campaign(campaign):
        why = "a campaign is named by at most 100 visible characters without blanks and colons"
        raise TemplateError(f"“{campaign}” is no name of a campaign", why, "give a name such as “spring_2026”")
    if campaign and all(button.action is not ButtonAction.START for button in template.buttons):
        what, why = f"“{template.name}” has no start button", "no run could record the campaign"
        raise TemplateError(what, why, "leave the campaign out")


def _body(texts: Sequence[str]) -> list[dict[str, object]]:
    filled = [{"type": "text", "text": text} for text in texts]
    return [{"type": "body", "parameters": filled}] if filled else []


def _buttons(template: Template, profiler_id: str, campaign: str) -> list[dict[str, object]]:
    """Give the payloads of the buttons that answer to us; the others need nothing."""
    return [
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": str(place),
            "parameters": [{"type": "payload", "payload": _payload(button, profiler_id, campaign)}],
        }
        for place, button in enumerate(template.buttons)
        if button.is_reply
    ]


def _payload(button: TemplateButton, profiler_id: str, campaign: str) -> str:
    if button.action is ButtonAction.STOP:
        return STOP_PAYLOAD
    sent = start_payload(profiler_id, campaign or button.target)
    most = WhatsApp.TEMPLATE_PAYLOAD.maximum
    if length(sent) > most:
        what = f"button “{button.label}” would send {length(sent)} characters"
        raise TemplateError(what, f"WhatsApp takes {most}", "shorten the name of the campaign")
    return sent
