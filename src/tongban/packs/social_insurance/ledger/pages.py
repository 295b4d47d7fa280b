"""What pages tell of the ledger to whoever may read it: a person's books, an employer's, those of an office's region.

The portal shows the first two to whose they are. The office sees all of its county or city, each look logged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tongban.pack_api import Text, subjects
from tongban.pack_pages import (
    Reader,
    csv_file,
    desk_page,
    in_language,
    names_of,
    not_found,
    note_look,
    numbers_of,
    pages_of,
    regions_of,
    today,
)
from tongban.packs.social_insurance.ledger import differences, office, office_rows, rows
from tongban.packs.social_insurance.ledger.books import of_owner
from tongban.packs.social_insurance.ledger.contributions import AMOUNTS
from tongban.packs.social_insurance.ledger.coverage import coverages
from tongban.packs.social_insurance.ledger.deferrals import deferrals
from tongban.packs.social_insurance.ledger.enrolments import periods_of
from tongban.packs.social_insurance.ledger.months import month_of, written
from tongban.packs.social_insurance.ledger.paying import totals as totals_paid
from tongban.packs.social_insurance.ledger.payments import late_fee_owed
from tongban.packs.social_insurance.ledger.payouts import kept_back, owed_back, paid_back
from tongban.packs.social_insurance.ledger.rows import SHORT
from tongban.packs.social_insurance.ledger.runs import run_of
from tongban.packs.social_insurance.ledger.shown import account_years, corrections, in_payment, staff_of
from tongban.packs.social_insurance.ledger.statements import Stated, months_paid, of_employer
from tongban.packs.social_insurance.ledger.words import plain, yuan
from tongban.packs.social_insurance.listings import KINDS

AUTHORITY: Final = "hrss/social-insurance"
CHECKED: Final = Text("经办机构查社会保险账", "The office looked into the books of social insurance")
FIRM: Final = Text("写明是哪家单位的账单", "To say whose bills these are")
ALONE: Final = Text("自己缴", "Paid by yourself")
SEEN_OF_PERSON: Final = ("pension_months", "contribution_base_fen", "pension_balance_fen", "monthly_benefit_fen")
SEEN_OF_STAFF: Final = ("contribution_base_fen",)
SEEN_OF_EMPLOYER: Final = ("contribution_debt_fen", "insured_staff", "last_month_paid_fen")
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
ARREARS_HEADS: Final = [
    Text("单位", "Employer"),
    Text("信用代码", "Credit code"),
    Text("区县", "County"),
    Text("欠几个月", "Months"),
    Text("欠缴（元）", "Owed, yuan"),
    Text("已过期（元）", "Overdue, yuan"),
    Text("已计滞纳金（元）", "Late fees charged, yuan"),
    Text("最早到期", "Due since"),
]
PEOPLE_AT_ONCE: Final = 50
DIGITS: Final = 19
"""So many digits no number of the registry has."""


def of_insured(request: HttpRequest, reader: Reader, insured: int, purpose: Text) -> dict[str, Any]:
    """What a person has paid and is paid, as the page shows it."""
    now, paid = month_of(today()), months_paid(insured)
    found, benefits = list(coverages(periods_of(insured), paid, now)), in_payment(insured, now)
    changed = corrections({one.employer for one in paid}, {one.month for one in paid}, insured)
    called = names_of(reader, {one.employer for one in paid if not one.paid_alone}, purpose)
    called[insured] = in_language(ALONE)
    ways = {one.paid_alone for one in paid}
    billed_by = (rows.EMPLOYED if False in ways else ()) + (rows.PAID_ALONE if True in ways else ())
    year, years = _year(request, (one.month for one in paid))
    loose = rows.loose_months(one.month for one in paid)
    drawn = [rows.benefit_row(one) for one in benefits]
    kept = [rows.kept_back_row(one) for one in kept_back(insured)]
    return {
        "answer": rows.answer_of_insured(found, benefits),
        "covers": [rows.cover_row(one, paid, called, loose) for one in found],
        "to_pay": rows.own_rows(of_employer(insured), today()) if True in ways else [],
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
        "unverified": [*rows.loose_figures(loose, billed_by), *rows.loose_limits(kept)],
    }


def of_firm(request: HttpRequest, reader: Reader, here: int, purpose: Text) -> tuple[dict[str, Any], set[int]]:
    """What an employer was billed and owes, as the page shows it, and the people of whom it tells."""
    stated = of_employer(here)
    month = asked_month(request, stated)
    staff = [] if month is None else staff_of(here, month)
    pages = pages_of(request, len(staff), PEOPLE_AT_ONCE)
    part = staff[pages.skip : pages.skip + PEOPLE_AT_ONCE]
    changed = [] if month is None else corrections([here], [month])
    people = {one.insured for one in part} | {one.insured for one in changed}
    called, numbers = names_of(reader, people, purpose), numbers_of(people)
    with connection.cursor() as cursor:
        charged_fen = late_fee_owed(cursor, here)
    loose = rows.loose_months(one.month for one in stated)
    months = rows.statement_rows(stated, loose, today(), deferrals(here))
    year, years = _year(request, (one.month for one in stated), month)
    context = {
        "employer": here,
        "called": names_of(reader, [here], FIRM)[here],
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
    return context, people


def file_of_firm(request: HttpRequest, reader: Reader, here: int, purpose: Text) -> HttpResponse:
    """An employer's month person by person, as a table."""
    month = asked_month(request, of_employer(here))
    if month is None:
        raise not_found()
    staff = staff_of(here, month)
    people = [one.insured for one in staff]
    called, numbers = names_of(reader, people, purpose), numbers_of(people)
    lines: list[list[str | int]] = [
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


def books(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Who owes within the region; the books of one employer or person there, by number or from a list."""
    regions, asked = regions_of(reader, AUTHORITY), request.GET
    person, firm = _asked_subject(asked.get("person", ""), regions), _asked_subject(asked.get("employer", ""), regions)
    code = asked.get("q", "").strip()
    if code:
        person = _within(subjects("base/Person", [code]).get(code), regions)
        firm = _within(subjects("base/Organisation", [code]).get(code), regions)
    if person is not None:
        return _books_of_person(request, reader, person)
    if firm is not None:
        return _books_of_firm(request, reader, firm)
    show, found = _arrears(request, regions)
    pages = pages_of(request, len(found), PEOPLE_AT_ONCE)
    part = found[pages.skip : pages.skip + PEOPLE_AT_ONCE]
    called = _looked_at(reader, [one.employer for one in part])
    context = {
        "answer": office_rows.answer_of_arrears(found, show),
        "region": office_rows.region_of(regions),
        "not_found": bool(code),
        "show": show,
        "shows": choices(office_rows.SHOWS, show),
        "rows": [office_rows.arrears_row(one, called[one.employer]) for one in part],
        "pages": pages,
    }
    return desk_page(request, reader, "social_insurance/books.html", context)


def books_file(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Who owes within the region, or a month of an employer person by person, as a file."""
    regions = regions_of(reader, AUTHORITY)
    firm = _asked_subject(request.GET.get("employer", ""), regions)
    if firm is not None:
        month = asked_month(request, of_employer(firm))
        people = [] if month is None else [one.insured for one in staff_of(firm, month)]
        note_look(reader, people, SEEN_OF_STAFF, CHECKED, AUTHORITY)
        return file_of_firm(request, reader, firm, CHECKED)
    _, found = _arrears(request, regions)
    employers = [one.employer for one in found]
    called, numbers = _looked_at(reader, employers), numbers_of(employers)
    lines: list[list[str | int]] = [
        [
            called[one.employer],
            numbers.get(one.employer, "—"),
            in_language(office_rows.county(one.county)),
            one.months,
            *(plain(fen) for fen in (one.owed_fen, one.overdue_fen, one.late_fee_fen)),
            f"{one.due_on:%Y-%m-%d}",
        ]
        for one in found
    ]
    return csv_file("arrears.csv", [in_language(head) for head in ARREARS_HEADS], lines)


def runs(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The months that were billed or paid, and one of them by county, kind and employer with changes."""
    regions, kind, year, years = _asked_run(request, reader)
    found = office.runs(kind, year, regions) if year else []
    month = next((one.month for one in found if written(one.month) == request.GET.get("month")), None)
    changed = _changes(month, regions) if month and kind == "billing" else []
    pages = pages_of(request, len(changed), PEOPLE_AT_ONCE)
    part = changed[pages.skip : pages.skip + PEOPLE_AT_ONCE]
    called = names_of(reader, [one.employer for one in part], FIRM)
    context = {
        "answer": office_rows.answer_of_runs(kind, found),
        "region": office_rows.region_of(regions),
        "kind": kind,
        "kinds": choices(office_rows.RUNS, kind),
        "year": year,
        "years": years,
        "counted": office_rows.COUNTED[kind],
        "later": office_rows.LATER[kind],
        "of": office_rows.OF[kind],
        "rows": [office_rows.run_row(one) for one in found],
        "month": "" if month is None else written(month),
        "heads": office_rows.HEADS[kind],
        "totals": [] if month is None else _totals(kind, month, regions),
        "causes": list(office_rows.CAUSES.values()),
        "changes": [office_rows.change_row(one, called[one.employer]) for one in part],
        "pages": pages,
    }
    return desk_page(request, reader, "social_insurance/runs.html", context)


def runs_file(request: HttpRequest, reader: Reader) -> HttpResponse:
    """A year's months as a file."""
    regions, kind, year, _ = _asked_run(request, reader)
    found = office.runs(kind, year, regions) if year else []
    heads = [in_language(head) for head in office_rows.heads_of_runs(kind)]
    lines: list[list[str | int]] = [
        [in_language(cell) if isinstance(cell, Text) else cell for cell in office_rows.run_cells(one)] for one in found
    ]
    return csv_file(f"{kind}-{year or 0}.csv", heads, lines)


def asked_month(request: HttpRequest, stated: Sequence[Stated]) -> int | None:
    """The month that the address names, else the latest billed; None where none is. Raises Problem 404 for no bill."""
    months = {written(one.month): one.month for one in stated}
    asked = request.GET.get("month", "")
    if asked and asked not in months:
        raise not_found()
    return months[asked] if asked else max(months.values(), default=None)


def _year(request: HttpRequest, months: Iterable[int], shown: int | None = None) -> tuple[int | None, list[int]]:
    """The year that the address names, else that of the month shown or the latest, and all years, the latest first."""
    years = sorted({month // 12 for month in months}, reverse=True)
    asked = next((one for one in years if str(one) == request.GET.get("year", "")), None)
    return asked or (shown // 12 if shown else next(iter(years), None)), years


def _books_of_person(request: HttpRequest, reader: Reader, person: int) -> HttpResponse:
    note_look(reader, [person], SEEN_OF_PERSON, CHECKED, AUTHORITY)
    context = {
        **of_insured(request, reader, person, FIRM),
        "frame": "desk/page.html",
        "person": person,
        "called": names_of(reader, [person], CHECKED)[person],
        "number": numbers_of([person]).get(person, ""),
        "of_office": office_rows.of_office(office.money_of(person), office.paid_to(person), of_owner(person).postings),
    }
    return desk_page(request, reader, "social_insurance/mine.html", context)


def _books_of_firm(request: HttpRequest, reader: Reader, firm: int) -> HttpResponse:
    told, people = of_firm(request, reader, firm, CHECKED)
    note_look(reader, [firm], SEEN_OF_EMPLOYER, CHECKED, AUTHORITY)
    note_look(reader, people, SEEN_OF_STAFF, CHECKED, AUTHORITY)
    context = {
        **told,
        "frame": "desk/page.html",
        "file": reverse("desk:packs:social-insurance/books.csv"),
        "of_office": office_rows.of_office(office.money_of(firm), (), of_owner(firm).postings),
    }
    return desk_page(request, reader, "social_insurance/employer.html", context)


def _asked_subject(text: str, regions: Sequence[str]) -> int | None:
    """The employer or person whom an address names. Raises Problem 404 for one whose books are of another region."""
    if not text:
        return None
    found = _within(int(text), regions) if text.isascii() and text.isdigit() and len(text) < DIGITS else None
    if found is None:
        raise not_found()
    return found


def _within(subject: int | None, regions: Sequence[str]) -> int | None:
    return subject if subject is not None and office.is_within(regions, subject) else None


def _looked_at(reader: Reader, employers: Sequence[int]) -> dict[int, str]:
    """What employers are called; that the office saw what they owe is logged."""
    note_look(reader, employers, SEEN_OF_EMPLOYER, CHECKED, AUTHORITY)
    return names_of(reader, employers, FIRM)


def _arrears(request: HttpRequest, regions: Sequence[str]) -> tuple[str, list[office.Arrears]]:
    show = _chosen(request, "show", office_rows.SHOWS)
    return show, office.arrears(regions, today(), is_overdue=show == "overdue")


def _asked_run(request: HttpRequest, reader: Reader) -> tuple[list[str], str, int | None, list[int]]:
    """The reader's regions, the kind of run and the year that the address names, and all years."""
    kind = _chosen(request, "kind", office_rows.RUNS)
    years = office.years_of(kind)
    year = next((one for one in years if str(one) == request.GET.get("year", "")), next(iter(years), None))
    return regions_of(reader, AUTHORITY), kind, year, years


def _totals(kind: str, month: int, regions: Sequence[str]) -> list[dict[str, Any]]:
    if kind == "billing":
        return [office_rows.billed_row(one) for one in office.billed_in(month, regions)]
    run = run_of(kind, month)
    paid = [] if run is None else totals_paid(run)
    return [office_rows.paid_row(one) for one in paid if one.county.startswith(tuple(regions))]


def _changes(month: int, regions: Sequence[str]) -> list[differences.Change]:
    """The employers of the region with changes; none where the month before is not billed."""
    found = differences.changes(month) if differences.is_billed(month - 1) else []
    within = office.employers_in(regions, [one.employer for one in found])
    return [one for one in found if one.employer in within]


def _chosen(request: HttpRequest, name: str, offered: Mapping[str, Text]) -> str:
    asked = request.GET.get(name, "")
    return asked if asked in offered else next(iter(offered))


def choices(offered: Mapping[str, Text], chosen: str) -> list[dict[str, Any]]:
    """What a page lets one choose from, as chips."""
    return [{"name": name, "words": words, "current": name == chosen} for name, words in offered.items()]
