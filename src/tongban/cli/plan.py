"""`tongban plan`: the shortest way for a situation, from the packs' files alone. No database is needed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from re import fullmatch, sub
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from tongban.cli.acting import AsJson
from tongban.cli.without_city import computers_date, problem

if TYPE_CHECKING:
    from tongban.catalog.model import Catalog
    from tongban.catalog.vocabulary import Text
    from tongban.planner.plan import Plan
    from tongban.planner.problems import PlanError
    from tongban.planner.request import Request


class Language(StrEnum):
    """What is printed for people."""

    ZH = "zh"
    EN = "en"


BUNDLE = "A bundle, or a service by itself: by id, bare name or title."
Bundle = Annotated[str | None, typer.Argument(help=BUNDLE)]
Services = Annotated[list[str] | None, typer.Option("--service", help="A service, by itself or beside the bundle.")]
Wants = Annotated[list[str] | None, typer.Option("--want", help="A fact to have in the end.")]
Answers = Annotated[list[str] | None, typer.Option("--answer", help="role[.n].attribute=value, as the applicant says.")]
Knowns = Annotated[list[str] | None, typer.Option("--known", help="role[.n].attribute=value, as a registry says.")]
Persona = Annotated[str | None, typer.Option("--as", help="A persona of the demonstration: what is known of them.")]
Counts = Annotated[list[str] | None, typer.Option("--count", help="subject=N: how many members.")]
On = Annotated[str | None, typer.Option("--on", help="The day of submission, 2026-11-23; today by default.")]
Speak = Annotated[Language, typer.Option("--language", help="Language of the text.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(plan)


def plan(  # noqa: PLR0913, PLR0917 - one parameter for each option
    bundle: Bundle = None,
    services: Services = None,
    want: Wants = None,
    answers: Answers = None,
    known: Knowns = None,
    persona: Persona = None,
    counts: Counts = None,
    on: On = None,
    as_json: AsJson = False,
    language: Speak = Language.ZH,
) -> None:
    """Plan a bundle or service: what is asked, what is not, who does what by when. 一件事怎么办最省事。"""
    from tongban.planner.problems import PlanError

    body = body_of(bundle, services, want, answers, known, counts, on)
    try:
        catalog, request, made = planned(body, persona)
    except PlanError as error:
        refuse(error, as_json=as_json, language=language)
    if as_json:
        typer.echo(numbers_in_line(json.dumps(made.to_json(), ensure_ascii=False, indent=2)))
    else:
        print_plan(catalog, request, made, language)


def numbers_in_line(indented: str) -> str:
    """The same JSON with each list of numbers on one line: 50,000 members are no 50,000 lines."""
    return sub(r"\[\n\s+\d+(?:,\n\s+\d+)*\n\s+\]", lambda found: sub(r"\n\s+", "", found[0]), indented)


def body_of(
    bundle: str | None,
    services: Sequence[str] | None = None,
    want: Sequence[str] | None = None,
    answers: Sequence[str] | None = None,
    known: Sequence[str] | None = None,
    counts: Sequence[str] | None = None,
    on: str | None = None,
) -> dict[str, Any]:
    """The options as a request in the form that the API takes."""
    body: dict[str, Any] = {
        "bundle": bundle,
        "services": list(services or []),
        "want": list(want or []),
        "answers": _pairs(answers or [], "--answer"),
        "known": _pairs(known or [], "--known"),
        "counts": {subject: _number(count) for subject, count in _pairs(counts or [], "--count").items()},
        "on": on,
    }
    return {key: value for key, value in body.items() if value}


def _pairs(options: Sequence[str], name: str) -> dict[str, str]:
    pairs = {}
    for option in options:
        key, equals, value = option.partition("=")
        if not equals:
            raise typer.BadParameter(f"{option}: 写成 名=值 · write KEY=VALUE", param_hint=name)
        pairs[key.strip()] = value.strip()
    return pairs


def _number(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


def planned(body: Mapping[str, Any], persona: str | None) -> tuple[Catalog, Request, Plan]:
    """The definitions of the files, the request as understood, and its plan. Raises PlanError."""
    from tongban.planner.outline import outline_of
    from tongban.planner.planning import plan as make_plan
    from tongban.planner.request import offer_id, read_request
    from tongban.publication import calendars
    from tongban.publication.files import tree

    catalog = tree()
    supposed = {**body, **{part: _scalars(body.get(part, {})) for part in ("answers", "known")}}
    if persona is not None:
        named = {"bundle": offer_id(catalog, body["bundle"])} if "bundle" in body else {}
        supposed = _as_persona(persona, supposed | named)
    request = read_request(
        catalog, supposed, lambda bare, key: outline_of(catalog, bare).attribute_of(key), computers_date()
    )
    return catalog, request, make_plan(catalog, request, calendars.of(catalog))


def _scalars(pairs: Mapping[str, str]) -> dict[str, str | int | None]:
    """Values as YAML scalars: without quotes, whole numbers as numbers, null as none. Kinds are looked at later."""
    return {key: _scalar(value) for key, value in pairs.items()}


def _scalar(value: str) -> str | int | None:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    if value in {"null", "~"}:
        return None
    is_number = fullmatch(r"-?(0|[1-9]\d{0,14})", value) is not None
    return int(value) if is_number else value


def _as_persona(name: str, body: dict[str, Any]) -> dict[str, Any]:
    """The request with what the registers hold of a persona, where it comes for this bundle."""
    from tongban.testing.city.personas import persona, personas, supposing

    found = persona(name)
    if found is None:
        names = " ".join(one.id for one in personas())
        raise typer.BadParameter(f"{name}: 没有这个角色，有 · no such persona; there are: {names}", param_hint="--as")
    return supposing(found, body)


def refuse(error: PlanError, *, as_json: bool, language: Language) -> NoReturn:
    """Say what is wrong with a request, and end with exit 1."""
    if as_json:
        typer.echo(problem(error.issues))
    else:
        for issue in error.issues:
            typer.echo(f"{issue.code}: {spoken(issue.text, language)}", err=True)
    raise typer.Exit(1)


def spoken(text: Text, language: Language) -> str:
    """A text in the language chosen."""
    return text.zh if language is Language.ZH else text.en


def print_plan(catalog: Catalog, request: Request, made: Plan, language: Language) -> None:
    """The plan for people: the answer first, then who does what, what is asked, and what it saves."""
    from rich.console import Console

    from tongban.cli.plan_tables import tables
    from tongban.planner.outline import outline_of

    console = Console(highlight=False)
    for each in tables(outline_of(catalog, request), made, is_chinese=language is Language.ZH):
        console.print(each)
