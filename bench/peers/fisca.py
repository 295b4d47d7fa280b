"""`python -m bench.peers.fisca FOLDER RUNS`: monthly contributions in OpenFisca, as its documentation has them written.

A country package of one entity: a variable for each figure with a vectorised formula, dated parameters in files,
choices as enumerations, one tax and benefit system kept for all simulations. OpenFisca holds integers in 32 bits, which
fen of a month fit and their products do not: these are reckoned in 64. Inputs are at hand as OpenFisca holds them; a
simulation is made anew each time, since one that was asked remembers.

The folder holds what `contribution` is given, `facts.json` of one person, and the parameters twice: in `nodes` a table
is a node of which each row is a parameter, which OpenFisca indexes by enumerations as its documentation has it; in
`arrays` it is one parameter that is an array, which NumPy indexes faster.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.periods import MONTH
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

WHOLE: Final = 10_000
Person: Final = build_entity(key="person", plural="persons", label="Insured person", is_person=True)


def half_up(numerator: Any, denominator: int) -> Any:  # noqa: ANN401 - arrays
    """The quotient to the nearest integer, a half upwards."""
    return (numerator + denominator // 2) // denominator


def share(amounts: Any, rate: Any) -> Any:  # noqa: ANN401 - arrays
    """The share of amounts, in 64 bits on the way."""
    return half_up(amounts.astype(np.int64) * rate, WHOLE)


def looked_up(rows: Any, keys: Any) -> Any:  # noqa: ANN401 - a node or numbers, and an array of an enumeration
    """The row of each."""
    return np.array(rows)[keys] if isinstance(rows, list) else rows[keys]


class Class(Enum):
    """Risk classes of trades."""

    class_1 = "1"
    class_2 = "2"
    class_3 = "3"
    class_4 = "4"
    class_5 = "5"
    class_6 = "6"
    class_7 = "7"
    class_8 = "8"


class Level(Enum):
    """Floating levels of the work injury rate."""

    down_2 = "down-2"
    down_1 = "down-1"
    base = "base"
    up_1 = "up-1"
    up_2 = "up-2"


class monthly_wage_fen(Variable):  # noqa: N801 - a variable's class has its name
    """Told."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Monthly wage"


class industry_class(Variable):  # noqa: N801 - as above
    """Told."""

    value_type = Enum
    possible_values = Class
    default_value = Class.class_1
    entity = Person
    definition_period = MONTH
    label = "Risk class of the trade"


class injury_level(Variable):  # noqa: N801 - as above
    """Told."""

    value_type = Enum
    possible_values = Level
    default_value = Level.base
    entity = Person
    definition_period = MONTH
    label = "Floating level of the injury rate"


class base_fen(Variable):  # noqa: N801 - as above
    """Social Insurance Law, 12."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Contribution base"

    def formula(person, period, parameters):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201, D102, N805
        known = parameters(period)
        return np.clip(person("monthly_wage_fen", period), known.base_floor_fen, known.base_ceiling_fen)


class pension_employer_fen(Variable):  # noqa: N801 - as above
    """Social Insurance Law, 12."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Pension, employer"

    def formula(person, period, parameters):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201, D102, N805
        return share(person("base_fen", period), parameters(period).pension_employer_rate)


class pension_employee_fen(Variable):  # noqa: N801 - as above
    """Social Insurance Law, 12."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Pension, employee"

    def formula(person, period, parameters):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201, D102, N805
        return share(person("base_fen", period), parameters(period).pension_employee_rate)


class unemployment_employer_fen(Variable):  # noqa: N801 - as above
    """Social Insurance Law, 44."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Unemployment, employer"

    def formula(person, period, parameters):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201, D102, N805
        return share(person("base_fen", period), parameters(period).unemployment_employer_rate)


class unemployment_employee_fen(Variable):  # noqa: N801 - as above
    """Social Insurance Law, 44."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Unemployment, employee"

    def formula(person, period, parameters):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201, D102, N805
        return share(person("base_fen", period), parameters(period).unemployment_employee_rate)


class injury_float_rate(Variable):  # noqa: N801 - as above
    """Work Injury Regulation, 8: the safest class never floats downwards."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Injury rate floated to"

    def formula(person, period, parameters):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201, D102, N805
        floated = looked_up(parameters(period).injury_float_rates, person("injury_level", period))
        is_safest = person("industry_class", period) == Class.class_1
        return np.maximum(floated, np.where(is_safest, WHOLE, 0))


class injury_rate(Variable):  # noqa: N801 - as above
    """Work Injury Regulation, 8."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Injury rate"

    def formula(person, period, parameters):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201, D102, N805
        rates = looked_up(parameters(period).injury_base_rates, person("industry_class", period))
        return half_up(rates * person("injury_float_rate", period), WHOLE)


class injury_employer_fen(Variable):  # noqa: N801 - as above
    """Work Injury Regulation, 10."""

    value_type = int
    entity = Person
    definition_period = MONTH
    label = "Work injury, employer"

    def formula(person, period):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201, D102, N805
        return share(person("base_fen", period), person("injury_rate", period))


TOLD: Final = (monthly_wage_fen, industry_class, injury_level)
FIGURES: Final = (
    base_fen,
    pension_employer_fen,
    pension_employee_fen,
    unemployment_employer_fen,
    unemployment_employee_fen,
    injury_employer_fen,
)


def country(parameters: Path) -> TaxBenefitSystem:
    """The tax and benefit system with all variables and the parameters of a folder."""
    system = TaxBenefitSystem([Person])
    system.load_parameters(str(parameters))
    for one in (*TOLD, *FIGURES, injury_float_rate, injury_rate):
        system.add_variable(one)
    return system


def asked(simulation: Simulation, month: str) -> list[Any]:
    """The figures of everybody in a simulation."""
    return [simulation.calculate(one.__name__, month) for one in FIGURES]


def everybody(system: TaxBenefitSystem, month: str, inputs: Mapping[str, Any]) -> list[Any]:
    """The figures of all people at once."""
    simulation = SimulationBuilder().build_default_simulation(system, count=len(inputs["monthly_wage_fen"]))
    for name, values in inputs.items():
        simulation.set_input(name, month, values)
    return asked(simulation, month)


def one_person(system: TaxBenefitSystem, month: str, situation: Mapping[str, Any]) -> tuple[list[Any], list[str]]:
    """The figures of one person and how they came about, line by line."""
    simulation = SimulationBuilder().build_from_entities(system, situation)
    simulation.trace = True
    return asked(simulation, month), simulation.tracer.computation_log.lines()


def timed(work: Callable[[], object], runs: int) -> float:
    """The median seconds after a first run that does not count."""
    work()
    times = []
    for _ in range(runs):
        begun = perf_counter()
        work()
        times.append(perf_counter() - begun)
    return median(times)


def main() -> None:
    """Print the seconds for everybody and for one person with tables of each form, and the figures of that one."""
    folder, runs = Path(sys.argv[1]), int(sys.argv[2])
    facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    month = facts["month"]
    wages, classes, levels = (np.fromfile(folder / name, dtype=np.int64) for name in ("wages", "classes", "levels"))
    inputs = {
        "monthly_wage_fen": wages.astype(np.int32),
        "industry_class": EnumArray((classes - 1).astype(np.uint8), Class),
        "injury_level": EnumArray(levels.astype(np.uint8), Level),
    }
    told = {
        "monthly_wage_fen": {month: facts["monthly_wage_fen"]},
        "industry_class": {month: f"class_{facts['industry_class']}"},
    }
    answer = {}
    for form in ("nodes", "arrays"):
        system = country(folder / form)
        whole = partial(everybody, system, month, inputs)
        alone = partial(one_person, system, month, {"persons": {"somebody": told}})
        np.stack([one.astype(np.int64) for one in whole()]).tofile(folder / f"figures-{form}")
        answer[form] = {
            "seconds": timed(whole, runs),
            "one_seconds": timed(alone, 20 * runs),
            "one": [int(one[0]) for one in alone()[0]],
        }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
