"""`tongban audit`: does the database still tell what it told when it was sealed? For people and for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tongban.casework.audit import Report


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(audit)


def audit(
    seals: Annotated[
        Path | None, typer.Option(help="A folder of seals kept elsewhere; the city's own by default.")
    ] = None,
    seal: Annotated[bool, typer.Option("--seal", help="Seal what has changed first.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Verify every case against its events and its seals: exit 0 when all agrees, else 1. 核验全部办件记录。"""
    from tongban.cli.city import open_city

    if seals is not None and not seals.is_dir():
        raise typer.BadParameter(f"{seals}: 没有这个文件夹 · no such folder")
    with open_city():
        from tongban.casework import audit as room
        from tongban.casework import seals as sealing

        if seal:
            sealing.seal()
        report = room.audit(seals)
    typer.echo(json.dumps(as_data(report), ensure_ascii=False, indent=2) if as_json else "\n".join(lines(report)))
    raise typer.Exit(0 if report.is_clean else 1)


def as_data(report: Report) -> dict[str, object]:
    """The report as JSON data."""
    return {
        "clean": report.is_clean,
        "cases": report.cases,
        "events": report.events,
        "seals": report.seals,
        "not_yet_sealed": {"cases": report.unsealed_cases, "events": report.unsealed_events},
        "findings": [
            {
                "code": finding.code,
                "case": finding.case,
                "detail": finding.detail,
                "message": finding.text.to_json(),
            }
            for finding in report.findings
        ],
    }


def lines(report: Report) -> list[str]:
    """The report for people, in both languages."""
    said = [f"{f.code} {f.case or '-'} {f.detail}\n  {f.text.zh}\n  {f.text.en}" for f in report.findings]
    verdict = "全部一致 · all agrees" if report.is_clean else f"发现 {len(said)} 处 · {len(said)} findings"
    return [
        *said,
        f"{report.cases} 件，{report.events} 条记录，{report.seals} 份封存：{verdict}",
        f"{report.cases} cases, {report.events} events, {report.seals} seals",
        f"尚未封存 · not yet sealed: {report.unsealed_cases} 件 · cases, {report.unsealed_events} 条 · events",
    ]
