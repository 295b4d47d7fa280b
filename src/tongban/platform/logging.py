"""Logs: one line of JSON an event, or coloured text at a terminal; no personal value ever.

Whoever writes a log line names things by number (`case`, `application`, `office`). As a second wall, keys that name
people are dropped and anything that looks like an ID or phone number is masked, also inside a traceback's message.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

PERSONAL_KEYS = frozenset({"name", "id_number", "phone", "address", "password", "token", "email", "bank_account"})
PERSONAL_NUMBER = re.compile(r"(?<!\d)\d{17}[0-9Xx](?!\d)|(?<![0-9A-Za-z])1\d{10}(?![0-9A-Za-z])")
MASK = "…"


def without_personal_values(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The event with personal keys dropped and personal numbers masked."""
    return {key: masked(value) for key, value in event.items() if key not in PERSONAL_KEYS}


def masked(value: Any) -> Any:  # noqa: ANN401 - a log line may carry anything
    """`value` with every ID or phone number in it masked."""
    match value:
        case str():
            return PERSONAL_NUMBER.sub(MASK, value)
        case dict():
            return {key: masked(item) for key, item in value.items() if key not in PERSONAL_KEYS}
        case list() | tuple():
            return [masked(item) for item in value]
        case int() if not isinstance(value, bool) and PERSONAL_NUMBER.fullmatch(str(value)):
            return MASK
    return value


SHARED = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
    without_personal_values,
)


class WithoutContexts(logging.Filter):
    """Lets nothing pass that a logger says for debugging: Django's templates then print all that a page shows."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line may be written."""
        return record.levelno > logging.DEBUG


def configuration() -> dict[str, Any]:
    """Django's LOGGING, which also carries what is logged through structlog."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer: Any = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            }
        },
        "filters": {"without_contexts": {"()": WithoutContexts}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "tongban": {"level": "INFO"},
            "django": {"handlers": [], "level": "WARNING"},
            "django.template": {"filters": ["without_contexts"]},
        },
    }
