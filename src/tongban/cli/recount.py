"""`tongban recount`: what boards count, counted anew from the record."""

from __future__ import annotations

import typer

from tongban.cli.acting import AsJson, printed, told
from tongban.cli.city import open_city


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(recount)


def recount(as_json: AsJson = False) -> None:
    """Count what boards show anew from the record; boards wait meanwhile. 看板重新清点。"""
    with open_city(), told(as_json=as_json):
        from tongban.casework import tallies

        lines = tallies.recount()
    if as_json:
        printed({"lines": lines})
    else:
        typer.echo(f"清点了 {lines:,} 行 · {lines:,} lines counted")
