"""One turn of one person: an open transaction, the profile, the current run and the voice to speak with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from customer_profiler.core.languages import (
    Autonym,
    asks_for_language,
    asks_to_stop,
    base_code,
    choose_language,
    named_language,
)
from customer_profiler.core.matching import Near
from customer_profiler.core.phrases import Phrases
from customer_profiler.core.profile import REST, Identity, Profile
from customer_profiler.core.profiler import Profiler
from customer_profiler.core.run import Run
from customer_profiler.core.walk import Walk, walk
from customer_profiler.core.wording.voice import PriceFormat, Voice
from customer_profiler.core.words import Words
from customer_profiler.services.ports import Contacts, UnitOfWork


@dataclass(frozen=True)
class Visit:
    """Who writes on one of ``CHANNELS``.

    ``sender`` is the profile's id on channels with an inbox, which has found the person already, and whatever name the
    sender took on REST. ``locale`` is the channel's, such as ``es_ES``, and ``source`` what brought the person here, an
    ad for example; both are empty when the channel does not tell. ``is_first`` says that the inbox has met the person
    with this very message.
    """

    channel: str
    sender: str
    locale: str = ""
    source: str = ""
    is_first: bool = False


@dataclass(frozen=True)
class Tools:
    """What every turn uses and no turn changes.

    ``catalogue`` maps ids to the profilers as loaded at start, ``versions`` to their content hashes;
    ``phrasebook`` maps language codes to phrases and always has ``en``; ``words_in`` gives what replies in any
    language may be made of; ``now`` gives aware UTC. ``targets`` are the names of those that every lead is owed to,
    ``profiles_url`` is the base address of profiles in the console.
    """

    catalogue: Mapping[str, Profiler]
    versions: Mapping[str, str]
    phrasebook: Mapping[str, Phrases]
    contacts: Contacts
    words_in: Callable[[str], Words]
    near: Near
    price_format: PriceFormat
    autonym: Autonym
    pictures_url: str
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    targets: tuple[str, ...] = ()
    profiles_url: str = ""

    @property
    def languages(self) -> tuple[str, ...]:
        """All languages of the content, in the order of the catalogue, each once."""
        return tuple(dict.fromkeys(code for profiler in self.catalogue.values() for code in profiler.languages))

    def phrases(self, language: str) -> Phrases:
        """Give the bot's phrases in the language, else in English."""
        book = self.phrasebook
        return book.get(language) or book.get(base_code(language)) or book["en"]

    def asks_to_stop(self, text: str) -> bool:
        """Tell whether a reply is "stop" in any of the content's languages."""
        said = (self.phrases(language).command(text) for language in self.languages)
        return "stop" in said or asks_to_stop(text, self.languages)


class Session:
    """The state of one turn. Use cases read it, change what is stored through it, and speak with ``voice``."""

    def __init__(self, tools: Tools, unit: UnitOfWork, visit: Visit) -> None:
        self.tools = tools
        self.unit = unit
        self.visit = visit
        self.now = tools.now()
        self.profile: Profile = self._visitor()
        run_id = self.profile.current_run_id
        self.run: Run | None = unit.runs.get(run_id, self.profile.id) if run_id else None

    @property
    def is_known(self) -> bool:
        """Whether the person wrote before."""
        return not self.visit.is_first and self.profile.first_seen_at < self.now

    def _visitor(self) -> Profile:
        profiles, sender = self.unit.profiles, self.visit.sender
        if self.visit.channel == "rest":
            return profiles.visited(Identity(REST, sender), self.now)
        return profiles.seen(sender, self.now)

    @property
    def language(self) -> str:
        """The language to speak: that of the current run's content nearest to the person's wish."""
        offered = self.profiler.languages if self.run else self.tools.languages
        return choose_language(offered or ("en",), self.profile.language, self.visit.locale)

    @property
    def words(self) -> Words:
        """What replies in the language of the session may be made of."""
        return self.tools.words_in(self.language)

    @property
    def voice(self) -> Voice:
        """The voice in the language of the session."""
        return self.voice_in(self.language)

    def voice_for(self, run: Run) -> Voice:
        """Give the voice in which to speak of a run that need not be the current one."""
        return self.voice_in(choose_language(self.profiler_of(run).languages, self.profile.language, self.visit.locale))

    def voice_in(self, language: str) -> Voice:
        """Give a voice in a language."""
        tools = self.tools
        return Voice(tools.phrases(language), language, tools.price_format, tools.autonym, tools.pictures_url)

    def notice_language(self, text: str) -> None:
        """Take a command said in one of the content's languages, "hola" say, as the wish for that language.

        Only as long as no language was chosen and nothing was asked yet; words that are English too tell nothing.
        """
        if self.profile.language or self.run or self.tools.phrases("en").command(text):
            return
        book = self.tools.phrasebook
        spoken = (code for code in self.tools.languages if base_code(code) in book)
        wish = next((code for code in spoken if book[base_code(code)].command(text)), "")
        if wish:
            self.save_profile(language=wish)

    def is_command(self, text: str) -> bool:
        """Tell whether a reply is exactly a command.

        Commands are those of the session's language and of English, the names of the content's languages, and "stop"
        in all of them.
        """
        tools = self.tools
        return bool(
            tools.phrases(self.language).command(text)
            or tools.phrases("en").command(text)
            or tools.asks_to_stop(text)
            or asks_for_language(text, tools.languages)
            or named_language(text, tools.languages, tools.autonym)
        )

    @property
    def profiler(self) -> Profiler:
        """The current run's profiler, in the content version the run is pinned to."""
        assert self.run is not None, "use cases check that there is a run before they look at its content"
        return self.profiler_of(self.run)

    def profiler_of(self, run: Run) -> Profiler:
        """Give a run's profiler in the content version it is pinned to."""
        if self.tools.versions.get(run.profiler) == run.content_version:
            return self.tools.catalogue[run.profiler]
        return self.unit.versions.get(run.content_version)

    @property
    def walk(self) -> Walk:
        """Where the current run stands."""
        assert self.run is not None, "use cases check that there is a run before they look at its walk"
        return walk(self.profiler, self.run.answers)

    def save_profile(self, **changes: str) -> None:
        """Change and store fields of the profile."""
        self.profile = replace(self.profile, **changes)  # type: ignore[arg-type]
        self.unit.profiles.save(self.profile)

    def save_run(self, run: Run) -> None:
        """Store a run and make it the current one."""
        self.unit.runs.save(run)
        self.make_current(run)

    def make_current(self, run: Run) -> None:
        """Let the conversation be about this run."""
        self.run = run
        if self.profile.current_run_id != run.id:
            self.save_profile(current_run_id=run.id)


class Services:
    """Opens sessions; the one object that actions and connectors hold."""

    def __init__(self, tools: Tools, open_unit: Callable[[], UnitOfWork]) -> None:
        self.tools = tools
        self.open_unit = open_unit

    @contextmanager
    def session(self, visit: Visit) -> Iterator[Session]:
        """Open one person's turn; leaving it without an error commits it.

        Raises ``StoreUnavailable`` when the database does not take it.
        """
        with self.open_unit() as unit:
            yield Session(self.tools, unit, visit)
            unit.commit()

    def apology(self, language: str) -> str:
        """Give the words for a turn that failed, in the language nearest to the one wished."""
        return self.tools.phrases(choose_language(self.tools.languages, language)).texts["apology"]

    def store_versions(self) -> None:
        """Store the loaded content, so that runs can be pinned to it."""
        with self.open_unit() as unit:
            for profiler_id, profiler in self.tools.catalogue.items():
                unit.versions.add(self.tools.versions[profiler_id], profiler, self.tools.now())
            unit.commit()
