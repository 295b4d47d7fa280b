"""The audit finds what anybody changed, be it the database's superuser, and calls what is young not yet sealed."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date

import orjson
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from tests.casework.conftest import Trial
from tests.casework.world import ANNA, CARA, HANNA, command
from typer.testing import CliRunner

from tongban.casework import audit, chain, rows, seals, service
from tongban.casework.numbers import id_of
from tongban.cli.main import app

GRANT = {"shop.licensed_until": date(2029, 12, 31)}
Superuser = psycopg.Connection[tuple[object, ...]]


def lived(trial: Trial) -> tuple[str, str]:
    """Two cases with some life behind them, and a seal over both."""
    first, second = trial.open()[0], trial.open()[0]
    service.command(first, command("accept"), ANNA)
    service.command(first, command("decide", facts=GRANT), CARA)
    service.command(second, command("note", note="先放一放"), HANNA)
    seals.seal()
    return first, second


def found(trial: Trial, number: str | None) -> set[str]:
    """The codes of what the audit finds, all about one case."""
    trial.city.is_tampered = True
    report = audit.audit()
    assert {finding.case for finding in report.findings} <= {number, None}
    assert all(finding.text.zh and finding.text.en for finding in report.findings)
    return {finding.code for finding in report.findings}


def test_an_untouched_city_is_clean_and_counts_what_is_not_sealed(trial: Trial) -> None:
    _, second = lived(trial)
    report = audit.audit()
    assert (report.is_clean, report.cases, report.events, report.seals) == (True, 2, 6, 1)
    assert (report.unsealed_cases, report.unsealed_events) == (0, 0)
    service.command(second, command("accept"), ANNA)
    assert (audit.audit().unsealed_cases, audit.audit().unsealed_events) == (1, 1)
    seals.seal()
    assert audit.audit().unsealed_cases == 0
    assert seals.seal() == []


def test_a_city_without_seals_verifies_nothing(trial: Trial) -> None:
    trial.open()
    report = audit.audit()
    assert (report.is_clean, report.seals, report.unsealed_cases) == (True, 0, 1)


def rechain(connection: Superuser, case_id: int) -> None:
    """What a clever superuser does: number the events again, recompute every head and fold the row anew."""
    connection.execute(
        "update casework_event e set n = 1000 + r.n from (select n as was, row_number() over (order by n) as n"
        " from casework_event where case_id = %s) r where e.case_id = %s and e.n = r.was",
        [case_id, case_id],
    )
    connection.execute("update casework_event set n = n - 1000 where case_id = %s", [case_id])
    found = connection.execute(
        "select case_id, n, command_id, k, body::text from casework_event where case_id = %s order by n", [case_id]
    ).fetchall()
    head = chain.GENESIS
    for row in found:
        head = chain.head(head, rows.read_event(*row))  # type: ignore[arg-type]
    connection.execute(
        "update casework_case set head = decode(%s, 'hex'), version = %s where id = %s", [head, len(found), case_id]
    )


def change_actor(connection: Superuser, case_id: int) -> None:
    connection.execute(
        "update casework_event set body = replace(body::text, 'staff:1', 'staff:9')::json where case_id = %s and n = 2",
        [case_id],
    )


def remove_an_event(connection: Superuser, case_id: int) -> None:
    connection.execute("delete from casework_event where case_id = %s and n = 2", [case_id])


def remove_the_tail(connection: Superuser, case_id: int) -> None:
    connection.execute("delete from casework_event where case_id = %s and n > 2", [case_id])


def insert_an_event(connection: Superuser, case_id: int) -> None:
    connection.execute("update casework_event set n = n + 101 where case_id = %s and n >= 2", [case_id])
    connection.execute("update casework_event set n = n - 100 where case_id = %s and n > 100", [case_id])
    connection.execute(
        "insert into casework_event select case_id, 2, gen_random_uuid(), 0, body from casework_event"
        " where case_id = %s and n = 3",
        [case_id],
    )


def swap_two_events(connection: Superuser, case_id: int) -> None:
    connection.execute("update casework_event set n = 5 - n + 100 where case_id = %s and n in (2, 3)", [case_id])
    connection.execute("update casework_event set n = n - 100 where case_id = %s and n > 100", [case_id])


TAMPERINGS = (change_actor, remove_an_event, remove_the_tail, insert_an_event, swap_two_events)


@pytest.mark.parametrize("is_clever", [False, True], ids=["plain", "rechained"])
@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
def test_a_changed_history_is_found_and_named(
    trial: Trial,
    tamper: Callable[[Superuser, int], None],
    is_clever: bool,  # noqa: FBT001 -- pytest passes it
) -> None:
    first, _ = lived(trial)
    with trial.city.superuser() as connection:
        tamper(connection, id_of(first))
        if is_clever:
            rechain(connection, id_of(first))
    codes = found(trial, first)
    assert codes & {"seal-mismatch", "event-missing"}


CHANGES = {
    "state-changed": "update casework_case set state = jsonb_set(state, '{state}', '\"refused\"') where id = %s",
    "application-changed": "update casework_application set mode = 'walk' where id = %s / 1000000",
    "tasks-changed": "update casework_task set office = 'trial/water' where case_id = %s",
    "clocks-changed": "update casework_clock set due_at = due_at + interval '1 day' where case_id = %s",
    "value-changed": "update casework_value set body = set_byte(body, 30, 255 - get_byte(body, 30)) where case_id = %s",
    "key-missing": "update casework_value set body = set_byte(body, 4, 99) where case_id = %s",
    "value-missing": "delete from casework_value where case_id = %s",
    "case-missing": "delete from casework_case where id = %s",
    "event-reworded": "update casework_event set body = replace(body::text, '{', '{ ')::json where case_id = %s",
    "event-unreadable": "update casework_event set body = replace(body::text, 'kind', 'king')::json where case_id = %s",
}


@pytest.mark.parametrize("said", ["waits", "clocks", "facts"])
def test_an_event_that_says_things_of_another_kind_is_named_and_stops_no_audit(trial: Trial, said: str) -> None:
    _, second = lived(trial)
    with trial.city.superuser() as connection:
        connection.execute(
            "update casework_event set body = jsonb_set(body::jsonb, array['data', %s], to_jsonb('x'::text))::json"
            " where case_id = %s",
            [said, id_of(second)],
        )
    assert "event-unreadable" in found(trial, second)


@pytest.mark.parametrize("code", CHANGES)
def test_what_stands_beside_the_events_must_agree_with_them(trial: Trial, code: str) -> None:
    _, second = lived(trial)
    with trial.city.superuser() as connection:
        connection.execute(CHANGES[code], [id_of(second)])
    assert code in found(trial, second)


def test_a_whole_case_removed_without_trace_is_named_by_the_seal(trial: Trial) -> None:
    first, _ = lived(trial)
    with trial.city.superuser() as connection:
        for table, column in (("case", "id"), ("event", "case_id"), ("task", "case_id"), ("value", "case_id")):
            connection.execute(f"delete from casework_{table} where {column} = %s", [id_of(first)])  # noqa: S608 -- ours
    assert found(trial, first) == {"case-missing"}


def test_values_exchanged_between_cases_do_not_decrypt(trial: Trial) -> None:
    first, second = lived(trial)
    with trial.city.superuser() as connection:
        connection.execute(
            "update casework_value v set body = w.body from casework_value w"
            " where v.case_id = %s and w.case_id = %s and v.subject = w.subject and v.n = 1 and w.n = 1",
            [id_of(second), id_of(first)],
        )
    assert found(trial, second) == {"value-changed"}


def test_seals_of_a_stranger_or_edited_ones_count_for_nothing(trial: Trial) -> None:
    lived(trial)
    trial.city.is_tampered = True
    stranger = audit.audit(key=Ed25519PrivateKey.generate().public_key())
    assert {finding.code for finding in stranger.findings} == {"seal-broken"}
    assert stranger.unsealed_cases == 2
    file = trial.seals / seals.FILE_NAME
    kept = file.read_bytes()
    line = orjson.loads(kept)
    line["leaves"][0][2] = hashlib.sha256(b"other").hexdigest()
    file.write_bytes(orjson.dumps(line) + b"\n")
    assert {finding.code for finding in audit.audit().findings} == {"seal-broken"}
    file.write_bytes(kept[:40])
    assert {finding.code for finding in audit.audit().findings} == {"seal-unreadable", "seal-missing"}
    file.unlink()
    assert {finding.code for finding in audit.audit().findings} == {"seal-missing"}


def test_a_seal_that_lost_the_end_of_its_line_alone_is_still_the_last(trial: Trial) -> None:
    lived(trial)
    file = trial.seals / seals.FILE_NAME
    file.write_bytes(file.read_bytes().rstrip(b"\n"))
    trial.open()
    assert [seal.n for seal in seals.seal()] == [2]
    assert [seal.n for seal in seals.read(trial.seals)] == [1, 2]
    assert audit.audit().findings == []


@pytest.mark.parametrize("at_once_bytes", [1, 64, 1 << 20])
def test_a_seal_is_made_without_reading_those_before_the_last(
    trial: Trial, monkeypatch: pytest.MonkeyPatch, at_once_bytes: int
) -> None:
    monkeypatch.setattr(seals, "_READ_AT_ONCE_BYTES", at_once_bytes)
    lived(trial)
    trial.open()
    second = seals.seal()[0]
    trial.city.is_tampered = True
    file = trial.seals / seals.FILE_NAME
    first, last = file.read_bytes().splitlines()
    file.write_bytes(b"x" * len(first) + b"\n" + last + b"\n")
    trial.open()
    assert [(one.n, one.previous) for one in seals.seal()] == [(3, second.hash)]
    with pytest.raises(ValueError, match=f"{seals.FILE_NAME}:1$"):  # whoever reads them all is told
        list(seals.read(trial.seals))


def test_seals_kept_elsewhere_name_a_case_when_the_citys_own_are_gone_too(
    trial: Trial, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongban.cli.city.open_city", nullcontext)  # it is open: the test's
    first, second = lived(trial)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    shutil.copy(trial.seals / seals.FILE_NAME, elsewhere)
    trial.city.is_tampered = True
    with trial.city.superuser() as connection:
        connection.execute("update casework_event set k = 7 where case_id = %s and n = 2", [id_of(first)])
        rechain(connection, id_of(first))
        connection.execute("delete from casework_seal")
    (trial.seals / seals.FILE_NAME).unlink()
    service.command(second, command("accept"), ANNA)

    def told(*words: str) -> tuple[int, set[tuple[str, str]], dict[str, int]]:
        said = CliRunner().invoke(app, ["audit", *words, "--json"])
        report = orjson.loads(said.stdout)
        return said.exit_code, {(one["code"], one["case"]) for one in report["findings"]}, report["not_yet_sealed"]

    assert told() == (0, set(), {"cases": 2, "events": 7})  # all agrees with itself, and nothing is called verified
    assert told("--seals", str(elsewhere)) == (
        1,
        {("seal-mismatch", first), ("seal-differs", None)},
        {"cases": 1, "events": 1},
    )


def test_seals_written_but_not_committed_are_taken_up_and_half_a_line_is_none(trial: Trial) -> None:
    (number,) = trial.open()
    for _ in range(2):
        with transaction.atomic():
            seals.seal()
            transaction.set_rollback(True)
    assert len(list(seals.read(trial.seals))) == 2
    with (trial.seals / seals.FILE_NAME).open("ab") as file:
        file.write(b'{"n": 3, "at": "2026-')  # the disk was full, or the computer lost its power
    service.command(number, command("accept"), ANNA)
    seals.seal()
    report = audit.audit()
    assert (report.is_clean, report.seals, report.unsealed_cases) == (True, 3, 0)
