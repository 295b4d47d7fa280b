"""The fixtures of all tests; `tongban.testing.fixtures` says what they give."""

from __future__ import annotations

pytest_plugins = ["tongban.testing.fixtures"]
