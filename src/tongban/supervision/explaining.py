"""领导讲办事: a leader explains a matter live; questions come beforehand, and answers stay with the matter.

A question is asked as any other (`applications.inquiries`), by the page of the matter. What is kept for everybody is a
question and its answer in the words of the office: nobody reads there who asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tongban.accounts.actor import Actor
from tongban.applications.offers import offer_of
from tongban.applications.problems import FieldError, not_found, wrong_fields, wrong_text
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision import problem_lists
from tongban.supervision.models import Explained, LiveSession

MOST_CHARACTERS = 1000
SHORT = 40
LONGEST_MINUTES = 240


@dataclass(frozen=True, slots=True)
class Announced:
    """A live session: of which bundle or service, when, how long, and who explains."""

    about: str
    at: datetime | None
    minutes: int
    speaker: str


def announce(actor: Actor, announced: Announced, command_id: UUID) -> LiveSession:
    """Announce a live session of the actor's office, once for each command. Raises Problem 403, 404, 422."""
    problem_lists.require_staff(actor)
    offer = offer_of(publication.current(), announced.about)
    errors = wrong_text("speaker", announced.speaker, SHORT)
    if announced.at is None or announced.at <= time.now():
        errors.append(FieldError("at", "wrong-time", Text("写一个还没到的时间", "Give a time that is still to come.")))
    if not 0 < announced.minutes <= LONGEST_MINUTES:
        errors.append(
            FieldError(
                "minutes",
                "out-of-range",
                Text(f"1 到 {LONGEST_MINUTES} 分钟", f"Between 1 and {LONGEST_MINUTES} minutes."),
            )
        )
    if errors or announced.at is None:
        raise wrong_fields(errors)
    values = {
        "about": offer.id,
        "office": next(iter(actor.offices)),
        "at": announced.at,
        "minutes": announced.minutes,
        "speaker": announced.speaker.strip(),
    }
    return LiveSession.objects.get_or_create(command=command_id, defaults=values)[0]


def explain(actor: Actor, session_id: int, question: str, answer: str, command_id: UUID) -> Explained:
    """Keep a question and its answer for everybody, by the office whose session it is. Raises Problem 403, 404, 422."""
    problem_lists.require_staff(actor)
    session = LiveSession.objects.filter(id=session_id, office__in=list(actor.offices)).first()
    if session is None:
        raise not_found()
    errors = wrong_text("question", question, MOST_CHARACTERS) + wrong_text("answer", answer, MOST_CHARACTERS)
    if errors:
        raise wrong_fields(errors)
    values = {
        "session": session,
        "about": session.about,
        "question": question.strip(),
        "answer": answer.strip(),
        "at": time.now(),
    }
    return Explained.objects.get_or_create(command=command_id, defaults=values)[0]


def to_come(most: int = 50) -> list[LiveSession]:
    """The sessions that are not over, the next one first."""
    sessions = LiveSession.objects.filter(at__gte=time.now() - timedelta(minutes=LONGEST_MINUTES)).order_by("at", "id")
    return [one for one in sessions[:most] if one.at + timedelta(minutes=one.minutes) > time.now()]


def past(most: int = 50) -> list[LiveSession]:
    """The sessions that are over, the latest first, each with what was explained."""
    sessions = LiveSession.objects.filter(at__lt=time.now()).order_by("-at", "-id").prefetch_related("explained")
    return [one for one in sessions[:most] if one.at + timedelta(minutes=one.minutes) <= time.now()]


def of_office(actor: Actor, most: int = 50) -> list[LiveSession]:
    """The sessions of the actor's offices, the newest first."""
    sessions = LiveSession.objects.filter(office__in=list(actor.offices)).order_by("-at", "-id")
    return list(sessions.prefetch_related("explained")[:most])


def about(offer_id: str, most: int = 20) -> list[Explained]:
    """What was explained of a bundle or service, the newest first."""
    return list(Explained.objects.filter(about=offer_id).order_by("-at", "-id")[:most])
