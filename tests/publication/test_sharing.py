"""What to share next: what is saved is the difference of two plans times the applications, and never less than none."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tongban.catalog.model import Catalog
from tongban.planner.planning import plan
from tongban.planner.request import Request
from tongban.publication import calendars, sharing
from tongban.publication.files import tree
from tongban.publication.sharing import ASSUMED, BURDENS, Exchange, exchanges, ranked, registers, sharing_json

ON = date(2026, 11, 23)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The packs of the tree."""
    return tree()


@pytest.fixture(scope="module")
def found(catalog: Catalog) -> tuple[Exchange, ...]:
    """Every exchange."""
    return exchanges(catalog, ON)


def test_what_is_saved_is_what_the_planner_says_with_and_without_the_register(
    catalog: Catalog, found: tuple[Exchange, ...]
) -> None:
    calendar = calendars.of(catalog)
    for one in found:
        for change in one.changes[:3]:
            request = Request(ON, services=(change.service,))
            assert change.before == plan(catalog, request, calendar).cost
            assert change.after == plan(sharing._with(catalog, one.register), request, calendar).cost
            assert any(change.saved.values())


def test_reading_a_register_makes_no_plan_worse(found: tuple[Exchange, ...]) -> None:
    assert found
    for one in found:
        for change in one.changes:
            assert change.after <= change.before


def test_only_what_nobody_may_read_yet_can_be_shared(catalog: Catalog) -> None:
    for register in registers(catalog):
        for kind, name in register.attributes:
            attribute = catalog.types[kind].attributes[name]
            assert (attribute.held_by, attribute.derived, attribute.claimable) == (None, None, True)


def test_a_service_that_decides_something_itself_is_spared_nothing_by_its_own_decision(
    catalog: Catalog, found: tuple[Exchange, ...]
) -> None:
    for one in found:
        for change in one.changes:
            assert not sharing._makes(catalog.services[change.service]) & one.register.attributes


def test_figures_are_sums_and_the_largest_comes_first(found: tuple[Exchange, ...]) -> None:
    savings = ranked(found, None)
    assert [one.a_year["papers"] for one in savings] == sorted((one.a_year["papers"] for one in savings), reverse=True)
    for one in savings:
        for name in BURDENS:
            assert one.a_year[name] == ASSUMED * sum(change.saved[name] for change in one.exchange.changes)


def test_what_nobody_asked_for_saves_nothing(found: tuple[Exchange, ...]) -> None:
    assert ranked(found, {}) == []
    first = ranked(found, None)[0]
    service = next(change.service for change in first.exchange.changes if change.saved["papers"])
    (one, *_) = ranked(found, {service: 7})
    assert one.a_year["papers"] == 7 * next(c.saved["papers"] for c in one.exchange.changes if c.service == service)


def test_a_register_outside_the_city_is_named_by_what_papers_say(catalog: Catalog, found: tuple[Exchange, ...]) -> None:
    outside = [one.register for one in found if one.register.authority is None]
    assert outside
    for register in outside:
        assert {catalog.evidence[each].kept_in for each in register.papers} == {register.title}


def test_it_is_written_as_plain_data(catalog: Catalog) -> None:
    data = json.loads(json.dumps(sharing_json(catalog, ON, None)))
    assert data["assumed_applications_of_each_service"] == ASSUMED
    first = data["registers"][0]
    assert first["saved_a_year"]["papers"] == ASSUMED * sum(one["saved"]["papers"] for one in first["services"])
