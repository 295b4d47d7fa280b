"""Who knocks: a bearer token with scopes, or somebody's session. Every route says which scope it wants."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from tongban.accounts.actor import Actor, actor_of
from tongban.accounts.tokens import actor_of_token
from tongban.applications.problems import Problem
from tongban.catalog.vocabulary import Text


class Bearer(HttpBearer):
    """``Authorization: Bearer …``."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The token's actor."""
        request.bearer = token  # type: ignore[attr-defined]  # what is made with a token ends with it
        return actor_of_token(token)


class Session(APIKeyCookie):
    """A browser that has logged in; unsafe methods need the CSRF token."""

    param_name = "sessionid"

    def __call__(self, request: HttpRequest) -> Actor | None:
        """The session's actor; whoever brings no cookie has none, and no form that could be forged."""
        known: Actor | None = super().__call__(request) if self.param_name in request.COOKIES else None
        return known

    def authenticate(self, request: HttpRequest, _key: str | None) -> Actor | None:
        """The session's actor, when somebody has logged in."""
        return actor_of(request.user) if request.user.is_authenticated else None


def bearer_of(request: HttpRequest) -> str | None:
    """The token that asks; None for a session."""
    return getattr(request, "bearer", None)


ANYBODY_KNOWN = [Bearer(), Session()]


def actor(request: HttpRequest, scope: str) -> Actor:
    """The reader, if the token's scopes allow this. Raises Problem 403 ``scope-missing``."""
    known: Actor = request.auth  # type: ignore[attr-defined]  # set by django-ninja
    if scope not in known.scopes:
        raise Problem(403, "scope-missing", Text(f"令牌没有 {scope} 权限", f"The token lacks the scope {scope}."))
    return known
