"""`tongban holders`: who holds facts, here or elsewhere, and what those elsewhere have not taken yet."""

from __future__ import annotations

import typer

from tongban.cli.acting import AsJson, printed, told
from tongban.cli.city import open_city


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(holders)


def holders(as_json: AsJson = False) -> None:
    """List who holds facts, and what waits for those elsewhere: exit 0 when nothing does, else 1. 核对数据源。"""
    with open_city(), told(as_json=as_json):
        from django.conf import settings

        from tongban import publication
        from tongban.registry import writes

        catalog = publication.current()
        held = {attribute.held_by for kind in catalog.types.values() for attribute in kind.attributes.values()}
        here = sorted({name for name in held if name} - set(settings.HOLDERS))
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
            printed({"holders": dict(settings.HOLDERS), "here": here, "waiting": lines})
        else:
            places = dict(settings.HOLDERS) | dict.fromkeys(here, "在本库 · in our tables")
            for name, place in places.items():
                title = catalog.authorities[name].title if name in catalog.authorities else None
                typer.echo(f"{name}  {place}" + (f"  {title.zh} · {title.en}" if title else ""))
            for one in waiting:
                names, failure = ", ".join(one.attributes), one.failure or "还没送 · not sent yet"
                typer.echo(f"  {one.written_at:%Y-%m-%d %H:%M}  {one.case}  {one.holder}  {names}  {failure}")
            typer.echo(f"{len(lines)} 项还没收下 · not taken yet")
    if waiting:
        raise typer.Exit(1)
