"""`tongban webhook`: which other systems hear of every event."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

import typer

from tongban.cli.acting import AsJson, printed
from tongban.cli.city import open_city

webhook = typer.Typer(no_args_is_help=True, help="Other systems that hear of every event. 通知别的系统。")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(webhook, name="webhook")


@webhook.command()
def add(url: Annotated[str, typer.Argument(help="https://…")], as_json: AsJson = False) -> None:
    """Let an address hear of every event; prints its secret once. 登记地址。"""
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise typer.BadParameter(f"{url}: 写成 https://… · write https://…")
    with open_city():
        from tongban.supervision import webhooks

        endpoint, secret = webhooks.add_endpoint(url)
    if as_json:
        printed({"id": str(endpoint), "secret": secret})
    else:
        typer.echo(f"{endpoint}\n密钥，只显示这一次 · secret, shown once: {secret}")


@webhook.command("list")
def list_endpoints(as_json: AsJson = False) -> None:
    """Show the addresses and what each is owed. 看登记的地址。"""
    with open_city():
        from tongban.supervision import webhooks

        found = webhooks.endpoints()
    if as_json:
        printed(found)
        return
    for each in found:
        typer.echo(f"{each['id']}  {each['url']}  等 · waiting {each['waiting']}  放弃 · given up {each['given_up']}")


@webhook.command()
def remove(endpoint: Annotated[UUID, typer.Argument(metavar="ID")]) -> None:
    """Tell an address no more. 取消登记。"""
    with open_city():
        from tongban.supervision import webhooks

        if not webhooks.remove_endpoint(endpoint):
            raise typer.BadParameter(f"{endpoint}: 没有登记 · not registered")
