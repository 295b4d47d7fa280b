"""The fixtures of all tests; `tongban.testing.fixtures` says what they give.

After each test that asked for a database, every case in it must be what its events add up to (the projection law),
unless something that the test asked for says that it was tampered with.
"""

from __future__ import annotations

from collections.abc import Generator

import hypothesis
import pytest

pytest_plugins = ["tongban.testing.fixtures"]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave what only `make proof` runs to it."""
    if item.get_closest_marker("proof") and hypothesis.settings.get_current_profile_name() != "proof":
        pytest.skip("runs in `make proof` alone")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Function) -> Generator[None, object, object]:
    """Hold the projection law while everything that the test asked for still stands."""
    outcome = yield
    is_tampered = any(getattr(value, "is_tampered", False) for value in item.funcargs.values())
    if "django_db_setup" in item.fixturenames and not is_tampered:
        from tests import projection  # noqa: PLC0415 -- Django waits for its settings

        assert list(projection.broken()) == []
    return outcome


@pytest.fixture
def one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The computer's own clock stands still: no minute in which something is counted ends meanwhile."""
    from tongban.platform import time  # noqa: PLC0415 -- Django waits for its settings

    moment = time.recorded_now()
    monkeypatch.setattr(time, "recorded_now", lambda: moment)
