"""Who can supply a fact, which parts of a bundle wait for each other, and where a graph leads back to itself."""

from __future__ import annotations

from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.catalog.conditions import parse
from tongban.catalog.model import BundleDefinition, EvidenceNeed, Need, Part, Produced, Role, ServiceDefinition
from tongban.catalog.supply import Supply, circle, waiting_circle
from tongban.catalog.vocabulary import Attribute, EvidenceType, Text, Type

NAME = Text("名", "Name")
NODES = "abcdef"


@given(st.dictionaries(st.sampled_from(NODES), st.sets(st.sampled_from(NODES))))
def test_a_circle_is_a_way_back_and_found_where_there_is_one(edges: dict[str, set[str]]) -> None:
    found = circle(edges)
    try:
        TopologicalSorter(edges).prepare()
    except CycleError:
        assert found[0] == found[-1]
        assert len(set(found)) == len(found) - 1 > 0
        assert all(after in edges[before] for before, after in pairwise(found))
    else:
        assert found == []


def test_a_circle_is_named_without_the_way_that_leads_to_it() -> None:
    assert circle({"a": "b", "b": "dc", "c": "b", "d": ""}) == ["b", "c", "b"]
    assert circle({"a": "bc", "b": "d", "c": "d", "d": ""}) == []
    assert circle({"a": "a"}) == ["a", "a"]


def test_a_long_way_is_walked_without_recursion() -> None:
    way = [str(number) for number in range(5_000)]
    assert circle({one: [after] for one, after in pairwise(way)}) == []


def attribute(name: str, **changed: Any) -> Attribute:  # noqa: ANN401 -- fields of any type
    return Attribute("a/Person", name, NAME, "text", **changed)


PERSON = Type(
    "a/Person",
    NAME,
    {one.name: one for one in (
        attribute("said"),
        attribute("held", held_by="a/office", claimable=False),
        attribute("made", claimable=False),
        attribute("proven", claimable=False),
        attribute("nobodys", claimable=False),
        attribute("of_held", derived="a/f", derived_from=("held", "held")),
        attribute("of_said", derived="a/f", derived_from=("held", "said")),
        attribute("of_nobodys", derived="a/f", derived_from=("said", "nobodys")),
        attribute("of_two", derived="a/f", derived_from=("of_held", "of_said")),
        attribute("of_itself", derived="a/f", derived_from=("of_itself",)),
        attribute("of_gone", derived="a/f", derived_from=("gone",)),
        attribute("of_nothing", derived="a/f"),
    )},
)  # fmt: skip
PAPERS = {
    name: EvidenceType(name, NAME, of, ("proven", "said"), issuer)
    for name, of, issuer in (
        ("a/card", "a/Person", "a/office"),
        ("a/form", "a/Person", "applicant"),
        ("a/far", "a/Firm", "a/office"),
    )
}
MAKER = ServiceDefinition(
    "a/maker", NAME, "a/office", "a/instant", {"x": Role("x", "a/Person")}, (),
    produces=(Produced("x.made", "clerk"), Produced("gone.nobodys", "clerk")),
)  # fmt: skip
ASKER = replace(MAKER, id="a/asker", produces=(), evidence=(EvidenceNeed("a/gone", "x"), EvidenceNeed("a/card", "x")))
SUPPLY = Supply({PERSON.id: PERSON}, PAPERS, [MAKER, ASKER])


@pytest.mark.parametrize(
    ("name", "asker_can", "maker_can", "is_held"),
    [
        ("said", True, True, False),
        ("held", True, True, True),
        ("made", True, True, False),
        ("proven", True, False, False),
        ("nobodys", False, False, False),
        ("of_held", True, True, True),
        ("of_said", True, True, False),
        ("of_nobodys", False, False, False),
        ("of_two", True, True, False),
        ("of_itself", True, True, False),
        ("of_gone", True, True, False),
        ("of_nothing", True, True, False),
    ],
)
def test_who_can_supply_what(name: str, *, asker_can: bool, maker_can: bool, is_held: bool) -> None:
    one = PERSON.attributes[name]
    assert SUPPLY.can_supply(ASKER, one) is asker_can
    assert SUPPLY.can_supply(MAKER, one) is maker_can
    assert SUPPLY.is_held(one) is is_held
    assert SUPPLY.is_produced(one) is (name == "made")


def test_a_paper_counts_where_an_authority_issues_it_for_this_type() -> None:
    assert SUPPLY.issued(PERSON.attributes["proven"]) == [PAPERS["a/card"]]
    assert list(SUPPLY.issued(PERSON.attributes["held"])) == []
    far = replace(ASKER, evidence=(EvidenceNeed("a/far", "x"),))
    assert not SUPPLY.can_supply(far, PERSON.attributes["proven"])


def test_the_attribute_of_a_fact_is_found_by_its_role() -> None:
    service = replace(ASKER, roles={"x": Role("x", "a/Person"), "y": Role("y", "a/Gone")})
    assert SUPPLY.attribute(service, "x.made") == PERSON.attributes["made"]
    assert [SUPPLY.attribute(service, fact) for fact in ("z.made", "y.made", "x.gone")] == [None] * 3


def waits(
    name: str = "nobodys", *, other: str = "me", when: str | None = None, part_when: str | None = None
) -> list[str]:
    """The circle of two parts: one makes `made` of a `name`, the other makes this `name` of `made`."""
    one = replace(MAKER, id="a/one", needs=(Need("gone.x"), Need(f"x.{name}")), produces=(Produced("x.made", "clerk"),))
    two = replace(
        MAKER,
        id="a/two",
        needs=(Need("x.made", parse(when) if when else None),),
        produces=(Produced(f"x.{name}", "clerk"),),
    )
    parts = (
        Part("a/gone", {}),
        Part("a/one", {"x": "me"}),
        Part("a/two", {"x": other}, parse(part_when) if part_when else None),
    )
    bundle = BundleDefinition("a/both", NAME, {}, "me", parts)
    return waiting_circle(bundle, {"a/one": one, "a/two": two}, SUPPLY)


def test_parts_that_always_need_what_only_the_other_makes_wait_for_each_other() -> None:
    assert waits() == ["a/one", "a/two", "a/one"]
    assert waits("held") == ["a/one", "a/two", "a/one"]


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "said"},
        {"name": "of_nobodys"},
        {"other": "you"},
        {"when": "x.said == 'a'"},
        {"part_when": "me.said == 'a'"},
    ],
)
def test_parts_that_can_do_without_the_other_do_not_wait(changed: dict[str, str]) -> None:
    assert waits(**changed) == []


@pytest.mark.parametrize(("name", "found"), [("nobodys", ["a/one", "a/one"]), ("held", [])])
def test_what_renews_a_fact_that_is_held_does_not_wait_for_itself(name: str, found: list[str]) -> None:
    one = replace(MAKER, id="a/one", needs=(Need(f"x.{name}"),), produces=(Produced(f"x.{name}", "clerk"),))
    bundle = BundleDefinition("a/both", NAME, {}, "me", (Part("a/one", {"x": "me"}),))
    assert waiting_circle(bundle, {"a/one": one}, SUPPLY) == found
