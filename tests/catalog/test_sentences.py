"""A sentence that names facts says of its reader by how much a condition is not met."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tongban.catalog.conditions import UNKNOWN, Unknown, parse
from tongban.catalog.model import Catalog, Requirement
from tongban.catalog.sentences import (
    condition_in_words,
    day_in_words,
    facts_named,
    filled_sentence,
    in_words,
    unmet_sentence,
)
from tongban.catalog.values import yuan
from tongban.catalog.vocabulary import Attribute, Option, Text, Value
from tongban.publication.files import compile_files, tree

SERVICE = "hrss/pension-normal"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return tree()


def told(catalog: Catalog, sentence: Text, **known: Value) -> Text | None:
    """The sentence as told to somebody of whom this is known."""
    service = catalog.services[SERVICE]

    def lookup(fact: str) -> Value | Unknown:
        return known.get(fact.replace(".", "__"), UNKNOWN)

    return unmet_sentence(catalog, service, replace(service.requires[0], otherwise=sentence), lookup)


def test_values_stand_where_facts_are_named(catalog: Catalog) -> None:
    sentence = Text("{insured.statutory_retirement_on}到龄", "Reached on {insured.statutory_retirement_on}")
    day = date(2026, 11, 20)
    assert told(catalog, sentence, insured__statutory_retirement_on=day) == Text(
        "2026 年 11 月 20 日到龄", "Reached on 20 November 2026"
    )


def test_what_is_not_known_is_called_by_its_label(catalog: Catalog) -> None:
    assert told(catalog, Text("看{pension.total_months}", "See {pension.total_months}")) == Text(
        "看累计缴费月数", "See Months in all"
    )


def test_a_value_with_braces_is_never_taken_for_a_name(catalog: Catalog) -> None:
    sentence = Text("{insured.name}，你好", "Hello {insured.name}")
    assert told(catalog, sentence, insured__name="{insured.phone}") == Text(
        "{insured.phone}，你好", "Hello {insured.phone}"
    )


@pytest.mark.parametrize(
    ("fact", "value", "zh", "en"),
    [
        ("is_retirement_open", False, "否", "no"),
        ("retirement_category", "male-60", "男 60 岁", "Men, 60"),
        ("required_pension_months", 180, "180", "180"),
    ],
)
def test_every_kind_of_value_reads_as_words(catalog: Catalog, fact: str, value: Value, zh: str, en: str) -> None:
    attribute: Attribute = catalog.types["base/Person"].attributes[fact]
    assert in_words(attribute, value) == Text(zh, en)


def test_money_is_told_in_yuan(catalog: Catalog) -> None:
    attribute = catalog.types["hrss/Pension"].attributes["monthly_pension_fen"]
    assert in_words(attribute, 486_200) == Text("4,862.00 元", "4,862.00 yuan")


@pytest.mark.parametrize(
    ("fen", "said"),
    [(0, "0.00"), (1, "0.01"), (-5, "-0.05"), (123456789, "1,234,567.89"), (10**17 + 1, "1,000,000,000,000,000.01")],
)
def test_amounts_are_exact_to_the_fen(fen: int, said: str) -> None:
    assert yuan(fen) == said


@pytest.mark.parametrize(
    ("condition", "zh", "en"),
    [
        ("p.medical_insurance == 'employee'", "参加哪种医保：职工医保", "Medical insurance: Employees"),
        (
            "p.medical_insurance in ['employee', 'resident']",
            "参加哪种医保：职工医保或居民医保",
            "Medical insurance: Employees or Residents",
        ),
        ("p.medical_insurance != 'employee'", "参加哪种医保：不是“职工医保”", "Medical insurance: not “Employees”"),
        ("p.has_social_card != true", "有社会保障卡：否", "Has a social security card: no"),
        ("not p.has_social_card", "不符合（有社会保障卡：是）", "not (Has a social security card: yes)"),
        ("p.birth_date == none", "生日：没有", "Date of birth: none"),
        ("p.birth_date > 2026-11-02", "生日：> 2026 年 11 月 2 日", "Date of birth: > 2 November 2026"),
        (
            "known(p.name) and (p.age < 3 or p.age > 60)",
            "姓名：已知道，并且（年龄：< 3，或者年龄：> 60）",
            "Name: known, and (Age in years: < 3, or Age in years: > 60)",
        ),
    ],
)
def test_a_condition_reads_as_words(catalog: Catalog, condition: str, zh: str, en: str) -> None:
    person = catalog.types["base/Person"].attributes

    def attribute(fact: str) -> Attribute:
        return person[fact.partition(".")[2]]

    assert condition_in_words(parse(condition), lambda fact: attribute(fact).label, attribute) == Text(zh, en)


def test_facts_of_both_languages_are_named_once() -> None:
    assert list(facts_named(Text("{a.b}、{a.c}", "{a.c} {a.d}"))) == ["a.b", "a.c", "a.d"]
    assert list(facts_named(None)) == []


def test_a_wrong_name_in_a_sentence_is_a_finding_at_its_place(tmp_path: Path) -> None:
    pack = tmp_path / "sample"
    (pack / "services").mkdir(parents=True)
    (pack / "pack.yaml").write_text(
        "pack: sample\ntitle: {zh: 样例, en: Sample}\nowner: {zh: 局, en: Office}\nrequires: [base]\n"
        "platform: '>=0.1'\n",
        encoding="utf-8",
    )
    (pack / "services" / "card.yaml").write_text(
        """service: sample/card
title: {zh: 办卡, en: Card}
in_force: {from: 2026-01-01}
authority: base/population
handled_at: {level: city}
roles: {holder: Person}
needs: [holder.id_number]
requires:
  - that: "holder.age >= 60"
    because: {law: base/administrative-licensing-law, article: 42}
    otherwise: {zh: "{holder.agge} 岁，不到 60", en: "{holder.agge} is too young"}
procedure: instant
limits: {promised: null, statutory: null, status: unverified, source: null}
apart: {trips: 1, days: 1, source: null}
produces: {holder.phone: "10000000000"}
law: [{law: base/administrative-licensing-law, article: 42}]
""",
        encoding="utf-8",
    )
    _, findings = compile_files([pack])
    [wrong] = [one for one in findings if one.code == "unknown-fact"]
    assert (wrong.line, wrong.nearest) == (11, "holder.age")


@pytest.mark.parametrize(
    ("months", "zh", "en"),
    [
        (0, "0 个月", "0 months"),
        (1, "1 个月", "1 month"),
        (12, "1 年", "1 year"),
        (28, "2 年 4 个月", "2 years 4 months"),
        (25, "2 年 1 个月", "2 years 1 month"),
    ],
)
def test_a_count_of_months_is_said_in_years_and_months(catalog: Catalog, months: int, zh: str, en: str) -> None:
    left = catalog.types["base/Person"].attributes["months_to_next_grade"]
    assert in_words(left, months) == Text(zh, en)


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("2024-02/2024-02", "2024-02", "2024-02"),
        ("2016-03/2023-12,2024-02/2024-02", "2016-03 至 2023-12、2024-02", "2016-03 to 2023-12, 2024-02"),
    ],
)
def test_spans_of_months_read_as_words(text: str, zh: str, en: str) -> None:
    assert in_words(Attribute("a/Person", "paid", Text("缴", "Paid"), "months"), text) == Text(zh, en)


def test_what_is_said_by_itself_needs_no_catalog() -> None:
    one = Attribute("a/Person", "name", Text("名", "Name"), "text", options=(Option("a", Text("甲", "A")),))
    assert [in_words(one, value) for value in (None, UNKNOWN)] == [one.label] * 2
    assert [in_words(one, value) for value in ("a", "b", True, 7)] == [
        Text("甲", "A"), Text("b", "b"), Text("是", "yes"), Text("7", "7")
    ]  # fmt: skip
    assert day_in_words(date(2026, 1, 2)) == Text("2026 年 1 月 2 日", "2 January 2026")


@pytest.mark.parametrize(
    ("condition", "zh", "en"),
    [
        ("a.x == 'a'", "事：甲", "Thing: A"),
        ("'b' == a.x", "b：事", "b: Thing"),
        ("a.x != true", "事：否", "Thing: no"),
        ("a.x != false", "事：是", "Thing: yes"),
        ("a.x != 'b'", "事：不是“b”", "Thing: not “b”"),
        ("a.x < a.x", "事：< 事", "Thing: < Thing"),
        ("a.x == none", "事：没有", "Thing: none"),
        ("a.x in ['a', 2]", "事：甲或2", "Thing: A or 2"),
        ("a.x", "事：是", "Thing: yes"),
        ("not known(a.x)", "不符合（事：已知道）", "not (Thing: known)"),
        (
            "a.x and (a.x or not a.x)",
            "事：是，并且（事：是，或者不符合（事：是））",
            "Thing: yes, and (Thing: yes, or not (Thing: yes))",
        ),
    ],
)
def test_every_part_of_a_condition_reads_as_words(condition: str, zh: str, en: str) -> None:
    one = Attribute("a/Thing", "x", Text("事", "Thing"), "text", options=(Option("a", Text("甲", "A")),))
    assert condition_in_words(parse(condition), lambda _fact: one.label, lambda _fact: one) == Text(zh, en)


def test_a_sentence_is_filled_in_its_language_and_none_stays_none(sample: Catalog) -> None:
    service = sample.services["sample/card"]
    sentence = Text("{holder.colour}、{holder.name}", "{holder.name}, {holder.colour}")
    values = {"holder.colour": "red"}
    told = filled_sentence(sample, service, sentence, lambda fact: values.get(fact, UNKNOWN))
    assert told == Text("红、姓名", "Name, Red")
    assert filled_sentence(sample, service, None, values.get) is None
    requirement = Requirement(parse("holder.married"), service.law[0], otherwise=sentence)
    assert unmet_sentence(sample, service, requirement, lambda fact: values.get(fact, UNKNOWN)) == told
