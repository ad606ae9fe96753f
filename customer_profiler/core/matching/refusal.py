"""Replies with a negation, which may be a label themselves ("No children") or turn one round."""

from __future__ import annotations

from customer_profiler.core.folding import is_refusing, is_unspaced, squash
from customer_profiler.core.matching.mention import mentions_in
from customer_profiler.core.matching.name import Name
from customer_profiler.core.matching.phrase import Phrase
from customer_profiler.core.matching.question import Question
from customer_profiler.core.matching.reply import Reply
from customer_profiler.core.matching.verdict import Match, Status


def read_refusal(reply: Reply, question: Question) -> Match | None:
    """Read a reply with a negation: a whole label alone, or "no" for "No, thanks"; else nothing."""
    vocabulary = question.vocabulary
    if not vocabulary.negates(reply.words) and not any(map(is_refusing, reply.signs)):
        return None
    said = vocabulary.trimmed(reply.words)
    fitting = [name for name in question.names if said and reply.fits(name)]
    whole = {name.option for name in fitting if name.words == said}
    meant = whole or {name.option for name in fitting if _opens(said, name, reply, question)}
    if mentions_in(reply.words, question).options - meant:
        return Match(Status.NONE)
    return question.verdict(meant) or Match(Status.NONE)


def _opens(said: Phrase, name: Name, reply: Reply, question: Question) -> bool:
    """Tell whether a name begins with the words said and does not turn them round.

    "Not really" is not "Not sure yet", so fillers around the words said need a name that pauses after them. So does
    a bare "no": it means "No, thanks" but not "No idea".
    """
    vocabulary = question.vocabulary
    is_bare = not any(map(vocabulary.is_content, said))
    if name.words[: len(said)] == said:
        rest = name.words[len(said) :]
        ends = (said == reply.words and not is_bare) or name.pauses or vocabulary.are_fillers(rest)
        return ends and not vocabulary.turns(rest)
    tight, whole = squash(" ".join(said)), squash(name.text)
    enough = is_unspaced(tight) and len(tight) > 1 and whole.startswith(tight)
    return enough and not vocabulary.turns((), whole[len(tight) :])
