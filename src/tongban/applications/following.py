"""Following an application: its parts, what waits for the applicant, what happened, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from tongban.accounts.actor import Actor
from tongban.applications import documents, promised
from tongban.applications.issuing import items_of, may_bring
from tongban.applications.members import of_case
from tongban.applications.models import Form
from tongban.applications.offers import offer_of
from tongban.applications.store import Open, document_of
from tongban.applications.telling import said_of
from tongban.casework import queries, service, store, timing
from tongban.casework.deed import Moment
from tongban.casework.model import NOT_POSSIBLE, WAITING, WITHDRAWN, Case, Event
from tongban.casework.queries import Reach
from tongban.catalog.model import Catalog, ProcedureDefinition, ServiceDefinition
from tongban.catalog.values import yuan
from tongban.catalog.vocabulary import Text
from tongban.clock import light
from tongban.platform import time
from tongban.publication import service as publication

ENGINE_STATES = {
    WAITING: Text("等前面的办好", "Waiting for an earlier part"),
    NOT_POSSIBLE: Text("办不了", "Not possible"),
    WITHDRAWN: Text("已撤回", "Withdrawn"),
}
REVOKED_STATE: Final = Text("证照已吊销", "Credential revoked")
TAKEN_BACK_STATE: Final = Text("准予已撤回", "Grant taken back")
"""What the state of a case is called once the credential that it brought, or what it did, was taken back."""


MONEY: Final[Mapping[str, Text]] = {
    "paid": Text("交了 {} 元", "{} yuan paid"),
    "refund-asked": Text("没有办成，{} 元原路退回，正在退", "not granted; {} yuan is being given back"),
    "refunded": Text("{} 元已退回", "{} yuan given back"),
    "refund-failed": Text("{} 元这次没退成，还会再退", "giving {} yuan back failed; it is tried again"),
}
"""What becomes of a fee, by the kind of its event."""


def state_label(procedure: ProcedureDefinition, state: str) -> Text:
    """What a state of a case is called."""
    return procedure.states.get(state) or ENGINE_STATES.get(state) or Text(state, state)


def _taken_back(service: ServiceDefinition) -> Text:
    return TAKEN_BACK_STATE if service.credential is None else REVOKED_STATE


def case_line(catalog: Catalog, case: Case) -> dict[str, Any]:
    """One part of an application: where it stands, by when, how its light is."""
    service = catalog.services[case.service]
    procedure = catalog.procedures[service.procedure]
    office = catalog.offices[case.office]
    due, colour = due_and_light(case)
    clock = main_clock(case)
    return {
        "number": case.number,
        "part": case.part,
        "service": service.id,
        "title": service.title.to_json(),
        "office": case.office,
        "office_title": office.title.to_json(),
        "authority": office.authority,
        "state": case.state,
        "state_label": (_taken_back(service) if case.is_revoked else state_label(procedure, case.state)).to_json(),
        "result": case.result,
        "revoked": case.is_revoked,
        "is_open": case.is_open,
        "due": due.isoformat() if due else None,
        "statutory_due": _statutory(case),
        "light": colour,
        "clock": clock.name if clock else None,
        "paused": bool(clock and clock.is_paused),
        "waits_for_applicant": promised.waits_for_applicant(catalog, case),
        "waits_for": sorted(case.waits),
        "version": case.version,
    }


def _statutory(case: Case) -> str | None:
    return min((clock.second_due.isoformat() for clock in case.clocks if clock.second_due), default=None)


def main_clock(case: Case) -> Any:  # noqa: ANN401 -- RunningClock or None
    """The clock that a reader looks at: the one that ends first."""
    running = [clock for clock in case.clocks if clock.due is not None]
    return min(running, key=lambda clock: clock.due or date.max) if running else next(iter(case.clocks), None)


def due_and_light(case: Case) -> tuple[date | None, str | None]:
    """The date that counts now and its light; None when no limit runs."""
    clock = main_clock(case)
    if clock is None or clock.due is None:
        return None, None
    yellow_at, due_at = timing.moments(clock.green_until, clock.due)
    if yellow_at is None or due_at is None:
        return clock.due, None
    return clock.due, light(time.now(), yellow_at, due_at)


def progress(opened: Open) -> dict[str, Any]:
    """Parts, what waits for the applicant, documents and events of a submitted application.

    Of a part that is not about them a second signer learns how far it is: no word of an office, list or document.
    """
    cases, catalog = opened.cases, opened.catalog
    told = {case.number for case in cases if opened.is_applicant or _is_about(opened.actor, case)}
    papers = documents.of_cases(
        [c.number for c in cases if c.number in told and may_bring(catalog, catalog.services[c.service])]
    )
    events = queries.timelines([case.number for case in cases], Reach(applicants=(opened.form.applicant_id,)))
    events |= {number: _without_words(events.get(number, [])) for number in events.keys() - told}
    moment = service.now()
    dates = promised.todays(catalog, cases, moment)
    lines = [case_line(catalog, case) | {"documents": papers.get(case.number, [])} for case in cases]
    for line, case in zip(lines, cases, strict=True):
        about = of_case(opened, case)
        line["about"] = about.to_json() if about else None
        line["promise_due"] = dates[case.number].isoformat() if case.number in dates else None
        line["needs_you"] = needs_you(catalog, case, events.get(case.number, [])) if case.number in told else None
        line["reason"] = reason(events.get(case.number, []))
        line["theirs"] = _theirs(events.get(case.number, []))
        line["because"] = _hindered_by(catalog, cases, events.get(case.number, []))
    promise = promised.standing(catalog, cases, dates, opened.document.promised_due, moment)
    lived = [line for case in cases for line in _told_of(catalog, case, events.get(case.number, []))]
    newest_first = [line for line in reversed(lived) if line is not None]
    return {
        "cases": lines,
        "done": sum(case.is_done for case in cases),
        "due": promise["due"] if promise else None,
        "promise": promise,
        "events": sorted(newest_first, key=lambda line: line["at"], reverse=True),
        "progress_version": sum(case.version for case in cases),
    }


def _is_about(actor: Actor, case: Case) -> bool:
    """Whether a person has a role in a case."""
    return any(actor.subject_id in subjects for subjects in case.roles.values())


def _without_words(entries: Sequence[queries.Entry]) -> list[queries.Entry]:
    """What happened, without what anybody said of it or made known."""
    return [replace(entry, texts={}, facts={}) for entry in entries]


def _hindered_by(catalog: Catalog, cases: Sequence[Case], entries: Sequence[queries.Entry]) -> dict[str, str] | None:
    """The part without which this one is not possible, by its title."""
    ended = next((entry.event for entry in entries if entry.event.data.get("result") == "not-possible"), None)
    feeder = next((case for case in cases if ended and case.number == ended.data.get("because")), None)
    return catalog.services[feeder.service].title.to_json() if feeder else None


def _theirs(entries: Sequence[queries.Entry]) -> str | None:
    """What an agency elsewhere calls a case that it handles."""
    return next((str(e.event.data["number"]) for e in entries if e.event.kind == "referred"), None)


def needs_you(catalog: Catalog, case: Case, entries: Sequence[queries.Entry]) -> dict[str, Any] | None:
    """The one thing the applicant must do: the step, the full list, the date."""
    service = catalog.services[case.service]
    procedure = catalog.procedures[service.procedure]
    step = next(
        (s for s in procedure.steps.values() if s.by == "applicant" and case.state in s.from_ and s.to != WITHDRAWN),
        None,
    )
    if step is None:
        return None
    asked = next((e for e in reversed(entries) if e.event.data.get("items")), None)
    due, _ = due_and_light(case)
    items = []
    if asked is not None:
        names = asked.event.data.get("items")
        texts = items_of(catalog, service, _with_texts(asked))
        for name, text in zip(names if isinstance(names, list) else [], texts, strict=True):
            items.append({"name": str(name), "text": text.to_json(), "is_paper": str(name) in catalog.evidence})
    return {
        "step": step.name,
        "label": step.label.to_json(),
        "items": items,
        "due": due.isoformat() if due else None,
        "asked_at": told_at(asked.event.happened_at) if asked else "",
    }


def _with_texts(entry: queries.Entry) -> Event:
    return replace(entry.event, values=entry.texts)


def reason(entries: Sequence[queries.Entry]) -> str | None:
    """Why a part ended as it did, in the office's words."""
    return next((e.texts["reason"] for e in reversed(entries) if "reason" in e.texts), None)


def _told_of(catalog: Catalog, case: Case, entries: Sequence[queries.Entry]) -> Iterator[dict[str, Any] | None]:
    """Each event as it is told, with the office that had the case by then."""
    office = (*case.passed, case.office)[0]
    for entry in entries:
        office = str(entry.event.data.get("office", office))
        yield _told(catalog, case, entry, office)


def _told(catalog: Catalog, case: Case, entry: queries.Entry, office: str) -> dict[str, Any] | None:
    event, service = entry.event, catalog.services[case.service]
    text = sentence(catalog, case, event)
    if text is None:
        return None
    return {
        "at": told_at(event.happened_at),
        "case": case.number,
        "service": service.title.to_json(),
        "office": catalog.offices[office].title.to_json(),
        "kind": event.kind,
        "step": event.data.get("step"),
        "by_you": event.actor.startswith("person") or event.kind in {"paid", "paper-brought"},
        "silent": bool(event.data.get("silent")),
        "text": text.to_json(),
        "reason": entry.texts.get("reason"),
    }


def sentence(catalog: Catalog, case: Case, event: Event) -> Text | None:  # noqa: PLR0911 -- one answer a kind
    """What happened, as one would say it; None for what concerns nobody outside."""
    service = catalog.services[case.service]
    procedure = catalog.procedures[service.procedure]
    zh, en = service.title.zh, service.title.en
    match event.kind:
        case "opened" if event.data.get("to") != WAITING:
            return Text(f"{zh}：已交到部门", f"{en}: sent to its office")
        case "started":
            return Text(f"{zh}：前面的办好了，已自动开始", f"{en}: what it waited for is done; it has started")
        case "supplied":
            return Text(f"{zh}：别的部门传来数据，不用你送", f"{en}: another office sent its data; nothing to carry")
        case "ended" if case.result == "not-possible":
            return Text(f"{zh}：前面的没有办成，这件办不了", f"{en}: not possible, what it depends on was not granted")
        case "ended":
            return Text(f"{zh}：已撤回", f"{en}: withdrawn")
        case "due-moved":
            return Text(
                f"{zh}：工作日安排有变，日期重新算过", f"{en}: the calendar changed, its date was reckoned anew"
            )
        case "stepped" | "revoked" | "handed-up" | "handed-down":
            step = procedure.steps.get(str(event.data.get("step")))
            told = said_of(procedure, event) or (step.label if step else None)
            return Text(f"{zh}：{told.zh}", f"{en}: {told.en}") if told else None
        case "paper-brought":
            return Text(f"{zh}：后补的材料来了，继续办", f"{en}: the paper that was to follow has come; it goes on")
        case kind if kind in MONEY:
            return _of_money(service, event)
        case _:
            return _elsewhere(catalog, service, event)


def _of_money(service: ServiceDefinition, event: Event) -> Text:
    """What became of a fee, with its amount."""
    title, told = service.fees[int(str(event.data["fee"])) - 1].title, MONEY[event.kind]
    said = yuan(int(str(event.data["amount_fen"])))
    return Text(f"{title.zh}：{told.zh.format(said)}", f"{title.en}: {told.en.format(said)}")


def _elsewhere(catalog: Catalog, service: ServiceDefinition, event: Event) -> Text | None:
    """What passed between a case and an agency elsewhere, or a holder; None for any other event."""
    if event.kind == "referred":
        return _referred(catalog, service, event)
    if event.kind not in {"holder-took", "holder-failed"}:
        return None
    holder = catalog.authorities[str(event.data["holder"])].title
    zh, en = service.title.zh, service.title.en
    if event.kind == "holder-took":
        return Text(f"{zh}：{holder.zh}的库里已经改好", f"{en}: recorded by {holder.en}")
    return Text(f"{zh}：{holder.zh}还没收下，会接着送", f"{en}: not yet taken by {holder.en}; it is sent again")


def _referred(catalog: Catalog, service: ServiceDefinition, event: Event) -> Text:
    """To which agency elsewhere a case went, or from which it came, and what it is called there."""
    agency, number = catalog.offices[str(event.data["agency"])].title, event.data["number"]
    zh, en = service.title.zh, service.title.en
    if event.data["came"]:
        return Text(f"{zh}：{agency.zh}转来，那边的办件号 {number}", f"{en}: sent by {agency.en}, its number {number}")
    return Text(f"{zh}：已送到{agency.zh}，那边的办件号 {number}", f"{en}: sent to {agency.en}, its number {number}")


def told_at(moment: datetime) -> str:
    """A moment as answers have it: in the city's time, to the second."""
    return moment.astimezone(time.ZONE).isoformat(timespec="seconds")


def summaries(actor: Actor, forms: Sequence[Form]) -> list[dict[str, Any]]:
    """The lines of somebody's list."""
    cases: dict[str, list[Case]] = {}
    for case in store.cases_of(form.number for form in forms if form.state == Form.State.SUBMITTED):
        cases.setdefault(case.application, []).append(case)
    moment = service.now()
    return [_summary(actor, form, cases.get(form.number, []), moment) for form in forms]


def _summary(actor: Actor, form: Form, cases: Sequence[Case], moment: Moment) -> dict[str, Any]:
    catalog = publication.at(form.publication)
    bundle = offer_of(catalog, form.bundle)
    first = document_of(form).promised_due
    promise = promised.standing(catalog, cases, promised.todays(catalog, cases, moment), first, moment)
    return {
        "number": form.number,
        "bundle": form.bundle,
        "title": bundle.title.to_json(),
        "state": form.state,
        "mode": form.mode,
        "created_at": told_at(form.created_at),
        "submitted_at": told_at(form.submitted_at) if form.submitted_at else None,
        "is_applicant": actor.may_act_for(form.applicant_id, form.bundle),
        "parts": len(cases),
        "done": sum(case.is_done for case in cases),
        "open": sum(case.is_open for case in cases),
        "results": [case.result for case in cases],
        "due": promise["due"] if promise else None,
        "promised_due": first,
        "light": promise["light"] if promise else None,
    }


def worst_light(colours: Sequence[str | None]) -> str | None:
    """The light of several clocks together: the worst of them."""
    order = ["red", "yellow", "green"]
    return next((colour for colour in order if colour in colours), None)
