"""The machine on the three procedures: what each step does, and what may not happen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.casework.world import (
    ANNA,
    BEN,
    CARA,
    GRANT,
    HANNA,
    LEO,
    MONDAY,
    OWNER,
    SHOP_SUBJECT,
    STRANGER,
    TRADE,
    WANDA,
    WATER,
    Run,
    accepted,
    card,
    command,
    lamp,
    permit,
    refusal,
)

from tongban.casework import guards, machine, timing
from tongban.casework.model import SYSTEM, Doer, Given, Refused
from tongban.catalog.conditions import UNKNOWN, parse
from tongban.catalog.model import Need, Requirement
from tongban.catalog.vocabulary import Reference


def test_a_case_begins_with_its_clock_its_task_and_the_digests_of_its_facts() -> None:
    run = Run(permit())
    (opened,) = run.events
    assert (run.case.state, run.case.version, run.case.supervisor) == ("submitted", 1, "trial/hall")
    assert run.due("acceptance") == date(2026, 11, 23)
    assert [task.office for task in run.case.tasks] == [TRADE]
    assert opened.data["facts"].keys() == {"owner.name", "shop.region", "shop.seats"}  # type: ignore[union-attr]
    assert "贺小满" not in str(opened.data)


def test_a_pause_that_ends_after_the_clock_was_set_back_over_midnight_ends_where_it_began() -> None:
    run = accepted()
    run.wait(days=1)
    run.do(ANNA, "pause", procedure="hearing", reason="听证")
    paused = run.case.clock("decision")
    assert paused is not None
    run.wait(days=-1)
    told = timing.account(paused, run.calendar, run.at)
    assert told == timing.account(paused, run.calendar, run.at + timedelta(days=1))
    run.do(ANNA, "resume")
    assert [(one.since, one.until) for one in paused.pauses] == [(date(2026, 11, 17), None)]
    assert run.due("decision") == run.due("promise")


def test_a_role_with_several_subjects_has_every_fact_made_for_each() -> None:
    opening = permit(roles={"owner": (1,), "shop": (SHOP_SUBJECT, SHOP_SUBJECT + 1)})
    run = Run(opening)
    service = run.service
    run.service = replace(service, roles={**service.roles, "shop": replace(service.roles["shop"], many=True)})
    run.facts |= {"shop.1.region": "430211", "shop.2.region": "430281"}
    run.do(ANNA, "accept")
    assert refusal(run, BEN, "decide", facts=GRANT) == "facts-needed"
    until = {"shop.1.licensed_until": date(2029, 12, 31), "shop.2.licensed_until": date(2028, 12, 31)}
    run.do(BEN, "decide", facts=until)
    assert {name: run.facts[name] for name in until} == until
    assert run.facts["shop.1.keeper_name"] == run.facts["shop.2.keeper_name"] == "贺小满"
    numbers = [run.facts["shop.1.licence_number"], run.facts["shop.2.licence_number"]]
    assert [str(number)[:6] for number in numbers] == ["430211", "430281"]
    assert "shop.licensed_until" not in run.facts


def doubted(*, disputed: tuple[str, ...] = (), source: str = "fetched", **changes: object) -> str | None:
    """Why nobody but a clerk decides on the trial's card; what of it, or of what is known, is otherwise."""
    run = Run(card())
    known = changes.pop("known", run.facts)
    service = replace(run.service, **changes)  # type: ignore[arg-type]
    sources = dict.fromkeys((need.fact for need in service.needs), source)
    context = replace(
        run.context(SYSTEM),
        service=service,
        facts=lambda fact: known.get(fact, UNKNOWN),  # type: ignore[attr-defined]
        sources=sources,
    )
    found = guards.in_doubt(replace(run.case, disputed=disputed), context)
    return found.code if found else None


def test_the_system_grants_only_what_leaves_no_doubt() -> None:
    (made,) = Run(card()).service.produces
    law = Reference("trial/trial-law", "2")
    here, elsewhere = (Requirement(parse(f"shop.region == '{region}'"), law) for region in ("430211", "430203"))
    open_question = Requirement(parse("shop.seats > 3"), law)
    assert doubted() is None
    assert doubted(requires=(here,)) is None
    assert doubted(requires=(here, elsewhere)) == "in-doubt"
    assert doubted(requires=(open_question,)) == "in-doubt"
    assert doubted(disputed=("shop.region",)) == "in-doubt"
    assert doubted(known={"shop.region": "430211"}) == "in-doubt"
    assert doubted(produces=(replace(made, how="clerk"),)) == "in-doubt"
    assert doubted(source="claimed") == "in-doubt"
    assert doubted(needs=()) is None
    for condition, code in (("shop.region != '430211'", None), ("shop.seats > 3", "in-doubt")):
        assert doubted(needs=(Need("shop.seats", parse(condition)),)) == code


def test_the_way_of_a_granted_case() -> None:
    run = accepted()
    assert run.due("decision") == date(2026, 11, 30)
    assert run.case.clock("decision").second_due == date(2026, 12, 14)  # type: ignore[union-attr]
    case = run.do(CARA, "decide", facts=GRANT)
    assert (case.state, case.result, case.tasks, case.clocks) == ("issued", "granted", (), ())
    decided, issued = run.events[-2:]
    assert (decided.data["step"], issued.data["step"], issued.actor) == ("decide", "issue", "system")
    assert decided.command == issued.command
    assert (decided.k, issued.k) == (0, 1)
    assert decided.values == {
        "shop.licence_number": f"430211-2026-{2:06d}",
        "shop.licensed_until": date(2029, 12, 31),
        "shop.keeper_name": "贺小满",
    }


def test_who_accepted_may_not_decide() -> None:
    run = Run(permit())
    run.do(BEN, "accept")
    assert refusal(run, BEN, "decide", facts=GRANT) == "same-person"
    run.do(CARA, "decide", facts=GRANT)


def test_only_whoever_has_the_post_at_the_office_acts() -> None:
    run = Run(permit())
    assert refusal(run, WANDA, "accept") == "not-your-office"
    assert refusal(run, CARA, "accept") == "role-missing"
    assert refusal(run, STRANGER, "withdraw") == "applicant-only"
    assert refusal(run, BEN, "issue") == "wrong-state"
    assert refusal(run, ANNA, "silence") == "system-only"
    assert refusal(run, ANNA, "celebrate") == "step-unknown"


def test_what_the_clerk_types_must_be_there_and_nothing_else() -> None:
    run = accepted()
    assert refusal(run, CARA, "decide") == "facts-needed"
    assert refusal(run, CARA, "decide", facts={**GRANT, "owner.name": "王"}) == "facts-unexpected"
    assert refusal(run, CARA, "refuse") == "data-needed"
    assert refusal(run, CARA, "refuse", reason="   ") == "data-needed"
    assert refusal(run, CARA, "refuse", reason="座位太多", colour="red") == "data-wrong"


def test_a_refusal_ends_with_its_reason_outside_the_record() -> None:
    run = accepted()
    case = run.do(CARA, "refuse", reason="店面不合消防要求")
    assert (case.state, case.result) == ("refused", "refused")
    assert run.events[-1].values == {"reason": "店面不合消防要求"}
    assert "消防" not in str(run.events[-1].data)
    assert run.events[-1].data["notice"] == "base/refusal"


def test_what_is_missing_starts_the_limit_anew_and_what_is_wrong_pauses_it() -> None:
    due = {}
    for fault in ("incomplete", "incorrect"):
        run = Run(permit())
        run.wait(days=2)
        run.do(ANNA, "correct", fault=fault, items=["shop.seats"])
        assert run.due("acceptance") is None
        assert run.due("correction") == date(2026, 12, 9)
        run.wait(days=5)
        run.do(OWNER, "resubmit", facts={"shop.seats": 20})
        assert run.case.clock("correction") is None
        due[fault] = run.due("acceptance")
    assert due == {"incomplete": date(2026, 11, 30), "incorrect": date(2026, 11, 27)}


def test_correction_is_asked_once_with_a_list() -> None:
    run = Run(permit())
    assert refusal(run, ANNA, "correct", fault="incomplete") == "data-needed"
    assert refusal(run, ANNA, "correct", fault="ugly", items=["shop.seats"]) == "data-wrong"
    run.do(ANNA, "correct", fault="incomplete", items=["shop.seats"])
    run.do(OWNER, "resubmit")
    assert refusal(run, ANNA, "correct", fault="incomplete", items=["shop.seats"]) == "done-already"


def test_silence_accepts_lapses_and_agrees_only_when_the_limit_has_ended() -> None:
    run = Run(permit())
    assert refusal(run, SYSTEM, "silence", clock="acceptance") == "not-due"
    run.at = MONDAY.replace(day=24, hour=0) - timedelta.resolution
    assert refusal(run, SYSTEM, "silence", clock="acceptance") == "not-due"
    run.at += timedelta.resolution
    assert run.silence(clock="acceptance").state == "accepted"
    assert run.case.taken["accept"] == ("system",)
    run.do(ANNA, "consult", offices=[WATER])
    assert refusal(run, CARA, "decide", facts=GRANT) == "condition-open"
    run.wait(days=9)
    run.silence(task=f"opinion:{WATER}")
    assert run.events[-1].data["opinion"] == "agree"
    run.do(CARA, "decide", facts=GRANT)

    late = Run(permit())
    late.do(ANNA, "correct", fault="incomplete", items=["shop.seats"])
    late.wait(days=30)
    assert late.silence(clock="correction").result == "lapsed"


def test_offices_are_consulted_side_by_side() -> None:
    run = accepted()
    run.do(ANNA, "consult", offices=[WATER, "trial/lamps"])
    assert {task.id for task in run.case.tasks} == {"main", f"opinion:{WATER}", "opinion:trial/lamps"}
    assert refusal(run, ANNA, "consult", offices=[WATER]) == "task-open"
    assert refusal(run, ANNA, "consult", offices=["trial/nowhere"]) == "data-wrong"
    assert refusal(run, BEN, "opine", opinion="agree", note="同意") == "not-your-office"
    run.do(WANDA, "opine", opinion="disagree", note="水压不够")
    assert refusal(run, WANDA, "opine", opinion="agree", note="同意") == "not-your-office"
    run.do(LEO, "opine", opinion="agree", note="同意")
    assert {task.id for task in run.case.tasks} == {"main"}
    assert refusal(run, WANDA, "opine", opinion="agree", note="同意") == "task-unknown"


def test_a_special_procedure_does_not_count() -> None:
    run = accepted()
    run.wait(days=1)
    assert refusal(run, ANNA, "pause", procedure="holiday", reason="想休息") == "data-wrong"
    run.do(ANNA, "pause", procedure="hearing", reason="邻居反对")
    assert run.due("decision") is None
    assert refusal(run, CARA, "decide", facts=GRANT) == "condition-open"
    assert refusal(run, ANNA, "pause", procedure="inspection", reason="看现场") == "condition-open"
    run.wait(days=6)
    run.do(ANNA, "resume")
    assert run.due("decision") == date(2026, 12, 7)


def test_an_extension_needs_an_approver_a_reason_and_happens_once() -> None:
    run = accepted()
    assert refusal(run, ANNA, "extend", days=5, reason="忙") == "role-missing"
    assert refusal(run, CARA, "extend", days=5) == "data-needed"
    assert refusal(run, CARA, "extend", days=0, reason="忙") == "data-wrong"
    run.do(CARA, "extend", days=5, reason="材料多")
    assert run.due("decision") == date(2026, 12, 7)
    assert refusal(run, CARA, "extend", days=5, reason="还忙") == "done-already"


def test_claims_bind_until_released_or_handed_over() -> None:
    run = Run(permit())
    run.do(ANNA, "claim")
    assert refusal(run, BEN, "claim") == "claimed"
    assert refusal(run, BEN, "accept") == "claimed"
    deputy = Doer("staff:2", "staff", BEN.offices, stands_for=frozenset({"staff:1"}))
    assert machine.why_not(run.case, "accept", run.context(deputy)) is None
    assert refusal(run, WANDA, "release") == "not-your-office"
    run.do(ANNA, "hand-over", to="staff:2")
    assert refusal(run, ANNA, "accept") == "claimed"
    run.do(BEN, "accept")
    run.do(CARA, "release")
    assert refusal(run, CARA, "release") == "not-claimed"
    assert refusal(run, CARA, "hand-over", to="somebody") == "data-needed"


def test_notes_stay_inside_and_disputes_mark_the_claim() -> None:
    run = Run(permit())
    run.do(HANNA, "note", note="请尽快")
    assert refusal(run, STRANGER, "note", note="我也想写") == "not-your-office"
    run.do(OWNER, "dispute", facts=["shop.region"])
    assert run.case.disputed == ("shop.region",)
    disputed = Run(permit(facts={"shop.region": Given("430211", "claimed", is_disputed=True)}))
    assert disputed.case.disputed == ("shop.region",)


def test_an_instant_case_is_due_on_its_day_and_decided_by_one_person() -> None:
    run = Run(card())
    assert run.due("decision") == MONDAY.date()
    assert run.do(ANNA, "decide").result == "granted"
    saturday = Run(card(), MONDAY.replace(day=21))
    assert saturday.due("decision") == date(2026, 11, 23)


def test_a_work_order_goes_round_until_it_is_solved() -> None:
    run = Run(lamp())
    assert str(run.due("dispatching")) == "2026-11-16 11:00:00+08:00"
    run.do(ANNA, "dispatch", offices=[WATER, "trial/lamps"])
    run.do(WANDA, "handle", note="水泵已修")
    assert run.case.state == "dispatched"
    run.do(LEO, "handle", note="灯已换")
    assert run.case.state == "handled"
    run.do(ANNA, "return", reason="还是不亮", offices=["trial/lamps"])
    run.do(LEO, "handle", note="换了线")
    run.do(ANNA, "verify", note="亮了")
    run.wait(days=4)
    assert run.silence(clock="confirming").result == "granted"
    assert run.do(OWNER, "reopen", reason="又灭了").is_open
    assert (run.case.state, run.case.result) == ("reported", None)
    assert {task.id for task in run.case.tasks} == {"main"}
    assert run.do(OWNER, "withdraw").result == "withdrawn"
    run.do(ANNA, "note", note="报修人说已经自己修好")


def test_a_waiting_case_starts_when_it_has_what_it_waits_for() -> None:
    run = Run(card(waits={1: ("shop.licence_number",)}))
    assert (run.case.state, run.case.tasks, run.case.clocks) == ("waiting", (), ())
    assert refusal(run, ANNA, "decide") == "case-waiting"
    run.wait(days=3)
    run.do(SYSTEM, "supply", waits={}, facts={"shop.licence_number": "L1"})
    assert (run.case.state, run.case.waits) == ("submitted", {})
    assert run.due("decision") == date(2026, 11, 19)
    assert refusal(run, SYSTEM, "supply", waits={}) == "wrong-state"
    run.do(ANNA, "decide")
    assert refusal(run, SYSTEM, "supply", waits={}) == "case-ended"


def test_a_waiting_case_ends_when_it_has_become_impossible_or_is_withdrawn() -> None:
    run = Run(card(waits={1: ()}))
    assert run.do(SYSTEM, "not-possible", because="4302-26-000001-9/01").result == "not-possible"
    assert refusal(run, OWNER, "withdraw") == "case-ended"
    other = Run(card(waits={1: ()}))
    assert other.do(OWNER, "withdraw").result == "withdrawn"


def test_a_new_calendar_moves_what_it_touches_and_says_so() -> None:
    run = accepted()
    before = len(run.events)
    run.do(SYSTEM, "move-due")
    assert len(run.events) == before
    run.calendar = run.calendar.plain({6, 7}, holidays=[date(2026, 11, 30)])
    run.do(SYSTEM, "move-due")
    assert run.due("decision") == date(2026, 12, 1)
    assert run.events[-1].kind == "due-moved"


def test_what_has_not_happened_yet_cannot_be_written_down() -> None:
    run = accepted()
    for ahead, is_refused in ((timedelta(0), False), (timedelta.resolution, True)):
        order = replace(command("note", note="记"), happened_at=run.at + ahead)
        if is_refused:
            with pytest.raises(Refused) as caught:
                run.carry_out(HANNA, order)
            assert caught.value.code == "in-future"
        else:
            assert run.carry_out(HANNA, order).version == len(run.events)


def test_recording_never_goes_back_in_time() -> None:
    run = accepted()
    run.at = MONDAY.replace(hour=1)
    run.do(HANNA, "note", note="钟慢了")
    assert run.events[-1].recorded_at == run.events[-2].recorded_at
    assert run.events[-1].happened_at < run.events[-1].recorded_at


def test_one_subject_is_known_by_its_salt_and_no_other() -> None:
    run = Run(permit())
    digests = {name: found[1] for name, found in run.events[0].data["facts"].items()}  # type: ignore[union-attr, index]
    other = Run(permit(roles={"owner": (SHOP_SUBJECT,), "shop": (SHOP_SUBJECT,)}))
    others = {name: found[1] for name, found in other.events[0].data["facts"].items()}  # type: ignore[union-attr, index]
    assert digests["shop.region"] == others["shop.region"]
    assert digests["owner.name"] != others["owner.name"]
