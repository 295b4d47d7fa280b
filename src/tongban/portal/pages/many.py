"""For many people at once: a table to fill in, what is wrong in it, how far it has come, and the rows to put right."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tongban import publication
from tongban.applications import batches
from tongban.applications.models import Batch
from tongban.applications.offers import title_of
from tongban.applications.problems import Problem, not_found
from tongban.applications.tables import WrongSheet
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.platform import memory
from tongban.portal.pages.bundles import applicants_of, chosen_applicant
from tongban.portal.pages.door import command_id, page, reader
from tongban.portal.pages.paging import pages_of
from tongban.portal.pages.previews import offer_at, slug_of
from tongban.portal.pages.roster import fault_line
from tongban.portal.pages.situations import answers_in, chips_of
from tongban.portal.templatetags.tongban import in_language
from tongban.supervision import jobs

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN: Final = 10
PAGE: Final = 50
STEPS: Final = 20
"""Into so many pieces the bar of progress is cut."""


@page("person", "POST")
def many(request: HttpRequest, slug: str) -> HttpResponse:
    """The table for an offer: to download, fill in and hand back; a table that cannot be read is told why."""
    catalog, offer, answers = _asked(request, slug)
    faults: list[dict[str, Any]] = []
    problem = ""
    if request.method == "POST":
        upload = request.FILES.get("table")
        try:
            if upload is None:
                problem = _("Nothing is chosen yet. Choose one.")
            else:
                found = batches.upload(
                    reader(request), offer.id, upload.name or "", upload.chunks(),
                    command_id=command_id(request), answers=answers, applicant=chosen_applicant(request),
                )  # fmt: skip
                memory.give_back()
                return redirect("portal:batch", found)
        except WrongSheet as wrong:
            faults = [fault_line(fault) for fault in wrong.faults]
        except Problem as refused:
            if refused.status not in {413, 415, 422}:
                raise
            problem = in_language(refused.text)
    columns = batches.columns(reader(request), offer.id, answers, chosen_applicant(request))
    context = {
        "bundle": offer,
        "slug": slug_of(catalog, offer.id),
        "answers": answers,
        "query": urlencode(answers),
        "chips": [row for row in chips_of(catalog, offer, answers) if row["chosen"]],
        "columns": [in_language(column.label) for column in columns],
        "applicants": applicants_of(request, offer),
        "command": uuid4(),
        "most": batches.MOST_ROWS,
        "faults": faults,
        "problem": problem,
    }
    return render(request, "portal/many.html", context, status=422 if faults or problem else 200)


@page("person")
def template(request: HttpRequest, slug: str) -> HttpResponse:
    """The empty table as a workbook, with a list to choose from in every column that has one."""
    from tongban.applications import workbook_writing  # noqa: PLC0415 -- megabytes that most processes never need

    _catalog, offer, answers = _asked(request, slug)
    columns = batches.columns(reader(request), offer.id, answers, chosen_applicant(request))
    content = workbook_writing.template(columns, batches.MOST_ROWS, in_language)
    return _workbook(content, f"{in_language(offer.title)}.xlsx")


def _asked(request: HttpRequest, slug: str) -> tuple[Catalog, BundleDefinition, dict[str, str]]:
    """The offer, and the situation that holds for all rows. Raises Problem 404 where no table is taken for it."""
    catalog = publication.current()
    offer = offer_at(catalog, slug)
    if not batches.may_be_many(catalog, offer):
        raise not_found()
    sent = request.POST if request.method == "POST" else request.GET
    return catalog, offer, answers_in(catalog, offer, sent.dict())


def _workbook(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=MEDIA_TYPE,
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or ""},
    )


@page("person", "POST")
@never_cache
def batch(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """A table that was handed in: what is right and what is not; then how far it has come; then what came of it."""
    actor = reader(request)
    found = batches.batch_of(actor, batch_id)
    if request.method == "POST":
        if "drop" in request.POST:
            batches.drop(actor, batch_id)
            return redirect("portal:applications")
        batches.start(actor, batch_id)
        jobs.take_rows_soon()
        return redirect("portal:batch", batch_id)
    states = batches.states_of(found)
    settled = found.rows - states["left"]
    pages = pages_of(request, found.rows - states["left"] - states.get("wrong", 0), PAGE)
    context = {
        "batch": found,
        "title": title_of(publication.current(), found.bundle),
        "states": states,
        "settled": settled,
        "steps": settled * STEPS // found.rows,
        "step_count": STEPS,
        "can_download": bool(states.get("wrong")) and bool(found.content),
        "faults": [fault_line(fault) for fault in batches.faults_of(found)],
        "pages": pages,
        "applications": _applications(found, pages.skip) if found.finished_at else [],
        **(_looked_at(found) if found.started_at is None else {}),
    }
    return render(request, "portal/batch.html", context)


def _looked_at(found: Batch) -> dict[str, Any]:
    """What is shown of a table before it is sent."""
    heads, rows = batches.first_rows(found, SHOWN)
    doubts = [{**fault_line(fault), "count": count} for fault, count in batches.doubts_of(found)]
    return {"heads": heads, "rows": rows, "doubts": doubts}


def _applications(found: Batch, skip: int) -> list[dict[str, Any]]:
    words = {
        "submitted": _("sent"),
        "waiting": _("waits for a signature"),
        "draft": _("paper missing"),
        "withdrawn": _("withdrawn"),
    }
    lights = {"submitted": "done", "waiting": "waiting", "draft": "you", "withdrawn": "done"}
    return [
        {"row": row, "number": number, "words": words[state], "light": lights[state]}
        for row, number, state in batches.applications_of(found, skip, PAGE)
    ]


@page("person")
@never_cache
def wrong(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """The rows that were not taken, each wrong cell remarked: mended, a table to hand in again."""
    from tongban.applications import workbook_writing  # noqa: PLC0415 -- megabytes that most processes never need

    found = batches.batch_of(reader(request), batch_id)
    content, faults = batches.wrong_rows(found)
    book = workbook_writing.remarked(content.heads, content.columns, content.rows, faults, in_language)
    return _workbook(book, f"{_('To put right')}-{len(faults)}.xlsx")
