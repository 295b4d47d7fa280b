"""The README's table in both languages: the figures that matter most, as the results have them, between two marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bench.report.measured import Measured
from bench.report.page import PAGES
from bench.results import Result, shown

BEGIN: Final = "<!-- bench -->"
END: Final = "<!-- /bench -->"


@dataclass(frozen=True, slots=True)
class Words:
    """What a README says around the figures."""

    head: str
    floor: str
    missing: str
    nothing: str
    summary: str
    short: str
    cores: str
    units: Mapping[str, str]


LANGUAGES: Final[Mapping[str, Words]] = {
    "en": Words(
        head="| | Goal | Measured | |",
        floor="× bare SQL",
        missing="not measured yet",
        nothing="Nothing was measured yet.",
        summary="{met} of {wanted} goals are met on {machine}. [All figures, and why one falls short]({page}).",
        short="The short form, with fewer people and cases: ",
        cores="cores",
        units={},
    ),
    "zh": Words(
        head="| | 目标 | 实测 | |",
        floor="× 手写 SQL",
        missing="还没测",
        nothing="还没测过。",
        summary="{wanted} 个目标达到 {met} 个（{machine}）。[全部数字，没达到的为什么]({page})。",
        short="短测，人和件都少：",
        cores="核",
        units={
            "B/case": "字节/件",
            "cases": "件",
            "cases/s": "件/秒",
            "complaints/s": "件/秒",
            "ms": "毫秒",
            "of the beginning's": "（开头为 1）",
            "open cases": "件在办",
            "people/s": "人/秒",
            "s": "秒",
            "services": "个事项",
            "stored cases": "件",
            "times": "倍",
        },
    ),
}


def with_table(readme: str, table: str) -> str:
    """The README with this table between its marks. Raises ``ValueError`` where it has none."""
    parts = re.split(f"(?<={BEGIN}\n).*?(?={END})", readme, flags=re.DOTALL)
    if len(parts) != 2:  # noqa: PLR2004 - before and after
        raise ValueError(f"{BEGIN} … {END}")
    return table.join(parts)


def table(language: str, form: str, measured: Mapping[str, Measured], headlines: Sequence[Mapping[str, Any]]) -> str:
    """The sentence and the table of one language. A headline is ``bench``, ``result`` (a name), ``zh`` and ``en``."""
    words = LANGUAGES[language]
    if not measured:
        return f"{words.nothing}\n"
    results = [result for one in measured.values() for result in one.results if result.goal is not None]
    summary = words.summary.format(
        met=sum(result.met for result in results),
        wanted=len(results),
        machine=", ".join(sorted({size_of(result.machine, words) for result in results})),
        page=f"docs/{PAGES[form]}",
    )
    short = words.short if form == "quick" else ""
    return "\n".join([short + summary, "", words.head, "|---|---|---|---|", *rows(language, measured, headlines), ""])


def rows(language: str, measured: Mapping[str, Measured], headlines: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """One row for each headline, in their order."""
    words = LANGUAGES[language]
    for headline in headlines:
        result = called(headline["result"], measured.get(headline["bench"]))
        told = [headline[language], "", words.missing, ""]
        if result is not None:
            told[1:] = wanted(result, words), figure(result, words), result.mark
        yield f"| {' | '.join(told)} |"


def called(name: str, one: Measured | None) -> Result | None:
    """The result of this name in a bench; of several sizes the largest."""
    named = [result for result in one.results if result.name == name] if one is not None else []
    return max(named, key=lambda result: (result.size or (0, ""))[0], default=None)


def wanted(result: Result, words: Words) -> str:
    """The goal."""
    if result.goal is None:
        return ""
    if result.ratio_to_floor is not None:
        return f"≥ {result.goal:g} {words.floor}"
    return f"{'≥' if result.at_least else '≤'} {shown(result.goal)} {in_words(result.unit, words)}"


def figure(result: Result, words: Words) -> str:
    """What was measured, and with how many of what."""
    told = f"{shown(result.median)} {in_words(result.unit, words)}"
    if result.ratio_to_floor is not None:
        told += f", {result.ratio_to_floor:.2g} {words.floor}"
    return told if result.size is None else f"{told} ({result.size[0]:,} {in_words(result.size[1], words)})"


def in_words(unit: str, words: Words) -> str:
    """The unit in the language of the README."""
    return words.units.get(unit, unit)


def size_of(machine: str, words: Words) -> str:
    """The machine without its Python."""
    return machine.rpartition(", Python")[0].replace("cores", words.cores)
