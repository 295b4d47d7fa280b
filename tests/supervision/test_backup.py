"""A backup made while the city works comes back as that city, or says which part of it is not what it was."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker
from tests.portal import matters
from tests.supervision.killed_city import KilledCity, killed_city

from tongban.applications.models import Erasure
from tongban.casework import audit, seals, store
from tongban.casework.numbers import case_number_of
from tongban.credentials.models import Document
from tongban.platform import backup, crypto, database
from tongban.platform.errors import PlatformError
from tongban.platform.places import Places, make_folder
from tongban.platform.postgres import SERVING, Postgres
from tongban.platform.programs import wheel_programs
from tongban.platform.roles import APP, OWNER, SUPERUSER
from tongban.supervision import backups, restoring
from tongban.testing import templates
from tongban.testing.fixtures import SHARED

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

BIRTH = "health/birth-certificate"
GRANTS = """
    select relname, relowner::regrole::text, relrowsecurity, grantee::regrole::text, privilege_type, is_grantable
    from pg_class,
        aclexplode(coalesce(relacl, acldefault(case relkind when 'S' then 's'::"char" else 'r' end, relowner)))
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'S')
    union all
    select oid::regprocedure::text, proowner::regrole::text, prosecdef, grantee::regrole::text, privilege_type,
        is_grantable
    from pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner))) where pronamespace = 'public'::regnamespace
    union all
    select polname || ' ' || polrelid::regclass, pg_get_expr(polqual, polrelid), true, polroles::regrole[]::text, '',
        true
    from pg_policy
    order by 1, 2, 3, 4, 5, 6
"""


@pytest.fixture
def working(postgres: Postgres, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[KilledCity]:
    """A city on a server of its own."""
    with django_db_blocker.unblock():
        with killed_city() as city:
            yield city
        database.point_to(postgres, SHARED)


def tongban(home: Path, *arguments: str) -> Any:  # noqa: ANN401 -- what the command printed as JSON
    places = {"TONGBAN_HOME": str(home), "TONGBAN_KEYS": str(templates.keys())}
    done = subprocess.run(  # noqa: S603 -- our own
        [sys.executable, "-m", "tongban", *arguments, "--json"],
        env={key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"} | places,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def record() -> dict[str, Any]:
    """Every event of every case, in words of its own, and every credential with what it says."""
    papers = {document.number: (document.code, bytes(document.content_digest)) for document in Document.objects.all()}
    with psycopg.connect(url()) as connection:
        cases = connection.execute("select id from casework_case order by id").fetchall()
    numbers = [case_number_of(case_id) for (case_id,) in cases]
    return {"events": store.events_of(numbers), "papers": papers}


def url() -> str:
    """Where Django's connections lead, as a reader whom no row-level security stops."""
    here = connections["owner"].settings_dict
    return f"host={here['HOST']} dbname={here['NAME']} user={SUPERUSER}"


def grants() -> list[tuple[Any, ...]]:
    with psycopg.connect(url()) as connection:
        return connection.execute(GRANTS).fetchall()


def test_a_city_backed_up_at_work_comes_back_and_goes_on(working: KilledCity) -> None:
    number = matters.sent()
    case = matters.part(number, BIRTH)
    matters.act("clerk-maternity", case, "accept")
    seals.seal(make_folder(working.home / "seals", 0o700))
    noted: list[int] = []
    enough = threading.Event()

    def go_on() -> None:
        while not enough.is_set():
            matters.act("clerk-maternity", case, "note", texts={"note": "看过了"})
            noted.append(1)
            seals.seal(working.home / "seals")
            enough.wait(0.02)
        database.close_connections()

    at_work = threading.Thread(target=go_on)
    before = record()
    at_work.start()
    folder = working.home.parent / "backup"
    try:
        said = backups.make(Places(working.home, templates.keys(), working.port, None), folder)
    finally:
        enough.set()
        at_work.join()
    assert list(said.keys) == ["values-1", "values-search", "seal", "authority"]
    now, rights = record(), grants()
    assert len(noted) > 1
    database.close_connections()

    home = working.home.parent / "restored"
    proof = tongban(home, "restore", str(folder))
    assert (proof["whole"], proof["wrong"], proof["audit"]["findings"]) == (True, [], [])
    assert proof["rows"] == sum(said.tables.values())
    assert proof["audit"]["seals"] == said.last_seal
    with Postgres(home / "postgres", programs=wheel_programs(), settings=SERVING).running() as server:
        database.point_to(server, database.DATABASE)
        restored = record()
        assert grants() == rights
        assert restored["papers"] == now["papers"]
        assert set(restored["events"]) == set(now["events"])
        for each, events in restored["events"].items():
            assert before["events"][each] == events[: len(before["events"][each])]
            assert events == now["events"][each][: len(events)]
        matters.act("approver-maternity", case, "decide")
        assert store.load_cases([case])[case].case.state == "issued"
        assert [paper for paper in Document.objects.filter(case_number=case) if paper.sort == "credential"]
        # What the new server counts begins anew; the next seal hears of all that came since, all the same.
        assert seals.seal(home / "seals")
        report = audit.audit(home / "seals")
        assert (report.findings, report.unsealed_events) == ([], 0)
        database.close_connections()


@pytest.fixture(scope="module")
def made(
    postgres: Postgres,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:
    """A backup of a city with people."""
    database.create(postgres, "backed_up", template=templates.INHABITED)
    with django_db_blocker.unblock():
        home = tmp_path_factory.mktemp("backed-up")
        folder = home.with_name("backup")
        backups.make(places(home, postgres, "backed_up"), folder)
        yield folder
    database.drop(postgres, "backed_up")


def places(home: Path, server: Postgres, name: str) -> Places:
    return Places(home, templates.keys(), 8000, server.conninfo(name, SUPERUSER))


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    """The same, to be damaged."""
    return shutil.copytree(made, tmp_path / "backup")


@pytest.fixture
def nowhere(postgres: Postgres, tmp_path: Path) -> Places:
    """A place whose database does not exist: whoever refuses in time never asks it."""
    return places(tmp_path / "home", postgres, "nowhere")


def refusal(city: Places, folder: Path) -> str:
    with pytest.raises(PlatformError) as refused:
        restoring.restore(city, folder)
    return refused.value.code


def test_one_changed_byte_anywhere_is_refused(copy: Path, nowhere: Places) -> None:
    for file in (copy / backup.DATABASE, copy / backup.MANIFEST):
        whole = file.read_bytes()
        for at in range(7, len(whole), max(1, len(whole) // 9)):
            file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            assert refusal(nowhere, copy) == "backup-damaged", at
        file.write_bytes(whole)


def test_a_cut_a_missing_and_a_strange_file_are_refused(copy: Path, nowhere: Places) -> None:
    dump = copy / backup.DATABASE
    whole = dump.read_bytes()
    for left in (whole[:-1], whole[: len(whole) // 2], b""):
        dump.write_bytes(left)
        assert refusal(nowhere, copy) == "backup-damaged"
    dump.unlink()
    assert refusal(nowhere, copy) == "backup-damaged"
    dump.write_bytes(whole)
    (copy / backup.HOME).mkdir(exist_ok=True)
    (copy / backup.HOME / "strange").write_text("?")
    assert refusal(nowhere, copy) == "backup-damaged"
    (copy / backup.MANIFEST).unlink()
    assert refusal(nowhere, copy) == "no-backup"


def rewritten(folder: Path, **changes: Any) -> None:  # noqa: ANN401 -- whatever the manifest holds
    """Let the manifest say something else, and be whole."""
    manifest = backup.read(folder)
    (folder / backup.MANIFEST).unlink()
    fields = {name: getattr(manifest, name) for name in manifest.__dataclass_fields__}
    backup.write(folder, backup.Manifest(**fields | changes))


def test_a_backup_of_a_newer_version_is_refused(copy: Path, nowhere: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    migrations = backup.read(copy).migrations
    rewritten(copy, migrations={**migrations, "casework": "9999_tomorrow"})
    assert refusal(nowhere, copy) == "backup-newer"
    rewritten(copy, migrations=migrations)
    monkeypatch.setattr(backup, "FORMAT", backup.FORMAT - 1)  # what yesterday's version expects
    assert refusal(nowhere, copy) == "backup-newer"


def test_a_manifest_of_another_backup_is_refused(copy: Path, postgres: Postgres, tmp_path: Path) -> None:
    city = places(make_folder(tmp_path / "home", 0o700), postgres, "backed_up")
    (city.home / "later").touch()
    backups.make(city, tmp_path / "later")
    shutil.copy(tmp_path / "later" / backup.MANIFEST, copy / backup.MANIFEST)
    assert refusal(city, copy) == "backup-damaged"


def test_a_backup_of_an_older_version_is_brought_up_to_date(postgres: Postgres, tmp_path: Path) -> None:
    older = places(tmp_path / "older", postgres, "older")
    database.create(postgres, "older", template=templates.INHABITED)
    database.create(postgres, "restored")
    database.point_to(postgres, "older")
    try:
        call_command("migrate", "applications", "0006", database="owner", verbosity=0)
        manifest = backups.make(older, tmp_path / "backup")
        assert "applications_erasure" not in manifest.tables
        database.point_to(postgres, "restored")
        proof = restoring.restore(places(tmp_path / "home", postgres, "restored"), tmp_path / "backup")
        assert (proof.is_whole, Erasure.objects.count()) == (True, 0)
    finally:
        database.point_to(postgres, SHARED)
        database.drop(postgres, "restored")
        database.drop(postgres, "older")


def test_missing_and_wrong_keys_are_refused(copy: Path, nowhere: Places) -> None:
    keys = backup.read(copy).keys
    rewritten(copy, keys={**keys, "values-2": keys["values-1"]})
    assert refusal(nowhere, copy) == "backup-keys-missing"
    rewritten(copy, keys={**keys, "values-search": keys["values-1"]})
    assert refusal(nowhere, copy) == "backup-keys-wrong"


def test_no_key_is_in_a_backup_and_nobody_else_reads_it(made: Path) -> None:
    assert {file.stat().st_mode & 0o077 for file in (made, *made.rglob("*"))} == {0}
    ring = crypto.read(templates.keys())
    everything = b"".join(file.read_bytes() for file in made.rglob("*") if file.is_file())
    stored = json.loads((templates.keys() / crypto.FILE_NAME).read_text())
    for key in (*ring.keys.values(), ring.search):
        assert key not in everything
        assert key.hex().encode() not in everything
    assert stored["search"].encode() not in everything


def test_a_city_is_never_written_over(made: Path, postgres: Postgres, tmp_path: Path) -> None:
    assert refusal(places(tmp_path / "home", postgres, "backed_up"), made) == "city-present"
    database.create(postgres, "empty_but_for_files")
    with pytest.raises(PlatformError, match="no-city"):
        backups.make(places(tmp_path / "home", postgres, "empty_but_for_files"), tmp_path / "backup")
    taken = make_folder(tmp_path / "taken" / "seals", 0o700)
    (taken / seals.FILE_NAME).touch()
    assert refusal(places(taken.parent, postgres, "empty_but_for_files"), made) == "city-present"
    database.drop(postgres, "empty_but_for_files")


def test_what_does_not_come_back_whole_is_named(copy: Path, postgres: Postgres, tmp_path: Path) -> None:
    tables = backup.read(copy).tables
    rewritten(copy, tables={**tables, "registry_record": tables["registry_record"] + 1})
    database.create(postgres, "restored")
    database.point_to(postgres, "restored")
    try:
        proof = restoring.restore(places(tmp_path / "home", postgres, "restored"), copy)
        assert [line.partition(":")[0] for line in proof.wrong] == ["registry_record"]
        with psycopg.connect(postgres.conninfo("restored", SUPERUSER), autocommit=True) as stranger:
            stranger.execute("update registry_record set facts = set_byte(facts, 40, get_byte(facts, 40) # 1)"
                             " where id = (select min(id) from registry_record)")  # fmt: skip
        values, unread = restoring.open_values()
        assert values == proof.values
        assert [line.partition(" ")[0] for line in unread] == ["registry_record.facts"]
    finally:
        database.point_to(postgres, SHARED)
        database.drop(postgres, "restored")


def test_the_restored_application_may_not_do_more_than_before(copy: Path, postgres: Postgres, tmp_path: Path) -> None:
    database.create(postgres, "restored")
    database.point_to(postgres, "restored")
    try:
        assert restoring.restore(places(tmp_path / "home", postgres, "restored"), copy).is_whole
        restored = grants()
        for role in (OWNER, APP):
            with psycopg.connect(postgres.conninfo("restored", role)) as connection:
                assert connection.execute("select count(*) from registry_subject").fetchone() != (0,)
        with (
            psycopg.connect(postgres.conninfo("restored", APP)) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute("delete from registry_read")
        database.point_to(postgres, "backed_up")
        assert restored == grants()
    finally:
        database.point_to(postgres, SHARED)
        database.drop(postgres, "restored")


def test_a_backup_that_cannot_be_written_leaves_nothing_behind(made: Path, postgres: Postgres, tmp_path: Path) -> None:
    city = places(make_folder(tmp_path / "home", 0o700), postgres, "backed_up")
    (city.home / "large").write_bytes(b"x" * 2_000_000)
    target = tmp_path / "kept" / "backup"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    for most_bytes in (100_000, 1_500_000):  # the dump does not fit; the dump does, the file does not
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, limits[1]))
        try:
            with pytest.raises(PlatformError, match="backup-failed"):
                backups.make(city, target)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert list(target.parent.iterdir()) == []
    backups.make(city, target)
    assert backup.read(target).files["home/large"].size_bytes == 2_000_000
    with pytest.raises(PlatformError, match="backup-present"):
        backups.make(city, target)
    with pytest.raises(PlatformError, match="backup-inside-home"):
        backups.make(city, city.home / "backup")
