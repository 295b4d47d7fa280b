"""Which office handles a run: the authority's, at the level the service names, for the region that a fact gives.

Not every town and village has an office of every authority: what is handled there goes to the nearest one above that
there is, up to the county's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tongban.catalog.vocabulary import Level, Office, Value
from tongban.planner.knowledge import FactId, Knowledge
from tongban.planner.selection import Run

DIGITS: Final[Mapping[Level, int]] = {"province": 2, "city": 4, "county": 6, "town": 9, "village": 12}
"""How much of a region's code (GB/T 2260 and GB/T 10114) an office of each level stands for."""

OR_ABOVE: Final[Mapping[Level, tuple[Level, ...]]] = {
    "village": ("village", "town", "county"),
    "town": ("town", "county"),
}
"""Where what is handled at a level goes, the first that there is; at any other level there alone."""


def office_of(knowledge: Knowledge, runs: Sequence[Run], run: Run) -> str | None:
    """The id of the office, or None while the region is unknown or nobody is there for it."""
    routing = run.part.service.handled_at
    authority, outline = run.part.service.authority, knowledge.outline
    if run.part.routed_by is None:
        offices = outline.offices_of(authority, routing.level)
        return offices[0].id if len(offices) == 1 else None
    group = outline.fact(run.part.routed_by).group
    kind = run.kind if group is not None and group == run.part.group else 0
    region = _value(knowledge, runs, (run.part.routed_by, kind))
    if not isinstance(region, str):
        return None
    levels = OR_ABOVE.get(routing.level, (routing.level,))
    return next(
        (found for level in levels if (found := _at(outline.offices_of(authority, level), level, region))), None
    )


def _at(offices: Sequence[Office], level: Level, region: str) -> str | None:
    code = region[: DIGITS[level]]
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
