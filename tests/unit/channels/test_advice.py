"""What the author of a profiler is told about WhatsApp and Messenger beforehand."""

from __future__ import annotations

from pathlib import Path

import pytest

from customer_profiler.adapters.content.loader import load
from customer_profiler.adapters.phrasebook import phrase_languages
from customer_profiler.channels.advice import channel_advice
from customer_profiler.cli.tongues import tongues
from customer_profiler.core.advice import Places
from customer_profiler.core.problems import Problem, Severity
from customer_profiler.core.profiler import Profiler
from tests.builders import message_row, option, product, profiler, question

CONTENT = Path(__file__).parents[3] / "content"
PLACES = Places(
    keys={"purpose": 3},
    questions={"budget": 4},
    options={("budget", "o1"): 5, ("budget", "o2"): 6},
    products={"terra": 7},
    messages=(8,),
)


def found(built: Profiler) -> list[Problem]:
    return channel_advice(built, PLACES, tongues(built))


def asking(*labels: str, **fields: object) -> Profiler:
    """A profiler with one question."""
    options = [option(f"o{place}", {"en": label}) for place, label in enumerate(labels, start=1)]
    return profiler(questions=[question(options=options, **fields)])  # type: ignore[arg-type]


def selling(**fields: object) -> Profiler:
    """A profiler with one product."""
    given = {"title": {"en": "Terra"}, "price": "19900", "currency": "EUR", "image": "terra.png", **fields}
    return profiler(products=[product("terra", **given)])  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["cars", "tablets"])
def test_the_demos_are_shown_as_they_were_written(name: str) -> None:
    loaded = load(CONTENT / name, phrase_languages())

    assert loaded.profiler is not None
    assert channel_advice(loaded.profiler, loaded.places, tongues(loaded.profiler)) == []


@pytest.mark.parametrize(
    "built",
    [
        asking("x" * 20, "y" * 20),
        asking(*(f"Label {n}" for n in range(10))),
        asking("Low", "High", text={"en": "x" * 1000}, why={"en": "x" * 1999}),
        selling(title={"en": "x" * 80}, description={"en": "x" * 72}),
        selling(url=f"https://example.com/{'x' * 100}"),
        selling(image="https://example.com/terra.jpg?size=2"),
        selling(image="https://example.com/terra"),
    ],
)
def test_what_is_shown_as_it_was_written_needs_no_advice(built: Profiler) -> None:
    assert found(built) == []


@pytest.mark.parametrize(
    ("built", "place", "what", "why"),
    [
        (
            asking("x" * 21, "High"),
            "options.csv:5:label.en",
            f"“{'x' * 21}” has 21 characters",
            "Messenger numbers the answers and lists the labels above",
        ),
        (
            asking("Low", "More than I would like to spend"),
            "options.csv:6:label.en",
            "“More than I would like to spend” has 31 characters",
            "WhatsApp shows “More than I would like…” with all of it below and Messenger numbers the answers and lists "
            "the labels above",
        ),
        (
            asking("Low", "High " * 20),
            "options.csv:6:label.en",
            f"“{'High ' * 15}…” has 99 characters",
            "WhatsApp numbers the answers and lists the labels above and Messenger numbers the answers and lists the "
            "labels above",
        ),
        (
            asking(*(f"Label {n}" for n in range(11))),
            "questions.csv:4:question",
            "question “budget” has 11 options",
            "WhatsApp shows 9 of them before “More”",
        ),
        (
            asking(*(f"Label {n}" for n in range(14))),
            "questions.csv:4:question",
            "question “budget” has 14 options",
            "WhatsApp shows 9 of them before “More” and Messenger shows 12 of them before “More”",
        ),
        (
            profiler(id="x" * 300, questions=[question()]),
            "questions.csv:4:question",
            "the ids of “budget” and its options are too long for the buttons of WhatsApp",
            "customers will have to type the number of an answer",
        ),
        (
            asking("Low", "High", text={"en": "word " * 220}),
            "questions.csv:4:text.en",
            "this text has 1,100 characters",
            "WhatsApp shows it in 2 messages",
        ),
        (
            asking("Low", "High", why={"en": "word " * 900}),
            "questions.csv:4:why.en",
            "this text has 4,500 characters",
            "WhatsApp shows it in 2 messages and Messenger shows it in 3 messages",
        ),
        (
            profiler(purpose={"en": "word " * 420}),
            "profiler.yml:3:purpose.en",
            "this text has 2,100 characters",
            "Messenger shows it in 2 messages",
        ),
        (
            profiler(messages=[message_row(text="word " * 420)]),
            "messages.csv:8:text.en",
            "this text has 2,100 characters",
            "Messenger shows it in 2 messages",
        ),
        (
            selling(title={"en": "x" * 81}),
            "products.csv:7:title.en",
            "the title of “terra” has 81 characters",
            "a card on Messenger shows 80, so it stands in a message before the card too",
        ),
        (
            selling(description={"en": "x" * 76}),
            "products.csv:7:description.en",
            "the description of “terra” has 76 characters",
            "a card on Messenger has room for 72 beside the price, so a part stands in a message before it",
        ),
        (
            selling(description={"en": "x" * 81}, price=""),
            "products.csv:7:description.en",
            "the description of “terra” has 81 characters",
            "a card on Messenger has room for 80 beside the price, so a part stands in a message before it",
        ),
        (
            selling(image="https://example.com/terra.webp?size=2"),
            "products.csv:7:image",
            "the picture of “terra” is of the kind image/webp",
            "WhatsApp and Messenger show PNG and JPEG only",
        ),
    ],
)
def test_what_a_channel_changes_is_told_where_it_stands(built: Profiler, place: str, what: str, why: str) -> None:
    [problem] = found(built)

    assert str(problem).startswith(f"{place}: advice: {what}, {why}, ")
    assert problem.mend
    assert problem.severity is Severity.ADVICE


def test_a_description_too_long_for_both_is_told_for_each() -> None:
    problems = found(selling(description={"en": "word " * 220}))

    assert [problem.column for problem in problems] == ["description.en", "description.en"]
    assert [problem.why.partition(" ")[0] for problem in problems] == ["WhatsApp", "a"]


def test_labels_alike_once_shortened_are_told() -> None:
    problems = found(asking("Weekends with bikes and luggage", "Weekends with bikes and a dog", "x" * 80))

    [problem] = [problem for problem in problems if "begins like" in problem.what]
    assert problem.what == "“Weekends with bikes and a dog” begins like “Weekends with bikes and luggage”"
    assert (problem.file, problem.row, problem.column) == ("options.csv", 6, "label.en")


def test_a_text_that_languages_share_is_told_once_at_its_own_column() -> None:
    options = [option("o1", {"en": "x" * 21}), option("o2", {"en": "Low", "es": "y" * 22})]
    built = profiler(languages=("en", "es"), questions=[question(options=options)])

    assert [(problem.row, problem.column) for problem in found(built)] == [(5, "label.en"), (6, "label.es")]


def test_advice_is_measured_with_the_marks_of_right_to_left_writing() -> None:
    description = " ".join(["سعر 5"] * 13)
    built = profiler(
        languages=("ar",),
        purpose={"ar": "سعر"},
        title={"ar": "سعر"},
        questions=[question(options=[option("o1", {"ar": "نعم"}), option("o2", {"ar": "لا"})], text={"ar": "سعر"})],
        products=[product("terra", {"ar": "سعر"}, description={"ar": description}, image="terra.png")],
    )

    assert len(description) < 80
    assert [problem.column for problem in found(built)] == ["description.ar"]
