"""However people ask, in their own words, misspelt, in pinyin or in part, the right service is found."""

from __future__ import annotations

import pytest
from bench.search import LISTS, place, recall, ways

from tongban.catalog.model import BundleDefinition, Catalog, ServiceDefinition
from tongban.publication.files import tree

# What was reached, rounded down: the share found first, and among five.
FLOORS = {"first": (0.87, 0.96), "second": (0.93, 0.99), "third": (0.83, 0.96)}
HALVES = ("first", "second")
PACKS = {
    "employment",
    "hrss",
    "insurance-benefits",
    "labour",
    "skills",
    "social-card",
    "social-insurance",
    "talent",
}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """All the packs of the tree."""
    return tree()


@pytest.mark.slow
@pytest.mark.parametrize("called", LISTS)
def test_the_right_service_is_found(catalog: Catalog, called: str) -> None:
    found = [(place(catalog, way), way.ask) for way in ways(called)]
    places = [each for each, _ask in found]
    missed = [ask for each, ask in found if each is None or each > 1]
    first, among_five = FLOORS[called]
    assert recall(places, 1) >= first, missed
    assert recall(places, 5) >= among_five, missed


@pytest.mark.parametrize("called", LISTS)
def test_every_pack_is_asked_for_in_every_way(catalog: Catalog, called: str) -> None:
    asked = ways(called)
    assert len(asked) >= 105
    assert {way.how for way in asked} == {"colloquial", "misspelt", "pinyin", "partial"}
    right = {each for way in asked for each in way.right}
    assert right <= {*catalog.services, *catalog.bundles}
    assert {each.partition("/")[0] for each in right & set(catalog.services)} == PACKS


def test_no_question_is_a_title_or_a_word_of_the_catalogue_nor_asked_twice(catalog: Catalog) -> None:
    offers: list[BundleDefinition | ServiceDefinition] = [*catalog.services.values(), *catalog.bundles.values()]
    held = {text for each in offers for text in (each.title.zh, *each.words)}
    held |= {each.plain.zh for each in offers if each.plain is not None}
    asked = [way.ask for half in HALVES for way in ways(half)]
    assert held & set(asked) == set()
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize("called", LISTS)
def test_no_question_is_a_title(catalog: Catalog, called: str) -> None:
    titles = {one.title.zh for one in catalog.services.values()} | {one.title.zh for one in catalog.bundles.values()}
    asked = [way.ask for way in ways(called)]
    assert titles & set(asked) == set()
    assert len(asked) == len(set(asked))
