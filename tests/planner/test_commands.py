"""`tongban plan` and `tongban explain`, from the files alone."""

from __future__ import annotations

import json
import re

import pytest
import typer
from typer.testing import CliRunner

from tongban.cli import explain, plan

RUN = CliRunner()
APP = typer.Typer()
plan.register(APP)
explain.register(APP)


def run(*words: str, code: int = 0, columns: int = 200) -> str:
    result = RUN.invoke(APP, [*words], env={"COLUMNS": str(columns)})
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


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("bundle", ["newborn", "hire-employee", "retire", "open-restaurant", "shop-sign"])
def test_at_80_columns_no_day_and_no_key_is_broken(bundle: str, language: str) -> None:
    options = (bundle, "--count", "staff=2") if bundle == "open-restaurant" else (bundle,)
    made = json.loads(run("plan", *options, "--json"))
    printed = run("plan", *options, "--language", language, columns=80)
    days = [day for line in made["services"] for day in (line["start"], line["due"])]
    assert sorted(re.findall(r"\d{4}-\d\d-\d\d", printed)) == sorted([*days, made["schedule"]["due"]])
    asked = {line["fact"] for line in [*made["questions"], *made["undecided"]]}
    assert set(re.findall(r"[a-z]+\.[a-z_]+", printed)) == asked


def test_a_plan_says_under_which_condition_a_service_follows_and_what_nobody_found_out() -> None:
    printed = run("plan", "newborn")
    assert "如果出生·户口随谁：随父亲" in printed
    assert "如果母亲·参加哪种医保：职工医保或居民医保，或者父亲·参加哪种医保：职工医保" in printed
    (window,) = [line for line in run("plan", "shop-sign").splitlines() if line.startswith("各跑各的窗口")]
    assert window.split()[3:5] == ["–", "–"]


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


@pytest.mark.parametrize(
    "words", [["--service", "police/birth-registration"], ["birth-registration"], ["出生户口登记"]]
)
def test_a_service_can_be_planned_by_itself(words: list[str]) -> None:
    made = json.loads(run("plan", *words, "--json"))
    assert [line["id"] for line in made["services"]] == ["police/birth-registration"]


def test_a_persona_is_supposed_by_whatever_name_the_bundle_has() -> None:
    by_title, by_id = (run("plan", name, "--as", "mother", "--json") for name in ("新生儿出生", "life-events/newborn"))
    assert by_title == by_id


def test_explain_says_why_and_by_which_law() -> None:
    assert "《" in run("explain", "newborn", "mother.phone")
    found = [json.loads(run("explain", "newborn", name, "--json")) for name in ("birth-certificate", "出生医学证明")]
    assert [each["how"] for each in found] == [["proven"]] * 2


def test_explain_takes_a_service_and_labels_and_names_those_that_share_one() -> None:
    assert "出生户口登记" in run("explain", "birth-registration", "出生医学证明")
    assert "father.phone、mother.phone" in run("explain", "newborn", "手机号", code=1)


@pytest.mark.slow
def test_fifty_thousand_members_are_no_fifty_thousand_lines() -> None:
    printed = run("plan", "hire-employee", "--count", "hire=50000", "--json")
    assert len(printed.splitlines()) < 5_000
    assert len(json.loads(printed)["questions"][-1]["members"]) == 50_000
    assert "1–50000" in run("plan", "hire-employee", "--count", "hire=50000")
