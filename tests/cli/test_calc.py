"""`tongban calc` as a program and a person give it: facts in, figures with their lines out, refusals with exit 1."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from tongban.cli.main import app


def calc(*arguments: str, facts: str) -> tuple[int, str]:
    found = CliRunner().invoke(app, ["calc", *arguments], input=facts)
    return found.exit_code, found.stdout + found.stderr


def answer(rule: str, facts: dict[str, Any], *more: str) -> dict[str, Any]:
    code, said = calc(rule, "--json", *more, facts=json.dumps(facts))
    assert code == 0, said
    found: dict[str, Any] = json.loads(said)
    return found


def test_the_four_that_others_check() -> None:
    age = answer("retirement-age", {"birth_month": "1971-04", "category": "female-55"})
    assert (age["retirement_month"], age["delay_months"]) == ("2026-08", 4)
    paid = answer("contribution", {"month": "2025-11", "monthly_wage_fen": 650_000, "industry_class": 4})
    keys = (
        "base",
        "pension_employer",
        "pension_employee",
        "unemployment_employer",
        "unemployment_employee",
        "injury_employer",
    )
    assert [paid[f"{key}_fen"] for key in keys] == [650_000, 104_000, 52_000, 4_550, 1_950, 5_850]
    late = answer("late-fee", {"principal_fen": 100_000, "due": "2024-01-01", "paid": "2024-01-11"})
    assert (late["days"], late["fee_fen"]) == (10, 500)
    assert answer("minimum-years", {"retirement_month": "2030-01"})["months"] == 186


def test_each_line_has_its_article_source_and_status() -> None:
    found = answer("social-insurance/late-fee", {"principal_fen": 100_000, "due": "2024-01-01", "paid": "2024-01-11"})
    rate = next(line for line in found["derivation"] if line["name"] == "late_fee_rate")
    assert (rate["value"], rate["status"], rate["article"], rate["from"]) == (5, "verified", "86", "2011-07-01")
    assert rate["source"]["zh"] == "中华人民共和国社会保险法"
    fee = found["derivation"][-1]
    assert (fee["what"], fee["value"], fee["how"]["zh"]) == (
        "figure",
        500,
        "（（欠缴数额（1,000.00 元）×滞纳金日率（0.05%））×欠缴天数（10 天））÷10000，四舍五入",
    )
    assert (found["rule"], found["on"], found["unverified"]) == ("social-insurance/late-fee", "2024-01-01", [])


def test_a_person_reads_it_line_by_line() -> None:
    code, said = calc("contribution", facts="{month: 2026-11, monthly_wage_fen: 650000, industry_class: 2}")
    assert code == 0
    assert "缴费基数下限：4,072.00 元  [待核]" in said
    assert "《工伤保险条例》第 10 条（国务院令第586号）" in said
    assert said.rstrip().endswith("工伤（单位）：26.00 元")


def test_the_legal_date_may_be_given_where_the_rule_has_no_other() -> None:
    facts = {"birth_month": "1965-01", "category": "male-60"}
    assert answer("retirement-age", facts, "--on", "2025-01-01")["on"] == "2025-01-01"
    code, said = calc("retirement-age", "--json", "--on", "2024-12-31", facts=json.dumps(facts))
    assert (code, json.loads(said)["code"]) == (1, "no-rule-in-force")


@pytest.mark.parametrize(
    ("facts", "code", "at"),
    [
        ("", "wrong-value", "facts"),
        ("[1]", "wrong-value", "facts"),
        ("{", "wrong-value", "facts"),
        ("{month: 2025-11, monthly_wage_fen: -1, industry_class: 1}", "out-of-range", "monthly_wage_fen"),
        ("{month: 2025-11, monthly_wage_fen: 1000000000, industry_class: 1}", "out-of-range", "monthly_wage_fen"),
        ("{month: 2025-11, monthly_wage_fen: 5.5, industry_class: 1}", "wrong-value", "monthly_wage_fen"),
        (
            "{month: 1998-11, monthly_wage_fen: 5, industry_class: 1}",
            "no-rule-in-force",
            "social-insurance/contribution-base",
        ),
    ],
)
def test_a_refusal_is_a_problem_in_both_languages(facts: str, code: str, at: str) -> None:
    exit_code, said = calc("contribution", "--json", facts=facts)
    problem = json.loads(said)
    assert (exit_code, problem["code"], problem["errors"][0]["at"]) == (1, code, at)
    assert problem["detail_zh"]
    exit_code, said = calc("contribution", facts=facts)
    assert exit_code == 1
    assert said.startswith(f"{code} {at}: ")


def test_a_rule_that_nobody_wrote_names_the_nearest_and_all_are_listed() -> None:
    exit_code, said = calc("late-fees", "--json", facts="{}")
    assert (exit_code, json.loads(said)["errors"][0]["nearest"]) == (1, "social-insurance/late-fee")
    exit_code, said = calc(facts="")
    assert exit_code == 0
    assert "hrss/retirement-age  法定退休时间" in said
