"""What a request may say, and what a wrong one is told."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from tests.planner.build import CALENDAR, MONDAY, Build, many

from tongban.catalog.vocabulary import Text
from tongban.planner.outline import outline_of
from tongban.planner.planning import plan
from tongban.planner.problems import PlanError
from tongban.planner.request import Known, Request, full_id, read_request

BUILD = Build()
BUILD.type(
    "Person",
    name={},
    born={"kind": "date"},
    wage={"kind": "fen"},
    insured={"kind": "boolean", "claimable": False, "held_by": "t/registry"},
)
BUILD.service("enrol", {"who": "Person"}, needs=["who.name", "who.insured"], days=1)
BUILD.bundle({"owner": "Person", "hire": many("Person")}, [("enrol", {"who": "hire"})], name="hire-employee")
CATALOG = BUILD.catalog()


def read(**body: Any) -> Request:  # noqa: ANN401 -- a request as it comes from outside
    return read_request(CATALOG, body, lambda bare, key: outline_of(CATALOG, bare).attribute_of(key), MONDAY)


def refused(**body: Any) -> PlanError:  # noqa: ANN401 -- a request as it comes from outside
    with pytest.raises(PlanError) as caught:
        plan(CATALOG, read(**body), CALENDAR)
    return caught.value


def test_bare_names_and_text_are_understood() -> None:
    request = read(bundle="hire-employee", known={"hire.2.born": "2000-01-02"}, answers={"hire.wage": "1,234.50"})
    assert request.bundle == "t/hire-employee"
    assert request.on == MONDAY
    assert request.facts == {
        "hire.2.born": Known(date(2000, 1, 2), "fetched"),
        "hire.wage": Known(123_450, "claimed"),
    }


@pytest.mark.parametrize("name", ["enrol", "t/enrol"])
def test_a_service_may_stand_where_a_bundle_does(name: str) -> None:
    assert read(bundle=name, answers={"who.name": "x"}) == read(services=["enrol"], answers={"who.name": "x"})
    assert read(bundle=name, services=["enrol"]).services == ("t/enrol",)


def test_a_title_is_a_name_where_only_one_has_it() -> None:
    titles = {"a/one": Text("一", "One"), "b/two": Text("二", "Two"), "c/two": Text("二", "Second")}
    assert [full_id(titles, name, "x", "", "") for name in ("一", "One", "Second")] == ["a/one", "a/one", "c/two"]
    with pytest.raises(PlanError) as several:
        full_id(titles, "二", "x", "", "")
    assert "b/two、c/two" in several.value.issues[0].text.zh


def test_none_is_absent() -> None:
    assert read(bundle="hire-employee", known={"hire.name": "none"}).facts["hire.name"].value is None


@pytest.mark.parametrize(
    ("body", "code", "nearest"),
    [
        ({"bundle": "enroll"}, "unknown-bundle", "t/enrol"),
        ({"services": ["hire-employe"]}, "unknown-service", "t/hire-employee"),
        ({"services": ["hire-employee"]}, "unknown-service", "t/hire-employee"),
        ({"bundle": "hire-employe"}, "unknown-bundle", "t/hire-employee"),
        ({"services": ["enroll"]}, "unknown-service", "t/enrol"),
        ({"bundle": "hire-employee", "known": {"hires.name": "x"}}, "unknown-subject", "hire"),
        ({"bundle": "hire-employee", "known": {"hire.nme": "x"}}, "unknown-fact", "hire.name"),
        ({"bundle": "hire-employee", "want": ["hire.nme"]}, "unknown-fact", "hire.name"),
        ({"bundle": "hire-employee", "answers": {"hire": "x"}}, "unknown-fact", None),
        ({"bundle": "hire-employee", "answers": {"hire.born": "soon"}}, "wrong-value", None),
        ({"bundle": "hire-employee", "answers": {"hire.insured": True}}, "fact-not-claimable", None),
        ({"bundle": "hire-employee", "counts": {"owner": 2}}, "unknown-subject", None),
        ({"bundle": "hire-employee", "counts": {"hire": -1}}, "wrong-request", None),
        ({"bundle": "hire-employee", "counts": {"hire": True}}, "wrong-request", None),
        ({"bundle": "hire-employee", "known": []}, "wrong-request", None),
        ({"bundle": "hire-employee", "on": "2026-02-30"}, "wrong-request", None),
        ({"bundel": "hire-employee"}, "wrong-request", "bundle"),
        ({}, "wrong-request", None),
    ],
)
def test_a_wrong_request_is_told_what_and_where(body: dict[str, Any], code: str, nearest: str | None) -> None:
    error = refused(**body)
    assert (error.code, error.issues[0].nearest) == (code, nearest)
    assert error.issues[0].text.zh
    assert error.issues[0].text.en


def test_everything_wrong_is_told_at_once() -> None:
    error = refused(bundle="hire-employee", answers={"hire.born": "soon", "hire.nme": "x"}, known={"hires.name": "y"})
    assert {issue.at for issue in error.issues} == {"hire.born", "hire.nme", "hires"}


def test_a_known_value_may_be_supposed_where_a_claim_is_refused() -> None:
    made = plan(CATALOG, read(bundle="hire-employee", known={"hire.insured": True}), CALENDAR)
    assert [line.fact for line in made.had("known")] == ["hire.insured"]


def test_a_value_of_a_wrong_type_is_refused_by_the_planner_itself() -> None:
    with pytest.raises(PlanError) as caught:
        plan(CATALOG, Request(MONDAY, bundle="t/hire-employee", facts={"hire.wage": Known("12")}), CALENDAR)
    assert caught.value.code == "wrong-value"


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (Request(MONDAY, bundle="t/hire"), "unknown-bundle"),
        (Request(MONDAY, services=("t/enrl",)), "unknown-service"),
        (Request(MONDAY), "wrong-request"),
    ],
)
def test_a_request_that_was_never_read_is_refused_alike(request_: Request, code: str) -> None:
    with pytest.raises(PlanError) as caught:
        plan(CATALOG, request_, CALENDAR)
    assert caught.value.code == code
    for issue in caught.value.issues:
        assert re.search("[\u4e00-\u9fff]", issue.text.zh)
        assert not re.search("[\u4e00-\u9fff]", issue.text.en)
