"""Messages as the WhatsApp Cloud API takes them: texts, reply buttons, lists, and pictures with a caption."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from customer_profiler.channels.draft import Draft
from customer_profiler.channels.limits import WhatsApp, is_web_address
from customer_profiler.channels.options import MORE, are_distinct, by_number, can_be_tapped, label, numbered, paged
from customer_profiler.channels.rendering import ListWords, Rendered
from customer_profiler.channels.splitting import label_fits, marked, shortened
from customer_profiler.core.messages import Button, Message

Body = dict[str, object]
Action = Callable[[str], Body]
"""Gives the interactive part but for its text, from the id of the message."""


def render(messages: Sequence[Message], words: ListWords, id_of: Callable[[], str]) -> list[tuple[str, Rendered]]:
    """Give the messages of one turn as calls of the Cloud API, without their recipient, each with its id."""
    draft = Draft(WhatsApp.TEXT, _text, id_of)
    for message in messages:
        if is_web_address(message.image):
            _card(draft, message, words)
        elif message.buttons:
            _options(draft, message, words)
        else:
            draft.say(message.text)
    return draft.finish()


def _card(draft: Draft, message: Message, words: ListWords) -> None:
    """One message of picture, text and buttons; buttons that do not fit follow in a message of their own."""
    if _are_replies(message.buttons):
        text = draft.say_first(message.text, WhatsApp.BODY) or words.choose
        header = {"type": "image", "image": {"link": message.image}}
        parts = {"header": header, **_replies(message.buttons)}
        draft.send(lambda _: Rendered(_interactive(text, parts), has_image=True))
        return
    caption = draft.say_first(message.text, WhatsApp.CAPTION)
    image = {"link": message.image, **({"caption": caption} if caption else {})}
    draft.send(lambda _: Rendered(_body("image", image), has_image=True))
    if message.buttons:
        _options(draft, Message(words.choose, message.buttons), words)


def _options(draft: Draft, message: Message, words: ListWords) -> None:
    """Reply buttons or a list of the labels or, where these do not fit, of their numbers; at worst plain text."""
    for shown in (message, numbered(message)):
        if action := _action(shown.buttons, words):
            _send(draft, shown, action, words)
            return
    draft.say(by_number(message, words))


def _send(draft: Draft, shown: Message, action: Action, words: ListWords) -> None:
    text = draft.take_along(shown.text, WhatsApp.BODY) or words.choose
    _, rest = paged(shown.buttons, WhatsApp.ROWS)
    left = Message(shown.text, tuple(rest)) if rest else None
    draft.send(lambda message_id: Rendered(_interactive(text, action(message_id)), rest=left))


def _action(buttons: Sequence[Button], words: ListWords) -> Action | None:
    if _are_replies(buttons):
        return lambda _: _replies(buttons)
    page, rest = paged(buttons, WhatsApp.ROWS)
    rows = [row for button in buttons if (row := _row(button))]
    titles = [row["title"] for row in rows] + ([words.more] if rest else [])
    if len(rows) < len(buttons) or not are_distinct(titles) or not can_be_tapped(buttons, WhatsApp.ROW_ID):
        return None
    return lambda message_id: _list([*rows[: len(page)], *_more(rest, words, message_id)], words)


def _more(rest: Sequence[Button], words: ListWords, message_id: str) -> list[Body]:
    return [{"id": MORE + message_id, "title": words.more}] if rest else []


def _are_replies(buttons: Sequence[Button]) -> bool:
    titles = [label(button) for button in buttons]
    return (
        WhatsApp.BUTTONS.minimum <= len(buttons) <= WhatsApp.BUTTONS.maximum
        and all(label_fits(title, WhatsApp.BUTTON_TITLE) for title in titles)
        and are_distinct(titles)
        and can_be_tapped(buttons, WhatsApp.BUTTON_ID)
    )


def _row(button: Button) -> dict[str, str] | None:
    """A row of a list; a label that does not fit its title stands whole in its description, or there is no row."""
    title, description = label(button), shortened(button.description.strip(), WhatsApp.ROW_DESCRIPTION)
    if not label_fits(title, WhatsApp.ROW_TITLE):
        if not label_fits(title, WhatsApp.ROW_DESCRIPTION):
            return None
        title, description = shortened(title, WhatsApp.ROW_TITLE), title
    row = {"id": button.payload, "title": marked(title, WhatsApp.ROW_TITLE)}
    return {**row, "description": marked(description, WhatsApp.ROW_DESCRIPTION)} if description else row


def _replies(buttons: Sequence[Button]) -> Body:
    replies = [{"id": button.payload, "title": marked(label(button), WhatsApp.BUTTON_TITLE)} for button in buttons]
    return {"type": "button", "action": {"buttons": [{"type": "reply", "reply": reply} for reply in replies]}}


def _list(rows: Sequence[Mapping[str, object]], words: ListWords) -> Body:
    # Meta's page on lists wants a title of the section even when there is one section only.
    section = {"title": words.choose, "rows": list(rows)}
    return {"type": "list", "action": {"button": words.choose, "sections": [section]}}


def _interactive(text: str, parts: Mapping[str, object]) -> Body:
    return _body("interactive", {"body": {"text": text}, **parts})


def _text(text: str, _: str) -> Body:
    return _body("text", {"body": text})


def _body(kind: str, content: Mapping[str, object]) -> Body:
    return {"messaging_product": "whatsapp", "recipient_type": "individual", "type": kind, kind: content}
