"""`tongban holders`: the holders elsewhere, and what they have not taken yet of what cases wrote for them."""

from __future__ import annotations

import typer

from tongban.cli.acting import AsJson, printed, told
from tongban.cli.city import open_city


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(holders)


def holders(as_json: AsJson = False) -> None:
    """List holders elsewhere and what waits for them: exit 0 when nothing does, else 1. 核对别处的数据源。"""
    with open_city(), told(as_json=as_json):
        from django.conf import settings

        from tongban.registry import writes

        waiting = writes.waiting()
        lines = [
            {
                "case": one.case,
                "holder": one.holder,
                "attributes": list(one.attributes),
                "written_at": one.written_at.isoformat(timespec="seconds"),
                "failure": one.failure,
            }
            for one in waiting
        ]
        if as_json:
            printed({"holders": dict(settings.HOLDERS), "waiting": lines})
        else:
            for name, url in settings.HOLDERS.items():
                typer.echo(f"{name}  {url}")
            for one in waiting:
                names, failure = ", ".join(one.attributes), one.failure or "还没送 · not sent yet"
                typer.echo(f"  {one.written_at:%Y-%m-%d %H:%M}  {one.case}  {one.holder}  {names}  {failure}")
            typer.echo(f"{len(lines)} 项还没收下 · not taken yet")
    if waiting:
        raise typer.Exit(1)
