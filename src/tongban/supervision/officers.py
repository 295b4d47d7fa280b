"""政务体验官: people from outside whom the organiser has on a list, and whom heads invite to walk along.

An invitation is a message that leads to the walk and has its code; who follows it has the same recorder as all walkers.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tongban.accounts.actor import Actor
from tongban.applications import messages
from tongban.applications.messages import News
from tongban.applications.offers import title_of
from tongban.applications.problems import FieldError, forbidden, not_found, wrong_fields, wrong_text
from tongban.catalog.vocabulary import Text
from tongban.credentials import codes
from tongban.platform import time
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.supervision import assignments, walks
from tongban.supervision.walk_models import Invitation, Officer, Walk

PERSON = "base/Person"
LONGEST_NAME, LONGEST_WHENCE = 20, 40


def appoint(actor: Actor, id_number: str, called: str, whence: str) -> Officer:
    """Put somebody on the list; who is on it already stays on it once. Raises Problem 403, 422."""
    assignments.require_organiser(actor)
    subject = registry.find(PERSON, "".join(id_number.split()).upper())
    errors = wrong_text("called", called, LONGEST_NAME) + wrong_text("whence", whence, LONGEST_WHENCE)
    if subject is None:
        text = Text("没有这个人；对一下号码", "Nobody has this number. Check it.")
        errors.append(FieldError("id_number", "unknown-person", text))
    if errors or subject is None:
        raise wrong_fields(errors)
    values = {"called": called.strip(), "whence": whence.strip(), "since": time.today()}
    return Officer.objects.get_or_create(subject_id=subject, until_day=None, defaults=values)[0]


def dismiss(actor: Actor, officer_id: int) -> None:
    """Take somebody off the list. Raises Problem 403, 404."""
    assignments.require_organiser(actor)
    if not Officer.objects.filter(id=officer_id, until_day=None).update(until_day=time.today()):
        raise not_found()


def listed(actor: Actor) -> list[Officer]:
    """Those on the list, for heads. Raises Problem 403."""
    if not actor.has_role("head"):
        raise forbidden("体验官名单给部门负责人看", "The list of experience officers is for heads.")
    return list(Officer.objects.filter(until_day=None).prefetch_related("invitations__walk").order_by("whence", "id"))


def invite(actor: Actor, officer_id: int, walk_id: UUID) -> Invitation:
    """Ask an experience officer to walk along on a walk of the actor's, once. Raises Problem 403, 404, 409."""
    officer = next((one for one in listed(actor) if one.id == officer_id), None)
    walk = walks.going(actor, walk_id)
    if officer is None:
        raise not_found()
    with transaction.atomic():
        invitation, is_new = Invitation.objects.get_or_create(officer=officer, walk=walk, defaults={"at": time.now()})
        if is_new:
            messages.tell([News(officer.subject_id, "walk-invited", _words(walk), "")])
    return invitation


def _words(walk: Walk) -> Text:
    title, code = title_of(publication.current(), walk.about), codes.grouped(walk.code or "")
    return Text(
        f"部门负责人想和你一起走“{title.zh}”，看看哪里难办。打开就能一起走，码是 {code}",
        f"Please walk “{title.en}” with us and say what hurts. Open this to walk along; the code is {code}",
    )


def invited(actor: Actor) -> list[Walk]:
    """The walks under way to which the reader was invited and has not come yet."""
    if actor.subject_id is None:
        return []
    asked = Walk.objects.filter(invitations__officer__subject_id=actor.subject_id, ended_at=None)
    return [walk for walk in asked.order_by("-begun_at") if actor.user_id not in walk.walkers]
