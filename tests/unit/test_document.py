"""A profiler survives being stored, and its hash names its content and nothing else."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from customer_profiler.core.condition import Condition, Term
from customer_profiler.core.document import from_document, to_document, version_hash
from customer_profiler.core.profiler import (
    NEVER,
    Kind,
    LeadSettings,
    MatrixRow,
    MessageRow,
    Option,
    Product,
    Profiler,
    Question,
)
from customer_profiler.core.template import ButtonAction, Category, Template, TemplateButton
from tests import builders

ids = st.from_regex(r"[a-z0-9_]{1,8}", fullmatch=True)
texts = st.dictionaries(st.sampled_from(["en", "es", "fa"]), st.text(max_size=20), max_size=3)
words = st.lists(st.text(max_size=10), max_size=3).map(tuple)
terms = st.builds(Term, ids, st.lists(ids, min_size=1, max_size=3).map(tuple))
conditions = st.builds(Condition, st.lists(terms, max_size=2).map(tuple))
numbers = st.none() | st.integers(min_value=-(10**9), max_value=10**9)
options = st.builds(
    Option,
    id=ids,
    label=texts,
    description=texts,
    synonyms=st.dictionaries(st.sampled_from(["en", "es"]), words),
    trait=st.text(max_size=10),
)
questions = st.builds(
    Question,
    id=ids,
    level=st.integers(min_value=1, max_value=5),
    kind=st.sampled_from(Kind),
    text=texts,
    options=st.lists(options, max_size=3).map(tuple),
    show_if=conditions,
    why=texts,
)
products = st.builds(
    Product,
    id=ids,
    title=texts,
    description=texts,
    family=st.text(max_size=5),
    priority=numbers,
    price=st.text(max_size=5),
    currency=st.text(max_size=3),
    stock=numbers,
    url=st.text(max_size=5),
    image=st.text(max_size=5),
)
buttons = st.builds(TemplateButton, st.text(max_size=5), st.sampled_from(ButtonAction), st.text(max_size=5))
templates = st.builds(
    Template,
    name=ids,
    language=ids,
    category=st.sampled_from(Category),
    body=st.text(max_size=10),
    header=st.text(max_size=5),
    footer=st.text(max_size=5),
    buttons=st.lists(buttons, max_size=2).map(tuple),
)
profilers = st.builds(
    Profiler,
    id=ids,
    title=texts,
    purpose=texts,
    languages=words,
    objectives=words,
    questions=st.lists(questions, max_size=3).map(tuple),
    products=st.lists(products, max_size=3).map(tuple),
    matrix=st.lists(st.builds(MatrixRow, conditions, st.dictionaries(ids, numbers)), max_size=3).map(tuple),
    messages=st.lists(st.builds(MessageRow, conditions, texts), max_size=2).map(tuple),
    lead=st.builds(LeadSettings, words, words),
    user_goals=words,
    user_tasks=words,
    flow_goals=words,
    templates=st.lists(templates, max_size=2).map(tuple),
)


@settings(max_examples=40)
@given(profilers)
def test_a_profiler_comes_back_from_json_as_it_was(profiler: Profiler) -> None:
    assert from_document(json.loads(json.dumps(to_document(profiler)))) == profiler


@settings(max_examples=40)
@given(profilers)
def test_a_profiler_that_came_back_has_the_same_hash(profiler: Profiler) -> None:
    assert version_hash(from_document(to_document(profiler))) == version_hash(profiler)


def test_content_without_templates_keeps_the_hash_it_had_before_there_were_any() -> None:
    assert version_hash(builders.profiler()) == "24a1e856ea70fa5e71f14bc4cd825aceb90efda8356e53305c436a179ff041f2"
    assert "templates" not in to_document(builders.profiler())


def test_a_document_stored_before_there_were_templates_has_none() -> None:
    stored = to_document(builders.profiler(templates=(builders.template(),)))
    del stored["templates"]

    assert from_document(stored) == builders.profiler()


def test_a_changed_template_changes_the_hash() -> None:
    one, other = builders.template(body="Come by."), builders.template(body="Do come by.")

    assert version_hash(builders.profiler(templates=(one,))) != version_hash(builders.profiler(templates=(other,)))


def test_the_hash_is_64_hexadecimal_digits() -> None:
    assert len(version_hash(builders.profiler())) == 64
    assert int(version_hash(builders.profiler()), 16) >= 0


def test_the_order_of_languages_in_a_text_does_not_change_the_hash() -> None:
    one = builders.profiler(title={"en": "Cars", "es": "Coches"})
    other = builders.profiler(title={"es": "Coches", "en": "Cars"})

    assert version_hash(one) == version_hash(other)


def test_a_changed_cell_changes_the_hash() -> None:
    one = builders.profiler(matrix=[builders.matrix_row(hatch=1)])
    other = builders.profiler(matrix=[builders.matrix_row(hatch=NEVER)])

    assert version_hash(one) != version_hash(other)


def test_the_order_of_products_changes_the_hash_for_it_breaks_ties() -> None:
    one, other = builders.product("hatch"), builders.product("van")

    assert version_hash(builders.profiler(products=[one, other])) != version_hash(
        builders.profiler(products=[other, one])
    )


def test_a_priority_and_a_stock_of_zero_are_not_lost() -> None:
    profiler = builders.profiler(products=[builders.product(priority=0, stock=0)])

    assert from_document(to_document(profiler)).products[0] == profiler.products[0]


def test_what_is_empty_is_left_out_so_that_new_fields_keep_old_hashes() -> None:
    assert set(to_document(builders.profiler())["products"][0]) == {"id", "title"}
