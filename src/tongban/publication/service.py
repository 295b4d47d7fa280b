"""Publishing and serving definitions: a running city serves a publication from the database, never files.

A publication names its definitions by hash. Definitions stay for ever, so that a case begun under one runs to its end
under it; functions are found again by name in the installed packs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, NoReturn

from django.db import connection, transaction

from tongban.catalog.canonical import SCHEMA_VERSION, canonical, definitions_of, from_json, functions_in
from tongban.catalog.findings import Finding, errors_in
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Value
from tongban.platform.database import query
from tongban.platform.errors import PlatformError
from tongban.publication.files import compile_files, installed_functions


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did: the digest in force, how many definitions are new, and whether it was in force already."""

    digest: str
    added: int
    repeated: bool


@dataclass(frozen=True, slots=True)
class Version:
    """The n-th version of a definition: when it came into force, in which publication first, and its hash."""

    n: int
    at: datetime
    digest: str
    hash: str


class RefusedPublicationError(PlatformError):
    """Packs that may not be published; ``findings`` say why where the packs themselves are at fault."""

    def __init__(self, code: str, findings: Sequence[Finding] = (), **texts: str) -> None:
        super().__init__(code, zh=texts["zh"], en=texts["en"], do_zh=texts["do_zh"], do_en=texts["do_en"])
        self.findings = tuple(findings)


def publish_tree(note: str = "", in_use: Collection[str] = ()) -> Published:
    """Check all installed packs and put them in force; in a real city all but the demonstration's, with its offices.

    ``in_use`` are the digests of publications under which cases are still open. Raises ``RefusedPublicationError`` for
    any finding, be it only a warning (a definition with `asked_because` gives none), for a real city of which no pack
    says the offices, and for a dropped function that an open case needs.
    """
    from tongban.platform.models import Mark  # noqa: PLC0415 - files are compiled without Django
    from tongban.platform.time import city_mark  # noqa: PLC0415 - as above

    is_real = city_mark() is Mark.REAL
    catalog, findings = compile_files(demonstration=not is_real)
    if catalog is None or findings:
        errors, all_of_them = errors_in(findings), len(findings)
        raise RefusedPublicationError(
            "packs-not-sound",
            findings,
            zh=f"定义包有 {errors} 个错误、{all_of_them - errors} 个提醒，没有发布。",
            en=f"The packs have {errors} errors and {all_of_them - errors} warnings; nothing was published.",
            do_zh="用 `tongban check` 逐条查看；确有必要的负担写上 asked_because。",
            do_en="See each with `tongban check`; cite `asked_because` for a burden that the law demands.",
        )
    if is_real and not (catalog.offices and catalog.regions):
        raise RefusedPublicationError(
            "city-without-offices",
            zh="没有哪个定义包写着本市的机构和区划：办件没有人收，没有发布。",
            en="No pack says which offices and regions this city has: nobody would receive a case. Not published.",
            do_zh="照 docs/operating.zh-CN.md 给本市写一个定义包，带上 offices.yaml 和 regions.yaml。",
            do_en="Write a pack of the city with offices.yaml and regions.yaml, as docs/operating.md shows.",
        )
    return publish(catalog, note, in_use)


def publish(catalog: Catalog, note: str = "", in_use: Collection[str] = ()) -> Published:
    """Store what is new in ``catalog`` and put it in force; the same catalog twice is one publication."""
    from tongban.platform.time import now  # noqa: PLC0415 - needs Django's models; files are compiled without Django

    _refuse_dropped(catalog, in_use)
    bodies = definitions_of(catalog)
    rows = [
        (catalog.hashes[full], full, "+".join(sorted(body)), canonical(body).decode(), SCHEMA_VERSION)
        for full, body in bodies.items()
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('tongban publication'))")
        cursor.execute(NEWEST)
        newest = cursor.fetchone()
        if newest is not None and newest[0] == catalog.digest:
            return Published(catalog.digest, 0, repeated=True)
        cursor.execute("select count(*) from publication_definition")
        before = cursor.fetchone()[0]
        cursor.executemany(
            "insert into publication_definition (hash, id, kind, body, schema_version)"
            " values (%s, %s, %s, %s::jsonb, %s) on conflict (hash) do nothing",
            rows,
        )
        cursor.execute("select count(*) from publication_definition")
        added = cursor.fetchone()[0] - before
        cursor.execute(
            "insert into publication_publication (digest, at, note, entries, functions, effects)"
            " values (%s, %s, %s, %s::jsonb, %s, %s)",
            [
                catalog.digest,
                now(),
                note,
                json.dumps(dict(catalog.hashes)),
                sorted(catalog.functions),
                sorted(catalog.effects),
            ],
        )
    return Published(catalog.digest, added, repeated=False)


def is_published() -> bool:
    """Whether definitions are in force."""
    return bool(query("select exists (select from publication_publication)", [])[0][0])


def current() -> Catalog:
    """The catalog in force: one for a whole request. Asks only for its digest; itself it is kept by the process.

    Raises ``PlatformError`` `nothing-published` in a city without a publication.
    """
    from tongban.platform.time import kept_beside  # noqa: PLC0415 - as above

    kept = kept_beside()
    if kept is None:
        return at(_newest())
    if _IN_FORCE not in kept:
        kept[_IN_FORCE] = _newest()
    return at(str(kept[_IN_FORCE]))


def note_in_force(digest: str | None) -> None:
    """Somebody asked for `NEWEST` with something else, at the beginning of a request: nobody need ask again in it."""
    from tongban.platform.time import kept_beside  # noqa: PLC0415 - as above

    kept = kept_beside()
    if kept is not None and digest is not None:
        kept.setdefault(_IN_FORCE, digest)


_IN_FORCE: Final = "publication in force"
NEWEST: Final = "select digest from publication_publication order by id desc limit 1"
"""The digest of what is in force, in the database's words."""


def _newest() -> str:
    rows = query(NEWEST, [])
    if not rows:
        raise _nothing_published()
    digest: str = rows[0][0]
    return digest


def since(publication: int) -> list[tuple[int, str]]:
    """Id and digest of each publication from the one of this id on; the last is in force.

    Raises ``PlatformError`` `nothing-published`.
    """
    rows = query("select id, digest from publication_publication where id >= %s order by id", [publication])
    if not rows:
        raise _nothing_published()
    return [(id_, digest) for id_, digest in rows]


def versions(name: str) -> list[Version]:
    """Every version of a bundle or service that was ever published, the oldest first; one that returns is one more."""
    rows = query(
        "select at, digest, entries ->> %s from publication_publication where entries ? %s order by id", [name, name]
    )
    found: list[Version] = []
    for moment, digest, hashed in rows:
        if not found or found[-1].hash != hashed:
            found.append(Version(len(found) + 1, moment, digest, hashed))
    return found


@lru_cache(maxsize=32)
def at(digest: str) -> Catalog:
    """The catalog of any publication there ever was. Raises ``PlatformError`` `unknown-publication`."""
    entries, functions, effects = _entries(digest)
    rows = query("select id, body::text from publication_definition where hash = any(%s)", [list(entries.values())])
    definitions = {full: json.loads(body) for full, body in rows}
    installed = installed_functions()
    return from_json(
        {
            "digest": digest,
            "hashes": entries,
            "definitions": definitions,
            "functions": functions,
            "effects": effects,
        },
        {name: installed.get(name) or _gone(name) for name in functions},
    )


def _nothing_published() -> PlatformError:
    return PlatformError(
        "nothing-published",
        zh="还没有发布任何定义。",
        en="No definitions are in force yet.",
        do_zh="先运行 `tongban publish`。",
        do_en="Run `tongban publish` first.",
    )


def _entries(digest: str) -> tuple[Mapping[str, str], list[str], list[str]]:
    rows = query(
        "select entries::text, functions, effects from publication_publication where digest = %s limit 1", [digest]
    )
    if not rows:
        raise PlatformError(
            "unknown-publication",
            zh=f"没有发布过 {digest}。",
            en=f"{digest} was never published.",
            do_zh="用 `tongban publish` 发布，或检查摘要。",
            do_en="Publish with `tongban publish`, or check the digest.",
        )
    entries, functions, effects = rows[0]
    return json.loads(entries), functions, effects


def _gone(name: str) -> Callable[..., Value]:
    """What stands for a function that no pack has any more; only a case long closed can still name it."""

    def gone(*_: object, **__: object) -> NoReturn:
        raise PlatformError(
            "function-gone",
            zh=f"函数 {name} 已不在任何定义包里。",
            en=f"No pack has the function {name} any more.",
            do_zh="装回带有它的定义包版本。",
            do_en="Install a version of the pack that has it.",
        )

    return gone


def _refuse_dropped(catalog: Catalog, in_use: Collection[str]) -> None:
    """An open case runs to its end under its own definitions, so the functions that they name must stay."""
    needed: set[str] = set()
    for digest in in_use:
        entries, _, _ = _entries(digest)
        rows = query("select body::text from publication_definition where hash = any(%s)", [list(entries.values())])
        needed |= functions_in(json.loads(body) for (body,) in rows)
    dropped = sorted(needed - set(catalog.functions) - catalog.effects)
    if dropped:
        names = ", ".join(dropped)
        raise RefusedPublicationError(
            "function-dropped",
            zh=f"在办的件还要用 {names}，新的定义包里没有了。",
            en=f"Open cases still need {names}, which the packs no longer have.",
            do_zh="留着旧函数，新的写法另起一个名字；旧件办完后再删。",
            do_en="Keep the old function and give the new one a new name; remove it when those cases are closed.",
        )
