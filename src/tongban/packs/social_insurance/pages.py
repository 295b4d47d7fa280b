"""The pages of the ledger: what an insured person has paid and is paid, what an employer was billed, and for its office
the books of its region, the runs of each month, and what would happen if a parameter were another.

The first two read the bills and nothing else, so they say what the certificates say. A person sees themselves alone, an
agent the organisations for which they act in everything, an office what lies in its county or city.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from tongban.pack_api import PlatformError, Text, definitions
from tongban.pack_pages import (
    Page,
    Reader,
    csv_file,
    desk_page,
    in_language,
    names_of,
    not_found,
    organisations,
    portal_page,
    today,
)
from tongban.packs.social_insurance.ledger import what_if_form, what_if_rows
from tongban.packs.social_insurance.ledger.months import written
from tongban.packs.social_insurance.ledger.pages import (
    FIRM,
    books,
    books_file,
    file_of_firm,
    of_firm,
    of_insured,
    runs,
    runs_file,
)
from tongban.packs.social_insurance.ledger.what_if import Outcome, outcome

OWN: Final = Text("查看自己的社会保险", "One’s own social insurance, looked at")
STAFF: Final = Text("单位看本单位的社会保险账单", "The employer looked at its social insurance bills")
OF_THE_OFFICE: Final = "staff: handler approver head of hrss/social-insurance"


def mine(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What somebody has paid and is paid: the years first, then each insurance, the account, and month by month."""
    if reader.subject_id is None:
        raise not_found()
    return portal_page(request, "social_insurance/mine.html", of_insured(request, reader, reader.subject_id, OWN))


def employer(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What an employer was billed and owes, month by month, and one month person by person."""
    here, others = _which(request, reader)
    context = {
        **of_firm(request, reader, here, STAFF)[0],
        "others": list(names_of(reader, others, FIRM).items()),
        "file": reverse("portal:packs:social-insurance/employer.csv"),
    }
    return portal_page(request, "social_insurance/employer.html", context)


def employer_file(request: HttpRequest, reader: Reader) -> HttpResponse:
    """An employer's month person by person, as a table."""
    return file_of_firm(request, reader, _which(request, reader)[0], STAFF)


def what_if(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Who would pay what more if a floor, a rate or a class were another in a month to come; asked by its address."""
    typed = request.GET.dict()
    asked = what_if_form.asked(definitions().rulebook, typed, today())
    errors = {name: in_language(text) for name, text in asked.errors.items()}
    told: dict[str, Any] = {}
    if typed and not errors:
        try:
            told = what_if_rows.told(definitions(), asked, _outcome(asked))
        except PlatformError as error:
            errors = {what_if_form.MONTH: f"{in_language(error.message)} {in_language(error.do)}"}
    month, *groups = what_if_rows.groups(definitions().rulebook, asked, typed)
    context = {
        "month": _fields(month["fields"], errors)[0],
        "groups": [group | {"fields": _fields(group["fields"], errors)} for group in groups],
        "errors": [{"id": name, "words": words} for name, words in errors.items()],
        "address": request.GET.urlencode(),
        **told,
        "sources": _fields(told.get("sources", ()), {}),
    }
    return desk_page(request, reader, "social_insurance/what_if.html", context)


def what_if_file(request: HttpRequest, _reader: Reader) -> HttpResponse:
    """The same tables as a file; where something is to be put right, the page says what."""
    catalog = definitions()
    asked = what_if_form.asked(catalog.rulebook, request.GET.dict(), today())
    page = HttpResponseRedirect(f"{reverse('desk:packs:social-insurance/what-if')}?{request.GET.urlencode()}")
    if asked.errors or not asked.values:
        return page
    try:
        lines = what_if_rows.lines(catalog, asked, _outcome(asked))
    except PlatformError:
        return page
    heads = [in_language(one) for one in what_if_rows.HEADS]
    told = ([in_language(cell) if isinstance(cell, Text) else cell for cell in line] for line in lines)
    return csv_file(f"what-if-{written(asked.month)}.csv", heads, told)


PAGES: Final = [
    Page("mine", Text("我的社会保险", "My social insurance"), "portal", "person", mine),
    Page("employer", Text("单位的社会保险账单", "The employer’s social insurance bills"), "portal", "agent", employer),
    Page("employer.csv", Text("账单明细", "A bill in detail"), "portal", "agent", employer_file),
    Page("books", Text("社保账簿", "Books"), "desk", OF_THE_OFFICE, books),
    Page("books.csv", Text("社保账簿的表", "Books, as a file"), "desk", OF_THE_OFFICE, books_file),
    Page("books/runs", Text("每月出账和发放", "Runs of each month"), "desk", OF_THE_OFFICE, runs),
    Page(
        "books/runs.csv", Text("每月出账和发放的表", "Runs of each month, as a file"), "desk", OF_THE_OFFICE, runs_file
    ),
    Page("what-if", Text("假如改参数", "What if"), "desk", OF_THE_OFFICE, what_if),
    Page("what-if.csv", Text("假如改参数的表", "What if, as a file"), "desk", OF_THE_OFFICE, what_if_file),
]


def _which(request: HttpRequest, reader: Reader) -> tuple[int, list[int]]:
    """Which of the reader's organisations this is about, and the others. Raises Problem 404 for anybody else's."""
    own = organisations(reader)
    asked = request.GET.get("employer", "")
    if not asked:
        return own[0], own[1:]
    here = next((one for one in own if str(one) == asked), None)
    if here is None:
        raise not_found()
    return here, [one for one in own if one != here]


def _outcome(asked: what_if_form.Asked) -> Outcome:
    with transaction.atomic(), connection.cursor() as cursor:
        return outcome(cursor, definitions().rulebook, asked.month, asked.values)


def _fields(fields: Iterable[Mapping[str, Any]], errors: Mapping[str, str]) -> list[dict[str, Any]]:
    """Fields as the component `question` has them: in the reader's language, the error of each beside it."""
    told = [{key: in_language(one) if isinstance(one, Text) else one for key, one in field.items()} for field in fields]
    return [field | ({"error": errors[field["name"]]} if field["name"] in errors else {}) for field in told]
