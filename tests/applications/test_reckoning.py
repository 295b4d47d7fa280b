"""A form's plan is that of the form as it stands, whatever changed it; and many members cost no more questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.applications.hiring import Employer, employer
from tests.applications.test_sheets import as_csv, id_numbers

from tongban.applications import reading, sheets, starting, views
from tongban.applications.document import Entry
from tongban.applications.planning import plan_for, plan_of, values_of
from tongban.applications.reckoning import Reckoning, basis_of
from tongban.applications.store import Open, load
from tongban.platform import time
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.registry.model import State

pytestmark = pytest.mark.django_db
NAMED, WHERE = "hire.1.name", "hire.{}.archive_place"
OTHER = {
    "raw": "另一人",
    "source": "claimed",
    "state": "unavailable",
    "holder": None,
    "disputed": True,
    "at": "",
    "held": "乙",
}


def drafted(firm: Employer, keys: list[str]) -> str:
    """A draft for all hires, named by these ID numbers, in which is read what registers say of them."""
    answers = {f"hire.{place}.id_number": key for place, key in enumerate(keys, start=1)}
    counts = {"hire": len(firm.hires)}
    number = starting.start(firm.agent, "hire-employee", command_id=uuid4(), counts=counts, answers=answers)
    reading.agree(firm.agent, number)
    return number


@pytest.fixture
def opened(db: None) -> Open:
    """A draft in hand for two hires, one with an archive elsewhere."""
    firm = employer(publication.current(), 2)
    opened = load(firm.agent, drafted(firm, id_numbers(firm)))
    opened.document.facts[WHERE.format(1)].raw = "elsewhere"
    return opened


def fresh(opened: Open) -> Reckoning:
    """What follows from a form for somebody who has never looked at it."""
    basis = basis_of(opened.bundle, opened.document, time.today(), registry.unavailable())
    return Reckoning(opened.catalog, opened.bundle, basis)


def is_true_of(opened: Open) -> bool:
    """Whether what is shown of a form follows from the form as it stands."""
    return (plan_of(opened), values_of(opened)) == (fresh(opened).plan, fresh(opened).values)


def one_hire_less(opened: Open) -> None:
    """As if only one were hired, of whom the same is known."""
    for name in ("hire", "job"):
        opened.document.members[name].pop()
    for key in [key for key in opened.document.facts if ".2." in key]:
        del opened.document.facts[key]


def one_hire_more(opened: Open) -> None:
    """As if another were hired, of whom nothing is known."""
    for name in ("hire", "job"):
        opened.document.members[name].append(None)


def one_value_forgotten(opened: Open) -> None:
    """What a register said is not in the form any more."""
    del opened.document.facts[NAMED]


def two_hires_swapped(opened: Open) -> None:
    """The same entries in the same order, each under the other's key."""
    other = {WHERE.format(1): WHERE.format(2), WHERE.format(2): WHERE.format(1)}
    opened.document.facts = {other.get(key, key): entry for key, entry in opened.document.facts.items()}


def one_service_done(opened: Open) -> None:
    """An earlier application has seen to a service."""
    opened.document.done.append(plan_of(opened).services[0].id)


@pytest.mark.parametrize(
    "change", [one_hire_less, one_hire_more, one_value_forgotten, two_hires_swapped, one_service_done]
)
def test_whatever_changes_a_form_is_in_its_plan(opened: Open, change: Callable[[Open], None]) -> None:
    assert is_true_of(opened)
    before = plan_of(opened)
    change(opened)
    assert is_true_of(opened)
    assert plan_of(opened) != before


@pytest.mark.parametrize("state", ["known", "unavailable"])
@pytest.mark.parametrize("name", [each.name for each in fields(Entry)])
def test_no_part_of_an_entry_changes_behind_the_plan(opened: Open, name: str, state: State) -> None:
    entry = opened.document.facts[NAMED]
    entry.state = state
    assert is_true_of(opened)
    setattr(entry, name, OTHER[name])
    assert is_true_of(opened)


def test_tomorrow_has_its_own_plan(opened: Open) -> None:
    before = plan_of(opened)
    time.advance_time(timedelta(days=1))
    assert is_true_of(opened)
    assert plan_of(opened).schedule.start > before.schedule.start


def test_a_form_that_stands_as_it_stood_is_planned_once(opened: Open) -> None:
    assert plan_of(opened) is plan_of(opened)
    assert plan_of(opened) is not plan_for(opened.catalog, opened.bundle, opened.document, time.today())


@pytest.mark.slow
def test_a_form_for_many_asks_the_database_no_more_than_one_for_few(db: None) -> None:
    firm = employer(publication.current(), 24)
    asked = []
    for count in (2, 24):
        some = Employer(firm.agent, firm.hires[:count])
        keys = id_numbers(some)
        with CaptureQueriesContext(connection) as typed:
            drafted(some, keys)
        with CaptureQueriesContext(connection) as filled:
            number = drafted(some, [])
            sheets.take(some.agent, number, "hire", "hires", as_csv([["身份证号"], *([key] for key in keys)]))
            views.application_view(some.agent, number)
        asked.append((len(typed), len(filled)))
    assert asked[0] == asked[1]
