"""What an agency elsewhere does here: it sends a case that an office of ours handles, or answers one that we sent it.

The two systems keep a case each, of the same service, and each takes on its own case the steps that were taken on the
other's: the office's steps travel to where the applicant is, the applicant's to where the office is. What is sent twice
is done once. The other direction is `applications.agencies`; docs/agencies.md tells all of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db import IntegrityError, transaction

from tongban.accounts.actor import Actor
from tongban.applications.case_facts import attribute_in
from tongban.applications.cases import check_items, given_facts, key_taken
from tongban.applications.models import Referral
from tongban.applications.offers import is_at_once
from tongban.applications.problems import FieldError, Problem, forbidden, not_found, wrong_fields
from tongban.applications.submission import facts_read_by
from tongban.casework import service as casework
from tongban.casework import store
from tongban.casework.model import SYSTEM, Case, Command, Doer, Given, Opening, Refused
from tongban.casework.refusals import refuse
from tongban.catalog import values
from tongban.catalog.model import Catalog, ServiceDefinition
from tongban.catalog.vocabulary import Office, Text
from tongban.platform import time
from tongban.platform.ids import from_address
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.registry.model import KeyTaken, Reader, Wanted

AGENCY: Final = "agency"
"""The role of an agency's account at its own office; no step of any procedure is by it."""
MAY_ANSWER: Final = frozenset({"handler", "approver"})
STANDS: Final = frozenset({"wrong-state", "case-ended", "done-already"})
"""How a step is refused that a case has behind it."""


@dataclass(frozen=True, slots=True)
class Named:
    """A subject as another system knows it: by its key, or a relation by the keys at its ends."""

    key: str | None
    ends: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A case that is sent here. ``number`` is what the sender calls it."""

    number: str
    service: str
    office: str
    subjects: Mapping[str, Sequence[Named]]
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken on the other's case, with what it said there. ``at`` is when."""

    step: str
    at: datetime
    data: Mapping[str, Any]
    texts: Mapping[str, str]
    facts: Mapping[str, Any]


def open_here(actor: Actor, asked: Asked) -> dict[str, Any]:
    """Open the case that an agency sends; the same number of the same agency is the same case.

    Raises Problem 403 for whoever is no agency, 422 ``unknown-service``, ``unknown-office`` or with what is wrong of
    its subjects and facts.
    """
    agency = _agency_of(actor)
    if before := _sent_before(agency, asked.number):
        return before
    catalog = publication.current()
    service, office = _wanted(catalog, asked)
    facts = given_facts(catalog, service, asked.facts, "fetched")
    try:
        with transaction.atomic():
            roles = _registered(catalog, service, asked.subjects)
            _refuse_strangers(catalog, service, asked)
            own, held_by_us = _own(catalog, service, office, roles)
            facts = {name: given for name, given in facts.items() if name not in held_by_us} | own
            number = _opened(catalog, service, office, roles, facts, f"referral:{agency}:{asked.number}")
            Referral.objects.create(case=number, agency=agency, number=asked.number, is_incoming=True)
            hear(number, agency, asked.number, is_incoming=True)
    except IntegrityError:  # the same, sent twice at the same moment
        if again := _sent_before(agency, asked.number):
            return again
        raise
    return _shown(casework.cases([number])[0])


def take(actor: Actor, number: str, taken: Taken, command_id: UUID) -> dict[str, Any]:
    """Take on our case the step that was taken on the other's. A step that our case has behind it already stands.

    Raises Problem 403, 404 for a case that is not between this agency and us, 422; Refused when the case does not
    allow the step.
    """
    referral = Referral.objects.filter(case=from_address(number), agency=_agency_of(actor)).first()
    if referral is None:
        raise not_found()
    case = casework.cases([referral.case])[0]
    catalog = publication.at(_publication(case))
    service = catalog.services[case.service]
    if taken.step not in catalog.procedures[service.procedure].steps:
        raise refuse("step-unknown", step=taken.step)
    check_items(catalog, case, taken.data.get("items"))
    command = Command(
        id=str(command_id),
        kind=taken.step,
        data=dict(taken.data),
        texts=dict(taken.texts),
        facts=given_facts(catalog, service, taken.facts, "claimed" if referral.is_incoming else "produced"),
        happened_at=_when(case, taken.at),
    )
    try:
        return _shown(casework.command(case.number, command, _doer(actor, referral)).case)
    except KeyTaken as refused:
        raise key_taken(catalog, refused) from None
    except Refused as refusal:
        now = casework.cases([case.number])[0]
        if refusal.code in STANDS and taken.step in now.taken:
            return _shown(now)
        raise


def seen(actor: Actor, number: str) -> dict[str, Any]:
    """Where our case stands that is between this agency and us. Raises Problem 403, 404."""
    if not Referral.objects.filter(case=from_address(number), agency=_agency_of(actor)).exists():
        raise not_found()
    return _shown(casework.cases([from_address(number)])[0])


def hear(number: str, agency: str, theirs: str, *, is_incoming: bool) -> None:
    """Let a case of ours know which case of the agency it goes with."""
    data: dict[str, Any] = {"agency": agency, "number": theirs, "came": is_incoming}
    casework.command(number, Command(str(uuid5(NAMESPACE_URL, f"referred:{number}")), "referred", data), SYSTEM)


def _when(case: Case, at: datetime) -> datetime:
    """When a step was taken, by the other's clock, but neither before what our case has behind it nor to come."""
    before = max(event.happened_at for event in store.events_of([case.number])[case.number])
    return min(max(at, before), time.now())


def _agency_of(actor: Actor) -> str:
    """The office for which the account of an agency elsewhere acts."""
    for office, roles in actor.offices.items():
        if actor.kind == "machine" and AGENCY in roles:
            return office
    raise forbidden("这是给外地机构用的", "This is for agencies elsewhere.")


def _sent_before(agency: str, theirs: str) -> dict[str, Any] | None:
    found = Referral.objects.filter(agency=agency, number=theirs, is_incoming=True).first()
    return _shown(casework.cases([found.case])[0]) if found else None


def _wanted(catalog: Catalog, asked: Asked) -> tuple[ServiceDefinition, Office]:
    """The service and the office that shall handle it: one of its authority, and not itself elsewhere."""
    service = catalog.services.get(asked.service)
    if service is None or is_at_once(catalog, service.id):
        text = Text(f"这里没有“{asked.service}”这个事项", f"There is no service “{asked.service}” here.")
        raise Problem(422, "unknown-service", text)
    office = catalog.offices.get(asked.office)
    if office is None or office.authority != service.authority or office.id in settings.AGENCIES:
        text = Text(
            f"这里没有办这件事的“{asked.office}”", f"There is no office “{asked.office}” here that handles this."
        )
        raise Problem(422, "unknown-office", text)
    return service, office


def _registered(
    catalog: Catalog, service: ServiceDefinition, subjects: Mapping[str, Sequence[Named]]
) -> dict[str, tuple[int, ...]]:
    """The subjects behind the service's roles: whom we know by their key, and a new relation between them."""
    if set(subjects) != set(service.roles) or not all(subjects.values()):
        text = Text("每个角色都要说是谁", "Say who is meant for every role.")
        raise wrong_fields([FieldError(role, "facts-needed", text) for role in set(service.roles) ^ set(subjects)])
    return {
        role: tuple(_subject(catalog, service.roles[role].type, role, one) for one in each)
        for role, each in subjects.items()
    }


def _subject(catalog: Catalog, type_id: str, role: str, named: Named) -> int:
    kind = catalog.types[type_id]
    if kind.key is not None:
        return registry.create(type_id, key=_key(catalog, type_id, role, named.key))
    keyed = {end: _key(catalog, of, role, named.ends.get(end)) for end, of in kind.ends.items()}
    return registry.create(type_id, ends={end: registry.create(kind.ends[end], key=key) for end, key in keyed.items()})


def _key(catalog: Catalog, type_id: str, role: str, raw: object) -> str:
    """A key as its attribute reads it. Raises Problem 422 ``wrong-fields``."""
    kind = catalog.types[type_id]
    try:
        value = values.read(kind.attributes[str(kind.key)], raw)
    except values.WrongValue as wrong:
        raise wrong_fields([FieldError(role, wrong.code, wrong.text)]) from None
    if value is None:
        raise wrong_fields([FieldError(role, "facts-needed", Text("要说是谁", "Say who is meant."))])
    return str(value)


def _refuse_strangers(catalog: Catalog, service: ServiceDefinition, asked: Asked) -> None:
    """Raises Problem 422 ``wrong-fields`` where facts and subjects are not of the same people: a key that is another
    one's, a relation to somebody else, several where one is meant.
    """
    keys = {one.key for each in asked.subjects.values() for one in each}
    other = Text("和别处说的不是同一个", "Not the same as elsewhere in this case.")
    errors = []
    for name, each in asked.subjects.items():
        role = service.roles[name]
        fact = f"{name}.{catalog.types[role.type].key}"
        if asked.facts.get(fact, each[0].key) not in {one.key for one in each}:
            errors.append(FieldError(fact, "wrong-value", other))
        if any(end not in keys for one in each for end in one.ends.values()):
            errors.append(FieldError(name, "wrong-value", other))
        if len(each) > 1 and not role.many:
            errors.append(FieldError(name, "wrong-value", Text("这里只能有一个", "There can be only one here.")))
    if errors:
        raise wrong_fields(errors)


def _own(
    catalog: Catalog, service: ServiceDefinition, office: Office, roles: Mapping[str, tuple[int, ...]]
) -> tuple[dict[str, Given], Collection[str]]:
    """What our own authority holds of these subjects, and all that is for it alone to say of whom it knows by a key:
    whoever sends the case knows that less well, and says it in vain. A relation comes with the case, and what its
    sender's own authority holds of it. Raises Problem 503 ``source-down`` while nobody here answers.
    """
    wanted = {}
    for fact in facts_read_by(catalog, service):
        role = fact.partition(".")[0]
        attribute = attribute_in(catalog, service, fact)
        if attribute is not None and attribute.held_by == service.authority and len(roles[role]) == 1:
            wanted[fact] = Wanted(roles[role][0], attribute)
    purpose = Text(f"外地转来：{service.title.zh}", f"Sent by another place: {service.title.en}")
    held = registry.read(list(wanted.values()), Reader("system", purpose, office=office.id))
    answers = {fact: held[one.subject_id, one.attribute.name] for fact, one in wanted.items()}
    if any(one.state == "unavailable" for one in answers.values()):
        raise Problem(503, "source-down", Text("登记部门现在没有应答", "A register does not answer just now."))
    known = {fact: Given(one.value, "fetched") for fact, one in answers.items() if one.state == "known"}
    return known, {fact for fact in wanted if catalog.types[service.roles[fact.partition(".")[0]].type].key is not None}


def _opened(
    catalog: Catalog,
    service: ServiceDefinition,
    office: Office,
    roles: Mapping[str, tuple[int, ...]],
    facts: Mapping[str, Given],
    once: str,
) -> str:
    """The number of the one case of a new application, whose applicant is the first subject that has a key."""
    keyed = [role for role, one in service.roles.items() if catalog.types[one.type].key is not None]
    submission = casework.Submission(
        number=None,
        command=str(uuid5(NAMESPACE_URL, once)),
        publication=catalog.digest,
        applicant=roles[keyed[0]][0] if keyed else 0,
        mode="real",
        bundle=service.id,
        bundle_hash=catalog.hashes[service.id],
        openings=[Opening(1, service.id, roles, office.id, office.region, facts)],
    )
    return casework.open_application(submission, SYSTEM).cases[0]


def _publication(case: Case) -> str:
    found = store.application(case.application)
    if found is None:
        raise not_found()
    return found.brief.publication


def _doer(actor: Actor, referral: Referral) -> Doer:
    """The agency as our case sees it: it stands for the applicant there, or for its own office alone."""
    offices = {} if referral.is_incoming else {referral.agency: MAY_ANSWER}
    return Doer(actor.id, "machine", offices, for_applicant=referral.is_incoming)


def _shown(case: Case) -> dict[str, Any]:
    return {"number": case.number, "state": case.state, "result": case.result, "taken": sorted(case.taken)}
