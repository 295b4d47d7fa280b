"""A firm, another, what happens in them as effects tell the ledger, and what must agree afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, Sum

from tongban.packs.social_insurance.ledger.declarations import Declared, declare
from tongban.packs.social_insurance.ledger.enrolments import Hire, Leave, enrol, leave, periods_of
from tongban.packs.social_insurance.ledger.statements import months_paid, of_employer
from tongban.packs.social_insurance.models import Benefit, Leg

FIRM, OTHER = 1_001, 1_002
MAY = 2026 * 12 + 4
THREE = ("pension", "unemployment", "injury")
START = datetime(2026, 11, 1, 9, tzinfo=timezone(timedelta(hours=8)))


def at(day: int) -> datetime:
    """A moment of November 2026."""
    return START + timedelta(days=day - 1)


def hiring(insured: int, *, case: str, day: int = 1, **other: Any) -> Hire:  # noqa: ANN401 - fields of a hire
    """A hire as the three services tell it."""
    told = {"employer": FIRM, "kinds": THREE, "first_month": MAY, "wage_fen": 650_000, "industry_class": 2}
    return Hire(**{"insured": insured, "county": "430211", "case": case, "at": at(day), **told, **other})


def hired(insured: int, *, case: str, day: int = 1, **other: Any) -> None:  # noqa: ANN401 - fields of a hire
    """Somebody is hired, all or nothing."""
    with transaction.atomic(), connection.cursor() as cursor:
        enrol(cursor, [hiring(insured, case=case, day=day, **other)])


def left(insured: int, last_month: int, *, case: str, day: int = 1, employer: int = FIRM) -> None:
    """Somebody leaves."""
    with transaction.atomic(), connection.cursor() as cursor:
        leave(cursor, [Leave(insured, employer, last_month, case, at(day))])


def declared(
    insured: int, month: int, wage_fen: int, *, case: str, day: int = 1, last_month: int | None = None
) -> None:
    """A wage is declared."""
    with transaction.atomic(), connection.cursor() as cursor:
        declare(cursor, [Declared(insured, FIRM, month, wage_fen, case, at(day), last_month)])


def months(insured: int, kind: str, known_at: datetime | None = None) -> set[int]:
    """The insured months of a year and a half."""
    periods = [one for one in periods_of(insured, known_at) if one.kind == kind]
    return {month for one in periods for month in range(one.first_month, min(one.end, MAY + 11) + 1)}


def balance(account: str, owner: int | None = None) -> int:
    """What an account of an owner, or of everybody, comes to in fen."""
    legs = Leg.objects.filter(account=account)
    if owner is not None:
        legs = legs.filter(owner=owner)
    return int(legs.aggregate(whole=Sum("amount_fen"))["whole"] or 0)


def account(insured: int) -> tuple[int, int]:
    """A person's pension account: how many paid months it holds, and all that stands in it, in fen."""
    paid = [one for one in months_paid(insured) if one.kind == "pension" and one.is_paid]
    booked_fen = -balance("account.pension", insured)
    return len({one.month for one in paid}), sum(one.employee_fen for one in paid) + booked_fen


def in_payment(beneficiary: int, month: int) -> list[Benefit]:
    """What somebody is paid in a month, as held true now."""
    lasting = Benefit.objects.filter(Q(last_month=None) | Q(last_month__gte=month), first_month__lte=month)
    return list(lasting.filter(beneficiary=beneficiary, superseded_at=None).order_by("kind", "first_month"))


def the_books_agree(*people: int) -> None:
    """Lines, statements and bookings of every employer say the same, to the fen."""
    for employer in (FIRM, OTHER):
        lines = [one for person in people for one in months_paid(person) if one.employer == employer]
        stated = of_employer(employer)
        for kind in THREE:
            of_lines = sum(one.employer_fen + one.employee_fen for one in lines if one.kind == kind)
            of_statements = sum(one.employer_fen + one.employee_fen for one in stated if one.kind == kind)
            paid = sum(one.paid_fen for one in stated if one.kind == kind)
            assert of_lines == of_statements
            assert balance(f"receivable.{kind}", employer) == of_statements - paid
            counted = {(one.month, one.people, one.base_fen) for one in stated if one.kind == kind and one.people}
            of_kind = [one for one in lines if one.kind == kind]
            assert counted == {
                (
                    month,
                    sum(one.month == month for one in of_kind),
                    sum(one.base_fen for one in of_kind if one.month == month),
                )
                for month in {one.month for one in of_kind}
            }
