"""Long texts in parts and long labels shortened."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from customer_profiler.channels.limits import CHARACTERS, Limit, length
from customer_profiler.channels.splitting import shortened, size, split, split_off_end

FAMILY = "👨‍👩‍👧"  # eight units, one character to a reader


def of(maximum: int) -> Limit:
    return Limit("any", "text", maximum, CHARACTERS, "this test", "2026-01")


def bare(text: str) -> str:
    """A text without blanks."""
    return "".join(text.split())


@pytest.mark.parametrize(
    ("text", "maximum", "parts"),
    [
        ("", 10, []),
        (" \n ", 10, []),
        ("short", 10, ["short"]),
        ("one two\n\nthree. four", 15, ["one two", "three. four"]),
        ("a\n\nb\n\nc d e", 6, ["a\n\nb", "c d e"]),
        ("one two\nthree four", 12, ["one two", "three four"]),
        ("One two. Three four? Five", 20, ["One two. Three four?", "Five"]),
        ("ما هذا؟ هنا الجواب", 12, ["ما هذا؟", "هنا الجواب"]),
        ("これは。それは。", 6, ["これは。", "それは。"]),
        ("one two three", 8, ["one two", "three"]),
        ("unbreakable", 4, ["unbr", "eaka", "ble"]),
        (FAMILY * 3, 17, [FAMILY * 2, FAMILY]),
        ("e\u0301e\u0301e\u0301", 5, ["e\u0301e\u0301", "e\u0301"]),
        ("x" + "\u0301" * 9, 4, ["x\u0301\u0301\u0301", "\u0301" * 4, "\u0301" * 2]),
    ],
)
def test_a_text_is_split_at_the_best_pause_that_fits(text: str, maximum: int, parts: list[str]) -> None:
    assert split(text, of(maximum)) == parts


@pytest.mark.parametrize(
    ("text", "maximum", "parts"),
    [
        ("all of it", 10, ("", "all of it")),
        ("one\n\ntwo\n\nthree", 10, ("one", "two\n\nthree")),
        ("One two. Three four.", 12, ("One two.", "Three four.")),
        ("one two three", 9, ("one", "two three")),
        ("unbreakable", 4, ("unbreak", "able")),
    ],
)
def test_the_end_of_a_text_is_the_longest_that_fits(text: str, maximum: int, parts: tuple[str, str]) -> None:
    assert split_off_end(text, of(maximum)) == parts


@pytest.mark.parametrize(
    ("label", "maximum", "title"),
    [
        ("Fits", 4, "Fits"),
        ("Sun, sea and mountains", 12, "Sun, sea…"),
        ("Sun, sea and mountains", 7, "Sun…"),
        ("Carretera (pueblos y campo)", 14, "Carretera…"),
        ("Donaudampfschifffahrt", 8, "Donauda…"),
        (f"{FAMILY}{FAMILY} families", 17, f"{FAMILY}{FAMILY}…"),
        (FAMILY, 4, "👨\u200d…"),
    ],
)
def test_a_label_ends_in_an_ellipsis_after_a_whole_word(label: str, maximum: int, title: str) -> None:
    assert shortened(label, of(maximum)) == title


texts = st.text(st.sampled_from("abc سعر€5 .\n\n 🚗👨\u200d👩\u0301。؟"), max_size=200) | st.text(
    st.characters(exclude_categories=("Cs",)), max_size=60
)


@given(texts, st.integers(12, 60))
def test_nothing_but_blanks_is_lost_and_every_part_fits(text: str, maximum: int) -> None:
    parts = split(text, of(maximum))
    first, last = split_off_end(text, of(maximum))

    assert bare("".join(parts)) == bare(text)
    assert bare(first + last) == bare(text)
    assert all(part.strip() and size(part) <= maximum for part in parts)
    assert size(last) <= maximum


@given(texts, st.integers(12, 60))
def test_what_readers_take_for_one_character_stays_in_one_part(text: str, maximum: int) -> None:
    seen = [each for each in regex.findall(r"\X", text) if not each[0].isspace()]
    if all(size(each) <= maximum for each in seen):
        assert {each for part in split(text, of(maximum)) for each in regex.findall(r"\X", part)} >= set(seen)


@given(texts, st.integers(3, 60))
def test_a_shortened_label_fits_and_is_a_beginning(label: str, maximum: int) -> None:
    title = shortened(label, of(maximum))

    assert length(title) <= maximum
    assert title == label or label.startswith(title.removesuffix("…"))
