"""Definitions straight from packs on disk, without a database: for `check`, `plan`, `explain` and `publish` itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from tongban.catalog import yaml_tree
from tongban.catalog.compiler import compile_packs
from tongban.catalog.findings import Finding, errors_in, in_order
from tongban.catalog.loader import Sources, functions_of, load, pack_id
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Value
from tongban.planner.findings import findings as planner_findings
from tongban.platform.errors import PlatformError
from tongban.platform.memory import uncollected
from tongban.platform.packs import pack_folders
from tongban.publication import calendars

DEMONSTRATION: Final = "demonstration"
"""The pack of the demonstration city: offices, windows and people that do not exist."""


def compile_files(
    paths: Sequence[Path] = (), *, demonstration: bool = True
) -> tuple[Catalog | None, tuple[Finding, ...]]:
    """The catalog of the packs in these folders and what they require, by default of all packs; and all findings.

    Without ``demonstration`` there is no such pack. Files in findings are written relative to the working folder where
    they lie in it.
    """
    installed = [each for each in pack_folders().values() if demonstration or pack_id(each) != DEMONSTRATION]
    with uncollected():
        sources = load(paths or installed, installed, Path.cwd())
        catalog, findings = compile_packs(sources)
    if catalog is None:
        return None, findings
    of_schedules = [located(one, sources) for one in planner_findings(catalog, calendars.of(catalog))]
    return (None if errors_in(of_schedules) else catalog), in_order([*findings, *of_schedules])


def located(one: Finding, sources: Sources) -> Finding:
    """A finding of the planner, which names a bundle and knows no files, at what that bundle promises."""
    for pack in sources.packs:
        for document in pack.documents:
            value = document.value
            if document.kind == "bundle" and isinstance(value, dict):
                name = str(value.get("bundle"))
                if one.file in {name, f"{pack.id}/{name}"}:
                    place = document.place.at(("promised",))
                    return replace(one, file=document.file, line=place.line, column=place.column)
    return one


@cache
def tree() -> Catalog:
    """The catalog of all installed packs. Raises PlatformError ``packs-broken`` naming the first error."""
    catalog, findings = compile_files()
    if catalog is None:
        first = next(one for one in findings if one.severity == "error")
        place = f"{first.file}:{first.line}:{first.column} {first.code}"
        raise PlatformError(
            "packs-broken",
            zh=f"定义包有错误：{place}：{first.message.zh}",
            en=f"The packs have errors: {place}: {first.message.en}",
            do_zh="用 `tongban check` 逐条查看。",
            do_en="See each with `tongban check`.",
        )
    return catalog


def authorities() -> frozenset[str]:
    """The ids of the authorities that the installed packs declare; the packs need not be sound."""
    return _declared("authorities")


def offices() -> frozenset[str]:
    """The ids of the offices that the installed packs declare; the packs need not be sound."""
    return _declared("offices")


def _declared(kind: str) -> frozenset[str]:
    """The ids under the one key of each pack's file of this name."""
    found: set[str] = set()
    for folder in pack_folders().values():
        file = folder / f"{kind}.yaml"
        document = yaml_tree.read(file.read_bytes()).value if file.is_file() else None
        declared = document.get(kind) if isinstance(document, dict) else None
        found |= {f"{pack_id(folder)}/{name}" for name in declared or ()}
    return frozenset(found)


def installed_functions() -> Mapping[str, Callable[..., Value]]:
    """The functions of all installed packs by full name."""
    return {name: one for folder in pack_folders().values() for name, one in functions_of(folder).items()}


def entries_of(file: str, key: str) -> Iterator[tuple[str, Any]]:
    """What stands by name under ``key`` in a file of this name in any pack. Raises ValueError for a broken file."""
    for folder in pack_folders().values():
        path = folder / file
        if path.is_file():
            written = yaml_tree.read(path.read_bytes())
            if written.problems or not isinstance(written.value, dict):
                raise ValueError(f"{path}: {written.problems}")
            yield from written.value[key].items()
