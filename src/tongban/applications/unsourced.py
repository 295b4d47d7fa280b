"""Which facts of a case rest on a figure that has no document: reckoned by a rule of the policy with an unverified
parameter, or taken from such a fact. Whatever shows or prints a fact asks here, and marks it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tongban.applications.offers import offer_of
from tongban.casework.model import Refused
from tongban.casework.production import reckoning_of
from tongban.catalog.model import Catalog, ServiceDefinition
from tongban.catalog.vocabulary import Value
from tongban.planner.deriving import derive
from tongban.policy import rests_on_unverified


def unsourced(catalog: Catalog, definition: ServiceDefinition, facts: Mapping[str, Value], on: date) -> frozenset[str]:
    """The facts that a service makes and that rest on an unverified figure, as its rules stood on a day.

    ``facts`` are those known to the case, by name; what cannot be reckoned from them is not told.
    """
    if all(one.how != "policy" for one in definition.produces):
        return frozenset()
    known = derive(catalog, offer_of(catalog, definition.id), facts, on)
    found: set[str] = set()
    for one in definition.produces:
        if one.how == "policy" and known.keys() >= set(one.of):
            try:
                way = reckoning_of(one, known, catalog.rulebook, on)
            except Refused:
                continue
            if rests_on_unverified(catalog.rulebook, way, one.figure or ""):
                found.add(one.fact)
        elif found & set(one.of):
            found.add(one.fact)
    return frozenset(found)
