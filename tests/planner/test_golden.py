"""Bundles, planned in every situation that matters, against what was looked at and found right."""

from __future__ import annotations

import json

import pytest
from tests.planner.golden import FOLDER, SITUATIONS, TOWN, in_full, plan_of, summary

from tongban.planner.findings import findings
from tongban.publication import calendars
from tongban.publication.files import tree


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_plan_is_as_it_was_found_right(situation: str) -> None:
    golden = json.loads((FOLDER / f"{situation}.json").read_text(encoding="utf-8"))
    assert summary(plan_of(situation)) == golden


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_plan_is_proven_and_every_paper_and_fact_has_its_law(situation: str) -> None:
    made = plan_of(situation)
    assert made.is_proven
    asked = {line.fact for line in made.questions} | {line.id for line in made.evidence}
    assert asked <= set(made.because)


@pytest.mark.parametrize("name", TOWN)
def test_all_that_a_plan_tells_is_as_it_was_found_right(name: str) -> None:
    assert in_full(TOWN[name]).splitlines() == (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def test_no_bundle_promises_less_than_its_parts() -> None:
    assert findings(tree(), calendars.of(tree())) == ()
