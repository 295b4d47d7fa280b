"""A circuit breaker: after failures in a row nobody waits for a service known to be down, until one look later on.

It knows no service: whoever calls one asks ``allows`` before and says ``succeeded`` or ``failed`` after. Threads may
share one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FAILURES_BEFORE_OPEN = 3
OPEN_SECONDS = 30.0


class Circuit:
    """Closed while calls succeed; open for ``OPEN_SECONDS`` after three failures in a row; then one caller looks."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether calls are refused now."""
        return self._failures >= FAILURES_BEFORE_OPEN and self._seconds() < self._open_until

    def allows(self) -> bool:
        """Whether to call now. Where an open time has passed, one caller is let through and the others wait on."""
        with self._lock:
            if self.is_open:
                return False
            if self._failures >= FAILURES_BEFORE_OPEN:
                self._open_until = self._seconds() + OPEN_SECONDS
            return True

    def succeeded(self) -> None:
        """The call was answered: close."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """The call was not answered: open after the third in a row."""
        with self._lock:
            self._failures += 1
            self._open_until = self._seconds() + OPEN_SECONDS
