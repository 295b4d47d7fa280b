"""A plan is the best there is: held against an oracle that tries everything."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from tests.examples import examples
from tests.planner.build import CALENDAR
from tests.planner.worlds import Oracle, World, worlds

from tongban.planner.planning import plan
from tongban.planner.problems import PlanError


@settings(
    max_examples=examples(250), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(st.booleans().flatmap(lambda few: worlds(few_selected=few)))
def test_no_plan_costs_less(world: World) -> None:
    best = Oracle(world).best()
    catalog, request = world.catalog(), world.request()
    if best is None:
        event("impossible")
        with pytest.raises(PlanError, match=r"circle|supply"):
            plan(catalog, request, CALENDAR)
        return
    found = plan(catalog, request, CALENDAR)
    event(f"services added: {len(found.services) - sum(one.selected for one in world.services.values())}")
    assert found.is_proven
    assert found.cost == best
    assert found.bound == found.cost


@settings(max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_a_bound_holds_even_when_the_search_is_cut_short(world: World) -> None:
    catalog = world.catalog()
    try:
        best = plan(catalog, world.request(), CALENDAR)
        cut = plan(catalog, world.request(), CALENDAR, most_nodes=2)
    except PlanError:
        assume(False)  # noqa: FBT003 -- hypothesis spells it so
        return
    assert cut.bound <= best.cost <= cut.cost
    assert not cut.is_proven or cut.cost == best.cost
