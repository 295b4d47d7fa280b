"""`tongban restore FOLDER`: a city from its backup into an empty place, verified before anybody works with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tongban.cli import audit
from tongban.cli.acting import AsJson, answered
from tongban.cli.city import open_city

if TYPE_CHECKING:
    from tongban.supervision.restoring import Proof


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(restore)


def restore(
    folder: Annotated[Path, typer.Argument(help="A backup that `tongban backup` made.")], as_json: AsJson = False
) -> None:
    """Restore a backup into an empty place: exit 0 when all of it is verified, else 1. 恢复备份并逐项核验。"""
    with open_city() as places:
        from tongban.supervision import restoring

        proof = restoring.restore(places, folder)
    answered(as_data(proof), "\n".join(lines(proof)), as_json=as_json)
    raise typer.Exit(0 if proof.is_whole else 1)


def as_data(proof: Proof) -> dict[str, object]:
    """What was verified, as JSON data."""
    counted = {"rows": proof.rows, "files": proof.files, "values": proof.values}
    return {"whole": proof.is_whole, **counted, "wrong": list(proof.wrong), "audit": audit.as_data(proof.audit)}


def lines(proof: Proof) -> list[str]:
    """What was verified, for people, in both languages."""
    verdict = "核验无误，可以启动" if proof.is_whole else "和备份时不一样，先别启动"
    verdict_en = "verified, ready to serve" if proof.is_whole else "not what was backed up: do not serve it"
    return [
        *proof.wrong,
        *audit.lines(proof.audit),
        f"{proof.rows} 行、{proof.files} 个文件、{proof.values} 项密文：{verdict}",
        f"{proof.rows} rows, {proof.files} files, {proof.values} encrypted values: {verdict_en}",
    ]
