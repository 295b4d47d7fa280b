"""The plan of a form: what the planner says today, with what the form knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from tongban.applications.claims import typed_entries
from tongban.applications.document import Document
from tongban.applications.problems import Problem
from tongban.applications.reckoning import Reckoning, basis_of
from tongban.applications.store import Open
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.catalog.vocabulary import Text, Value
from tongban.planner.outline import outline_of
from tongban.planner.plan import Plan
from tongban.planner.planning import plan
from tongban.planner.request import offer_id, read_request
from tongban.platform import time
from tongban.platform.models import Mark
from tongban.publication import calendars
from tongban.publication import service as publication
from tongban.registry import service as registry

MOST_ROUNDS = 12


def plan_of(opened: Open) -> Plan:
    """The plan for this form as it stands now."""
    return _reckoning(opened).plan


def values_of(opened: Open) -> Mapping[str, Value]:
    """Every value that the form knows, by key, and what follows from them on the legal date."""
    return _reckoning(opened).values


def _reckoning(opened: Open) -> Reckoning:
    """The form's last reckoning, or a new one where anything that it was made of has changed."""
    basis = basis_of(opened.bundle, opened.document, time.today(), opened.unavailable)
    if not opened.reckonings or opened.reckonings[-1].basis != basis:
        before = opened.reckonings[-1].read if opened.reckonings else {}
        opened.reckonings[:] = [Reckoning(opened.catalog, opened.bundle, basis, before)]
    return opened.reckonings[-1]


def plan_for(catalog: Catalog, bundle: BundleDefinition, document: Document, on: date) -> Plan:
    """The plan for a document on a day."""
    return Reckoning(catalog, bundle, basis_of(bundle, document, on, registry.unavailable())).plan


def preview(catalog: Catalog, bundle: BundleDefinition, answers: Mapping[str, Any], on: date) -> Plan:
    """The plan before anybody logs in: nothing known but the situation answered."""
    document = Document(facts=typed_entries(catalog, bundle, answers))
    return plan_for(catalog, bundle, document, on)


def plan_request(body: Mapping[str, Any]) -> Plan:
    """The plan for a request, as `POST /plans` answers it; stores nothing. Raises Problem, PlanError.

    ``as`` supposes what the registers hold of a persona, in demonstration and test cities only.
    """
    catalog = publication.current()
    supposed = {key: value for key, value in body.items() if key != "as"}
    if body.get("as") is not None:
        named = {"bundle": offer_id(catalog, str(body["bundle"]))} if body.get("bundle") is not None else {}
        supposed = _as_persona(str(body["as"]), supposed | named)
    request = read_request(
        catalog, supposed, lambda bare, key: outline_of(catalog, bare).attribute_of(key), time.today()
    )
    return plan(catalog, replace(request, unavailable=registry.unavailable()), calendars.current())


def _as_persona(name: str, body: dict[str, Any]) -> dict[str, Any]:
    """The request with what is known of a persona.

    Raises Problem 403 ``demonstration-only``, 422 ``unknown-persona``.
    """
    if time.city_mark() is Mark.REAL:
        text = Text("只有演示城市才能扮成别人看", "Only a demonstration city lets you plan as somebody else.")
        raise Problem(403, "demonstration-only", text)
    from tongban.testing.city.personas import persona, supposing  # noqa: PLC0415 -- a real city never needs it

    found = persona(name)
    if found is None:
        raise Problem(422, "unknown-persona", Text(f"没有“{name}”这个角色", f"There is no persona “{name}”."))
    return supposing(found, body)
