"""Two provinces, a ledger each: what leaves one arrives in the other, once, whoever is away or repeats."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker
from tests.packs.ledger.books import FIRM, MAY, at, hired
from tests.supervision.running_city import APPROVER, CLERK, MOVER, Running, two_cities

from tongban.packs.social_insurance.ledger.billing import bill
from tongban.packs.social_insurance.ledger.payments import Received, receive
from tongban.packs.social_insurance.ledger.statements import of_employer
from tongban.platform import database
from tongban.platform.postgres import Postgres
from tongban.testing.fixtures import SHARED

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
SHENZHEN = "demonstration/social-insurance-440300"
LETTER, RELEASE, TRANSFER = (
    f"social-insurance/{name}" for name in ("transfer-acceptance", "transfer-release", "pension-transfer")
)
BOOKED = """
select account, sum(amount_fen)::bigint, count(*) from insurance_leg leg join insurance_posting posting
on posting.id = leg.posting where posting."case" is not null and text in ('transfer', 'released') group by 1
"""
FORGOTTEN = "update applications_referral set told = 0, next_at = now()"


@pytest.fixture
def cities(
    postgres: Postgres, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Running, Running]]:
    """Zhuzhou, and Shenzhen, where two months of the mover were billed and paid; both served."""
    with django_db_blocker.unblock():
        with two_cities(SHENZHEN) as (zhuzhou, shenzhen):
            worked_in(shenzhen)
            for one in (zhuzhou, shenzhen):
                one.city.start()
            yield zhuzhou, shenzhen
        database.point_to(postgres, SHARED)


def worked_in(shenzhen: Running) -> None:
    """December and January at a firm for 6,500.00 a month: 520.00 of one's own in each, and a base for the fund."""
    database.point_to(shenzhen.city.server, database.DATABASE)
    hired(shenzhen.mover, case="hire", county="440300", first_month=MAY - 5)
    for month in (MAY - 5, MAY - 4):
        bill(month)
    owed_fen = sum(one.owed_fen for one in of_employer(FIRM))
    with transaction.atomic(), connection.cursor() as cursor:
        receive(cursor, "bank", [Received("R1", FIRM, owed_fen, at(6).date())], owed_fen, at(6))


def booked(running: Running) -> dict[str, tuple[int, int]]:
    """What transfers came to in a city's ledger, by account: fen, and how many legs."""
    with running.city.look() as look:
        return {account: (int(fen), legs) for account, fen, legs in look.execute(BOOKED)}


def given_back(running: Running) -> list[int]:
    """The refunds that were granted in a city, in fen."""
    with running.city.look() as look:
        return [fen for (fen,) in look.execute("select monthly_fen from insurance_benefit where kind = 'refund'")]


def told_again(running: Running) -> dict[str, int]:
    """Everything was told the other agency already; no answer ever came, so it is told anew."""
    with running.city.look() as look:
        look.execute(FORGOTTEN)
    return running.agency("tell")


def granted(running: Running, case: str) -> dict[str, object]:
    """A case accepted and decided, nothing typed: what it says then."""
    running.act(CLERK, case, "accept")
    return {line["fact"]: line["value"] for line in running.act(APPROVER, case, "decide")["facts"]}


def test_what_leaves_one_ledger_arrives_in_the_other_once(cities: tuple[Running, Running]) -> None:
    zhuzhou, shenzhen = cities
    asked = {"transfer.from_region": "440300", "transfer.from_agency": "深圳", "transfer.keep": "here"}
    number = zhuzhou.applied(TRANSFER, asked)
    shenzhen.city.kill_serving()  # Shenzhen's server is away while the letter is written
    granted(zhuzhou, zhuzhou.part(number, LETTER)["number"])
    assert zhuzhou.agency("tell") == {"told": 0, "waiting": 1}
    shenzhen.city.start()
    assert zhuzhou.agency("tell") == {"told": 1, "waiting": 0}
    assert told_again(zhuzhou) == {"told": 1, "waiting": 0}
    (there,) = shenzhen.tasks(RELEASE)
    zhuzhou.city.kill_serving()  # and Zhuzhou's while the money leaves
    said = granted(shenzhen, there)
    # Zhuzhou keeps December, which was paid in both: Shenzhen gives the own part back, and January moves.
    assert (said["transfer.released_periods"], said["transfer.pooled_fen"]) == ("2025-12/2026-01", 78_000)
    left = {"transfer": (-130_000, 1), "account.pension": (52_000, 1), "fund.pension": (78_000, 1)}
    assert (booked(shenzhen), booked(zhuzhou)) == (left, {})
    assert given_back(shenzhen) == [52_000]
    assert shenzhen.agency("tell") == {"told": 0, "waiting": 1}
    zhuzhou.city.start()
    assert shenzhen.agency("tell") == {"told": 1, "waiting": 0}
    assert told_again(shenzhen) == {"told": 1, "waiting": 0}
    granted(zhuzhou, zhuzhou.part(number, TRANSFER)["number"])
    for one in cities:
        told_again(one)
    assert (booked(shenzhen), given_back(shenzhen), given_back(zhuzhou)) == (left, [52_000], [])
    assert booked(zhuzhou) == {account: (-fen, legs) for account, (fen, legs) in left.items()}
    view = zhuzhou.send(MOVER, "GET", f"/applications/{number}")
    assert [line["result"] for line in view["cases"]] == ["granted"] * 3
