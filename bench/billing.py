"""Monthly bills of 1.3 million insured people, computed and stored, beside NumPy for the one and COPY for the other.

The people are made up, and one month is billed before it counts. NumPy has the rules written by hand, in the peers'
Python; its every figure is compared with that of the rules.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from array import array
from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import psycopg

from bench.cluster import Cluster, cluster
from bench.peers.environment import python
from bench.results import Result
from tongban.policy import Rulebook, in_force, lines, reckon
from tongban.policy.columns import reckon_columns
from tongban.policy.values import month_of
from tongban.publication.files import tree

if TYPE_CHECKING:
    import polars as pl

PEOPLE: Final = 1_300_000
QUICK_PEOPLE: Final = 100_000
COMPUTED: Final = 1_000_000
"""For how many the rules alone are reckoned: what an engine spends once counts for little among so many."""
MONTHS: Final = (date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1))
"""What is billed; the first does not count."""
ON: Final = MONTHS[-1]
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
GOAL_TIMES: Final = 3
GOAL_OF_NUMPY: Final = 1.0
STORED: Final = {
    "line": "month = %s order by employer, insured",
    "statement": "month = %s order by id",
    "leg": "posting in (select id from insurance_posting where month = %s and run is not null) order by id",
}
"""The rows of a month's bills, table by table, in the order in which they were stored."""


def run(quick: bool) -> Iterator[Result]:  # noqa: FBT001 - every bench is called alike
    """The computing alone beside the peers, then whole months beside both floors."""
    python()  # whoever cannot have the peers hears of it before anything is measured
    people = QUICK_PEOPLE if quick else PEOPLE
    a_person_seconds = yield from computing(COMPUTED, runs=3 if quick else 5)
    with cluster(is_real=False) as city:
        yield from months(city, people, MONTHS[-2 if quick else 0 :], a_person_seconds * people)


def months(city: Cluster, people: int, billed: Sequence[date], computing_seconds: float) -> Iterator[Result]:
    """Bill months one after the other; the first does not count. ``computing_seconds``: what NumPy takes for it."""
    ledger = "tongban.packs.social_insurance.ledger"
    billing, population = import_module(f"{ledger}.billing"), import_module(f"{ledger}.population")
    begun = perf_counter()
    regions = [code for code in tree().regions if len(code) == 6]  # noqa: PLR2004 - counties
    made = population.make(people, month_of(ON), regions)
    settings: dict[str, Any] = {"people": people, "employers": made.employers, **city.settings}
    yield Result("synthetic people made", "people/s", people / (perf_counter() - begun), 1, settings=settings)
    seconds, copying = [], []
    for on in billed:
        begun = perf_counter()
        done = billing.bill(month_of(on))
        seconds.append(perf_counter() - begun)
        copying.append(copied(city, month_of(on)))
    middle, floor = median(seconds[1:]), median(copying[1:])
    counted = len(seconds) - 1
    yield Result("a month billed and stored", "s", middle, counted, settings=settings)
    yield Result("lines billed and stored", "lines/s", done.people / middle, counted, settings=settings)
    yield Result("the same rows by COPY", "s", floor, counted, settings=settings)
    ratios = [one / (computing_seconds + other) for one, other in zip(seconds[1:], copying[1:], strict=True)]
    yield Result("beside NumPy and COPY", "×", median(ratios), counted, GOAL_TIMES, settings)


def copied(city: Cluster, month: int) -> float:
    """How long it takes to COPY all rows of a month's bills, as text that is there, into empty tables like theirs."""
    with psycopg.connect(city.server.conninfo("tongban")) as admin, admin.cursor() as cursor:
        texts = {}
        for table, condition in STORED.items():
            with cursor.copy(f"copy (select * from insurance_{table} where {condition}) to stdout", [month]) as out:  # noqa: S608 - fixed texts
                texts[table] = b"".join(out)
            cursor.execute(f"create table copied_{table} (like insurance_{table} including all)")
        admin.commit()
        begun = perf_counter()
        for table, text in texts.items():
            with cursor.copy(f"copy copied_{table} from stdin") as copy:
                copy.write(text)
        admin.commit()
        seconds = perf_counter() - begun
        for table in texts:
            cursor.execute(f"drop table copied_{table}")
    return seconds


def computing(people: int, runs: int) -> Generator[Result, None, float]:
    """The rules alone over everybody, and for one person; returns NumPy's seconds a person."""
    import polars as pl  # noqa: PLC0415 - whoever lists the benches waits for no data frame

    book = tree().rulebook
    levels = list(parameters(book)["injury_float_rates"])
    frame = given(people, levels)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, book, frame, levels)
        by_hand = float(spoken([python(), "-m", "bench.peers.contribution", folder, str(runs)]))
        whole, over_columns = timed(
            lambda: reckon_columns(book, RULE, frame.lazy(), ON).select(FIGURES).collect(engine="streaming"), runs
        )
        is_same = figures(folder / "figures") == [whole[figure].to_list() for figure in FIGURES]
    facts = {"month": f"{ON:%Y-%m}", "monthly_wage_fen": 650_000, "industry_class": 2}
    alone = timed(lambda: lines(book, reckon(book, RULE, facts, ON)), 20 * runs)[1]
    settings = {"people": people, "columns": f"Polars {pl.__version__}"}
    yield Result("the rules over columns", "s", over_columns, runs, settings=settings)
    yield Result("one person, with the derivation", "ms", alone * 1_000, 20 * runs)
    beside = {"identical to the fen": is_same, "NumPy’s seconds": f"{by_hand:.3g}", **settings}
    ratio = by_hand / over_columns
    yield Result("as fast as NumPy by hand", "×", ratio, runs, GOAL_OF_NUMPY, beside, sound=is_same, at_least=True)
    return by_hand / people


def given(people: int, levels: Sequence[str]) -> pl.DataFrame:
    """Wages, risk classes and floating levels of so many, the same each time."""
    import polars as pl  # noqa: PLC0415 - as above

    drawn = pl.int_range(people, eager=True).hash
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
    """What the peers are given."""
    known = parameters(book)
    rules = {name: known[name] for name in SCALARS}
    rules["injury_base_rates"] = [known["injury_base_rates"][number] for number in range(1, 9)]
    rules["injury_float_rates"] = [known["injury_float_rates"][level] for level in levels]
    (folder / "rules.json").write_text(json.dumps(rules), encoding="utf-8")
    for name, column in {"wages": "monthly_wage_fen", "classes": "industry_class", "levels": "level"}.items():
        (folder / name).write_bytes(array("q", frame[column].to_list()).tobytes())


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
