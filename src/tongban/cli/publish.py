"""`tongban publish`: puts the definitions of the installed packs in force."""

from __future__ import annotations

import json
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(publish)


def publish(
    note: Annotated[str, typer.Option(help="What changed, for whoever reads the list of publications.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check all packs, store what is new and put it in force. 发布定义包。"""
    from tongban.cli.check import print_findings
    from tongban.cli.city import open_city

    with open_city():
        from tongban import publication
        from tongban.casework.publications import in_use

        try:
            done = publication.publish_tree(note, in_use())
        except publication.RefusedPublicationError as refused:
            if not as_json:
                print_findings(refused.findings)
            raise
    if as_json:
        typer.echo(json.dumps({"digest": done.digest, "added": done.added, "repeated": done.repeated}))
    elif done.repeated:
        typer.echo(f"没有变化，仍是 {done.digest[:12]} · Nothing changed: {done.digest[:12]} stays in force")
    else:
        typer.echo(f"已发布 {done.digest[:12]}，新定义 {done.added} 个 · In force, {done.added} new definitions")
