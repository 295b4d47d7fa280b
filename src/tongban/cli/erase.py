"""`tongban erase`: a person's data, for ever, where nothing needs it any more."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

import typer

from tongban.cli.acting import AsJson, Who, acting, answered


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(erase)


def erase(
    who: Who,
    reason: Annotated[str, typer.Option(help="Why, without a name or number: it is kept.")],
    # Asked for rather than given, so that it stands in no list of commands.
    id_number: Annotated[str, typer.Option(prompt="身份证号 · ID number", hide_input=True, help="Whose.")],
    kept_years: Annotated[int, typer.Option(min=0, help="How long records of ended cases are kept here.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Erase all data of a person whose cases ended long enough ago; the record stays whole. 删除个人数据。"""
    with acting(who, as_json=as_json) as actor:
        from tongban.applications import erasing

        cases = erasing.erase(actor, id_number, reason, command_id=uuid4(), kept_years=kept_years)
    words = f"已删除，涉及 {cases} 件；记录和封存照样能核验 · erased in {cases} cases; the record still verifies"
    answered({"cases": cases}, words, as_json=as_json)
