"""The pages of the ledger: what an insured person has paid and is paid, what an employer was billed, and for its office
what would happen if a parameter were another.

The first two read the bills and nothing else, so they say what the certificates say. A person sees themselves alone, an
agent the organisations for which they act in everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    numbers_of,
    organisations,
    pages_of,
    portal_page,
    today,
)
from tongban.packs.social_insurance.ledger import rows, what_if_form, what_if_rows
from tongban.packs.social_insurance.ledger.contributions import AMOUNTS
from tongban.packs.social_insurance.ledger.coverage import coverages
from tongban.packs.social_insurance.ledger.deferrals import deferrals
from tongban.packs.social_insurance.ledger.enrolments import periods_of
from tongban.packs.social_insurance.ledger.months import month_of, written
from tongban.packs.social_insurance.ledger.payments import late_fee_owed
from tongban.packs.social_insurance.ledger.payouts import kept_back, owed_back, paid_back
from tongban.packs.social_insurance.ledger.rows import SHORT
from tongban.packs.social_insurance.ledger.shown import (
    account_years,
    corrections,
    in_payment,
    staff_of,
)
from tongban.packs.social_insurance.ledger.statements import Stated, months_paid, of_employer
from tongban.packs.social_insurance.ledger.what_if import Outcome, outcome
from tongban.packs.social_insurance.ledger.words import plain, yuan
from tongban.packs.social_insurance.listings import KINDS

OWN: Final = Text("查看自己的社会保险", "One’s own social insurance, looked at")
STAFF: Final = Text("单位看本单位的社会保险账单", "The employer looked at its social insurance bills")
FIRM: Final = Text("写明是哪家单位的账单", "To say whose bills these are")
ALONE: Final = Text("自己缴", "Paid by yourself")
SIDES: Final = {"employer": Text("单位", "employer"), "employee": Text("个人", "employee")}
CORRECTED: Final = Text("更正过", "corrected")
HEADS: Final = [
    Text("月份", "Month"),
    Text("姓名", "Name"),
    Text("身份证号", "ID number"),
    Text("申报工资（元）", "Declared wage, yuan"),
    Text("缴费基数（元）", "Base, yuan"),
    *(
        Text(f"{SHORT[kind].zh}{SIDES[side].zh}（元）", f"{SHORT[kind].en}, {SIDES[side].en}, yuan")
        for kind, side, _ in (name.split("_") for name in AMOUNTS)
    ),
    Text("单位合计（元）", "Employer in all, yuan"),
    Text("个人合计（元）", "Employee in all, yuan"),
    CORRECTED,
]
PEOPLE_AT_ONCE: Final = 50
OF_THE_OFFICE: Final = "staff: handler approver head of hrss/social-insurance"


def mine(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What somebody has paid and is paid: the years first, then each insurance, the account, and month by month."""
    insured = reader.subject_id
    if insured is None:
        raise not_found()
    now, paid = month_of(today()), months_paid(insured)
    found, benefits = list(coverages(periods_of(insured), paid, now)), in_payment(insured, now)
    changed = corrections({one.employer for one in paid}, {one.month for one in paid}, insured)
    called = names_of(reader, {one.employer for one in paid if not one.paid_alone}, OWN)
    called[insured] = in_language(ALONE)
    pays_alone = any(one.paid_alone for one in paid)
    year, years = _year(request, (one.month for one in paid))
    loose = rows.loose_months(one.month for one in paid)
    drawn = [rows.benefit_row(one) for one in benefits]
    kept = [rows.kept_back_row(one) for one in kept_back(insured)]
    context = {
        "answer": rows.answer_of_insured(found, benefits),
        "covers": [rows.cover_row(one, paid, called, loose) for one in found],
        "to_pay": rows.own_rows(of_employer(insured), today()) if pays_alone else [],
        "monthly": [one for one in drawn if not one["is_once"]],
        "once": [one for one in drawn if one["is_once"]],
        "owed_back": [rows.owed_back_row(one) for one in owed_back(insured)],
        "kept_back": kept,
        "paid_back": [rows.paid_back_row(one) for one in paid_back(insured)],
        "account": [rows.account_row(one, loose) for one in account_years(insured, paid)],
        "year": year,
        "years": years,
        "months": rows.month_rows([one for one in paid if one.month // 12 == year], called, loose),
        "corrections": [rows.correction_row(one, called[one.employer]) for one in changed],
        "unverified": [*rows.loose_figures(loose, of_own=pays_alone), *rows.loose_limits(kept)],
    }
    return portal_page(request, "social_insurance/mine.html", context)


def employer(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What an employer was billed and owes, month by month, and one month person by person."""
    here, others = _which(request, reader)
    stated = of_employer(here)
    month = _asked_month(request, stated)
    staff = [] if month is None else staff_of(here, month)
    pages = pages_of(request, len(staff), PEOPLE_AT_ONCE)
    part = staff[pages.skip : pages.skip + PEOPLE_AT_ONCE]
    changed = [] if month is None else corrections([here], [month])
    people = {one.insured for one in part} | {one.insured for one in changed}
    called, numbers = names_of(reader, people, STAFF), numbers_of(people)
    firms = names_of(reader, [here, *others], FIRM)
    with connection.cursor() as cursor:
        charged_fen = late_fee_owed(cursor, here)
    loose = rows.loose_months(one.month for one in stated)
    months = rows.statement_rows(stated, loose, today(), deferrals(here))
    year, years = _year(request, (one.month for one in stated), month)
    context = {
        "employer": here,
        "name": firms[here],
        "others": [(other, firms[other]) for other in others],
        "answer": rows.answer_of_employer(months, charged_fen),
        "year": year,
        "years": years,
        "months": [one for one in months if one["year"] == year or one["owed_fen"]],
        "charged": yuan(charged_fen) if charged_fen else "",
        "month": "" if month is None else written(month),
        "is_unverified": month in loose,
        "kinds": [rows.kind_row(one) for kind in KINDS for one in stated if (one.month, one.kind) == (month, kind)],
        "staff": [rows.staff_row(one, called[one.insured], numbers.get(one.insured, "—")) for one in part],
        "pages": pages,
        "corrections": [rows.correction_row(one, called[one.insured]) for one in changed],
        "unverified": rows.loose_figures(loose),
    }
    return portal_page(request, "social_insurance/employer.html", context)


def employer_file(request: HttpRequest, reader: Reader) -> HttpResponse:
    """An employer's month person by person, as a table."""
    here, _ = _which(request, reader)
    month = _asked_month(request, of_employer(here))
    if month is None:
        raise not_found()
    staff = staff_of(here, month)
    people = [one.insured for one in staff]
    called, numbers = names_of(reader, people, STAFF), numbers_of(people)
    lines = [
        [
            written(month),
            called[one.insured],
            numbers.get(one.insured, "—"),
            "" if one.wage_fen is None else plain(one.wage_fen),
            *(plain(fen) for fen in (one.base_fen, *one.amounts.values(), one.employer_fen, one.employee_fen)),
            in_language(CORRECTED) if one.is_corrected else "",
        ]
        for one in staff
    ]
    return csv_file(f"social-insurance-{written(month)}.csv", [in_language(head) for head in HEADS], lines)


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


def _year(request: HttpRequest, months: Iterable[int], shown: int | None = None) -> tuple[int | None, list[int]]:
    """The year that the address names, else that of the month shown or the latest, and all years, the latest first."""
    years = sorted({month // 12 for month in months}, reverse=True)
    asked = next((one for one in years if str(one) == request.GET.get("year", "")), None)
    return asked or (shown // 12 if shown else next(iter(years), None)), years


def _asked_month(request: HttpRequest, stated: Sequence[Stated]) -> int | None:
    """The month that the address names, else the latest billed; None where none is. Raises Problem 404 for no bill."""
    months = {written(one.month): one.month for one in stated}
    asked = request.GET.get("month", "")
    if asked and asked not in months:
        raise not_found()
    return months[asked] if asked else max(months.values(), default=None)


def _outcome(asked: what_if_form.Asked) -> Outcome:
    with transaction.atomic(), connection.cursor() as cursor:
        return outcome(cursor, definitions().rulebook, asked.month, asked.values)


def _fields(fields: Iterable[Mapping[str, Any]], errors: Mapping[str, str]) -> list[dict[str, Any]]:
    """Fields as the component `question` has them: in the reader's language, the error of each beside it."""
    told = [{key: in_language(one) if isinstance(one, Text) else one for key, one in field.items()} for field in fields]
    return [field | ({"error": errors[field["name"]]} if field["name"] in errors else {}) for field in told]
