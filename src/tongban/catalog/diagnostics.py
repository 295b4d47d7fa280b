"""Every diagnostic of the catalog: its stable code, how grave it is, its sentence and what to do about it.

Codes are never renamed or reused. Each has a malformed example in the tests and an entry in docs/diagnostics.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tongban.catalog.diagnostic import Diagnostic
from tongban.catalog.diagnostics_of_form import FILES, SHAPES
from tongban.catalog.diagnostics_of_meaning import BURDEN, MEANING, NAMES, UNFINISHED
from tongban.catalog.diagnostics_of_policy import POLICY

DIAGNOSTICS: Final[Mapping[str, Diagnostic]] = {
    one.code: one for group in (FILES, SHAPES, NAMES, MEANING, POLICY, BURDEN, UNFINISHED) for one in group
}
"""All of them, by code."""
