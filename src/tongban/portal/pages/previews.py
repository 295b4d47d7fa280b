"""Plans before anybody logs in: for the commonest situation or the answers given, remembered for the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from tongban import publication
from tongban.applications import planning
from tongban.applications.offers import offer_of
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.catalog.values import write
from tongban.catalog.vocabulary import Value
from tongban.platform import time
from tongban.platform.ids import from_address, in_address
from tongban.portal.pages.plan_figures import Outline, outline_of

Answers = Mapping[str, Any]


def preview(catalog: Catalog, bundle: BundleDefinition, answers: Answers) -> dict[str, Any]:
    """The plan for these answers today, as JSON. Raises Problem or PlanError for an answer that cannot be."""
    return planning.preview(catalog, bundle, answers, time.today()).to_json()


def commonest(bundle: BundleDefinition) -> dict[str, Any]:
    """The answers of the commonest situation, as a form would give them."""
    return {fact: write(value) for fact, value in bundle.commonest.items()}


def outlines(catalog: Catalog) -> list[tuple[BundleDefinition, Outline]]:
    """Every bundle with its figures for the commonest situation, the one that spares most steps first."""
    found = [(bundle, outline(catalog, bundle.id)) for bundle in catalog.bundles.values()]
    return sorted(found, key=lambda each: (-each[1].services, each[0].id))


def outline(catalog: Catalog, offer_id: str) -> Outline:
    """The figures of one bundle or service for its commonest situation."""
    return _outline(catalog.digest, offer_id, time.today())


@lru_cache(maxsize=2_000)
def _outline(digest: str, offer_id: str, on: date) -> Outline:
    catalog = publication.at(digest)
    bundle = offer_of(catalog, offer_id)
    return outline_of(catalog, planning.preview(catalog, bundle, commonest(bundle), on).to_json())


def slug_of(catalog: Catalog, offer_id: str) -> str:
    """How an offer is called in addresses: its bare name where that is unique, else ``pack.name``."""
    bare = offer_id.rpartition("/")[2]
    same = [other for other in (*catalog.bundles, *catalog.services) if other.rpartition("/")[2] == bare]
    return bare if len(same) == 1 else in_address(offer_id)


def offer_at(catalog: Catalog, slug: str) -> BundleDefinition:
    """The offer behind an address. Raises Problem 404."""
    return offer_of(catalog, from_address(slug))


def plain_value(value: Value) -> str:
    """A value as it stands in an address or a field."""
    return "true" if value is True else "false" if value is False else str(value)
