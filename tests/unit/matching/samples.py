"""Labels, small words, and ways to ask what a reply to them means."""

from __future__ import annotations

from customer_profiler.adapters.number_words import number_words
from customer_profiler.adapters.similarity import edit_distance
from customer_profiler.core.matching import Candidate, Match, match
from customer_profiler.core.words import Words

_ENGLISH_FILLERS = (
    "a|an|the|one|the one|ones|i|we|i'm|i'll|i'd|i'd like|want|need|would like|take|choose|pick|prefer|it|"
    "is|please|thanks|thank you|for me|for us|option|number|my answer is|yes|ok|go for|go with|looking for"
)
_ENGLISH_NEGATIONS = (
    "no|not|don't|dont|never|without|except|but|neither|nor|none|nothing|hate|instead of|anything but|isn't|"
    "one second|a second"
)
_SPANISH_FILLERS = "el|la|un|una|quiero|necesito|me gustaría|por favor|gracias|para mí|opción|número|prefiero|de|sí"
_SPANISH_NEGATIONS = "no|ni|sin|nunca|ninguno|ninguna|excepto|menos|pero|un segundo"

ENGLISH = Words(
    "en",
    fillers=frozenset(_ENGLISH_FILLERS.split("|")),
    negations=frozenset(_ENGLISH_NEGATIONS.split("|")),
    positions={**number_words("en"), "option one": 1, "number one": 1},
    last=frozenset({"last", "last one"}),
)
SPANISH = Words(
    "es",
    fillers=frozenset(_SPANISH_FILLERS.split("|")),
    negations=frozenset(_SPANISH_NEGATIONS.split("|")),
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
