"""`tongban check`: what is wrong with packs, all of it at once, for people, for programs and for GitHub's log."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tongban.catalog.findings import Finding


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(check)


def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Folders of packs, or folders that hold packs; the tree's by default.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    style: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TEXT,
) -> None:
    """Check packs: 0 nothing wrong, 1 errors, 2 wrong usage. 检查定义包。"""
    from tongban.catalog.findings import errors_in
    from tongban.publication.files import compile_files

    _, findings = compile_files(folders_of(paths or []))
    errors = errors_in(findings)
    if as_json or style is Format.JSON:
        report = {
            "findings": [one.to_json() for one in findings],
            "errors": errors,
            "warnings": len(findings) - errors,
        }
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    elif style is Format.GITHUB:
        for one in findings:
            typer.echo(github_line(one))
    else:
        print_findings(findings)
    raise typer.Exit(1 if errors else 0)


def folders_of(paths: Sequence[Path]) -> list[Path]:
    """The folders of packs that paths name: a pack, or a folder of packs. Ends with exit 2 where there is none."""
    folders: list[Path] = []
    for path in paths:
        within = [path] if (path / "pack.yaml").exists() else sorted(file.parent for file in path.glob("*/pack.yaml"))
        if path.is_file():
            raise typer.BadParameter(f"{path}: 是文件，要写定义包的文件夹 · a file; give the folder of a pack")
        if not path.is_dir():
            raise typer.BadParameter(f"{path}: 没有这个文件夹 · no such folder")
        folders += [Path(folder.absolute()) for folder in within or [path]]
    return folders


def github_line(one: Finding) -> str:
    """One finding as a workflow command, with the characters that such a line gives a meaning to written out."""
    text = f"{one.message.en} {one.do.en}".replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    file = one.file.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    return f"::{one.severity} file={file},line={one.line},col={one.column},title={one.code}::{text}"


def print_findings(findings: Sequence[Finding]) -> None:
    """Findings for people, in both languages, with a summary."""
    from rich.console import Console
    from rich.text import Text as Line

    from tongban.catalog.findings import errors_in

    console = Console(soft_wrap=True, highlight=False)
    colours = {"error": "red", "warning": "yellow"}
    for one in findings:
        place = Line(f"{one.file}:{one.line}:{one.column} ", style="bold")
        console.print(place.append(f"{one.severity} {one.code}", style=colours[one.severity]))
        nearest = f"  → {one.nearest}" if one.nearest else ""
        console.print(Line(f"  {one.message.zh}{one.do.zh}{nearest}"))
        console.print(Line(f"  {one.message.en} {one.do.en}", style="dim"))
    errors = errors_in(findings)
    warnings = len(findings) - errors
    console.print(f"{errors} 个错误，{warnings} 个提醒 · {errors} errors, {warnings} warnings")


if __name__ == "__main__":
    typer.run(check)
