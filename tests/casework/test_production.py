"""What a step makes known: typed, copied, reckoned, by the policy, elsewhere; and what an applicant may say anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from tests.casework.world import (
    ANNA,
    CARA,
    FACTS,
    GRANT,
    MONDAY,
    OWNER,
    SHOP_SUBJECT,
    TRADE,
    Run,
    accepted,
    card,
    catalog,
    permit,
    refusal,
)
from tests.policy.book import book

from tongban.casework.model import Doer, Refused
from tongban.casework.production import reckoned
from tongban.casework.refusals import refuse
from tongban.casework.work import subject_of
from tongban.catalog.model import Need, Produced
from tongban.catalog.vocabulary import Value
from tongban.clock import SHANGHAI

DUES = Produced(
    "owner.dues_fen", "policy", rule="made/dues", of=("owner.wage_fen", "owner.trade"),
    figure="employer_fen", inputs=("wage_fen", "trade"),
)  # fmt: skip
WAIT = Produced(
    "owner.months", "policy", rule="wait", of=("owner.since", "owner.until", "owner.calm"),
    figure="months", inputs=("since", "until", "calm"),
)  # fmt: skip
WAGE: dict[str, Value] = {"owner.wage_fen": 4_000, "owner.trade": "wild"}
SPAN: dict[str, Value] = {"owner.since": date(2026, 1, 1), "owner.until": date(2026, 2, 5), "owner.calm": False}


def test_a_figure_is_reckoned_by_the_day_of_the_step_or_by_the_fact_that_dates_the_rule() -> None:
    assert reckoned(DUES, WAGE, book(), date(2025, 1, 1)) == 802
    assert reckoned(DUES, WAGE, book(), date(2024, 6, 30)) == 0
    dated = replace(DUES, of=(*DUES.of, "owner.month"), inputs=(*DUES.inputs, "month"))
    assert reckoned(dated, WAGE | {"owner.month": date(2024, 6, 1)}, book(), date(2025, 1, 1)) == 0


def test_yes_and_no_count_as_one_and_nothing() -> None:
    on = date(2026, 3, 1)
    assert reckoned(WAIT, SPAN, book(), on) == 2
    assert reckoned(WAIT, SPAN | {"owner.calm": True}, book(), on) == 0


def test_a_month_is_told_by_its_first_day() -> None:
    rules = book()
    wait = rules.rules["made/wait"]
    begun = replace(wait.figures[0], kind="date")
    changed = replace(rules, rules={**rules.rules, "made/wait": replace(wait, figures=(begun, wait.figures[1]))})
    assert reckoned(replace(WAIT, figure="days"), SPAN, changed, date(2026, 3, 1)) == date.fromordinal(35)


def test_what_the_policy_cannot_reckon_stops_the_step_and_says_why() -> None:
    made = replace(DUES, fact="shop.seats")
    service = replace(catalog().services["trial/card"], produces=(made,))
    facts = {**card().facts, "owner.trade": FACTS["owner.name"], "owner.wage_fen": FACTS["shop.seats"]}
    run = Run(card(facts=facts), service=service, rulebook=book)
    run.service = replace(service, roles={**service.roles, "owner": service.roles["shop"]})
    for wage, trade in ((100_001, "wild"), (-1, "calm"), (4_000, "odd")):
        run.facts |= {"owner.wage_fen": wage, "owner.trade": trade}
        assert refusal(run, ANNA, "decide") == "not-reckoned"
    with pytest.raises(Refused, match=r"shop\.seats.*wage"):
        reckoned(made, WAGE | {"owner.wage_fen": 100_001}, book(), date(2025, 1, 1))
    run.facts |= WAGE
    run.at = datetime(2025, 1, 2, 9, tzinfo=SHANGHAI)
    run.do(ANNA, "decide")
    assert run.facts["shop.seats"] == 802


def test_a_literal_is_made_as_it_stands_and_a_copy_needs_its_source() -> None:
    run = Run(card())
    run.do(ANNA, "decide")
    assert run.facts["shop.carded"] is True
    unknown = Run(permit(facts={"shop.region": FACTS["shop.region"]}))
    unknown.do(ANNA, "accept")
    assert refusal(unknown, CARA, "decide", facts=GRANT) == "fact-unknown"


BOOKED = Produced("shop.seats", "books", rule="made/count", figure="seats", of=("shop.region",))


@pytest.mark.parametrize(("told", "typed"), [({"seats": 12, "other": 1}, {}), ({}, {"shop.seats": 12})])
def test_what_the_books_work_out_is_not_typed_and_what_they_do_not_know_is(
    told: dict[str, Value], typed: dict[str, Value]
) -> None:
    service = replace(catalog().services["trial/card"], produces=(BOOKED,))
    run = Run(card(facts=FACTS), service=service, books={"made/count": told}.__getitem__)
    other = {"shop.seats": 7} if not typed else {}
    assert refusal(run, ANNA, "decide", facts=other) == ("facts-needed" if typed else "facts-unexpected")
    run.do(ANNA, "decide", facts=typed)
    assert run.facts["shop.seats"] == 12


def test_what_keeps_the_books_from_it_stops_the_step_and_is_said() -> None:
    service = replace(catalog().services["trial/card"], produces=(BOOKED,))
    run = Run(card(facts=FACTS), service=service, books=lambda _rule: refuse("not-worked-out", problem="没有账"))
    assert refusal(run, ANNA, "decide") == "not-worked-out"
    assert refusal(run, ANNA, "decide", facts={"shop.seats": 12}) == "facts-unexpected"


def test_an_agency_elsewhere_says_all_that_it_made_and_is_believed() -> None:
    house = Doer("machine:1", "machine", {TRADE: frozenset({"handler", "approver"})})
    run = Run(permit())
    run.do(house, "accept")
    made = {**GRANT, "shop.licence_number": "衡阳-7", "shop.keeper_name": "贺大满"}
    assert refusal(run, house, "decide", facts=GRANT) == "facts-needed"
    assert refusal(run, house, "decide", facts=made | {"shop.seats": 3}) == "facts-unexpected"
    run.do(house, "decide", facts=made)
    assert {name: run.facts[name] for name in made} == made


def corrected(fact: str, *, many: bool = False) -> str:
    """What became of an applicant who says this fact anew: a code, or whose word it is now."""
    run = Run(permit(roles={"owner": (1,), "shop": (SHOP_SUBJECT, SHOP_SUBJECT + 1)}))
    roles = {**run.service.roles, "shop": replace(run.service.roles["shop"], many=many)}
    run.service = replace(run.service, roles=roles)
    run.do(ANNA, "correct", fault="incorrect", items=["shop.seats"])
    try:
        run.do(OWNER, "resubmit", facts={fact: 20})
    except Refused as reason:
        return reason.code
    assert run.facts[fact] == 20
    return str(run.events[-1].data["facts"][fact][0])  # type: ignore[call-overload, index]


@pytest.mark.parametrize("fact", ["shop.seats", "shop.region", "owner.name", "shop.lit"])
def test_an_applicant_corrects_what_was_said_on_their_word(fact: str) -> None:
    assert corrected(fact) == "claimed"


def test_what_a_service_both_needs_and_makes_is_the_applicants_to_say() -> None:
    permit_ = catalog().services["trial/permit"]
    run = Run(permit(), service=replace(permit_, needs=(*permit_.needs, Need("shop.keeper_name"))))
    run.do(ANNA, "correct", fault="incorrect", items=["shop.keeper_name"])
    run.do(OWNER, "resubmit", facts={"shop.keeper_name": "贺小满"})
    assert run.facts["shop.keeper_name"] == "贺小满"


@pytest.mark.parametrize(
    "fact", ["shop.licence_number", "shop.licensed_until", "shop.keeper_name", "shop.2.seats", "boat.seats", "shop", ""]
)
def test_an_applicant_does_not_say_what_the_office_makes_nor_anything_of_nobody(fact: str) -> None:
    assert corrected(fact) == "facts-unexpected"


@pytest.mark.parametrize(
    ("fact", "found"),
    [
        ("shop.1.seats", "claimed"),
        ("shop.2.seats", "claimed"),
        ("shop.3.seats", "facts-unexpected"),
        ("shop.0.seats", "facts-unexpected"),
        ("shop.x.seats", "facts-unexpected"),
        ("shop.seats", "claimed"),
        ("boat.1.seats", "facts-unexpected"),
        ("shop.2.licence_number", "facts-unexpected"),
    ],
)
def test_of_several_each_is_named_by_a_number(fact: str, found: str) -> None:
    assert corrected(fact, many=True) == found


def test_a_fact_is_about_the_subject_that_it_names_and_a_text_about_the_case() -> None:
    roles = {"owner": (7,), "child": (8, 9), "boat": ()}
    about = {"owner.name": 7, "child.1.name": 8, "child.2.name": 9, "child.name": 8, "boat.name": 0, "reason": 0}
    about |= {"owner": 0, "item:owner.name": 0}
    assert {name: subject_of(roles, name) for name in about} == about


def test_a_step_without_the_applicants_word_adds_nothing() -> None:
    run = accepted()
    run.wait(days=1)
    assert run.at > MONDAY
    assert refusal(run, ANNA, "consult", offices=[TRADE], facts={"shop.seats": 3}) == "facts-unexpected"
