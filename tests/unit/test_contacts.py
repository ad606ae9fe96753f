"""Contact details are cleaned by libraries, and refused with a reason a person can act on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_profiler.adapters.contacts import MAX_NAME_LETTERS, LibraryContacts, clean_email, clean_name
from customer_profiler.adapters.phrasebook import load_phrasebook
from customer_profiler.core.errors import InvalidContact
from customer_profiler.core.profiler import LEAD_FIELDS

CONTACTS = LibraryContacts()
IN_SPAIN = LibraryContacts("ES")


def refusal(field: str, text: str, contacts: LibraryContacts = CONTACTS) -> tuple[str, str | None]:
    """The reason why a detail is refused, and the suggestion."""
    with pytest.raises(InvalidContact) as caught:
        contacts.clean(field, text)
    return caught.value.reason, caught.value.suggestion


# --- names


@pytest.mark.parametrize(
    "name",
    [
        "Ana", "Ana María López-Íñiguez", "O’Brien", "J. R. R. Tolkien", "Nguyễn Thị Minh Khai", "Łukasz Żółć",
        "Αλέξανδρος", "Анна-Мария", "محمد عبد الله", "مریم می\u200cخواهد", "שרה", "अनुष्का शर्मा", "ശ്രീ\u200dജിത്ത്",
        "王小明",
        "やまだ 太郎", "김민준", "สมชาย", "አበበ", "X Æ A-12", "Jean-Luc, 3rd",
    ],
)  # fmt: skip
def test_a_name_of_any_script_stays_as_it_is(name: str) -> None:
    assert clean_name(name) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Ana   López \n", "Ana López"),
        ("Ana\u00a0López", "Ana López"),
        ("Ana\tLópez", "Ana López"),
        ("An\x00a\x07", "Ana"),
        ("\u202eAna\u202c", "Ana"),
        ("\u200fمريم\u200e", "مريم"),
        ("\ufeffAna\u200b", "Ana"),
        ("Ana\ud800", "Ana"),
        ("Jose\u0301", "José"),
    ],
)
def test_control_characters_direction_marks_and_blanks_are_cleaned(typed: str, name: str) -> None:
    assert clean_name(typed) == name


@pytest.mark.parametrize(
    "name", ["Robert'); DROP TABLE profile;--", "<script>alert(1)</script>", "' OR 1=1 --", "=HYPERLINK(A1)", "{name}"]
)
def test_sql_and_html_are_only_letters_of_a_name(name: str) -> None:
    assert clean_name(name) == name


@pytest.mark.parametrize("typed", ["", "   ", "12345", "🙂🙂", "...", "\u200f\u200e", "\x00", "\u200c", "-"])
def test_a_name_without_a_letter_is_refused(typed: str) -> None:
    assert refusal("name", typed) == ("name_empty", None)


def test_a_name_may_be_as_long_as_people_sign() -> None:
    assert clean_name("a" * MAX_NAME_LETTERS) == "a" * MAX_NAME_LETTERS


@pytest.mark.parametrize("length", [MAX_NAME_LETTERS + 1, 10_000])
def test_a_longer_name_is_refused(length: int) -> None:
    assert refusal("name", "a" * length) == ("name_long", None)


@pytest.mark.parametrize("typed", ["ana@example.com", " ana@example.com "])
def test_an_address_as_a_name_is_refused(typed: str) -> None:
    assert refusal("name", typed) == ("name_email", None)


@given(st.text(max_size=200))
def test_a_cleaned_name_is_clean(text: str) -> None:
    try:
        name = clean_name(text)
    except InvalidContact:
        return
    assert clean_name(name) == name
    assert name == " ".join(name.split())
    name.encode("utf-8")
    assert "\x00" not in name


# --- e-mail


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("ana@example.com", "ana@example.com"),
        (" ana@example.com\n", "ana@example.com"),
        ("Ana.Lopez@EXAMPLE.COM", "Ana.Lopez@example.com"),
        ("<ana@example.com>", "ana@example.com"),
        ("mailto:ana@example.com", "ana@example.com"),
        ("ana+cars@example.co.uk", "ana+cars@example.co.uk"),
        ("ana@bücher.example.com", "ana@bücher.example.com"),
        ("ana@xn--bcher-kva.example.com", "ana@bücher.example.com"),
        ("用户@例子.广告", "用户@例子.广告"),
        ("\u200eana@example.com\u200f", "ana@example.com"),
        ("ａｎａ@example.com", "ａｎａ@example.com"),
    ],
)
def test_an_address_is_normalised_by_the_library(typed: str, address: str) -> None:
    assert clean_email(typed) == address


@pytest.mark.parametrize("typed", ["ana @example.com", "ana@ example.com", "a n a @ example . com"])
def test_an_address_with_spaces_is_suggested_without_them(typed: str) -> None:
    assert refusal("email", typed) == ("email_spaces", "ana@example.com")


@pytest.mark.parametrize(
    "typed", ["my address is ana@example.com.", "Ana <ana@example.com>", "ana@example.com or call me, please!"]
)
def test_the_only_address_inside_a_sentence_is_taken(typed: str) -> None:
    assert CONTACTS.clean("email", typed) == "ana@example.com"


def test_of_several_addresses_the_first_is_suggested() -> None:
    assert refusal("email", "not ana@example.com but bob@example.com") == ("email_format", "ana@example.com")


@pytest.mark.parametrize(
    "typed",
    ["", "ana", "ana@", "@example.com", "ana@example", "ana@@example.com", "ana@exam ple", "ana@-example.com", "🙂",
     "a" * 10_000, "ana@" + "a" * 300 + ".com", "ana@example..com"],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed: str) -> None:
    assert refusal("email", typed) == ("email_format", None)


# --- telephone


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+34 612 34 56 78", "+34612345678"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("+1-202-456-1111", "+12024561111"),
        ("+٣٤ ٦١٢ ٣٤ ٥٦ ٧٨", "+34612345678"),
        ("+۹۸ ۹۱۲ ۳۴۵ ۶۷۸۹", "+989123456789"),
        ("＋34612345678", "+34612345678"),
        ("\u202d+34 612 345 678\u202c", "+34612345678"),
        ("my number is +34 612 345 678", "+34612345678"),
    ],
)
def test_a_number_is_given_in_e164(typed: str, number: str) -> None:
    assert CONTACTS.clean("phone", typed) == number


@pytest.mark.parametrize("typed", ["612 34 56 78", "٦١٢٣٤٥٦٧٨", "020 7946 0958"])
def test_a_number_without_its_country_is_asked_for_it(typed: str) -> None:
    assert refusal("phone", typed) == ("phone_country", None)


@pytest.mark.parametrize("typed", ["612 34 56 78", "612345678", "٦١٢٣٤٥٦٧٨"])
def test_the_region_of_the_settings_stands_for_the_country(typed: str) -> None:
    assert IN_SPAIN.clean("phone", typed) == "+34612345678"


def test_a_number_with_a_country_wins_over_the_region() -> None:
    assert IN_SPAIN.clean("phone", "+44 20 7946 0958") == "+442079460958"


@pytest.mark.parametrize("typed", ["0034 612 345 678", "00 34 612345678"])
def test_two_zeros_stand_for_the_plus_where_the_region_dials_so(typed: str) -> None:
    assert IN_SPAIN.clean("phone", typed) == "+34612345678"


@pytest.mark.parametrize(
    "typed", ["", "hello", "🙂", "12", "+34 612", "+34 000 000 000", "+999 612345678 1", "1" * 10_000]
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    reason, suggestion = refusal("phone", typed)

    assert reason in ("phone_format", "phone_country")
    assert suggestion is None


# --- all of them


@pytest.mark.parametrize("field", LEAD_FIELDS)
@given(text=st.text(max_size=80))
def test_a_detail_is_cleaned_or_refused_with_a_reason_that_has_words(field: str, text: str) -> None:
    try:
        value = IN_SPAIN.clean(field, text)
    except InvalidContact as error:
        assert all(f"invalid_{error.reason}" in phrases.texts for phrases in load_phrasebook().values())
    else:
        assert value.strip()
        value.encode("utf-8")
