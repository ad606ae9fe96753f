"""Turns a checked WhatsApp call into what stands on the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from customer_profiler.standin.message import Button, Card
from customer_profiler.standin.whatsapp.templates import Template, fill

Call = Mapping[str, Any]


def shown(call: Call, template: Template | None) -> dict[str, Any]:
    """Give the fields of the ``Message`` a call shows."""
    kind = call.get("type") or "text"
    fields = _template(call["template"], template) if template else _READERS[kind](call[kind])
    return {"kind": kind, "quoted": (call.get("context") or {}).get("message_id", ""), **fields}


def _text(text: Call) -> dict[str, Any]:
    return {"text": text["body"]}


def _image(image: Call) -> dict[str, Any]:
    return {"text": image.get("caption", ""), "image": _source(image)}


def _file(file: Call) -> dict[str, Any]:
    return {"text": file.get("caption", ""), "header": file.get("filename", ""), "footer": file.get("link", "")}


def _location(place: Call) -> dict[str, Any]:
    lines = (place.get("name"), place.get("address"), f"{place['latitude']}, {place['longitude']}")
    return {"text": "\n".join(line for line in lines if line)}


def _contacts(contacts: list[Call]) -> dict[str, Any]:
    return {"text": "\n".join(contact["name"]["formatted_name"] for contact in contacts)}


def _interactive(message: Call) -> dict[str, Any]:
    kind, action = message["type"], message["action"]
    header = message.get("header") or {}
    fields: dict[str, Any] = {
        "text": message["body"]["text"],
        "header": header.get("text", ""),
        "image": _source(header["image"]) if "image" in header else "",
        "footer": (message.get("footer") or {}).get("text", ""),
    }
    if kind == "list":
        rows = tuple(_row(row, section) for section in action["sections"] for row in section["rows"])
        return {**fields, "menu": action["button"], "buttons": rows}
    if kind == "carousel":
        return {**fields, "cards": tuple(_card(card) for card in action["cards"])}
    if kind == "location_request_message":
        return {**fields, "buttons": (Button("location", "Send location"),)}
    return {**fields, "buttons": _buttons(action)}


def _buttons(action: Call) -> tuple[Button, ...]:
    if "parameters" in action:
        link = action["parameters"]
        return (Button("url", link["display_text"], url=link["url"]),)
    return tuple(
        Button("reply", reply["title"], reply["id"])
        for reply in (button.get("reply") or button["quick_reply"] for button in action["buttons"])
    )


def _row(row: Call, section: Call) -> Button:
    return Button("row", row["title"], row["id"], row.get("description", ""), section.get("title", ""))


def _card(card: Call) -> Card:
    image = _source(card["header"].get("image") or {})
    return Card("", (card.get("body") or {}).get("text", ""), image, buttons=_buttons(card["action"]))


def _template(call: Call, template: Template) -> dict[str, Any]:
    components = call.get("components") or []
    given = {component["type"]: component.get("parameters") or [] for component in components}
    header = given.get("header") or []
    taps = {int(part["index"]): part.get("parameters") or [] for part in components if part["type"] == "button"}
    return {
        "text": fill(template.body, given.get("body") or []),
        "header": "" if template.takes_media else fill(template.header, header),
        "image": _source(header[0].get("image") or {}) if template.takes_media else "",
        "footer": template.footer,
        "buttons": tuple(
            _template_button(button.kind, button.text, button.url, taps.get(place, []))
            for place, button in enumerate(template.buttons)
        ),
    }


def _template_button(kind: str, text: str, url: str, parameters: list[Call]) -> Button:
    if kind == "quick_reply":
        return Button("template", text, parameters[0]["payload"] if parameters else text)
    if kind == "url":
        return Button("url", text, url=fill(url, parameters))
    return Button("phone" if kind == "phone_number" else "copy", text)


def _source(media: Call) -> str:
    return str(media.get("link") or (f"media:{media['id']}" if "id" in media else ""))


_READERS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "text": _text,
    "image": _image,
    "sticker": _file,
    "video": _file,
    "audio": _file,
    "document": _file,
    "location": _location,
    "contacts": _contacts,
    "interactive": _interactive,
}
