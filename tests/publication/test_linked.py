"""The figures of linking: every link is a part of a bundle, totals are sums, and the bureau's aim is met."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tongban.catalog.model import Catalog
from tongban.publication.files import tree
from tongban.publication.linked import COMPARED, WAYS, bureau_of, linked, linked_json

ON = date(2026, 11, 23)
BUREAU = "hrss/human-resources"
LEAST_SERVICES = 61
LEAST_WITH_LIMIT = 43
LEAST_BUNDLES = 12


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The packs of the tree."""
    return tree()


@pytest.fixture(scope="module")
def data(catalog: Catalog) -> dict[str, Any]:
    """What `tongban export linked` writes."""
    return linked_json(catalog, ON)


def test_every_link_is_a_part_of_its_bundle_and_every_part_a_link(catalog: Catalog, data: dict[str, Any]) -> None:
    told = {(bundle["id"], service["id"]) for bundle in data["bundles"] for service in bundle["services"]}
    assert told == {(full, part.service) for full, bundle in catalog.bundles.items() for part in bundle.parts}
    assert data["totals"]["links"] == len(told)


def test_totals_are_sums_and_a_service_counts_once(data: dict[str, Any]) -> None:
    totals, bundles = data["totals"], data["bundles"]
    assert totals["bundles"] == len(bundles)
    assert totals["services"] == len({service["id"] for bundle in bundles for service in bundle["services"]})
    assert totals["saved"] == {name: sum(bundle["saved"][name] for bundle in bundles) for name in COMPARED}
    for way in WAYS:
        for name in COMPARED:
            assert totals["comparison"][way][name] == sum(bundle["comparison"][way][name] for bundle in bundles)
    assert sum(line["services"] for line in data["bureaus"]) == totals["services"]
    assert sum(line["links"] for line in data["bureaus"]) == totals["links"]


def test_the_bureau_links_what_it_said_and_all_of_it_is_worked_out_but_for_some_limits(data: dict[str, Any]) -> None:
    """Sixty-one services, as the city reported; the ten packages of 2020 and the two of three."""
    (line,) = [line for line in data["bureaus"] if line["bureau"] == BUREAU]
    assert line["services"] >= LEAST_SERVICES
    assert line["bundles"] >= LEAST_BUNDLES
    services = [service for bundle in data["bundles"] for service in bundle["services"] if service["bureau"] == BUREAU]
    assert {service["level"] for service in services} == {"worked-out", "limit-unsourced"}
    assert len({service["id"] for service in services if service["level"] == "worked-out"}) >= LEAST_WITH_LIMIT


def test_a_centre_counts_with_the_bureau_that_runs_it(catalog: Catalog) -> None:
    assert bureau_of(catalog, "hrss/social-insurance") == BUREAU
    assert bureau_of(catalog, BUREAU) == BUREAU
    assert bureau_of(catalog, "base/population") == "base/population"


@pytest.mark.slow
def test_savings_are_apart_less_together_and_actors_share_the_trips(catalog: Catalog) -> None:
    for each in linked(catalog, ON):
        apart, together = each.comparison["apart"], each.comparison["together"]
        assert each.usual <= set(each.services)
        assert sum(each.actors.values()) == apart.trips
        assert each.saved["questions"] == apart.questions - together.questions
        assert each.saved["days"] == max(0, apart.days - together.days)


def test_three_registrations_are_compared_per_actor(data: dict[str, Any]) -> None:
    """As reported: the employer went to two windows and the worker to the community, now nobody goes anywhere."""
    (bundle,) = [bundle for bundle in data["bundles"] if bundle["id"] == "life-events/three-registrations"]
    assert {actor["subject"]: actor["trips_apart"] for actor in bundle["actors"]} == {"company": 2, "hire": 1}
    assert bundle["comparison"]["together"]["trips"] == 0
    assert bundle["unsourced"] == []
