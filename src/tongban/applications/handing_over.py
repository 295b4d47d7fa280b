"""Handing results over, and the record of it: whoever gets nothing in time must be able to see where it is.

An electronic result is served when it is issued. One at a window is served on the day it is collected, by somebody
whose ID card was looked at and who may have it; one by post on the day that its return slip bears, and until then its
number and the day it was posted are shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, cast

from django.db import transaction
from django.db.models import Q

from tongban.accounts.actor import Actor
from tongban.accounts.mandates import EVERYTHING, principals_of
from tongban.applications import serving
from tongban.applications.delivery import Way, addresses_of, credentials_of, delivery_of, line_of, moves_of
from tongban.applications.document import Delivery, split_key
from tongban.applications.masking import masked
from tongban.applications.messages import tell_subject
from tongban.applications.models import Form, HandOver
from tongban.applications.offers import offer_of
from tongban.applications.problems import FieldError, Problem, not_found, wrong_fields
from tongban.applications.store import Open, document_as_kept, document_of
from tongban.applications.whose import applicant_in
from tongban.applications.worklists import DESK_ROLES
from tongban.casework import store
from tongban.casework.consequences import Happened
from tongban.casework.model import Case
from tongban.catalog.model import Catalog, ServiceDefinition
from tongban.catalog.vocabulary import Text
from tongban.credentials import service as credentials
from tongban.credentials.models import Document as Paper
from tongban.platform import time
from tongban.platform.ids import from_address
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.registry.looks import note_looks
from tongban.registry.model import Reader

TRACKING: Final = re.compile(r"[A-Z0-9]{6,40}")
COUNTER_ROLES: Final = DESK_ROLES | {"window"}
RETURNED = Text(
    "没寄到，退回来了。给办件的部门打个电话，核对地址", "came back undelivered. Call the office to check the address"
)
COLLECTED, RECEIVED = Text("已经领走", "collected"), Text("已经签收", "received")


def concerns(one: Happened) -> bool:
    """Whether this change has issued a credential."""
    return one.runs("credentials") and one.in_force.service(one.change.after.service).credential is not None


def receive(issued: Sequence[Happened]) -> None:
    """What has just been issued is served at once where it is electronic; else it sets out, and its holder is told."""
    papers = credentials_of(one.change.after.number for one in issued)
    forms = Form.objects.filter(number__in={one.application.number for one in issued}).defer("document")
    by_number = {form.number: form for form in forms}
    for one in issued:
        case, service = one.change.after, one.in_force.service(one.change.after.service)
        chosen = _chosen(by_number.get(case.application), case, service)
        if chosen.way == "electronic" or one.application.mode != "real":  # a rehearsal hands nothing over
            credentials.serve(papers[case.number].id, one.at, "electronic")
        else:
            _set_out(one, chosen)


def _chosen(form: Form | None, case: Case, service: ServiceDefinition) -> Delivery:
    """How the result of a case is to be handed over; without a form, for whoever sent the case, electronically.

    Where nothing can be chosen the form is not unsealed: it may hold the answers of thousands.
    """
    if service.delivery == ("electronic",):
        return Delivery("electronic")
    document = document_as_kept(case.application)
    if form is None or document is None:
        return Delivery("electronic")
    if "post" not in service.delivery:  # no need to look for an address among the answers of thousands
        return delivery_of(document.delivery, service, case.office, ())
    catalog = publication.at(form.publication)
    addresses = addresses_of(catalog, offer_of(catalog, form.bundle), document, case)
    return delivery_of(document.delivery, service, case.office, addresses)


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


def to_hand_over(actor: Actor, find: str = "") -> list[dict[str, Any]]:
    """The results that the actor's offices have still to hand over or to hear of, the oldest first.

    A line is one of `delivery.deliveries_of`, with ``issued_on``, the credential's ``document``, ``document_number``
    and ``code``, ``applicant`` and ``names`` (masked); ``place_label`` is the window or the address. ``find`` keeps
    those with this number (of an application, case or credential), code, or ID number or credit code of the applicant.
    """
    waiting = {row.case: row for row in HandOver.objects.filter(_of(actor), reached_on=None)}
    papers = credentials_of(waiting)
    forms = {form.number: form for form in Form.objects.filter(number__in={n.rpartition("/")[0] for n in waiting})}
    found = []
    for number, loaded in store.load_cases(list(waiting)).items():
        case, paper, form = loaded.case, papers[number], forms.get(loaded.case.application)
        if form is not None and _is_meant(find, case, paper, form):
            found.append(_line(actor, case, paper, form, waiting[number]))
    return sorted(found, key=lambda line: (line["issued_on"], line["case"]))


def count(actor: Actor) -> int:
    """How many results the actor's offices have still to hand over or to hear of."""
    return HandOver.objects.filter(_of(actor), reached_on=None).count()


def _of(actor: Actor) -> Q:
    offices = [office for office, roles in actor.offices.items() if roles & COUNTER_ROLES]
    return Q(office__in=offices) | Q(way="window", place__in=offices)


def _line(actor: Actor, case: Case, paper: Paper, form: Form, move: HandOver) -> dict[str, Any]:
    opened = Open(form, document_of(form), actor)
    line = line_of(opened, case.service, case.office, case, paper, move)
    about = {"document": str(paper.id), "document_number": paper.number, "code": paper.code}
    return line | about | applicant_in(form, opened.document) | {"issued_on": _issued_on(paper).isoformat()}


def _is_meant(find: str, case: Case, paper: Paper, form: Form) -> bool:
    wanted = "".join(find.split()).upper().replace("-", "").replace(".", "/")
    if not wanted:
        return True
    names = (case.application, case.number, paper.number, paper.code, registry.key_of(form.applicant_id) or "")
    return wanted in {name.upper().replace("-", "").replace(".", "/") for name in names}


def posted(actor: Actor, number: str, tracking: str, on: date) -> None:
    """Record that a result was posted under a number on a day. Saying the same again changes nothing.

    Raises Problem 404, 409 ``not-by-post`` or ``already-handed-over``, 422.
    """
    tracking = tracking.replace(" ", "").upper()
    with transaction.atomic():
        move, paper, case, brief = _in_hand(actor, number)
        if move.way != "post":
            raise _not_by_post()
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
    """Record that the post brought a result on a day: it is served. Saying the same again changes nothing.

    Raises Problem 404, 409 ``not-by-post``, ``not-posted`` or ``already-handed-over``, 422.
    """
    with transaction.atomic():
        move, paper, case, brief = _in_hand(actor, number)
        if move.way != "post":
            raise _not_by_post()
        if move.reached_on == on:
            return
        _refuse_reached(move)
        if move.posted_on is None:
            raise _not_posted()
        _refuse_wrong(_wrong_day(on, move.posted_on))
        _serve(actor, move, paper, on)
        serving.record(case, brief, paper, move)
        _tell(publication.at(brief.publication), case, brief.applicant, RECEIVED)


def returned(actor: Actor, number: str, on: date) -> None:
    """Record that the post brought a result back on a day: it is to be posted anew. The same again changes nothing.

    Raises Problem 404, 409 ``not-by-post``, ``not-posted`` or ``already-handed-over``, 422.
    """
    with transaction.atomic():
        move, paper, case, brief = _in_hand(actor, number)
        if move.way != "post":
            raise _not_by_post()
        if move.posted_on is None and move.returned_on == on:
            return
        _refuse_reached(move)
        if move.posted_on is None:
            raise _not_posted()
        _refuse_wrong(_wrong_day(on, move.posted_on))
        if paper.revoked_at:
            move.delete()  # revoked on its way: nobody posts it anew
            return
        move.posted_on, move.tracking, move.returned_on, move.recorded_by = None, "", on, actor.user_id
        move.save()
        _tell(publication.at(brief.publication), case, brief.applicant, RETURNED)


def collected(actor: Actor, number: str, id_number: str) -> None:
    """Hand a result over at its window now, to whoever shows this ID card: it is served. Again changes nothing.

    The applicant may have it, whom it is about, and whoever may act for either in this matter. Raises Problem 404, 409
    ``not-at-window`` or ``already-handed-over``, 422 ``wrong-collector``.
    """
    with transaction.atomic():
        move, paper, case, brief = _in_hand(actor, number)
        if move.way != "window":
            raise Problem(409, "not-at-window", Text("这件不在窗口领", "This result is not collected at a window."))
        person = registry.find("base/Person", "".join(id_number.split()).upper())
        if person is not None and move.collected_by == person:
            return
        _refuse_reached(move)
        things = {EVERYTHING, case.service, brief.bundle}
        if person is None or not _may_have(person, {brief.applicant, paper.holder_subject_id}, things):
            text = Text("这张身份证不是申请人本人，也没有代办的委托", "This card is not the applicant's or an agent's.")
            raise wrong_fields([FieldError("id_number", "wrong-collector", text)])
        move.collected_by = person
        _serve(actor, move, paper, time.today())
        serving.record(case, brief, paper, move)
        _tell(publication.at(brief.publication), case, brief.applicant, COLLECTED)


def _may_have(person: int, owners: set[int], things: set[str | None]) -> bool:
    scopes = principals_of(person, time.today())
    return person in owners or any(things & set(scopes.get(owner, ())) for owner in owners)


def _serve(actor: Actor, move: HandOver, paper: Paper, on: date) -> None:
    move.reached_on, move.recorded_by = on, actor.user_id
    move.save()
    credentials.serve(paper.id, _moment(on, paper.issued_at), cast("Way", move.way))


def receipt(actor: Actor, number: str) -> dict[str, Any]:
    """The service receipt of a result that was handed over: what, of whom, when, how, into whose hands (masked).

    A line of `to_hand_over` with ``collector`` (the ID number's ends, None by post), ``is_own`` and ``recorded_by``.
    Raises Problem 404, 409 ``not-handed-over``.
    """
    with transaction.atomic():
        move, paper, case, brief = _in_hand(actor, number)
    if move.reached_on is None:
        raise Problem(409, "not-handed-over", Text("还没交到手里", "It was not handed over yet."))
    form = Form.objects.get(number=case.application)
    key = registry.key_of(move.collected_by) if move.collected_by else None
    attribute = publication.current().types["base/Person"].attributes["id_number"]
    return _line(actor, case, paper, form, move) | {
        "collector": masked(attribute, key) if key else None,
        "is_own": move.collected_by in {brief.applicant, paper.holder_subject_id},
        "recorded_by": f"staff:{move.recorded_by}",
    }


def standing_of(number: str) -> dict[str, Any] | None:
    """How far the result of a case has come: ``way``, ``tracking``, ``posted_on``, ``served_on``; None without one."""
    paper = credentials_of([number]).get(number)
    if paper is None:
        return None
    move = HandOver.objects.filter(case=number).first()
    if move is None:
        if paper.served_at is None:  # revoked before anybody had it
            return None
        served = paper.served_at.astimezone(time.ZONE).date()
        return {"way": "electronic", "tracking": "", "posted_on": None, "served_on": served}
    return {"way": move.way, "tracking": move.tracking, "posted_on": move.posted_on, "served_on": move.reached_on}


def label(actor: Actor, number: str) -> dict[str, Any]:
    """The address label of a result to be posted: ``name``, ``phone``, ``address``, ``office``, ``case``, whole.

    Whoever is written on it sees under 谁查看了我的数据 who printed it. Raises Problem 404, 409 ``not-by-post``.
    """
    with transaction.atomic():
        move, _paper, case, _brief = _in_hand(actor, number)
    if move.way != "post":
        raise _not_by_post()
    form = Form.objects.get(number=case.application)
    opened = Open(form, document_of(form), actor)
    facts, (subject, member, _) = opened.document.facts, split_key(move.place)
    beside = move.place.rpartition(".")[0]
    said = {name: str(facts[key].raw) for name in ("name", "phone") if (key := f"{beside}.{name}") in facts}
    registered = opened.document.members.get(subject, [])[member - 1 : member]
    service, office = opened.catalog.services[case.service], opened.catalog.offices[case.office]
    looked = {(one, office.authority): [*said, move.place.rpartition(".")[2]] for one in registered if one}
    purpose = Text(f"寄送：{service.title.zh}", f"Posting: {service.title.en}")
    note_looks(looked, Reader(actor.id, purpose, case.office, case.application, case.number))
    return {
        "case": case.number,
        "name": said.get("name", ""),
        "phone": said.get("phone", ""),
        "address": str(facts[move.place].raw),
        "office": office.title.to_json(),
        "title": service.title.to_json(),
    }


def _in_hand(actor: Actor, number: str) -> tuple[HandOver, Paper, Case, store.ApplicationBrief]:
    """A result that this actor may hand over, its row locked. Raises Problem 404."""
    number = from_address(number)
    move = HandOver.objects.select_for_update().filter(case=number).first()
    offices = () if move is None else (move.office, move.place) if move.way == "window" else (move.office,)
    if move is None or not any(actor.offices.get(office, frozenset()) & COUNTER_ROLES for office in offices):
        raise not_found()
    loaded = store.load_cases([number])[number]
    return move, credentials_of([number])[number], loaded.case, loaded.application


def _not_by_post() -> Problem:
    return Problem(409, "not-by-post", Text("这件不是寄的", "This result is not handed over by post."))


def _not_posted() -> Problem:
    return Problem(409, "not-posted", Text("先登记寄出和单号", "Record first that it was posted."))


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


def _moment(on: date, there: datetime) -> datetime:
    """The moment of a day that was recorded as a day: never before the result was there."""
    return max(time.start_of(on), there.astimezone(time.ZONE))


def events(opened: Open) -> list[dict[str, Any]]:
    """Handing over as lines of the application's timeline, the newest first."""
    cases = {case.number: case for case in opened.cases if opened.catalog.services[case.service].credential}
    moves, lines = moves_of(cases), []
    papers = credentials_of(moves) if moves else {}
    for move in moves.values():
        case = cases[move.case]
        there = max(papers[move.case].issued_at, case.recorded_at)
        if move.reached_on:
            said = COLLECTED if move.way == "window" else RECEIVED
            lines.append(_event(opened.catalog, case, "result-reached", _moment(move.reached_on, there), said))
        if move.returned_on:
            at = _moment(move.returned_on, there)
            lines.append(_event(opened.catalog, case, "result-returned", at, RETURNED))
        if move.posted_on:
            said = Text(f"已寄出，单号 {move.tracking}", f"posted, number {move.tracking}")
            lines.append(_event(opened.catalog, case, "result-posted", _moment(move.posted_on, there), said))
    return lines


def _event(catalog: Catalog, case: Case, kind: str, at: datetime, said: Text) -> dict[str, Any]:
    service = catalog.services[case.service]
    return {
        "at": at.isoformat(timespec="seconds"),
        "case": case.number,
        "service": service.title.to_json(),
        "office": catalog.offices[case.office].title.to_json(),
        "kind": kind,
        "step": None,
        "by_you": False,
        "silent": False,
        "text": Text(f"{service.title.zh}：{said.zh}", f"{service.title.en}: {said.en}").to_json(),
        "reason": None,
    }
