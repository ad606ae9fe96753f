"""Messages as Messenger's Send API takes them: texts with quick replies, and cards of the generic template."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from customer_profiler.channels.bidi import isolated
from customer_profiler.channels.draft import Draft
from customer_profiler.channels.limits import Messenger, is_web_address
from customer_profiler.channels.options import MORE, are_distinct, by_number, can_be_tapped, label, numbered, paged
from customer_profiler.channels.rendering import ListWords, Rendered
from customer_profiler.channels.splitting import fits, label_fits, marked, shortened
from customer_profiler.core.messages import Button, Message

Body = dict[str, object]


def render(messages: Sequence[Message], words: ListWords, id_of: Callable[[], str]) -> list[tuple[str, Rendered]]:
    """Give the messages of one turn as calls of the Send API, without their recipient, each with its id.

    The id is also the message's ``metadata``.
    """
    draft = Draft(Messenger.TEXT, _text, id_of)
    for message in messages:
        if message.image:
            _card(draft, message, words)
        elif message.buttons:
            _options(draft, message, words)
        else:
            draft.say(message.text)
    return draft.finish()


def _card(draft: Draft, message: Message, words: ListWords) -> None:
    """A card holds two short texts: the first line and what else fits.

    The other lines are said before it, under the first line too, so that one knows what they are about.
    """
    first, *lines = message.text.strip().split("\n")
    subtitle, said = _subtitle(lines)
    title = first.strip() or words.choose
    if said or not label_fits(title, Messenger.TITLE):
        said.insert(0, title)
    on_card = message.buttons if _are_postbacks(message.buttons) else ()
    element = {
        "title": marked(shortened(title, Messenger.TITLE), Messenger.TITLE),
        **({"subtitle": isolated(subtitle)} if subtitle else {}),
        **({"image_url": message.image} if is_web_address(message.image) else {}),
        **({"buttons": _postbacks(on_card)} if on_card else {}),
    }
    if len(element) == 1:  # the platform takes no card that has a title only
        draft.say(message.text)
    else:
        draft.say("\n".join(said))
        draft.send(lambda message_id: Rendered(_template(element, message_id), has_image="image_url" in element))
    if message.buttons and not on_card:
        _options(draft, Message(words.choose, message.buttons), words)


def _subtitle(lines: Sequence[str]) -> tuple[str, list[str]]:
    """Give the lines that fit under a title, and the others. An address can be tapped in a text only."""
    subtitle, others = "", []
    for line in lines:
        joined = f"{subtitle}\n{line}".strip()
        if fits(joined, Messenger.SUBTITLE) and not is_web_address(line.strip()):
            subtitle = joined
        else:
            others.append(line)
    return subtitle, others


def _options(draft: Draft, message: Message, words: ListWords) -> None:
    """Quick replies with the labels or, where these do not fit, with their numbers; at worst plain text."""
    if not can_be_tapped(message.buttons, Messenger.QUICK_REPLY_PAYLOAD):
        draft.say(by_number(message, words))
        return
    shown = message if _are_titles(message.buttons, words) else numbered(message)
    page, rest = paged(shown.buttons, Messenger.QUICK_REPLIES)
    left = Message(shown.text, tuple(rest)) if rest else None
    text = draft.take_along(shown.text, Messenger.TEXT) or words.choose

    def make(message_id: str) -> Rendered:
        more = [Button(words.more, MORE + message_id)] if rest else []
        return Rendered(_message(message_id, text=text, quick_replies=_quick_replies([*page, *more])), rest=left)

    draft.send(make)


def _are_postbacks(buttons: Sequence[Button]) -> bool:
    titles = [label(button) for button in buttons]
    return (
        len(buttons) <= Messenger.BUTTONS.maximum
        and all(label_fits(title, Messenger.BUTTON_TITLE) for title in titles)
        and are_distinct(titles)
        and can_be_tapped(buttons, Messenger.BUTTON_PAYLOAD)
    )


def _are_titles(buttons: Sequence[Button], words: ListWords) -> bool:
    _, rest = paged(buttons, Messenger.QUICK_REPLIES)
    titles = [label(button) for button in buttons] + ([words.more] if rest else [])
    return all(label_fits(title, Messenger.QUICK_REPLY_TITLE) for title in titles) and are_distinct(titles)


def _postbacks(buttons: Sequence[Button]) -> list[Body]:
    return [
        {"type": "postback", "title": marked(label(button), Messenger.BUTTON_TITLE), "payload": button.payload}
        for button in buttons
    ]


def _quick_replies(buttons: Sequence[Button]) -> list[Body]:
    return [
        {"content_type": "text", "title": marked(label(button), Messenger.QUICK_REPLY_TITLE), "payload": button.payload}
        for button in buttons
    ]


def _template(element: Mapping[str, object], message_id: str) -> Body:
    payload = {"template_type": "generic", "elements": [element]}
    return _message(message_id, attachment={"type": "template", "payload": payload})


def _text(text: str, message_id: str) -> Body:
    return _message(message_id, text=text)


def _message(message_id: str, **content: object) -> Body:
    return {"message": {**content, "metadata": message_id}}
