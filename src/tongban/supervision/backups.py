"""A backup of the whole city while it serves: the database at one moment, the files that agree with it, and what both
need to be verified when they come back. Keys stay where they are: whoever has backup and keys has everything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

import psycopg
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tongban.casework import seals
from tongban.credentials import authority
from tongban.platform import backup, backup_database, crypto, places, time
from tongban.platform.backup import Manifest
from tongban.platform.errors import PlatformError
from tongban.platform.places import Places

AUTHORITY: Final = "authority"
"""The name of the signing authority among the keys. It is renewed now and then, so another one will do."""

_SEALS = Path("seals") / seals.FILE_NAME
_MIGRATIONS = "select distinct on (app) app, name from django_migrations order by app, id desc"


def make(city: Places, target: Path) -> Manifest:
    """Write a backup of the running city to the folder ``target``, which must not be there yet.

    Raises PlatformError `backup-present`, `backup-failed`, `backup-inside-home`, `keys-missing`, `no-city`.
    """
    home, keys = places.home(city), key_fingerprints()
    refuse_inside(home, target.absolute())
    refuse_empty(city)
    with backup.new(target) as folder, backup_database.snapshot(city) as moment:
        moment.dump(folder / backup.DATABASE)
        last_seal = _one(moment.connection, "select coalesce(max(n), 0) from casework_seal")
        for file in backup.own_files(home):
            backup.copy(_content(home, file, last_seal), folder / backup.HOME / file)
        manifest = Manifest(
            made_at=time.recorded_now().isoformat(timespec="seconds"),
            mark=_one(moment.connection, "select coalesce(min(mark), 'real') from platform_city"),
            migrations=dict(moment.connection.execute(_MIGRATIONS).fetchall()),
            tables=moment.counts(),
            last_seal=last_seal,
            keys=keys,
            files=backup.files_in(folder),
        )
        backup.write(folder, manifest)
    return manifest


def key_fingerprints() -> dict[str, str]:
    """The keys of this process's city as fingerprints: `values-` by number, `values-search`, `seal`, `authority`.

    Raises PlatformError `keys-missing`, `keys-damaged`, `authority-damaged`.
    """
    folder = places.keys()
    found = {f"values-{name}": each for name, each in crypto.read(folder).fingerprints().items()}
    if (folder / seals.KEY_NAME).is_file():  # made with the first seal
        found["seal"] = seals.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    if (folder / authority.FOLDER_NAME).is_dir():
        found[AUTHORITY] = hashlib.sha256(authority.read(folder).issuing).hexdigest()
    return found


def refuse_inside(home: Path, target: Path) -> None:
    """Raise PlatformError `backup-inside-home` for a backup that would stand in what it is a copy of."""
    if target.is_relative_to(home):
        raise PlatformError(
            "backup-inside-home",
            zh=f"备份 {target} 在数据目录 {home} 之内。",
            en=f"The backup {target} lies inside the data folder {home}.",
            do_zh="放到别处，最好是另一台机器的磁盘。",
            do_en="Put it elsewhere, best on the disk of another machine.",
        )


def refuse_empty(city: Places) -> None:
    """Raise PlatformError `no-city` where there is nothing to back up: somebody named the wrong place."""
    if backup_database.is_empty(city):
        raise PlatformError(
            "no-city",
            zh="数据库是空的，没有城市可以备份。",
            en="The database is empty: there is no city to back up.",
            do_zh="看 TONGBAN_HOME 和 DATABASE_URL 是不是这座城市的。",
            do_en="Are TONGBAN_HOME and DATABASE_URL this city's?",
        )


def _content(home: Path, file: Path, last_seal: int) -> Iterator[bytes]:
    """What goes into the backup of a file: of the seals those that the database knew at its moment, one a line."""
    if file != _SEALS:
        yield from backup.chunks_of(home / file)
        return
    with (home / file).open("rb") as lines:
        yield from islice(lines, last_seal)


def _one(connection: psycopg.Connection[Any], statement: str) -> Any:  # noqa: ANN401 -- a column's own type
    """The one value that a statement answers with."""
    row = connection.execute(statement).fetchone()
    return row[0] if row else None
