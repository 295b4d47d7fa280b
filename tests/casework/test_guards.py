"""Who may do what, and what everybody else is told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.casework.world import (
    ANNA,
    BEN,
    CARA,
    GRANT,
    HALL,
    HANNA,
    LAMPS,
    LEO,
    OWNER,
    PEOPLE,
    STRANGER,
    TINA,
    WANDA,
    WATER,
    WILL,
    Run,
    accepted,
    card,
    catalog,
    lamp,
    permit,
    refusal,
)

from tongban.casework import guards
from tongban.casework.model import ENGINE_COMMANDS, SYSTEM, Doer

WHY = {"reason": "材料是假的"}
BROUGHT = [{"credential": "trial/licence"}, {"effect": "trial/enter@1"}]


def why(run: Run, doer: Doer, name: str, task: str | None = None) -> str | None:
    found = guards.why_not(run.case, name, run.context(doer), task)
    return found.code if found else None


def may(run: Run, name: str) -> list[Doer]:
    """Who may take this step or command now."""
    return [doer for doer in (*PEOPLE, SYSTEM) if why(run, doer, name) is None]


def test_everything_is_either_shown_or_refused() -> None:
    run = accepted()
    for doer in (*PEOPLE, SYSTEM):
        found = guards.allowed(run.case, run.context(doer))
        names = {*run.procedure.steps, *ENGINE_COMMANDS}
        assert {*found.why_not} == names - {*found.steps} == {name for name in names if why(run, doer, name)}


def test_a_case_that_waits_can_be_withdrawn_and_nothing_else() -> None:
    run = Run(permit(waits={1: ()}))
    for name in run.procedure.steps.keys() - {"withdraw"}:
        assert {why(run, doer, name) for doer in (*PEOPLE, SYSTEM)} == {"case-waiting"}
    assert may(run, "withdraw") == [OWNER]


def test_who_may_say_that_something_is_wrong() -> None:
    run = Run(permit())
    assert may(run, "dispute") == [ANNA, BEN, OWNER]
    assert refusal(run, STRANGER, "dispute", facts=["shop.seats"]) == "not-your-office"
    run.do(OWNER, "withdraw")
    assert refusal(run, OWNER, "dispute", facts=["shop.seats"]) == "case-ended"


def test_a_step_may_be_the_supervisors_or_anybodys_or_times_own() -> None:
    standard = catalog().procedures["base/standard"]
    watched = Run(permit())
    for by, doers in (("supervisor", [HANNA]), ("anyone", [*PEOPLE, SYSTEM]), ("system", [SYSTEM])):
        accept = replace(standard.steps["accept"], by=by)  # type: ignore[arg-type]
        watched.procedure = replace(standard, steps={**standard.steps, "accept": accept})
        assert may(watched, "accept") == doers
    assert why(watched, ANNA, "accept") == "system-only"


def test_a_supervisors_step_wants_a_post_there() -> None:
    standard = catalog().procedures["base/standard"]
    accept = replace(standard.steps["accept"], by="supervisor")
    run = Run(permit(), procedure=replace(standard, steps={**standard.steps, "accept": accept}))
    assert why(run, Doer("staff:9", "staff", {HALL: frozenset({"window"})}), "accept") == "role-missing"
    assert why(run, ANNA, "accept") == "not-your-office"


def test_an_opinion_is_given_by_whoever_works_there_unless_a_colleague_has_claimed_it() -> None:
    run = accepted()
    assert why(run, WILL, "opine") == "task-unknown"
    run.do(ANNA, "consult", offices=[WATER])
    assert may(run, "opine") == [WANDA, WILL]
    assert why(run, WILL, "opine", f"opinion:{LAMPS}") == "task-unknown"
    assert refusal(run, WILL, "claim", task=f"opinion:{LAMPS}") == "task-unknown"
    run.do(WANDA, "claim", task=f"opinion:{WATER}")
    assert refusal(run, WILL, "opine", opinion="agree", note="同意") == "claimed"
    run.do(WANDA, "opine", opinion="agree", note="同意")


def test_whoever_works_at_two_offices_says_for_which() -> None:
    both = Doer("staff:12", "staff", {WATER: frozenset({"approver"}), LAMPS: frozenset({"handler"})})
    run = accepted()
    run.do(ANNA, "consult", offices=[WATER, LAMPS])
    opinion = {"opinion": "agree", "note": "同意"}
    assert refusal(run, both, "opine", **opinion) == "task-needed"
    run.do(LEO, "claim", task=f"opinion:{LAMPS}")
    assert why(run, both, "opine") is None
    run.do(both, "opine", task=f"opinion:{WATER}", **opinion)
    assert {task.id for task in run.case.tasks} == {"main", f"opinion:{LAMPS}"}


def test_a_task_that_is_named_must_be_there() -> None:
    run = accepted()
    run.do(ANNA, "pause", procedure="hearing", reason="听证")
    assert refusal(run, ANNA, "resume", task=f"procedure:{WATER}") == "task-unknown"


def test_an_office_that_has_been_asked_is_not_asked_again_by_handing_up() -> None:
    run = accepted()
    run.do(ANNA, "consult", offices=["trial/trade", "trial/city-trade"])
    assert refusal(run, ANNA, "hand-up", reason="要市里定") == "task-open"
    run.do(TINA, "opine", opinion="agree", note="同意")
    run.do(ANNA, "hand-up", reason="要市里定")
    assert {task.id for task in run.case.tasks} == {"main", "opinion:trial/city-trade"}


@pytest.mark.parametrize("brought", BROUGHT, ids=str)
def test_what_a_case_brought_is_taken_back_once_with_a_reason_by_whoever_may_decide(brought: dict[str, str]) -> None:
    run = Run(permit(), service=replace(catalog().services["trial/permit"], **brought))  # type: ignore[arg-type]
    run.do(ANNA, "accept")
    assert refusal(run, CARA, "revoke", **WHY) == "no-credential"
    run.do(CARA, "decide", facts=GRANT)
    assert may(run, "revoke") == [BEN, CARA]
    assert refusal(run, ANNA, "revoke", **WHY) == "role-missing"
    assert refusal(run, OWNER, "revoke", **WHY) == "not-your-office"
    assert refusal(run, CARA, "revoke") == "data-needed"
    assert refusal(run, CARA, "revoke", reason=" ") == "data-needed"
    case = run.do(CARA, "revoke", **WHY)
    assert (case.is_revoked, case.is_done, case.state, case.result) == (True, False, "issued", "granted")
    assert (run.events[-1].kind, run.events[-1].values) == ("revoked", WHY)
    assert refusal(run, BEN, "revoke", **WHY) == "revoked-already"


@pytest.mark.parametrize("brought", [{}, *BROUGHT], ids=str)
def test_what_brought_nothing_is_not_taken_back(brought: dict[str, str]) -> None:
    """Neither a case that was refused, nor one whose procedure issues or enters nothing."""
    refused = Run(permit(), service=replace(catalog().services["trial/permit"], **brought))  # type: ignore[arg-type]
    refused.do(ANNA, "accept")
    refused.do(CARA, "refuse", reason="不合格")
    nothing = Run(card())
    issue = replace(nothing.procedure.steps["issue"], runs=tuple({"credentials", "effect"} - {*_run_by(brought)}))  # type: ignore[arg-type]
    nothing.procedure = replace(nothing.procedure, steps={**nothing.procedure.steps, "issue": issue})
    nothing.service = replace(nothing.service, **brought)  # type: ignore[arg-type]
    nothing.do(ANNA, "decide")
    for run in (refused, nothing):
        assert refusal(run, CARA, "revoke", **WHY) == "no-credential"


def _run_by(brought: dict[str, str]) -> list[str]:
    return [{"credential": "credentials", "effect": "effect"}[name] for name in brought]


def test_a_note_says_something() -> None:
    for words in ({}, {"note": "  "}):
        assert refusal(Run(lamp()), ANNA, "note", **words) == "data-needed"
