"""Cases as staff work on them: lists by time left, one case whole, what may be done, and doing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from tongban.accounts.actor import Actor
from tongban.applications import deferrals, documents, promised
from tongban.applications.allowing import may_do
from tongban.applications.case_facts import attribute_in, facts_of
from tongban.applications.doers import case_of, doer_of, reach_of
from tongban.applications.following import case_line, sentence
from tongban.applications.issuing import label_of, may_bring
from tongban.applications.judging import Matter, judge
from tongban.applications.levels import taken_at
from tongban.applications.looking import note_look
from tongban.applications.members import of_case
from tongban.applications.models import Form
from tongban.applications.naming import actor_labels
from tongban.applications.problems import FieldError, Problem, forbidden, not_found, wrong_fields
from tongban.applications.store import Open, document_of, form_of
from tongban.casework import desks, queries, service, store, timing
from tongban.casework.model import Case, Command, Doer, Given, Refused
from tongban.casework.production import may_be_corrected
from tongban.casework.queries import Filter
from tongban.catalog import values
from tongban.catalog.model import Catalog, ServiceDefinition
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.publication import calendars
from tongban.publication import service as publication
from tongban.registry.model import KeyTaken

MOST_TASKS = 200
MOST_NUMBERS = 20
"""So many numbers of a rule are tried before it is said that they are taken."""


def tasks(
    actor: Actor,
    *,
    service: str | None = None,
    light: str | None = None,
    mine: bool = False,
    after: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Open tasks at the actor's offices, the most urgent first. Raises Problem 403 for whoever has no desk."""
    if actor.kind != "staff":
        raise forbidden("这是工作人员的页面", "This is for staff.")
    wanted = Filter(
        light=light if light in ("green", "yellow", "red") else None,  # type: ignore[arg-type] # just checked
        holder=actor.id if mine else None,
        service=service,
    )
    page = queries.tasks(list(actor.offices), wanted, after, min(max(limit, 1), MOST_TASKS))
    cases = {case.number: case for case in _cases([task.number for task in page.tasks])}
    siblings = _siblings([task.number for task in page.tasks])
    forms = {
        form.number: form
        for form in Form.objects.filter(number__in={c.application for c in cases.values()}).defer("document")
    }
    return {
        "tasks": [
            _task_line(actor, task, cases[task.number], siblings, forms) for task in page.tasks if task.number in cases
        ],
        "next": page.after,
        "counts": _counts(actor),
    }


def _cases(numbers: Sequence[str]) -> list[Case]:
    return service.cases(sorted(set(numbers)))


def _siblings(numbers: Sequence[str]) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = {}
    for case in store.cases_of({number.rpartition("/")[0] for number in numbers}):
        found.setdefault(case.application, []).append(case)
    return found


def _counts(actor: Actor) -> dict[str, int]:
    """How many tasks there are at the actor's offices: one more than `desks.MOST_COUNTED` stands for more."""
    wanted = {"all": Filter(), "mine": Filter(holder=actor.id), "free": Filter(is_free=True)}
    return {
        name: sum(count.tasks for count in desks.counts(list(actor.offices), each)) for name, each in wanted.items()
    }


def _task_line(
    actor: Actor,
    task: queries.TaskRow,
    case: Case,
    siblings: Mapping[str, Sequence[Case]],
    forms: Mapping[str, Form],
) -> dict[str, Any]:
    form = forms.get(case.application)
    catalog = publication.at(form.publication) if form else publication.current()
    line = case_line(catalog, case)
    bundle = catalog.bundles.get(form.bundle) if form else None
    return line | {
        "case": case.number,
        "task": task.id,
        "office": task.office,
        "holder": task.holder,
        "is_mine": task.holder == actor.id,
        "light": task.light if task.due_at else None,
        "due_at": task.due_at.isoformat(timespec="seconds") if task.due_at else None,
        "bundle": bundle.title.to_json() if bundle else None,
        "channel": form.channel if form else "system",
        "submitted_at": form.submitted_at.isoformat(timespec="seconds") if form and form.submitted_at else None,
        "mode": form.mode if form else "real",
        "parts": [
            {
                "number": other.number,
                "state": other.state,
                "result": other.result,
                "is_open": other.is_open,
                "here": other.number == case.number,
            }
            for other in siblings.get(case.application, ())
        ],
    }


@time.one_time()
def case_view(actor: Actor, number: str) -> dict[str, Any]:
    """One case as this actor may see it. Raises Problem 404 for anybody it does not concern."""
    case, brief = case_of(actor, number)
    catalog = publication.at(brief.publication)
    definition = catalog.services[case.service]
    form = form_of(case.application)
    others = store.cases_of([case.application])
    at_desk = any(office in actor.offices for office in (case.office, case.supervisor, *(t.office for t in case.tasks)))
    entries = queries.timeline(case.number, reach_of(actor, case.number))
    facts, evidence = facts_of(catalog, definition, entries, case), _papers(catalog, definition, case, form)
    view = case_line(catalog, case) | {
        "application": case.application,
        "publication": brief.publication,
        "bundle": catalog.bundles[brief.bundle].title.to_json()
        if brief.bundle and brief.bundle in catalog.bundles
        else None,
        "mode": brief.mode,
        "region": case.region,
        "supervisor": case.supervisor,
        "taken_at": taken_at(catalog.offices, case, form),
        "tasks": [{"id": t.id, "name": t.name, "office": t.office, "holder": t.holder} for t in case.tasks],
        "facts": facts,
        "papers": evidence,
        "documents": documents.of_cases([case.number])[case.number] if may_bring(catalog, definition) else [],
        "allowed": [],
        "not_allowed": [],
        "clocks": [_clock(clock) for clock in case.clocks],
        "events": _events(catalog, case, entries, actor),
        "siblings": _siblings_of(actor, catalog, others, form),
        "promise": promised.of_case(catalog, case, others, form),
    }
    if actor.kind == "staff":
        view |= judge(Matter(catalog, definition, case, facts, evidence, entries, _feeders(case, others)), time.today())
    if actor.kind != "person":
        note_look(actor, case, catalog, facts)
    return view | (may_do(case, brief.publication, doer_of(actor, form)) if at_desk or form is not None else {})


def _feeders(case: Case, others: Sequence[Case]) -> list[Case]:
    """The cases of the same application that this one waited for."""
    return [other for other in others if case.part in other.feeds]


def _siblings_of(actor: Actor, catalog: Catalog, cases: Sequence[Case], form: Form | None) -> list[dict[str, Any]]:
    """All parts of the matter, each with whose it is where several take part."""
    opened = Open(form, document_of(form), actor) if form is not None else None
    found = []
    for other in cases:
        about = of_case(opened, other) if opened is not None else None
        found.append(case_line(catalog, other) | {"about": about.to_json() if about else None})
    return found


def _papers(catalog: Catalog, definition: ServiceDefinition, case: Case, form: Form | None) -> list[dict[str, Any]]:
    if form is None or not definition.evidence:
        return []
    met = deferrals.papers_of_case(document_of(form), definition, case.roles)
    states = {paper.need.evidence: paper.state for paper in met}
    owed = {key.partition("@")[0]: day.isoformat() for key, day in deferrals.owed(case.number).items()}
    return [
        {
            "id": need.evidence,
            "of": need.role,
            "label": catalog.evidence[need.evidence].label.to_json(),
            "how": states[need.evidence].how if need.evidence in states else "not-needed",
            "due": owed.get(need.evidence, states[need.evidence].due) if need.evidence in states else None,
            "files": states[need.evidence].files if need.evidence in states else [],
        }
        for need in definition.evidence
    ]


def _clock(clock: Any) -> dict[str, Any]:  # noqa: ANN401 -- RunningClock
    return {
        "name": clock.name,
        "limit": clock.limit,
        "since": clock.since.isoformat(),
        "due": clock.due.isoformat() if clock.due else None,
        "statutory_due": clock.second_due.isoformat() if clock.second_due else None,
        "provisional": clock.is_provisional,
        "paused": clock.is_paused,
        "days": day_account(clock),
    }


def day_account(clock: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """Every day of a clock and whether it counts, by today's calendar."""
    return [
        {"date": day.date.isoformat(), "counted": day.counted, "why": day.why}
        for day in timing.account(clock, calendars.current(), time.now())
    ]


def _events(catalog: Catalog, case: Case, entries: Sequence[queries.Entry], reader: Actor) -> list[dict[str, Any]]:
    """A timeline, the newest first."""
    labels = actor_labels({entry.event.actor for entry in entries}, by_name=reader.kind == "staff")
    return [_event(catalog, case, entry, labels[entry.event.actor]) for entry in reversed(entries)]


def _event(catalog: Catalog, case: Case, entry: queries.Entry, actor: dict[str, str]) -> dict[str, Any]:
    event = entry.event
    text = sentence(catalog, case, event) or Text(event.kind, event.kind)
    return {
        "n": event.n,
        "at": event.happened_at.astimezone(time.ZONE).isoformat(timespec="seconds"),
        "actor": event.actor,
        "actor_label": actor,
        "kind": event.kind,
        "step": event.data.get("step"),
        "silent": bool(event.data.get("silent")),
        "text": text.to_json(),
        "texts": dict(entry.texts),
        "said": {
            name: event.data[name]
            for name in ("items", "offices", "office", "days", "fault", "opinion")
            if name in event.data and event.kind != "opened"
        },
        "inside": event.kind in queries.INSIDE,
    }


def _form_for(actor: Actor, case: Case) -> Form | None:
    """The form behind a case, for whom it can matter: the applicant's side, which no clerk without a window is on."""
    if actor.kind == "staff" and not actor.wholly and not actor.principals and not actor.has_role("window"):
        return None
    return form_of(case.application)


@time.one_time()
def act(  # noqa: PLR0913 -- a command has this many parts
    actor: Actor,
    number: str,
    name: str,
    *,
    command_id: UUID,
    data: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
    facts: Mapping[str, Any] | None = None,
    task: str | None = None,
    version: int | None = None,
) -> Case:
    """Carry out a command on a case that the actor may see; returns what it led to. The same command id does it once.

    Raises Problem 404, 409 ``stale-version`` with what happened since, 409 ``key-taken``, 422; Refused when the case
    does not allow it, or a fee or a paper is wanting (`withholding`).
    """
    case, brief = case_of(actor, number)
    catalog = publication.at(brief.publication)
    form = _form_for(actor, case)
    check_items(catalog, case, (data or {}).get("items"))
    command = Command(
        id=str(command_id),
        kind=name,
        data=dict(data or {}),
        texts=dict(texts or {}),
        facts=given_facts(
            catalog, catalog.services[case.service], facts or {}, "claimed" if actor.kind == "person" else "produced"
        ),
        task=task,
        expected=version,
    )
    try:
        return _with_free_number(catalog, case, command, doer_of(actor, form))
    except service.UnknownCase:
        raise not_found() from None
    except service.Conflict as conflict:
        said = [sentence(catalog, conflict.case, event) for event in conflict.since]
        zh = "；".join(text.zh for text in said if text) or "有人刚改过"
        en = "; ".join(text.en for text in said if text) or "somebody changed it"
        changes = [
            FieldError(str(event.n), event.kind, text) for event, text in zip(conflict.since, said, strict=True) if text
        ]
        text = Text(f"这件刚刚变了：{zh}", f"This case has just changed: {en}")
        raise Problem(409, "stale-version", text, changes) from None
    except KeyTaken as taken:
        raise key_taken(catalog, taken) from None
    except Refused as refusal:
        if refusal.code != "facts-needed":
            raise
        raise _left_empty(catalog, catalog.services[case.service], refusal.names) from None


def _with_free_number(catalog: Catalog, case: Case, command: Command, doer: Doer) -> Case:
    """What a command leads to. A number that a rule gives out and that names somebody else is passed over for the next:
    nobody at a desk could do more about it than try again. Raises KeyTaken where it was typed, or where many are taken.
    """
    definition = catalog.services[case.service]
    ruled = set[str]()
    for role, _dot, name in (made.fact.partition(".") for made in definition.produces if made.how == "rule"):
        if catalog.types[definition.roles[role].type].key == name:
            ruled.add(definition.roles[role].type)
    for _ in range(MOST_NUMBERS - 1):
        try:
            return service.command(case.number, command, doer).case
        except KeyTaken as taken:
            if taken.type_id not in ruled:
                raise
    return service.command(case.number, command, doer).case


def check_items(catalog: Catalog, case: Case, items: object) -> None:
    """Refuse to ask an applicant for what could never be given: a fact that is not theirs to say, or no paper."""
    names = [name for name in items if isinstance(name, str)] if isinstance(items, list) else []
    errors = [error for name in names if (error := _why_not_asked(catalog, case, name))]
    if errors:
        raise wrong_fields(errors)


def _why_not_asked(catalog: Catalog, case: Case, name: str) -> FieldError | None:
    definition = catalog.services[case.service]
    if name in catalog.evidence:
        return None
    if attribute_in(catalog, definition, name) is None:
        text = Text("这个事项没有这一项，也没有这样材料", "This service has no such fact, and there is no such paper.")
        return FieldError(name, "unknown-fact" if "." in name else "unknown-paper", text)
    if may_be_corrected(name, definition, case.roles):
        return None
    text = Text(
        "这一项申请人说不了：是这个事项办出来的，或者没有这个人。要改的是它所依据的那一项",
        "The applicant cannot say this: the service makes it, or it is about nobody. Ask for what it is made from.",
    )
    return FieldError(name, "fact-not-claimable", text)


def _left_empty(catalog: Catalog, definition: ServiceDefinition, empty: Sequence[str]) -> Problem:
    """What must be typed with this step and was not, each fact by its own name."""
    labels = {fact: label_of(catalog, definition, fact) for fact in empty}
    errors = [
        FieldError(fact, "facts-needed", Text(f"还要填：{label.zh}", f"Still empty: {label.en}"))
        for fact, label in labels.items()
    ]
    what = Text("、".join(label.zh for label in labels.values()), ", ".join(label.en for label in labels.values()))
    return Problem(422, "facts-needed", Text(f"还要填：{what.zh}", f"Still empty: {what.en}"), errors)


def key_taken(catalog: Catalog, taken: KeyTaken) -> Problem:
    """A number that a step gives out, or enters, names somebody else: nothing was done."""
    kind = catalog.types[taken.type_id]
    label = kind.attributes[kind.key].label if kind.key else kind.label
    text = Text(
        f"“{label.zh}”已经是别人的，这一步没有做。核对一下，或先更正登记",
        f"This “{label.en}” already names somebody else; nothing was done. Check it, or have the register corrected.",
    )
    return Problem(409, "key-taken", text)


def given_facts(
    catalog: Catalog, definition: ServiceDefinition, facts: Mapping[str, Any], source: str
) -> dict[str, Given]:
    """Facts as a command takes them, each read as its attribute's kind. Raises Problem 422 ``wrong-fields``."""
    errors: list[FieldError] = []
    given: dict[str, Given] = {}
    for fact, raw in facts.items():
        attribute = attribute_in(catalog, definition, fact)
        if attribute is None:
            errors.append(FieldError(fact, "unknown-fact", Text(f"没有“{fact}”这一项", f"There is no fact “{fact}”.")))
            continue
        try:
            given[fact] = Given(values.read(attribute, raw), source)
        except values.WrongValue as wrong:
            errors.append(FieldError(fact, wrong.code, wrong.text))
    if errors:
        raise wrong_fields(errors)
    return given
