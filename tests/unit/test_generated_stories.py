"""The stories made from the content are up to date and leave out no option, branch or product card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from ruamel.yaml import YAML

from customer_profiler.adapters.content.loader import load_all
from customer_profiler.core.messages import read_payload
from customer_profiler.core.profiler import Profiler
from customer_profiler.core.ranking import rank
from customer_profiler.core.walk import all_answers, walk
from tests.stories.generate import CONTENT, FOLDER, generated

PROFILERS = load_all(CONTENT)


@dataclass(frozen=True)
class Played:
    """What happens in one story of a file: read from its steps alone."""

    answers: Mapping[str, str]
    is_tapped: bool
    levels: tuple[int, ...]
    skipped: tuple[int, ...]
    first: str
    second: str
    quoted: str


@pytest.fixture(params=sorted(PROFILERS))
def profiler(request: pytest.FixtureRequest) -> Profiler:
    return PROFILERS[request.param]


def test_files_are_what_the_content_makes_now() -> None:
    on_disk = {path.name: path.read_text("utf-8") for path in FOLDER.iterdir()}

    assert on_disk == generated(), "run: python -m tests.stories.generate"


def test_every_option_is_tapped(profiler: Profiler) -> None:
    tapped = {pair for story in played(profiler) if story.is_tapped for pair in story.answers.items()}

    assert tapped == {(question.id, option.id) for question in profiler.questions for option in question.options}


def test_every_language_is_typed(profiler: Profiler) -> None:
    languages = {start_of(story).get("language") for story in stories(profiler)}

    assert languages == {None, *profiler.languages}


def test_half_of_the_stories_are_tapped(profiler: Profiler) -> None:
    tapped = [story.is_tapped for story in played(profiler)]

    assert tapped.count(True) == tapped.count(False)


def test_every_skipped_level_is_skipped(profiler: Profiler) -> None:
    reachable = {level for answers in all_answers(profiler) for level in walk(profiler, answers).skipped}

    assert {level for story in played(profiler) for level in story.skipped} == reachable


def test_stories_ask_the_questions_that_the_content_asks(profiler: Profiler) -> None:
    for story in played(profiler):
        walked = walk(profiler, story.answers)
        assert walked.is_complete
        assert story.levels == tuple(question.level for question, _ in walked.answered)


def test_every_product_is_asked_for_in_every_place_it_can_take(profiler: Profiler) -> None:
    shown = [rank(profiler, answers).products for answers in all_answers(profiler)]

    quoted = {(story.quoted == story.first, story.quoted) for story in played(profiler)}

    assert quoted == {(place == 0, entry.product.id) for cards in shown for place, entry in enumerate(cards)}


def test_names_are_unique(profiler: Profiler) -> None:
    names = [story["story"] for story in stories(profiler)]

    assert len(set(names)) == len(names)


def stories(profiler: Profiler) -> list[dict[str, Any]]:
    """The stories of a profiler as they stand on disk."""
    document = YAML(typ="safe").load((FOLDER / f"test_{profiler.id}.yml").read_text("utf-8"))
    return list(document["stories"])


def played(profiler: Profiler) -> Iterator[Played]:
    for story in stories(profiler):
        actions = [step["action"] for step in story["steps"] if "action" in step]
        replies = texts(story)[1:]
        answers: dict[str, str] = {}
        while (asked := walk(profiler, answers).next) is not None:
            answers[asked.id] = option_of(profiler, asked.id, replies.pop(0))
        first, second = (entry.product.id for entry in rank(profiler, answers).products)
        assert "action_submit_lead" in actions
        yield Played(
            answers=answers,
            is_tapped="language" not in start_of(story),
            levels=tuple(asked_levels(story)),
            skipped=walk(profiler, answers).skipped,
            first=first,
            second=second,
            quoted=second if "action_show_alternative" in actions else first,
        )


def texts(story: Mapping[str, Any]) -> list[str]:
    return [step["user"] for step in story["steps"] if "user" in step]


def start_of(story: Mapping[str, Any]) -> Mapping[str, str]:
    return read_payload(texts(story)[0])[1]


def option_of(profiler: Profiler, question: str, reply: str) -> str:
    """The option of the open question that a tap or a label stands for."""
    if reply.startswith("/"):
        entities = read_payload(reply)[1]
        assert entities["question"] == question
        return entities["option"]
    (option,) = (o.id for o in profiler.question(question).options if reply in o.label.values())
    return option


def asked_levels(story: Mapping[str, Any]) -> Iterator[int]:
    """The levels asked, in order, as the form's requested slots tell."""
    for step in story["steps"]:
        for slots in step.get("slot_was_set", ()):
            requested = slots.get("requested_slot") or ""
            if requested.startswith("level_"):
                yield int(requested.removeprefix("level_"))
