"""Who plays which role, and which subjects come in numbers together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from tests.planner.build import Build, many, relation

from tongban.catalog.model import Role, ServiceDefinition
from tongban.planner.binding import bind, many_subjects

PERSON, FIRM = Role("", "t/Person"), Role("", "t/Firm")
JOB = relation("Job", employer="firm", employee="hire")
OFFICE: Mapping[str, Role] = {"firm": FIRM, "boss": PERSON, "hire": PERSON, "job": JOB}
"""A firm, two persons, and a job that joins the firm with one of them."""


def service(**roles: str | Role) -> ServiceDefinition:
    build = Build()
    build.service("one", roles)
    return build.services["t/one"]


@pytest.mark.parametrize(
    ("roles", "given", "applicant", "bound"),
    [
        ({"hire": "Person"}, {}, None, {"hire": "hire"}),  # by its own name
        ({"company": "Firm"}, {}, None, {"company": "firm"}),  # the only one of its type
        ({"who": "Person"}, {}, "boss", {"who": "boss"}),  # of several the applicant
        ({"who": "Person"}, {}, "firm", None),
        ({"who": "Person"}, {}, None, None),
        ({"car": "Car"}, {}, "boss", None),
        ({"firm": "Person"}, {}, "boss", {"firm": "boss"}),  # a name of another type is none
        ({"who": "Person"}, {"who": "hire"}, "boss", {"who": "hire"}),  # as it is said
        ({"who": "Person"}, {"who": "firm"}, "boss", None),
        (  # a relation brings its ends
            {"who": "Person", "work": relation("Job", employee="who")},
            {"work": "job"},
            "boss",
            {"work": "job", "who": "hire"},
        ),
        (  # and is found by them
            {"hire": "Person", "work": relation("Job", employee="hire")},
            {},
            None,
            {"hire": "hire", "work": "job"},
        ),
        ({"boss": "Person", "work": relation("Job", employee="boss")}, {}, None, None),
        ({"boss": "Person", "work": relation("Car", owner="boss")}, {}, None, None),
        ({"boss": "Person", "work": relation("Job", judge="boss")}, {}, None, {"boss": "boss", "work": "job"}),
        ({"work": relation("Job", employee="nobody")}, {}, None, {"work": "job"}),
    ],
)
def test_a_role_is_played_by_whom_it_fits(
    roles: Mapping[str, str | Role],
    given: Mapping[str, str],
    applicant: str | None,
    bound: Mapping[str, str] | None,
) -> None:
    assert bind(service(**roles), given, OFFICE, applicant) == bound


def test_of_two_relations_the_one_that_joins_those_bound_is_taken() -> None:
    second = relation("Job", employer="firm", employee="boss")
    subjects = {**OFFICE, "second": second}
    roles: dict[str, str | Role] = {"boss": "Person", "work": relation("Job", employer="firm", employee="boss")}
    assert bind(service(**roles), {}, subjects, None) == {"boss": "boss", "work": "second"}


MANY = {"firm": FIRM, "boss": PERSON, "hire": replace(many("Person"), name="hire"), "guest": many("Person")}


@pytest.mark.parametrize(
    ("joins", "taken", "groups"),
    [
        ({}, [], {"hire": "hire", "guest": "guest"}),
        ({"job": {"employer": "firm", "employee": "hire"}}, [], {"hire": "hire", "guest": "guest", "job": "hire"}),
        ({"rule": {"by": "firm", "of": "boss"}}, [], {"hire": "hire", "guest": "guest"}),
        ({"visit": {"of": "guest", "to": "hire"}}, [], {"hire": "hire", "guest": "hire", "visit": "hire"}),
        ({}, [{"one": "guest", "other": "hire"}], {"hire": "hire", "guest": "hire"}),  # one of each
        ({}, [{"all": "guest", "one": "hire"}], {"hire": "hire", "guest": "guest"}),  # all of these for one of those
        (  # through a third
            {"stay": {"of": "guest", "at": "firm"}, "job": {"of": "hire", "at": "firm"}},
            [{"one": "stay", "other": "job"}],
            {"hire": "hire", "guest": "hire", "stay": "hire", "job": "hire"},
        ),
    ],
)
def test_subjects_that_are_taken_one_with_one_are_one_group(
    joins: Mapping[str, Mapping[str, str]], taken: list[Mapping[str, str]], groups: Mapping[str, str]
) -> None:
    subjects = MANY | {name: relation("Join", **ends) for name, ends in joins.items()}
    roles = {"all": many("Person"), "one": PERSON, "other": PERSON}
    assert many_subjects(subjects, [(roles, binding) for binding in taken]) == groups
