"""Papers that were to follow (容缺) and papers replaced by a promise (告知承诺), from acceptance on.

When a case is accepted without a paper, the days in which it must come are counted from that day, and the notice that
says so goes out with the acceptance. Until it has come the case is not granted. Once its day has passed, applicant and
office are told; that the case then counts as withdrawn is said by a clerk, never by the clock alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from tongban.applications.document import Document, PaperState
from tongban.applications.granting import reached
from tongban.applications.messages import tell_office, tell_subject
from tongban.applications.models import Form, OwedPaper
from tongban.applications.store import document_lacking_papers
from tongban.casework import service as casework
from tongban.casework.consequences import Happened
from tongban.casework.model import SYSTEM, Case, Command, Event
from tongban.casework.sweeps import apart
from tongban.catalog.model import Catalog, EvidenceNeed, ServiceDefinition
from tongban.catalog.vocabulary import Text
from tongban.clock import due
from tongban.credentials.letters import Word
from tongban.platform import time
from tongban.publication import calendars

DEFERRAL = "base/deferral"
PROMISE = "base/promise"
"""The notices of the pack `base` that go out on acceptance."""


@dataclass(frozen=True, slots=True)
class CasePaper:
    """A paper of one case: the service's rule, the form's key, and how it is met."""

    need: EvidenceNeed
    key: str
    state: PaperState


def papers_of_case(
    document: Document, service: ServiceDefinition, roles: Mapping[str, tuple[int, ...]]
) -> list[CasePaper]:
    """The papers of the form that this case looks at: those about its own subjects, not about another member's."""
    return [
        CasePaper(need, key, state)
        for need in service.evidence
        for key, state in document.papers.items()
        if _is_about(document, key, need, roles)
    ]


def _is_about(document: Document, key: str, need: EvidenceNeed, roles: Mapping[str, tuple[int, ...]]) -> bool:
    evidence, _, member = key.partition("@")
    subject, _, number = member.partition(".")
    if evidence != need.evidence:
        return False
    if not member:  # brought because an office asked for it: it was never about one member
        return True
    members = document.members.get(subject, [])
    place = int(number or 1) - 1
    return place < len(members) and members[place] in roles.get(need.role, ())


def owes_letters(one: Happened) -> bool:
    """Whether this change accepts a case whose service lets papers come later or be promised."""
    service = one.in_force.service(one.change.after.service)
    return any(need.deferrable or need.promise for need in service.evidence) and reached(one)


def letters_of(one: Happened) -> list[tuple[str, Event, dict[str, Word]]]:
    """The letters that go with an acceptance: the notice's id, the event, and the words that differ from others'.

    What the case still owes is noted on the way, with its day.
    """
    document = document_lacking_papers(one.application.number) if owes_letters(one) else None
    if document is None:
        return []
    service = one.in_force.service(one.change.after.service)
    papers = papers_of_case(document, service, one.change.after.roles)
    labels = {paper.key: one.in_force.catalog.evidence[paper.need.evidence].label for paper in papers}
    owed = _note_owed(one, [paper for paper in papers if paper.state.how == "deferred"])
    promised = [labels[paper.key] for paper in papers if paper.state.how == "promised"]
    event = one.change.events[-1]
    found: list[tuple[str, Event, dict[str, Word]]] = []
    if owed:
        lines = [_by(labels[key], on) for key, on in owed.items()]
        found.append((DEFERRAL, event, {"items": lines, "due": max(owed.values())}))
    if promised:
        found.append((PROMISE, event, {"items": promised}))
    return found


def _note_owed(one: Happened, deferred: list[CasePaper]) -> dict[str, date]:
    """The day for each paper, counted from the day of acceptance."""
    days = {paper.key: _due(paper.need, one.at) for paper in deferred}
    case = one.change.after.number
    OwedPaper.objects.bulk_create(
        [OwedPaper(case=case, key=key, due=on) for key, on in days.items()], ignore_conflicts=True
    )
    return days


def _due(need: EvidenceNeed, at: datetime) -> date:
    if need.deferrable is None:
        return at.date()
    end = due(calendars.current(), at.date(), need.deferrable).due
    return end.date() if isinstance(end, datetime) else end


def _by(label: Text, on: date) -> Text:
    return Text(f"{label.zh}（{on.month} 月 {on.day} 日前）", f"{label.en} (by {on.day} {on:%B})")


def owed(case: str) -> dict[str, date]:
    """The papers that a case still waits for, by key, each with its day."""
    return dict(OwedPaper.objects.filter(case=case, brought_at=None).order_by("due", "key").values_list("key", "due"))


def dues(application: str) -> Mapping[str, date]:
    """The day by which each paper still owed in an application must come: the earliest of its cases'."""
    rows = OwedPaper.objects.filter(case__startswith=f"{application}/", brought_at=None).order_by("-due")
    return dict(rows.values_list("key", "due"))


def is_overdue(case: str) -> bool:
    """Whether the day of a paper that a case waits for has passed."""
    return OwedPaper.objects.filter(case=case, brought_at=None, due__lt=time.today()).exists()


def brought(form: Form, catalog: Catalog, key: str) -> None:
    """A paper has come: the cases that waited for it go on, and their offices are told. The form is saved before."""
    waiting = OwedPaper.objects.filter(case__startswith=f"{form.number}/", key=key, brought_at=None)
    numbers = list(waiting.values_list("case", flat=True))
    waiting.update(brought_at=time.now())
    label = catalog.evidence[key.partition("@")[0]].label
    text = Text(f"后补的材料来了：{label.zh}", f"A paper that was to follow has come: {label.en}")
    for case in casework.cases(numbers):
        if case.is_open:
            casework.command(case.number, Command(str(uuid4()), "paper-brought"), SYSTEM)
            tell_office(case.office, "paper-came", text, form.number, case.number)


def tell_overdue() -> int:
    """Tell applicant and office, once, of every paper whose day has passed; returns how many. For a periodic job."""
    late = OwedPaper.objects.filter(brought_at=None, overdue_told_at=None, due__lt=time.today())
    told = 0
    for row in late.order_by("due", "id"):
        with apart(row.case):
            (case,) = casework.cases([row.case])
            # Of two sweeps at one moment one tells.
            mine = OwedPaper.objects.filter(id=row.id, overdue_told_at=None).update(overdue_told_at=time.now())
            if mine and case.is_open:
                _tell_overdue(case)
                told += 1
    return told


def _tell_overdue(case: Case) -> None:
    applicant = Form.objects.values_list("applicant_id", flat=True).get(number=case.application)
    yours = Text(
        "说好后补的材料过了日子，马上补来；再不补，这件会按撤回处理",
        "A paper that was to follow is overdue. Bring it now, or this part may be treated as withdrawn.",
    )
    ours = Text("有一件后补的材料过期没来，看一下怎么办", "A paper that was to follow is overdue. Decide what to do.")
    tell_subject(applicant, "paper-overdue", yours, case.application, case.number)
    tell_office(case.office, "paper-overdue", ours, case.application, case.number)
