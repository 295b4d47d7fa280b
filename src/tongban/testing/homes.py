"""Data folders of test cities."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

HOME: Final = "TONGBAN_HOME"


@contextmanager
def own_home() -> Iterator[None]:
    """A data folder of the city's own: its seals are about nobody else's cases."""
    before = os.environ.get(HOME)
    with tempfile.TemporaryDirectory(prefix="tongban-test-") as home:
        os.environ[HOME] = home
        try:
            yield
        finally:
            if before is None:
                del os.environ[HOME]
            else:
                os.environ[HOME] = before
