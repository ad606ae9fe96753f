"""A template knows its parameters, and takes only texts that Meta takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_profiler.core.errors import TemplateError
from customer_profiler.core.template import is_campaign, start_payload, tidy_parameters
from tests.builders import LINK, START, STOP, template


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("Come by.", 0),
        ("Hello {{1}}, come by.", 1),
        ("Hello {{2}}, come by on {{1}} please.", 2),
        ("Hello {{1}}, yes you, {{1}}, come by.", 1),
        ("In {brackets} and {{name}} here.", 0),
    ],
)
def test_the_body_says_how_many_parameters_there_are(body: str, count: int) -> None:
    assert template(body=body).parameter_count == count


def test_a_body_is_filled_by_number_and_not_by_place() -> None:
    offer = template(body="On {{2}} {{1}} and {{1}} come.")

    assert offer.filled(["Ana", "Monday"]) == "On Monday Ana and Ana come."


def test_what_stands_in_a_parameter_is_not_filled_again() -> None:
    assert template(body="A {{1}} and {{2}} b").filled(["{{2}}", r"\1"]) == r"A {{2}} and \1 b"


@pytest.mark.parametrize(
    ("given_text", "sent"),
    [
        ("Ana", "Ana"),
        ("  Ana  López ", "Ana López"),
        ("one\ntwo\tthree\r\nfour", "one two three four"),
        ("far      apart", "far apart"),
        ("no\u00a0break\u2028here", "no break here"),
        ("half \ud83d pair", "half ? pair"),
        ("آنا 🚗", "آنا 🚗"),
    ],
)
def test_a_parameter_is_brought_to_the_form_that_meta_takes(given_text: str, sent: str) -> None:
    assert tidy_parameters(template(), [given_text]) == [sent]


@given(st.text())
def test_no_parameter_keeps_what_meta_refuses(text: str) -> None:
    try:
        [sent] = tidy_parameters(template(), [text])
    except TemplateError:
        assert not text.strip()
        return
    assert not set(sent) & set("\n\r\t")
    assert "  " not in sent
    sent.encode()


@pytest.mark.parametrize("parameters", [[], ["Ana", "Bob"]])
def test_too_few_or_too_many_parameters_are_told_with_the_right_number(parameters: list[str]) -> None:
    with pytest.raises(TemplateError, match=r"“offer” was given .* takes 1, .*, give exactly one parameter"):
        tidy_parameters(template(), parameters)


def test_a_template_without_parameters_says_to_leave_them_out() -> None:
    with pytest.raises(TemplateError, match="leave the parameters out"):
        tidy_parameters(template(body="Come by."), ["Ana"])


def test_a_blank_parameter_is_refused_with_its_number() -> None:
    with pytest.raises(TemplateError, match=r"parameter 2 of template “offer” is blank.*\{\{2\}\}"):
        tidy_parameters(template(body="Dear {{1}} {{2}}, come by."), ["Ana", " \n"])


def test_the_payload_of_a_start_button_names_the_profiler_and_the_campaign_if_any() -> None:
    assert start_payload("cars") == "start:cars"
    assert start_payload("cars", "spring") == "start:cars:spring"


@pytest.mark.parametrize("name", ["spring", "spring-2026_b.1", "frühling", "Sommer!", "x" * 100])
def test_visible_characters_name_a_campaign(name: str) -> None:
    assert is_campaign(name)


@pytest.mark.parametrize("name", ["", "two words", "a:b", "a\nb", "a\u200bb", "x" * 101])
def test_blanks_colons_and_what_nobody_sees_name_none(name: str) -> None:
    assert not is_campaign(name)


def test_a_tap_on_any_button_but_a_link_is_a_message_to_us() -> None:
    assert [button.is_reply for button in (START, STOP, LINK)] == [True, True, False]
