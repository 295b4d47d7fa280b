"""`tongban bench`: what the house promises about speed and memory, measured on this machine.

Each bench runs in a process of its own when several do, so that none finds another's memory, settings or database; one
that fails is named with its reason and stops no other.
"""

from __future__ import annotations

import ast
import importlib
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

LAST_WORDS = 60

if TYPE_CHECKING:
    from bench.report.measured import Measured
    from bench.results import Result


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(bench)


def bench(
    name: Annotated[str | None, typer.Argument(help="One of them; without a name they are listed.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All of them, and write the page.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer runs, fewer people, fewer cases.")] = False,
    page: Annotated[
        bool,
        typer.Option("--page", help="Put it into the page, too; without a name, write that anew."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure speed and memory: exit 0 when every goal is met, else 1. 测量速度和内存。"""
    present = benches()
    if every and name is not None:
        raise typer.BadParameter(f"--all, {name}")
    if name is None and not every and not page:
        typer.echo("\n".join(f"{one:{max(map(len, present))}}  {title}" for one, title in present.items()))
        return
    if name is not None and name not in present:
        raise typer.BadParameter(f"{name}: {', '.join(present)}")
    sys.path.insert(0, str(bench_folder().parent))
    if every or page:
        names = [name] if name is not None else list(present) if every else []
        met = measure_apart(names, quick=quick, as_json=as_json)
    else:
        met = measure(str(name), quick=quick, as_json=as_json)
    raise typer.Exit(0 if met else 1)


def benches() -> dict[str, str]:
    """The benches of this checkout and what each measures; exit 2 where Tongban was installed without them.

    A bench is a module with `run`; its name has dashes where its file has underlines.
    """
    folder = bench_folder()
    if not folder.is_dir():
        raise typer.BadParameter(f"{folder}: 测量程序在源码目录里 · the benches stand in a checkout of the source")
    found = {}
    for file in sorted(folder.glob("*.py")):
        module = ast.parse(file.read_bytes())
        if any(isinstance(node, ast.FunctionDef) and node.name == "run" for node in module.body):
            found[file.stem.replace("_", "-")] = " ".join(
                (ast.get_docstring(module) or "").partition("\n\n")[0].split()
            )
    return found


def bench_folder() -> Path:
    """Where the benches stand."""
    from tongban.platform.places import find_checkout

    return find_checkout() / "bench"


def measure(name: str, *, quick: bool, as_json: bool) -> bool:
    """Run one bench here, telling each result as soon as it is there; whether every goal is met."""
    results: list[Result] = []
    for result in importlib.import_module(f"bench.{name.replace('-', '_')}").run(quick):
        results.append(result)
        if not as_json:
            typer.echo(line(result))
    if as_json:
        typer.echo(json.dumps([each.to_json() for each in results], ensure_ascii=False, indent=2))
    elif results:
        typer.echo(f"{results[0].machine}, load {results[-1].load}")
    return all(each.met for each in results)


def measure_apart(names: list[str], *, quick: bool, as_json: bool) -> bool:
    """Run benches one after the other, each in a process of its own, and write the page; whether every goal is met."""
    from bench.report import written

    measured, titles = [], benches()
    for name in names:
        if not as_json:
            typer.echo(f"{name} …", err=True)
        one = apart(name, quick=quick)
        measured.append(one)
        written.write([one], titles, quick=quick)
        if not as_json:
            typer.echo("\n".join([f"{name}, {one.seconds:.0f} s", *(f"  {line(each)}" for each in one.results)]))
            if one.failure is not None:
                typer.echo(f"  ✗ {one.failure}")
    page = written.write([], titles, quick=quick)
    typer.echo(json.dumps([one.to_json() for one in measured], ensure_ascii=False, indent=2) if as_json else page)
    return all(one.met for one in measured)


def apart(name: str, *, quick: bool) -> Measured:
    """What one bench measures in a process of its own, or why it could not."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "tongban", "bench", name, "--json", *(["--quick"] if quick else [])]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own command
    return answer_of(name, done, time.monotonic() - begun)


def answer_of(name: str, done: subprocess.CompletedProcess[str], seconds: float) -> Measured:
    """What a bench's process printed: its results, or the problem that stopped it, or its last words where it fell."""
    from bench.report.measured import Measured
    from bench.results import Result

    on = time.strftime("%Y-%m-%d")
    results: tuple[Result, ...] = ()
    failure = None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        last_words = done.stderr.rpartition("╯")[2].split()[-LAST_WORDS:]
        failure = " ".join(last_words) or f"exit {done.returncode}"
    else:
        if isinstance(answer, list):
            results = tuple(Result.from_json(each) for each in answer)
        else:
            failure = f"{answer['code']}: {answer['title']} {answer['detail']}"
    return Measured(name, on, seconds, results, failure)


def line(result: Result) -> str:
    """One result for people: ✓ met, ✗ not met, · no goal; the figure beside its goal, and what else it says."""
    settings = ", ".join(f"{key} {value}" for key, value in result.settings.items())
    beside = f", {result.ratio}" if result.ratio else ""
    wanted = f" ({result.wanted})" if result.wanted else ""
    said = f"{result.figure}{beside}{wanted}, median of {result.runs}"
    return f"{result.mark} {result.title}: {said}{f'; {settings}' if settings else ''}"
