"""Taking back what a case brought: whoever may decide at the office that granted it revokes it, with a reason.

`revoke` is a command of casework, so the office, the post and the chain are its matter. What follows happens here, on
the same transaction: whoever verifies the credential reads it, no application counts on it, its holder is told and the
offices of the cases that it fed, and a paper that still waits to be handed over no longer does. What it wrote to
registers is there again as the case had read it, unless somebody wrote something else since. What an effect of the case
did is taken back by `effects`.
"""

from __future__ import annotations

from collections.abc import Sequence

from tongban.applications.delivery import credentials_of
from tongban.applications.messages import tell_office, tell_subject
from tongban.applications.models import HandOver
from tongban.applications.telling import REVOKED
from tongban.casework import store
from tongban.casework.consequences import Happened
from tongban.casework.model import Case, Event
from tongban.casework.work import subject_of
from tongban.catalog.vocabulary import Text, Value
from tongban.credentials import service as credentials
from tongban.registry import service as registry
from tongban.registry.model import Entry, Reader, Wanted


def concerns(one: Happened) -> bool:
    """Whether this change takes back what the case brought."""
    return any(event.kind == "revoked" for event in one.change.events)


def receive(happened: Sequence[Happened]) -> None:
    """Revoke what these changes take back. The applicant is told as of any step (`telling`), the holder here."""
    for one in happened:
        for event in one.change.events:
            if event.kind == "revoked":
                _revoke(one, str(event.values["reason"]))


def _revoke(one: Happened, reason: str) -> None:
    case = one.change.after
    if one.application.mode == "real":
        _write_back(one)
    paper = credentials_of([case.number]).get(case.number)
    if paper is not None:
        # The office's own words, in the language in which it wrote them.
        credentials.revoke(paper.id, one.at, Text(reason, reason))
        HandOver.objects.filter(case=case.number, posted_on=None, reached_on=None).delete()
        if paper.holder_subject_id != one.application.applicant:
            title = one.in_force.service(case.service).title
            text = Text(f"{title.zh}：{REVOKED.zh}", f"{title.en}: {REVOKED.en}")
            tell_subject(paper.holder_subject_id, "revoke", text, case.application, case.number)
    for fed in _fed_by(case):
        title, source = one.in_force.service(fed.service).title, one.in_force.service(case.service).title
        text = Text(
            f"{title.zh}：前面的“{source.zh}”已吊销，看一下还能不能算数",
            f"{title.en}: “{source.en}”, which it rests on, was revoked. See whether it still stands",
        )
        tell_office(fed.office, "feeder-revoked", text, fed.application, fed.number)


def _write_back(one: Happened) -> None:
    """Let registers say what the case read of them before it wrote; that there is none, where it had read nothing.

    Numbers by which somebody is known stay: what came since goes by them.
    """
    case, catalog = one.change.after, one.in_force.catalog
    service = one.in_force.service(case.service)
    said = _said(case)
    written: dict[Wanted, tuple[Value, Value]] = {}
    for fact, values in said.items():
        attribute = one.in_force.attribute(service, fact)
        if attribute.held_by is not None and catalog.types[attribute.type].key != attribute.name:
            before = values[-2] if len(values) > 1 else None
            written[Wanted(subject_of(case.roles, fact), attribute)] = (before, values[-1])
    purpose = Text(f"撤回登记：{service.title.zh}", f"Taking back what was registered: {service.title.en}")
    held = registry.read(list(written), Reader("system", purpose, case.office, case.application, case.number))
    entries = [
        Entry(wanted.subject_id, wanted.attribute, before, case.number)
        for wanted, (before, after) in written.items()
        if before != after and held[wanted.subject_id, wanted.attribute.name].value == after
    ]
    registry.write(entries, keys={})


def _said(case: Case) -> dict[str, list[Value]]:
    """The facts that the case made, each with all that it knew of it one after the other; the last is what it made."""
    made = {fact for event in store.events_of([case.number])[case.number] for fact in _made_in(event)}
    found: dict[str, list[Value]] = {}
    for each in store.values_of([case.number])[case.number]:
        for fact, value in each.values.items():
            if fact in made:
                found.setdefault(fact, []).append(value)
    return found


def _made_in(event: Event) -> list[str]:
    """The facts that an event's step made."""
    facts = event.data.get("facts")
    named = facts if event.kind == "stepped" and isinstance(facts, dict) else {}
    return [fact for fact, said in named.items() if isinstance(said, list) and said[0] == "produced"]


def _fed_by(case: Case) -> list[Case]:
    """The cases that took what this one brought and go on with it, or were granted with it."""
    fed = [other for other in store.cases_of([case.application]) if other.part in case.feeds]
    return [other for other in fed if other.is_open or other.is_done]
