"""Typed replies: what is understood, what is asked back, and what is never guessed."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customer_profiler.adapters.number_words import number_words
from customer_profiler.adapters.similarity import edit_distance
from customer_profiler.core.folding import fold, squash
from customer_profiler.core.matching import Candidate, Match, Status, match
from customer_profiler.core.words import Words

ENGLISH_FILLERS = (
    "a|an|the|one|the one|ones|i|we|i'm|i'll|i'd|i'd like|want|need|would like|take|choose|pick|prefer|it|"
    "is|please|thanks|thank you|for me|for us|option|number|my answer is|yes|ok|go for|go with|looking for"
)
ENGLISH_NEGATIONS = (
    "no|not|don't|dont|never|without|except|but|neither|nor|none|nothing|hate|instead of|anything but|isn't|"
    "one second|a second"
)
SPANISH_FILLERS = "el|la|un|una|quiero|necesito|me gustaría|por favor|gracias|para mí|opción|número|prefiero|de|sí"
SPANISH_NEGATIONS = "no|ni|sin|nunca|ninguno|ninguna|excepto|menos|pero|un segundo"

ENGLISH = Words(
    "en",
    fillers=frozenset(ENGLISH_FILLERS.split("|")),
    negations=frozenset(ENGLISH_NEGATIONS.split("|")),
    positions={**number_words("en"), "option one": 1, "number one": 1},
    last=frozenset({"last", "last one"}),
)
SPANISH = Words(
    "es",
    fillers=frozenset(SPANISH_FILLERS.split("|")),
    negations=frozenset(SPANISH_NEGATIONS.split("|")),
    positions={**number_words("es"), "primera": 1, "segunda": 2, "tercera": 3, "tercer": 3},
    last=frozenset({"último", "última"}),
)
UNKNOWN = Words("xx")

CARS = ["Family car|estate|MPV", "Sports car", "Work van"]
SEATS = ["2 seats", "5 seats", "7 seats"]
PRICES = ["Under 20,000", "20,000 to 30,000", "Over 40,000"]
EXTRAS = ["Fully electric", "No children", "3 or more", "Without extras", "Sunroof: none"]
COCHES = ["Coche familiar", "Deportivo", "Furgoneta"]


def asked(reply: str, labels: list[str], words: Words = ENGLISH) -> Match:
    """Match against options 1, 2, 3 ...; synonyms follow the label after a bar."""
    candidates = [Candidate(str(place), tuple(names.split("|"))) for place, names in enumerate(labels, 1)]
    return match(reply, candidates, words, edit_distance)


def chosen(reply: str, labels: list[str], words: Words = ENGLISH) -> str:
    """Give the options meant as "1" or "1 2", and nothing for no match."""
    return " ".join(asked(reply, labels, words).options)


@pytest.mark.parametrize(
    "reply",
    [
        "3",
        " 3 ",
        "3.",
        "3)",
        "(3)",
        "#3",
        "# 3",
        "nº 3",
        "n.º 3",
        "№3",
        "no. 3",
        "No.3",
        "3!",
        "03",
        "3rd",
        "3º",
        "3ª",
        "3️⃣",
        "③",
        "３",
        "३",
        "٣",
        "۳",
        "三",
        "㊂",
        "Ⅲ",
        "第三",
        "第3",
        "3番",
        "3번",
        "3 👍",
        "option 3",
        "number 3",
        "option #3",
        "three",
        "third",
        "the third",
        "the third one please",
        "I'd like the third one",
        "Nr. 3",
        "last",
        "the last one",
    ],
)
def test_a_position_is_understood_in_any_script_and_wording(reply: str) -> None:
    assert asked(reply, CARS) == Match(Status.MATCH, ("3",), strong=True)


@pytest.mark.parametrize(
    "reply", ["tres", "la tercera", "el tercero", "opción 3", "número tres", "la última", "3ra", "3º", "3er"]
)
def test_a_position_is_understood_in_spanish(reply: str) -> None:
    assert asked(reply, COCHES, SPANISH) == Match(Status.MATCH, ("3",), strong=True)


@pytest.mark.parametrize(
    "reply",
    [
        "9" * 5000,
        "0",
        "-1",
        "- 1",
        "4",
        "99",
        "3.5",
        "3,5",
        ".5",
        "3 doors",
        "3€",
        "$3",
        "50%",
        "3%",
        "<3",
        ">2",
        "+3",
        "3+",
        "½",
        "3°C",
        "one second",
        "one second please",
        "a second",
        "3 👎",
        "3rd world",
        "0x3",
        "3:00",
    ],
)
def test_other_numbers_are_no_position(reply: str) -> None:
    assert asked(reply, CARS).status is Status.NONE


@pytest.mark.parametrize(
    ("reply", "labels", "options"),
    [
        ("2", SEATS, "1 2"),
        ("two", SEATS, "1 2"),
        ("5", SEATS, "2"),
        ("7", SEATS, "3"),
        ("seven", SEATS, "3"),
        ("3", SEATS, "3"),
        ("5", ["Two seats", "Five seats"], "2"),
        ("2", ["Two seats", "Five seats"], "1 2"),
        ("5", ["Two to five", "Five to ten", "More"], "1 2"),
        ("2", ["2", "4", "6"], "1 2"),
        ("option 2", ["2", "4", "6"], "1 2"),
        ("4", ["2", "4", "6"], "2"),
        ("2", ["1 person", "2 people", "3 or more"], "2"),
        ("3", ["2人", "3人", "4人以上"], "2 3"),
        ("三", ["二人", "三人", "四人以上"], "2 3"),
        ("20000", PRICES, "1 2"),
        ("20.000", PRICES, "1 2"),
        ("2", ["4x4", "Van"], "2"),
        ("20", ["20% off", "50% off"], "1"),
        ("20%", ["20% off", "50% off"], "1"),
        ("2", ["Second-hand", "New"], "2"),
        ("second", ["Second-hand", "New"], "1 2"),
        ("second", ["New", "Second-hand"], "2"),
        ("last", ["Last year", "Never", "Now"], "1 3"),
        ("first", ["First-time buyer", "Owner"], "1"),
    ],
)
def test_a_number_that_labels_are_about_is_asked_back(reply: str, labels: list[str], options: str) -> None:
    assert chosen(reply, labels) == options


@pytest.mark.parametrize("reply", ["option one", "number one", "one", "1"])
def test_a_word_that_is_also_a_filler_counts_where_it_must_be_a_number(reply: str) -> None:
    assert asked(reply, CARS) == Match(Status.MATCH, ("1",), strong=True)


@pytest.mark.parametrize("reply", ["the one", "I'd like one please", "one please"])
def test_a_word_that_is_also_a_filler_does_not_count_elsewhere(reply: str) -> None:
    assert asked(reply, CARS).status is Status.NONE


@pytest.mark.parametrize(
    "reply", ["20000-30000", "20.000 – 30.000", "20 000 to 30 000 please", "20000 30000"]
)
def test_a_range_is_the_label_about_the_same_numbers(reply: str) -> None:
    assert chosen(reply, PRICES) == "2"


@pytest.mark.parametrize("reply", ["not 20000-30000", "30000-20000", "20000-40000", "20000-30000 km"])
def test_a_range_is_no_label_about_other_numbers(reply: str) -> None:
    assert asked(reply, PRICES).status is Status.NONE


@pytest.mark.parametrize("reply", ["40000", "30.000"])
def test_a_number_inside_one_label_is_only_a_hint(reply: str) -> None:
    heard = asked(reply, PRICES)
    assert heard.status is Status.NONE
    assert len(heard.hint) == 1


@pytest.mark.parametrize(
    ("reply", "option"),
    [
        ("Family car", "1"),
        ("FAMILY  CAR!", "1"),
        ("family-car", "1"),
        ("familycar", "1"),
        ("🚗 family car 🙂", "1"),
        ("Fámily càr", "1"),
        ("estate", "1"),
        ("mpv", "1"),
        ("work\u200bvan", "3"),
    ],
)
def test_a_label_or_synonym_is_a_strong_match(reply: str, option: str) -> None:
    assert asked(reply, CARS) == Match(Status.MATCH, (option,), strong=True)


@pytest.mark.parametrize(
    ("reply", "option"),
    [
        ("the family one please", "1"),
        ("I'd like a family car", "1"),
        ("family", "1"),
        ("fam", "1"),
        ("family c", "1"),
        ("family?", "1"),
        ("I want the estate", "1"),
        ("an MPV, thanks", "1"),
        ("van", "3"),
        ("famly", "1"),
        ("fmaily car", "1"),
        ("the sprots car please", "2"),
        ("wrok van", "3"),
        ("2. Sports car", "2"),
        ("Sports car (2)", "2"),
        ("the sportscar please", "2"),
    ],
)
def test_fillers_parts_and_slips_are_a_weak_match(reply: str, option: str) -> None:
    assert asked(reply, CARS) == Match(Status.MATCH, (option,), strong=False)


@pytest.mark.parametrize(
    ("reply", "options"),
    [
        ("car", "1 2"),
        ("family and sport", "1 2"),
        ("family / work", "1 3"),
        ("family xor work", "1 3"),
        ("Family car or sports car", "1 2"),
        ("estate or van", "1 3"),
        ("2 or 3", "2 3"),
        ("2-3", "2 3"),
        ("2 3", "2 3"),
        ("2 und 3", "2 3"),
        ("2と3", "2 3"),
        ("the first or the last", "1 3"),
        ("2 family", "1 2"),
        ("family van", "1 3"),
    ],
)
def test_what_fits_several_options_is_asked_back(reply: str, options: str) -> None:
    assert chosen(reply, CARS) == options


@pytest.mark.parametrize(
    "reply", ["both", "all", "any", "maybe", "whatever", "f", "c", "x", "please", "the", "hello there"]
)
def test_words_that_name_nothing_are_no_match(reply: str) -> None:
    assert asked(reply, CARS) == Match(Status.NONE)


@pytest.mark.parametrize(
    "reply",
    [
        "not family",
        "no family car",
        "anything but a van",
        "I don't want the estate",
        "no",
        "never",
        "family? no",
        "neither",
        "not 2",
        "family but not sport",
        "I hate vans",
        "van instead of family",
        "🚫 family car",
        "family isn't for me",
        "dont van",
    ],
)
def test_a_negated_reply_is_no_match_and_no_hint(reply: str) -> None:
    assert asked(reply, CARS) == Match(Status.NONE)


@pytest.mark.parametrize(
    "reply",
    ["no familiar", "ni idea", "sin deportivo", "no 3", "deportivo no", "un segundo", "familiar no, gracias"],
)
def test_a_spanish_negation_is_no_match(reply: str) -> None:
    assert asked(reply, COCHES, SPANISH) == Match(Status.NONE)


@pytest.mark.parametrize(
    ("reply", "labels", "option"),
    [
        ("no", ["Yes", "No"], "2"),
        ("No, thanks", ["Yes", "No"], "2"),
        ("no", ["Yes", "No, thanks", "North"], "2"),
        ("no", ["Yes", "North", "Nothing special"], ""),
        ("no", ["No children", "No pets"], "1 2"),
        ("no children", EXTRAS, "2"),
        ("without extras please", EXTRAS, "4"),
        ("no, family please", ["No family", "Family"], ""),
        ("no I want family", ["No family", "Family"], ""),
        ("none of them", ["Red", "None"], ""),
        ("no idea", ["Yes", "No"], ""),
        ("no yes", ["Yes", "No"], ""),
        ("not really please", ["Yes", "Not sure yet"], ""),
        ("not please", ["Yes", "Not sure yet"], ""),
        ("no please", ["Yes", "No, not me", "No, thanks"], "3"),
    ],
)
def test_a_negation_that_is_the_label_is_understood(reply: str, labels: list[str], option: str) -> None:
    assert chosen(reply, labels) == option


@pytest.mark.parametrize(
    "reply", ["children", "extras", "with extras", "withot extras", "with", "sunroof", "Sunrof"]
)
def test_what_a_label_denies_is_never_that_option(reply: str) -> None:
    assert asked(reply, EXTRAS).status is Status.NONE


@pytest.mark.parametrize(
    ("reply", "option"), [("electric", "1"), ("more", "3"), ("without", "4"), ("3 or more", "3")]
)
def test_words_inside_one_label_name_it(reply: str, option: str) -> None:
    assert chosen(reply, EXTRAS) == option


def test_inner_words_are_not_trusted_where_no_negations_are_known() -> None:
    assert asked("elektrisch", ["Voll elektrisch", "Diesel"], UNKNOWN) == Match(Status.NONE, hint=("1",))


@pytest.mark.parametrize(
    ("reply", "label"),
    [
        ("with extras", "Without extras"),
        ("limited", "Unlimited"),
        ("unlimited plan", "Limited plan"),
        ("planlimited", "Plan unlimited"),
        ("indoor", "Outdoor"),
        ("under 30000", "Under 20,000"),
        ("now", "New"),
        ("sugar", "Sugar-free"),
        ("newer", "Never"),
        ("normal", "Abnormal"),
        ("2021", "2020"),
        (">20", "<20"),
        ("20", "<20"),
        ("C++", "C"),
        ("-5", "5"),
        ("3.5", "35"),
        ("3 4", "34"),
        ("5 $", "5 €"),
        ("no table", "Notable"),
        ("sports car", "Sport car deluxe, not sports"),
    ],
)
def test_a_neighbour_with_another_meaning_is_never_taken(reply: str, label: str) -> None:
    assert "1" not in asked(reply, [label, "Something"]).options


def test_a_word_that_is_another_options_is_no_slip() -> None:
    assert chosen("sports car", ["Sport car", "Sports van"]) == "1 2"


def test_two_options_that_are_near_are_asked_back() -> None:
    assert chosen("stations", ["Station A", "Station B"]) == "1 2"


@pytest.mark.parametrize(
    ("reply", "labels", "options"),
    [
        ("sí", ["sí", "si"], "1"),
        ("SI", ["sí", "si"], "2"),
        ("sì", ["sí", "si"], "1 2"),
        ("👎", ["👍", "👎"], "2"),
        ("👍🏽", ["👍", "👎"], "1"),
        ("< 20", ["<20", ">20"], "1"),
        ("20", ["<20", ">20"], "1 2"),
        ("c#", ["C++", "C#"], "2"),
        ("c", ["C++", "C#"], "1 2"),
        ("b", ["A", "B"], "2"),
        ("family", ["Family", "Family van"], "1"),
        ("family van please", ["Family", "Family van"], "2"),
        ("electric", ["Electric", "Fully electric"], "1"),
    ],
)
def test_labels_that_are_alike_are_told_apart(reply: str, labels: list[str], options: str) -> None:
    assert chosen(reply, labels) == options


@pytest.mark.parametrize(
    "reply", ["my cousin has a family car", "<b>family car</b>", "family car'; DROP TABLE runs;--"]
)
def test_a_label_among_unknown_words_is_a_hint(reply: str) -> None:
    assert asked(reply, CARS) == Match(Status.NONE, hint=("1",))


@pytest.mark.parametrize(
    ("language", "labels", "reply", "options"),
    [
        ("tr", ["Çocuk yok", "Bir çocuk"], "COCUK YOK", "1"),
        ("tr", ["Çocuk yok", "Araba"], "çocuk", ""),
        ("tr", ["Sigarasız", "Evet"], "sigara", ""),
        ("tr", ["İstiyorum", "Hayır"], "ISTIYORUM", "1"),
        ("tr", ["İstiyorum", "Hayır"], "istemiyorum", ""),
        ("tr", ["Kısa", "Uzun"], "kisa", "1"),
        ("tr", ["Kısa", "Uzun", "Orta"], "üçüncü", "3"),
        ("de", ["Familienauto", "Größe L"], "familienato", "1"),
        ("de", ["Familienauto", "Größe L"], "Familie", "1"),
        ("de", ["Familienauto", "Größe L"], "nicht Familie", ""),
        ("de", ["Familienauto", "Größe L"], "groesse l", "2"),
        ("de", ["Familienauto", "Größe L"], "GRÖSSE L", "2"),
        ("de", ["Keine Kinder", "Ein Kind"], "Kinder", ""),
        ("ar", ["سيارة عائلية", "سيارة رياضية"], "سياره عائليه", "1"),
        ("ar", ["سيارة عائلية", "سيارة رياضية"], "سيارة", "1 2"),
        ("ar", ["بدون أطفال", "طفل واحد"], "اطفال", ""),
        ("ar", ["نعم", "لا"], "٢", "2"),
        ("fa", ["ایستگاه‌واگن", "خانوادگی"], "ایستگاه واگن", "1"),
        ("fa", ["ایستگاه‌واگن", "خانوادگی"], "ایستگاهواگن", "1"),
        ("fa", ["ایستگاه‌واگن", "خانوادگی"], "خانوادگي", "2"),
        ("fa", ["ایستگاه‌واگن", "خانوادگی"], "گزینه ۲", "2"),
        ("fa", ["بچه ندارم", "یک بچه"], "بچه‌دارم", ""),
        ("hi", ["पारिवारिक कार", "स्पोर्ट्स कार"], "पारिवारिक", "1"),
        ("hi", ["हाँ", "नहीं"], "हां", "1"),
        ("hi", ["हाँ", "नहीं"], "२", "2"),
        ("ja", ["家族向け", "スポーツカー"], "家族", "1"),
        ("ja", ["家族向け", "スポーツカー"], "スポツカー", "2"),
        ("ja", ["家族", "仕事"], "家族と仕事", "1 2"),
        ("ja", ["家族", "仕事"], "家族ではない", ""),
        ("ja", ["子供なし", "一人"], "子供", ""),
        ("zh", ["没有孩子", "有孩子"], "没有", "1"),
        ("zh", ["家庭用车", "跑车"], "家庭", "1"),
        ("zh", ["家庭用车", "跑车"], "第二个", "2"),
        ("zh", ["四人家庭", "大家庭"], "三人家庭", ""),
        ("ko", ["가족용", "업무용"], "가족", "1"),
        ("ko", ["가족용", "업무용"], "가족용과 업무용", "1 2"),
        ("ko", ["가족용", "업무용"], "2번", "2"),
        ("ko", ["아이 없음", "한 명"], "아이", ""),
        ("el", ["Οικογενειακό", "Σπορ"], "οικογενειακο", "1"),
        ("el", ["Οικογενειακό", "Σπορ"], "όχι οικογενειακό", ""),
        ("ru", ["Семейный", "Подержанный"], "подержаный", "2"),
        ("ru", ["Семейный", "Подержанный"], "не семейный", ""),
        ("ru", ["Семейный", "Подержанный"], "2-й", "2"),
        ("ru", ["Нормальный", "Другое"], "ненормальный", ""),
        ("th", ["รถครอบครัว", "รถสปอร์ต"], "รถสปอร์ต", "2"),
        ("th", ["รถครอบครัว", "รถสปอร์ต"], "ไม่เอารถสปอร์ต", ""),
        ("xx", ["Familia", "Kazi"], "wewe Familia", ""),
        ("xx", ["Familia", "Kazi"], "famila", "1"),
    ],
)
def test_content_of_any_language_is_understood(
    language: str, labels: list[str], reply: str, options: str
) -> None:
    assert chosen(reply, labels, Words(language, positions=number_words(language))) == options


@pytest.mark.parametrize(
    ("reply", "options"),
    [
        ("familiar", "1"),
        ("quiero un coche familiar por favor", "1"),
        ("deportibo", "2"),
        ("furgo", "3"),
        ("familiar y deportivo", "1 2"),
        ("los dos", ""),
    ],
)
def test_spanish_content_is_understood(reply: str, options: str) -> None:
    assert chosen(reply, COCHES, SPANISH) == options


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


@given(TEXTS, CANDIDATES, WORDS)
@settings(max_examples=400, deadline=None)
def test_any_text_gives_a_verdict_about_the_candidates(
    reply: str, candidates: list[Candidate], words: Words
) -> None:
    heard = match(reply, candidates, words, edit_distance)
    order = [candidate.id for candidate in candidates if candidate.id in heard.options]
    sizes = {Status.MATCH: len(order) == 1, Status.AMBIGUOUS: len(order) > 1, Status.NONE: not order}
    assert sizes[heard.status]
    assert list(heard.options) == order
    assert heard.status is Status.NONE or not heard.hint


@given(CANDIDATES, WORDS, st.data())
@settings(max_examples=300, deadline=None)
def test_a_label_never_means_only_other_options(
    candidates: list[Candidate], words: Words, data: st.DataObject
) -> None:
    visible = [c for c in candidates if fold(c.names[0])]
    if visible:
        candidate = data.draw(st.sampled_from(visible))
        heard = match(candidate.names[0], candidates, words, edit_distance)
        assert candidate.id in heard.options
        assert heard.strong or heard.status is Status.AMBIGUOUS


@given(LABELS, WORDS, st.data())
@settings(deadline=None)
def test_a_label_matches_itself_strongly(labels: list[str], words: Words, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(labels)))
    heard = asked(labels[place - 1], labels, words)
    assert (
        heard == Match(Status.MATCH, (str(place),), strong=True)
        or labels[place - 1].strip() in words.positions
    )


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
