"""A backup on disk: a folder with the city's files and a manifest that tells whether all of them are there, unchanged.

The folder gets its name when everything in it is written and safe on the disk, so whatever bears the name is whole.
Keys are never in it: the manifest names those it needs, each by a fingerprint that tells nobody the key.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from tongban.platform.errors import PlatformError

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DATABASE: Final = "database.dump"
HOME: Final = "home"
"""The files of the data folder stand below this name, as they stand there."""

LEFT_OUT: Final = frozenset({"postgres", "static", "tests", "bench"})
"""What the data folder holds beside the city's own: the database's files, which are dumped, and what is made anew."""

_CHUNK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of a backup: its size and the SHA-256 (hex) of its bytes."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. ``made_at`` is ISO 8601; ``migrations`` names the last of each room, ``tables`` counts rows.

    ``last_seal`` is the number of the last seal in it, 0 for none; ``keys`` are fingerprints by the key's name;
    ``files`` are by path in the backup, the manifest itself left out.
    """

    made_at: str
    mark: str
    migrations: Mapping[str, str]
    tables: Mapping[str, int]
    last_seal: int
    keys: Mapping[str, str]
    files: Mapping[str, Kept]


@contextmanager
def new(target: Path) -> Iterator[Path]:
    """A folder to write a backup into; it becomes ``target`` on leaving without an error, and is gone after one.

    Raises PlatformError `backup-present`, `backup-failed`.
    """
    if target.exists():
        raise PlatformError(
            "backup-present",
            zh=f"{target} 已经有了，不会覆盖。",
            en=f"{target} is there already and is not written over.",
            do_zh="换一个名字，例如带上日期。",
            do_en="Choose another name, one with the date for example.",
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(prefix=f"{target.name}.", suffix=".partial", dir=target.parent))
    except OSError as failure:
        raise _failed(target, failure) from failure
    try:
        yield half
        _sync(half)
        half.rename(target)
        _sync(target.parent)
    except OSError as failure:
        raise _failed(target, failure) from failure
    finally:
        shutil.rmtree(half, ignore_errors=True)


def own_files(home: Path) -> Iterator[Path]:
    """The files of a data folder that are the city's own, relative to it, in order."""
    for file in sorted(home.rglob("*")):
        inside = file.relative_to(home)
        # Locks of the database's server stand beside its folder: postgres.users, postgres.starting.
        if inside.parts[0].partition(".")[0] not in LEFT_OUT and file.is_file():
            yield inside


def copy(chunks: Iterable[bytes], to: Path) -> None:
    """Write a file that was not there, safe on the disk before this returns."""
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def chunks_of(file: Path) -> Iterator[bytes]:
    """The bytes of a file, piece by piece."""
    with file.open("rb") as source:
        while chunk := source.read(_CHUNK_BYTES):
            yield chunk


def kept(file: Path) -> Kept:
    """How a file stands on the disk now."""
    digest, size_bytes = hashlib.sha256(), 0
    for chunk in chunks_of(file):
        digest.update(chunk)
        size_bytes += len(chunk)
    return Kept(size_bytes, digest.hexdigest())


def files_in(folder: Path) -> dict[str, Kept]:
    """Every file of a backup as it stands, the manifest left out."""
    found = (file for file in sorted(folder.rglob("*")) if file.is_file() and file != folder / MANIFEST)
    return {file.relative_to(folder).as_posix(): kept(file) for file in found}


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, with a digest of its own."""
    record = {"format": FORMAT, **asdict(manifest)}
    text = json.dumps({**record, "sha256": _digest(record)}, ensure_ascii=False, indent=1)
    copy([text.encode()], folder / MANIFEST)


def read(folder: Path) -> Manifest:
    """The manifest of a backup all of whose files are there, unchanged, and no others.

    Raises PlatformError `no-backup`, `backup-newer`, `backup-damaged`.
    """
    manifest = _read_manifest(folder)
    found = files_in(folder)
    wrong = sorted(name for name in {*found, *manifest.files} if found.get(name) != manifest.files.get(name))
    if wrong:
        raise damaged(folder, ", ".join(wrong[:5]))
    return manifest


def _read_manifest(folder: Path) -> Manifest:
    try:
        record: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
        digest, number = record.pop("sha256"), record.pop("format")
        whole = digest == _digest({"format": number, **record})
        files = {name: Kept(**each) for name, each in record.pop("files").items()}
        manifest = Manifest(files=files, **record) if whole and number == FORMAT else None
    except (FileNotFoundError, NotADirectoryError):
        raise PlatformError(
            "no-backup",
            zh=f"{folder} 里没有 {MANIFEST}：这不是一份备份，或者没有写完。",
            en=f"There is no {MANIFEST} in {folder}: this is no backup, or one that was never finished.",
            do_zh="换一份备份。",
            do_en="Use another backup.",
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise damaged(folder, MANIFEST) from None
    if not whole:
        raise damaged(folder, MANIFEST)
    if manifest is None:
        raise newer(f"format {number}")
    return manifest


def damaged(folder: Path, what: str) -> PlatformError:
    """The refusal of a backup of which something is missing, too much, cut or changed."""
    return PlatformError(
        "backup-damaged",
        zh=f"{folder} 里的 {what} 和备份时不一样：缺了、多了、断了或者改过。",
        en=f"{what} in {folder} is not what was backed up: missing, too much, cut or changed.",
        do_zh="什么都没有恢复。换一份备份。",
        do_en="Nothing was restored. Use another backup.",
    )


def newer(what: str) -> PlatformError:
    """The refusal of a backup that knows ``what``, which this installation does not."""
    return PlatformError(
        "backup-newer",
        zh=f"这份备份来自更新的版本，或者有没装上的定义包：{what}。",
        en=f"The backup comes from a newer version, or from a pack that is not installed: {what}.",
        do_zh="装上那个版本或定义包再恢复。",
        do_en="Install that version or that pack, then restore.",
    )


def _failed(target: Path, failure: OSError) -> PlatformError:
    return PlatformError(
        "backup-failed",
        zh=f"备份没有写成：{failure}。",
        en=f"The backup could not be written: {failure}.",
        do_zh=f"看 {target.parent} 是否写得进、是否已满；没有留下半份备份。",
        do_en=f"Is {target.parent} full, may it be written? No half backup is left behind.",
    )


def _digest(record: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(record, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _sync(folder: Path) -> None:
    """Let the names in a folder, and in those below it, be safe on the disk."""
    for each in (folder, *(path for path in folder.rglob("*") if path.is_dir() and folder.suffix == ".partial")):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
