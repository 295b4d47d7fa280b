"""`tongban verify FILE|CODE`: is this paper one of ours, unchanged and in force?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tongban.cli.acting import AsJson, printed, told


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(verify)


def verify(
    what: Annotated[str, typer.Argument(metavar="FILE|CODE", help="A PDF, or the code printed on a paper.")],
    as_json: AsJson = False,
) -> None:
    """Verify a paper: exit 0 when it is genuine and in force, else 1. 核验证照或文书。"""
    from tongban.cli.city import open_city

    path = Path(what)
    with open_city(), told(as_json=as_json):
        from tongban.applications import documents

        if path.is_file():
            with path.open("rb") as file:
                verdict = documents.verify_file(file)
        else:
            verdict = documents.verify_code(what, "command line")
    if as_json:
        printed(verdict)
    else:
        typer.echo(f"{verdict['text']['zh']} · {verdict['text']['en']}")
        for key in ("title", "issuer"):
            if key in verdict:
                typer.echo(f"  {verdict[key]['zh']}")
        if "number" in verdict:
            typer.echo(f"  {verdict['number']}  {verdict['issued_on']}")
        if verdict.get("revoked_on"):
            typer.echo(f"  {verdict['revoked_on']} 吊销 · revoked: {verdict['revoked_because']['zh']}")
    raise typer.Exit(0 if verdict["valid"] else 1)
