"""Accounts that the tests of this room share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tongban.accounts.models import User, login_of
from tongban.platform import time

PASSWORD = "seven-green-bottles"  # noqa: S105 -- a test's own


@pytest.fixture
def person(db: None) -> User:
    user = User(login=login_of("430200199405120089"), kind=User.Kind.PERSON, shown_name="李沐禾", subject_id=1)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def clerk(db: None) -> User:
    return User.objects.create(login=login_of("clerk-1"), kind=User.Kind.STAFF, staff_number="clerk-1")


@pytest.fixture
def colleague(db: None) -> User:
    return User.objects.create(login=login_of("clerk-2"), kind=User.Kind.STAFF, staff_number="clerk-2")


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let the computer's own clock stand, and move it on."""
    moment = [datetime(2026, 11, 16, 1, 0, tzinfo=UTC)]
    monkeypatch.setattr(time, "recorded_now", lambda: moment[0])

    def on(by: timedelta) -> None:
        moment[0] += by

    return on
