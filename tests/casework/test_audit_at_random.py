"""Whatever is done to sealed histories at the database itself is found and named by case; what is younger than the last
seal is called not yet sealed. A tampering that goes unseen is seen again by `TONGBAN_SEED=…` and this file.
"""

from __future__ import annotations

from datetime import date
from itertools import product
from random import Random

import psycopg
import pytest
from tests.casework.conftest import Trial
from tests.casework.seeds import diary, seeds
from tests.casework.tamperings import BESIDE_IT, OF_THE_HISTORY, TABLES, Hand, Tampering, recompute
from tests.casework.world import ANNA, CARA, HANNA, OWNER, WATER, command
from tests.examples import examples

from tongban.casework import audit, seals, service
from tongban.casework.numbers import case_number_of, id_of

FILE = "tests/casework/test_audit_at_random.py"
GRANT = {"shop.licensed_until": date(2029, 12, 31)}
KINDS = [*product(OF_THE_HISTORY, (False, True)), *((beside, False) for beside in BESIDE_IT)]
"""Everything of the list, what changes a history once plain and once with all that follows from it recomputed."""


@pytest.fixture
def sealed(trial: Trial) -> dict[int, int]:
    """A city with cases in all states, all of it under a seal: how many events each case has."""
    permit, card, _ = trial.open(*trial.family())
    consulted, corrected, refused, withdrawn = (trial.open()[0] for _ in range(4))
    for number, order, doer in (
        (permit, command("claim"), ANNA),
        (permit, command("accept"), ANNA),
        (permit, command("decide", facts=GRANT), CARA),
        (card, command("note", note="先放一放"), HANNA),
        (consulted, command("accept"), ANNA),
        (consulted, command("consult", offices=[WATER]), ANNA),
        (consulted, command("note", note="等水务"), HANNA),
        (corrected, command("correct", fault="incomplete", items=["shop.seats"]), ANNA),
        (refused, command("refuse-acceptance", reason="不归我们"), ANNA),
        (withdrawn, command("accept"), ANNA),
        (withdrawn, command("withdraw"), OWNER),
    ):
        service.command(number, order, doer)
    seals.seal()
    trial.city.is_tampered = True
    with trial.city.superuser() as connection:
        found = connection.execute("select id, version from casework_case order by id").fetchall()
    return {int(str(case_id)): int(str(version)) for case_id, version in found}


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_whatever_is_done_to_sealed_cases_is_found_and_named(trial: Trial, sealed: dict[int, int]) -> None:
    with trial.city.superuser() as connection:
        keep(connection)
        for seed in seeds(examples(200)):
            with diary(seed, FILE) as lines:
                luck = Random(seed)  # noqa: S311 -- nothing secret
                tamper, is_clever = KINDS[seed % len(KINDS)]
                case_id = luck.choice(fit(connection, sealed, tamper))
                lines.append(f"{case_number_of(case_id)}: {tamper.__name__}{', then recompute' if is_clever else ''}")
                hand = Hand(connection, case_id, sealed[case_id], luck)
                tamper(hand)
                if is_clever:
                    recompute(hand)
                report = audit.audit()
                assert {finding.case for finding in report.findings} == {case_number_of(case_id)}
                restore(connection)
    assert audit.audit().is_clean


def fit(connection: psycopg.Connection[tuple[object, ...]], sealed: dict[int, int], tamper: Tampering) -> list[int]:
    """The cases to which it can be done: with more than one event, and with something beside them where it counts."""
    beside = BESIDE_IT.get(tamper, "event")
    found = connection.execute(f"select distinct case_id from casework_{beside}").fetchall()  # noqa: S608 -- ours
    return [case_id for case_id, version in sealed.items() if version > 1 and (case_id,) in found]


def keep(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Put a copy of all tables aside."""
    for table in TABLES:
        connection.execute(f"create temporary table kept_{table} as table casework_{table}")


def restore(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Let all tables hold what was put aside, whose generated columns are generated again."""
    for table in TABLES:
        [[columns]] = connection.execute(
            "select string_agg(quote_ident(attname), ', ') from pg_attribute"
            " where attrelid = %s::regclass and attnum > 0 and attgenerated = '' and not attisdropped",
            [f"casework_{table}"],
        ).fetchall()
        connection.execute(f"delete from casework_{table}")  # noqa: S608 -- ours
        connection.execute(f"insert into casework_{table} ({columns}) select {columns} from kept_{table}")  # noqa: S608


@pytest.mark.parametrize("tamper", OF_THE_HISTORY[:-1], ids=lambda tamper: tamper.__name__)
def test_what_is_younger_than_the_seal_is_never_called_verified(trial: Trial, tamper: Tampering) -> None:
    old, _ = trial.open()[0], seals.seal()
    (young,) = trial.open()
    service.command(young, command("note", note="先放一放"), HANNA)
    service.command(young, command("accept"), ANNA)
    trial.city.is_tampered = True
    with trial.city.superuser() as connection:
        hand = Hand(connection, id_of(young), 3, Random(3))  # noqa: S311 -- as above
        tamper(hand)
        recompute(hand)
    report = audit.audit()
    assert {finding.case for finding in report.findings} <= {young}
    assert (report.cases, report.unsealed_cases, report.unsealed_events) == (2, 1, report.events - 1)
    assert old != young


def test_a_case_that_goes_on_after_its_seal_is_held_to_what_was_sealed(trial: Trial) -> None:
    (number,) = trial.open()
    seals.seal()
    service.command(number, command("accept"), ANNA)
    trial.city.is_tampered = True
    with trial.city.superuser() as connection:
        hand = Hand(connection, id_of(number), 1, Random(3))  # noqa: S311 -- as above
        hand.do("update casework_event set body = replace(body::text, 'person:8', 'person:9')::json"
                " where case_id = %(case)s and n = 1")  # fmt: skip
        recompute(hand)
    report = audit.audit()
    assert {(finding.case, finding.code) for finding in report.findings} == {(number, "seal-mismatch")}
    assert (report.unsealed_cases, report.unsealed_events) == (1, 1)
