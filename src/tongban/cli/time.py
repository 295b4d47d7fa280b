"""`tongban time` and `tongban sweep`: a demonstration city's clock, and what falls due."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from tongban.cli.acting import AsJson, printed, told
from tongban.cli.city import open_city

if TYPE_CHECKING:
    from tongban.supervision.sweeping import Swept


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(time)
    app.command()(sweep)


def time(
    set_to: Annotated[str | None, typer.Option("--set", help="2026-11-18 (at 09:00) or 2026-11-18T14:00.")] = None,
    advance: Annotated[str | None, typer.Option("--advance", help="'3 workdays', '2 hours' …")] = None,
    as_json: AsJson = False,
) -> None:
    """Show or move the city's time; all that falls due on the way happens in order. 看或拨动演示城市的时间。"""
    with open_city(), told(as_json=as_json):
        from tongban.supervision import citytime
        from tongban.supervision.sweeping import Swept

        done = Swept() if set_to is None and advance is None else citytime.move(set_to=set_to, advance=advance)
        now = citytime.now_text()
    if as_json:
        printed({"now": now, **asdict(done)})
    else:
        typer.echo(now)
        if set_to or advance:
            typer.echo(said(done))


def sweep(as_json: AsJson = False) -> None:
    """Do what is due by now: lights, limits whose end decides, dates of a new calendar. 处理到期的事。"""
    with open_city(), told(as_json=as_json):
        from tongban.supervision import sweeping

        done = sweeping.sweep()
    if as_json:
        printed(asdict(done))
    else:
        typer.echo(said(done))


def said(done: Swept) -> str:
    """What happened, in words."""
    zh = f"灯变了 {done.lights} 次，到期自动办了 {done.decided} 件，日期重算 {done.moved} 个"
    en = f"{done.lights} lights changed, {done.decided} limits decided, {done.moved} dates moved"
    return f"{zh} · {en}"
