"""Questions, and what is said when a reply to one of them was not a pick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from customer_profiler.core.condition import Condition
from customer_profiler.core.messages import Button, Message, payload
from customer_profiler.core.profiler import Profiler, Question
from customer_profiler.core.walk import Walk
from customer_profiler.core.wording.voice import Voice

MISSES_BEFORE_HELP = 3
"""After so many replies in a row that were no pick, the bot explains how to answer; then it offers a person."""

HINT = "hint"
"""Marks the button of the option that "did you mean ...?" names."""


def purpose(voice: Voice, profiler: Profiler, hello: str = "") -> Message:
    """Say what the answers are collected for (R6), once a run; ``hello`` greets a returning customer first."""
    return Message(_join(hello, voice.say("purpose", purpose=voice.content(profiler, profiler.purpose))))


def question(voice: Voice, profiler: Profiler, asked: Question, preface: str = "") -> Message:
    """Ask a question with one button an option."""
    step = voice.say("question", level=asked.level, levels=profiler.levels[-1])
    text = f"{step} {voice.content(profiler, asked.text)}"
    return Message(_join(preface, text), _buttons(voice, profiler, asked, [o.id for o in asked.options]))


def which_of(voice: Voice, profiler: Profiler, asked: Question, options: Sequence[str]) -> Message:
    """Ask back when a reply fits several options, naming the candidates."""
    buttons = _buttons(voice, profiler, asked, options)
    named = voice.say("or").join(voice.quote(button.title) for button in buttons)
    return Message(voice.say("ambiguous", options=named), buttons)


def missed(voice: Voice, profiler: Profiler, asked: Question, misses: int, hint: Sequence[str]) -> Message:
    """Ask again after the ``misses``-th reply in a row that was no pick; ``hint`` holds what was perhaps meant."""
    if misses > MISSES_BEFORE_HELP:
        again = question(voice, profiler, asked, voice.say("miss_person"))
        return Message(again.text, (*again.buttons, voice.button("person", "ask_person")))
    if misses == MISSES_BEFORE_HELP:
        return question(voice, profiler, asked, voice.say("miss_help"))
    if not hint:
        return question(voice, profiler, asked, voice.say("miss"))
    label = voice.content(profiler, asked.option(hint[0]).label)
    again = question(voice, profiler, asked, voice.say("miss_hint", option=label))
    return Message(again.text, _buttons(voice, profiler, asked, [o.id for o in asked.options], hint[0]))


def why(voice: Voice, profiler: Profiler, asked: Question) -> Message:
    """Say why the question is asked."""
    return Message(voice.content(profiler, asked.why) or voice.say("why"))


def given_answers(voice: Voice, profiler: Profiler, walk: Walk) -> Message:
    """Offer the answers given so far, to change one of them."""
    buttons = tuple(
        Button(
            voice.content(profiler, asked.option(option).label),
            payload("change_answer", profiler=profiler.id, question=asked.id),
        )
        for asked, option in walk.answered
    )
    lines = [
        f"• {voice.content(profiler, asked.text)} – {voice.content(profiler, asked.option(option).label)}"
        for asked, option in walk.answered
    ]
    return Message(_join(voice.say("which_answer"), "\n".join(lines)), buttons)


def labels(voice: Voice, profiler: Profiler, conditions: Sequence[Condition], answers: Mapping[str, str]) -> list[str]:
    """Give the labels of the answers that conditions speak of, each once, in the order of the conditions."""
    named = dict.fromkeys(term.question for condition in conditions for term in condition.terms)
    return [
        voice.content(profiler, profiler.question(asked).option(answers[asked]).label)
        for asked in named
        if asked in answers
    ]


def _buttons(
    voice: Voice, profiler: Profiler, asked: Question, options: Sequence[str], hint: str = ""
) -> tuple[Button, ...]:
    """Give a button an option; the one hinted at is marked, so that a plain yes finds it."""
    return tuple(
        Button(
            voice.content(profiler, asked.option(option).label),
            _answer(profiler, asked, option, option == hint),
            voice.content(profiler, asked.option(option).description),
        )
        for option in options
    )


def _answer(profiler: Profiler, asked: Question, option: str, is_hint: bool) -> str:
    if is_hint:
        return payload("answer", profiler=profiler.id, question=asked.id, option=option, value=HINT)
    return payload("answer", profiler=profiler.id, question=asked.id, option=option)


def _join(preface: str, text: str) -> str:
    return f"{preface}\n{text}" if preface else text
