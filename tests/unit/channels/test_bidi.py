"""Numbers, prices and Latin names inside text that is written right to left."""

from __future__ import annotations

import unicodedata

import pytest
from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st

from customer_profiler.channels.bidi import FSI, PDI, RLM, isolated, unmarked

MIRRORED = str.maketrans("()[]", ")(][")

mixed = st.text(
    st.one_of(
        st.sampled_from("سعرשלוםÁbcXyz 0123456789٢٩€%$+-.,:/@()[]«»\"'\n\t\u00a0،؟🚗\u0301\u064e"),
        st.characters(exclude_categories=("Cs", "Cf")),
    )
)


def shown(text: str) -> str:
    """A line as it appears on a screen, left to right, where the paragraph runs right to left."""
    characters = get_display(text, base_dir="R")
    turned = (each.translate(MIRRORED) if each in "()[]" else each for each in characters)
    return unmarked("".join(turned))


def written(text: str) -> str:
    """A text with its marks made visible."""
    return text.replace(FSI, "⟦").replace(PDI, "⟧").replace(RLM, "¶")


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("السعر €29,900 فقط", "السعر ⟦€29,900⟧ فقط"),
        ("السعر 29.900 € فقط", "السعر ⟦29.900 €⟧ فقط"),
        ("السعر 29.900\u00a0€", "السعر ⟦29.900\u00a0€⟧"),
        ("خصم -20 % الآن", "خصم ⟦-20 %⟧ الآن"),
        ("سيارة Terra X 2.0 جديدة", "سيارة ⟦Terra X 2.0⟧ جديدة"),
        ("(2/5) ما هي ميزانيتك؟", "(⟦2/5⟧) ما هي ميزانيتك؟"),
        ("من 20-30 ألف", "من ⟦20-30⟧ ألف"),
        ("اتصل على +44 20 7946 0958 الآن", "اتصل على ⟦+44 20 7946 0958⟧ الآن"),
        ("اكتب إلى ana@example.com اليوم", "اكتب إلى ⟦ana@example.com⟧ اليوم"),
        ("מחיר: 99.90 ₪", "מחיר: ⟦99.90 ₪⟧"),
        ("Terra, Spark وغيرها", "¶⟦Terra⟧, ⟦Spark⟧ وغيرها"),
        ("Terra X\nسيارة", "¶⟦Terra X⟧\nسيارة"),
        ("سيارة\n\n29.900 €", "سيارة\n\n¶⟦29.900 €⟧"),
        ("سيارة\nSorry, that was not clear.", "سيارة\n¶⟦Sorry, that was not clear.⟧"),
        ("1. سيارة\n2. Terra X, 2.0", "⟦1⟧. سيارة\n¶⟦2⟧. ⟦Terra X, 2.0⟧"),
        ("سيارة\n• Terra – X", "سيارة\n¶• ⟦Terra – X⟧"),
        ("سيارة-Terra", "سيارة-⟦Terra⟧"),
        ("٢٩٬٩٠٠ يورو", "٢٩٬٩٠٠ يورو"),
    ],
)
def test_what_runs_left_to_right_is_isolated(text: str, marks: str) -> None:
    assert written(isolated(text)) == marks


@pytest.mark.parametrize("text", ["", "Terra X 2.0", "Precio: 29.900 €", "Цена (2/5)", "価格 5", "🚗 €5"])
def test_texts_without_right_to_left_letters_stay_as_they_are(text: str) -> None:
    assert isolated(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("السعر 29.900 € فقط", "29.900 €"),
        ("السعر €29,900 فقط", "€29,900"),
        ("سيارة Terra X 2.0 جديدة", "Terra X 2.0"),
        ("الطراز C++ مناسب", "C++"),
        ("من 20-30 ألف", "20-30"),
        ("خصم -20 % الآن", "-20 %"),
        ("اتصل على +44 20 7946 0958 الآن", "+44 20 7946 0958"),
        ("سؤال (2/5) هنا", "(2/5)"),
        ("(2/5) سؤال", "(2/5)"),
        ("Terra, the SUV.", "Terra, the SUV."),
        ("راجع https://example.com/a/ الآن", "https://example.com/a/"),
    ],
)
def test_a_screen_shows_the_parts_of_a_run_in_their_order(text: str, kept: str) -> None:
    assert kept in shown(isolated(f"{text}\nسيارة").split("\n")[0])


def test_without_marks_a_screen_would_swap_the_parts() -> None:
    assert "29.900 €" not in shown("السعر 29.900 € فقط")
    assert "20-30" not in shown("من 20-30 ألف")


def test_a_line_that_begins_with_a_latin_name_begins_on_the_right() -> None:
    line = isolated("Terra هي السيارة")

    assert get_display(line) == get_display(line, base_dir="R")
    assert get_display("Terra هي السيارة") != get_display("Terra هي السيارة", base_dir="R")


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("سيارة\nhttps://example.com/a", "سيارة\n¶⟦https://example.com/a"),
        ("سيارة https://example.com/a_(b)", "سيارة ⟦https://example.com/a_(b)"),
        ("سيارة https://example.com/a هنا", "سيارة ⟦https://example.com/a ⟧هنا"),
        ("سيارة https://example.com/سيارة", "سيارة ⟦https://example.com/سيارة"),
    ],
)
def test_no_mark_follows_an_address_directly(text: str, marks: str) -> None:
    assert written(isolated(text)) == marks


@pytest.mark.parametrize("control", "\u200e\u200f\u202a\u202b\u2066\u2067\u2068")
def test_a_line_that_has_marks_already_is_left_as_it_is(control: str) -> None:
    line = f"سيارة {control}Terra X"

    assert isolated(f"{line}\nسيارة Terra") == f"{line}\nسيارة {FSI}Terra{PDI}"


@given(mixed)
def test_marking_twice_changes_nothing(text: str) -> None:
    assert isolated(isolated(text)) == isolated(text)


@given(mixed)
def test_taking_the_marks_out_gives_the_text_back(text: str) -> None:
    assert unmarked(isolated(text)) == text


@given(mixed)
def test_every_latin_letter_beside_right_to_left_ones_is_isolated(text: str) -> None:
    for line in isolated(text + "ש").split("\n"):
        depth = 0
        for character in line:
            depth += (character == FSI) - (character == PDI)
            assert 0 <= depth <= 1
            assert depth or unicodedata.bidirectional(character) != "L"
