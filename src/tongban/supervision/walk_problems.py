"""The window that hears what could not be done also watches what walks found: what is open, whose, what is overdue; and
it brings several offices to one table over a problem that one alone does not put right (ask, say, agree of its
procedure).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef

from tongban.accounts.actor import Actor
from tongban.applications.problems import FieldError, forbidden, not_found, wrong_fields
from tongban.casework import service as casework
from tongban.casework.guards import WORKING_ROLES
from tongban.casework.model import Case, Command, Doer, Json
from tongban.catalog.vocabulary import Text
from tongban.platform.ids import from_address
from tongban.publication import service as publication
from tongban.supervision import problem_lists
from tongban.supervision.models import Found, Sighting
from tongban.supervision.walks import ORGANISER

MOST: Final = 200
ASKED: Final = frozenset({"located", "repairing"})
"""The states of a problem in which offices are brought together over it."""
WORD, SETTLING = "word", "settling"
"""The tasks of a coordination: each office's word, and the window's own, to settle on a way."""


def require_window(actor: Actor) -> None:
    """Raise Problem 403 for whoever does not work where the window is."""
    offices = publication.current().offices
    if not any(office in offices and offices[office].authority == ORGANISER for office in actor.offices):
        raise forbidden("这一页归“办不成事”窗口", "This page is for the window that hears what could not be done.")


def listed(actor: Actor) -> list[dict[str, Any]]:
    """What walks found and is not put right, the overdue ones first, then the oldest; as lists of problems have them.

    ``table`` says of a coordination: ``word`` while offices are asked, ``settling`` once all have answered, else empty;
    ``may_ask``: whether the reader may bring offices together now. Raises Problem 403.
    """
    require_window(actor)
    by_walk = Sighting.objects.filter(problem=OuterRef("case"), found_by="walk")
    rows = list(Found.objects.filter(Exists(by_walk), ended_at=None).order_by("-escalation", "found_at", "case")[:MOST])
    cases = {case.number: case for case in casework.cases([row.case for row in rows])}
    lines = [
        line | {"table": (table := _table(cases[row.case])), "may_ask": not table and _may_ask(actor, row)}
        for row, line in zip(rows, problem_lists.lines(rows), strict=True)
    ]
    return sorted(lines, key=lambda line: not is_late(line))


def is_late(line: dict[str, Any]) -> bool:
    """Whether a problem of the list is overdue."""
    return bool(line["light"] == "red" or line["escalation"] > 0)


def coordinate(actor: Actor, number: str, offices: Sequence[str], note: str, command_id: UUID) -> str:
    """Bring offices to one table over a problem that the window watches, once for each command; returns its case.

    Raises Problem 403, 404, 422; Refused where it is not being put right, or offices are at the table already.
    """
    require_window(actor)
    found = Found.objects.filter(case=from_address(number)).first()
    if found is None:
        raise not_found()
    if not _has_seat(actor, found):
        raise forbidden("这个问题归别的部门督办", "Another office watches this problem.")
    errors = []
    if not offices:
        errors.append(FieldError("offices", "missing", Text("选要来的部门", "Choose the offices.")))
    if not note.strip():
        errors.append(FieldError("note", "missing", Text("写上要商量什么", "Say what is to be settled.")))
    if errors:
        raise wrong_fields(errors)
    order = Command(str(command_id), "ask", {"offices": list[Json](offices)}, texts={"note": note.strip()})
    casework.command(found.case, order, Doer(actor.id, "staff", {found.office: frozenset({"handler"})}))
    return found.case


def _table(case: Case) -> str:
    open_tasks = {task.name for task in case.tasks}
    return next((name for name in (WORD, SETTLING) if name in open_tasks), "")


def _may_ask(actor: Actor, found: Found) -> bool:
    return found.state in ASKED and _has_seat(actor, found)


def _has_seat(actor: Actor, found: Found) -> bool:
    """Whether somebody works at the window that watches a problem, behind it or at its desk."""
    roles = actor.offices.get(found.office, frozenset())
    return actor.kind == "staff" and bool(roles & {*WORKING_ROLES, "window"})
