"""Agencies elsewhere (TONGBAN_AGENCIES): offices whose cases another system handles; what we tell them.

A case at such an office is sent there as soon as it begins; from then on each side tells the other the steps that were
taken on its own case (`referrals` is how ours takes theirs). The record of a case is its own outbox: `Referral.told`
says how far the other knows it. Whatever is not taken is told again, in order, until it is; an agency that is away
loses nothing, and each thing told has an id by which it is done once.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import httpx
import structlog
from django.conf import settings
from django.db import OperationalError, transaction

from tongban.accounts.models import Post, User, login_of
from tongban.accounts.tokens import issue_token
from tongban.applications import referrals
from tongban.applications.models import Referral
from tongban.casework import outbox, queries, store
from tongban.casework import service as casework
from tongban.casework.model import WAITING, Case
from tongban.casework.queries import Entry, Reach
from tongban.casework.store import ApplicationBrief
from tongban.catalog import values
from tongban.catalog.model import Catalog
from tongban.planner.request import full_id
from tongban.platform import time
from tongban.platform.ids import in_address
from tongban.publication import service as publication
from tongban.registry.remote import identities_of

log = structlog.get_logger(__name__)

READER: Final = "referrals"
TIMEOUT_SECONDS: Final = 10
LEASE: Final = timedelta(minutes=2)
"""How long a case belongs to the worker that tells of it."""
LONGEST_WAIT_MINUTES: Final = 60
LONGEST_NUMBER: Final = 80
SILENT: Final = "no answer in time"
SAID: Final = ("items", "days", "fault", "procedure")
"""What a step may say beside texts and facts, and the other side is told."""


class NotTaken(Exception):  # noqa: N818 -- says what became of it
    """The agency is away or did not take what it was told; the text says which."""


def admit(office: str, until: date) -> str:
    """A token, shown this once, with which an agency elsewhere speaks for its office until this day.

    Those it had before end now. Raises PlanError ``unknown-office``.
    """
    titles = {full: one.title for full, one in publication.current().offices.items()}
    office = full_id(titles, office, "unknown-office", "部门", "office")
    login = login_of(f"agency:{office}")
    with transaction.atomic():
        account, is_new = User.objects.get_or_create(
            login=login, defaults={"kind": User.Kind.MACHINE, "shown_name": titles[office].zh}
        )
        if is_new:
            Post.objects.create(user=account, office=office, roles=[referrals.AGENCY])
        account.tokens.all().delete()
        end = time.start_of(until + timedelta(days=1))
        return issue_token(account, {"refer"}, until=end, label=office)


def note_new() -> int:
    """Mark what happened since the last time and is to be told to an agency; returns how many cases that concerns."""
    return outbox.drain(READER, lambda items: note({item.case for item in items if item.topic == "event"}))


def note(numbers: Collection[str]) -> int:
    """Mark these cases, in which something happened, as far as it is to be told to an agency; returns how many are."""
    if not settings.AGENCIES:
        return 0
    now = time.recorded_now()
    known = Referral.objects.filter(case__in=numbers)
    there = queries.within(set(numbers) - set(known.values_list("case", flat=True)), Reach(tuple(settings.AGENCIES)))
    new = [case for case in casework.cases(there) if case.office in settings.AGENCIES and _is_to_be_sent(case)]
    marked = known.update(next_at=now)
    rows = [Referral(case=case.number, agency=case.office, is_incoming=False, next_at=now) for case in new]
    return marked + len(Referral.objects.bulk_create(rows, ignore_conflicts=True))


def _is_to_be_sent(case: Case) -> bool:
    """Whether a case that just changed has begun, and counts."""
    if not case.is_open or case.state == WAITING:
        return False
    found = store.application(case.application)
    return found is not None and found.brief.mode == "real"


def tell(*, now_at_once: bool = False) -> int:
    """Tell the agencies what they do not know yet; returns how many cases they know wholly. What fails waits longer.

    ``now_at_once`` does not wait for its next time: the agency is said to be back.
    """
    told, silent = 0, set[str]()
    with httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False) as client:
        for referral in _taken_up(now_at_once=now_at_once):
            leased, next_at = referral.next_at, None
            # Whoever let one wait in vain lets all wait: it is asked again the next time, the others hear now.
            referral.answer = SILENT if referral.agency in silent else _why_not_told(client, referral)
            if referral.answer == SILENT:
                silent.add(referral.agency)
            if referral.answer:
                wait = timedelta(minutes=min(2 ** min(referral.tries - 1, 16), LONGEST_WAIT_MINUTES))
                next_at = time.recorded_now() + wait
            else:
                told, referral.tries = told + 1, 0
            referral.save(update_fields=["tries", "answer"])
            # What happened meanwhile has been marked anew, and is told the next time.
            Referral.objects.filter(case=referral.case, next_at=leased).update(next_at=next_at)
    return told


def waiting() -> list[dict[str, Any]]:
    """What agencies do not know yet, the oldest first: our case, the agency, what it calls it, tries and why."""
    rows = Referral.objects.filter(next_at__isnull=False).order_by("case")
    return [dict(row) for row in rows.values("case", "agency", "number", "tries", "answer")]


def _taken_up(*, now_at_once: bool) -> list[Referral]:
    """What is due, taken up for a while so that no other worker tells it too."""
    now = time.recorded_now()
    with transaction.atomic():
        due = (
            Referral.objects.filter(next_at__isnull=False) if now_at_once else Referral.objects.filter(next_at__lte=now)
        )
        found = list(due.select_for_update(skip_locked=True).order_by("next_at")[:100])
        for referral in found:
            referral.tries += 1
            referral.next_at = now + LEASE
        Referral.objects.bulk_update(found, ["tries", "next_at"])
    return found


def _why_not_told(client: httpx.Client, referral: Referral) -> str:
    """Tell an agency of a case; empty once it knows all, else why not. Whatever goes wrong holds up no other case."""
    try:
        _tell(client, referral)
    except OperationalError:
        raise
    except NotTaken as failure:
        return str(failure).replace("\0", "")  # which no text in the database can hold
    except Exception as failure:
        log.exception("telling_failed", case=referral.case)
        return type(failure).__name__
    return ""


def _tell(client: httpx.Client, referral: Referral) -> None:
    """Tell one agency all of one case that it does not know. Raises NotTaken; what was taken before stays told."""
    found = queries.case(referral.case, Reach((casework.cases([referral.case])[0].office,)))
    if found is None:
        return
    case, brief = found
    if referral.number is None:
        if not case.is_open:
            return  # it ended before anybody there knew of it
        answer = _post(client, referral, "/referrals", _sent(case), "open")
        referral.number = str(answer["number"])
        referral.save(update_fields=["number"])
        referrals.hear(case.number, referral.agency, referral.number, is_incoming=False)
    catalog = publication.at(brief.publication)
    for entry in _told_of(case, brief):
        if entry.event.n <= referral.told:
            continue
        if _travels(catalog, case, referral, entry):
            path = f"/referrals/{in_address(referral.number)}/steps"
            _post(client, referral, path, _step(entry), str(entry.event.n))
        referral.told = entry.event.n
        referral.save(update_fields=["told"])


def _told_of(case: Case, brief: ApplicationBrief) -> list[Entry]:
    """What happened to a case as its applicant may see it: what colleagues note for each other goes nowhere."""
    return queries.timeline(case.number, Reach(applicants=(brief.applicant,)))


def _travels(catalog: Catalog, case: Case, referral: Referral, entry: Entry) -> bool:
    """Whether the other side has to take this step too: an office's where the applicant is, and the other way round.

    What either system does by itself it does on both sides; what offices ask each other is their own matter.
    """
    if entry.event.kind != "stepped":
        return False
    step = catalog.procedures[catalog.services[case.service].procedure].steps[str(entry.event.data["step"])]
    if step.by == "applicant":
        return not referral.is_incoming
    asks_offices = any(opening.each in {"office", "other-office"} for opening in step.opens)
    return referral.is_incoming and step.by in {"handler", "approver"} and not asks_offices


def _sent(case: Case) -> dict[str, Any]:
    """A case as an agency elsewhere gets it: what is to be done, for whom, and what it needs for that."""
    known = identities_of([one for each in case.roles.values() for one in each])
    facts = store.facts_of([case.number])[case.number]
    return {
        "number": case.number,
        "service": case.service,
        "office": case.office,
        "subjects": {role: [known.get(one, {}) for one in each] for role, each in case.roles.items()},
        "facts": {name: values.write(value) for name, value in facts.items()},
    }


def _step(entry: Entry) -> dict[str, Any]:
    """A step as the other side takes it: its name, and what was said and made known with it."""
    event = entry.event
    return {
        "step": event.data["step"],
        "at": event.happened_at.isoformat(),
        "data": {name: event.data[name] for name in SAID if name in event.data},
        "texts": dict(entry.texts),
        "facts": {name: values.write(value) for name, value in entry.facts.items()},
    }


def _post(client: httpx.Client, referral: Referral, path: str, body: dict[str, Any], what: str) -> dict[str, Any]:
    """What the agency answers. Raises NotTaken."""
    agency = settings.AGENCIES.get(referral.agency)
    if agency is None:
        raise NotTaken("no address")
    headers = {
        "Authorization": f"Bearer {agency['token']}",
        "Idempotency-Key": str(uuid5(NAMESPACE_URL, f"{referral.case}:{what}")),
    }
    try:
        answer = client.post(f"{agency['url'].rstrip('/')}{path}", json=body, headers=headers)
        said = answer.json() if answer.is_success else None
    except httpx.TimeoutException:
        raise NotTaken(SILENT) from None
    except (httpx.HTTPError, ValueError) as failure:
        raise NotTaken(type(failure).__name__) from None
    if not isinstance(said, dict) or not said.get("number"):
        raise NotTaken(f"HTTP {answer.status_code} {answer.text[:200]}")
    if len(number := str(said["number"])) > LONGEST_NUMBER or not number.isprintable():
        raise NotTaken(f"number {number[:LONGEST_NUMBER]!a}")
    return said
