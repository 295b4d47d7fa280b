"""专项检查: a view of the board that is kept under a name, frozen as it stood, to be held against today."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from tongban.accounts.actor import Actor
from tongban.applications.problems import forbidden, not_found, wrong_fields, wrong_text
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision import boards
from tongban.supervision.boards import BYS, By, Group
from tongban.supervision.models import Inspection

MOST_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Held:
    """A group as it stood then and stands now: open cases under red, yellow, green."""

    key: str
    then: tuple[int, int, int]
    now: tuple[int, int, int]


def keep(actor: Actor, name: str, by: By, command_id: UUID) -> Inspection:
    """Freeze one grouping of the board under a name, once for each command. Raises Problem 403, 422."""
    if not actor.has_role("head"):
        raise forbidden("负责人才能做专项检查", "Heads make special inspections.")
    if errors := wrong_text("name", name, MOST_CHARACTERS):
        raise wrong_fields(errors)
    groups = boards.board(publication.current(), time.now()).groups[by]
    values = {
        "name": name.strip(),
        "by": by,
        "office": next(iter(actor.offices)),
        "at": time.now(),
        "frozen": [[one.key, *_lights(one)] for one in groups],
    }
    return Inspection.objects.get_or_create(command=command_id, defaults=values)[0]


def listed(most: int = 20) -> list[Inspection]:
    """What was kept, the newest first."""
    return list(Inspection.objects.order_by("-at", "-id")[:most])


def one(inspection_id: int) -> tuple[Inspection, By, list[Held]]:
    """What was kept, how it is grouped, and every group then and now. Raises Problem 404."""
    found = Inspection.objects.filter(id=inspection_id).first()
    by = next((each for each in BYS if found is not None and each == found.by), None)
    if found is None or by is None:
        raise not_found()
    today = {one.key: _lights(one) for one in boards.board(publication.current(), time.now()).groups[by]}
    then = {str(key): (int(red), int(yellow), int(green)) for key, red, yellow, green in found.frozen}
    nothing = (0, 0, 0)
    keys = [*then, *(key for key in today if key not in then)]
    return found, by, [Held(key, then.get(key, nothing), today.get(key, nothing)) for key in keys]


def _lights(one: Group) -> tuple[int, int, int]:
    return one.red, one.yellow, one.green
