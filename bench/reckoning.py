"""What is reckoned in the benches of rules, for whom, and beside whom: the month's contributions of made-up people.

NumPy has the rules written by hand, OpenFisca as a country package; both run in the peers' Python, and every figure of
theirs is compared with that of the rules.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from array import array
from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from bench.peers.environment import python
from bench.results import Result
from tongban.policy import Parameter, Rulebook, in_force, lines, reckon
from tongban.policy.columns import reckon_columns
from tongban.policy.values import month_of
from tongban.publication.files import tree

if TYPE_CHECKING:
    import polars as pl

PEOPLE: Final = 1_000_000
"""For how many the rules alone are reckoned: what an engine spends once counts for little among so many."""
ON: Final = date(2026, 11, 1)
RULE: Final = "social-insurance/contribution"
FIGURES: Final = (
    "base_fen",
    "pension_employer_fen",
    "pension_employee_fen",
    "unemployment_employer_fen",
    "unemployment_employee_fen",
    "injury_employer_fen",
)
SCALARS: Final = ("base_floor_fen", "base_ceiling_fen", *(f"{name[:-4]}_rate" for name in FIGURES[1:5]))
TABLES: Final = ("injury_base_rates", "injury_float_rates")
FACTS: Final = {"month": f"{ON:%Y-%m}", "monthly_wage_fen": 650_000, "industry_class": 2}
GOAL_OF_NUMPY: Final = 1
GOAL_OF_OPENFISCA: Final = 12
GOAL_OF_ONE: Final = 50


def computing(runs: int) -> Generator[Result, None, float]:
    """The rules alone over a million, and for one person, beside the peers; returns NumPy's seconds a person."""
    import polars as pl  # noqa: PLC0415 - whoever lists the benches waits for no data frame

    book = tree().rulebook
    levels = list(parameters(book)["injury_float_rates"])
    frame = given(PEOPLE, levels)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, book, frame, levels)
        by_hand = float(spoken([python(), "-m", "bench.peers.contribution", folder, str(runs)]))
        openfisca = json.loads(spoken([python(), "-m", "bench.peers.fisca", folder, str(runs)]))
        whole, over_columns = timed(lambda: reckoned(book, frame), runs)
        own = [whole[figure].to_list() for figure in FIGURES]
        is_same = figures(folder / "figures") == own
        fisca_is_same = all(figures(folder / f"figures-{form}") == own for form in openfisca)
    settings = {"people": PEOPLE, "columns": f"Polars {pl.__version__}, streaming, choices as an enumeration"}
    yield Result("the rules over columns", "s", over_columns, runs, settings=settings)
    beside = {"identical to the fen": is_same, "NumPy’s seconds": f"{by_hand:.3g}", **settings}
    ratio = by_hand / over_columns
    yield Result("as fast as NumPy by hand", "×", ratio, runs, GOAL_OF_NUMPY, beside, sound=is_same, at_least=True)
    for form, told in openfisca.items():
        beside = {"identical to the fen": fisca_is_same, "OpenFisca’s seconds": f"{told['seconds']:.3g}", **settings}
        ratio = told["seconds"] / over_columns
        name = f"as fast as OpenFisca, tables as {form}"
        yield Result(name, "×", ratio, runs, GOAL_OF_OPENFISCA, beside, sound=fisca_is_same, at_least=True)
    yield from alone(book, openfisca, 20 * runs)
    return by_hand / PEOPLE


def alone(book: Rulebook, openfisca: Mapping[str, Any], runs: int) -> Generator[Result, None, None]:
    """One person with the derivation, beside OpenFisca with its trace told."""
    seconds = timed(lambda: lines(book, reckon(book, RULE, FACTS, ON)), runs)[1]
    yield Result("one person, with the derivation", "ms", seconds * 1_000, runs)
    values = reckon(book, RULE, FACTS, ON).values
    quicker = min(openfisca.values(), key=lambda told: told["one_seconds"])
    is_same = all(told["one"] == [values[figure] for figure in FIGURES] for told in openfisca.values())
    beside = {"identical to the fen": is_same, "OpenFisca’s ms": f"{quicker['one_seconds'] * 1_000:.3g}"}
    ratio = quicker["one_seconds"] / seconds
    name = "one person, as fast as OpenFisca with its trace"
    yield Result(name, "×", ratio, runs, GOAL_OF_ONE, beside, sound=is_same, at_least=True)


def reckoned(book: Rulebook, frame: pl.DataFrame) -> pl.DataFrame:
    """The figures of a table of people."""
    found: pl.LazyFrame = reckon_columns(book, RULE, frame.lazy(), ON)
    return found.select(FIGURES).collect(engine="streaming")


def given(people: int, levels: Sequence[str], first: int = 0) -> pl.DataFrame:
    """Wages, risk classes and floating levels of so many from the first, the same each time."""
    import polars as pl  # noqa: PLC0415 - as above

    drawn = pl.int_range(first, first + people, eager=True).hash
    return pl.DataFrame(
        {
            "month": pl.Series([month_of(ON)], dtype=pl.Int64).new_from_index(0, people),
            "monthly_wage_fen": (drawn(1) % 3_000_000).cast(pl.Int64),
            "industry_class": (drawn(2) % 8).cast(pl.Int64) + 1,
            "level": (drawn(3) % len(levels)).cast(pl.Int64),
        }
    ).with_columns(injury_level=pl.col("level").replace_strict(dict(enumerate(levels)), return_dtype=pl.Enum(levels)))


def parameters(book: Rulebook) -> Mapping[str, Any]:
    """What the rule's parameters come to in the month."""
    return in_force(book, RULE, ON).constants


def write(folder: Path, book: Rulebook, frame: pl.DataFrame, levels: Sequence[str]) -> None:
    """What the peers are given; for OpenFisca all that the parameters ever were, in both forms of a table."""
    known = parameters(book)
    rules = {name: known[name] for name in SCALARS}
    rules["injury_base_rates"] = [known["injury_base_rates"][number] for number in range(1, 9)]
    rules["injury_float_rates"] = [known["injury_float_rates"][level] for level in levels]
    (folder / "rules.json").write_text(json.dumps(rules), encoding="utf-8")
    for name, column in {"wages": "monthly_wage_fen", "classes": "industry_class", "levels": "level"}.items():
        (folder / name).write_bytes(array("q", frame[column].to_list()).tobytes())

    (folder / "facts.json").write_text(json.dumps(FACTS), encoding="utf-8")
    for form in ("nodes", "arrays"):
        (folder / form).mkdir()
        for name in (*SCALARS, *TABLES):
            one = book.parameters[f"social-insurance/{name.replace('_', '-')}"]
            told = dated(one) if name in SCALARS else tables(one)[form]
            (folder / form / f"{name}.yaml").write_text(json.dumps(told), encoding="utf-8")


def dated(parameter: Parameter, of: Callable[[Any], Any] = lambda value: value) -> dict[str, Any]:
    """A parameter as OpenFisca reads it; ``of`` takes from a value what is wanted."""
    values = {value.from_.isoformat(): {"value": of(value.value)} for value in parameter.values}
    return {"description": parameter.title.en, "values": values}


def tables(parameter: Parameter) -> dict[str, dict[str, Any]]:
    """A parameter that is a table, as a node of parameters and as an array."""
    rows = parameter.values[-1].value
    assert isinstance(rows, Mapping)  # noqa: S101 - both tables are
    keys = {key: f"class_{key}" if isinstance(key, int) else key.replace("-", "_") for key in rows}
    nodes = {name: dated(parameter, partial(_row, key)) for key, name in keys.items()}
    return {"nodes": nodes, "arrays": dated(parameter, lambda rows: list(rows.values()))}


def _row(key: int | str, rows: Mapping[int | str, int]) -> int:
    return rows[key]


def figures(file: Path) -> list[list[int]]:
    """What a peer wrote: the figures one after the other, each of everybody."""
    whole = array("q", file.read_bytes()).tolist()
    each = len(whole) // len(FIGURES)
    return [whole[begin : begin + each] for begin in range(0, len(whole), each)]


def timed(work: Any, runs: int) -> tuple[Any, float]:  # noqa: ANN401 - whatever it gives
    """What some work gives, and the median time it takes after a first that does not count."""
    found, times = work(), []
    for _ in range(runs):
        begun = perf_counter()
        work()
        times.append(perf_counter() - begun)
    return found, median(times)


def spoken(command: Sequence[str | Path]) -> str:
    """What a program says. Raises RuntimeError with its last words."""
    folder = Path(__file__).parents[1]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder)  # noqa: S603 - our own
    if done.returncode:
        raise RuntimeError(done.stderr[-2_000:])
    return done.stdout
