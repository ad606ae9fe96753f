"""An NLU component that is certain about the bot's own commands, in every language it has phrases for."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from customer_profiler.adapters.contacts import addresses_in
from customer_profiler.adapters.content.loader import load_all
from customer_profiler.adapters.locales import autonym
from customer_profiler.adapters.phrasebook import load_phrasebook
from customer_profiler.core.errors import ContentError
from customer_profiler.core.folding import fold
from customer_profiler.core.languages import WORD_FOR_LANGUAGE, WORDS_FOR_STOP, base_code
from customer_profiler.settings import Settings


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class CommandClassifier(GraphComponent):
    """Gives whole replies such as "go back" or "atrás" their intent with confidence 1; leaves all others alone.

    The commands are those of `customer_profiler/phrases`. The word "language" in any language offers the
    languages, a language's own name chooses it, and "stop" in any language of the content stops. Whoever writes one
    e-mail address, among whatever words, wants it to be the one we write to; the lead form takes it before that.
    """

    def __init__(self) -> None:
        self._commands: dict[str, tuple[str, str]] = {
            folded: ("stop", "")
            for code in content_languages()
            for word in WORDS_FOR_STOP.get(base_code(code), ())
            for folded in (fold(word), fold(word, code))
        }
        for code, word in WORD_FOR_LANGUAGE.items():
            self._commands[fold(word, code)] = ("choose_language", "")
            self._commands[fold(autonym(code), code)] = ("set_language", code)
        for phrases in load_phrasebook().values():
            self._commands |= {phrase: (intent, "") for phrase, intent in phrases.commands.items()}
        self._commands.pop("", None)

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, context: ExecutionContext
    ) -> CommandClassifier:
        """Build the component; Rasa calls this when it loads the graph."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent of those messages that are a command."""
        for message in messages:
            text = message.get(TEXT) or ""
            intent, language = self._commands.get(fold(text), ("", ""))
            if not intent and _is_address(text):
                intent = "correct_lead"
            if intent:
                message.set(INTENT, {"name": intent, "confidence": 1.0}, add_to_output=True)
            if language:
                named = {"entity": "language", "value": language, "start": 0, "end": len(message.get(TEXT))}
                message.set(ENTITIES, [named], add_to_output=True)
        return messages


def _is_address(text: str) -> bool:
    # A tap may carry an address too.
    return "@" in text and not text.startswith(INTENT_MESSAGE_PREFIX) and len(addresses_in(text)) == 1


def content_languages() -> set[str]:
    """Give the languages of the content that is served; none when it cannot be read, which others will say."""
    try:
        catalogue = load_all(Settings.from_environment().content)
    except (ContentError, OSError):
        return set()
    return {language for profiler in catalogue.values() for language in profiler.languages}
