"""Folding: what people type differently and mean alike becomes one text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_profiler.core.folding import fold, plain, signs, squash


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Family   CAR ", "family car"),
        ("Straße", "strasse"),
        ("ISPARTA", "isparta"),
        ("İstanbul", "istanbul"),
        ("ısparta", "isparta"),
        ("Über-Größe", "uber grosse"),
        ("Łódź đ ħ œuvre Ærø", "lodz d h oeuvre aero"),
        ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
        ("Ёлка", "елка"),
        ("ｆａｍｉｌｙ", "family"),
        ("don’t", "don t"),
    ],
)
def test_case_accents_and_width_do_not_count(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("عائلي", "عائلى"),
        ("كتاب", "کتاب"),
        ("سيارة", "سیاره"),
        ("أحمد إلى آخر", "احمد الی اخر"),
        ("مُسْتَعْمَل", "مستعمل"),
        ("جـــديد", "جديد"),
        ("می\u200cخواهم", "میخواهم"),
        ("שָׁלוֹם", "שלום"),
        ("हाँ", "हां"),
        ("ﻻ", "لا"),
    ],
)
def test_spellings_of_other_scripts_meet(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize("text", ["किताबें", "ใหม่", "가족용", "ガソリン", "がぞう", "தமிழ்"])
def test_vowel_signs_and_syllables_stay_whole(text: str) -> None:
    assert fold(text) == text


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("20,000", "20000"),
        ("20.000", "20000"),
        ("20 000", "20000"),
        ("20\u00a0000", "20000"),
        ("20\u202f000", "20000"),
        ("20'000", "20000"),
        ("1,234,567", "1234567"),
        ("1,00,000", "100000"),
        ("٢٠٬٠٠٠", "20000"),
        ("20.000-30.000", "20000 30000"),
        ("10 000 20 000", "10000 20000"),
        ("3.5", "3.5"),
        ("3,5", "3.5"),
        ("٣٫٥", "3.5"),
        (".5", "0.5"),
        ("12.05.2024", "12 05 2024"),
        ("3.", "3"),
        ("3-4", "3 4"),
        ("３ ३ ③ 3️⃣ ۳", "3 3 3 3 3"),
    ],
)
def test_numbers_have_one_form(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize("text", ["", "   ", "👍🏽", "🇪🇸", "?!…", "\u200b\u200e\ufeff", "\x07", "❤️", "\ud800"])
def test_nothing_is_left_of_text_without_letters(text: str) -> None:
    assert fold(text) == ""


@pytest.mark.parametrize(
    ("text", "language", "folded"),
    [
        ("Größe", "de", "groesse"),
        ("Größe", "de-AT", "groesse"),
        ("smørbrød å", "da", "smoerbroed aa"),
        ("ö", "fi", "o"),
    ],
)
def test_a_language_spells_its_letters_with_two(text: str, language: str, folded: str) -> None:
    assert fold(text, language) == folded


def test_squashing_never_glues_two_numbers() -> None:
    assert squash("3 4 doors family car") == "3 4doorsfamilycar"


def test_plain_text_keeps_accents_emoji_and_signs() -> None:
    assert plain(" SÍ  👍 <20 ") == "sí 👍 <20"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<20", {"<"}),
        ("> 20", {">"}),
        ("C++", {"letter++"}),
        ("C#", {"letter#"}),
        ("-1", {"minus"}),
        ("3+", {"+"}),
        ("50 %", {"%"}),
        ("3€", {"€"}),
        ("3-4", set()),
        ("#3", set()),
        ("<b>family</b>", set()),
        ("family - sport", set()),
    ],
)
def test_signs_that_change_the_meaning_are_noticed(text: str, found: set[str]) -> None:
    assert signs(text) == found


@given(st.text())
def test_folded_text_is_words_joined_by_single_spaces(text: str) -> None:
    assert fold(text) == " ".join(fold(text).split())


@given(st.text(alphabet=st.characters(whitelist_categories=("L", "Zs"))))
def test_folding_text_without_numbers_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
