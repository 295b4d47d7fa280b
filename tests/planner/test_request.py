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
from tongban.planner.problems import Issue, PlanError
from tongban.planner.request import MOST_MEMBERS, Known, Request, full_id, read_request

BUILD = Build()
BUILD.type(
    "Person",
    name={},
    born={"kind": "date"},
    wage={"kind": "fen"},
    insured={"kind": "boolean", "claimable": False, "held_by": "t/registry"},
)
BUILD.type("Car", plate={})
BUILD.service("drive", {"who": "Car"}, needs=["who.plate"])
BUILD.service("enrol", {"who": "Person"}, needs=["who.name", "who.insured"], days=1)
BUILD.bundle({"owner": "Person", "hire": many("Person")}, [("enrol", {"who": "hire"})], name="hire-employee")
BUILD.bundle({"owner": "Person"}, [("enrol", {"who": "owner"})], name="enrols")
CATALOG = BUILD.catalog()
HIRING = {"bundle": "hire-employee"}


def read(**body: Any) -> Request:  # noqa: ANN401 -- a request as it comes from outside
    return read_request(CATALOG, body, lambda bare, key: outline_of(CATALOG, bare).attribute_of(key), MONDAY)


def refused(**body: Any) -> PlanError:  # noqa: ANN401 -- a request as it comes from outside
    with pytest.raises(PlanError) as caught:
        plan(CATALOG, read(**body), CALENDAR)
    return caught.value


def assert_told(*issues: Issue) -> None:
    """Each says in Chinese and in English what is wrong, and names the nearest that there is."""
    for issue in issues:
        assert re.search("[\u4e00-\u9fff]", issue.text.zh)
        assert not re.search("[\u3000-\u9fff]", issue.text.en)
        for text in (issue.text.zh, issue.text.en):
            assert "None" not in text
            assert (issue.nearest or "") in text


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
    (issue,) = several.value.issues
    assert "b/two、c/two" in issue.text.zh
    assert (issue.code, issue.at, issue.nearest) == ("x", "二", "b/two")


def test_none_is_absent() -> None:
    assert read(bundle="hire-employee", known={"hire.name": "none"}).facts["hire.name"].value is None


@pytest.mark.parametrize(
    ("body", "code", "at", "nearest"),
    [
        ({"bundle": "enroll"}, "unknown-bundle", "enroll", "t/enrol"),
        ({"services": ["hire-employe"]}, "unknown-service", "hire-employe", "t/hire-employee"),
        ({"services": ["hire-employee"]}, "unknown-service", "hire-employee", "t/hire-employee"),
        ({"bundle": "hire-employe"}, "unknown-bundle", "hire-employe", "t/hire-employee"),
        ({"services": ["enroll"]}, "unknown-service", "enroll", "t/enrol"),
        ({"services": ["xyzzy"]}, "unknown-service", "xyzzy", None),
        ({"services": "enrol"}, "wrong-request", "services", None),
        ({"services": [1]}, "wrong-request", "services", None),
        ({**HIRING, "known": {"hires.name": "x"}}, "unknown-subject", "hires", "hire"),
        ({**HIRING, "known": {"hire.nme": "x"}}, "unknown-fact", "hire.nme", "hire.name"),
        ({**HIRING, "want": ["hire.nme"]}, "unknown-fact", "hire.nme", "hire.name"),
        *(
            ({**HIRING, "answers": {key: "x"}}, "unknown-fact", key, None)
            for key in ("hire", ".name", "hire.", "hire.x.name", "hire.1.2.name", "hire..name")
        ),
        ({**HIRING, "answers": {"hire.born": "soon"}}, "wrong-value", "hire.born", None),
        ({**HIRING, "answers": {"hire.insured": True}}, "fact-not-claimable", "hire.insured", None),
        ({**HIRING, "known": {"hire.0.name": "x"}}, "no-such-member", "hire.0.name", None),
        ({**HIRING, "known": {"owner.1.name": "x"}}, "no-such-member", "owner.1.name", None),
        ({**HIRING, "counts": {"owner": 2}}, "unknown-subject", "counts.owner", None),
        ({**HIRING, "counts": {"hire": -1}}, "wrong-request", "counts.hire", None),
        ({**HIRING, "counts": {"hire": True}}, "wrong-request", "counts.hire", None),
        ({**HIRING, "known": []}, "wrong-request", "known", None),
        ({**HIRING, "known": {1: "x"}}, "wrong-request", "known", None),
        ({**HIRING, "on": "2026-02-30"}, "wrong-request", "on", None),
        ({"bundel": "hire-employee"}, "wrong-request", "bundel", "bundle"),
        ({}, "wrong-request", "bundle", None),
    ],
)
def test_a_wrong_request_is_told_what_and_where(body: dict[str, Any], code: str, at: str, nearest: str | None) -> None:
    error = refused(**body)
    (issue,) = error.issues
    assert (error.code, issue.code, issue.at, issue.nearest) == (code, code, at, nearest)
    assert str(error) == f"{at}: {issue.text.en}"
    assert_told(issue)


@pytest.mark.parametrize("count", [0, 1, MOST_MEMBERS])
def test_up_to_a_million_may_be_meant(count: int) -> None:
    assert read(bundle="hire-employee", counts={"hire": count}).counts == {"hire": count}
    if count:
        assert read(bundle="hire-employee", known={f"hire.{count}.name": "x"}).facts
    for body in ({"counts": {"hire": MOST_MEMBERS + 1}}, {"known": {f"hire.{MOST_MEMBERS + 1}.name": "x"}}):
        assert refused(bundle="hire-employee", **body).code in {"wrong-request", "no-such-member"}


def test_everything_wrong_is_told_at_once() -> None:
    error = refused(bundle="hire-employee", answers={"hire.born": "soon", "hire.nme": "x"}, known={"hires.name": "y"})
    assert {issue.at for issue in error.issues} == {"hire.born", "hire.nme", "hires"}


def test_a_known_value_may_be_supposed_where_a_claim_is_refused() -> None:
    request = read(bundle="hire-employee", known={"hire.insured": True})
    assert request.facts["hire.insured"].holder == "t/registry"
    made = plan(CATALOG, request, CALENDAR)
    assert [line.fact for line in made.had("known")] == ["hire.insured"]


def test_a_value_of_a_wrong_type_is_refused_by_the_planner_itself() -> None:
    with pytest.raises(PlanError) as caught:
        plan(CATALOG, Request(MONDAY, bundle="t/hire-employee", facts={"hire.wage": Known("12")}), CALENDAR)
    assert caught.value.code == "wrong-value"
    assert_told(*caught.value.issues)


def test_the_planner_itself_tells_everything_wrong_at_once() -> None:
    facts = {"hires.name": Known("x"), "hire.insured": Known(value=True, source="claimed"), "hire.wage": Known("12")}
    with pytest.raises(PlanError) as caught:
        plan(CATALOG, Request(MONDAY, bundle="t/hire-employee", facts=facts, counts={"owner": 2}), CALENDAR)
    codes = [issue.code for issue in caught.value.issues]
    assert codes == ["unknown-subject", "fact-not-claimable", "wrong-value", "unknown-subject"]
    assert_told(*caught.value.issues)


@pytest.mark.parametrize(
    ("request_", "code", "at"),
    [
        (Request(MONDAY, bundle="t/hire"), "unknown-bundle", "t/hire"),
        (Request(MONDAY, services=("t/enrl",)), "unknown-service", "t/enrl"),
        (Request(MONDAY), "wrong-request", "bundle"),
        (Request(MONDAY, bundle="t/enrols", want=("owner.nme",)), "unknown-fact", "owner.nme"),
        (Request(MONDAY, bundle="t/enrols", services=("t/drive",)), "wrong-request", "t/drive"),
        (Request(MONDAY, services=("t/enrol", "t/drive")), "wrong-request", "who"),
    ],
)
def test_a_request_that_was_never_read_is_refused_alike(request_: Request, code: str, at: str) -> None:
    with pytest.raises(PlanError) as caught:
        outline_of(CATALOG, request_)
    assert [(issue.code, issue.at) for issue in caught.value.issues] == [(code, at)]
    assert_told(*caught.value.issues)
