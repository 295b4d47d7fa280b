"""`tongban plan` and `tongban explain`, from the files alone."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from tongban.cli import explain, plan

RUN = CliRunner()
APP = typer.Typer()
plan.register(APP)
explain.register(APP)


def run(*words: str, code: int = 0) -> str:
    result = RUN.invoke(APP, [*words], env={"COLUMNS": "200"})
    assert result.exit_code == code, result.output
    return result.output


def test_a_plan_as_a_persona_needs_no_database() -> None:
    made = json.loads(run("plan", "newborn", "--as", "mother", "--on", "2026-11-23", "--json"))
    assert made["schedule"]["start"] == "2026-11-23"
    assert "mother.id_number" in {line["fact"] for line in made["known"]}
    assert made["undecided"]  # what only the mother can say


@pytest.mark.parametrize(("language", "says"), [("zh", "谁办什么"), ("en", "Who does what")])
def test_a_plan_is_readable(language: str, says: str) -> None:
    assert says in run("plan", "hire-employee", "--count", "hire=3", "--language", language)


def test_values_are_yaml_scalars() -> None:
    known = ["--known", "job.monthly_wage_fen=520000", "--known", "hire.2.id_number=430200199903040102"]
    answers = ["--answer", "hire.archive_place='no-file'"]
    made = json.loads(run("plan", "hire-employee", *known, *answers, "--json"))
    values = {line["fact"]: (line["members"], line["value"], line["source"]) for line in made["known"]}
    assert values["job.monthly_wage_fen"] == ([1, 2], 520_000, "fetched")
    assert values["hire.id_number"] == ([2], "430200199903040102", "fetched")
    assert values["hire.archive_place"] == ([1, 2], "no-file", "claimed")


def test_what_is_wrong_is_told_in_both_languages_as_a_problem() -> None:
    problem = json.loads(run("plan", "newborn", "--known", "child.nme=x", "--json", code=1))
    assert (problem["status"], problem["code"]) == (422, "unknown-fact")
    assert problem["errors"][0]["nearest"] == "child.name"


def test_wrong_usage_is_told() -> None:
    assert run("plan", "newborn", "--answer", "child.name", code=2)
    assert run("plan", "newborn", "--as", "nobody", code=2)


def test_a_service_can_be_planned_by_itself() -> None:
    made = json.loads(run("plan", "--service", "police/birth-registration", "--json"))
    assert [line["id"] for line in made["services"]] == ["police/birth-registration"]


def test_explain_says_why_and_by_which_law() -> None:
    assert "《" in run("explain", "newborn", "mother.phone")
    found = json.loads(run("explain", "newborn", "birth-certificate", "--json"))
    assert found["how"] == ["proven"]


@pytest.mark.slow
def test_fifty_thousand_members_are_no_fifty_thousand_lines() -> None:
    printed = run("plan", "hire-employee", "--count", "hire=50000", "--json")
    assert len(printed.splitlines()) < 5_000
    assert len(json.loads(printed)["questions"][-1]["members"]) == 50_000
    assert "1–50000" in run("plan", "hire-employee", "--count", "hire=50000")
