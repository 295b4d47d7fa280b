"""Compiling 250 generated services, from files on disk to a catalog; and the packs of the tree."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.results import Result, seconds
from tongban.catalog.compiler import compile_packs
from tongban.catalog.loader import load
from tongban.platform.packs import pack_folders
from tongban.testing.catalogs import Size, write_pack

SERVICES = 250
GOAL_SECONDS = 0.5


def run(quick: bool) -> Iterator[Result]:  # noqa: FBT001 - every bench is called alike
    """Two results: the compiler alone, and with reading the files."""
    runs = 3 if quick else 9
    with tempfile.TemporaryDirectory() as folder:
        size = Size(services=SERVICES, facts=600, papers=120, choices=0)
        pack = write_pack(Path(folder), size, seed=1)
        sources = load([pack])
        catalog, findings = compile_packs(sources)
        settings = {"services": SERVICES, "facts": size.facts, "papers": size.papers, "seed": 1}
        sound = catalog is not None and len(catalog.services) == SERVICES
        if not sound:
            raise ValueError(findings[0].message.en)
        yield Result("compile", "s", seconds(lambda: compile_packs(sources), runs), runs, GOAL_SECONDS, settings)
        whole = seconds(lambda: compile_packs(load([pack])), runs)
        yield Result("read and compile", "s", whole, runs, GOAL_SECONDS, settings)
    own = list(pack_folders().values())
    yield Result("the packs of the tree", "s", seconds(lambda: compile_packs(load(own)), runs), runs, GOAL_SECONDS)
