"""What a diagnostic is; ``diagnostics`` has all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tongban.catalog.vocabulary import Text

Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A kind of finding; the sentences hold {words} that the place fills in."""

    code: str
    severity: Severity
    message: Text
    do: Text


def error(code: str, zh: str, en: str, do_zh: str, do_en: str) -> Diagnostic:
    """A diagnostic that keeps packs from being used."""
    return Diagnostic(code, "error", Text(zh, en), Text(do_zh, do_en))


def warning(code: str, zh: str, en: str, do_zh: str, do_en: str) -> Diagnostic:
    """A diagnostic that only keeps packs from being published."""
    return Diagnostic(code, "warning", Text(zh, en), Text(do_zh, do_en))
