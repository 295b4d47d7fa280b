"""Two batches at one moment, each on a connection of its own, that need the same employers in opposite order."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from tests.packs.ledger.books import FIRM, MAY, OTHER, hiring
from tests.packs.ledger.test_locks import OF_MANY, batch

from tongban.applications.effects import effect_of
from tongban.pack_api import Database, Decided
from tongban.packs.social_insurance.ledger import enrolments
from tongban.packs.social_insurance.ledger.billing import bill
from tongban.packs.social_insurance.ledger.corrections import Touched, settle
from tongban.packs.social_insurance.ledger.enrolments import enrol, periods_of

pytestmark = [pytest.mark.usefixtures("city"), pytest.mark.slow]


@pytest.mark.parametrize("name", OF_MANY)
def test_two_batches_of_the_same_employers_in_opposite_order_both_succeed(name: str) -> None:
    people = range(101, 105)
    firms = [FIRM, OTHER, OTHER, FIRM]
    with transaction.atomic(), connection.cursor() as cursor:
        enrol(cursor, [hiring(one, case=f"A/{one}", employer=firm) for one, firm in zip(people, firms, strict=True)])
    bill(MAY + 3)  # so that ending them bills a difference to each employer
    both = threading.Barrier(2)
    failures: list[BaseException] = []

    def meeting(db: Database, touched: Sequence[Touched]) -> None:
        """As always; whoever comes to its first employer waits a little for the other to come to its own."""
        settle(db, touched)
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=1)

    def carried_out(decided: list[Decided]) -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                effect_of(f"social-insurance/{name}")(decided, cursor)
        except BaseException as failure:  # noqa: BLE001 - told below
            failures.append(failure)
        finally:
            connection.close()

    batches = [batch(name, people[:2], "C"), batch(name, people[2:], "D")]
    threads = [threading.Thread(target=carried_out, args=(one,)) for one in batches]
    with patch.object(enrolments, "settle", meeting):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []
    assert all(periods_of(one)[0].last_month == MAY + 2 for one in people)
