"""Submitting: everything there, everybody signed, facts read once more; then every case opens in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.db import transaction

from tongban.accounts.actor import Actor
from tongban.applications import disputes, subjects
from tongban.applications.asking import Asking, alone, asked
from tongban.applications.document import attribute_of, member_key
from tongban.applications.doers import doer_of
from tongban.applications.messages import News, tell, tell_subject, telling
from tongban.applications.missing import refuse_incomplete
from tongban.applications.models import Form
from tongban.applications.planning import plan_of, values_of
from tongban.applications.problems import FieldError, Problem, command_reused
from tongban.applications.reading import read_again, read_held
from tongban.applications.signing import Signer, content_digest, put_own, signers_of
from tongban.applications.store import Open, change, keeping, keeping_all, load
from tongban.casework import service as casework
from tongban.casework.model import Given, Opening, Refused
from tongban.casework.store import Mode
from tongban.catalog.model import Catalog, ServiceDefinition
from tongban.catalog.sentences import facts_named
from tongban.catalog.vocabulary import Text, Value
from tongban.planner.plan import FactLine, Plan, ServiceLine
from tongban.platform import time
from tongban.platform.database import Call, call


@dataclass(frozen=True, slots=True)
class Submitted:
    """What submitting came to: ``submitted``, or ``waiting`` for the consent of these (labels of subjects), of whom
    some (ids) have not heard of it yet.
    """

    state: str
    waits_for: tuple[Text, ...] = ()
    to_tell: tuple[int, ...] = ()


@time.one_time()
def submit(actor: Actor, number: str, command_id: UUID, *, version: int | None = None) -> Submitted:
    """Send the application to every department. The same command twice answers the same.

    Raises Problem 409 ``facts-changed`` when a registry says something else than what was signed (the form then shows
    the new values), 409 ``undecided``, 422 ``incomplete`` with everything missing.
    """
    opened = load(actor, number)
    if opened.is_applicant and opened.form.state == Form.State.SUBMITTED:
        return Submitted("submitted")
    changed = change(actor, number, _refresh, version=version)
    if changed:
        raise _facts_changed(opened, changed)
    return change(actor, number, lambda again: _submit(again, command_id))


def sending_new(opened: Open, command_id: UUID) -> Asking[None]:
    """Sign a form that is kept nowhere yet and send it, or keep it and let it wait for its other signers.

    All is written in one statement, or in one transaction where somebody is registered by a key. What a holder would
    have to be asked for is missing here, unless it was agreed to and read a moment ago.
    Raises Problem 422 ``incomplete``, ``not-entitled``.
    """
    put_own(opened)
    submitted = _prepare(opened)
    if submitted.state != "submitted":
        yield from asked(_kept_and_told, (opened, _news_of(opened, submitted)))
        return
    if subjects.named_newcomers(opened.catalog, opened.bundle, opened.document):
        with transaction.atomic():  # who is named is registered before the cases are opened
            alone(_registering_and_opening(opened, command_id))
    else:
        yield from _registering_and_opening(opened, command_id)


def _registering_and_opening(opened: Open, command_id: UUID) -> Asking[None]:
    registering = yield from subjects.registering_missing(opened.catalog, opened.bundle, opened.document)
    yield from _opening_cases(opened, command_id, [*registering, keeping(opened)])


def _kept_and_told(sent: Sequence[tuple[Open, Sequence[News]]]) -> list[None]:
    """Keep these forms and tell what is new of each, in one statement."""
    news = [one for _, told in sent for one in told]
    call([*keeping_all([opened for opened, _ in sent]), *telling(news)])
    return [None for _ in sent]


def after_consent(actor: Actor, form: Form, command_id: UUID) -> Submitted | None:
    """The last consent sends a waiting application by itself. None while it waits for more, or was not sent yet.

    Registers are asked once more; where one says something else than what was signed, the applicant has to look again.
    """
    if form.state != Form.State.WAITING:
        return None

    def act(opened: Open) -> Submitted | None:
        if any(not signer.is_done for signer in signers_of(opened)):
            return None
        if _refresh(opened):
            opened.form.state = Form.State.DRAFT
            title = opened.bundle.title
            text = Text(
                f"{title.zh}：库里有数据变了，看一下再签名", f"{title.en}: a register changed. Look and sign again"
            )
            tell_subject(opened.form.applicant_id, "facts-changed", text, opened.form.number)
            return None
        return _submit(opened, command_id)

    return change(actor, form.number, act, applicant_only=False)


def _refresh(opened: Open) -> list[str]:
    refuse_requirements(opened)  # before what is missing: nobody fills a form in vain
    came_back = read_held(opened) if opened.document.agreed_at else []
    if not came_back:
        refuse_incomplete(opened)
    changed = [*came_back, *read_again(opened), *read_held(opened)]
    if changed:
        opened.document.signatures.clear()
    return changed


def _facts_changed(opened: Open, keys: list[str]) -> Problem:
    errors = []
    for key in keys:
        attribute = attribute_of(opened.catalog, opened.bundle, key)
        label = attribute.label if attribute else Text(key, key)
        text = Text(f"“{label.zh}”刚刚变了，看一下再签", f"“{label.en}” has just changed. Look at it and sign again.")
        errors.append(FieldError(key, "facts-changed", text))
    text = Text(
        f"有 {len(keys)} 项在库里变了，看一下再签名", f"{len(keys)} facts changed in the registries. Sign again."
    )
    return Problem(409, "facts-changed", text, errors)


def _wait_for(opened: Open, signers: list[Signer]) -> Submitted:
    """Keep the application until these have signed or consented; they hear of the same content once."""
    content = content_digest(opened)
    is_told = opened.form.state == Form.State.WAITING and opened.document.asked_over == content
    opened.form.state, opened.document.asked_over = Form.State.WAITING, content
    return Submitted(
        "waiting",
        tuple(opened.bundle.subjects[s.subject].label or Text(s.subject, s.subject) for s in signers),
        () if is_told else tuple(signer.registered for signer in signers if signer.registered is not None),
    )


def _news_of(opened: Open, submitted: Submitted) -> list[News]:
    """What those hear for whom an application waits."""
    title = opened.bundle.title
    text = Text(f"“{title.zh}”等你签名或同意，打开看内容", f"“{title.en}” waits for your signature or consent.")
    return [News(subject, "consent-needed", text, opened.form.number) for subject in submitted.to_tell]


def _submit(opened: Open, command_id: UUID) -> Submitted:
    submitted = _prepare(opened)
    tell(_news_of(opened, submitted))
    if submitted.state == "submitted":
        registering = alone(subjects.registering_missing(opened.catalog, opened.bundle, opened.document))
        alone(_opening_cases(opened, command_id, registering))
        disputes.open_corrections(opened, cast("Mode", opened.form.mode), command_id)
    return submitted


def _prepare(opened: Open) -> Submitted:
    """Make a form ready to be sent, or let it wait for those who have not signed."""
    refuse_requirements(opened)
    refuse_incomplete(opened)
    waiting = [signer for signer in signers_of(opened) if not signer.is_done]
    if waiting:
        return _wait_for(opened, waiting)
    plan = plan_of(opened)
    opened.form.state = Form.State.SUBMITTED
    opened.form.submitted_at = time.now()
    opened.document.promised_due = plan.schedule.due.isoformat()
    opened.document.promised_dates = {str(n): line.due.isoformat() for n, (line, _) in enumerate(parts_of(plan), 1)}
    return Submitted("submitted")


def _opening_cases(opened: Open, command_id: UUID, beside: Sequence[Call]) -> Asking[None]:
    """Open the cases of a form that is ready, as one application, and write `beside` with them.

    Raises Problem 409 ``command-reused`` where this command opened another one before.
    """
    plan = plan_of(opened)
    submission = casework.Submission(
        command=str(command_id),
        number=opened.form.number,
        publication=opened.form.publication,
        applicant=opened.form.applicant_id,
        mode=cast("Mode", opened.form.mode),
        bundle=opened.form.bundle,
        bundle_hash=opened.catalog.hashes[opened.form.bundle],
        promised=plan.schedule.due,
        openings=openings_of(opened, plan),
        beside=beside,
    )
    answer = yield from asked(_opened_all, casework.Filing(submission, doer_of(opened.actor, opened.form)))
    if answer.number != opened.form.number:
        raise command_reused()


def _opened_all(filings: Sequence[casework.Filing]) -> Sequence[casework.Opened | Refused]:
    """Open these applications; one alone shares its transaction with whatever else comes at this moment."""
    if len(filings) == 1:
        return [casework.open_application(filings[0].submission, filings[0].doer)]
    return casework.open_applications(filings)


def refuse_requirements(opened: Open) -> None:
    """Raises Problem 422 ``not-entitled`` when a service's condition is plainly not met: which, why, by which law."""
    errors = [
        FieldError(line.id, "not-entitled", unmet.otherwise or _not_yet(opened.catalog.services[line.id], unmet.that))
        for line in plan_of(opened).services
        for unmet in line.unmet
    ]
    if errors:
        raise Problem(422, "not-entitled", errors[0].text, errors)


def _not_yet(service: ServiceDefinition, that: str) -> Text:
    title = service.title
    return Text(f"现在还不能办“{title.zh}”：{that}", f"“{title.en}” is not possible yet: {that}")


def parts_of(plan: Plan) -> list[tuple[ServiceLine, int]]:
    """What becomes a case each, from part 1 on: every service for every member, in the plan's order."""
    return [(line, member) for line in plan.services for member in line.members or [1]]


def openings_of(opened: Open, plan: Plan) -> list[Opening]:
    """One opening per part, each with its own facts and what it waits for."""
    parts = {(line.id, member): n for n, (line, member) in enumerate(parts_of(plan), 1)}
    known, made = values_of(opened), plan.had("produced")
    return [_opening(opened, made, line, member, parts, known) for line, member in parts_of(plan)]


def _opening(
    opened: Open,
    made: Sequence[FactLine],
    line: ServiceLine,
    member: int,
    parts: Mapping[tuple[str, int], int],
    known: Mapping[str, Value],
) -> Opening:
    service = opened.catalog.services[line.id]
    office = opened.catalog.offices[line.office or ""]
    return Opening(
        part=parts[line.id, member],
        service=service.id,
        roles={
            role: _registered(opened, subject, member, every=service.roles[role].many)
            for role, subject in line.roles.items()
        },
        office=office.id,
        region=office.region,
        facts=_facts_of(opened, service, line.roles, member, known),
        waits=_waits_of(made, line, member, parts, service),
    )


def _registered(opened: Open, subject: str, member: int, *, every: bool) -> tuple[int, ...]:
    """The registered id behind a role for one member; all of them where the service takes several at once."""
    members = opened.document.members[subject]
    if every:
        return tuple(registered for registered in members if registered is not None)
    registered = members[member - 1] if opened.bundle.subjects[subject].many else members[0]
    return () if registered is None else (registered,)


def _facts_of(
    opened: Open, service: ServiceDefinition, roles: Mapping[str, str], member: int, known: Mapping[str, Value]
) -> dict[str, Given]:
    """What this service needs and nothing else: data got for one purpose does not travel further.

    A role with several subjects numbers its facts: ``child.2.name``.
    """
    given: dict[str, Given] = {}
    for fact in facts_read_by(opened.catalog, service):
        role, _, name = fact.partition(".")
        several = service.roles[role].many
        count = len(opened.document.members[roles[role]]) if several else 1
        for number in range(1, count + 1) if several else [member]:
            key = f"{member_key(opened.bundle, roles[role], number)}.{name}"
            if key in known:
                entry = opened.document.facts.get(key)
                source, disputed = (entry.source, entry.disputed) if entry else ("derived", False)
                given[f"{role}.{number}.{name}" if several else fact] = Given(known[key], source, disputed)
    return given


def facts_read_by(catalog: Catalog, service: ServiceDefinition) -> list[str]:
    """Every fact, in the service's terms, that needs, conditions, rules, fees or its credential look at."""
    conditions = [
        *(need.when for need in service.needs),
        *(paper.when for paper in service.evidence),
        *(paper.waived_if for paper in service.evidence),
        *(requirement.that for requirement in service.requires),
        *(fee.exempt for fee in service.fees),
    ]
    facts = dict.fromkeys(need.fact for need in service.needs)
    sentences = [sentence for requirement in service.requires for sentence in (requirement.otherwise, requirement.asks)]
    facts |= dict.fromkeys(fact for sentence in sentences for fact in facts_named(sentence))
    facts |= dict.fromkeys(
        fact for condition in conditions if condition is not None for fact in sorted(condition.facts)
    )
    facts |= dict.fromkeys(fact for produced in service.produces for fact in produced.of)
    if service.credential is not None:
        facts |= dict.fromkeys(catalog.credentials[service.credential].fields)
    return list(facts)


def _waits_of(
    made: Sequence[FactLine],
    line: ServiceLine,
    member: int,
    parts: Mapping[tuple[str, int], int],
    service: ServiceDefinition,
) -> dict[int, tuple[str, ...]]:
    """Parts that bring something, and what: in this service's terms."""
    waits: dict[int, list[str]] = {}
    for earlier in line.starts_after:
        for part in _parts_of(parts, earlier, member) if line.members else _all_parts(parts, earlier):
            waits.setdefault(part, [])
    for produced in made:
        if line.id not in produced.needed_by:
            continue
        subject, _, name = produced.fact.partition(".")
        for role, bound in line.roles.items():
            if bound != subject:
                continue
            for number, part in _parts_with_members(parts, produced.by or "", member, service, role):
                fact = f"{role}.{number}.{name}" if service.roles[role].many else f"{role}.{name}"
                waits.setdefault(part, []).append(fact)
    return {part: tuple(dict.fromkeys(facts)) for part, facts in waits.items()}


def _parts_with_members(
    parts: Mapping[tuple[str, int], int], producer: str, member: int, service: ServiceDefinition, role: str
) -> list[tuple[int, int]]:
    """Member and part of whoever produces a fact for a role: this member's part, or every member's."""
    if service.roles[role].many:
        return [(number, part) for (name, number), part in parts.items() if name == producer]
    return [(member, part) for part in _parts_of(parts, producer, member)]


def _all_parts(parts: Mapping[tuple[str, int], int], service: str) -> list[int]:
    return [part for (name, _), part in parts.items() if name == service]


def _parts_of(parts: Mapping[tuple[str, int], int], service: str, member: int) -> list[int]:
    """The part of the same member, or all of a service that runs once for everybody."""
    if (service, member) in parts:
        return [parts[service, member]]
    return _all_parts(parts, service)
