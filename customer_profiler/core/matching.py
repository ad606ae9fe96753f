"""Which option a typed reply means, if it is safe to say so.

Readings are tried from the surest to the boldest; the first that has an opinion decides. A reading that
fits several options says ``AMBIGUOUS``, one that fits none safely says ``NONE``, so that a person is asked
once more rather than misunderstood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property

from customer_profiler.core.folding import (
    fold,
    fold_known,
    is_qualifying,
    is_refusing,
    is_syllabic,
    is_unspaced,
    pauses_early,
    plain,
    signs,
    squash,
    toneless,
)
from customer_profiler.core.positions import (
    LAST,
    Numbers,
    apart,
    canonical,
    leading_number,
    leading_number_word,
    numbers_in,
    numbers_of,
    prepared,
)
from customer_profiler.core.words import Phrase, Vocabulary, Words, found

Near = Callable[[str, str], int]
"""Edits between two folded words: insertions, deletions, substitutions, transpositions of neighbours."""

MAX_REPLY = 200
"""Folded characters that a reply may have beyond the longest label before nobody reads it as a choice."""

_MAX_CONNECTORS = 2
_MASK = "\x00"


class Status(str, Enum):
    """What came of reading a reply."""

    MATCH = "match"
    AMBIGUOUS = "ambiguous"
    NONE = "none"


@dataclass(frozen=True)
class Candidate:
    """An option that can be meant; ``names[0]`` is the label shown, the others are synonyms."""

    id: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """How a reply was understood.

    ``options`` holds one id for ``MATCH``, two or more in content order for ``AMBIGUOUS``, none for ``NONE``.
    ``strong`` tells that the reply equals a label or synonym, or is nothing but a position; only then
    does it win over a command word. ``hint`` names, on ``NONE``, the options to offer as "did you mean".
    """

    status: Status
    options: tuple[str, ...] = ()
    strong: bool = False
    hint: tuple[str, ...] = ()


def match(reply: str, candidates: Sequence[Candidate], words: Words, near: Near) -> Match:
    """Tell which of the candidates a reply means. Never raises, whatever the texts are."""
    question = _Question(tuple(candidates), Vocabulary.of(words), near)
    if len(reply) > 5 * (MAX_REPLY + question.longest):
        return Match(Status.NONE)
    text = _Reply.of(reply, question)
    if len(text.folded) > MAX_REPLY + question.longest:
        return Match(Status.NONE)
    readings = (_equal, _negated, _number, _named, _part, _misspelt, _number_and_name, _several)
    opinions = (reading(text, question) for reading in readings)
    return next((opinion for opinion in opinions if opinion is not None), Match(Status.NONE))


# --- what is compared


@dataclass(frozen=True)
class _Name:
    """A label or synonym in one spelling; ``core`` are its words without fillers."""

    option: str
    words: Phrase
    core: Phrase
    signs: frozenset[str]
    pauses: bool

    def allows(self, reply: _Reply, whole: bool = False) -> bool:
        """Tell whether the signs agree: the reply adds none, and drops none that its number needs."""
        dropped = self.signs - reply.signs
        strict = whole or any(word[0] in "0123456789" for word in reply.words)
        if reply.objects and not self.pauses:
            return False
        return reply.signs <= self.signs and not (strict and any(map(is_qualifying, dropped)))


@dataclass(frozen=True)
class _Reply:
    """A reply; ``objects`` tells that it says no first and then something else ("No, family")."""

    raw: str
    folded: str
    words: Phrase
    signs: frozenset[str]
    objects: bool

    @classmethod
    def of(cls, raw: str, question: _Question) -> _Reply:
        words = tuple(fold(prepared(raw, question.vocabulary.language)).split())
        goes_on = len(question.trimmed(words)) > 1 and pauses_early(raw)
        return cls(raw, fold(raw), words, signs(raw), goes_on and question.vocabulary.negates(words[:1]))


@dataclass(frozen=True)
class _Question:
    candidates: tuple[Candidate, ...]
    vocabulary: Vocabulary
    near: Near

    @cached_property
    def names(self) -> tuple[_Name, ...]:
        """Every name of every candidate in every spelling, without those that fold to nothing."""
        spellings = ((candidate.id, name) for candidate in self.candidates for name in candidate.names)
        return tuple(dict.fromkeys(form for option, name in spellings for form in self._forms(option, name)))

    @cached_property
    def longest(self) -> int:
        """The length of the longest name."""
        return max((len(name) for candidate in self.candidates for name in candidate.names), default=0)

    @cached_property
    def counts_in_words(self) -> bool:
        """Tell whether several options begin with a number in words; one alone may be "Second-hand"."""
        counting = {name.option for name in self.names if leading_number_word(name.words, self.vocabulary)}
        return len(counting) > 1

    @cached_property
    def owners(self) -> dict[str, set[str]]:
        """Every word of the names with the options that use it."""
        owners: dict[str, set[str]] = {}
        for name in self.names:
            for word in name.words:
                owners.setdefault(word, set()).add(name.option)
        return owners

    def ordered(self, options: Iterable[str]) -> tuple[str, ...]:
        """Give the options in content order, each once."""
        wanted = set(options)
        return tuple(dict.fromkeys(c.id for c in self.candidates if c.id in wanted))

    def verdict(self, options: Iterable[str], strong: bool = False) -> Match | None:
        """Give the match that these options make, or None when there are none."""
        ids = self.ordered(options)
        if len(ids) > 1:
            return Match(Status.AMBIGUOUS, ids)
        return Match(Status.MATCH, ids, strong) if ids else None

    def perhaps(self, options: Iterable[str]) -> Match:
        """Give the refusal that offers these options."""
        return Match(Status.NONE, hint=self.ordered(options))

    def at(self, value: int) -> set[str]:
        """Give the option at a position from 1, or nothing when there is none."""
        index = len(self.candidates) - 1 if value == LAST else value - 1
        return {self.candidates[index].id} if 0 <= index < len(self.candidates) else set()

    def trimmed(self, words: Phrase) -> Phrase:
        """Give the words without the fillers before and behind them."""
        places = found(words, self.vocabulary.fillers)
        idle = {index for start, end in places for index in range(start, end)}
        kept = [index for index in range(len(words)) if index not in idle]
        return words[kept[0] : kept[-1] + 1] if kept else ()

    def numbers(self, name: _Name) -> set[str]:
        """Give the numbers a name is about, as digits; number words count where options count in words."""
        numbers = set(numbers_of(name.words))
        if self.counts_in_words:
            numbers |= {leading_number_word((word,), self.vocabulary) for word in name.words} - {""}
        return numbers

    def leading(self, name: _Name) -> str:
        """Give the number a name begins with, as digits, or an empty text."""
        word = leading_number_word(name.words, self.vocabulary) if self.counts_in_words else ""
        return leading_number(name.words) or word

    def core(self, words: Phrase, keep_numbers: bool) -> Phrase:
        """Give the words without fillers; all of them when nothing else is there."""
        spared = self.vocabulary.positions if keep_numbers else {}
        places = (
            place for place in found(words, self.vocabulary.fillers) if words[slice(*place)] not in spared
        )
        idle = {index for start, end in places for index in range(start, end)}
        return tuple(word for index, word in enumerate(words) if index not in idle) or words

    def _forms(self, option: str, name: str) -> Iterable[_Name]:
        for language in ("", self.vocabulary.language):
            words = tuple(fold_known(name, language).split())
            if words:
                core = self.core(words, keep_numbers=True)
                yield _Name(option, words, core, signs(name), pauses_early(name))


# --- the reply is a label, a synonym, or turns one round


def _equal(reply: _Reply, question: _Question) -> Match | None:
    """Read a reply that equals names; a position of another option makes it ambiguous."""
    equal = _equal_names(reply, question)
    position = _plain_position(reply, question) if equal else set()
    return question.verdict(equal | position, strong=True)


def _equal_names(reply: _Reply, question: _Question) -> set[str]:
    for form in (plain, toneless):
        text = form(reply.raw)
        same = {c.id for c in question.candidates for name in c.names if text and form(name) == text}
        if same:
            return same
    return _equal_folded(reply, question)


def _equal_folded(reply: _Reply, question: _Question) -> set[str]:
    """Give the options whose folded names equal the reply; spaces do not count, except in a negated reply."""
    spellings = {reply.folded, fold(reply.raw, question.vocabulary.language)}
    same = [name for name in question.names if " ".join(name.words) in spellings]
    if not same and not question.vocabulary.negates(reply.words):
        tight = {squash(spelling) for spelling in spellings}
        same = [name for name in question.names if squash(" ".join(name.words)) in tight]
    agreeing = {name.option for name in same if name.allows(reply, whole=True)}
    every = {name.option for name in same if reply.signs <= name.signs}
    return agreeing or (every if len(every) > 1 else set())


def _negated(reply: _Reply, question: _Question) -> Match | None:
    """Read a reply with a negation: a whole label alone, or "no" for "No, thanks"; else nothing."""
    vocabulary = question.vocabulary
    if not vocabulary.negates(reply.words) and not any(map(is_refusing, reply.signs)):
        return None
    said = question.trimmed(reply.words)
    allowed = [name for name in question.names if said and name.allows(reply)]
    whole = {name.option for name in allowed if name.words == said}
    leading = {name.option for name in allowed if _opens(said, name, reply, vocabulary)}
    meant = whole or leading
    if _mentions(reply.words, question)[0] - meant:
        return Match(Status.NONE)
    return question.verdict(meant) or Match(Status.NONE)


def _opens(said: Phrase, name: _Name, reply: _Reply, vocabulary: Vocabulary) -> bool:
    """Tell whether a name begins with the words said and does not turn them round.

    "Not really" is not "Not sure yet", so fillers around the words said need a name that pauses after them.
    """
    if name.words[: len(said)] == said:
        rest = name.words[len(said) :]
        ends = said == reply.words or name.pauses or _are_fillers(rest, vocabulary)
        return ends and not vocabulary.turns(rest)
    tight, whole = squash(" ".join(said)), squash(" ".join(name.words))
    enough = is_unspaced(tight) and len(tight) > 1 and whole.startswith(tight)
    return enough and not vocabulary.turns((), whole[len(tight) :])


# --- the reply is a number


def _plain_position(reply: _Reply, question: _Question) -> set[str]:
    numbers = numbers_in(reply.words, question.vocabulary)
    if len(numbers.values) != 1 or numbers.rest or reply.signs:
        return set()
    return question.at(numbers.values[0])


def _number(reply: _Reply, question: _Question) -> Match | None:
    """Read a reply that is one number: a position, unless labels are about that number too."""
    numbers = numbers_in(reply.words, question.vocabulary)
    if len(numbers.values) != 1 or numbers.rest:
        return None
    position = _plain_position(reply, question)
    digits = canonical(str(numbers.values[0]))
    options = _about(digits, numbers, reply, question)
    if position or len(options) > 1:
        return question.verdict(position | options, strong=True)
    leading = [name for name in question.names if question.leading(name) == digits and name.allows(reply)]
    clear = {name.option for name in leading if _says_only(digits, name, question)}
    return question.verdict(clear) or question.perhaps(options)


def _about(digits: str, numbers: Numbers, reply: _Reply, question: _Question) -> set[str]:
    """Give the options whose names mention the number, in digits or in the reply's own word for it."""
    said = [reply.words[number.start : number.end] for number in numbers.found]
    spelled = [words for words in said if not any(word[0].isdecimal() for word in words)]
    mentioning = {name.option for name in question.names if digits in question.numbers(name)}
    return mentioning | {
        name.option for name in question.names if any(found(name.words, {w}) for w in spelled)
    }


def _says_only(digits: str, name: _Name, question: _Question) -> bool:
    return question.numbers(name) == {digits} and not question.vocabulary.negates(name.words)


def _number_and_name(reply: _Reply, question: _Question) -> Match | None:
    """Read "2. Family car": a number and a name that must be the same option, else both are asked for."""
    numbers = numbers_in(reply.words, question.vocabulary)
    if len(numbers.found) != 1 or not numbers.rest or reply.signs:
        return None
    number = numbers.found[0]
    rest = reply.words[: number.start] + reply.words[number.end :]
    remainder = replace(reply, raw=" ".join(rest), folded=" ".join(rest), words=rest)
    named = next(filter(None, (reading(remainder, question) for reading in (_named, _part, _misspelt))), None)
    if named is None or named.status is not Status.MATCH:
        return None
    if any(question.numbers(name) for name in question.names if name.option in named.options):
        return question.perhaps(named.options)
    position = question.at(number.value)
    return question.verdict(position.union(named.options)) if position else question.perhaps(named.options)


# --- the reply names an option


def _named(reply: _Reply, question: _Question) -> Match | None:
    """Read whole names with fillers around them, or names without their own fillers."""
    options, rest = _mentions(reply.words, question)
    sure = {name.option for name in question.names if name.option in options and name.allows(reply)}
    if len(options) > 1:
        return question.verdict(options)
    if sure and not question.vocabulary.negates(rest) and _are_fillers(rest, question.vocabulary):
        return question.verdict(sure)
    core = question.core(reply.words, keep_numbers=False)
    tight = squash(" ".join(core))
    same = {n.option for n in question.names if n.allows(reply) and squash(" ".join(n.core)) == tight}
    return question.verdict(same)


def _mentions(words: Phrase, question: _Question) -> tuple[set[str], Phrase]:
    """Give the options whose whole names stand in the words, and the words left over.

    A name inside a longer one that is there ("Family" in "Family van") is not a mention.
    """
    text, options = " ".join(words), set()
    names: dict[str, set[str]] = {}
    for name in question.names:
        names.setdefault(" ".join(name.words), set()).add(name.option)
    for spelling in sorted(names, key=len, reverse=True):
        text, times = re.subn(_whole(spelling), f" {_MASK} ", text)
        options |= names[spelling] if times else set()
    return options, tuple(text.split())


def _whole(spelling: str) -> str:
    """Give the pattern that finds a name; where particles or no spaces follow words, also inside a word."""
    inside = is_unspaced(spelling) or (is_syllabic(spelling) and len(spelling) > 1)
    return re.escape(spelling) if inside else rf"(?<!\S){re.escape(spelling)}(?!\S)"


def _are_fillers(words: Phrase, vocabulary: Vocabulary) -> bool:
    covered = sum(end - start for start, end in found(words, vocabulary.fillers))
    return covered + words.count(_MASK) == len(words)


# --- the reply is a part of a name


class _Part(Enum):
    """How far a part of a name may be trusted."""

    LEADING = 1
    INNER = 2
    UNSAFE = 3


def _part(reply: _Reply, question: _Question) -> Match | None:
    """Read the first words or letters of a name, or words that only one name has inside."""
    core = question.core(reply.words, keep_numbers=False)
    if not _is_telling(core, question.vocabulary):
        return None
    parts = [(name.option, _part_of(core, name, reply, question)) for name in question.names]
    hits = {option for option, part in parts if part is not None}
    safe = {option for option, part in parts if part is _Part.LEADING or part is _Part.INNER}
    if len(hits) == 1 and not safe:
        return question.perhaps(hits)
    return question.verdict(hits)


def _is_telling(words: Phrase, vocabulary: Vocabulary) -> bool:
    """Tell whether words are enough to be a part of a name: three letters, or two of a syllabic script."""
    letters = sum(not char.isdecimal() for word in words for char in word)
    enough = 2 if is_syllabic("".join(words)) else 3
    short_word = len(words) == 1 and letters == 2
    return (letters >= enough or short_word) and any(map(vocabulary.is_content, words))


def _part_of(core: Phrase, name: _Name, reply: _Reply, question: _Question) -> _Part | None:
    trusted = (_trust(core, form, question.vocabulary) for form in (name.words, name.core))
    best = min((part for part in trusted if part is not None), key=lambda part: part.value, default=None)
    return best if best is None or name.allows(reply) else _Part.UNSAFE


def _trust(core: Phrase, words: Phrase, vocabulary: Vocabulary) -> _Part | None:
    """Find the core in the words, the last of it perhaps cut short, and tell how far to trust that."""
    for start in range(len(words) - len(core) + 1):
        stretch = words[start : start + len(core)]
        if core[:-1] == stretch[:-1] and _begins(core, stretch[-1], vocabulary):
            tail = stretch[-1][len(core[-1]) :]
            rest = words[:start] + words[start + len(core) :]
            return _grade(start, tail, rest, vocabulary)
    return None


def _begins(core: Phrase, word: str, vocabulary: Vocabulary) -> bool:
    """Tell whether the last word of the core is the word or its first letters, never those of a negation."""
    part = core[-1]
    if part == word:
        return True
    short = len("".join(core)) < (2 if is_syllabic(part) else 3)
    digits = any(char.isdecimal() for char in part)
    return word.startswith(part) and not short and not digits and (word,) not in vocabulary.negations


def _grade(start: int, tail: str, rest: Phrase, vocabulary: Vocabulary) -> _Part:
    if vocabulary.turns(rest, tail):
        return _Part.UNSAFE
    if start == 0:
        return _Part.LEADING
    return _Part.INNER if vocabulary.negations_are_known and not tail else _Part.UNSAFE


# --- the reply is misspelt


def _misspelt(reply: _Reply, question: _Question) -> Match | None:
    """Read names, or their leading words, with a slip in long words."""
    core = question.core(reply.words, keep_numbers=False)
    if not core:
        return None
    near = {name.option: name for name in question.names if _is_near(core, name, question)}
    if len(near) > 1:
        return question.verdict(near)
    if any(name.allows(reply) for name in near.values()):
        return question.verdict(near)
    return question.perhaps(near) if near else None


def _is_near(core: Phrase, name: _Name, question: _Question) -> bool:
    return any(
        len(core) <= len(words)
        and not question.vocabulary.turns(words[len(core) :])
        and all(_are_near(one, other, name.option, question) for one, other in zip(core, words, strict=False))
        for words in (name.words, name.core)
    )


def _are_near(said: str, word: str, option: str, question: _Question) -> bool:
    """Tell whether a word was meant to be the other: long enough, the same start, no known word itself."""
    if said == word:
        return True
    limit = _slips(min(len(said), len(word)))
    elsewhere = question.owners.get(said, set()) - {option}
    known = not question.vocabulary.is_content(said) or not question.vocabulary.is_content(word) or elsewhere
    if known or not limit or abs(len(said) - len(word)) > limit or not _are_comparable(said, word, question):
        return False
    return question.near(said, word) <= limit


def _slips(length: int) -> int:
    return 0 if length < 4 else 1 if length < 8 else 2


def _are_comparable(one: str, other: str, question: _Question) -> bool:
    """Tell whether a slip between two words is no other word: same start, no digits, no negating affix."""
    if one[0] != other[0] or one.endswith(other) or other.endswith(one):
        return False
    if question.vocabulary.language in ("tr", "az") and one.count("m") != other.count("m"):
        return False
    return not any(char.isdecimal() or _is_meaningful(char) for char in one + other)


def _is_meaningful(char: str) -> bool:
    """Tell whether a character alone carries meaning, so that changing it is no slip (katakana does not)."""
    return is_syllabic(char) and not "\u30a0" <= char <= "\u30ff"


# --- the reply says several things


def _several(reply: _Reply, question: _Question) -> Match | None:
    """Read a reply of parts that point at different options; one that points at a single option is a hint."""
    numbers, ranges = _listed_numbers(reply, question), _ranges(reply, question)
    if len(numbers) > 1 or ranges:
        return question.verdict(numbers | ranges)
    options, rest = _mentions(reply.words, question)
    pointed = (_pointed_at(word, question) for word in rest if question.vocabulary.is_content(word))
    options = options.union(*(found_options for found_options in pointed if len(found_options) == 1))
    return question.verdict(options) if len(options) > 1 else question.perhaps(options)


def _listed_numbers(reply: _Reply, question: _Question) -> set[str]:
    """Give the options of "2 or 3", "3-4" and "2と3": positions with a word or two between them at most."""
    words = apart(reply.words)
    numbers = numbers_in(words, question.vocabulary)
    if reply.signs or not numbers.found or len(numbers.rest) > _MAX_CONNECTORS:
        return set()
    if not all(numbers.found[0].start < place < numbers.found[-1].start for place in numbers.rest):
        return set()
    return set().union(*(question.at(value) for value in numbers.values))


def _ranges(reply: _Reply, question: _Question) -> set[str]:
    """Give the options that are about exactly the numbers listed, as "20-30" is about "20 to 30"."""
    listed = numbers_of(reply.words)
    if reply.signs or len(listed) < 2:
        return set()
    others = {
        word for word in reply.words if not word[0].isdecimal() and question.vocabulary.is_content(word)
    }
    fitting = (
        name for name in question.names if numbers_of(name.words) == listed and others <= set(name.words)
    )
    return {n.option for n in fitting if n.allows(reply) and not question.vocabulary.negates(n.words)}


def _pointed_at(word: str, question: _Question) -> set[str]:
    """Give the options that have a word, one that begins with it, or one that it may misspell."""
    exact = question.owners.get(word, set())
    if exact or _MASK in word:
        return exact
    started = {o for w, owners in question.owners.items() if _begins_word(word, w, question) for o in owners}
    return started or {
        n.option for n in question.names for w in n.words if _are_near(word, w, n.option, question)
    }


def _begins_word(part: str, word: str, question: _Question) -> bool:
    return _begins((part,), word, question.vocabulary) and question.vocabulary.is_content(word)
