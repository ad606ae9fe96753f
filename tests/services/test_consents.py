"""Who wants news and offers says so in the chat, and "stop" ends it at once: on every channel, in every language."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product as pairs

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from customer_profiler.adapters.db import tables as t
from customer_profiler.core.messages import NextStep
from customer_profiler.core.profile import CHANNELS
from customer_profiler.core.run import RunStatus
from customer_profiler.services import consents, lead_form, runs
from customer_profiler.services.session import Services, Visit
from tests.builders import identity, profiler
from tests.services.conftest import Clock, Meet, Person, cars, intents, served_by, visit

NO_MORE = "You get no more news and offers from us."
ANA = identity("whatsapp", "34612345678")


def has_agreed(person: Person) -> bool:
    profile_id = person.profile.id
    with person.services.open_unit() as unit:
        return unit.consents.in_force(profile_id)


def subscribed(person: Person) -> Person:
    person.turn(consents.subscribe)
    return person


def records(engine: Engine) -> list[tuple[str, bool]]:
    """The source of each consent stored, and whether it is still in force."""
    with engine.connect() as connection:
        rows = connection.execute(select(t.marketing_consent).order_by(t.marketing_consent.c.id)).mappings().all()
    return [(row["source"], row["withdrawn_at"] is None) for row in rows]


# --- subscribing


@pytest.mark.parametrize("channel", CHANNELS)
def test_who_subscribes_has_agreed_with_the_channel_as_source_and_is_told_how_to_stop(
    meet: Meet, engine: Engine, channel: str
) -> None:
    person = meet(channel=channel)
    [said] = person.turn(consents.subscribe).messages

    assert has_agreed(person)
    assert records(engine) == [(f"chat:{channel}", True)]
    assert "“stop”" in said.text


def test_who_subscribes_twice_has_agreed_once(person: Person, engine: Engine) -> None:
    subscribed(subscribed(person))

    assert records(engine) == [("chat:rest", True)]


def test_subscribing_in_the_questionnaire_leaves_the_question_open(started: Person) -> None:
    turn = started.say("subscribe", "subscribe")

    assert turn.passed_on
    assert started.turn(consents.subscribe).next_step == NextStep.WAIT
    assert started.asked().text.endswith("What is it for?")


def test_subscribing_in_the_lead_form_is_no_name(asking: Person) -> None:
    assert asking.give("subscribe", "subscribe").passed_on
    assert asking.detail_asked() == "name"


def test_nobody_has_agreed_who_has_not_said_so(advised: Person) -> None:
    assert not has_agreed(advised)


def test_another_persons_consent_is_not_touched(meet: Meet) -> None:
    ana, bob = subscribed(meet("ana")), subscribed(meet("bob"))
    ana.turn(runs.stop)

    assert (has_agreed(ana), has_agreed(bob)) == (False, True)


# --- stop


@pytest.mark.parametrize("channel", CHANNELS)
def test_stop_when_nothing_is_running_ends_the_consent_and_says_only_that(meet: Meet, channel: str) -> None:
    person = subscribed(meet(channel=channel))
    [said] = person.turn(runs.stop).messages

    assert not has_agreed(person)
    assert said.text == NO_MORE
    assert intents(said) == ["show_menu"]


@pytest.mark.parametrize("channel", CHANNELS)
def test_stop_in_the_questionnaire_ends_the_consent_and_the_run(meet: Meet, channel: str) -> None:
    person = subscribed(meet(channel=channel))
    person.start()
    turn = person.turn(runs.stop)

    assert not has_agreed(person)
    assert turn.messages[0].text.startswith("All right, I stop here.")
    assert turn.messages[0].text.endswith(NO_MORE)
    assert turn.memory == {"requested_slot": None}
    assert person.run is not None and person.run.status is RunStatus.STOPPED


def test_stop_in_the_lead_form_ends_the_consent_and_the_request(asking: Person) -> None:
    subscribed(asking)
    turn = asking.turn(lead_form.stop, asking.memory)

    assert not has_agreed(asking)
    assert turn.messages[0].text == f"All right, nothing was sent. {NO_MORE}"
    assert not asking.leads


def test_not_to_send_a_request_ends_no_consent(asking: Person) -> None:
    subscribed(asking)
    turn = asking.turn(lead_form.cancel, asking.memory)

    assert has_agreed(asking)
    assert turn.messages[0].text == "All right, nothing was sent."


def test_without_a_consent_nothing_is_said_of_one(asking: Person) -> None:
    for turn in (asking.turn(lead_form.stop, asking.memory), asking.turn(runs.stop)):
        assert "offers" not in turn.messages[0].text


def test_stop_said_twice_says_so_once(person: Person) -> None:
    subscribed(person)
    said = [person.turn(runs.stop).messages[0].text for _ in range(2)]

    assert said == [NO_MORE, "There is nothing running right now."]


def test_who_stopped_may_subscribe_again_and_both_are_kept(person: Person, engine: Engine, clock: Clock) -> None:
    subscribed(person).turn(runs.stop)
    clock.pass_(days=1)
    subscribed(person)

    assert has_agreed(person)
    assert records(engine) == [("chat:rest", False), ("chat:rest", True)]


@pytest.mark.parametrize(
    ("language", "typed"),
    pairs(["en", "es"], ["stop", "STOP!", "unsubscribe", "parar", "Basta", "baja", "darme de baja"]),
)
def test_stop_is_heard_in_the_questionnaire_in_any_language_of_the_content(
    person: Person, language: str, typed: str
) -> None:
    person.start(language=language)

    assert person.say(typed, "stop").passed_on


@pytest.mark.parametrize(
    ("language", "typed"), pairs(["en", "es"], ["stop", "parar", "no more offers", "no más ofertas"])
)
def test_stop_is_heard_in_the_lead_form_in_any_language_of_the_content(
    asking: Person, language: str, typed: str
) -> None:
    with asking.services.session(asking.visit) as session:
        session.save_profile(language=language)

    assert asking.give(typed, "stop").passed_on


@pytest.mark.parametrize("typed", ["stopp", "aufhören", "AUFHOEREN", "abmelden"])
def test_stop_is_heard_in_a_language_of_which_the_bot_has_no_phrases(
    serve: Callable[..., Services], person: Person, typed: str
) -> None:
    german = served_by(person, serve(cars(languages=("en", "de"))))
    german.start()

    assert german.say(typed, "stop").passed_on


def test_stop_in_a_language_that_the_content_does_not_have_is_asked_back(started: Person) -> None:
    turn = started.say("aufhören", "stop")

    assert not turn.passed_on
    assert "please type “stop”" in started.asked().text


def test_the_content_of_all_profilers_says_which_languages_count(
    serve: Callable[..., Services], person: Person
) -> None:
    person = served_by(person, serve(cars(languages=("en",)), profiler("autos", languages=("de",), title={"de": "A"})))
    person.start("cars")

    assert person.say("aufhören", "stop").passed_on


# --- noted by staff


def test_an_opt_in_obtained_elsewhere_is_found_again_when_the_person_writes(services: Services, engine: Engine) -> None:
    assert consents.opt_in(services, ANA, "web form")

    person = Person(services, visit(services, ANA.value, "whatsapp"))
    assert has_agreed(person)
    assert records(engine) == [("web form", True)]


def test_an_opt_in_noted_twice_is_kept_once(services: Services, engine: Engine) -> None:
    noted = [consents.opt_in(services, ANA, source) for source in ("web form", "shop")]

    assert noted == [True, False]
    assert records(engine) == [("web form", True)]


def test_who_is_noted_as_opted_in_can_say_stop(services: Services) -> None:
    consents.opt_in(services, ANA, "web form")
    person = Person(services, visit(services, ANA.value, "whatsapp"))

    assert person.turn(runs.stop).messages[0].text == NO_MORE
    assert not has_agreed(person)


def test_an_opt_out_ends_what_was_said_in_the_chat(services: Services) -> None:
    person = subscribed(Person(services, visit(services, ANA.value, "whatsapp")))

    assert consents.opt_out(services, ANA)
    assert not has_agreed(person)


def test_an_opt_out_may_be_noted_again_and_of_people_nobody_knows(services: Services, engine: Engine) -> None:
    consents.opt_in(services, ANA, "web form")

    assert [consents.opt_out(services, ANA) for _ in range(2)] == [True, False]
    assert not consents.opt_out(services, identity("whatsapp", "34699999999"))
    with engine.connect() as connection:
        assert len(connection.execute(select(t.profile)).all()) == 1


def test_a_consent_belongs_to_the_person_not_to_a_number_written_in_a_form(services: Services) -> None:
    """Anybody can type a number; only who writes from it, or staff, can agree for it."""
    person = subscribed(Person(services, Visit("rest", "eve")))
    with services.session(person.visit) as session:
        session.save_profile(phone=f"+{ANA.value}")

    with services.open_unit() as unit:
        assert unit.profiles.find(ANA) is None
