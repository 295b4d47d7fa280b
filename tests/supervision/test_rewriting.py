"""A new key takes over everything that was there: in batches, resumable, with the city open, and nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from django.db import connections
from tests.portal import matters
from typer.testing import CliRunner

from tongban.accounts.models import User
from tongban.applications.models import Form
from tongban.casework import audit, seals, store
from tongban.casework.numbers import case_number_of
from tongban.cli.city import open_already
from tongban.cli.main import app
from tongban.credentials import service as credentials
from tongban.credentials.models import Document
from tongban.platform import crypto, places
from tongban.platform.database import AWAY
from tongban.platform.errors import PlatformError
from tongban.platform.places import make_folder
from tongban.platform.roles import OWNER
from tongban.supervision import restoring, rewriting, webhooks
from tongban.testing import templates
from tongban.testing.fixtures import City

pytestmark = pytest.mark.slow
BIRTH = "health/birth-certificate"
KEYED_OR_PUBLIC = {
    "casework_case.head", "casework_seal.previous", "casework_seal.root", "casework_seal.signature",
    "credentials_document.content_digest", "credentials_document.pdf_sha256", "registry_alias.hashed",
    "registry_subject.key_hash",
}  # fmt: skip
"""Bytes, beside every `digest`, that no key of the ring opens: keyed hashes, which stay, and the chain's."""
BYTES = """select table_name || '.' || column_name from information_schema.columns
    where table_schema = 'public' and data_type = 'bytea'"""


@pytest.fixture
def city_template() -> str:
    """With the demonstration's people."""
    return templates.INHABITED


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the run's keys: a key of theirs is taken out."""
    folder = tmp_path / "keys"
    shutil.copytree(places.keys(), folder)
    monkeypatch.setenv("TONGBAN_KEYS", str(folder))
    crypto.keyring.cache_clear()
    yield folder
    crypto.keyring.cache_clear()


@pytest.fixture
def town(city: City, keys: Path) -> City:
    """A city with a birth certificate issued, everything sealed with the first key."""
    number = matters.sent()
    matters.grant_birth_certificate(number)
    for document in Document.objects.all():
        credentials.document_bytes(document.id)
    user = User.objects.exclude(subject_id=None).first()
    assert user is not None
    user.totp_secret = crypto.encrypt(b"secret", context=f"totp:{user.id}")
    user.save(update_fields=["totp_secret"])
    webhooks.add_endpoint("https://example.org/hook")
    seals.seal(make_folder(places.home(places.find_places()) / "seals", 0o700))
    return city


def numbers_in(city: City) -> set[int]:
    """The keys that anything in the database is sealed with."""
    found: set[int] = set()
    with city.superuser() as reader:
        for column in rewriting.COLUMNS:
            rows = reader.execute(
                f"select distinct substring({column.name} from 2 for 4) from {column.table}"  # noqa: S608 -- our names
                f" where {column.name} is not null"
            )
            found |= {int.from_bytes(bytes(row[0])) for row in rows}  # type: ignore[call-overload]
    return found


def heads(city: City) -> list[tuple[object, ...]]:
    with city.superuser() as reader:
        return reader.execute("select id, version, head from casework_case order by id").fetchall()


def said(city: City) -> object:
    """What the city can read of its cases, in the order of its events."""
    found = store.values_of([case_number_of(int(str(row[0]))) for row in heads(city)])
    assert all([one.n for one in each] == sorted(one.n for one in each) for each in found.values())
    return {number: sorted(each, key=lambda one: (one.n, one.subject)) for number, each in found.items()}


def aged(folder: Path) -> None:
    """As if the key had been put in force an hour ago."""
    file = folder / crypto.FILE_NAME
    before = file.stat().st_mtime - 3600
    os.utime(file, (before, before))


def test_after_it_the_older_key_can_be_taken_out_and_everything_reads_and_verifies(town: City, keys: Path) -> None:
    before, chain, values = said(town), heads(town), restoring.open_values()
    assert numbers_in(town) == {1}
    crypto.rotate(keys)
    assert sum(batch.done for batch in rewriting.rewrite()) > 200
    assert (numbers_in(town), rewriting.left()) == ({2}, 0)
    aged(keys)
    assert dict(rewriting.take_out().keys).keys() == {2}
    crypto.keyring.cache_clear()
    assert (said(town), heads(town)) == (before, chain)
    assert restoring.open_values() == values
    assert restoring.open_values()[1] == ()
    assert audit.audit(None).is_clean


def test_every_column_of_bytes_is_rewritten_or_known_to_hold_nothing_sealed(city: City) -> None:
    with city.superuser() as reader:
        found = {str(row[0]) for row in reader.execute(BYTES)}
    sealed = {f"{column.table}.{column.name}" for column in rewriting.COLUMNS}
    assert {name for name in found if not name.endswith(".digest")} == sealed | KEYED_OR_PUBLIC


def test_killed_on_the_way_it_goes_on_with_what_is_left(
    town: City, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewriting, "BATCH_ROWS", 7)
    crypto.rotate(keys)
    done = sum(batch.done for batch in islice(rewriting.rewrite(), 3))
    left = rewriting.left()
    assert numbers_in(town) == {1, 2}
    assert sum(batch.done for batch in rewriting.rewrite()) == left
    assert done == 21
    assert list(rewriting.rewrite()) == []
    assert restoring.open_values()[1] == ()


def test_a_batch_that_is_cut_off_stands_not_at_all_and_the_next_run_does_it(
    town: City, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crypto.rotate(keys)
    before, read, seal_again = said(town), [0], crypto.encrypt

    def cut(value: bytes | str, *, context: str) -> bytes:
        read[0] += 1
        if read[0] == 30:
            with town.superuser() as other:
                other.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = %s", [OWNER])
        return seal_again(value, context=context)

    monkeypatch.setattr(crypto, "encrypt", cut)
    left = rewriting.left()
    with pytest.raises(AWAY):
        list(rewriting.rewrite())
    connections["owner"].close()
    assert rewriting.left() <= left
    assert said(town) == before
    list(rewriting.rewrite())
    assert (rewriting.left(), said(town)) == (0, before)


def test_large_values_are_taken_a_few_at_a_time(town: City, keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewriting, "BATCH_BYTES", 1)
    papers = tuple(one for one in rewriting.COLUMNS if one.table == "credentials_document")
    monkeypatch.setattr(rewriting, "COLUMNS", papers)
    crypto.rotate(keys)
    left = rewriting.left()
    assert [batch.done for batch in rewriting.rewrite()] == [1] * left
    assert rewriting.left() == 0


@pytest.mark.usefixtures("town")
def test_the_command_says_what_is_done_and_what_is_left(keys: Path) -> None:
    def told(*words: str) -> dict[str, object]:
        with open_already():
            done = CliRunner().invoke(app, ["keys", *words, "--json"])
        assert done.exit_code == 0, done.output
        answer: dict[str, object] = json.loads(done.output)
        return answer

    assert told("--rewrite") == {"done": 0, "left": 0, "unread": []}
    told("--new")
    done = told("--rewrite")
    assert (done["left"], done["unread"]) == (0, [])
    assert told("--rewrite")["done"] == 0
    with open_already():
        early = CliRunner().invoke(app, ["keys", "--take-out"])
        both = CliRunner().invoke(app, ["keys", "--new", "--rewrite"])
    assert (early.exit_code, "keys-in-use" in early.output) == (1, True)
    assert both.exit_code == 2
    aged(keys)
    assert (told("--take-out")["in_force"], told()["keys"]) == (2, 1)


def test_what_the_city_is_writing_is_waited_for_by_nobody_and_stands(town: City, keys: Path) -> None:
    crypto.rotate(keys)
    with town.superuser() as other, other.transaction():
        other.execute("select from applications_form for update")
        for _ in rewriting.rewrite():
            pass
        left = rewriting.left()
    assert left == Form.objects.count() > 0
    for _ in rewriting.rewrite():
        pass
    assert rewriting.left() == 0


@pytest.mark.usefixtures("city")
def test_the_city_works_on_meanwhile_and_nothing_it_wrote_is_lost(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewriting, "BATCH_ROWS", 3)
    number = matters.sent()
    case = matters.part(number, BIRTH)
    crypto.rotate(keys)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            for n in range(10):
                matters.act("clerk-maternity", case, "note", texts={"note": f"第 {n} 次"})
        except BaseException as error:  # noqa: BLE001 -- told in the test's own thread
            failed.append(error)
        finally:
            connections.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    while worker.is_alive():
        for _ in rewriting.rewrite():
            pass
    worker.join()
    assert failed == []
    for _ in rewriting.rewrite():
        pass
    assert rewriting.left() == 0
    seals.seal(make_folder(places.home(places.find_places()) / "seals", 0o700))
    notes = {str(text) for one in store.values_of([case])[case] for text in one.values.values()}
    assert {f"第 {n} 次" for n in range(10)} <= notes
    assert audit.audit(None).is_clean


def test_a_value_that_cannot_be_read_is_named_left_alone_and_holds_up_no_other(town: City, keys: Path) -> None:
    crypto.rotate(keys)
    with town.superuser() as stranger:
        stranger.execute(
            "update registry_record set facts = set_byte(facts, 40, get_byte(facts, 40) # 1)"
            " where id = (select min(id) from registry_record)"
        )
    unread = [place for batch in rewriting.rewrite() for place in batch.unread]
    assert [place.partition(":")[0] for place in unread] == ["registry"]
    assert rewriting.left() == 1


def test_a_key_that_is_in_use_or_may_be_is_not_taken_out(town: City, keys: Path) -> None:
    crypto.rotate(keys)
    aged(keys)
    with pytest.raises(PlatformError, match="keys-in-use"):
        rewriting.take_out()
    for _ in rewriting.rewrite():
        pass
    os.utime(keys / crypto.FILE_NAME)
    with pytest.raises(PlatformError, match="keys-in-use"):
        rewriting.take_out()
    assert crypto.read(keys).keys.keys() == {1, 2}
