"""A number that a decision gives out and that names somebody else already: passed over, or said with nothing done."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from tests.applications.family import Family
from tests.applications.newborn import Desk, drafted, granted, part, sent

from tongban.applications import cases, views
from tongban.applications.problems import Problem
from tongban.casework import store
from tongban.platform import time
from tongban.publication import service as publication
from tongban.registry import service as registry

pytestmark = pytest.mark.django_db

SERVICE = "police/birth-registration"


def decided(home: Family, desk: Desk, taken: int) -> tuple[dict[str, Any], list[int]]:
    """A birth registration accepted, of whose next numbers so many name somebody else: its part, and those people."""
    number = drafted(home)
    granted(desk, part(sent(home, number), "/birth-certificate"))
    line = part(views.application_view(home.mother, number), SERVICE)
    cases.act(desk(line["office"], "handler"), line["number"], "accept", command_id=uuid4())
    made = publication.current().services[SERVICE].produces
    rule = publication.current().functions[str(next(one.rule for one in made if one.fact == "child.id_number"))]
    known, serial = store.facts_of([line["number"]])[line["number"]], store.next_number()
    numbers = [str(rule(known, serial + ahead, time.today())) for ahead in range(1, taken + 1)]
    return line, [registry.create("base/Person", key=one) for one in numbers]


@pytest.mark.slow
def test_a_number_of_a_rule_that_is_taken_is_passed_over_for_the_next(home: Family, desk: Desk) -> None:
    line, [other] = decided(home, desk, 1)
    cases.act(desk(line["office"], "approver"), line["number"], "decide", command_id=uuid4())
    assert registry.key_of(home.children[0]) not in (None, registry.key_of(other))


@pytest.mark.slow
def test_where_many_are_taken_the_decision_is_undone_and_it_is_said(home: Family, desk: Desk) -> None:
    line, others = decided(home, desk, cases.MOST_NUMBERS)
    with pytest.raises(Problem, match="key-taken") as refused:
        cases.act(desk(line["office"], "approver"), line["number"], "decide", command_id=uuid4())
    assert refused.value.status == 409
    assert "身份证号" in refused.value.text.zh
    assert str(registry.key_of(others[-1])) not in refused.value.text.zh
    after = part(views.application_view(home.mother, line["number"].partition("/")[0]), SERVICE)
    assert (after["state"], registry.key_of(home.children[0])) == ("accepted", None)
    granted(desk, after)  # the next number is free
    assert registry.key_of(home.children[0]) not in (None, *map(registry.key_of, others))
