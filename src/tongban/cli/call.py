"""`tongban api METHOD PATH`: any operation of the HTTP API from the command line, answered by this process.

Whatever a program may do over HTTP, a person may do here, in the same words: paths, fields and answers are those of the
OpenAPI document. No server need run.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tongban.cli.acting import pairs, scalars
from tongban.cli.apply import file_at
from tongban.cli.city import open_city

if TYPE_CHECKING:
    import httpx

FIRST_REFUSAL = 400


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("api")(call)


def call(
    method: Annotated[str, typer.Argument(metavar="METHOD", help="GET, POST or DELETE.")],
    path: Annotated[str, typer.Argument(metavar="PATH", help="Below /api/v1: /tasks, '/results?find=…'.")],
    fields: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE…]", help="The request, field by field.")
    ] = None,
    who: Annotated[str | None, typer.Option("--as", help="A persona of the demonstration, or a bearer token.")] = None,
    body: Annotated[
        str | None, typer.Option(help="The request as JSON, instead of fields; @FILE reads it there.")
    ] = None,
    files: Annotated[
        list[str] | None, typer.Option("--file", help="NAME=PATH: a file to send with the fields.")
    ] = None,
    once: Annotated[str | None, typer.Option("--once", help="An Idempotency-Key: the same again happens once.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where a PDF or file goes.")] = None,
) -> None:
    """Call the HTTP API without a server; prints its JSON, exit 1 where it refuses. 不开服务也能用全部接口。"""
    sent = _sent(fields, body, files)
    with open_city():
        headers = {"Authorization": f"Bearer {_token(who)}"} if who else {}
        answer = _answer(method.upper(), path, headers | ({"Idempotency-Key": once} if once else {}), sent)
    if output is not None and answer.status_code < FIRST_REFUSAL:
        output.write_bytes(answer.content)
    else:
        typer.echo(answer.text)
    raise typer.Exit(int(answer.status_code >= FIRST_REFUSAL))


def _sent(fields: list[str] | None, body: str | None, files: list[str] | None) -> dict[str, Any]:
    """What httpx sends: a form with files, a JSON text as it is, or fields as JSON."""
    typed = pairs(fields, "KEY=VALUE")
    if files:
        found = {name: file_at(path, "--file") for name, path in pairs(files, "--file").items()}
        return {"data": typed, "files": {name: (at.name, at.read_bytes()) for name, at in found.items()}}
    if body is not None:
        text = file_at(body[1:], "--body").read_bytes() if body.startswith("@") else body.encode()
        return {"content": text, "headers": {"Content-Type": "application/json"}}
    return {"json": scalars(typed)} if typed else {}


def _token(who: str) -> str:
    """A token as it was given, or one of the persona of this name; ends with exit 2 where it is neither."""
    from tongban.accounts.tokens import actor_of_token
    from tongban.cli.acting import actor_called

    if actor_of_token(who) is not None:
        return who
    actor_called(who)
    from tongban.testing.city import demonstration

    return demonstration.token_of(who)


def _answer(method: str, path: str, headers: dict[str, str], sent: dict[str, Any]) -> httpx.Response:
    """One request through the whole of the site, in this process."""
    import httpx
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application

    headers |= sent.pop("headers", {})
    transport = httpx.WSGITransport(app=get_wsgi_application())
    with httpx.Client(transport=transport, base_url=settings.ORIGIN) as client:
        return client.request(method, f"/api/v1/{path.lstrip('/')}", headers=headers, **sent)
