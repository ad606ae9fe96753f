"""Repositories give back what they were given, on SQLite and on PostgreSQL, also when two write at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from customer_profiler.adapters.db import tables as t
from customer_profiler.adapters.db.unit_of_work import SqlUnitOfWork
from customer_profiler.core.errors import StoreUnavailable, UnknownProfiler
from customer_profiler.core.lead import Lead
from customer_profiler.core.profile import REST, Identity
from customer_profiler.core.profiler import NEVER
from customer_profiler.core.ranking import rank
from customer_profiler.core.run import RecommendedProduct, Run, RunStatus
from tests.builders import matrix_row, product, profiler
from tests.integration.conftest import AT, CONTENT, VERSION, Race, a_run, begun, met

LATER = AT + timedelta(hours=1)

BODY: dict[str, object] = {
    "lead_id": "L-1", "created_at": AT.isoformat(), "name": "مریم 'O\"Neill' <b>🙂", "email": "a@example.com",
    "phone": None, "product": "hatch", "score": -3, "reasons": [{"when": "budget=low", "points": 2}],
    "answers": {"z": "1", "a": "2"},
}  # fmt: skip


def a_lead(run: Run, id: str = "L-1", **fields: object) -> Lead:
    given = {"product": "hatch", "created_at": AT, "consent_text": "Yes.", "body": BODY, **fields}
    return Lead(id=id, run_id=run.id, profile_id=run.profile_id, **given)  # type: ignore[arg-type]


def stored(engine: Engine, run: Run) -> Run:
    with SqlUnitOfWork(engine) as unit:
        found = unit.runs.get(run.id, run.profile_id)
    assert found is not None
    return found


def answers(engine: Engine) -> list[tuple[str, bool]]:
    """The options ever chosen, in order, and whether each is in force."""
    with engine.connect() as connection:
        rows = connection.execute(select(t.answer.c.option, t.answer.c.withdrawn_at).order_by(t.answer.c.id)).all()
    return [(option, withdrawn_at is None) for option, withdrawn_at in rows]


# --- profiles


def test_a_new_identity_makes_a_profile(engine: Engine) -> None:
    profile = met(engine)

    assert (profile.first_seen_at, profile.last_seen_at) == (AT, AT)
    assert (profile.name, profile.email, profile.phone, profile.language, profile.current_run_id) == ("",) * 5


def test_a_known_identity_finds_its_profile_and_moves_the_last_visit(engine: Engine) -> None:
    first = met(engine)
    second = met(engine, at=LATER)

    assert second == replace(first, last_seen_at=LATER)


def test_a_profile_comes_back_as_saved(engine: Engine) -> None:
    changed = replace(
        met(engine), name="مریم O'Neill", email="a@b.com", phone="+34612345678", language="pt-BR", current_run_id="r"
    )
    with SqlUnitOfWork(engine) as unit:
        unit.profiles.save(changed)
        unit.commit()

    assert met(engine) == changed


def test_saving_a_profile_leaves_others_alone(engine: Engine) -> None:
    bob = met(engine, "bob")
    with SqlUnitOfWork(engine) as unit:
        unit.profiles.save(replace(met_in(unit, "ana"), name="Ana"))
        unit.commit()

    assert met(engine, "bob") == bob


def met_in(unit: SqlUnitOfWork, sender: str):  # type: ignore[no-untyped-def]
    return unit.profiles.visited(Identity(REST, sender), AT)


@pytest.mark.parametrize(
    "sender",
    ["", "x" * 255, "'; DROP TABLE identity;--", "%", "_", "\\", "🙂", "\u202e", "x" * 256, "a\x00b", "\ud800"],
    ids=["empty", "255", "sql", "percent", "underscore", "backslash", "emoji", "mark", "256", "null", "surrogate"],
)
def test_any_sender_id_can_be_met(engine: Engine, sender: str) -> None:
    assert met(engine, sender).id == met(engine, sender).id


def test_times_come_back_in_utc_with_their_microseconds(engine: Engine) -> None:
    madrid = AT.astimezone(timezone(timedelta(hours=2)))
    profile = met(engine, at=madrid)

    assert profile.first_seen_at == AT
    assert profile.first_seen_at.tzinfo is timezone.utc


def test_a_time_without_a_zone_is_not_stored(engine: Engine) -> None:
    with pytest.raises(Exception, match="without a time zone"):
        met(engine, at=AT.replace(tzinfo=None))


def test_a_new_identity_met_by_two_processes_at_once_gives_one_profile(race: Race, url: str, engine: Engine) -> None:
    for number in range(20):
        one, other = race("meet", [url, f"{number}"], [url, f"{number}"])
        assert one == other
        assert len(one) == 32

    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(t.profile)).scalar_one() == 20
        assert connection.execute(select(func.count()).select_from(t.identity)).scalar_one() == 20


def test_sender_ids_that_look_alike_are_other_people(engine: Engine) -> None:
    lengths = ("x" * length for length in (255, 256, 257, 300))
    senders = ["", " ", "ab", "a b", "AB", *lengths]

    assert len({met(engine, sender).id for sender in senders}) == len(senders)


# --- runs


def test_a_run_comes_back_as_stored(engine: Engine) -> None:
    run = begun(engine, source="campaign: «spring» & 'x'", language="es", channel="whatsapp")

    assert stored(engine, run) == run


def test_a_saved_run_comes_back_with_its_changes(engine: Engine) -> None:
    run = begun(engine)
    changed = replace(
        run, status=RunStatus.STOPPED, finished_at=LATER, shown_product="a", chosen_product="b", refusal_reason="c"
    )
    with SqlUnitOfWork(engine) as unit:
        unit.runs.save(changed)
        unit.commit()

    assert stored(engine, run) == changed


def test_a_run_is_given_to_its_person_alone(engine: Engine) -> None:
    run = begun(engine)
    with SqlUnitOfWork(engine) as unit:
        assert unit.runs.get(run.id, met_in(unit, "eve").id) is None


def test_an_unknown_run_is_none(engine: Engine) -> None:
    with SqlUnitOfWork(engine) as unit:
        assert unit.runs.get("nothing", "nobody") is None
        assert unit.runs.latest("nobody", "cars") is None
        assert unit.runs.latest_completed("nobody") is None


def test_the_latest_run_of_a_profiler_is_the_newest(engine: Engine) -> None:
    run = begun(engine)
    with SqlUnitOfWork(engine) as unit:
        unit.runs.add(a_run(run.profile_id, "run-2", started_at=LATER))
        unit.runs.add(a_run(run.profile_id, "run-3", started_at=LATER + timedelta(hours=1), profiler="boats"))
        found = unit.runs.latest(run.profile_id, "cars")

    assert found is not None
    assert found.id == "run-2"


def test_the_latest_completed_run_may_be_of_any_profiler(engine: Engine) -> None:
    run = begun(engine, status=RunStatus.COMPLETED)
    with SqlUnitOfWork(engine) as unit:
        unit.runs.add(a_run(run.profile_id, "run-2", started_at=LATER, profiler="boats", status=RunStatus.COMPLETED))
        unit.runs.add(a_run(run.profile_id, "run-3", started_at=LATER + timedelta(hours=1)))
        found = unit.runs.latest_completed(run.profile_id)

    assert found is not None
    assert found.id == "run-2"


def test_a_run_of_nobody_is_refused(engine: Engine) -> None:
    with pytest.raises(StoreUnavailable), SqlUnitOfWork(engine) as unit:
        unit.versions.add(VERSION, CONTENT, AT)
        unit.runs.add(a_run("nobody"))
        unit.commit()


# --- answers


def test_answers_come_back_by_question(engine: Engine) -> None:
    run = begun(engine)
    with SqlUnitOfWork(engine) as unit:
        unit.runs.save_answer(run.id, 2, "seats", "five", AT)
        unit.runs.save_answer(run.id, 1, "use", "family", AT)
        unit.commit()

    assert list(stored(engine, run).answers.items()) == [("use", "family"), ("seats", "five")]


def test_a_new_answer_keeps_the_old_one_as_taken_back(engine: Engine) -> None:
    run = begun(engine)
    with SqlUnitOfWork(engine) as unit:
        for option in ("low", "high", "low"):
            unit.runs.save_answer(run.id, 1, "budget", option, AT)
        unit.commit()

    assert stored(engine, run).answers == {"budget": "low"}
    assert answers(engine) == [("low", False), ("high", False), ("low", True)]


def test_withdrawn_answers_are_kept_with_the_time(engine: Engine) -> None:
    run = begun(engine)
    with SqlUnitOfWork(engine) as unit:
        unit.runs.save_answer(run.id, 1, "use", "family", AT)
        unit.runs.save_answer(run.id, 2, "seats", "five", AT)
        unit.runs.withdraw(run.id, ["use", "unheard_of"], LATER)
        unit.commit()

    assert stored(engine, run).answers == {"seats": "five"}
    with engine.connect() as connection:
        times = connection.execute(select(t.answer.c.question, t.answer.c.withdrawn_at).order_by(t.answer.c.id)).all()
    assert list(map(tuple, times)) == [("use", LATER), ("seats", None)]


def test_withdrawing_again_keeps_the_first_time(engine: Engine) -> None:
    run = begun(engine)
    with SqlUnitOfWork(engine) as unit:
        unit.runs.save_answer(run.id, 1, "use", "family", AT)
        unit.runs.withdraw(run.id, ["use"], AT)
        unit.runs.withdraw(run.id, ["use"], LATER)
        unit.commit()

    with engine.connect() as connection:
        assert connection.execute(select(t.answer.c.withdrawn_at)).scalars().all() == [AT]


def test_withdrawing_nothing_changes_nothing(engine: Engine) -> None:
    run = begun(engine)
    with SqlUnitOfWork(engine) as unit:
        unit.runs.save_answer(run.id, 1, "use", "family", AT)
        unit.runs.withdraw(run.id, [], LATER)
        unit.commit()

    assert answers(engine) == [("family", True)]


def test_two_answers_to_one_question_at_once_leave_one_in_force(race: Race, url: str, engine: Engine) -> None:
    run = begun(engine)
    stored_answers = 0
    for _ in range(10):
        results = race("answer", [url, run.id, "low", ""], [url, run.id, "high", ""])
        taken = [result for result in results if not result.startswith("StoreUnavailable")]
        assert set(taken) <= {"low", "high"}
        stored_answers += len(taken)
        in_force = [option for option, holds in answers(engine) if holds]
        assert len(in_force) == 1
        assert in_force[0] in taken

    assert len(answers(engine)) == stored_answers
    assert stored_answers >= 10


def test_two_answers_of_one_person_in_two_turns_at_once_are_both_taken(race: Race, url: str, engine: Engine) -> None:
    """Every turn notes the visit first, which makes the turns of one person wait for each other."""
    run = begun(engine)
    for _ in range(10):
        assert race("answer", [url, run.id, "low", "ana"], [url, run.id, "high", "ana"]) == ["low", "high"]

    assert len(answers(engine)) == 20
    assert sum(holds for _, holds in answers(engine)) == 1


# --- recommendations

RANKED = profiler(
    products=[product("hatch"), product("van"), product("suv")],
    matrix=[matrix_row("budget=low", hatch=3, van=NEVER), matrix_row("", suv=NEVER, van=2, hatch=-1)],
)


def test_a_recommendation_comes_back_with_scores_and_reasons(engine: Engine) -> None:
    run = begun(engine, status=RunStatus.COMPLETED)
    with SqlUnitOfWork(engine) as unit:
        unit.runs.save_recommendation(run, rank(RANKED, {"budget": "low"}), AT)
        unit.commit()

    assert stored(engine, run).recommended == (
        RecommendedProduct("hatch", 2, False, (("budget=low", 3),)),
        RecommendedProduct("van", None, True, (("", 2),)),
    )


def test_the_scores_of_all_products_are_stored(engine: Engine) -> None:
    run = begun(engine, status=RunStatus.COMPLETED)
    with SqlUnitOfWork(engine) as unit:
        unit.runs.save_recommendation(run, rank(RANKED, {"budget": "low"}), AT)
        unit.commit()

    with engine.connect() as connection:
        assert connection.execute(select(t.recommendation.c.scores)).scalar_one() == {
            "hatch": 2,
            "van": None,
            "suv": None,
        }


def test_the_newest_recommendation_counts_and_earlier_ones_are_kept(engine: Engine) -> None:
    run = begun(engine, status=RunStatus.COMPLETED)
    with SqlUnitOfWork(engine) as unit:
        unit.runs.save_recommendation(run, rank(RANKED, {"budget": "low"}), AT)
        unit.runs.save_recommendation(run, rank(RANKED, {"budget": "high"}), LATER)
        unit.commit()

    assert [entry.product for entry in stored(engine, run).recommended] == ["van", "hatch"]
    with engine.connect() as connection:
        newest = connection.execute(select(t.recommendation.c.is_newest).order_by(t.recommendation.c.id))
        assert newest.scalars().all() == [False, True]


def test_a_run_with_open_questions_has_no_recommendation(engine: Engine) -> None:
    run = begun(engine, status=RunStatus.COMPLETED)
    with SqlUnitOfWork(engine) as unit:
        unit.runs.save_recommendation(run, rank(RANKED, {"budget": "low"}), AT)
        unit.runs.save(replace(run, status=RunStatus.ACTIVE))
        unit.commit()

    assert stored(engine, run).recommended == ()


def test_a_recommendation_of_nothing_comes_back_empty(engine: Engine) -> None:
    run = begun(engine, status=RunStatus.COMPLETED)
    with SqlUnitOfWork(engine) as unit:
        unit.runs.save_recommendation(run, rank(profiler(products=[]), {}), AT)
        unit.commit()

    assert stored(engine, run).recommended == ()


# --- leads


def test_a_lead_comes_back_as_stored(engine: Engine) -> None:
    lead = a_lead(begun(engine), status="dead", attempts=3, last_error="500 'oops'")
    with SqlUnitOfWork(engine) as unit:
        unit.leads.add(lead, [])
        unit.commit()

    with SqlUnitOfWork(engine) as unit:
        assert unit.leads.of_run(lead.run_id) == lead


def test_the_body_of_a_lead_keeps_the_order_of_its_fields(engine: Engine) -> None:
    """Every retry sends the identical body."""
    lead = a_lead(begun(engine))
    with SqlUnitOfWork(engine) as unit:
        unit.leads.add(lead, [])
        unit.commit()

    with SqlUnitOfWork(engine) as unit:
        [found] = unit.leads.of_profile(lead.profile_id)
    assert list(found.body) == list(BODY)
    assert list(found.body["answers"]) == ["z", "a"]  # type: ignore[call-overload]


def test_a_run_of_before_with_several_leads_counts_the_newest(engine: Engine) -> None:
    run = begun(engine)
    with SqlUnitOfWork(engine) as unit:
        unit.leads.add(a_lead(run, "L-2", created_at=LATER), [])
        unit.leads.add(a_lead(run, "L-1"), [])
        unit.commit()

    with SqlUnitOfWork(engine) as unit:
        found = unit.leads.of_run(run.id)
        assert found is not None and found.id == "L-2"
        assert unit.leads.of_run("run-2") is None


def test_a_lead_that_changed_comes_back_as_changed(engine: Engine) -> None:
    lead = a_lead(begun(engine))
    changed = replace(lead, product="van", revision=2, withdrawn_at=LATER, body={"product": "van"})
    with SqlUnitOfWork(engine) as unit:
        unit.leads.add(lead, ["crm"])
        unit.leads.change(changed, ["crm"], LATER)
        unit.commit()

    with SqlUnitOfWork(engine) as unit:
        assert unit.leads.get(lead.id) == changed


def test_the_leads_of_a_person_are_given_oldest_first(engine: Engine) -> None:
    run, other = begun(engine), begun(engine, "bob", "run-2")
    with SqlUnitOfWork(engine) as unit:
        unit.leads.add(a_lead(run, "L-A", created_at=LATER), [])
        unit.leads.add(a_lead(run, "L-B", product="van"), [])
        unit.leads.add(a_lead(other, "L-C"), [])
        unit.commit()

    with SqlUnitOfWork(engine) as unit:
        assert [lead.id for lead in unit.leads.of_profile(run.profile_id)] == ["L-B", "L-A"]


# --- versions


def test_a_version_gives_back_the_same_profiler(engine: Engine) -> None:
    with SqlUnitOfWork(engine) as unit:
        unit.versions.add("v1", RANKED, AT)
        unit.commit()

    with SqlUnitOfWork(engine) as unit:
        assert unit.versions.get("v1") == RANKED


def test_a_version_stored_again_changes_nothing_and_spoils_nothing(engine: Engine) -> None:
    with SqlUnitOfWork(engine) as unit:
        unit.versions.add("v1", RANKED, AT)
        unit.versions.add("v1", RANKED, LATER)
        unit.versions.add("v2", CONTENT, LATER)
        unit.commit()

    with engine.connect() as connection:
        times = connection.execute(select(t.content_version.c.hash, t.content_version.c.created_at)).all()
    assert dict(map(tuple, times)) == {"v1": AT, "v2": LATER}


def test_an_unknown_version_is_said_so(engine: Engine) -> None:
    with pytest.raises(UnknownProfiler, match="v9"), SqlUnitOfWork(engine) as unit:
        unit.versions.get("v9")


# --- handovers


def test_a_wish_for_a_person_is_stored(engine: Engine) -> None:
    profile = met(engine)
    with SqlUnitOfWork(engine) as unit:
        unit.handovers.add(profile.id, "", "asked", AT)
        unit.handovers.add(profile.id, "run-1", "asked", LATER)
        unit.commit()

    with engine.connect() as connection:
        rows = connection.execute(
            select(t.handover.c.run_id, t.handover.c.requested_at).order_by(t.handover.c.id)
        ).all()
    assert list(map(tuple, rows)) == [("", AT), ("run-1", LATER)]
