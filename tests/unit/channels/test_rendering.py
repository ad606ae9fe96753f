"""What holds for every turn on every channel, whatever is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_profiler.channels.bidi import unmarked
from customer_profiler.channels.rendering import Rendered
from customer_profiler.core.messages import Button, Message
from tests.unit.channels.samples import PICTURE, RENDER, WORDS, rendered, strings

channels = pytest.mark.parametrize("channel", sorted(RENDER))

characters = st.sampled_from("ab 12.\n سعرשל€🚗👨\u200d👩\u0301，。") | st.characters(exclude_categories=("Cs", "Cf"))
words = st.text(characters, max_size=30)
texts = words | st.builds(lambda word, times: word * times, words, st.integers(1, 300))
images = st.sampled_from(["", PICTURE, "images/terra.png"])


@st.composite
def messages(draw: st.DrawFn) -> Message:
    titles = draw(st.lists(words | st.text(characters, max_size=300), max_size=30))
    length = draw(st.sampled_from([1, 1, 1, 190, 250, 990, 1100]))
    options = tuple(Button(title, f"{'x' * length}{place}", title[::-1]) for place, title in enumerate(titles))
    return Message(draw(texts), options, draw(images))


def pages(channel: str, *said: Message) -> list[Rendered]:
    """What is sent at first and whenever somebody taps "More ..."."""
    found = rendered(channel, *said)
    return [*found, *(page for each in found if each.rest for page in pages(channel, each.rest))]


def bare(text: str) -> str:
    """A text without blanks and marks."""
    return "".join(unmarked(text).split())


SHOWN = ("text", "body", "caption", "title", "subtitle", "description")
PAYLOADS = ("id", "payload")


@channels
@given(said=st.lists(messages(), max_size=3))
def test_no_platform_would_refuse_anything(channel: str, said: list[Message]) -> None:
    pages(channel, *said)


@channels
@given(said=messages())
def test_every_word_and_every_label_is_shown_whole(channel: str, said: Message) -> None:
    everything = bare("".join(text for each in pages(channel, said) for text in strings(each.body, SHOWN)))

    lines = said.text.split("\n") if said.image and channel == "facebook" else [said.text]
    for text in [*lines, *(button.title for button in said.buttons)]:
        assert bare(text) in everything


@channels
@given(said=messages())
def test_every_option_can_be_tapped_or_all_are_typed_by_number(channel: str, said: Message) -> None:
    sent = pages(channel, said)
    payloads = [payload for each in sent for payload in strings(each.body, PAYLOADS)]
    tappable = {button.payload in payloads for button in said.buttons}

    assert len(tappable) <= 1
    if False in tappable:
        assert WORDS.by_number in "".join(text for each in sent for text in strings(each.body, SHOWN))


@channels
def test_what_is_said_twice_is_the_same_twice(channel: str) -> None:
    said = [Message("Hello"), Message("Which?", (Button("One", "p1"), Button("Two", "p2")))]

    assert rendered(channel, *said) == rendered(channel, *said)
