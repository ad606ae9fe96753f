"""Two products with reasons, the same ones for the same answers on every channel and in every language."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product as pairs
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from customer_profiler.adapters.content.loader import load
from customer_profiler.adapters.db import tables as t
from customer_profiler.core.messages import Turn
from customer_profiler.core.profile import CHANNELS
from customer_profiler.core.profiler import NEVER, Profiler
from customer_profiler.core.ranking import rank
from customer_profiler.core.walk import all_answers
from customer_profiler.services import menu, recommendations, runs
from customer_profiler.services.session import Services
from tests.builders import matrix_row, option, product, profiler, question
from tests.services.conftest import Meet, Person, button, cars, intents, recommended, served_by, titles

CONTENT = Path(__file__).parents[2] / "content"


@pytest.fixture
def buying(serve: Callable[..., Services], person: Person) -> Callable[..., Person]:
    """Somebody who has answered budget=low in a shop with the products and matrix given."""

    def bought(**fields: object) -> Person:
        asking = served_by(person, serve(profiler(**fields)))  # type: ignore[arg-type]
        asking.start()
        asking.answer("budget", "low")
        return asking

    return bought


# --- cards


def test_the_first_card_comes_with_the_text_for_the_answers(advised: Person) -> None:
    introduction, card = advised.turn(recommendations.show).messages

    assert introduction.text == "Parking will be easy."
    assert card.text.splitlines() == ["Hatch", "€15,990", "Because you chose “City trips”, “Up to 20k”."]


def test_a_combination_without_a_text_of_its_own_gets_the_bots(started: Person) -> None:
    started.answer_all(use="family", seats="five", budget="low")

    assert started.turn(recommendations.show).messages[0].text == "This suits you best:"


def test_the_card_offers_a_quote_and_the_other(advised: Person) -> None:
    card = advised.turn(recommendations.show).messages[1]
    assert advised.run is not None

    assert titles(card) == ["Ask for a quote", "Show another"]
    assert card.buttons[0].payload == f'/choose_product{{"product":"hatch","run":"{advised.run.id}"}}'
    assert card.buttons[1].payload == f'/show_alternative{{"run":"{advised.run.id}"}}'


def test_the_second_card_offers_the_way_back_and_a_refusal(advised: Person) -> None:
    [card] = advised.turn(recommendations.show_alternative).messages

    assert card.text.splitlines()[0] == "Van"
    assert "https://example.com/van" in card.text
    assert intents(card) == ["choose_product", "show_recommendation", "refuse_products"]


def test_a_picture_of_the_content_gets_its_public_address(started: Person) -> None:
    started.answer_all(use="family", seats="five", budget="high")

    assert started.turn(recommendations.show).messages[1].image == "https://bot.example.com/pictures/cars/suv.png"


def test_a_picture_on_the_web_keeps_its_address(buying: Callable[..., Person]) -> None:
    person = buying(products=[product(image="https://cdn.example.com/a.png"), product("van")])

    assert person.turn(recommendations.show).messages[1].image == "https://cdn.example.com/a.png"


def test_cards_speak_the_language_of_the_person(meet: Meet) -> None:
    person = meet(locale="es_ES")
    person.start()
    person.answer_all(use="city", trips="short", budget="low")
    card = person.turn(recommendations.show).messages[1]

    assert card.text.replace("\u00a0", " ").splitlines()[:2] == ["Compacto", "15.990 €"]
    assert "Por la ciudad" in card.text


def test_a_near_match_names_the_wish_it_breaks(started: Person) -> None:
    started.answer_all(use="family", seats="seven", budget="low")
    [card] = started.turn(recommendations.show_alternative).messages

    assert "Not a perfect match: it does not meet your wish “Seven seats”." in card.text


def test_a_product_that_fits_speaks_of_no_broken_wish(started: Person) -> None:
    started.answer_all(use="family", seats="seven", budget="low")

    assert "Not a perfect match" not in started.turn(recommendations.show).messages[1].text


@pytest.mark.parametrize("answers", all_answers(cars()), ids=lambda given: " ".join(given.values()))
def test_a_near_match_always_names_an_answer_of_the_person(started: Person, answers: dict[str, str]) -> None:
    started.answer_all(**answers)
    shown = cars()
    labels = [f"“{shown.question(asked).option(chosen).label['en']}”" for asked, chosen in answers.items()]

    for place, entry in enumerate(rank(shown, answers).products):
        [*_, card] = started.turn((recommendations.show, recommendations.show_alternative)[place]).messages
        assert ("Not a perfect match" in card.text) == entry.near_match
        assert not entry.near_match or any(label in card.text for label in labels)


def test_a_card_names_at_most_three_reasons(serve: Callable[..., Services], person: Person) -> None:
    asked = [question(f"q{level}", level, [option("yes", {"en": f"Yes {level}"})]) for level in range(1, 6)]
    rows = [matrix_row(f"q{level}=yes", hatch=level) for level in range(1, 6)]
    person = served_by(person, serve(profiler(questions=asked, matrix=rows)))
    person.start()
    person.answer_all(**{each.id: "yes" for each in asked})

    assert "Because you chose “Yes 5”, “Yes 4”, “Yes 3”." in person.turn(recommendations.show).messages[1].text


# --- fewer than two


def test_one_product_in_stock_is_shown_alone_with_the_reason(buying: Callable[..., Person]) -> None:
    introduction, card = buying(products=[product(), product("van", stock=0)]).turn(recommendations.show).messages

    assert "It is the only one available at the moment." in introduction.text
    assert intents(card) == ["choose_product", "refuse_products"]


def test_without_a_product_in_stock_that_is_said_and_a_person_offered(buying: Callable[..., Person]) -> None:
    [message] = buying(products=[product(stock=0)]).turn(recommendations.show).messages

    assert message.text == "I am sorry, nothing is available at the moment. A colleague can help you."
    assert intents(message) == ["ask_person"]


def test_there_is_no_second_of_one(buying: Callable[..., Person]) -> None:
    [message] = buying(products=[product()]).turn(recommendations.show_alternative).messages

    assert message.text == "There is no other product to show."


@pytest.mark.parametrize("products", [[], [product(stock=0)]])
def test_without_a_product_every_wish_is_answered(buying: Callable[..., Person], products: list[object]) -> None:
    person = buying(products=products)

    for wish in (
        recommendations.show,
        recommendations.show_alternative,
        recommendations.refuse,
    ):
        assert person.turn(wish).messages
    assert person.choose("hatch").messages


# --- before there is one


@pytest.mark.parametrize(
    "wish",
    [
        recommendations.show,
        recommendations.show_alternative,
        recommendations.refuse,
        lambda session: recommendations.give_reason(session, "price"),
    ],
)
def test_before_a_recommendation_there_is_none_to_show(person: Person, meet: Meet, wish: object) -> None:
    started = meet("bob")
    started.start()
    for somebody in (person, started):
        [message] = somebody.turn(wish).messages  # type: ignore[arg-type]
        assert message.text == "I have no recommendation for you yet."
        assert intents(message) == ["show_menu"]


# --- see it again


def test_the_newest_recommendation_is_shown_again(advised: Person) -> None:
    [_, card] = advised.turn(recommendations.show).messages

    assert card.text.startswith("Hatch")


@pytest.fixture
def twice(advised: Person) -> tuple[Person, str]:
    """Somebody with a finished run, whose id comes along, and another one with an open question."""
    assert advised.run is not None
    finished = advised.run.id
    advised.turn(runs.start_again)
    advised.answer("use", "family")
    return advised, finished


def test_a_recommendation_is_found_while_another_run_is_open(twice: tuple[Person, str]) -> None:
    person, finished = twice
    [_, card] = person.turn(recommendations.show).messages

    assert card.text.startswith("Hatch")
    assert button(card, "choose_product").payload == f'/choose_product{{"product":"hatch","run":"{finished}"}}'


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        (recommendations.show, "Hatch"),
        (recommendations.show_alternative, "Van"),
        (recommendations.refuse, "That is good"),
    ],
)
def test_the_buttons_of_an_old_card_keep_their_meaning(
    twice: tuple[Person, str], wish: Callable[..., Turn], says: str
) -> None:
    person, finished = twice

    assert person.turn(wish, finished).messages[-1].text.startswith(says)


def test_looking_at_an_old_card_leaves_the_open_run_alone(twice: tuple[Person, str]) -> None:
    person, finished = twice
    person.turn(recommendations.show_alternative, finished)
    person.turn(recommendations.give_reason, "price", finished)

    assert person.answers == {"use": "family"}
    assert person.asked().text == "(2/3) How many seats?"


def test_the_reason_of_an_old_card_belongs_to_its_run(twice: tuple[Person, str], engine: Engine) -> None:
    person, finished = twice
    person.turn(recommendations.give_reason, "price", finished)

    with engine.connect() as connection:
        reasons = connection.execute(select(t.run.c.id, t.run.c.refusal_reason)).all()
    assert dict(map(tuple, reasons))[finished] == "price"
    assert [reason for _, reason in reasons].count("price") == 1


@pytest.mark.parametrize("wish", [recommendations.show, recommendations.show_alternative, recommendations.refuse])
def test_nobody_sees_the_recommendation_of_somebody_else(
    advised: Person, meet: Meet, wish: Callable[..., Turn]
) -> None:
    assert advised.run is not None
    [message] = meet("eve").turn(wish, advised.run.id).messages

    assert message.text == "I have no recommendation for you yet."


def test_a_recommendation_of_a_run_whose_answer_was_taken_back_is_not_shown(advised: Person) -> None:
    advised.turn(runs.go_back)

    assert advised.turn(recommendations.show).messages[0].text == "I have no recommendation for you yet."


# --- refuse


def test_a_refusal_asks_for_the_reason_in_one_tap(advised: Person) -> None:
    [message] = advised.turn(recommendations.refuse).messages

    assert advised.run is not None
    assert len(message.buttons) == 5
    assert message.buttons[0].payload == f'/give_reason{{"reason":"price","run":"{advised.run.id}"}}'


def test_the_reason_is_stored_and_a_person_offered(advised: Person) -> None:
    [message] = advised.turn(recommendations.give_reason, "price").messages

    assert advised.run is not None
    assert advised.run.refusal_reason == "price"
    assert button(message, "ask_person")


@pytest.mark.parametrize("reason", ["", "because", "x" * 10_000, "'; DROP TABLE run;--"], ids=lambda reason: reason[:9])
def test_a_reason_that_is_none_of_ours_is_asked_for_again(advised: Person, reason: str) -> None:
    [message] = advised.turn(recommendations.give_reason, reason).messages

    assert set(intents(message)) == {"give_reason"}
    assert advised.run is not None
    assert advised.run.refusal_reason == ""


def test_the_person_asked_for_after_a_refusal_is_stored(advised: Person, engine: Engine) -> None:
    advised.turn(recommendations.give_reason, "looks")
    advised.turn(menu.ask_person, "asked")

    assert advised.run is not None
    with engine.connect() as connection:
        [stored] = connection.execute(select(t.handover)).mappings().all()
    assert (stored["run_id"], stored["profile_id"]) == (advised.run.id, advised.profile.id)


# --- R10, R37: the answers alone decide


def test_the_same_answers_give_the_same_products_on_every_channel_in_every_language(
    serve: Callable[..., Services], meet: Meet
) -> None:
    shop = cars(languages=("en", "es", "fa"))
    services = serve(shop)
    for place, answers in enumerate(all_answers(shop)):
        results = set()
        for channel, language in pairs(CHANNELS, shop.languages):
            person = served_by(meet(f"{place}-{language}", channel), services)
            person.start(language=language)
            person.answer_all(**answers)
            assert person.run is not None
            assert (person.run.channel, person.run.language) == (channel, language)
            results.add(person.run.recommended)
        expected = [(each.product.id, each.score, each.near_match) for each in rank(shop, answers).products]
        [result] = results
        assert [(each.product, each.score, each.near_match) for each in result] == expected


def test_the_same_answers_give_the_same_products_on_whatever_way_they_were_reached(meet: Meet) -> None:
    for place, answers in enumerate(all_answers(cars())):
        straight, winding = meet(f"s{place}"), meet(f"w{place}")
        straight.start()
        straight.answer_all(**answers)
        winding.start()
        winding.answer_all(use="family", seats="five", budget="high")
        for asked, chosen in answers.items():
            winding.answer(asked, chosen)
        assert winding.answers == straight.answers
        assert recommended(winding) == recommended(straight)


# --- R18: two products or a reason, over everything a customer can answer


def demo(name: str) -> Profiler:
    loaded = load(CONTENT / name, ("en", "es"))
    assert loaded.profiler is not None
    return loaded.profiler


@pytest.mark.parametrize("name", ["cars", "tablets"])
def test_every_combination_of_a_demo_ends_with_two_products(name: str) -> None:
    shop = demo(name)
    combinations = all_answers(shop)

    assert len(combinations) >= 400
    for answers in combinations:
        assert len(rank(shop, answers).products) == 2, answers


@pytest.mark.parametrize("name", ["cars", "tablets"])
def test_every_product_of_a_demo_fits_or_says_which_answer_it_breaks(name: str) -> None:
    shop = demo(name)
    for answers in all_answers(shop):
        for entry in rank(shop, answers).products:
            broken = {term.question for condition in entry.broken for term in condition.terms}
            assert entry.near_match == bool(broken & set(answers)), answers


@pytest.mark.parametrize("name", ["cars", "tablets"])
def test_every_combination_of_a_demo_has_a_message(name: str) -> None:
    shop = demo(name)

    assert all(rank(shop, answers).message for answers in all_answers(shop))


@pytest.mark.parametrize("stocks", list(pairs((None, 0), repeat=3)))
def test_a_shop_with_anything_in_stock_recommends_two_or_says_why_not(
    buying: Callable[..., Person], stocks: tuple[int | None, ...]
) -> None:
    products = [product(f"p{place}", stock=stock) for place, stock in enumerate(stocks)]
    person = buying(products=products, matrix=[matrix_row("budget=low", p0=NEVER, p1=2)])
    introduction, *_ = person.turn(recommendations.show).messages

    available = min(2, sum(stock != 0 for stock in stocks))
    assert len(recommended(person)) == available
    reasons = {0: "nothing is available", 1: "the only one available", 2: "This suits you best"}
    assert reasons[available] in introduction.text
