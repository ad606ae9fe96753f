"""The classifier is certain about commands and leaves everything else alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.shared.nlu.training_data.message import Message

from customer_profiler.serving import command_classifier
from customer_profiler.serving.command_classifier import CommandClassifier

UNSURE = {"name": "nlu_fallback", "confidence": 0.4}


@pytest.fixture(name="classifier")
def _classifier(monkeypatch: pytest.MonkeyPatch) -> CommandClassifier:
    monkeypatch.setattr(command_classifier, "content_languages", lambda: {"en", "es", "de", "zh"})
    return CommandClassifier()


def classified(classifier: CommandClassifier, text: str) -> Message:
    return classifier.process([Message({"text": text, "intent": UNSURE})])[0]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("back", "go_back"),
        ("  BACK! ", "go_back"),
        ("atrás", "go_back"),
        ("Atras", "go_back"),
        ("¿Por qué?", "ask_why"),
        ("stop 🛑", "stop"),
        ("aufhören", "stop"),
        ("Aufhoeren!", "stop"),
        ("停止", "stop"),
        ("darme de baja", "stop"),
        ("Subscribe", "subscribe"),
        ("suscribeme", "subscribe"),
        ("language", "choose_language"),
        ("Sprache", "choose_language"),
        ("زبان", "choose_language"),
        ("言語", "choose_language"),
    ],
)
def test_a_command_is_certain(classifier: CommandClassifier, text: str, intent: str) -> None:
    assert classified(classifier, text).get("intent") == {"name": intent, "confidence": 1.0}


def test_the_name_of_a_language_chooses_it(classifier: CommandClassifier) -> None:
    message = classified(classifier, "Español")
    assert message.get("intent")["name"] == "set_language"
    assert message.get("entities") == [{"entity": "language", "value": "es", "start": 0, "end": 7}]


@pytest.mark.parametrize("text", ["ana@example.com", "please write to <ana@example.com>, thanks"])
def test_an_e_mail_address_among_any_words_is_the_one_to_write_to(classifier: CommandClassifier, text: str) -> None:
    assert classified(classifier, text).get("intent") == {"name": "correct_lead", "confidence": 1.0}


@pytest.mark.parametrize(
    "text", ["ana@example", "ana@example.com or bob@example.com", '/take_suggestion{"value":"ana@example.com"}']
)
def test_what_is_not_one_address_is_none(classifier: CommandClassifier, text: str) -> None:
    assert classified(classifier, text).get("intent") == UNSURE


@pytest.mark.parametrize("text", ["", "the back seat", "please do not stop", "I speak Spanish", "😀"])
def test_anything_else_is_left_alone(classifier: CommandClassifier, text: str) -> None:
    assert classified(classifier, text).get("intent") == UNSURE


@pytest.mark.parametrize("text", ["stad", "dur", "prou"])
def test_words_for_stop_of_languages_that_no_content_has_are_only_words(
    classifier: CommandClassifier, text: str
) -> None:
    assert classified(classifier, text).get("intent") == UNSURE


def test_content_that_cannot_be_read_has_no_languages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PROFILER_CONTENT", str(tmp_path / "missing"))

    assert command_classifier.content_languages() == set()
