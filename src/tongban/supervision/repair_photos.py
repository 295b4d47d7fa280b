"""Photos that show how a problem was put right, a hazard removed, a small deed kept.

The offices that put it right add them while they do; they and the office that watches see them. On the list of small
deeds everybody sees those of which the watching office, never whoever took one, has declared that they show nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tongban.accounts.actor import Actor
from tongban.applications.problems import FieldError, Problem, forbidden, not_found, wrong_fields
from tongban.casework.guards import WORKING_ROLES
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.platform.crypto import decrypt, encrypt
from tongban.platform.ids import from_address
from tongban.supervision import pictures
from tongban.supervision.models import Found, RepairPhoto

MOST: Final = 12
WHILE: Final = frozenset({"located", "repairing"})
"""The states of a problem in which photos are added: once it is looked at again, nothing of it changes."""


def may_add(actor: Actor, found: Found) -> bool:
    """Whether somebody is one of those who put a problem right now."""
    return found.state in WHILE and _office(actor, found.owners) is not None


def may_declare(actor: Actor, found: Found) -> bool:
    """Whether somebody may say of a problem's photos that they show nobody: who looks again, and puts nothing right."""
    return _office(actor, [found.office]) is not None and _office(actor, found.owners) is None


def _office(actor: Actor, offices: Iterable[str]) -> str | None:
    if actor.kind != "staff":
        return None
    return next((one for one in offices if actor.offices.get(one, frozenset()) & WORKING_ROLES), None)


@transaction.atomic
def add(actor: Actor, number: str, chunks: Iterable[bytes], command_id: UUID) -> RepairPhoto:
    """Keep a photo, once for each command.

    Raises Problem 403, 404, 409 ``not-allowed`` once it is put right, 413 ``too-large``, 415 ``wrong-type``, 422.
    """
    found = _within_reach(actor, number, lock=True)
    before = found.photos.filter(command=command_id).first()
    if before is not None:
        return before
    office = _office(actor, found.owners)
    if office is None or actor.user_id is None:
        raise forbidden("照片由整改的部门来传", "The office that puts it right adds the photos.")
    if found.state not in WHILE:
        text = Text("现在不能再加照片：不在整改", "No photo can be added: it is not being put right now.")
        raise Problem(409, "not-allowed", text)
    if found.photos.count() >= MOST:
        text = Text(f"最多 {MOST} 张照片", f"At most {MOST} photos.")
        raise wrong_fields([FieldError("photo", "too-many-files", text)])
    content, kind = pictures.taken("photo", chunks)
    kept = RepairPhoto(
        problem=found, command=command_id, office=office, added_by=actor.user_id, added_at=time.now(), media_type=kind
    )
    kept.file = encrypt(content, context=photo_context(kept.id))
    kept.save(force_insert=True)
    return kept


@transaction.atomic
def declare(actor: Actor, number: str, photo_id: UUID, *, shows_nobody: bool) -> None:
    """Declare that nobody can be told on a photo, or take that back. Raises Problem 403, 404."""
    found = _within_reach(actor, number, lock=True)
    photo = found.photos.filter(id=photo_id).first()
    if photo is None:
        raise not_found()
    if not may_declare(actor, found) or photo.added_by == actor.user_id:
        raise forbidden("由督办部门的另一个人来看照片上有没有人", "Somebody of the watching office looks at the photo.")
    photo.shows_nobody_by = actor.user_id if shows_nobody else None
    photo.shows_nobody_at = time.now() if shows_nobody else None
    photo.save(update_fields=["shows_nobody_by", "shows_nobody_at"])


def of(actor: Actor, number: str) -> list[RepairPhoto]:
    """The photos of a problem in the order they were added, for those who put it right and who watches; else none."""
    found = Found.objects.filter(case=from_address(number)).first()
    if found is None or not {found.office, *found.owners} & actor.offices.keys():
        return []
    return list(found.photos.defer("file").order_by("added_at", "id"))


def file_of(actor: Actor, number: str, photo_id: UUID) -> tuple[str, bytes]:
    """The kind and content of a photo, for those who put it right and who watches. Raises Problem 404."""
    photo = _within_reach(actor, number).photos.filter(id=photo_id).first()
    if photo is None:
        raise not_found()
    return photo.media_type, _content(photo)


def public_file(photo_id: UUID) -> tuple[str, bytes]:
    """The same for anybody: of a small deed, and declared to show nobody. Raises Problem 404 for every other photo."""
    photo = _public().filter(id=photo_id).first()
    if photo is None:
        raise not_found()
    return photo.media_type, _content(photo)


def public_of(cases: Sequence[str]) -> Mapping[str, list[UUID]]:
    """The photos that anybody may see, by the problems that they are of."""
    found: dict[str, list[UUID]] = {}
    for case, photo in _public().filter(problem__in=cases).order_by("added_at", "id").values_list("problem_id", "id"):
        found.setdefault(case, []).append(photo)
    return found


def _public() -> QuerySet[RepairPhoto]:
    """The one place where a photo becomes public."""
    deeds = RepairPhoto.objects.filter(problem__kind="deed").exclude(problem__state="declined")
    return deeds.filter(shows_nobody_by__isnull=False)


def _within_reach(actor: Actor, number: str, *, lock: bool = False) -> Found:
    rows = Found.objects.select_for_update() if lock else Found.objects.all()
    found = rows.filter(case=from_address(number)).first()
    if found is None or actor.kind != "staff" or not {found.office, *found.owners} & actor.offices.keys():
        raise not_found()
    return found


def _content(photo: RepairPhoto) -> bytes:
    return decrypt(bytes(photo.file), context=photo_context(photo.id))


def photo_context(photo: UUID) -> str:
    """The place to which a photo is bound."""
    return f"repair-photo:{photo}"
