"""问一问: a question, something that could not be done, or an objection to a look at one's data; all answered alike.

Each is an application of the service `base/inquiry`, opened by the house with the words of whoever asks and the matter
they were at, so that nothing is typed twice. The office concerned handles it; its supervisor keeps the case, checks the
answer, and gets it back when it did not help. The asker reads the answer here; messages only say that there is one.
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
TYPE: Final = "base/Inquiry"
QUESTION: Final = "question"
READ: Final = "read"
MOST_A_DAY: Final = 20


@dataclass(frozen=True, slots=True)
class Subject:
    """What an inquiry is about: a sentence for the clerk, a number to find it by, the office that can answer."""

    about: str
    reference: str
    office: Office


def problem_kinds() -> list[dict[str, Any]]:
    """What may have gone wrong with a matter, as choices: everything but a question and a look at data."""
    options = publication.current().types[TYPE].attributes["kind"].options
    return [{"value": o.value, "label": o.label.to_json()} for o in options if o.value not in (QUESTION, READ)]


def ask(
    actor: Actor,
    said: str,
    *,
    command_id: UUID,
    kind: str = QUESTION,
    application: str | None = None,
    offer: str | None = None,
) -> str:
    """Ask about an application, about something one might apply for, or about anything; returns the inquiry's number.

    Raises Problem 403, 404, 422 ``wrong-fields``, 429 ``too-many-questions``.
    """
    catalog = publication.current()
    return _open(actor, catalog, _subject(actor, catalog, application, offer), kind, said, command_id)


def prospect(actor: Actor, application: str | None = None, offer: str | None = None) -> dict[str, Any]:
    """Who would answer, about what, and until when, if it were asked now. Raises Problem 404."""
    catalog = publication.current()
    subject = _subject(actor, catalog, application, offer)
    limit = catalog.services[SERVICE].limits.promised
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
    office = catalog.offices.get(read.office or "") or _central(catalog)
    labels = "、".join(label.zh for label in reads.labels_of(catalog, read))
    at = read.at.astimezone(time.ZONE)
    about = f"{at:%Y-%m-%d %H:%M} {office.title.zh}：{read.purpose.zh}：{labels}"
    subject = Subject(about, str(read.id), office)
    return _open(actor, catalog, subject, READ, said, command_id)


def mine(actor: Actor) -> list[dict[str, Any]]:
    """The reader's inquiries, newest first, each with its answer if there is one."""
    if actor.subject_id is None:
        return []
    forms = list(Form.objects.filter(applicant_id=actor.subject_id, bundle=SERVICE).order_by("-created_at", "-number"))
    cases = {case.application: case for case in store.cases_of([form.number for form in forms])}
    facts = store.facts_of([case.number for case in cases.values()])
    return [_line(form, cases[form.number], facts.get(cases[form.number].number, {})) for form in forms]


def one(actor: Actor, number: str) -> dict[str, Any]:
    """One inquiry: what was said, who answers by when, the answer, and what may follow. Raises Problem 404."""
    opened = load(actor, number)
    if opened.form.bundle != SERVICE:
        raise not_found()
    case = store.cases_of([number])[0]
    line = _line(opened.form, case, store.facts_of([case.number]).get(case.number, {}))
    entries = queries.timeline(case.number, reach_of(actor))
    line["again"] = [
        {"at": entry.event.happened_at.isoformat(timespec="seconds"), "said": entry.texts.get("reason", "")}
        for entry in entries
        if entry.event.data.get("step") == "reopen"
    ]
    return line


def insist(actor: Actor, number: str, said: str, *, command_id: UUID) -> None:
    """Say that the answer did not help: the supervisor has it again. Raises Problem 404, 422; Refused after 3 times."""
    opened = load(actor, number)
    if opened.form.bundle != SERVICE:
        raise not_found()
    _checked(opened.catalog, {"said": said})
    case = store.cases_of([number])[0]
    with transaction.atomic():
        order = Command(str(command_id), "reopen", texts={"reason": said.strip()})
        casework.command(case.number, order, doer_of(actor, opened.form))


def by_reference(actor: Actor, kind: str) -> dict[str, dict[str, Any]]:
    """The reader's inquiries of one sort, by what they are about; the newest where there are several."""
    return {line["reference"]: line for line in reversed(mine(actor)) if line["kind"] == kind}


def _line(form: Form, case: Case, facts: Mapping[str, Any]) -> dict[str, Any]:
    catalog = publication.at(form.publication)
    said = {key.partition(".")[2]: entry.raw for key, entry in document_of(form).facts.items()}
    handling = next((task for task in case.tasks if task.name == "handling"), None)
    asked = catalog.offices[handling.office if handling else case.office]
    procedure = catalog.procedures[catalog.services[SERVICE].procedure]
    options = catalog.types[TYPE].attributes["kind"].options
    part = case_line(catalog, case)
    return {
        "number": form.number,
        "kind": said["kind"],
        "kind_label": next(o.label for o in options if o.value == said["kind"]).to_json(),
        "about": said["about"],
        "reference": said.get("reference", ""),
        "said": said.get("said", ""),
        "at": form.created_at.isoformat(timespec="seconds"),
        "office": asked.title.to_json(),
        "state": case.state,
        "state_label": state_label(procedure, case.state).to_json(),
        "due": part["due"],
        "light": part["light"],
        "answer": facts.get("inquiry.answer"),
        "is_open": case.is_open,
        "may_insist": "reopen" in procedure.steps and case.state in procedure.steps["reopen"].from_,
    }


def _subject(actor: Actor, catalog: Catalog, application: str | None, offer: str | None) -> Subject:
    if application:
        form = load(actor, application).form
        title = offer_of(publication.at(form.publication), form.bundle).title
        open_cases = [case for case in store.cases_of([application]) if case.is_open]
        office = catalog.offices.get(open_cases[0].office) if open_cases else None
        return Subject(f"{title.zh} {application}", application, office or _nearest(actor, catalog))
    about = offer_of(catalog, offer).title.zh if offer else "政务服务"
    return Subject(about, offer or "", _nearest(actor, catalog))


def _nearest(actor: Actor, catalog: Catalog) -> Office:
    """The office of the house's own authority where the reader lives, else the city's."""
    region = registry.region_of(actor.subject_id) if actor.subject_id is not None else ""
    near = [office for office in _own_offices(catalog) if region.startswith(office.region)]
    return near[-1] if near else _central(catalog)


def _central(catalog: Catalog) -> Office:
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
    facts = _checked(
        catalog, {"kind": kind, "about": subject.about[:400], "reference": subject.reference, "said": said}
    )
    with transaction.atomic():
        registry.lock(actor.subject_id)
        _refuse_too_many(actor, kind, subject)
        relation = registry.create(TYPE, ends={"asker": actor.subject_id})
        at = time.now()
        entries = {
            f"inquiry.{name}": Entry(raw, "claimed", at.isoformat(timespec="seconds")) for name, raw in facts.items()
        }
        document = Document(members={"asker": [actor.subject_id], "inquiry": [relation]}, facts=entries)
        form = create(
            actor, SERVICE, actor.subject_id, document,
            state=Form.State.SUBMITTED, submitted_at=at, start_command=command_id,
        ).form  # fmt: skip
        _send(actor, catalog, form, relation, subject, facts, command_id)
    return form.number


def _send(
    actor: Actor,
    catalog: Catalog,
    form: Form,
    relation: int,
    subject: Subject,
    facts: Mapping[str, str],
    command_id: UUID,
) -> None:
    """Open the case at the supervisor of the office concerned, and hand the answering to that office at once."""
    supervisor = definitions.supervisors(catalog)[subject.office.id] or _central(catalog).id
    opening = Opening(
        part=1,
        service=SERVICE,
        roles={"asker": (form.applicant_id,), "inquiry": (relation,)},
        office=supervisor,
        region=subject.office.region,
        facts={f"inquiry.{name}": Given(raw, "claimed") for name, raw in facts.items()},
    )
    opened = casework.open_application(
        casework.Submission(
            command=str(command_id),
            number=form.number,
            publication=form.publication,
            applicant=form.applicant_id,
            mode="real",
            bundle=SERVICE,
            bundle_hash=catalog.hashes[SERVICE],
            openings=[opening],
        ),
        doer_of(actor, form),
    )
    case = opened.cases[0]
    house = Doer(SYSTEM.id, SYSTEM.kind, {supervisor: frozenset({"handler"})})
    dispatch = Command(str(uuid5(command_id, "dispatch")), "dispatch", {"offices": [subject.office.id]})
    casework.command(case, dispatch, house)


def _checked(catalog: Catalog, raw: Mapping[str, str]) -> dict[str, str]:
    """The facts of an inquiry as they are kept, less those that are empty. Raises Problem 422 ``wrong-fields``."""
    attributes = catalog.types[TYPE].attributes
    errors, facts = [], {}
    for name, text in raw.items():
        try:
            plain = " ".join(text.split())  # a fact is one line; people type several
            if plain or attributes[name].options:  # a choice is one of its options, never empty
                facts[name] = str(values.read(attributes[name], plain))
        except values.WrongValue as wrong:
            errors.append(FieldError(f"inquiry.{name}", wrong.code, wrong.text))
    if not errors and "said" not in facts and facts.get("kind", QUESTION) == QUESTION:
        errors.append(FieldError("inquiry.said", "missing", Text("还没写问什么", "Nothing is asked yet.")))
    if errors:
        raise wrong_fields(errors)
    return facts


def _refuse_too_many(actor: Actor, kind: str, subject: Subject) -> None:
    if kind == READ and subject.reference in by_reference(actor, READ):
        raise Problem(
            409, "objected-already", Text("这一次你已经说过了，打开看答复", "You have said so of this look already.")
        )
    now = time.now()
    since = time.start_of(now.date())
    today = Form.objects.filter(applicant_id=actor.subject_id or 0, bundle=SERVICE, created_at__gte=since).count()
    if today >= MOST_A_DAY:
        text = Text(
            f"今天已经问了 {today} 次。明天再问，或者打 12345",
            f"That makes {today} today. Ask again tomorrow, or call 12345.",
        )
        raise Problem(429, "too-many-questions", text, wait=since + timedelta(days=1) - now)
