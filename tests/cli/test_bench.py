"""`tongban bench` says what it measured, on which machine, and whether the goal was met."""

from __future__ import annotations

import json
from subprocess import CompletedProcess

import pytest
from bench.results import Result
from typer.testing import CliRunner

from tongban.cli.bench import answer_of, benches, line
from tongban.cli.main import app
from tongban.publication.files import tree

KEYS = {"name", "unit", "median", "runs", "ratio_to_floor", "machine", "settings"}


@pytest.mark.slow
def test_a_bench_prints_every_result_with_its_goal() -> None:
    done = CliRunner().invoke(app, ["bench", "plan", "--quick", "--json"])
    results = json.loads(done.output)
    assert len(results) == len(tree().bundles) + 5
    for result in results:
        assert set(result) >= KEYS
        assert result["met"] == (result["goal"] is None or result["median"] <= result["goal"])
    assert done.exit_code == (0 if all(result["met"] for result in results) else 1)


def test_the_benches_are_those_that_the_house_promises() -> None:
    promised = {
        "bulk",
        "compile",
        "demo",
        "half-year",
        "http",
        "lifecycle",
        "lists",
        "memory",
        "pages",
        "people",
        "plan",
        "search",
    }
    assert promised <= set(benches())
    assert all(benches().values())


def test_without_a_name_the_benches_are_listed() -> None:
    done = CliRunner().invoke(app, ["bench"])
    assert done.exit_code == 0
    assert [line.split()[0] for line in done.output.splitlines()] == list(benches())


def test_all_and_one_at_once_is_wrong_usage() -> None:
    assert CliRunner().invoke(app, ["bench", "plan", "--all"]).exit_code == 2


def test_an_unknown_bench_is_wrong_usage() -> None:
    assert CliRunner().invoke(app, ["bench", "quickness"]).exit_code == 2


def test_what_is_not_sound_is_never_met() -> None:
    assert Result("a", "ms", 1, 1, goal=2).met
    assert not Result("a", "ms", 1, 1, goal=2, sound=False).met
    assert not Result("a", "ms", 3, 1, goal=2).met


def test_a_rate_is_judged_by_how_many_times_the_floor_it_is() -> None:
    slow, fast = (Result("a", "cases/s", rate, 3, 1.5, ratio_to_floor=rate / 100) for rate in (140, 160))
    assert (slow.met, fast.met) == (False, True)
    assert line(fast) == "✓ a: 160 cases/s, 1.6 × the floor (≥ 1.5 × the floor), median of 3"
    beside = Result("b", "cases/s", 20, 3, ratio_to_floor=0.2)
    assert beside.met
    assert line(Result("c", "cases/s", 20, 3, sound=False)).startswith("✗ c")
    assert line(beside) == "· b: 20 cases/s, 0.2 × the floor, median of 3"


def test_what_is_to_be_no_less_than_its_goal_is_judged_so() -> None:
    few, many = (Result("a", "complaints/s", rate, 3, 500, at_least=True) for rate in (499, 501))
    assert (few.met, many.met) == (False, True)
    assert line(few) == "✗ a: 499 complaints/s (≥ 500 complaints/s), median of 3"


def test_what_is_measured_at_several_sizes_says_which() -> None:
    one = Result("a service", "ms", 0.91, 3, size=(10_000, "services"))
    assert line(one) == "· a service, 10,000 services: 0.91 ms, median of 3"
    assert Result.from_json(json.loads(json.dumps(one.to_json()))) == one


def test_a_bench_that_fails_is_named_with_its_reason() -> None:
    result = Result("a", "ms", 1.0, 1, goal=2)
    problem = {"code": "no-peers", "title": "The peers could not be installed.", "detail": "Check the network."}
    good, refused, fallen, silent = (
        answer_of("a-bench", CompletedProcess([], exit_code, said, heard), 2.0)
        for exit_code, said, heard in (
            (0, json.dumps([result.to_json()]), ""),
            (1, json.dumps(problem), ""),
            (1, "", "╭─ Traceback ─╮\n│ line 1 │\n╰─╯\nKeyError: 'x'\n"),
            (-9, "", ""),
        )
    )
    assert (good.results, good.failure, good.met) == ((result,), None, True)
    assert refused.failure == "no-peers: The peers could not be installed. Check the network."
    assert (fallen.failure, silent.failure) == ("KeyError: 'x'", "exit -9")
    assert not refused.met
