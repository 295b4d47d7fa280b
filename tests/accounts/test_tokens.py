"""Making a token: once for one command."""

from __future__ import annotations

from uuid import uuid4

from tests.moments import at_one_moment

from tongban.accounts.models import User, login_of
from tongban.accounts.tokens import issue_token
from tongban.testing.fixtures import City


def test_one_command_makes_one_token_also_at_one_moment(city: City) -> None:
    user, command = User.objects.create(login=login_of("clerk-1"), kind=User.Kind.STAFF), uuid4()
    outcomes = at_one_moment(4, lambda _: issue_token(user, ["read"], command=command))
    assert sorted(type(each).__name__ for each in outcomes) == ["IntegrityError"] * 3 + ["str"]
