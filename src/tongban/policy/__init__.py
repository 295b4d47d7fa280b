"""How much, and who is entitled? Dated parameters and rules; amounts with their derivation. Pure: dates are passed in.

A rule is one small function. `reckon` runs it on plain integers and keeps every figure, `lines` tells them;
`columns.reckon_columns` runs the same function over a table, and `flaws` runs it over ranges to prove that it is safe.
"""

from __future__ import annotations

from tongban.policy.errors import PolicyError
from tongban.policy.explain import Line, lines, rests_on_unverified
from tongban.policy.integers import Reckoning, reckon
from tongban.policy.language import sources
from tongban.policy.model import (
    Dated,
    Figure,
    Input,
    Kind,
    Parameter,
    Rule,
    Rulebook,
    Step,
    Version,
    Views,
    name_of,
)
from tongban.policy.ranges import flaws
from tongban.policy.ruling import in_force, rule_of, value_on
from tongban.policy.values import shown, value_of
from tongban.policy.words import WHOLE, choose, clip, half_up, larger, share, smaller, table

__all__ = [
    "WHOLE",
    "Dated",
    "Figure",
    "Input",
    "Kind",
    "Line",
    "Parameter",
    "PolicyError",
    "Reckoning",
    "Rule",
    "Rulebook",
    "Step",
    "Version",
    "Views",
    "choose",
    "clip",
    "flaws",
    "half_up",
    "in_force",
    "larger",
    "lines",
    "name_of",
    "reckon",
    "rests_on_unverified",
    "rule_of",
    "share",
    "shown",
    "smaller",
    "sources",
    "table",
    "value_of",
    "value_on",
]
