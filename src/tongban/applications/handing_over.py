"""Handing results over, and the record of it: whoever gets nothing in time must be able to see where it is.

An electronic result is served when it is issued. One at a window is served on the day somebody collects it; one by post
on the day that its return slip bears, and until then its number and the day it was posted are shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from datetime import time as time_of_day
from typing import Any, Final, cast

from django.db import transaction
from django.db.models import Q

from tongban.accounts.actor import Actor
from tongban.applications.delivery import Way, credentials_of, delivery_of, line_of, moves_of
from tongban.applications.document import Delivery
from tongban.applications.following import both
from tongban.applications.messages import tell_subject
from tongban.applications.models import Form, HandOver
from tongban.applications.problems import FieldError, Problem, not_found, wrong_fields
from tongban.applications.store import Open, document_of
from tongban.casework import store
from tongban.casework.consequences import Happened
from tongban.casework.model import Case
from tongban.catalog.model import Catalog, Text
from tongban.credentials import service as credentials
from tongban.credentials.models import Document as Paper
from tongban.platform import time
from tongban.publication import service as publication

TRACKING: Final = re.compile(r"[A-Z0-9]{6,40}")
WORKING_ROLES: Final = frozenset({"handler", "approver", "head", "window"})
COLLECTED, RECEIVED = Text("已经领走", "collected"), Text("已经签收", "received")


def receive(happened: Sequence[Happened]) -> None:
    """What has just been issued is served at once where it is electronic; else it sets out, and its holder is told."""
    issued = [
        one for one in happened if one.runs("credentials") and one.in_force.service(one.change.after.service).credential
    ]
    if not issued:
        return
    papers = credentials_of(one.change.after.number for one in issued)
    forms = Form.objects.filter(number__in={one.application.number for one in issued})
    choices = {form.number: document_of(form).delivery for form in forms}
    for one in issued:
        case, service = one.change.after, one.in_force.service(one.change.after.service)
        chosen = delivery_of(choices.get(case.application, {}), service, case.office)
        if chosen.way == "electronic" or one.application.mode != "real":  # a rehearsal hands nothing over
            credentials.serve(papers[case.number].id, one.at, "electronic")
        else:
            _set_out(one, chosen)


def _set_out(one: Happened, chosen: Delivery) -> None:
    case, catalog = one.change.after, one.in_force.catalog
    made = {"way": chosen.way, "place": chosen.place or "", "office": case.office}
    HandOver.objects.get_or_create(case=case.number, defaults=made)
    said = Text("会寄到你选的地址", "it will be posted to the address you chose")
    if chosen.way == "window":
        window = catalog.offices[chosen.place or case.office].title
        said = Text(f"带身份证到{window.zh}领", f"collect it at {window.en} with your ID card")
    _tell(catalog, case, one.application.applicant, said)


def _tell(catalog: Catalog, case: Case, applicant: int, said: Text) -> None:
    title = catalog.services[case.service].title
    tell_subject(
        applicant, "hand-over", Text(f"{title.zh}：{said.zh}", f"{title.en}: {said.en}"), case.application, case.number
    )


def to_hand_over(actor: Actor) -> list[dict[str, Any]]:
    """The results that the actor's offices have still to hand over or to hear of, the oldest first.

    A line is one of `delivery.deliveries_of`, with ``issued_on``; ``place_label`` is the window or the address.
    """
    offices = [office for office, roles in actor.offices.items() if roles & WORKING_ROLES]
    mine = Q(office__in=offices) | Q(way="window", place__in=offices)
    waiting = {row.case: row for row in HandOver.objects.filter(mine, reached_on=None)}
    papers = credentials_of(waiting)
    forms = {form.number: form for form in Form.objects.filter(number__in={n.rpartition("/")[0] for n in waiting})}
    found = []
    for number, loaded in store.load_cases(list(waiting)).items():
        case, paper, form = loaded.case, papers[number], forms[loaded.case.application]
        line = line_of(Open(form, document_of(form), actor), case.service, case.office, case, paper, waiting[number])
        found.append(line | {"issued_on": _issued_on(paper).isoformat()})
    return sorted(found, key=lambda line: (line["issued_on"], line["case"]))


def posted(actor: Actor, number: str, tracking: str, on: date) -> None:
    """Record that a result was posted under a number on a day. Saying the same again changes nothing.

    Raises Problem 404, 409 ``not-by-post`` or ``already-handed-over``, 422.
    """
    tracking = tracking.replace(" ", "").upper()
    with transaction.atomic():
        move, paper, case, brief = _in_hand(actor, number)
        if move.way != "post":
            raise Problem(409, "not-by-post", Text("这件不是寄的", "This result is not handed over by post."))
        if (move.posted_on, move.tracking) == (on, tracking):
            return
        _refuse_reached(move)
        wrong = Text("单号是 6 到 40 位字母和数字", "6 to 40 letters and digits.")
        errors = [] if TRACKING.fullmatch(tracking) else [FieldError("tracking", "wrong-tracking", wrong)]
        _refuse_wrong([*errors, *_wrong_day(on, _issued_on(paper))])
        move.posted_on, move.tracking, move.recorded_by = on, tracking, actor.user_id
        move.save()
        said = Text("已寄出，单号在这一件里", "posted; its number is with the application")
        _tell(publication.at(brief.publication), case, brief.applicant, said)


def reached(actor: Actor, number: str, on: date) -> None:
    """Record that a result was collected at its window, or that the post brought it, on a day: it is served.

    Saying the same again changes nothing. Raises Problem 404, 409 ``not-posted`` or ``already-handed-over``, 422.
    """
    with transaction.atomic():
        move, paper, case, brief = _in_hand(actor, number)
        if move.reached_on == on:
            return
        _refuse_reached(move)
        if move.way == "post" and move.posted_on is None:
            raise Problem(409, "not-posted", Text("先登记寄出和单号", "Record first that it was posted."))
        _refuse_wrong(_wrong_day(on, move.posted_on or _issued_on(paper)))
        move.reached_on, move.recorded_by = on, actor.user_id
        move.save()
        credentials.serve(paper.id, _moment(on, paper), cast("Way", move.way))
        said = COLLECTED if move.way == "window" else RECEIVED
        _tell(publication.at(brief.publication), case, brief.applicant, said)


def _in_hand(actor: Actor, number: str) -> tuple[HandOver, Paper, Case, store.ApplicationBrief]:
    """A result that this actor may hand over, its row locked. Raises Problem 404."""
    number = number.replace(".", "/")
    move = HandOver.objects.select_for_update().filter(case=number).first()
    offices = () if move is None else (move.office, move.place) if move.way == "window" else (move.office,)
    if move is None or not any(actor.offices.get(office, frozenset()) & WORKING_ROLES for office in offices):
        raise not_found()
    loaded = store.load_cases([number])[number]
    return move, credentials_of([number])[number], loaded.case, loaded.application


def _refuse_reached(move: HandOver) -> None:
    if move.reached_on is not None:
        text = Text("已经登记过交到手里了", "It was recorded as handed over before, which stands.")
        raise Problem(409, "already-handed-over", text)


def _wrong_day(on: date, earliest: date) -> list[FieldError]:
    if earliest <= on <= time.today():
        return []
    text = Text(f"日期在 {earliest} 和今天之间", f"The day lies between {earliest} and today.")
    return [FieldError("on", "wrong-days", text)]


def _refuse_wrong(errors: Sequence[FieldError]) -> None:
    if errors:
        raise wrong_fields(errors)


def _issued_on(paper: Paper) -> date:
    return paper.issued_at.astimezone(time.ZONE).date()


def _moment(on: date, paper: Paper) -> datetime:
    """The moment of a day that was recorded as a day: never before the paper was there."""
    return max(datetime.combine(on, time_of_day(), time.ZONE), paper.issued_at.astimezone(time.ZONE))


def events(opened: Open) -> list[dict[str, Any]]:
    """Handing over as lines of the application's timeline, the newest first."""
    cases = {case.number: case for case in store.cases_of([opened.form.number])}
    papers, lines = credentials_of(cases), []
    for move in moves_of(cases).values():
        case, paper = cases[move.case], papers[move.case]
        if move.reached_on:
            said = COLLECTED if move.way == "window" else RECEIVED
            lines.append(_event(opened.catalog, case, "result-reached", _moment(move.reached_on, paper), said))
        if move.posted_on:
            said = Text(f"已寄出，单号 {move.tracking}", f"posted, number {move.tracking}")
            lines.append(_event(opened.catalog, case, "result-posted", _moment(move.posted_on, paper), said))
    return lines


def _event(catalog: Catalog, case: Case, kind: str, at: datetime, said: Text) -> dict[str, Any]:
    service = catalog.services[case.service]
    return {
        "at": at.isoformat(timespec="seconds"),
        "case": case.number,
        "service": both(service.title),
        "office": both(catalog.offices[case.office].title),
        "kind": kind,
        "step": None,
        "by_you": False,
        "silent": False,
        "text": both(Text(f"{service.title.zh}：{said.zh}", f"{service.title.en}: {said.en}")),
        "reason": None,
    }
