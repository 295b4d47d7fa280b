"""Two services are twins when nothing but names, order, law and limits tells them apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tongban.catalog.conditions import parse
from tongban.catalog.model import (
    CredentialDefinition,
    EvidenceNeed,
    Fee,
    Limits,
    Need,
    Produced,
    Requirement,
    Role,
    ServiceDefinition,
    Visit,
)
from tongban.catalog.twins import twins
from tongban.catalog.vocabulary import Reference, Text
from tongban.clock import Limit

LAW, OTHER_LAW = Reference("a/law", "1"), Reference("a/law", "2")
NAME, OTHER_NAME = Text("甲", "A"), Text("乙", "B")
ROLES = {"x": Role("x", "a/Person"), "y": Role("y", "a/Tie", ends={"one": "x"})}
MADE = Produced("x.made", "value", value=1)
CARD = CredentialDefinition("a/card", NAME, "x", ("x.name",))
ONE = ServiceDefinition(
    "a/one",
    NAME,
    "a/office",
    "a/instant",
    ROLES,
    needs=(Need("x.name"), Need("x.age")),
    evidence=(EvidenceNeed("a/paper", "x"),),
    requires=(Requirement(parse("x.age > 3"), LAW),),
    produces=(MADE,),
    visits=(Visit("here", "apply", LAW),),
    fees=(Fee(NAME, 100, LAW),),
    credential="a/card",
    effect="a/enrol@1",
)
CREDENTIALS = {"a/card": CARD, "a/same": replace(CARD, id="a/same", title=OTHER_NAME)}


def are_twins(**changed: Any) -> bool:  # noqa: ANN401 -- fields of any type
    other = replace(ONE, id="a/other", title=OTHER_NAME, **changed)
    found = list(twins([ONE, replace(ONE, id="a/far", authority="a/far"), other], CREDENTIALS))
    assert found in ([], [(other, ONE)])
    return bool(found)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"law": (OTHER_LAW,)},
        {"limits": Limits(Limit(3, "day"), None)},
        {"needs": ONE.needs[::-1]},
        {"roles": dict(reversed(ROLES.items()))},
        {"requires": (Requirement(parse("x.age > 3"), OTHER_LAW, otherwise=NAME),)},
        {"fees": (Fee(OTHER_NAME, 100, OTHER_LAW),)},
        {"credential": "a/same"},
    ],
)
def test_a_name_tells_nothing_apart(changed: dict[str, Any]) -> None:
    assert are_twins(**changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"authority": "a/elsewhere"},
        {"roles": {**ROLES, "z": Role("z", "a/Person")}},
        {"roles": {**ROLES, "x": Role("x", "a/Firm")}},
        {"roles": {**ROLES, "x": Role("x", "a/Person", many=True)}},
        {"roles": {**ROLES, "y": Role("y", "a/Tie", ends={"other": "x"})}},
        {"needs": (Need("x.name"),)},
        {"needs": (Need("x.name"), Need("x.age", parse("x.age > 3")))},
        {"evidence": ()},
        {"visits": ()},
        {"requires": (Requirement(parse("x.age > 4"), LAW),)},
        {"fees": (Fee(NAME, 200, LAW),)},
        {"effect": None},
        *({"produces": (one,)} for one in (
            replace(MADE, fact="x.other"), replace(MADE, how="clerk"), replace(MADE, value=2), replace(MADE, rule="r"),
            replace(MADE, of=("x.age",)), replace(MADE, figure="f"),
        )),
        {"credential": None},
    ],
)  # fmt: skip
def test_whatever_is_asked_or_given_tells_them_apart(changed: dict[str, Any]) -> None:
    assert not are_twins(**changed)


@pytest.mark.parametrize(
    "changed",
    [{"fields": ("x.age",)}, {"valid_for": Limit(3, "day")}, {"proves": ("x.age",)}, {"listing": "a/months@1"}],
)
def test_papers_that_say_other_things_tell_them_apart(changed: dict[str, Any]) -> None:
    papers = CREDENTIALS | {"a/same": replace(CREDENTIALS["a/same"], **changed)}
    assert not list(twins([ONE, replace(ONE, id="a/other", credential="a/same")], papers))
