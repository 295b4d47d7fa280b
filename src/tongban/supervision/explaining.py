"""领导讲办事: a leader explains a matter live; questions come beforehand, and answers stay with the matter.

A question asked beforehand is one as any other (`applications.inquiries`) and goes to the office whose session it is.
What is kept for everybody is a question and its answer in the words of the office: nobody reads there who asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from tongban.accounts.actor import Actor
from tongban.applications import inquiries
from tongban.applications.inquiries import Subject
from tongban.applications.offers import offer_of, title_of
from tongban.applications.problems import FieldError, not_found, wrong_fields, wrong_text
from tongban.casework import store
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision import problem_lists
from tongban.supervision.models import AskedBefore, Explained, LiveSession

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


@dataclass(frozen=True, slots=True)
class Question:
    """A question asked beforehand: its case, its words, whether it was answered."""

    case: str
    said: str
    is_answered: bool


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


def ask(actor: Actor, session_id: int, said: str, command_id: UUID) -> str:
    """Ask beforehand, once for each command: the session's office has it in its inbox. Returns the inquiry's number.

    Raises Problem 403, 404 for a session that is over, 422, 429.
    """
    session = coming(session_id)
    with transaction.atomic():
        number = inquiries.ask_office(actor, subject_of(session), said, command_id=command_id)
        AskedBefore.objects.get_or_create(inquiry=number, defaults={"session": session})
    return number


def coming(session_id: int) -> LiveSession:
    """A session that is not over and whose office is still there. Raises Problem 404."""
    session = next((one for one in to_come() if one.id == session_id), None)
    if session is None or session.office not in publication.current().offices:
        raise not_found()
    return session


def subject_of(session: LiveSession) -> Subject:
    """What a question about a session is about, and that its office answers."""
    catalog = publication.current()
    at = session.at.astimezone(time.ZONE)
    about = f"{title_of(catalog, session.about).zh}（{at:%Y-%m-%d %H:%M} 讲办事）"
    return Subject(about, f"session {session.id}", catalog.offices[session.office])


def questions(sessions: Sequence[LiveSession]) -> dict[int, list[Question]]:
    """What was asked before each of these sessions, in its order."""
    rows = list(AskedBefore.objects.filter(session__in=sessions).order_by("id").values_list("session", "inquiry"))
    cases = {case.application: case for case in store.cases_of([inquiry for _session, inquiry in rows])}
    facts = store.facts_of([case.number for case in cases.values()])
    found: dict[int, list[Question]] = defaultdict(list)
    for session, inquiry in rows:
        case = cases[inquiry]
        said = str(facts.get(case.number, {}).get(f"{inquiries.ROLE}.said", ""))
        found[session].append(Question(case.number, said, is_answered=not case.is_open))
    return found


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
