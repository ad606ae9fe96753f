"""What is sent of a lead to the hosted CRMs, and what their ``crm.yml`` must say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from customer_profiler.adapters.crm.config import CrmConfig, build_target, read_crm
from customer_profiler.adapters.crm.hosted import may_exist, nameless, remarked, sent, shortened, title, unexplained
from customer_profiler.adapters.crm.http import Answer
from customer_profiler.core.delivery import Trouble
from customer_profiler.core.errors import CrmConfigError
from tests.contract.crm.suite import a_message, again, revised

HUBSPOT = "type: hubspot\ntoken: ${TOKEN}\n"
SALESFORCE = "type: salesforce\nurl: https://acme.my.salesforce.com\nclient_id: ${ID}\nclient_secret: ${SECRET}\n"
BY_KEY = SALESFORCE.replace("client_secret: ${SECRET}\n", "key_file: key.pem\nusername: bot@acme.com\n")
DYNAMICS = (
    "type: dynamics\nurl: https://acme.crm4.dynamics.com\ntenant: acme.onmicrosoft.com\nclient_id: ${ID}\n"
    "client_secret: ${SECRET}\n"
)
VARIABLES = {"TOKEN": "token-of-ours", "ID": "client-1", "SECRET": "hush-hush"}


def read(folder: Path, text: str) -> CrmConfig:
    """Read a crm.yml."""
    (folder / "crm.yml").write_text(text, encoding="utf-8")
    return read_crm(folder / "crm.yml", folder, variables=VARIABLES)


# --- crm.yml


@pytest.mark.parametrize("text", [HUBSPOT, SALESFORCE, BY_KEY, DYNAMICS])
def test_a_minimal_file_makes_a_target(tmp_path: Path, text: str) -> None:
    config = read(tmp_path, text)
    assert config.advice == ()
    build_target(config.targets["crm"]).close()
    assert "hush-hush" not in repr(config)


def test_the_file_of_a_key_is_found_beside_the_others(tmp_path: Path) -> None:
    assert getattr(read(tmp_path, BY_KEY).targets["crm"], "key_file", None) == tmp_path / "key.pem"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("type: hubspot\n", "“token” is missing"),
        ("type: hubspot\ntoken: pat-1\n", "is a secret written out"),
        (f"{HUBSPOT}version: v3\n", "“version” is not written as it must be"),
        (f"{HUBSPOT}stages: x\n", "there is no key “stages”"),
        (f"{HUBSPOT}mapping: {{contact.phone: phnoe}}\n", "“phnoe”, a field we do not have"),
        (f"{SALESFORCE}key_file: key.pem\n", "one of client_secret and key_file"),
        (SALESFORCE.replace("client_secret: ${SECRET}\n", ""), "one of client_secret and key_file"),
        (BY_KEY.replace("username: bot@acme.com\n", ""), "give username"),
        (
            f"{SALESFORCE}mapping: {{Customer_Profiler_Lead_Id__c: lead_id}}\n",
            "which is ours; it cannot be used as it stands; remove it",
        ),
        (
            f"{DYNAMICS}mapping: {{new_externalid: lead_id}}\n",
            "which is ours; it cannot be used as it stands; remove it",
        ),
        (
            f"{HUBSPOT}mapping: {{customer_profiler_lead_id: lead_id}}\n",
            "which is ours; it cannot be used as it stands; remove it",
        ),
        (f"{DYNAMICS}withdrawn_reason: lost\n", "“withdrawn_reason” is no whole number"),
        (DYNAMICS.replace("tenant: acme.onmicrosoft.com\n", ""), "“tenant” is missing"),
        (f"{DYNAMICS}token_url: login\n", "“token_url” does not begin with https://"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(CrmConfigError) as caught:
        read(tmp_path, text)
    said = " ".join(f"{problem.what}; {problem.why}; {problem.mend}" for problem in caught.value.problems)
    assert told in said
    assert "hush-hush" not in said


# --- what is sent


def test_only_the_first_try_of_a_first_revision_need_not_look() -> None:
    first = a_message()
    assert not may_exist(first)
    assert may_exist(again(first))
    assert may_exist(revised(first))


def test_what_is_empty_is_sent_from_the_second_revision_on() -> None:
    first = a_message()
    assert sent({"phone": "", "name": "Ana"}, again(first)) == {"name": "Ana"}
    assert sent({"phone": "", "name": "Ana"}, revised(first)) == {"phone": "", "name": "Ana"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Family car – Ana Silva"),
        ({"name": ""}, "Family car"),
        ({"product_title": None, "name": "Ana\nSilva"}, "Ana Silva"),
        ({"name": "Ana " * 100}, "Family car – Ana Ana Ana Ana Ana Ana An…"),
    ],
)
def test_a_title_is_one_line_of_product_and_person(fields: dict[str, Any], said: str) -> None:
    assert title(a_message(**fields), 40) == said


@pytest.mark.parametrize(
    ("fields", "known_as"),
    [
        ({"email": "ana@example.com"}, "ana@example.com"),
        ({"email": None}, "+351912345678"),
        ({"email": "", "phone": ""}, "L-1"),
        ({"email": f"{'a' * 60}@example.com"}, f"{'a' * 49}…"),
    ],
)
def test_a_person_without_a_name_is_known_by_what_there_is(fields: dict[str, Any], known_as: str) -> None:
    assert nameless(a_message("L-1", **fields), 50) == known_as


@pytest.mark.parametrize(
    ("text", "longest", "short"), [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("😀😀", 3, "😀…"), ("😀😀", 2, "…")]
)
def test_a_text_is_shortened_by_the_units_that_vendors_count(text: str, longest: int, short: str) -> None:
    assert shortened(text, longest) == short


def test_remarks_are_as_long_as_the_field_allows_and_keep_what_people_wrote() -> None:
    message = a_message(consent_text="We pass it on. " * 100)
    whole = remarked(message, "Called, wants blue.", 1000)
    assert len(whole) <= 1000
    assert whole.endswith("Called, wants blue.")
    assert "…" in whole
    again_whole = remarked(message, whole, 1000)
    assert again_whole == whole


def test_remarks_of_people_that_leave_no_room_stay_alone() -> None:
    assert remarked(a_message(), "x" * 990, 1000) == "x" * 990


# --- what answers mean


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (401, Trouble.UNAUTHORIZED),
        (403, Trouble.NOT_UNDERSTOOD),
        (404, Trouble.NOT_UNDERSTOOD),
        (408, Trouble.TIMEOUT),
        (413, Trouble.TOO_LARGE),
        (429, Trouble.BUSY),
        (500, Trouble.SERVER_ERROR),
        (503, Trouble.BUSY),
        (302, Trouble.NOT_UNDERSTOOD),
    ],
)
def test_a_page_in_place_of_an_answer_says_nothing_of_the_lead(status: int, trouble: Trouble) -> None:
    assert unexplained(Answer(status, {}, "<html>")).trouble is trouble
