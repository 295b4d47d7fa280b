"""What is known of problems, for pages and doors: lists, one whole, and how many stand where.

Whoever works for the city may read where something hurts and what is done about it: it names places of definitions and
offices. What people said of it is read where its case may be (`applications.cases`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tongban.accounts.actor import Actor
from tongban.applications.following import case_line
from tongban.applications.offers import title_of
from tongban.applications.problems import forbidden, not_found
from tongban.casework import service as casework
from tongban.casework import store
from tongban.casework.model import Case
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.platform.ids import from_address, in_address
from tongban.publication import service as publication
from tongban.supervision import repairs, walk_steps
from tongban.supervision.models import Found, Sighting
from tongban.supervision.problems import PHASE_OF, PHASES, TYPE, Phase
from tongban.supervision.rounds.ways import PAGES

MOST: Final = 200
OFFICES_SAY: Final = ("measure", "agreed", "evidence", "effect")
"""What offices said of a problem, which everybody who works for the city may read."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which problems: of a phase (of 走 all), or the ended ones; of one office; found in one way; about one
    matter; that came back; that are late; of some kinds.
    """

    phase: Phase | None = None
    is_ended: bool = False
    owner: str | None = None
    found_by: str | None = None
    about: str | None = None
    is_back: bool = False
    is_late: bool = False
    is_open: bool = False
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many were found, how many stand in each phase, how many ended, were late when counted, came back."""

    found: int
    standing: Mapping[Phase, int]
    closed: int
    declined: int
    late: int
    returned: int

    @property
    def open(self) -> int:
        """How many are not put right yet."""
        return sum(self.standing.values())

    @property
    def share_closed(self) -> int | None:
        """Of a hundred problems, how many are put right; None where there is none."""
        true = self.found - self.declined
        return round(100 * self.closed / true) if true else None


@dataclass(frozen=True, slots=True)
class Burden:
    """How many problems an office was given, how many of them are put right, how many of the others are late."""

    office: str
    found: int
    closed: int
    late: int

    @property
    def open(self) -> int:
        """How many it still has."""
        return self.found - self.closed


def require_staff(actor: Actor) -> None:
    """Raise Problem 403 for whoever does not work for the city."""
    if actor.kind == "person" or not actor.offices:
        raise forbidden("这是工作人员的页面", "This is for staff.")


def listed(wanted: Wanted, after: str | None = None, most: int = 50) -> tuple[list[dict[str, Any]], str | None]:
    """Problems, the newest first, and what leads to those after them."""
    found = _wanted(wanted)
    if after is not None:
        found = found.filter(_after(after))
    rows = list(found.order_by("-found_at", "-case")[: min(max(most, 1), MOST) + 1])
    page = rows[: min(max(most, 1), MOST)]
    more = f"{page[-1].found_at.isoformat()}|{page[-1].case}" if len(rows) > len(page) else None
    return lines(page), more


def _after(key: str) -> Q:
    """Those after the last of the page before; Problem 404 for what is no such key."""
    moment, _, case = key.partition("|")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        raise not_found() from None
    if at.tzinfo is None:
        raise not_found()
    return Q(found_at__lt=at) | Q(found_at=at, case__lt=case)


def _wanted(wanted: Wanted) -> QuerySet[Found]:
    found = Found.objects.annotate(seen=Count("sightings"))
    if wanted.phase is not None:
        states = [state for state, phase in PHASE_OF.items() if wanted.phase in {phase, PHASES[0]}]
        found = found.filter(state__in=states, ended_at=None)
    if wanted.is_ended:
        found = found.filter(ended_at__isnull=False)
    if wanted.owner is not None:
        found = found.filter(owners__contains=[wanted.owner])
    if wanted.found_by is not None:
        found = found.filter(Exists(Sighting.objects.filter(problem=OuterRef("case"), found_by=wanted.found_by)))
    if wanted.about is not None:
        found = found.filter(about=wanted.about)
    if wanted.is_late:
        found = found.filter(escalation__gt=0)
    if wanted.is_open:
        found = found.filter(ended_at=None)
    if wanted.kinds:
        found = found.filter(kind__in=wanted.kinds)
    return found.filter(returns__gt=0) if wanted.is_back else found


def lines(rows: Sequence[Found]) -> list[dict[str, Any]]:
    """Problems as lists and pages have them, in the order given."""
    cases = {case.number: case for case in casework.cases([row.case for row in rows])}
    catalog = publication.current()
    return [_line(catalog, row, cases[row.case]) for row in rows]


def _line(catalog: Catalog, row: Found, case: Case) -> dict[str, Any]:
    part = case_line(catalog, case)
    return {
        "case": row.case,
        "address": in_address(row.case),
        "where": where(catalog, row).to_json(),
        "about": row.about,
        "field": row.field,
        "field_label": option(catalog, "field", row.field).to_json() if row.field else None,
        "by": row.by.isoformat() if row.by else None,
        "step": row.step,
        "item": row.item,
        "kind": row.kind,
        "kind_label": option(catalog, "kind", row.kind).to_json(),
        "severity": row.severity,
        "severity_label": option(catalog, "severity", row.severity).to_json(),
        "found_by": row.found_by,
        "found_by_label": option(catalog, "found_by", row.found_by).to_json(),
        "state": row.state,
        "state_label": part["state_label"],
        "phase": PHASE_OF.get(row.state),
        "owners": [{"id": office, "title": office_title(catalog, office).to_json()} for office in row.owners],
        "office": {"id": row.office, "title": office_title(catalog, row.office).to_json()},
        "due": part["due"],
        "light": part["light"],
        "is_open": case.is_open,
        "escalation": row.escalation,
        "returns": row.returns,
        "found_at": row.found_at.astimezone(time.ZONE).isoformat(timespec="seconds"),
        "ended_at": row.ended_at.astimezone(time.ZONE).isoformat(timespec="seconds") if row.ended_at else None,
        "seen": getattr(row, "seen", 0),
    }


def one(actor: Actor, number: str) -> dict[str, Any]:
    """A problem whole, for whoever works for the city. Raises Problem 403, 404."""
    require_staff(actor)
    row = Found.objects.annotate(seen=Count("sightings")).filter(case=from_address(number)).first()
    if row is None:
        raise not_found()
    facts = store.facts_of([row.case])[row.case]
    sightings = Counter(Sighting.objects.filter(problem=row).values_list("found_by", flat=True))
    catalog = publication.current()
    return lines([row])[0] | {
        "sightings": [
            {"found_by": by, "label": option(catalog, "found_by", by).to_json(), "count": count}
            for by, count in sightings.most_common()
        ],
        **{name: facts.get(f"problem.{name}") for name in OFFICES_SAY},
        "repairs": [
            asdict(repair)
            | {"title": _title(catalog, repair.name).to_json()}
            | {"at": repair.at.astimezone(time.ZONE).isoformat(timespec="seconds")}
            for repair in repairs.of(row)
        ],
        "is_within_reach": bool({row.office, *row.owners} & actor.offices.keys()),
    }


def funnel(wanted: Wanted = Wanted()) -> Funnel:
    """Where the problems stand."""
    rows = _wanted(wanted).values_list("case", "state", "ended_at", "returns", "escalation")
    states = Counter(state for _case, state, _ended, _returns, _escalation in rows)
    standing = {phase: sum(states[state] for state, its in PHASE_OF.items() if its == phase) for phase in PHASES[1:]}
    return Funnel(
        found=len(rows),
        standing=standing,
        closed=states["closed"],
        declined=states["declined"],
        late=sum(escalation > 0 for *_, escalation in rows),
        returned=sum(returns > 0 for *_, returns, _escalation in rows),
    )


def by_owner() -> list[Burden]:
    """What each office has or had to put right, who has most of it left first."""
    found, closed, late = Counter[str](), Counter[str](), Counter[str]()
    for owners, state, escalation in Found.objects.exclude(state="declined").values_list(
        "owners", "state", "escalation"
    ):
        found.update(owners)
        closed.update(owners if state == "closed" else ())
        late.update(owners if escalation else ())
    burdens = [Burden(office, found[office], closed[office], late[office]) for office in found]
    return sorted(burdens, key=lambda one: (-one.open, -one.found, one.office))


def where(catalog: Catalog, row: Found) -> Text:
    """The place in words: the matter, the step, the question or paper."""
    parts = [title_of(catalog, row.about)]
    parts += [PAGES.get(row.step) or walk_steps.title_of(catalog, row.about, row.step)] if row.step else []
    parts += [_item_title(catalog, row.item)] if row.item else []
    return Text(" › ".join(part.zh for part in parts), " › ".join(part.en for part in parts))


def _item_title(catalog: Catalog, item: str) -> Text:
    """An office or paper by its name, a fact `pack/Type.attribute` by its label; else as it was written."""
    if item in catalog.offices:
        return catalog.offices[item].title
    if item in catalog.evidence:
        return catalog.evidence[item].label
    type_id, _, name = item.rpartition(".")
    attribute = catalog.types[type_id].attributes.get(name) if type_id in catalog.types else None
    return attribute.label if attribute else Text(item, item)


def _title(catalog: Catalog, name: str) -> Text:
    """What a definition is called: a matter, or the procedure of one."""
    procedure = None if name in catalog.bundles or name in catalog.services else catalog.procedures.get(name)
    return procedure.title if procedure else title_of(catalog, name)


def option(catalog: Catalog, attribute: str, value: str) -> Text:
    """What a choice of a problem is called."""
    options = catalog.types[TYPE].attributes[attribute].options
    return next((one.label for one in options if one.value == value), Text(value, value))


def office_title(catalog: Catalog, office: str) -> Text:
    """What an office is called; one that is gone by its id."""
    found = catalog.offices.get(office)
    return found.title if found else Text(office, office)
