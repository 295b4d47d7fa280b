"""Tokens of the reader's own: made with some of one's scopes and an end, listed, revoked."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from tongban.accounts.actor import Actor
from tongban.api.answers.people import NewTokenJson, TokenJson
from tongban.api.auth import bearer_of
from tongban.api.commands import command_id
from tongban.api.schemas import ProblemJson, TokenRequest, refusals
from tongban.applications import tokens

router = Router(tags=["people"])


@router.get("/tokens", response={200: list[TokenJson], refusals(): ProblemJson}, operation_id="listTokens")
def mine(request: HttpRequest) -> list[dict[str, Any]]:
    """The reader's tokens in force; asked with a token, that one."""
    return tokens.mine(_reader(request), by=bearer_of(request))


@router.post("/tokens", response={200: NewTokenJson, refusals(409, 422): ProblemJson}, operation_id="issueToken")
def issue(request: HttpRequest, body: TokenRequest) -> dict[str, Any]:
    """Make a token with some of the reader's scopes, until a day; its text is in this answer and nowhere else.

    The same Idempotency-Key makes no other: 409 ``command-reused``.
    """
    reader, by = _reader(request), bearer_of(request)
    once = command_id(request, reader)
    return tokens.issue(reader, body.label, body.scopes, body.until, command_id=once, by=by)


@router.delete(
    "/tokens/{int:token_id}", response={200: list[TokenJson], refusals(404): ProblemJson}, operation_id="revokeToken"
)
def revoke(request: HttpRequest, token_id: int) -> list[dict[str, Any]]:
    """Take a token of the reader's own out of force now; asked with a token, that one and no other."""
    reader, by = _reader(request), bearer_of(request)
    tokens.revoke(reader, token_id, by=by)
    return tokens.mine(reader, by=by)


def _reader(request: HttpRequest) -> Actor:
    known: Actor = request.auth  # type: ignore[attr-defined]  # set by django-ninja; any scope will do: none is gained
    return known
