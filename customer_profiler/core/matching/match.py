"""Which option a typed reply means, if it is safe to say so."""

from __future__ import annotations

from collections.abc import Sequence

from customer_profiler.core.folding import fold
from customer_profiler.core.matching.label import read_label
from customer_profiler.core.matching.mention import read_mention
from customer_profiler.core.matching.name import Candidate
from customer_profiler.core.matching.pair import read_pair
from customer_profiler.core.matching.part import read_part
from customer_profiler.core.matching.position import read_position
from customer_profiler.core.matching.question import Near, Question
from customer_profiler.core.matching.reading import first_opinion
from customer_profiler.core.matching.refusal import read_refusal
from customer_profiler.core.matching.reply import Reply
from customer_profiler.core.matching.several import read_several
from customer_profiler.core.matching.spelling import read_spelling
from customer_profiler.core.matching.verdict import Match, Status
from customer_profiler.core.matching.vocabulary import Vocabulary
from customer_profiler.core.words import Words

_MAX_REPLY = 200  # folded characters beyond the longest name; nobody reads more as a choice
_READINGS = (
    read_label,
    read_refusal,
    read_position,
    read_mention,
    read_part,
    read_spelling,
    read_pair,
    read_several,
)


def match(reply: str, candidates: Sequence[Candidate], words: Words, near: Near) -> Match:
    """Tell which of the candidates a reply means. Never raises, whatever the texts are."""
    question = Question(tuple(candidates), Vocabulary.of(words), near)
    limit = _MAX_REPLY + question.longest
    if len(reply) > 5 * limit or len(fold(reply)) > limit:
        return Match(Status.NONE)
    return first_opinion(_READINGS, Reply.of(reply, question.vocabulary), question) or Match(Status.NONE)
