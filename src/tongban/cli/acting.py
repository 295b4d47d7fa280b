"""What commands that act in a city share: who acts, values as they are typed, and refusals as people or programs read.

`--as` takes a persona of the demonstration (`mother`, `母亲 李沐禾`) or anybody's bearer token.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from re import fullmatch
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tongban.cli.city import open_city

if TYPE_CHECKING:
    from tongban.accounts.actor import Actor
    from tongban.catalog.vocabulary import Raw

Who = Annotated[str, typer.Option("--as", help="A persona of the demonstration, or a bearer token.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@contextmanager
def acting(who: str, *, as_json: bool) -> Iterator[Actor]:
    """The open city and who acts in it; a refusal is told and ends with exit 1."""
    with open_city(), told(as_json=as_json):
        yield actor_called(who)


@contextmanager
def told(*, as_json: bool) -> Iterator[None]:
    """Within an open city: whatever is refused is printed in the API's shape, or in words, and ends with exit 1."""
    from tongban.api import problems

    try:
        yield
    except typer.Exit:
        raise
    except tuple(kind for kind in problems.HANDLERS if kind is not Exception) as refused:
        handler = next(problems.HANDLERS[kind] for kind in type(refused).__mro__ if kind in problems.HANDLERS)
        body = json.loads(handler(refused).content)
        if as_json:
            typer.echo(json.dumps(body, ensure_ascii=False, indent=2))
        else:
            typer.echo(f"{body['code']}: {body['detail_zh']} · {body['detail']}", err=True)
            for error in body["errors"]:
                typer.echo(f"  {error['fact']}: {error['text']['zh']} · {error['text']['en']}", err=True)
        raise typer.Exit(1) from None


def actor_called(who: str) -> Actor:
    """The actor behind a persona's name or a token; ends with exit 2 where it is neither."""
    from tongban.accounts.actor import actor_of
    from tongban.accounts.tokens import actor_of_token
    from tongban.platform import time
    from tongban.platform.errors import PlatformError
    from tongban.platform.models import Mark
    from tongban.testing.city import demonstration

    found = actor_of_token(who)
    if found is None and time.city_mark() is not Mark.REAL:
        try:
            found = actor_of(demonstration.account(who))
        except PlatformError:
            found = None
    if found is None:
        text = "没有这个人物，也不是有效的令牌 · neither a persona nor a valid token"
        raise typer.BadParameter(f"{who[:12]}: {text}", param_hint="--as")
    return found


def pairs(options: Sequence[str] | None, name: str) -> dict[str, str]:
    """`KEY=VALUE` options; ends with exit 2 where one is not of this form."""
    found = {}
    for option in options or ():
        key, equals, value = option.partition("=")
        if not equals:
            raise typer.BadParameter(f"{option}: 写成 名=值 · write KEY=VALUE", param_hint=name)
        found[key.strip()] = value.strip()
    return found


def scalars(typed: Mapping[str, str]) -> dict[str, Raw]:
    """Values as YAML scalars: true and false, whole numbers, quoted text; `none` for absent."""
    return {key: scalar(value) for key, value in typed.items()}


def scalar(value: str) -> Raw:
    """One value as it is typed."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    if value in {"true", "false"}:
        return value == "true"
    if value in {"none", "null", "~"}:
        return None
    return int(value) if fullmatch(r"-?(0|[1-9]\d{0,14})", value) else value


def listed(
    lines: Sequence[Mapping[str, Any]], words: Callable[[Any], str], *, as_json: bool, nothing: str = ""
) -> None:
    """Lines for programs, or each in ``words``; ``nothing`` is said where there are none."""
    if as_json:
        printed(lines)
        return
    for line in lines:
        typer.echo(words(line))
    if not lines and nothing:
        typer.echo(nothing)


def answered(data: Any, words: str, *, as_json: bool) -> None:  # noqa: ANN401 -- any JSON
    """One answer for programs, or in ``words``."""
    if as_json:
        printed(data)
    else:
        typer.echo(words)


def printed(data: Any) -> None:  # noqa: ANN401 -- any JSON
    """Data for programs."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2))
