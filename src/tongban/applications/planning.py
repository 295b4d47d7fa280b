"""The plan of a form: what the planner says today, with what the form knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from tongban.applications.claims import typed_entries
from tongban.applications.document import Document, value_of
from tongban.applications.problems import Problem
from tongban.applications.store import Open
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.catalog.vocabulary import Text
from tongban.planner.outline import outline_of
from tongban.planner.plan import Plan
from tongban.planner.planning import plan
from tongban.planner.request import Known, Request, read_request
from tongban.platform import time
from tongban.platform.models import Mark
from tongban.publication import calendars
from tongban.publication import service as publication
from tongban.registry import service as registry

MOST_ROUNDS = 12


def plan_of(opened: Open) -> Plan:
    """The plan for this form as it stands now; reckoned once for as long as nothing in it changes."""
    request = request_for(opened.catalog, opened.bundle, opened.document, time.today())
    if not opened.plans or opened.plans[-1][0] != request:
        opened.plans[:] = [(request, plan(opened.catalog, request, calendars.current()))]
    return opened.plans[-1][1]


def plan_for(catalog: Catalog, bundle: BundleDefinition, document: Document, on: date) -> Plan:
    """The plan for a document on a day."""
    return plan(catalog, request_for(catalog, bundle, document, on), calendars.current())


def request_for(catalog: Catalog, bundle: BundleDefinition, document: Document, on: date) -> Request:
    """What the planner is asked about a document. A holder that is down is planned around."""
    return Request(
        bundle=bundle.id if bundle.id in catalog.bundles else None,
        services=() if bundle.id in catalog.bundles else (bundle.id,),
        done=frozenset(document.done),
        facts=known_facts(catalog, bundle, document),
        counts={name: len(document.members.get(name, [None])) for name, role in bundle.subjects.items() if role.many},
        on=on,
        unavailable=registry.unavailable() | _found_down(document),
    )


def _found_down(document: Document) -> frozenset[str]:
    """The holders that did not answer when they were last asked for this form."""
    return frozenset(e.holder for e in document.facts.values() if e.state == "unavailable" and e.holder is not None)


def known_facts(catalog: Catalog, bundle: BundleDefinition, document: Document) -> dict[str, Known]:
    """What the planner may count on: values, and what its source says there is none of."""
    return {
        key: Known(value_of(catalog, bundle, key, entry), entry.source, entry.holder, entry.disputed)
        for key, entry in document.facts.items()
        if entry.state != "unavailable"
    }


def preview(catalog: Catalog, bundle: BundleDefinition, answers: Mapping[str, Any], on: date) -> Plan:
    """The plan before anybody logs in: nothing known but the situation answered."""
    document = Document(facts=typed_entries(catalog, bundle, answers))
    return plan_for(catalog, bundle, document, on)


def refuse_undecided(the_plan: Plan) -> None:
    """Raises Problem 409 while a situation question is open."""
    if the_plan.undecided:
        raise Problem(
            409,
            "undecided",
            Text("先回答几个情况问题，才知道要办哪几件", "A few questions first, to know what is needed."),
        )


def plan_request(body: Mapping[str, Any]) -> Plan:
    """The plan for a request as INTERFACES has it; stores nothing. Raises Problem, PlanError.

    ``as`` supposes what the registers hold of a persona, in demonstration and test cities only.
    """
    catalog = publication.current()
    supposed = {key: value for key, value in body.items() if key != "as"}
    if body.get("as") is not None:
        supposed = _as_persona(str(body["as"]), supposed)
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
