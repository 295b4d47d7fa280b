"""`tongban calc`: what a rule gives for some facts, line by line with articles, from files alone."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from tongban.cli.acting import AsJson
from tongban.cli.without_city import computers_date, refuse

if TYPE_CHECKING:
    from tongban.catalog.model import Catalog
    from tongban.policy import Line, Reckoning


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(calc)


def calc(
    rule: Annotated[str | None, typer.Argument(help="The rule, as late-fee; without it all rules are listed.")] = None,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The legal date, where the rule has no other.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Reckon a rule from facts on standard input, JSON or YAML; exit 1 when it refuses. 算待遇和缴费。"""
    from tongban.policy import PolicyError, lines, reckon
    from tongban.publication.calculated import calculated
    from tongban.publication.files import tree

    catalog = tree()
    if rule is None:
        for full, one in catalog.rulebook.rules.items():
            typer.echo(f"{full}  {one.title.zh} · {one.title.en}")
        return
    try:
        found = reckon(catalog.rulebook, rule, _facts(), on.date() if on else computers_date())
    except PolicyError as error:
        refuse(error, as_json=as_json)
    if as_json:
        typer.echo(json.dumps(calculated(catalog, found), ensure_ascii=False))
    else:
        _print(catalog, found, lines(catalog.rulebook, found))


def _facts() -> Mapping[str, object]:
    """The facts on standard input. Raises ``PolicyError`` `wrong-value` where they are no mapping."""
    from tongban.catalog import yaml_tree
    from tongban.policy.errors import refused

    value = {} if sys.stdin.isatty() else yaml_tree.read(sys.stdin.buffer.read()).value
    if not isinstance(value, dict):
        zh = "标准输入里要有一组数据，如 {month: 2026-11}"
        raise refused("wrong-value", "facts", zh, "Standard input holds facts like {month: 2026-11}")
    return value


def _print(catalog: Catalog, found: Reckoning, derivation: tuple[Line, ...]) -> None:
    typer.echo(f"{found.ruling.rule.title.zh}（{found.on}）")
    marks = {"verified": "", "secondary": "  [转引]", "unverified": "  [待核]"}
    for line in derivation:
        if line.what == "given":
            typer.echo(f"  {line.label.zh}：{line.shown.zh}")
            continue
        typer.echo(f"  {line.label.zh}：{line.shown.zh}{marks[line.status or 'verified']}")
        if line.how:
            typer.echo(f"      ＝ {line.how.zh}")
        law = catalog.laws.get(line.because.law) if line.because else None
        if law is not None and line.because is not None:
            article = f"第 {line.because.articles} 条" if line.because.articles else ""
            typer.echo(f"      《{law.title.zh}》{article}{f'（{law.number}）' if law.number else ''}")
        if line.note:
            typer.echo(f"      {line.note.zh}")
    for one in found.ruling.rule.assumes:
        typer.echo(f"  注：{one.zh}")
    labels = {line.name: line for line in derivation}
    typer.echo("")
    for name in found.ruling.rule.results:
        typer.echo(f"{labels[name].label.zh}：{labels[name].shown.zh}")
