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
    CPSV = "cpsv"
    LINKED = "linked"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(export)


def export(
    kind: Annotated[Kind, typer.Argument(help="What to export.")],
    output: Annotated[str, typer.Option("--output", "-o", help="The file; - is standard output.")] = "-",
) -> None:
    """Write data: personas (who may be met in the demonstration city) as JSON; cpsv (the whole catalogue in the
    European vocabulary CPSV-AP 3.2) as Turtle, or by the file's name as .jsonld, .rdf or .nt; linked (which
    services each bundle links and what that saves) as JSON. 导出数据。
    """
    text = {Kind.PERSONAS: _personas, Kind.CPSV: _cpsv, Kind.LINKED: _linked}[kind](output)
    if output == "-":
        typer.echo(text)
    else:
        Path(output).write_text(text + "\n", encoding="utf-8")


def _personas(_output: str) -> str:
    from tongban.testing.city.personas import personas

    return json.dumps([one.to_json() for one in personas()], ensure_ascii=False, indent=2)


def _cpsv(output: str) -> str:
    from tongban.publication.cpsv import FORMATS, cpsv
    from tongban.publication.files import tree

    return cpsv(tree(), FORMATS.get(Path(output).suffix, "turtle"))


def _linked(_output: str) -> str:
    from tongban.cli.without_city import computers_date
    from tongban.publication.files import tree
    from tongban.publication.linked import linked_json

    return json.dumps(linked_json(tree(), computers_date()), ensure_ascii=False, indent=2)
