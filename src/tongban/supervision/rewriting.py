"""Sealing again, with the key in force, what older keys sealed, so that these can be taken out; the city stays open.

A value says which key made it, so nothing is kept about how far it came: whoever begins again, also after a kill, goes
on with what is left. Only ciphertext changes: chain, seals and digests are of what was said, and stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db import connections, transaction
from psycopg import sql

from tongban.accounts.log_in import totp_context
from tongban.applications.batches import batch_context
from tongban.applications.papers import paper_context
from tongban.applications.store import context_of
from tongban.casework.sealed import place_of
from tongban.credentials.service import content_context, pdf_context
from tongban.platform import crypto, places, time
from tongban.platform.errors import PlatformError
from tongban.registry.sealing import key_context, record_context
from tongban.supervision.ratings import rating_context
from tongban.supervision.repair_photos import photo_context
from tongban.supervision.walk_draws import drawn_context
from tongban.supervision.walk_notes import walk_context
from tongban.supervision.webhooks import secret_context

BATCH_ROWS: Final = 500
BATCH_BYTES: Final = 16 * 1024 * 1024
SETTLED_AFTER: Final = timedelta(minutes=10)
"""How long after a new key something may still be on its way that an older one sealed."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of sealed values: ``key`` finds its row, the values of ``place`` make the context it is bound to."""

    table: str
    name: str
    key: tuple[str, ...]
    place: tuple[str, ...]
    context: Callable[..., str]


def _by_id(table: str, name: str, context: Callable[..., str]) -> Column:
    return Column(table, name, ("id",), ("id",), context)


@dataclass(frozen=True, slots=True)
class Batch:
    """How many values were sealed again, the places of those that cannot be read, and the key of the last row."""

    done: int
    unread: tuple[str, ...]
    last: tuple[Any, ...]


_VALUE: Final = ("case_id", "subject", "n")
COLUMNS: Final = (
    Column("casework_value", "body", _VALUE, _VALUE, place_of),
    Column("registry_record", "facts", ("id",), ("holder", "subject_id"), record_context),
    Column("registry_subject", "key", ("id",), ("type",), key_context),
    Column("applications_form", "document", ("number",), ("number",), context_of),
    _by_id("applications_paper", "content", paper_context),
    _by_id("applications_batch", "content", batch_context),
    _by_id("credentials_document", "content", content_context),
    _by_id("credentials_document", "pdf", pdf_context),
    _by_id("accounts_user", "totp_secret", totp_context),
    _by_id("supervision_endpoint", "secret", secret_context),
    _by_id("supervision_repair_photo", "file", photo_context),
    _by_id("supervision_walk_note", "said", partial(walk_context, "note")),
    _by_id("supervision_walk_note", "file", partial(walk_context, "file")),
    _by_id("supervision_walk_note", "recording", partial(walk_context, "recording")),
    _by_id("supervision_walk", "present", partial(walk_context, "present")),
    _by_id("supervision_walk", "discussed", partial(walk_context, "discussed")),
    _by_id("supervision_drawn_case", "said", drawn_context),
    Column("supervision_rating", "said", ("case",), ("case",), rating_context),
)
"""Every column that holds what `tongban.platform.crypto.encrypt` made."""

# Who waits for nobody blocks nobody for ever: a row that the city is writing is passed over, and found the next time.
_TAKE: Final = """
with taken as materialized (
    select {key}, {place}, {name} as sealed from {table}
    where {name} is not null and {older} and {after} order by {key} limit %(rows)s for no key update skip locked
), sized as (
    select *, sum(octet_length(sealed)) over (order by {key}) - octet_length(sealed) as before from taken
)
select {key}, {placed}, sealed from sized where before < %(bytes)s order by {key}
"""
_OLDER: Final = "substring({name} from 2 for 4) <> %(force)s"
_PUT: Final = "update {table} set {name} = %s where ({key}) = ({marks})"
_LEFT: Final = "select count(*) from {table} where {name} is not null and {older}"


def rewrite() -> Iterator[Batch]:
    """Seal again what older keys sealed, in one pass over all tables: batch by batch, each of which then stands.

    A value that cannot be read is left as it is and named.
    """
    for column in COLUMNS:
        after: tuple[Any, ...] = ()
        while (batch := _batch(column, after)).last:
            yield batch
            after = batch.last


def left() -> int:
    """How many values an older key sealed."""
    with connections["owner"].cursor() as cursor:
        found = 0
        for column in COLUMNS:
            cursor.execute(_words(column, _LEFT), {"force": _force()})
            found += cursor.fetchone()[0]
    return found


def take_out() -> crypto.Keyring:
    """Take out the older keys, which nothing needs any more.

    Raises PlatformError ``keys-in-use`` while a value is sealed with one of them, or something may be on its way.
    """
    ring = crypto.read(places.keys())
    age = time.recorded_now() - datetime.fromtimestamp(ring.written[1] / 1e9, time.ZONE)
    minutes = int(SETTLED_AFTER.total_seconds() // 60)
    if len(ring.keys) > 1 and age < SETTLED_AFTER:
        raise PlatformError(
            "keys-in-use",
            zh=f"新密钥启用还不到 {minutes} 分钟，可能还有数据正在用旧密钥写。",
            en=f"The new key is younger than {minutes} minutes: something may still be written with an older one.",
            do_zh="过一会儿再试。",
            do_en="Try again later.",
        )
    if count := left():
        raise PlatformError(
            "keys-in-use",
            zh=f"还有 {count} 个数据是用旧密钥加密的。",
            en=f"{count} values are sealed with older keys.",
            do_zh="运行 tongban keys --rewrite，到剩 0 个为止，再试。",
            do_en="Run `tongban keys --rewrite` until 0 are left, then try again.",
        )
    return crypto.forget(places.keys())


def _batch(column: Column, after: tuple[Any, ...]) -> Batch:
    """Seal again the next rows behind a key."""
    parts, ends = len(column.key), len(column.key) + len(column.place)
    given: dict[str, Any] = {"force": _force(), "rows": BATCH_ROWS, "bytes": BATCH_BYTES} | {
        f"a{n}": at for n, at in enumerate(after)
    }
    again, unread = [], []
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute(_words(column, _TAKE, after), given)
        rows = cursor.fetchall()
        for row in rows:
            context = column.context(*row[parts:ends])
            try:
                plain = crypto.decrypt(bytes(row[ends]), context=context)
            except PlatformError:
                unread.append(context)
            else:
                again.append((crypto.encrypt(plain, context=context), *row[:parts]))
        cursor.executemany(_words(column, _PUT), again)
    return Batch(len(again), tuple(unread), rows[-1][:parts] if rows else ())


def _force() -> bytes:
    """The number of the key in force as a ciphertext has it."""
    return crypto.read(places.keys()).force.to_bytes(crypto.NUMBER_SIZE_BYTES)


def _words(column: Column, statement: str, after: tuple[Any, ...] = ()) -> sql.Composed:
    """A statement about a column, in the names of its table."""
    name = sql.Identifier(column.name)
    key = sql.SQL(", ").join(map(sql.Identifier, column.key))
    behind = sql.SQL("({}) > ({})").format(key, sql.SQL(", ").join(sql.Placeholder(f"a{n}") for n in range(len(after))))
    return sql.SQL(statement).format(
        table=sql.Identifier(column.table),
        name=name,
        key=key,
        place=sql.SQL(", ").join(
            sql.SQL("{} as {}").format(sql.Identifier(part), sql.Identifier(f"place_{part}")) for part in column.place
        ),
        placed=sql.SQL(", ").join(sql.Identifier(f"place_{part}") for part in column.place),
        older=sql.SQL(_OLDER).format(name=name),
        after=behind if after else sql.SQL("true"),
        marks=sql.SQL(", ").join([sql.Placeholder()] * len(column.key)),
    )
