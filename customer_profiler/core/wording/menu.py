"""The menu, greetings, help, languages and what the person may see of the stored data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from customer_profiler.core.lead import Lead
from customer_profiler.core.messages import Button, Message, payload
from customer_profiler.core.profile import Profile
from customer_profiler.core.profiler import Profiler
from customer_profiler.core.run import Run, RunStatus
from customer_profiler.core.walk import Walk
from customer_profiler.core.wording.voice import Voice


def menu(
    voice: Voice,
    profilers: Iterable[Profiler],
    several_languages: bool,
    preface: str = "",
    broken_off: str = "",
    source: str = "",
) -> Message:
    """Offer one entry a profiler, then recommendations, stored data, a person, and the language (R13).

    ``broken_off`` is the id of a run to go on with; it comes first. ``source`` is what led here, an ad for example;
    a run begun from this menu records it.
    """
    entries = [Button(voice.content(p, p.title), _start(p.id, source)) for p in profilers]
    buttons = [
        *([voice.button("continue", "resume_run", run=broken_off)] if broken_off else []),
        *entries,
        voice.button("my_recommendations", "show_recommendation"),
        voice.button("my_data", "show_my_data"),
        voice.button("person", "ask_person"),
        *([voice.button("language", "choose_language")] if several_languages else []),
    ]
    text = voice.say("menu")
    return Message(f"{preface}\n{text}" if preface else text, tuple(buttons))


def _start(profiler_id: str, source: str) -> str:
    if source:
        return payload("start_profiler", profiler=profiler_id, source=source)
    return payload("start_profiler", profiler=profiler_id)


def greeting(voice: Voice, profile: Profile, is_known: bool) -> str:
    """Greet a new customer as new and a returning one as known (R32)."""
    if not is_known:
        return voice.say("greeting")
    return voice.say("welcome_back", name=profile.name) if profile.name else voice.say("welcome_back_unnamed")


def greet_in_form(voice: Voice, profile: Profile, profiler: Profiler | None) -> Message:
    """Greet someone who greets in the middle of a form, and say how to begin anew."""
    hello = greeting(voice, profile, is_known=True)
    title = voice.content(profiler, profiler.title) if profiler else ""
    return Message(f"{hello} {voice.say('go_on_here', title=title)}")


def resume_offer(voice: Voice, profile: Profile, profiler: Profiler, run: Run, walk: Walk, source: str = "") -> Message:
    """Offer a returning customer what the last run left: go on, see the result again, or start anew.

    ``source`` is what led here, a campaign for example; a run begun anew records it.
    """
    title = voice.content(profiler, profiler.title)
    anew = voice.button("start_anew", "start_again", profiler=profiler.id)
    if source:
        anew = voice.button("start_anew", "start_again", profiler=profiler.id, source=source)
    to_menu = voice.button("menu", "show_menu")
    hello = greeting(voice, profile, is_known=True)
    if run.status is RunStatus.COMPLETED:
        text = voice.say("seen_offer", title=title)
        return Message(f"{hello} {text}", (voice.button("see_again", "show_recommendation", run=run.id), anew, to_menu))
    level = walk.next.level if walk.next else profiler.levels[-1]
    text = voice.say("resume_offer", title=title, level=level, levels=profiler.levels[-1])
    return Message(f"{hello} {text}", (voice.button("continue", "resume_run", run=run.id), anew, to_menu))


def languages(voice: Voice, codes: Iterable[str]) -> Message:
    """Offer the languages by their own names."""
    names = [Button(voice.autonym(code) or code, payload("set_language", language=code)) for code in codes]
    return Message(voice.say("choose_language"), tuple(names))


def my_data(
    voice: Voice, profile: Profile, profiler: Profiler | None, walk: Walk | None, leads: Sequence[Lead]
) -> Message:
    """Show the person what is stored (R30)."""
    titles = voice.phrases.titles
    lines = [voice.say("my_data")]
    for key in ("name", "email", "phone"):
        lines.append(f"{titles[f'field_{key}']}: {profile.contact(key) or '–'}")
    if profiler and walk:
        lines.append(voice.say("my_answers", title=voice.content(profiler, profiler.title)))
        for asked, option in walk.answered:
            label = voice.content(profiler, asked.option(option).label)
            lines.append(f"• {voice.content(profiler, asked.text)} – {label}")
    if leads:
        lines.append(voice.say("my_requests", references=", ".join(lead.id for lead in leads)))
    return Message("\n".join(lines), (voice.button("menu", "show_menu"),))


def plain(voice: Voice, key: str, **values: object) -> Message:
    """Say one of the bot's sentences that needs nothing else."""
    return Message(voice.say(key, **values))


def stopped(voice: Voice, key: str, unsubscribed: bool) -> Message:
    """Say what was stopped (nothing with an empty key), and that offers stop too if the person had agreed to them."""
    said = [voice.say(each) for each in (key, "unsubscribed" if unsubscribed else "") if each]
    return Message(" ".join(said), (voice.button("menu", "show_menu"),))


def with_menu(voice: Voice, key: str, **values: object) -> Message:
    """Say one of the bot's sentences with the way back to the menu."""
    return Message(voice.say(key, **values), (voice.button("menu", "show_menu"),))
