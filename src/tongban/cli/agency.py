"""`tongban agency`: the agencies elsewhere that handle cases of this city, or send it theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from tongban.cli.acting import AsJson, answered, listed, printed, told
from tongban.cli.city import open_city

agency = typer.Typer(no_args_is_help=True, help="Agencies elsewhere: cases sent there and back. 外地机构。")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(agency, name="agency")


@agency.command()
def admit(
    office: Annotated[str, typer.Argument(help="The agency's office, by id or title.")],
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The last day of its token.")],
    as_json: AsJson = False,
) -> None:
    """Let an agency elsewhere send cases and answer ours; prints its token once, which ends the one before. 接入。"""
    with open_city(), told(as_json=as_json):
        from tongban.applications import agencies

        token = agencies.admit(office, until.date())
        answered({"token": token}, f"令牌，只显示这一次 · token, shown this once: {token}", as_json=as_json)


@agency.command("list")
def list_agencies(as_json: AsJson = False) -> None:
    """Show the addresses, and what is not told yet: exit 0 when nothing is left, else 1. 看还有什么没送到。"""
    with open_city(), told(as_json=as_json):
        from django.conf import settings

        from tongban.applications import agencies

        lines = agencies.waiting()
        addresses = {office: one["url"] for office, one in settings.AGENCIES.items()}
        if as_json:
            printed({"agencies": addresses, "waiting": lines})
        else:
            for office, url in addresses.items():
                typer.echo(f"{office}  {url}")
            listed(
                lines,
                lambda one: f"  {one['case']}  {one['agency']}  {one['answer'] or '还没送 · not told yet'}",
                as_json=False,
            )
            typer.echo(f"{len(lines)} 件还没送到 · cases not told yet")
    if lines:
        raise typer.Exit(1)


@agency.command()
def tell(as_json: AsJson = False) -> None:
    """Tell the agencies now what they do not know yet, without waiting for the next try. 马上再送。"""
    with open_city(), told(as_json=as_json):
        from tongban.applications import agencies

        agencies.note_new()
        told_count, left = agencies.tell(now_at_once=True), len(agencies.waiting())
        words = f"{told_count} 件都送到了，{left} 件还没送到 · cases told wholly, and cases not told yet"
        answered({"told": told_count, "waiting": left}, words, as_json=as_json)
