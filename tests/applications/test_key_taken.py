"""A number that a decision gives out and that names somebody else already: said plainly, nothing done, tried again."""

from __future__ import annotations

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


def test_a_number_that_is_taken_undoes_the_decision_and_says_so(home: Family, desk: Desk) -> None:
    number = drafted(home)
    granted(desk, part(sent(home, number), "/birth-certificate"))
    line = part(views.application_view(home.mother, number), SERVICE)
    cases.act(desk(line["office"], "handler"), line["number"], "accept", command_id=uuid4())
    made = publication.current().services[SERVICE].produces
    rule = next(each.rule for each in made if each.fact == "child.id_number")
    known = store.facts_of([line["number"]])[line["number"]]
    taken = publication.current().functions[str(rule)](known, store.next_number() + 1, time.today())
    other = registry.create("base/Person", key=str(taken))
    with pytest.raises(Problem, match="key-taken") as refused:
        cases.act(desk(line["office"], "approver"), line["number"], "decide", command_id=uuid4())
    assert refused.value.status == 409
    assert "身份证号" in refused.value.text.zh
    assert str(taken) not in refused.value.text.zh
    after = part(views.application_view(home.mother, number), SERVICE)
    assert (after["state"], registry.key_of(home.children[0])) == ("accepted", None)
    granted(desk, after)  # the next number is free
    assert registry.key_of(home.children[0]) not in (None, registry.key_of(other))
