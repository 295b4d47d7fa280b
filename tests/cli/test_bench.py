"""`tongban bench` says what it measured, on which machine, and whether the goal was met."""

from __future__ import annotations

import json

import pytest
from bench.results import Result
from typer.testing import CliRunner

from tongban.cli.bench import benches, line
from tongban.cli.main import app

KEYS = {"name", "unit", "median", "runs", "machine", "settings", "goal", "met", "sound", "ratio_to_floor"}


@pytest.mark.slow
def test_a_bench_prints_every_result_with_its_goal() -> None:
    done = CliRunner().invoke(app, ["bench", "compile", "--quick", "--json"])
    results = json.loads(done.output)
    assert len(results) == 3
    for result in results:
        assert set(result) == KEYS
        assert result["met"] == (result["median"] <= result["goal"])
    assert done.exit_code == (0 if all(result["met"] for result in results) else 1)


def test_the_benches_are_those_that_the_house_promises() -> None:
    assert benches() == ["compile", "demo", "lifecycle", "memory", "pages", "plan"]


def test_an_unknown_bench_is_wrong_usage() -> None:
    assert CliRunner().invoke(app, ["bench", "quickness"]).exit_code == 2


def test_what_is_not_sound_is_never_met() -> None:
    assert Result("a", "ms", 1, 1, goal=2).met
    assert not Result("a", "ms", 1, 1, goal=2, sound=False).met
    assert not Result("a", "ms", 3, 1, goal=2).met


def test_a_rate_is_judged_by_how_many_times_the_floor_it_is() -> None:
    slow, fast = (Result("a", "cases/s", rate, 3, 1.5, ratio_to_floor=rate / 100) for rate in (140, 160))
    assert (slow.met, fast.met) == (False, True)
    assert line(fast) == "✓ a: 160 cases/s, 1.6 × the floor (≥ 1.5 ×), median of 3"
    beside = Result("b", "cases/s", 20, 3, ratio_to_floor=0.2)
    assert beside.met
    assert line(Result("c", "cases/s", 20, 3, sound=False)).startswith("✗ c")
    assert line(beside) == "· b: 20 cases/s, 0.2 × the floor, median of 3"
