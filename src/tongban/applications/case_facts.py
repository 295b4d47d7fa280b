"""What a case knows, as lines that pages and the interface show: each fact, where it came from, and whether it rests on
a figure without a source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tongban.applications.masking import masked
from tongban.applications.unsourced import unsourced
from tongban.applications.views import shown
from tongban.applications.whose import ERASED
from tongban.casework import queries
from tongban.casework.model import Case
from tongban.catalog import values
from tongban.catalog.model import Catalog, ServiceDefinition
from tongban.catalog.vocabulary import Attribute, Value
from tongban.platform import time


def attribute_in(catalog: Catalog, definition: ServiceDefinition, fact: str) -> Attribute | None:
    """The attribute behind a fact in a service's terms."""
    role, _, rest = fact.partition(".")
    if role not in definition.roles:
        return None
    return catalog.types[definition.roles[role].type].attributes.get(rest.rpartition(".")[2])


def facts_of(
    catalog: Catalog, definition: ServiceDefinition, entries: Sequence[queries.Entry], case: Case
) -> list[dict[str, Any]]:
    """Every fact that the case knows, latest value, with where it came from."""
    lines: dict[str, dict[str, Any]] = {}
    known = {fact: value for entry in entries for fact, value in entry.facts.items()}
    for entry in entries:
        record = entry.event.data.get("facts")
        named = record if isinstance(record, dict) else {}
        for fact in {**named, **entry.facts}:
            attribute = attribute_in(catalog, definition, fact)
            if attribute is None:
                continue
            source = named.get(fact)
            raw = values.write(entry.facts.get(fact))
            lines[fact] = {
                "fact": fact,
                "label": attribute.label.to_json(),
                "kind": attribute.kind,
                "value": masked(attribute, raw),
                # An event keeps the names of its facts for ever; their values go when somebody's data is erased.
                "shown": (shown(attribute, raw) if fact in entry.facts else ERASED).to_json(),
                "source": str(source[0]) if isinstance(source, list) else "claimed",
                "holder": _holder(catalog, attribute),
                "at": entry.event.recorded_at.astimezone(time.ZONE).isoformat(timespec="seconds"),
                "disputed": fact in case.disputed,
                "is_unverified": False,
            }
    for fact in _marked(catalog, definition, lines, known):
        lines[fact]["is_unverified"] = True
    return list(lines.values())


def _marked(
    catalog: Catalog, definition: ServiceDefinition, lines: Mapping[str, Mapping[str, Any]], known: Mapping[str, Value]
) -> frozenset[str]:
    """The facts that rest on a figure without a source, by the day on which they were made."""
    made = [lines[one.fact]["at"] for one in definition.produces if one.how == "policy" and one.fact in lines]
    if not made:
        return frozenset()
    on = datetime.fromisoformat(made[0]).date()
    return unsourced(catalog, definition, known, on) & lines.keys()


def _holder(catalog: Catalog, attribute: Attribute) -> dict[str, str] | None:
    authority = catalog.authorities.get(attribute.held_by or "")
    return authority.title.to_json() if authority else None
