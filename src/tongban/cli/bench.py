"""`tongban bench`: what the house promises about speed and memory, measured on this machine."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bench.results import Result

NOT_BENCHES = {"__init__", "clients", "cluster", "results", "demonstration", "scene"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(bench)


def bench(
    name: Annotated[
        str | None, typer.Argument(help="compile, plan, pages, demo, memory or lifecycle; all by default.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer runs and fewer people.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure speed and memory: exit 0 when every goal is met, else 1. 测量速度和内存。"""
    names = [name] if name else benches()
    if name not in {None, *benches()}:
        raise typer.BadParameter(f"{name}: {', '.join(benches())}")
    results = []
    for result in measured(names, quick=quick):
        results.append(result)
        if not as_json:
            typer.echo(line(result))
    if not as_json:
        typer.echo(importlib.import_module("bench.results").machine())
    else:
        typer.echo(json.dumps([each.to_json() for each in results], ensure_ascii=False, indent=2))
    raise typer.Exit(0 if all(each.met for each in results) else 1)


def benches() -> list[str]:
    """The benches of this checkout, by name; ends with exit 2 where Tongban was installed without them."""
    folder = bench_folder()
    if not folder.is_dir():
        raise typer.BadParameter(f"{folder}: 测量程序在源码目录里 · the benches stand in a checkout of the source")
    return sorted(file.stem for file in folder.glob("*.py") if file.stem not in NOT_BENCHES)


def bench_folder() -> Path:
    """Where the benches stand."""
    from tongban.platform.places import find_checkout

    return find_checkout() / "bench"


def measured(names: list[str], *, quick: bool) -> Iterator[Result]:
    """The results of these benches, each as soon as it is there."""
    sys.path.insert(0, str(bench_folder().parent))
    for name in names:
        yield from importlib.import_module(f"bench.{name}").run(quick)


def line(result: Result) -> str:
    """One result for people: ✓ met, ✗ not met, · no goal; the figure beside its goal, and what else it says."""
    mark = "✗" if not result.met else "·" if result.goal is None else "✓"
    settings = ", ".join(f"{key} {value}" for key, value in result.settings.items())
    figure = f"{result.median:.3g} {result.unit}"
    if result.ratio_to_floor is not None:
        wanted = "" if result.goal is None else f" (≥ {result.goal:g} ×)"
        figure += f", {result.ratio_to_floor:.2g} × the floor{wanted}"
    elif result.goal is not None:
        figure += f" (≤ {result.goal:g})"
    return f"{mark} {result.name}: {figure}, median of {result.runs}{f'; {settings}' if settings else ''}"
