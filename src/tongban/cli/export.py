"""`tongban export KIND -o FILE`: what the city's tools and people around it want to have as data."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Kind(StrEnum):
    """What can be exported."""

    PERSONAS = "personas"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(export)


def export(
    kind: Annotated[Kind, typer.Argument(help="What to export.")],
    output: Annotated[str, typer.Option("--output", "-o", help="The file; - is standard output.")] = "-",
) -> None:
    """Write data as JSON: personas (who may be met in the demonstration city). 导出数据。"""
    from tongban.testing.city.personas import personas

    exporters = {Kind.PERSONAS: lambda: [one.to_json() for one in personas()]}
    text = json.dumps(exporters[kind](), ensure_ascii=False, indent=2)
    if output == "-":
        typer.echo(text)
    else:
        Path(output).write_text(text + "\n", encoding="utf-8")
