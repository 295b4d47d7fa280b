"""`tongban token PERSONA`: a bearer token of one of the demonstration's people, for scripts and stories."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(token)


def token(
    persona: Annotated[
        str, typer.Argument(help="A persona's id or title, or a staff number: mother, 母亲 李沐禾, clerk-fire.")
    ],
) -> None:
    """Print a bearer token of a persona; in demonstration cities only. 打印演示人物的访问令牌。"""
    from tongban.cli.city import open_city

    with open_city():
        from tongban.testing.city import demonstration

        typer.echo(demonstration.token_of(persona))
