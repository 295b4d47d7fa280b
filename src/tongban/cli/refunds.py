"""`tongban refunds`: our books of fees beside the payment provider's, and what is not given back yet."""

from __future__ import annotations

import typer

from tongban.cli.acting import AsJson, printed, told
from tongban.cli.city import open_city


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(refunds)


def refunds(as_json: AsJson = False) -> None:
    """Compare what was paid and given back, mending what can be: exit 0 when all agrees, else 1. 核对收费和退费。"""
    with open_city(), told(as_json=as_json):
        from tongban.applications.refunds import reconcile
        from tongban.catalog.values import yuan

        lines = reconcile()
        if as_json:
            printed(lines)
        else:
            for line in lines:
                amount = yuan(line["amount_fen"])
                typer.echo(f"{line['since'][:16]}  {line['case']}  {amount} 元  {line['code']}  {line['reference']}")
            typer.echo(f"{len(lines)} 笔对不上或还没退 · differ or are not given back yet")
    raise typer.Exit(int(bool(lines)))
