"""What holds for every reply."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_profiler.adapters.similarity import edit_distance
from customer_profiler.core.folding import fold, squash
from customer_profiler.core.matching import Candidate, Match, Status, match
from customer_profiler.core.words import Words
from tests.unit.matching.samples import CARS, ENGLISH, SPANISH, UNKNOWN, asked

TEXTS = st.text(max_size=40) | st.sampled_from(
    [
        "2",
        "second",
        "no",
        "family",
        "Family car",
        "not family",
        "20,000",
        "<20",
        "3 or more",
        "第三",
        "١",
        "the last",
        "C++",
        "ß",
        "İ",
    ]
)
CANDIDATES = st.lists(st.lists(TEXTS, min_size=1, max_size=3), max_size=6).map(
    lambda lists: [Candidate(str(place), tuple(names)) for place, names in enumerate(lists, 1)]
)
WORDS = st.sampled_from([ENGLISH, SPANISH, UNKNOWN, Words("ja"), Words("tr"), Words("de")])
LABELS = st.lists(
    st.text(st.sampled_from("abcdefghijklmnñopqrstuvwxyzáéü "), min_size=4, max_size=20).filter(
        lambda text: len(fold(text)) > 3
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda text: squash(fold(text)),
)


@pytest.mark.parametrize(
    "reply",
    ["", "   ", "\n\t", "🚗🚗", "?!", "\x00\x07", "\u200b\u200f", "\ud800", "a" * 10_000, "family " * 2000],
)
def test_nothing_to_read_is_no_match(reply: str) -> None:
    assert asked(reply, CARS) == Match(Status.NONE)


@pytest.mark.parametrize(
    "reply", ["2 or " * 5000, "family sport " * 20, "3 " * 100, "," * 100_000, "-" * 300, "1.000" * 60]
)
def test_long_replies_are_read_quickly(reply: str) -> None:
    many = [f"Family car {number}, {word}|{word}" for number in range(20) for word in ("blue", "green")]
    start = time.perf_counter()
    asked(reply, many)
    assert time.perf_counter() - start < 1


def test_no_candidates_are_no_match() -> None:
    assert match("3", [], ENGLISH, edit_distance) == Match(Status.NONE)


@given(TEXTS, CANDIDATES, WORDS)
@settings(max_examples=400)
def test_any_text_gives_a_verdict_about_the_candidates(reply: str, candidates: list[Candidate], words: Words) -> None:
    heard = match(reply, candidates, words, edit_distance)
    order = [candidate.id for candidate in candidates if candidate.id in heard.options]
    sizes = {Status.MATCH: len(order) == 1, Status.AMBIGUOUS: len(order) > 1, Status.NONE: not order}
    assert sizes[heard.status]
    assert list(heard.options) == order
    assert heard.status is Status.NONE or not heard.hint


@given(CANDIDATES, WORDS, st.data())
@settings(max_examples=300)
def test_a_label_never_means_only_other_options(candidates: list[Candidate], words: Words, data: st.DataObject) -> None:
    visible = [c for c in candidates if fold(c.names[0])]
    if visible:
        candidate = data.draw(st.sampled_from(visible))
        heard = match(candidate.names[0], candidates, words, edit_distance)
        assert candidate.id in heard.options
        assert heard.strong or heard.status is Status.AMBIGUOUS


@given(LABELS, WORDS, st.data())
def test_a_label_matches_itself_strongly(labels: list[str], words: Words, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(labels)))
    heard = asked(labels[place - 1], labels, words)
    assert heard == Match(Status.MATCH, (str(place),), strong=True) or labels[place - 1].strip() in words.positions


@given(
    st.sampled_from(
        [
            "family",
            "3",
            "the third",
            "not family",
            "sprots car",
            "family and sport",
            "Work van",
            "xyz",
            "20,000",
            "car",
        ]
    ),
    st.sampled_from(
        [
            str.upper,
            str.title,
            str.swapcase,
            lambda t: f"  {t}\n",
            lambda t: f"🚗{t}👍🏽",
            lambda t: f"🙂 {t} ❤️",
        ]
    ),
)
def test_case_spaces_and_emoji_change_nothing(reply: str, change) -> None:  # type: ignore[no-untyped-def]
    assert asked(change(reply), CARS) == asked(reply, CARS)


@given(st.sampled_from(["family", "sprots car", "not family", "work"]))
def test_accents_change_nothing(reply: str) -> None:
    assert asked(reply.replace("a", "á").replace("o", "ö"), CARS) == asked(reply, CARS)


@given(st.text(max_size=6))
def test_a_single_letter_is_never_a_part_of_a_name(text: str) -> None:
    if len(fold(text)) == 1 and fold(text).isalpha() and fold(text).isascii():
        assert asked(text, CARS).status is Status.NONE
