"""Puts the generated city into the registry's tables: values encrypted, rows copied, a batch at a time."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection

from tongban.accounts import mandates
from tongban.platform import time
from tongban.registry.sealing import hash_alias, hash_key, seal_facts, seal_key
from tongban.testing.city.records import Records
from tongban.testing.city.subjects import Parents, Subject

BATCH = 5_000
Progress = Callable[[int], None]


def put(stream: Iterable[Subject | Parents], records: Records, progress: Progress | None = None) -> int:
    """Store a stream of subjects on the present connection; returns how many. ``progress`` hears of each batch."""
    ids = Ids()
    rest, count = iter(stream), 0
    while batch := list(islice(rest, BATCH)):
        subjects = [made for made in batch if isinstance(made, Subject)]
        ids.allot([subject.number for subject in subjects])
        _copy_subjects(subjects, ids)
        _copy_records(subjects, ids, records)
        _copy_aliases(subjects, ids, records)
        _copy_parents([made for made in batch if isinstance(made, Parents)], ids)
        count += len(subjects)
        if progress is not None:
            progress(len(subjects))
    return count


class Ids:
    """The database's ids of subjects by their numbers in the city, eight bytes each."""

    def __init__(self) -> None:
        self._ids = array("q", [0])

    def allot(self, numbers: list[int]) -> None:
        """Take ids for these numbers from the database's own sequence."""
        if not numbers:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "select nextval(pg_get_serial_sequence('registry_subject', 'id')) from generate_series(1, %s)",
                [len(numbers)],
            )
            taken = [row[0] for row in cursor.fetchall()]
        self._ids.extend([0] * (max(numbers) + 1 - len(self._ids)))
        for number, taken_id in zip(sorted(numbers), taken, strict=True):
            self._ids[number] = taken_id

    def __getitem__(self, number: int) -> int:
        return self._ids[number]


def _copy_subjects(subjects: list[Subject], ids: Ids) -> None:
    _copy(
        "registry_subject (id, type, key_hash, key, region)",
        ("int8", "text", "bytea", "bytea", "varchar"),
        (
            (
                ids[made.number],
                made.type,
                None if made.key is None else hash_key(made.type, made.key),
                None if made.key is None else seal_key(made.type, made.key),
                made.region,
            )
            for made in subjects
        ),
    )
    _copy(
        "registry_end (relation_id, name, subject_id)",
        ("int8", "text", "int8"),
        ((ids[made.number], name, ids[other]) for made in subjects for name, other in made.ends.items()),
    )


def _copy_records(subjects: list[Subject], ids: Ids, records: Records) -> None:
    at = time.now()
    _copy(
        "registry_record (subject_id, holder, facts, recorded_at)",
        ("int8", "text", "bytea", "timestamptz"),
        (
            (ids[made.number], holder, seal_facts(holder, ids[made.number], facts), at)
            for made in subjects
            for holder, facts in records.of(made).items()
        ),
    )


def _copy_aliases(subjects: list[Subject], ids: Ids, records: Records) -> None:
    _copy(
        "registry_alias (subject_id, attribute, hashed)",
        ("int8", "text", "bytea"),
        ((ids[made.number], name, hash_alias(name, value)) for made in subjects for name, value in records.found(made)),
    )


def _copy_parents(families: list[Parents], ids: Ids) -> None:
    rights = (
        right
        for family in families
        for right in mandates.parents_rights(ids[family.child], [ids[parent] for parent in family.parents], family.born)
    )
    columns = ("grantor_subject_id", "agent_subject_id", "scope", "basis", "from_day", "until_day")
    rows = (tuple(getattr(right, column) for column in columns) for right in rights)
    _copy(f"accounts_mandate ({', '.join(columns)})", ("int8", "int8", "text[]", "varchar", "date", "date"), rows)


def _copy(into: str, types: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
    """Rows in PostgreSQL's own binary form: half the bytes of what is nearly all ciphertext."""
    with connection.cursor() as cursor, cursor.copy(f"copy {into} from stdin (format binary)") as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)
