"""The page that tells what was measured: how many goals are met, each with its figure, and why one is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bench.report.charts import Chart
from bench.report.measured import FORMS, Measured
from bench.results import Result

Notes = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Why a figure falls short: bench → result → ``profile`` (what the profile says) and ``tried``."""

PAGES = {form: "bench.md" if form == FORMS[0] else f"bench-{form}.md" for form in FORMS}
COMMANDS = {"full": "tongban bench --all", "quick": "tongban bench --all --quick"}
OTHER_FORMS = {
    "full": "The short form, of ten minutes, has [a page of its own](bench-quick.md): `tongban bench --all --quick`.",
    "quick": "This is the short form, with fewer runs, people and cases than [the full one](bench.md).",
}
HOW_TO_READ = (
    "A figure is the median of its runs. ✓ met, ✗ not met, · there to compare with. *The floor* is the same work in "
    "bare SQL, without rules, chain of hashes or ids; all who are compared take turns on one server of PostgreSQL with "
    "its own durability, whose settings stand beside the figures. *Load* is how many processes wanted a core just then."
)


def page(
    form: str,
    measured: Sequence[Measured],
    titles: Mapping[str, str],
    charts: Mapping[str, Sequence[Chart]],
    notes: Notes,
) -> str:
    """The page in Markdown; ``charts`` stand beside it in the folder `bench`."""
    blocks = [
        "# What was measured",
        f"<!-- Written by `{COMMANDS[form]}`. Why a figure falls short is told in bench/notes.yaml. -->",
    ]
    if measured:
        blocks += [summary(measured, titles), introduction(form, measured), "## Goals", "\n".join(goals(measured))]
    else:
        blocks.append(f"Nothing was measured yet: `{COMMANDS[form]}`. {OTHER_FORMS[form]}")
    for one in measured:
        blocks.append(f"## {one.name}")
        blocks.append(titles[one.name])
        blocks += [f"![{escaped(chart.words)}](bench/{form}-{chart.name}.svg)" for chart in charts[one.name]]
        blocks += figures(one)
        blocks += shortfalls(one, notes.get(one.name, {}))
    return "\n\n".join(blocks) + "\n"


def summary(measured: Sequence[Measured], names: Iterable[str]) -> str:
    """One true sentence: how many goals are met, on what, and which of the benches have no figures."""
    wanted = [result for one in measured for result in one.results if result.goal is not None]
    met = sum(result.met for result in wanted)
    machines = sorted({result.machine for one in measured for result in one.results})
    without = {*names} - {one.name for one in measured if one.failure is None}
    words = f"**{met} of {len(wanted)} goals are met** on {' and on '.join(machines) or 'no machine yet'}."
    return words + (f" **Not measured: {', '.join(sorted(without))}.**" if without else "")


def introduction(form: str, measured: Sequence[Measured]) -> str:
    """How the page came about, and how to read it."""
    days = sorted({one.on for one in measured})
    minutes = sum(one.seconds for one in measured) / 60
    when = " to ".join(dict.fromkeys([*days[:1], *days[-1:]]))
    return (
        f"`{COMMANDS[form]}` takes these figures one bench after the other, and `tongban bench NAME --page` one bench "
        f"alone; these took {minutes:.0f} minutes in all ({when}). "
        f"{OTHER_FORMS[form]} {HOW_TO_READ}"
    )


def goals(measured: Iterable[Measured]) -> Iterator[str]:
    """The table of all goals."""
    yield "| | Goal | Measured | |"
    yield "|---|---|---|---|"
    for one in measured:
        for result in one.results:
            if result.goal is not None:
                told = ", ".join(filter(None, (result.figure, result.ratio)))
                name = f"[{one.name}](#{one.name}): {result.title}"
                yield f"| {escaped(name)} | {result.wanted} | {told} | {result.mark} |"
        if one.failure is not None:
            yield f"| [{one.name}](#{one.name}) | | not measured | ✗ |"


def figures(one: Measured) -> Iterator[str]:
    """All that one bench gave, or why it gave nothing."""
    if one.failure is not None:
        yield f"Not measured: {escaped(one.failure)}"
        return
    common = shared_settings(one.results)
    has_floor = any(result.ratio_to_floor is not None for result in one.results)
    rows = ["| | Figure |" + (" × the floor |" if has_floor else "") + " Goal | | Runs | With |"]
    rows.append("|---|" + "---|" * (6 if has_floor else 5))
    for result in one.results:
        own = {name: value for name, value in result.settings.items() if name not in common}
        cells = [result.title, result.figure]
        cells += ["" if result.ratio_to_floor is None else f"{result.ratio_to_floor:.2g}"] if has_floor else []
        cells += [result.wanted, result.mark, str(result.runs), told_settings(own)]
        rows.append(f"| {' | '.join(map(escaped, cells))} |")
    yield "\n".join(rows)
    last = f"Took {one.seconds:.0f} s; load {one.results[-1].load if one.results else 0}."
    yield f"{last} All with: {told_settings(common)}." if common else last


def shared_settings(results: Sequence[Result]) -> dict[str, object]:
    """What all of them were measured with, where there are several."""
    if len(results) < 2:  # noqa: PLR2004 - one result shares nothing
        return {}
    first = results[0].settings
    return {name: value for name, value in first.items() if all(one.settings.get(name) == value for one in results)}


def told_settings(settings: Mapping[str, object]) -> str:
    """Settings in a line."""
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in settings.items())


def shortfalls(one: Measured, notes: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """What stands in the notes about each goal that is not met."""
    for result in one.results:
        note = notes.get(result.title, notes.get(result.name))
        if not result.met and note is not None:
            yield f"**{result.title} falls short.** {note['profile'].strip()} *Tried:* {note['tried'].strip()}"


def unexplained(measured: Iterable[Measured], notes: Notes) -> list[str]:
    """The goals that are not met and of which no note says why."""
    return [
        f"{one.name}: {result.title}"
        for one in measured
        for result in one.results
        if not result.met and not {result.title, result.name} & notes.get(one.name, {}).keys()
    ]


def escaped(words: str) -> str:
    """Words that may stand in a cell of a table or before a picture."""
    return words.replace("|", "\\|").replace("\n", " ")
