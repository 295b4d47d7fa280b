"""批给谁办: a leader gives what pressed on a board to an office, with a day: an undertaking of the kind ``asked``.

It names what it came from (a case, a problem, what could not be done, a special inspection), goes the way of every
problem, and the leader's own office looks again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import Final, Literal
from uuid import UUID

from tongban.accounts.actor import Actor
from tongban.applications import inquiries, not_done
from tongban.applications.doers import doer_of
from tongban.applications.offers import OPENED_BY_THE_HOUSE, offer_of
from tongban.applications.problems import FieldError, forbidden, not_found, wrong_fields
from tongban.casework import store, tallies
from tongban.casework.numbers import id_of
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Text
from tongban.platform.ids import NumberError
from tongban.publication import service as publication
from tongban.supervision import boards, problem_lists, problems
from tongban.supervision.models import Found, Inspection, Sighting
from tongban.supervision.problems import Finding, Hands, Place, Reported

KIND: Final = "asked"
SEVERITY: Final = "serious"
FIELD: Final = "services"

Sort = Literal["light", "problem", "window", "inspection"]


@dataclass(frozen=True, slots=True)
class Origin:
    """What an instruction comes from: a red case (``light``), a problem, what could not be done (``window``), or a line
    of an inspection. ``about`` is the matter in it that can be walked, empty where there is none.
    """

    sort: Sort
    reference: str
    title: Text
    office: str
    about: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Instruction:
    """What is to be done, by which office, by which day, and what the leader adds."""

    about: str
    owner: str
    by: date | None
    said: str = ""


def give(actor: Actor, origin: Origin, instruction: Instruction, command_id: UUID) -> Reported:
    """Give an instruction, once for each command. Raises Problem 403, 422 ``wrong-fields``."""
    office = _headed(actor)
    errors = []
    if instruction.by is None:
        errors.append(FieldError("problem.by", "missing", Text("写上办到哪天", "Say by which day.")))
    if not instruction.owner:
        errors.append(FieldError("problem.owner", "missing", Text("写上哪个单位办", "Say which office does it.")))
    if errors:
        raise wrong_fields(errors)
    found_by = "inspection" if origin.sort == "problem" else origin.sort
    place = Place(instruction.about, KIND)
    finding = Finding(place, SEVERITY, found_by, instruction.said, origin.reference, FIELD, instruction.by)
    owner = publication.current().offices.get(instruction.owner)
    hands = Hands(owner.region if owner else "", instruction.owner, office)
    return problems.report(finding, doer_of(actor, None), command_id, hands)


def _headed(actor: Actor) -> str:
    found = next((one for one, roles in actor.offices.items() if "head" in roles), None)
    if found is None:
        raise forbidden("负责人才能批办", "This is for heads.")
    return found


def origin_of(actor: Actor, reference: str, line: str = "") -> Origin:
    """What a reference stands for; of an inspection one ``line``, by its key. Raises Problem 403, 404."""
    _headed(actor)
    found = Found.objects.filter(case=reference).first()
    if found is not None:
        return _of_problem(publication.current(), found)
    kind, _, number = reference.partition("-")
    if kind == "inspection" and number.isdecimal():
        return _of_inspection(publication.current(), int(number), line)
    return _of_case(reference)


def given(references: Sequence[str]) -> dict[str, str]:
    """Of these references those that were given to an office and are not done, each with the instruction's case."""
    rows = Sighting.objects.filter(reference__in=list(references), problem__kind=KIND, problem__ended_at=None)
    return dict(rows.order_by("id").values_list("reference", "problem_id"))


def given_by(actor: Actor) -> int:
    """How much the reader's office gave to others that is not done. Raises Problem 403."""
    return Found.objects.filter(kind=KIND, office=_headed(actor), ended_at=None).count()


def pressing(actor: Actor, now: datetime, most: int) -> list[Origin]:
    """What presses most and was not given to anybody yet: of each sort the worst, in turns. Raises Problem 403."""
    _headed(actor)
    catalog = publication.current()
    red = [_of_row(catalog, one) for one in boards.behind(catalog, now, "department", None, "red", most * 2)]
    late = Found.objects.filter(ended_at=None, escalation__gt=0).exclude(kind=KIND).order_by("-escalation", "found_at")
    overdue = [_of_problem(catalog, one) for one in late[: most * 2]]
    stuck = [_of_stuck(catalog, one) for one in _stuck(now, most * 2)]
    found = [one for turn in zip_longest(red, overdue, stuck) for one in turn if one is not None]
    known = given([one.reference for one in found])
    return [one for one in found if one.reference not in known][:most]


def _stuck(now: datetime, most: int) -> list[tallies.OpenCase]:
    """What somebody could not get done, the most urgent first; no more is read than there is."""
    opened = [one for one in tallies.open_now(now, now) if one.service == not_done.SERVICE]
    count = sum(one.green + one.yellow + one.red for one in opened)
    offices = sorted(one.office for one in opened)
    return tallies.behind(now, offices, not_done.SERVICE, None, (), min(count, most)) if count else []


def _of_row(catalog: Catalog, one: tallies.OpenCase) -> Origin:
    title = offer_of(catalog, one.service).title if one.service in catalog.services else Text(one.service, one.service)
    about = one.service if one.service in catalog.services else ""
    return Origin("light", one.number, title, one.office, about, one.due_at)


def _of_stuck(catalog: Catalog, one: tallies.OpenCase) -> Origin:
    """What somebody could not get done: the matter alone, none of their words."""
    about = str(store.facts_of([one.number])[one.number].get(f"{inquiries.ROLE}.offer", ""))
    known = about in catalog.bundles or about in catalog.services
    title = offer_of(catalog, about).title if known else catalog.services[not_done.SERVICE].title
    return Origin("window", one.number, title, one.office, about if known else "", one.due_at)


def _of_problem(catalog: Catalog, row: Found) -> Origin:
    where, kind = problem_lists.where(catalog, row), problem_lists.option(catalog, "kind", row.kind)
    known = row.about in catalog.bundles or row.about in catalog.services
    title = Text(f"{where.zh}：{kind.zh}", f"{where.en}: {kind.en}")
    return Origin("problem", row.case, title, next(iter(row.owners), row.office), row.about if known else "")


def _of_inspection(catalog: Catalog, inspection_id: int, line: str) -> Origin:
    found = Inspection.objects.filter(id=inspection_id).first()
    if found is None or line not in found.frozen:
        raise not_found()
    place = str(found.view.get("place", ""))
    title, offices, about = Text(line, line), sorted(catalog.offices, key=lambda one: catalog.offices[one].region), ""
    if found.by == "service" and line in catalog.services:
        title, about = offer_of(catalog, line).title, line
        offices = [problems.owner_of(catalog, line, place).id]
    elif found.by == "department" and line in catalog.authorities:
        title = catalog.authorities[line].title
        own = [one for one in offices if boards.department_of(catalog, one) == line]
        offices = [one for one in own if catalog.offices[one].region.startswith(place)] or own
    elif found.by == "office" and line in catalog.offices:
        title, offices = catalog.offices[line].title, [line]
    else:
        offices = []
    named = Text(f"{found.name}：{title.zh}", f"{found.name}: {title.en}")
    return Origin("inspection", found.reference, named, next(iter(offices), ""), about)


def _of_case(number: str) -> Origin:
    try:
        id_of(number)
    except NumberError:
        raise not_found() from None
    found = store.load_cases([number]).get(number)
    catalog = publication.current()
    if found is None or found.application.mode != "real":
        raise not_found()
    case = found.case
    row = tallies.OpenCase(number, case.office, case.service, case.state, None, None, None)
    if case.service == not_done.SERVICE:
        return _of_stuck(catalog, row)
    if case.service in OPENED_BY_THE_HOUSE:
        raise not_found()
    return _of_row(catalog, row)
