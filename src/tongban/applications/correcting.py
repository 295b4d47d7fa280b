"""Answering a correction: the full list at once, papers and facts, then the case goes on.

After submission the form is closed; what an office asked for, and what was to follow, may still be brought.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from tongban.accounts.actor import Actor
from tongban.applications import cases, deferrals, following, papers
from tongban.applications.deferrals import papers_of_case
from tongban.applications.document import PaperState
from tongban.applications.models import Form, Paper
from tongban.applications.papers import MOST_FILES, keep, looked_at, too_many
from tongban.applications.problems import FieldError, Problem, not_found
from tongban.applications.store import Open, document_of, form_of, load, save
from tongban.casework import queries, store
from tongban.casework.model import Case
from tongban.casework.queries import Reach
from tongban.catalog.vocabulary import Text
from tongban.clock import due
from tongban.platform import time
from tongban.platform.ids import NumberError, parse_number
from tongban.publication import calendars
from tongban.publication import service as publication

HOUSE: Final = Actor(None, "staff", "")
"""Who changes a form where nobody of its own side does."""


def asked(actor: Actor, number: str, part: int) -> dict[str, Any]:
    """What one part of an application waits for from the applicant: its line, with every item and what was given.

    Raises Problem 404, 409 ``nothing-to-correct``.
    """
    opened = load(actor, number)
    case = _case(opened, part)
    return _line(opened, case)


def _case(opened: Open, part: int) -> Case:
    if not opened.is_applicant:
        raise not_found()
    case = next((each for each in store.cases_of([opened.form.number]) if each.part == part), None)
    if case is None:
        raise not_found()
    return case


def _line(opened: Open, case: Case) -> dict[str, Any]:
    entries = queries.timeline(case.number, Reach(applicants=(opened.form.applicant_id,)))
    needed = following.needs_you(opened.catalog, case, entries)
    if needed is None:
        raise Problem(409, "nothing-to-correct", Text("这件现在不用你补", "Nothing is asked of you here now."))
    names = {str(paper.id): paper.name for paper in Paper.objects.filter(form=opened.form).defer("content")}
    return following.case_line(opened.catalog, case) | {
        "needs_you": needed,
        "reason": following.reason(entries),
        "items": [_item(opened, item, needed["asked_at"], names) for item in needed["items"]],
    }


def _item(opened: Open, item: dict[str, Any], asked_at: str, names: Mapping[str, str]) -> dict[str, Any]:
    states = [state for key, state in opened.document.papers.items() if key.partition("@")[0] == item["name"]]
    since = [state for state in states if state.how in {"uploaded", "deferred"} and state.at >= asked_at]
    follows = [state.due for state in since if state.how == "deferred" and state.due]
    return item | {
        "is_fact": not item["is_paper"] and "." in item["name"],
        "given": bool(since),
        "follows_by": max(follows) if follows else None,
        "files": [{"id": id_, "name": names[id_]} for state in since for id_ in state.files if id_ in names],
    }


def let_follow(case: Case) -> bool:
    """Let the papers that an office asked for, and its service lets follow (容缺), come later, as it agreed.

    Sending the correction back without them promises them. Returns whether there was any; on the caller's transaction.
    """
    form = form_of(case.application, for_update=True)
    if form is None:
        return False
    catalog = publication.at(form.publication)
    needed = following.needs_you(catalog, case, queries.timeline(case.number, Reach(applicants=(form.applicant_id,))))
    if needed is None:
        return False
    service, document = catalog.services[case.service], document_of(form)
    asked_for = {item["name"] for item in needed["items"]}
    kept = {paper.need.evidence: paper.key for paper in papers_of_case(document, service, case.roles)}
    now, found = time.now(), False
    for need in service.evidence:
        if need.deferrable and need.evidence in asked_for:
            last = due(calendars.current(), now.date(), need.deferrable).due
            key = kept.get(need.evidence, need.evidence)
            files = document.papers[key].files if key in document.papers else []
            document.papers[key] = PaperState("deferred", following.told_at(now), due=last.isoformat(), files=files)
            found = True
    if found:
        save(Open(form, document, HOUSE))
    return found


def attach(actor: Actor, number: str, part: int, evidence: str, name: str, chunks: Iterable[bytes]) -> UUID:
    """Bring a paper that an office asked for in this part. Raises Problem 404, 409 ``paper-not-asked``, 413, 415."""
    content, kind = looked_at(evidence, chunks)
    with transaction.atomic():
        opened = load(actor, number, for_update=True)
        items = _line(opened, _case(opened, part))["items"]
        if not any(item["is_paper"] and item["name"] == evidence for item in items):
            raise Problem(409, "paper-not-asked", Text("现在没有部门要这样材料", "No office asks for this paper now."))
        key = next((key for key in opened.document.papers if key.partition("@")[0] == evidence), evidence)
        return _bring(opened, key, name, content, kind)


def hand_in(actor: Actor, number: str, key: str, name: str, chunks: Iterable[bytes]) -> UUID:
    """Hand in a paper, whatever for: the open form, a correction that asks for it, or what was to follow.

    Raises what `papers.attach`, `attach` and `follow_up` raise.
    """
    opened = load(actor, number)
    if opened.form.state != Form.State.SUBMITTED:
        return papers.attach(actor, number, key, name, chunks)
    evidence = key.partition("@")[0]
    for case in store.cases_of([number]) if opened.is_applicant else ():
        entries = queries.timeline(case.number, Reach(applicants=(opened.form.applicant_id,)))
        needed = following.needs_you(opened.catalog, case, entries)
        if needed and any(item["is_paper"] and item["name"] == evidence for item in needed["items"]):
            return attach(actor, number, case.part, evidence, name, chunks)
    return follow_up(actor, number, key, name, chunks)


def follow_up(actor: Actor, number: str, key: str, name: str, chunks: Iterable[bytes]) -> UUID:
    """Bring a paper that was to follow (容缺). Raises Problem 404, 409 ``paper-not-owed``, 413, 415."""
    content, kind = looked_at(key, chunks)
    with transaction.atomic():
        opened = load(actor, number, for_update=True)
        state = opened.document.papers.get(key)
        if not opened.is_applicant or state is None:
            raise not_found()
        if state.how == "promised":
            raise Problem(409, "paper-not-owed", Text("这样材料不欠", "This paper is not owed."))
        return _bring(opened, key, name, content, kind)


def _bring(opened: Open, key: str, name: str, content: bytes, kind: str) -> UUID:
    state = opened.document.papers.get(key)
    files = list(state.files) if state else []
    if len(files) >= MOST_FILES:
        raise too_many(key)
    paper = keep(opened, key, name, content, kind, time.now())
    at = time.now().isoformat(timespec="seconds")
    opened.document.papers[key] = PaperState("uploaded", at, files=[*files, str(paper.id)])
    save(opened)
    deferrals.brought(opened.form, opened.catalog, key)
    return paper.id


def send_case(actor: Actor, number: str, facts: Mapping[str, Any], command_id: UUID) -> Case:
    """`send` by the number of the case, as a program or a command names it."""
    try:
        named = parse_number(number)
    except NumberError:
        raise not_found() from None
    return send(actor, named.application, named.case or 0, facts, command_id)


def send(actor: Actor, number: str, part: int, facts: Mapping[str, Any], command_id: UUID) -> Case:
    """Send the corrected part back, once for each command; returns its case. Every fact that was asked must be given,
    every paper must have come since.

    Raises Problem 404, 409, 422 ``correction-incomplete`` with all that is missing.
    """
    opened = load(actor, number)
    case = _case(opened, part)
    if store.load([(case.number, str(command_id))])[0][case.number, str(command_id)].done_version is not None:
        return case
    line = _line(opened, case)
    missing = [
        item for item in line["items"]
        if not (facts.get(item["name"]) if item["is_fact"] else item["given"] or not item["is_paper"])
    ]  # fmt: skip
    if missing:
        errors = [FieldError(item["name"], "missing", Text(**item["text"])) for item in missing]
        text = Text(f"还差 {len(missing)} 样", f"{len(missing)} things are still missing.")
        raise Problem(422, "correction-incomplete", text, errors)
    return cases.act(actor, line["number"], line["needs_you"]["step"], command_id=command_id, facts=facts)
