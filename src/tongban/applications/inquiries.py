"""问一问 and 办不成事: what people say to the house beside their applications, and what they read in answer.

A question or an objection to a look at one's data is an application of the service `base/inquiry`, what somebody could
not get done one of `base/not-done` (`not_done`). Both are opened by the house with the words of whoever says it and the
matter they were at, so that nothing is typed twice. Of a question, the office concerned handles it; its supervisor
keeps the case, checks the answer, and gets it back when it did not help. The asker reads the answer here; messages only
say that there is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from django.db import transaction

from tongban.accounts.actor import Actor
from tongban.applications import reads
from tongban.applications.document import Document, Entry
from tongban.applications.doers import doer_of, reach_of
from tongban.applications.following import case_line, state_label
from tongban.applications.models import Form
from tongban.applications.offers import offer_of
from tongban.applications.problems import FieldError, Problem, forbidden, not_found, wrong_fields
from tongban.applications.store import begun_before, create, document_of, load
from tongban.casework import definitions, queries, store
from tongban.casework import service as casework
from tongban.casework.model import SYSTEM, Case, Command, Doer, Given, Opening
from tongban.catalog import values
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Office, Text
from tongban.clock import due
from tongban.platform import time
from tongban.publication import calendars
from tongban.publication import service as publication
from tongban.registry import service as registry

SERVICE: Final = "base/inquiry"
NOT_DONE: Final = "base/not-done"
SERVICES: Final = frozenset({SERVICE, NOT_DONE})
"""What has a list of its own, apart from what people applied for."""
ROLE: Final = "inquiry"
"""The role of what was said, in both services alike."""
QUESTION: Final = "question"
READ: Final = "read"
MOST_A_DAY: Final = 20
TO_READ: Final = ("cause", "tried", "agreed")
"""Beside the answer, what else whoever said that something was not done reads of it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an inquiry is about: a sentence for the clerk, a number to find it by, the office that can answer."""

    about: str
    reference: str
    office: Office


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said, kept: its form, the registered inquiry, the facts by their bare names."""

    form: Form
    inquiry: int
    facts: Mapping[str, str]


def ask(actor: Actor, said: str, *, command_id: UUID, application: str | None = None, offer: str | None = None) -> str:
    """Ask about an application, about something one might apply for, or about anything; returns the inquiry's number.

    Raises Problem 403, 404, 422 ``wrong-fields``, 429 ``too-many-questions``.
    """
    catalog = publication.current()
    return _open(actor, catalog, _subject(actor, catalog, application, offer), QUESTION, said, command_id)


def ask_office(actor: Actor, subject: Subject, said: str, *, command_id: UUID) -> str:
    """Ask the office of a subject about it; returns the inquiry's number. Raises Problem 403, 422, 429."""
    return _open(actor, publication.current(), subject, QUESTION, said, command_id)


def prospect(actor: Actor, application: str | None = None, offer: str | None = None) -> dict[str, Any]:
    """Who would answer, about what, and until when, if it were asked now. Raises Problem 404."""
    return prospect_of(_subject(actor, publication.current(), application, offer))


def prospect_of(subject: Subject) -> dict[str, Any]:
    """The same where it is known about what, and who answers."""
    limit = publication.current().services[SERVICE].limits.promised
    last = due(calendars.current(), time.today(), limit).due if limit else None
    return {"about": subject.about, "office": subject.office.title.to_json(), "due": last.isoformat() if last else None}


def object_to_read(actor: Actor, read_id: int, said: str, *, command_id: UUID) -> str:
    """Say that a look at one's data should not have been: goes to the office that looked and to its supervisor.

    Raises Problem 404 for a look at somebody else's data, 409 ``objected-already``, 422, 429.
    """
    read = reads.one_about_me(actor, read_id)
    if read is None:
        raise not_found()
    catalog = publication.current()
    office = catalog.offices.get(read.office or "") or central(catalog)
    labels = "、".join(label.zh for label in reads.labels_of(catalog, read))
    at = read.at.astimezone(time.ZONE)
    about = f"{at:%Y-%m-%d %H:%M} {office.title.zh}：{read.purpose.zh}：{labels}"
    subject = Subject(about, str(read.id), office)
    return _open(actor, catalog, subject, READ, said, command_id)


def mine(actor: Actor) -> list[dict[str, Any]]:
    """The reader's inquiries, newest first, each with its answer if there is one."""
    if actor.subject_id is None:
        return []
    forms = list(said_by(actor.subject_id).order_by("-created_at", "-number"))
    cases = {case.application: case for case in store.cases_of([form.number for form in forms])}
    facts = store.facts_of([case.number for case in cases.values()])
    return [_line(form, cases[form.number], facts.get(cases[form.number].number, {})) for form in forms]


def said_by(subject: int) -> Any:  # noqa: ANN401 -- a query set of forms
    """The forms of all that a person asked or could not get done."""
    return Form.objects.filter(applicant_id=subject, bundle__in=SERVICES)


def one(actor: Actor, number: str) -> dict[str, Any]:
    """One inquiry: what was said, who answers by when, the answer, and what may follow. Raises Problem 404."""
    form, case = _known(actor, number)
    line = _line(form, case, store.facts_of([case.number]).get(case.number, {}))
    entries = queries.timeline(case.number, reach_of(actor, case.number))
    line["again"] = [
        {"at": entry.event.happened_at.isoformat(timespec="seconds"), "said": said}
        for entry in entries
        if (said := _said_again(entry))
    ]
    return line


def insist(actor: Actor, number: str, said: str, *, command_id: UUID) -> None:
    """Say that the answer did not help: it is taken up again. Raises Problem 404, 422; Refused after 3 times."""
    form, case = _known(actor, number)
    checked(publication.at(form.publication), form.bundle, {"said": said}, needs_words=True)
    with transaction.atomic():
        order = Command(str(command_id), "reopen", texts={"reason": said.strip()})
        casework.command(case.number, order, doer_of(actor, form))


def helped(actor: Actor, number: str, *, command_id: UUID) -> None:
    """Say that what could not be done is done now. Raises Problem 404; Refused where there is no answer yet."""
    form, case = _known(actor, number)
    casework.command(case.number, Command(str(command_id), "helped"), doer_of(actor, form))


def by_reference(actor: Actor, kind: str) -> dict[str, dict[str, Any]]:
    """The reader's inquiries of one sort, by what they are about; the newest where there are several."""
    return {line["reference"]: line for line in reversed(mine(actor)) if line["kind"] == kind}


def _known(actor: Actor, number: str) -> tuple[Form, Case]:
    form = load(actor, number).form
    if form.bundle not in SERVICES:
        raise not_found()
    return form, store.cases_of([number])[0]


def _said_again(entry: queries.Entry) -> str:
    """What the asker said after the first time: that the answer did not help, or the same once more."""
    return entry.texts.get("reason", "") if entry.event.data.get("step") in {"reopen", "again"} else ""


def _line(form: Form, case: Case, facts: Mapping[str, Any]) -> dict[str, Any]:
    catalog = publication.at(form.publication)
    service = catalog.services[form.bundle]
    said = {key.partition(".")[2]: entry.raw for key, entry in document_of(form).facts.items()}
    handling = next((task for task in case.tasks if task.name == "handling"), None)
    asked = catalog.offices[handling.office if handling else case.office]
    procedure = catalog.procedures[service.procedure]
    part = case_line(catalog, case)
    own = {name: facts.get(f"{ROLE}.{name}") for name in TO_READ} if form.bundle == NOT_DONE else {}
    return own | {
        "number": form.number,
        "kind": said["kind"],
        "kind_label": option(catalog, form.bundle, "kind", str(said["kind"])).to_json(),
        "about": said["about"],
        "reference": said.get("reference", ""),
        "said": said.get("said", ""),
        "at": form.created_at.isoformat(timespec="seconds"),
        "office": asked.title.to_json(),
        "state": case.state,
        "state_label": state_label(procedure, case.state).to_json(),
        "due": part["due"],
        "light": part["light"],
        "answer": facts.get(f"{ROLE}.answer"),
        "is_open": case.is_open,
        "may_insist": _may(procedure.steps, "reopen", case),
        "may_confirm": _may(procedure.steps, "helped", case),
        "times": times_said(case),
        "cause_label": option(catalog, form.bundle, "cause", str(own["cause"])).to_json() if own else None,
    }


def times_said(case: Case) -> int:
    """How often the asker has said it."""
    return 1 + len(case.taken.get("again", ()))


def _may(steps: Mapping[str, Any], name: str, case: Case) -> bool:
    return name in steps and case.state in steps[name].from_


def option(catalog: Catalog, service: str, attribute: str, value: str) -> Text:
    """What a choice about an inquiry is called."""
    options = catalog.types[catalog.services[service].roles[ROLE].type].attributes[attribute].options
    return next((one.label for one in options if one.value == value), Text(value, value))


def _subject(actor: Actor, catalog: Catalog, application: str | None, offer: str | None) -> Subject:
    if application:
        form = load(actor, application).form
        refuse_rehearsal(form)
        title = offer_of(publication.at(form.publication), form.bundle).title
        open_cases = [case for case in store.cases_of([application]) if case.is_open]
        office = catalog.offices.get(open_cases[0].office) if open_cases else None
        return Subject(f"{title.zh} {application}", application, office or _nearest(actor, catalog))
    about = offer_of(catalog, offer).title.zh if offer else "政务服务"
    return Subject(about, offer or "", _nearest(actor, catalog))


def refuse_rehearsal(form: Form) -> None:
    """Raise Problem 409 ``rehearsal`` for a walk or exercise: nothing of it enters what is real."""
    if form.mode != Form.Mode.REAL:
        raise Problem(409, "rehearsal", Text("演练件，在走流程里记", "A rehearsal: note it in the walk."))


def _nearest(actor: Actor, catalog: Catalog) -> Office:
    """The office of the house's own authority where the reader lives, else the city's."""
    region = registry.region_of(actor.subject_id) if actor.subject_id is not None else ""
    around = [office for office in _own_offices(catalog) if region.startswith(office.region)]
    return around[-1] if around else central(catalog)


def central(catalog: Catalog) -> Office:
    """The city's office of the house's own authority, whose window is the one for what could not be done."""
    return _own_offices(catalog)[0]


def _own_offices(catalog: Catalog) -> Sequence[Office]:
    """The offices of the authority that keeps inquiries, the highest first."""
    authority = catalog.services[SERVICE].authority
    return sorted((o for o in catalog.offices.values() if o.authority == authority), key=lambda o: len(o.region))


def _open(actor: Actor, catalog: Catalog, subject: Subject, kind: str, said: str, command_id: UUID) -> str:
    if actor.kind != "person" or actor.subject_id is None:
        raise forbidden("登录自己的账号再问", "Log in with an account of your own to ask.")
    before = begun_before(command_id, actor)
    if before is not None:
        return before.number
    raw = {"kind": kind, "about": subject.about[:400], "reference": subject.reference, "said": said}
    facts = checked(catalog, SERVICE, raw, needs_words=kind == QUESTION)
    with transaction.atomic():
        registry.lock(actor.subject_id)
        _refuse_a_second(actor, kind, subject)
        refuse_too_many(actor.subject_id)
        kept = keep(actor, SERVICE, actor.subject_id, facts, command_id)
        # The supervisor of the office concerned has the case, and the answering goes to that office at once.
        supervisor = definitions.supervisors(catalog)[subject.office.id] or central(catalog).id
        case = submit(kept, catalog, supervisor, subject.office.region, doer_of(actor, kept.form))
        house = Doer(SYSTEM.id, SYSTEM.kind, {supervisor: frozenset({"handler"})})
        dispatch = Command(str(uuid5(command_id, "dispatch")), "dispatch", {"offices": [subject.office.id]})
        casework.command(case, dispatch, house)
    return kept.form.number


def keep(actor: Actor, service: str, asker: int, facts: Mapping[str, str], command_id: UUID, **columns: object) -> Said:
    """Keep what ``asker`` said, in a form that is sent the moment it is said; on the caller's transaction."""
    kind = publication.current().services[service].roles[ROLE].type
    inquiry = registry.create(kind, ends={"asker": asker})
    at = time.now()
    entries = {f"{ROLE}.{name}": Entry(raw, "claimed", at.isoformat(timespec="seconds")) for name, raw in facts.items()}
    document = Document(members={"asker": [asker], ROLE: [inquiry]}, facts=entries)
    form = create(
        actor, service, asker, document,
        state=Form.State.SUBMITTED, submitted_at=at, start_command=command_id, **columns,
    ).form  # fmt: skip
    return Said(form, inquiry, facts)


def submit(said: Said, catalog: Catalog, office: str, region: str, doer: Doer) -> str:
    """Open the case of what was kept, at an office; returns the case's number."""
    form = said.form
    opening = Opening(
        part=1,
        service=form.bundle,
        roles={"asker": (form.applicant_id,), ROLE: (said.inquiry,)},
        office=office,
        region=region,
        facts={f"{ROLE}.{name}": Given(raw, _source(name)) for name, raw in said.facts.items()},
    )
    submission = casework.Submission(
        command=str(form.start_command),
        number=form.number,
        publication=form.publication,
        applicant=form.applicant_id,
        mode="real",
        bundle=form.bundle,
        bundle_hash=catalog.hashes[form.bundle],
        openings=[opening],
    )
    return casework.open_application(submission, doer).cases[0]


def _source(name: str) -> str:
    """Whether the asker said it, or the house found it."""
    return "claimed" if name in {"kind", "said", "call_back"} else "derived"


def checked(catalog: Catalog, service: str, raw: Mapping[str, str], *, needs_words: bool = False) -> dict[str, str]:
    """The facts of an inquiry as they are kept, less those that are empty. Raises Problem 422 ``wrong-fields``."""
    attributes = catalog.types[catalog.services[service].roles[ROLE].type].attributes
    errors, facts = [], {}
    for name, text in raw.items():
        try:
            plain = " ".join(text.split())  # a fact is one line; people type several
            if plain or attributes[name].options:  # a choice is one of its options, never empty
                facts[name] = str(values.read(attributes[name], plain))
        except values.WrongValue as wrong:
            errors.append(FieldError(f"{ROLE}.{name}", wrong.code, wrong.text))
    if not errors and needs_words and "said" not in facts:
        errors.append(FieldError(f"{ROLE}.said", "missing", Text("还没写问什么", "Nothing is asked yet.")))
    if errors:
        raise wrong_fields(errors)
    return facts


def _refuse_a_second(actor: Actor, kind: str, subject: Subject) -> None:
    if kind == READ and subject.reference in by_reference(actor, READ):
        raise Problem(
            409, "objected-already", Text("这一次你已经说过了，打开看答复", "You have said so of this look already.")
        )


def refuse_too_many(asker: int) -> None:
    """Raise Problem 429 ``too-many-questions`` for whoever said as much today as anybody may."""
    now = time.now()
    since = time.start_of(now.date())
    today = said_by(asker).filter(created_at__gte=since).count()
    if today >= MOST_A_DAY:
        text = Text(
            f"今天已经问了 {today} 次。明天再问，或者打 12345",
            f"That makes {today} today. Ask again tomorrow, or call 12345.",
        )
        raise Problem(429, "too-many-questions", text, wait=since + timedelta(days=1) - now)
