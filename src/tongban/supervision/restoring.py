"""A city that comes back from a backup, and the proof that it is the one that was backed up.

Nothing is touched before the backup, the keys and the place are found to be right. What has come back is then verified:
rows counted, every file hashed, the whole record audited with its seals, every encrypted value opened.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.db.migrations.loader import MigrationLoader
from django.db.models import QuerySet

from tongban.accounts.log_in import totp_secret_of
from tongban.accounts.models import User
from tongban.applications.models import Form, Paper
from tongban.applications.papers import content_of
from tongban.applications.store import document_of
from tongban.casework import audit, outbox, tallies
from tongban.casework.audit import Report
from tongban.credentials import service as credentials
from tongban.credentials.models import Document
from tongban.platform import backup, backup_database, places
from tongban.platform.backup import Manifest
from tongban.platform.errors import PlatformError
from tongban.platform.founding import found
from tongban.platform.models import Mark
from tongban.platform.places import Places
from tongban.registry.models import Record, Subject
from tongban.registry.sealing import open_facts, open_key
from tongban.supervision.backups import AUTHORITY, key_fingerprints
from tongban.supervision.models import Endpoint
from tongban.supervision.webhooks import secret_of

_BELOW: Final = f"{backup.HOME}/"
_PAGE: Final = 500
"""How many encrypted rows are held in memory at a time."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was verified of a restored city: rows in tables, files, and encrypted values, those of cases by the audit.

    ``wrong`` names what is not as it was backed up: a table with its two counts, a file, a value that does not open.
    """

    rows: int
    files: int
    values: int
    audit: Report
    wrong: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether everything is as it was backed up."""
        return self.audit.is_clean and not self.wrong


def restore(city: Places, folder: Path) -> Proof:
    """Fill the empty, running database and the data folder from a backup, bring them up to date, and verify them.

    Raises PlatformError, having left both empty: `no-backup`, `backup-damaged`, `backup-newer`, `keys-missing`,
    `backup-keys-missing`, `backup-keys-wrong`, `city-present`, `restore-failed`.
    """
    manifest = backup.read(folder)
    refuse_newer(manifest)
    refuse_wrong_keys(manifest, key_fingerprints())
    home = places.home(city)
    refuse_present(city, home, folder)
    with _files(folder / backup.HOME, home):
        backup_database.load(city, folder / backup.DATABASE)
    return _prove(city, manifest, home)


@contextmanager
def _files(source: Path, home: Path) -> Iterator[None]:
    """Within, the files stand in the data folder, and stay when all goes well."""
    half = home / "restoring"
    there: list[Path] = []  # grows with each file that has moved, also when the next one cannot
    try:
        half.mkdir(mode=0o700, exist_ok=True)
        for file in sorted(source.rglob("*")):
            if file.is_file():
                backup.copy(backup.chunks_of(file), half / file.relative_to(source))
        there.extend(each.rename(home / each.name) for each in half.iterdir())
        yield
    except BaseException as failure:
        for each in there:
            shutil.rmtree(each) if each.is_dir() else each.unlink()
        if isinstance(failure, OSError):
            raise _failed(home, failure) from failure
        raise
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _prove(city: Places, manifest: Manifest, home: Path) -> Proof:
    """Count what came back, let it work on this server and under this version, then verify it."""
    with backup_database.snapshot(city) as moment:
        restored = moment.counts()
    wrong = [
        f"{name}: {manifest.tables.get(name)} ≠ {restored.get(name)}"
        for name in sorted({*manifest.tables, *restored})
        if manifest.tables.get(name) != restored.get(name)
    ]
    below = {name.removeprefix(_BELOW): each for name, each in manifest.files.items() if name.startswith(_BELOW)}
    wrong += [name for name, each in below.items() if backup.kept(home / name) != each]
    found(Mark.REAL)  # a city that is marked already keeps its mark
    outbox.renumber()
    tallies.recount()
    values, unread = open_values()
    return Proof(sum(restored.values()), len(below), values, audit.audit(), (*wrong, *unread))


def refuse_newer(manifest: Manifest) -> None:
    """Raise PlatformError `backup-newer` where the backup has a migration that this installation does not know."""
    known = set(MigrationLoader(None).disk_migrations)
    unknown = [f"{app} {name}" for app, name in manifest.migrations.items() if (app, name) not in known]
    if unknown:
        raise backup.newer(", ".join(unknown))


def refuse_wrong_keys(manifest: Manifest, here: Mapping[str, str]) -> None:
    """Raise PlatformError `backup-keys-missing` or `backup-keys-wrong` unless the keys here open what was backed up.

    A newer key beside them does no harm. The signing authority is renewed now and then: another one will do.
    """
    if missing := [name for name in manifest.keys if name not in here]:
        raise PlatformError(
            "backup-keys-missing",
            zh=f"密钥目录里缺这些密钥：{'、'.join(missing)}。",
            en=f"The keys folder lacks these keys: {', '.join(missing)}.",
            do_zh="把和这份备份配套的密钥目录放回来，用 TONGBAN_KEYS 指向它。",
            do_en="Put back the keys folder that goes with this backup, and point TONGBAN_KEYS to it.",
        )
    if wrong := [name for name, each in manifest.keys.items() if here[name] != each and name != AUTHORITY]:
        raise PlatformError(
            "backup-keys-wrong",
            zh=f"这些密钥不是备份时用的：{'、'.join(wrong)}。",
            en=f"These keys are not the ones that the backup was made with: {', '.join(wrong)}.",
            do_zh="把和这份备份配套的密钥目录放回来，用 TONGBAN_KEYS 指向它。",
            do_en="Put back the keys folder that goes with this backup, and point TONGBAN_KEYS to it.",
        )


def refuse_present(city: Places, home: Path, folder: Path) -> None:
    """Raise PlatformError `city-present` where the database has a table or the data folder a file of a city."""
    if next(backup.own_files(home), None) is None and backup_database.is_empty(city):
        return
    raise PlatformError(
        "city-present",
        zh=f"{home} 或数据库里已经有一座城市，不会覆盖。",
        en=f"There is a city in {home} or in the database already, and it is not written over.",
        do_zh=f"把 TONGBAN_HOME 指向一个空的目录（或 DATABASE_URL 指向一个空的数据库），再恢复 {folder}。",
        do_en=f"Point TONGBAN_HOME to an empty folder (or DATABASE_URL to an empty database), then restore {folder}.",
    )


def open_values() -> tuple[int, tuple[str, ...]]:
    """Open every encrypted value outside the cases, whose values the audit opens: how many, and which cannot be."""
    opened, unread = 0, []
    for name, row, open_it in _values():
        try:
            open_it()
        except (PlatformError, ValueError):
            unread.append(f"{name} {row}")
        opened += 1
    return opened, tuple(unread)


def _values() -> Iterator[tuple[str, Any, Callable[[], object]]]:
    """Every encrypted value: table and column, row, and what opens it."""
    for subject in _each(Subject.objects.exclude(key=None)):
        yield "registry_subject.key", subject.pk, partial(open_key, subject.type, subject.key)
    for record in _each(Record.objects.all()):
        yield "registry_record.facts", record.pk, partial(open_facts, record.holder, record.subject_id, record.facts)
    for form in _each(Form.objects.all()):
        yield "applications_form.document", form.pk, partial(document_of, form)
    for paper in _each(Paper.objects.all()):
        yield "applications_paper.content", paper.pk, partial(_paper, paper)
    for document in _each(Document.objects.all()):
        yield "credentials_document.content", document.pk, partial(credentials.facts, document)
        if document.pdf is not None:
            yield "credentials_document.pdf", document.pk, partial(_pdf, document)
    for user in _each(User.objects.exclude(totp_secret=None)):
        yield "accounts_user.totp_secret", user.pk, partial(totp_secret_of, user, bytes(user.totp_secret))
    for endpoint in _each(Endpoint.objects.all()):
        yield "supervision_endpoint.secret", endpoint.pk, partial(secret_of, endpoint)


def _each(rows: QuerySet[Any]) -> Iterator[Any]:
    return rows.order_by("pk").iterator(_PAGE)


def _paper(paper: Paper) -> None:
    """A file opens, and is the one that was attached."""
    if hashlib.sha256(content_of(paper)).hexdigest() != paper.sha256:
        raise ValueError(paper.sha256)


def _pdf(document: Document) -> None:
    """A signed file opens, and is the one that was signed."""
    if hashlib.sha256(credentials.document_bytes(document.id)).digest() != bytes(document.pdf_sha256 or b""):
        raise ValueError(document.number)


def _failed(home: Path, failure: OSError) -> PlatformError:
    return PlatformError(
        "restore-failed",
        zh=f"文件没有恢复成：{failure}。",
        en=f"The files could not be restored: {failure}.",
        do_zh=f"看 {home} 是否写得进、是否已满，再试一次。",
        do_en=f"Is {home} full, may it be written? Then try again.",
    )
