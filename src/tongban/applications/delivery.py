"""How a result reaches its holder: electronic, at a named window, or by post, as the applicant chooses.

The signed file is always there at once; what is chosen is the way of the paper. Handing it over and recording that is
`handing_over`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias, cast

from django.db import transaction

from tongban.accounts.actor import Actor
from tongban.applications.document import Delivery, Document, attribute_of, every_member, member_key, split_key
from tongban.applications.models import Form, HandOver
from tongban.applications.planning import plan_of
from tongban.applications.problems import FieldError, Problem, not_found
from tongban.applications.store import Open, load, save
from tongban.casework.model import Case
from tongban.catalog.model import BundleDefinition, Catalog, ServiceDefinition
from tongban.catalog.vocabulary import Office, Text
from tongban.credentials.models import Document as Paper
from tongban.platform import time
from tongban.platform.database import rows_of

Way: TypeAlias = Literal["electronic", "window", "post"]
WAYS: Final[Mapping[Way, Text]] = {
    "electronic": Text("网上领", "Online"),
    "window": Text("到窗口领", "At a window"),
    "post": Text("寄给我", "By post"),
}


def deliveries_of(opened: Open) -> list[dict[str, Any]]:
    """How each result of an application is handed over: by service in a draft, then by case. For the applicant's side.

    A line: ``service``, ``service_title``, ``case``, ``way``, ``place``, ``place_label``, ``ways`` (each with ``way``,
    ``label`` and ``places``: ``place``, ``label``, of a window ``address`` and ``hours``), ``may_choose``, ``state``
    (chosen, ready, posted, served), ``tracking``, ``posted_on``, ``returned_on``, ``served_on``.
    """
    if not opened.is_applicant:
        return []
    if opened.form.state in (Form.State.DRAFT, Form.State.WAITING):
        lines = plan_of(opened).services
        bearing = {line.id: line.office for line in lines if opened.catalog.services[line.id].credential}
        return [line_of(opened, service, office) for service, office in bearing.items()]
    hoped_for = [case for case in opened.cases if case.result in (None, "granted")]
    cases = [case for case in hoped_for if opened.catalog.services[case.service].credential]
    papers, moves = credentials_of(case.number for case in cases), moves_of(case.number for case in cases)
    revoked = {number for number, paper in papers.items() if paper.revoked_at}
    return [
        line_of(opened, case.service, case.office, case, papers.get(case.number), moves.get(case.number))
        for case in cases
        if case.number not in revoked
    ]


def choose(actor: Actor, number: str, service: str, way: str, place: str | None = None) -> None:
    """Choose how the result of a service is handed over, any time until it is posted or in somebody's hands.

    ``place`` is the window's office, or the key of an address in the form; without it the first that may be chosen.
    Raises Problem 404, 409 ``already-issued``, 422 ``way-not-offered`` or ``place-not-offered``.
    """
    with transaction.atomic():
        opened = load(actor, number, for_update=True)
        lines = [line for line in deliveries_of(opened) if line["service"] == service]
        if not lines:
            raise not_found()
        delivery = _chosen(lines[0]["ways"], way, place)
        if not any(line["may_choose"] for line in lines):
            text = Text(
                "已经寄出或者交到你手里了，不能再改方式", "It is posted or in your hands already. The way stands."
            )
            raise Problem(409, "already-issued", text)
        ready = [line["case"] for line in lines if line["state"] == "ready"]
        HandOver.objects.filter(case__in=ready, posted_on=None, reached_on=None).update(
            way=delivery.way, place=delivery.place or ""
        )
        opened.document.delivery[service] = delivery
        save(opened)


def _chosen(ways: Sequence[Mapping[str, Any]], way: str, place: str | None) -> Delivery:
    offered = next((each for each in ways if each["way"] == way), None)
    if offered is None:
        text = Text("这件没有这种领取方式", "This result is not handed over in this way.")
        raise Problem(422, "way-not-offered", text, [FieldError("way", "way-not-offered", text)])
    if way == "electronic":
        return Delivery("electronic")
    places = [each["place"] for each in offered["places"]]
    if not places or place not in (None, *places):
        text = Text("从列出的地方里选一个", "Choose one of the places listed.")
        if way == "post" and not places:
            text = Text("先在表里填收件地址", "Give a postal address in the form first.")
        raise Problem(422, "place-not-offered", text, [FieldError("place", "place-not-offered", text)])
    return Delivery(cast("Way", way), place or places[0])


def delivery_of(
    chosen: Mapping[str, Delivery], service: ServiceDefinition, office: str | None, addresses: Sequence[str]
) -> Delivery:
    """What was chosen, or the first way of the service that can be: by post only once there is one of ``addresses``
    (`addresses_of`). A window that nobody named is the deciding office's own.
    """
    if service.id in chosen:
        return chosen[service.id]
    possible = [way for way in service.delivery if way != "post" or addresses] or service.delivery
    places = {"window": office, "post": next(iter(addresses), None)}
    return Delivery(possible[0], places.get(possible[0]))


def addresses_of(catalog: Catalog, bundle: BundleDefinition, document: Document, case: Case | None = None) -> list[str]:
    """Where the applicant may have something posted, by the form's keys, a postal address first: the applicant's own
    addresses, and those typed for others. Of a case only those of whoever takes part in it.
    """
    keys = [key for key in document.facts if _is_own_address(catalog, bundle, document, key)]
    if case is not None:
        taking_part = {registered for ids in case.roles.values() for registered in ids}
        members = every_member(bundle, document)
        theirs = {member_key(bundle, name, n) for name, n, registered in members if registered in taking_part}
        keys = [key for key in keys if key.rpartition(".")[0] in theirs]
    return sorted(keys, key=lambda key: ("mailing" not in key, key))


def line_of(
    opened: Open,
    service_id: str,
    office: str | None,
    case: Case | None = None,
    paper: Paper | None = None,
    move: HandOver | None = None,
) -> dict[str, Any]:
    """One result: how it is to be handed over, and how far that has come."""
    service = opened.catalog.services[service_id]
    served = paper.served_at if paper else None
    if move is not None:  # it has set out: that stands, whatever the form would say by now
        chosen = Delivery(cast("Way", move.way), move.place or None)
    else:
        addresses = addresses_of(opened.catalog, opened.bundle, opened.document, case)
        chosen = delivery_of(opened.document.delivery, service, office, addresses)
    is_ready = paper is not None and not served  # its file is there already; only the paper is still to come
    offered = [way for way in service.delivery if way != "electronic" or not is_ready]
    ways = [{"way": way, "label": WAYS[way].to_json(), "places": _places(opened, way, office)} for way in offered]
    # Two people may have one address, which is listed once: what a place is called does not hang on the list.
    posted_to = opened.document.facts.get(chosen.place or "")
    labels = {chosen.place: Text(str(posted_to.raw), str(posted_to.raw)).to_json()} if posted_to else {}
    labels |= {each["place"]: each["label"] for way in ways for each in cast("list[dict[str, Any]]", way["places"])}
    is_over = case is not None and not case.is_open and paper is None
    return {
        "service": service_id,
        "service_title": service.title.to_json(),
        "case": case.number if case else None,
        "way": chosen.way,
        "place": chosen.place,
        "place_label": labels.get(chosen.place),
        "ways": ways,
        "may_choose": len(ways) > 1 and not served and not (move and move.posted_on) and not is_over,
        "state": "served" if served else "posted" if move and move.posted_on else "ready" if paper else "chosen",
        "tracking": move.tracking if move else "",
        "posted_on": move.posted_on.isoformat() if move and move.posted_on else None,
        "returned_on": move.returned_on.isoformat() if move and move.returned_on else None,
        "served_on": served.astimezone(time.ZONE).date().isoformat() if served else None,
    }


def _places(opened: Open, way: Way, office: str | None) -> list[dict[str, Any]]:
    """Where: the deciding office or the window that took the application; the addresses that are the applicant's."""
    if way == "window":
        offices = [each for each in dict.fromkeys((office, opened.form.window_office)) if each]
        return [_window(opened.catalog.offices[each]) for each in offices]
    if way == "post":
        keys = addresses_of(opened.catalog, opened.bundle, opened.document)
        addresses = [(key, str(opened.document.facts[key].raw)) for key in keys]
        each_once = {address: key for key, address in reversed(addresses)}
        return [{"place": key, "label": {"zh": a, "en": a}} for a, key in reversed(each_once.items())]
    return []


def _window(office: Office) -> dict[str, Any]:
    """A window to collect at: its name, and where and when, as far as the city has said so."""
    window = office.window
    address, hours = (window.address.to_json(), list(window.hours)) if window else (None, [])
    return {"place": office.id, "label": office.title.to_json(), "address": address, "hours": hours}


def _is_own_address(catalog: Catalog, bundle: BundleDefinition, document: Document, key: str) -> bool:
    """An address of the applicant; of somebody else in the application only what the applicant typed."""
    entry, attribute = document.facts[key], attribute_of(catalog, bundle, key)
    is_own = split_key(key)[0] == bundle.applicant or entry.source == "claimed"
    return bool(attribute and attribute.kind == "address" and entry.raw and entry.state == "known" and is_own)


def credentials_of(cases: Iterable[str]) -> dict[str, Paper]:
    """The credential of each case that has issued one, without its contents."""
    issued = "case_number = any(%s) and sort = 'credential'"
    rows = rows_of(Paper, issued, [numbers], without=("pdf", "content")) if (numbers := list(cases)) else ()
    return {row.case_number: row for row in rows}


def moves_of(cases: Iterable[str]) -> dict[str, HandOver]:
    """The results of cases that are on their way, or were."""
    rows = rows_of(HandOver, '"case" = any(%s)', [numbers]) if (numbers := list(cases)) else ()
    return {row.case: row for row in rows}
