"""Which office handles a run: the authority's, at the level the service names, for the region that a fact gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tongban.catalog.model import Routing
from tongban.catalog.vocabulary import Office, Value
from tongban.planner.knowledge import FactId, Knowledge
from tongban.planner.selection import Run

DIGITS: Final[Mapping[str, int]] = {"province": 2, "city": 4, "county": 6, "town": 9}
"""How much of a region's code (GB/T 2260 and below) an office of each level stands for."""


def office_of(knowledge: Knowledge, runs: Sequence[Run], run: Run) -> str | None:
    """The id of the office, or None while the region is unknown or nobody is there for it."""
    routing = run.part.service.handled_at
    offices = knowledge.outline.offices_of(run.part.service.authority, routing.level)
    if run.part.routed_by is None:
        return offices[0].id if len(offices) == 1 else None
    group = knowledge.outline.fact(run.part.routed_by).group
    kind = run.kind if group is not None and group == run.part.group else 0
    region = _value(knowledge, runs, (run.part.routed_by, kind))
    return _in_region(offices, routing, region) if isinstance(region, str) else None


def _in_region(offices: Sequence[Office], routing: Routing, region: str) -> str | None:
    code = region[: DIGITS[routing.level]]
    return next((office.id for office in offices if office.region == code), None)


def _value(knowledge: Knowledge, runs: Sequence[Run], fact: FactId) -> Value:
    """The value of a fact, also where a run takes it over from another fact."""
    value = knowledge.value(fact)
    if value is not None and isinstance(value, str):
        return value
    for run in runs:
        product = run.products.get(fact)
        if product is not None and product.copied_from is not None:
            own = knowledge.outline.fact(product.copied_from).group
            copied = knowledge.value((product.copied_from, fact[1] if own is not None else 0))
            if isinstance(copied, str):
                return copied
    return None
