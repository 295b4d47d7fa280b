"""`tongban show NUMBER` and `tongban tasks`: an application or case, and what waits for an office."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tongban.cli.acting import AsJson, Who, acting, printed


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(show)
    app.command()(tasks)


def show(
    number: Annotated[str, typer.Argument(help="Of an application (4302-26-000001-U) or a case (…/01).")],
    who: Who,
    as_json: AsJson = False,
) -> None:
    """Show an application or a case. 看一件申请或办件。"""
    with acting(who, as_json=as_json) as reader:
        from tongban.applications import cases, views

        is_case = "/" in number or "." in number
        view = cases.case_view(reader, number) if is_case else views.application_view(reader, number)
    if as_json:
        printed(view)
    elif is_case:
        _say_case(view)
    else:
        _say_application(view)


def tasks(
    who: Who,
    service: Annotated[str | None, typer.Option(help="Of one service only.")] = None,
    light: Annotated[str | None, typer.Option(help="green, yellow or red only.")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Claimed by me only.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what waits at one's offices, the most urgent first. 看待办。"""
    with acting(who, as_json=as_json) as reader:
        from tongban.applications import cases

        page = cases.tasks(reader, service=service, light=light, mine=mine, limit=200)
    if as_json:
        printed(page)
        return
    for task in page["tasks"]:
        light_word = task["light"] or "-"
        typer.echo(
            f"{task['case']}  {task['title']['zh']}  {task['state_label']['zh']}  {task['due'] or '-'}  {light_word}"
        )
    typer.echo(f"{len(page['tasks'])} 项待办 · tasks")


def _say_application(view: dict[str, Any]) -> None:
    typer.echo(f"{view['number']}  {view['title']['zh']} · {view['title']['en']}  {_how_far(view)}")
    for case in view["cases"]:
        due = f"  {case['due']}" if case["due"] else ""
        typer.echo(f"  {case['number']}  {case['title']['zh']}  {case['state_label']['zh']}{due}")
        if case["needs_you"]:
            typer.echo(f"      要你办 · waits for you: {case['needs_you']['label']['zh']}")
            for item in case["needs_you"]["items"]:
                typer.echo(f"        {item['name']}: {item['text']['zh']}")
        for document in case["documents"]:
            typer.echo(f"      {document['title']['zh']}  {document['number']}  {document['code']}")
    for missing in view.get("missing", ()):
        typer.echo(f"  还差 · missing: {missing['fact']}  {missing['text']['zh']}")


def _how_far(view: dict[str, Any]) -> str:
    """How far an application has come, as the portal says it."""
    cases = view["cases"]
    if view["state"] == "draft":
        return "草稿 · a draft"
    if view["state"] == "waiting":
        return "等人同意 · waits for a consent"
    if any(case["is_open"] for case in cases):
        return "正在办 · on its way"
    if view["state"] == "withdrawn":
        return "已撤回 · withdrawn"
    done = view["done"]
    if done == len(cases):
        return "全部办好了 · all done"
    return f"{len(cases)} 件办好 {done} 件，其他已结束 · {done} of {len(cases)} done, the rest has ended"


def _say_case(view: dict[str, Any]) -> None:
    typer.echo(f"{view['number']}  {view['title']['zh']}  {view['state_label']['zh']}  v{view['version']}")
    for clock in view["clocks"]:
        typer.echo(f"  {clock['name']}  {clock['limit']}  {clock['due'] or '暂停 · paused'}")
    for fact in view["facts"]:
        typer.echo(f"  {fact['label']['zh']}：{fact['shown']['zh']}  ({fact['source']})")
    typer.echo("  可以做 · allowed: " + "、".join(step["name"] for step in view["allowed"]))
    for event in view["events"]:
        typer.echo(f"  {event['at'][:16]}  {event['text']['zh']}")
