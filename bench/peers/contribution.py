"""`python -m bench.peers.contribution FOLDER RUNS`: monthly contributions in NumPy, as somebody writes them by hand.

The folder holds `rules.json` (what each parameter comes to) and the inputs of everybody as files of 64-bit integers:
`wages`, `classes` and `levels`, the last as places in the list of floating levels. The figures are written beside them,
so that they can be compared to the fen.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

import numpy as np

WHOLE: Final = 10_000
RATES: Final = ("pension_employer", "pension_employee", "unemployment_employer", "unemployment_employee")


def half_up(numerator: Any, denominator: int) -> Any:  # noqa: ANN401 - arrays
    """The quotient to the nearest integer, a half upwards."""
    return (numerator + denominator // 2) // denominator


def contributions(rules: Mapping[str, Any], wages: Any, classes: Any, levels: Any) -> list[Any]:  # noqa: ANN401 - arrays
    """The base, the shares of pension and unemployment, and the employer's of work injury."""
    base = np.clip(wages, rules["base_floor_fen"], rules["base_ceiling_fen"])
    shares = [half_up(base * rules[f"{name}_rate"], WHOLE) for name in RATES]
    floated = np.maximum(np.array(rules["injury_float_rates"])[levels], np.where(classes == 1, WHOLE, 0))
    injury_rate = half_up(np.array([0, *rules["injury_base_rates"]])[classes] * floated, WHOLE)
    return [base, *shares, half_up(base * injury_rate, WHOLE)]


def main() -> None:
    """Print the median seconds after a first run that does not count."""
    folder, runs = Path(sys.argv[1]), int(sys.argv[2])
    rules = json.loads((folder / "rules.json").read_text(encoding="utf-8"))
    inputs = [np.fromfile(folder / name, dtype=np.int64) for name in ("wages", "classes", "levels")]
    np.stack(contributions(rules, *inputs)).tofile(folder / "figures")
    times = []
    for _ in range(runs):
        begun = perf_counter()
        contributions(rules, *inputs)
        times.append(perf_counter() - begun)
    print(median(times))


if __name__ == "__main__":
    main()
