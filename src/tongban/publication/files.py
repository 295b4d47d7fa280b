"""Definitions straight from packs on disk, without a database: for `check`, `plan`, `explain` and `publish` itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from tongban.catalog.compiler import compile_packs
from tongban.catalog.findings import Finding, errors_in, in_order
from tongban.catalog.loader import Sources, functions_of, load
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Value
from tongban.planner.findings import findings as planner_findings
from tongban.platform.errors import PlatformError
from tongban.platform.packs import pack_folders
from tongban.publication import calendars


def compile_files(paths: Sequence[Path] = ()) -> tuple[Catalog | None, tuple[Finding, ...]]:
    """The catalog of the packs in these folders and what they require, by default of all packs; and all findings.

    Files in findings are written relative to the working folder where they lie in it.
    """
    installed = list(pack_folders().values())
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


def installed_functions() -> Mapping[str, Callable[..., Value]]:
    """The functions of all installed packs by full name."""
    return {name: one for folder in pack_folders().values() for name, one in functions_of(folder).items()}
