"""The page, its charts and the READMEs' table say what the results say, and nothing by hand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
import yaml
from bench.report import written
from bench.report.charts import Chart, charts, round_steps, spread
from bench.report.measured import FORMS, Measured, keep, kept
from bench.report.page import page, unexplained
from bench.report.readme import table, with_table
from bench.results import Result, shown

from tongban.cli.bench import benches

MACHINE = "A processor, 2 cores, 8 GiB, Python 3.11.7"


def figure(name: str, unit: str, median: float, goal: float | None = None, **others: Any) -> Result:  # noqa: ANN401 - the rest of a result
    """A result of three runs on another machine."""
    return Result(name, unit, median, 3, goal, machine=MACHINE, load=0.2, **others)


def rate(name: str, clients: int, median: float, goal: float | None = None) -> Result:
    """A rate beside a floor of 1,000 cases/s."""
    settings = {"clients": clients, "fsync": "on"}
    return figure(
        f"{name}, {clients} clients", "cases/s", median, goal, settings=settings, ratio_to_floor=median / 1_000
    )


CASES = Measured(
    "lifecycle",
    "2026-11-22",
    61.0,
    (
        rate("floor", 8, 1_000),
        rate("tongban", 8, 1_600, 1.5),
        rate("floor", 32, 1_000),
        rate("tongban", 32, 2_500, 3),
        rate("dbos", 4, 78),
    ),
)
COMPILING = Measured(
    "compile",
    "2026-11-22",
    40.0,
    tuple(
        figure("a service", "ms", median, size=(services, "services"))
        for services, median in ((250, 0.91), (1_000, 0.93), (10_000, 0.97))
    ),
)
FALLEN = Measured("demo", "2026-11-22", 1.0, (), "port-taken: Port 8000 | cannot be used")
ALL = [COMPILING, FALLEN, CASES]
TITLES = {"lifecycle": "The approval case.", "compile": "Compiling.", "demo": "A city from nothing."}
NOTES = {"lifecycle": {"tongban, 32 clients": {"profile": "It waits for the disk.", "tried": "Groups of commands."}}}


def told(notes: dict[str, dict[str, dict[str, str]]]) -> str:
    """The page of the results above."""
    drawn = {one.name: list(charts(one.name, one.results)) for one in ALL}
    return page("full", ALL, TITLES, drawn, notes)


def test_the_page_begins_with_how_many_goals_are_met_and_what_was_not_measured() -> None:
    assert "**1 of 2 goals are met** on A processor, 2 cores, 8 GiB, Python 3.11.7. **Not measured: demo.**" in told(
        NOTES
    )


def test_a_form_that_was_never_taken_has_a_page_that_says_how() -> None:
    assert "Nothing was measured yet: `tongban bench --all`." in page("full", [], TITLES, {}, {})


def test_every_goal_stands_in_the_table_with_its_figure_and_whether_it_is_met() -> None:
    lines = told(NOTES).splitlines()
    assert (
        "| [lifecycle](#lifecycle): tongban, 8 clients | ≥ 1.5 × the floor | 1,600 cases/s, 1.6 × the floor | ✓ |"
        in lines
    )
    assert (
        "| [lifecycle](#lifecycle): tongban, 32 clients | ≥ 3 × the floor | 2,500 cases/s, 2.5 × the floor | ✗ |"
        in lines
    )
    assert "| [demo](#demo) | | not measured | ✗ |" in lines
    assert "Not measured: port-taken: Port 8000 \\| cannot be used" in lines


def test_a_shortfall_stands_there_with_its_profile_and_what_was_tried() -> None:
    assert "**tongban, 32 clients falls short.** It waits for the disk. *Tried:* Groups of commands." in told(NOTES)
    assert unexplained(ALL, NOTES) == []
    assert unexplained(ALL, {}) == ["lifecycle: tongban, 32 clients"]


def test_settings_that_all_share_stand_once() -> None:
    text = told(NOTES)
    assert text.count("fsync on") == 1
    assert "| dbos, 4 clients | 78 cases/s | 0.078 |  | · | 3 | clients 4 |" in text


def drawings() -> list[Chart]:
    """The charts of the results above."""
    return [chart for one in ALL for chart in charts(one.name, one.results)]


def test_contestants_are_bars_and_sizes_are_lines() -> None:
    lines, bars = drawings()
    assert (lines.name, bars.name) == ("compile-ms", "lifecycle")
    assert lines.words == "a service: 0.91 ms at 250, 0.93 ms at 1,000, 0.97 ms at 10,000"
    lengths = [float(each) for each in re.findall(r'<rect x="264" .*?width="([\d.]+)"', bars.svg)]
    assert lengths == pytest.approx([length * max(lengths) / 2.5 for length in (1, 1.6, 1, 2.5, 0.078)], abs=0.1)
    heights = [float(y) for y in re.findall(r'<circle .*?cy="([\d.]+)"', lines.svg)]
    assert heights == sorted(heights, reverse=True)
    for chart in (lines, bars):
        svg = fromstring(chart.svg)  # noqa: S314 - our own
        assert svg.attrib["role"] == "img"
        assert chart.words in [each.text for each in svg]
        assert "prefers-color-scheme: dark" in chart.svg


def test_a_chart_is_headed_by_what_it_comes_to() -> None:
    heads = [re.search("<title>(.*)</title>", chart.svg) for chart in drawings()]
    assert [head and head[1] for head in heads] == [
        "A service: 0.91 ms at 250 services, 0.97 ms at 10,000",
        "At best 2.5 × the floor, 32.1 × the best of the others",
    ]


def test_of_many_lines_the_slowest_are_drawn() -> None:
    results = [figure(f"list {n}", "ms", n, size=(size, "cases")) for n in range(1, 13) for size in (10, 20)]
    (chart,) = charts("lists", results)
    assert re.findall(r"(list \d+): \d", chart.words) == [f"list {n}" for n in range(12, 4, -1)]


def test_labels_keep_off_each_other_and_scales_are_round() -> None:
    assert spread([50, 10, 52]) == [50, 10, 68]
    assert [round_steps(highest)[-1] for highest in (0.97, 4.1, 10, 700, 26)] == [1, 5, 10, 750, 30]


def test_both_readmes_have_the_table_of_the_results_between_their_marks() -> None:
    headlines = [
        {"bench": "lifecycle", "result": "tongban, 8 clients", "zh": "八个客户端", "en": "eight clients"},
        {"bench": "compile", "result": "a service", "zh": "编译一个事项", "en": "Compiling a service"},
        {"bench": "lists", "result": "first page", "zh": "第一页", "en": "The first page"},
    ]
    by_name = {one.name: one for one in ALL}
    english, chinese = (table(language, "full", by_name, headlines) for language in ("en", "zh"))
    assert english.startswith("1 of 2 goals are met on A processor, 2 cores, 8 GiB. [All figures, ")
    assert "| eight clients | ≥ 1.5 × bare SQL | 1,600 cases/s, 1.6 × bare SQL | ✓ |" in english
    assert "| Compiling a service |  | 0.97 ms (10,000 services) | · |" in english
    assert "| The first page |  | not measured yet |  |" in english
    assert chinese.startswith("2 个目标达到 1 个（A processor, 2 核, 8 GiB）。")
    assert table("zh", "quick", by_name, headlines).startswith("短测，人和件都少：2 个目标")
    assert "| 八个客户端 | ≥ 1.5 × 手写 SQL | 1,600 件/秒, 1.6 × 手写 SQL | ✓ |" in chinese
    assert (
        with_table("a\n<!-- bench -->\nold\n<!-- /bench -->\nb\n", "new\n")
        == "a\n<!-- bench -->\nnew\n<!-- /bench -->\nb\n"
    )
    assert table("zh", "full", {}, headlines) == "还没测过。\n"
    with pytest.raises(ValueError, match="bench"):
        with_table("a README without marks", "new")


def test_what_is_kept_comes_back_and_one_bench_may_be_taken_again(tmp_path: Path) -> None:
    keep("full", ALL, TITLES, tmp_path)
    assert list(kept("full", tmp_path).values()) == [CASES, COMPILING, FALLEN]
    again = Measured("demo", "2026-11-23", 50.0, (figure("demo", "s", 40.0, 60),))
    keep("full", [again], TITLES, tmp_path)
    assert list(kept("full", tmp_path).values()) == [CASES, COMPILING, again]
    keep("full", [], ["demo"], tmp_path)
    assert list(kept("full", tmp_path)) == ["demo"]
    assert kept("quick", tmp_path) == {}


def test_figures_have_as_many_digits_as_can_be_believed() -> None:
    assert [shown(figure) for figure in (0.01234, 4.567, 78.91, 1_234.5, 60)] == [
        "0.0123",
        "4.57",
        "78.9",
        "1,234",
        "60",
    ]


def test_the_committed_pages_are_what_the_committed_results_give() -> None:
    texts = written.files(benches(), written.read(written.NOTES), written.read(written.HEADLINES))
    stale = [name for name, text in texts.items() if (written.ROOT / name).read_text(encoding="utf-8") != text]
    assert stale == [], "tongban bench --all writes them"
    drawn = {f"docs/bench/{file.name}" for file in (written.ROOT / "docs" / "bench").glob("*.svg")}
    assert drawn == {name for name in texts if name.endswith(".svg")}


def test_every_shortfall_of_the_full_run_is_explained() -> None:
    notes = yaml.safe_load(written.NOTES.read_text(encoding="utf-8"))
    assert unexplained(kept(FORMS[0]).values(), notes) == []


def test_notes_and_headlines_name_benches_that_there_are() -> None:
    headlines = written.read(written.HEADLINES)
    assert {*written.read(written.NOTES), *(each["bench"] for each in headlines)} <= set(benches())
    told = {name: {result.name for result in measured.results} for name, measured in kept(FORMS[0]).items()}
    asked = {(each["bench"], each["result"]) for each in headlines if each["bench"] in told}
    assert asked <= {(name, result) for name, results in told.items() for result in results}
