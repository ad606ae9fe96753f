"""The notes of a lead are kept up to date within a field that sales people write in, too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from customer_profiler.adapters.crm.notes import as_html, is_withdrawn, notes
from customer_profiler.adapters.crm.remarks import remarks, was_withdrawn
from customer_profiler.adapters.crm.sample import sample
from tests.contract.crm.suite import a_message

HTML = pytest.mark.parametrize("is_html", [False, True], ids=["text", "html"])


@HTML
def test_an_empty_field_gets_the_notes(is_html: bool) -> None:
    found = remarks("L-1", "one\n\ntwo", "", is_html)
    assert found == (
        "<p>— L-1 —<br>one</p><p>two<br>— end of L-1 —</p>" if is_html else "— L-1 —\none\n\ntwo\n— end of L-1 —"
    )


@HTML
def test_notes_are_replaced_by_themselves(is_html: bool) -> None:
    first = remarks("L-1", "one", "", is_html)
    assert remarks("L-1", "two", first, is_html) == remarks("L-1", "two", "", is_html)
    assert remarks("L-1", "one", first, is_html) == first


@HTML
def test_what_others_wrote_stays_where_it_is(is_html: bool) -> None:
    first = remarks("L-1", "one", "", is_html)
    assert remarks("L-1", "two", f"before{first}after", is_html) == f"before{remarks('L-1', 'two', '', is_html)}after"


@HTML
def test_notes_that_somebody_removed_come_first(is_html: bool) -> None:
    found = remarks("L-1", "two", "Called.", is_html)
    assert found.startswith(remarks("L-1", "two", "", is_html))
    assert found.endswith("Called.")


def test_notes_of_another_lead_are_not_touched() -> None:
    other = remarks("L-2", "other")
    assert remarks("L-1", "one", other).endswith(other)


def test_backslashes_are_no_references() -> None:
    assert r"\1 \g<0>" in remarks("L-1", r"\1 \g<0>", remarks("L-1", "one"))


def test_an_editor_may_dress_our_paragraphs() -> None:
    dressed = remarks("L-1", "one", "", is_html=True).replace("<p>", '<p data-oe-version="2.0">')
    assert remarks("L-1", "two", dressed, is_html=True) == remarks("L-1", "two", "", is_html=True)


@HTML
def test_a_withdrawal_is_known_by_our_own_notes_only(is_html: bool) -> None:
    message = a_message("L-1", status="withdrawn")
    assert was_withdrawn("L-1", remarks("L-1", notes(message), "", is_html))
    assert not was_withdrawn("L-1", remarks("L-1", "one", notes(message), is_html))
    assert not was_withdrawn("L-1", notes(message))


def test_html_of_a_text_shows_the_text() -> None:
    assert as_html("a <b>&amp;</b>\nb\n\nc") == "<p>a &lt;b&gt;&amp;amp;&lt;/b&gt;<br>b</p><p>c</p>"


def test_notes_tell_what_sales_people_need() -> None:
    assert notes(a_message("L-1", status="withdrawn", products=["family_car", "sports_car"]), "E-mail: x") == (
        "WITHDRAWN by the customer 2026-05-04T10:30:15Z\n\nE-mail: x\n\n"
        "Reference: L-1\nProduct: Family car, 21500.00 EUR (list price of 2026-05-01)\n"
        "All products asked for: family_car, sports_car\nWhy: For the family; Up to 25,000 €\n\n"
        "What do you need it for?: For the family\nWhat may it cost?: Up to 25,000 €\n\n"
        "Profiler: Find your car\nChannel: whatsapp\nLanguage: en\nSource: ad:spring\nCampaign: spring\n\n"
        "Consent 2026-05-04T10:30:10Z: We pass your details on to the dealer.\n\n"
        "Profile: http://127.0.0.1:8080/profiles/profile-1"
    )


def test_notes_leave_out_what_is_not_known() -> None:
    bare = replace(sample(), values={"lead_id": "L-1", "product": "check"})
    assert notes(bare) == f"Reference: {bare.lead_id}\nProduct: check"
    assert not is_withdrawn(bare)
