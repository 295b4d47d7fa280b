"""Many of a kind in one application: a table to download, fill in and hand back, and each of them a page away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.applications import sheets
from tongban.applications.problems import Problem, not_found
from tongban.applications.tables import Fault, WrongSheet
from tongban.portal.csv_files import csv_file
from tongban.portal.pages.door import page, reader
from tongban.portal.pages.drafts import Draft, draft_of
from tongban.portal.pages.paging import pages_of
from tongban.portal.templatetags.tongban import in_language

PAGE: Final = 50
MOST_RANGES: Final = 12


@page("person", "POST")
def roster(request: HttpRequest, number: str, subject: str) -> HttpResponse:
    """Everybody of one kind, what is still missing of each; a filled table is taken, or every fault in it told."""
    faults: list[dict[str, Any]] = []
    problem = ""
    if request.method == "POST":
        upload = request.FILES.get("table")
        try:
            if upload is None:
                problem = _("Nothing is chosen yet. Choose one.")
            else:
                sheets.take(reader(request), number, subject, upload.name or "", upload.chunks())
                return redirect("portal:roster", number, subject)
        except WrongSheet as wrong:
            faults = [fault_line(fault) for fault in wrong.faults]
        except Problem as refused:
            if refused.status not in {413, 415, 422}:
                raise
            problem = in_language(refused.text)
            faults = [fault_line(fault) for fault in _of_problem(draft_of(request, number), refused)]
    draft = draft_of(request, number)
    if subject not in draft.view["counts"] or not draft.offer.subjects[subject].many:
        raise not_found()
    pages = pages_of(request, draft.view["counts"][subject], PAGE)
    missing = _missing(draft)
    context = {
        "draft": draft,
        "number": number,
        "subject": subject,
        **roster_line(draft, subject),
        "columns": [in_language(column.label) for column in sheets.columns(reader(request), number, subject)],
        "faults": faults,
        "wrong_rows": len({row for fault in faults for row in fault["at"]}),
        "problem": problem,
        "missing": sum(missing[f"{subject}.{member}"] for member in range(1, pages.total + 1)),
        "pages": pages,
        "members": _members(draft, subject, missing, range(pages.skip + 1, min(pages.skip + PAGE, pages.total) + 1)),
    }
    return render(request, "portal/roster.html", context, status=422 if faults or problem else 200)


@page("person")
def sheet(request: HttpRequest, number: str, subject: str) -> HttpResponse:
    """The table to fill in: a head for each question, a row for each of them with what was typed so far."""
    columns, rows = sheets.table(reader(request), number, subject)
    return csv_file(f"{number}-{subject}.csv", [in_language(column.label) for column in columns], rows)


def roster_line(draft: Draft, subject: str) -> dict[str, Any]:
    """A roster in a line: what its members are called, how many, what is asked of each, where the table is."""
    role = draft.offer.subjects[subject]
    asked = [line for line in draft.view["questions"] if draft.owner(line["fact"]).partition(".")[0] == subject]
    labels = dict.fromkeys(in_language(line["label"]) for line in asked)
    return {
        "label": in_language(role.label or draft.catalog.types[role.type].label),
        "count": draft.view["counts"].get(subject, 1),
        "columns": _(", ").join(labels),
        "url": reverse("portal:roster", args=[draft.number, subject]),
    }


def _missing(draft: Draft) -> Counter[str]:
    """How many answers each member still owes, by member; what the situation leaves open is owed by whom it is of."""
    owed = [line["fact"] for line in draft.view["missing"] if line["code"] == "missing"]
    owed += [key for line in draft.view["plan"]["undecided"] for key in draft.keys_of(line)]
    return Counter(draft.owner(fact) for fact in owed)


def _members(draft: Draft, subject: str, missing: Mapping[str, int], places: range) -> list[dict[str, Any]]:
    """Some members: what each is called, the number that was typed, what is missing, and where to fill it in."""
    key = draft.catalog.types[draft.offer.subjects[subject].type].key
    shown = {line["fact"]: in_language(line["shown"]) for line in draft.view["facts"] if line["source"] == "claimed"}
    form = reverse("portal:form", args=[draft.number])
    return [
        {
            "name": draft.member_label(f"{subject}.{place}"),
            "key": shown.get(f"{subject}.{place}.{key}", ""),
            "missing": missing.get(f"{subject}.{place}", 0),
            "url": f"{form}?member={subject}.{place}",
        }
        for place in places
    ]


def fault_line(fault: Fault) -> dict[str, Any]:
    """A fault as the table of faults shows it: its column, what to do, and in which rows."""
    ranges = _ranges(fault.rows)
    more = len(ranges) - MOST_RANGES
    words = _(", ").join(ranges[:MOST_RANGES]) + (_(" and %(n)s more") % {"n": more} if more > 0 else "")
    return {
        "column": in_language(fault.column),
        "words": in_language(fault.text),
        "rows": words,
        "count": len(fault.rows),
        "example": fault.example,
        "at": fault.rows,
    }


def _of_problem(draft: Draft, refused: Problem) -> list[Fault]:
    """What only the form could judge (a fact that a register holds), by the row it stands in."""
    rows: dict[tuple[Any, Any], list[int]] = {}
    for error in refused.errors:
        member = error.fact.split(".")[1] if error.fact.count(".") > 1 else "0"
        rows.setdefault((draft.attribute(error.fact).label, error.text), []).append(int(member) + 1)
    return [Fault(label, text, tuple(at), "") for (label, text), at in rows.items()]


def _ranges(rows: Sequence[int]) -> list[str]:
    """Row numbers as people write them: `2–5001`, `7`."""
    found: list[list[int]] = []
    for row in sorted(set(rows)):
        if found and row == found[-1][1] + 1:
            found[-1][1] = row
        else:
            found.append([row, row])
    return [str(first) if first == last else f"{first}–{last}" for first, last in found]
