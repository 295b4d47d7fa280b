"""Tickets of the combined window: taken, called, served, with the waits that follow from these three moments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Final

from django.db import connection, transaction
from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F
from django.db.models.functions import ExtractHour

from tongban.accounts.actor import Actor
from tongban.applications.models import Ticket
from tongban.applications.problems import Problem, forbidden, not_found
from tongban.applications.throttle import slow
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.publication import service as publication

TAKEN_PER_MINUTE: Final = 20
"""From one address: several machines of a hall may share one."""

FORGOTTEN: Final = timedelta(hours=2)
"""After so long at a window nobody was still being served: the end was not noted."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Tickets of past days by the hour at which they were taken, on how many days of one hall; what serving took.

    ``service_minutes`` is the mean over the ``served``; None before anybody was.
    """

    by_hour: Mapping[int, int]
    days: int
    served: int
    service_minutes: float | None


@dataclass(frozen=True, slots=True)
class Waits:
    """Today's waits at one window, in whole minutes: medians of waiting and serving, and how many still wait."""

    taken: int
    waiting: int
    waiting_minutes: int | None
    serving_minutes: int | None


def take(office: str, asker: str) -> Ticket:
    """The next number of the day at an office. Raises Problem 404, 429 when one address, ``asker``, takes too many."""
    if office not in publication.current().offices:
        raise not_found()
    slow("ticket", asker, TAKEN_PER_MINUTE)
    now = time.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"ticket:{office}:{now.date()}"])
        number = Ticket.objects.filter(office=office, day=now.date()).count() + 1
        return Ticket.objects.create(office=office, day=now.date(), label=f"A{number:03}", taken_at=now)


def call_next(actor: Actor, office: str) -> Ticket:
    """Call whoever has waited longest. Raises Problem 409 ``nobody-waits``."""
    _require_window(actor, office)
    with transaction.atomic():
        ticket = (
            Ticket.objects.select_for_update(skip_locked=True)
            .filter(office=office, day=time.today(), called_at__isnull=True)
            .order_by("id")
            .first()
        )
        if ticket is None:
            raise Problem(409, "nobody-waits", Text("没有人在等", "Nobody is waiting."))
        ticket.called_at, ticket.called_by = time.now(), actor.user_id
        ticket.save()
        return ticket


def note_application(actor: Actor, ticket_id: int, application: str) -> None:
    """Note which application is being filed for whoever holds the ticket. Raises Problem 404."""
    ticket = Ticket.objects.filter(id=ticket_id, called_at__isnull=False, served_at__isnull=True).first()
    if ticket is None or not actor.has_role("window", ticket.office):
        raise not_found()
    Ticket.objects.filter(id=ticket_id).update(application=application)


def serve(actor: Actor, ticket_id: int, application: str | None = None) -> Ticket:
    """Note that whoever held the ticket has been served, and with which application."""
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().filter(id=ticket_id, called_at__isnull=False).first()
        if ticket is None or not actor.has_role("window", ticket.office):
            raise not_found()
        ticket.served_at = ticket.served_at or time.now()
        ticket.application = application or ticket.application
        ticket.save()
        return ticket


def waits(office: str) -> Waits:
    """Today's waits at an office's window."""
    rows = list(Ticket.objects.filter(office=office, day=time.today()))
    waited = [(t.called_at - t.taken_at).total_seconds() / 60 for t in rows if t.called_at]
    served = [(t.served_at - t.called_at).total_seconds() / 60 for t in rows if t.served_at and t.called_at]
    return Waits(
        taken=len(rows),
        waiting=sum(t.called_at is None for t in rows),
        waiting_minutes=round(median(waited)) if waited else None,
        serving_minutes=round(median(served)) if served else None,
    )


def waited(since: date) -> list[tuple[str, int, float]]:
    """How many were called since a day at each office, and for how many minutes they had waited in the mean."""
    wait = ExpressionWrapper(F("called_at") - F("taken_at"), DurationField())
    called = Ticket.objects.filter(day__gte=since, called_at__isnull=False).annotate(wait=wait)
    found = called.values_list("office").annotate(Count("id"), Avg("wait")).order_by("office")
    return [(office, people, mean.total_seconds() / 60) for office, people, mean in found]


def measured(since: date) -> Measured:
    """What the tickets of all halls from a day until yesterday say. Reads all of them."""
    past = Ticket.objects.filter(day__gte=since, day__lt=time.today())
    by_hour = past.annotate(hour=ExtractHour("taken_at", tzinfo=time.ZONE)).values_list("hour").annotate(Count("id"))
    took = ExpressionWrapper(F("served_at") - F("called_at"), DurationField())
    served = past.annotate(took=took).filter(took__lte=FORGOTTEN).aggregate(count=Count("id"), mean=Avg("took"))
    return Measured(
        by_hour=dict(by_hour.order_by()),
        days=past.values("office", "day").distinct().count(),
        served=served["count"],
        service_minutes=served["mean"].total_seconds() / 60 if served["count"] else None,
    )


def today(actor: Actor, office: str) -> tuple[Waits, list[Ticket]]:
    """Today at a window, for whoever works there: its waits and its open tickets. Raises Problem 403."""
    _require_window(actor, office)
    return waits(office), open_tickets(office)


def open_tickets(office: str) -> list[Ticket]:
    """Today's tickets that are not served yet, oldest first."""
    return list(Ticket.objects.filter(office=office, day=time.today(), served_at__isnull=True).order_by("id"))


def _require_window(actor: Actor, office: str) -> None:
    if not actor.has_role("window", office):
        raise forbidden("这个窗口不归你", "This window is not yours.")
