"""`tongban hotline`: the city's telephone service that passes on what its callers could not get done."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from tongban.cli.acting import AsJson, answered, told
from tongban.cli.city import open_city


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(hotline)


def hotline(
    name: Annotated[str, typer.Argument(help="What it is called: 12345.")],
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The last day of its token.")],
    as_json: AsJson = False,
) -> None:
    """Let a hotline pass calls on; prints its token once, which ends the one before. 热线接入。"""
    with open_city(), told(as_json=as_json):
        from tongban.applications import hotlines

        token = hotlines.admit(name, until.date())
        answered({"token": token}, f"令牌，只显示这一次 · token, shown this once: {token}", as_json=as_json)
