"""Parameters and rules as packs write them: what they become, and what is said of each thing that is wrong."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from tests.catalog.packs import checked, copy_of_sample

from tongban.casework.model import Refused
from tongban.casework.production import reckoned
from tongban.catalog.canonical import canonical, from_json, to_json
from tongban.catalog.model import Catalog
from tongban.policy import Step, Views, reckon

BASE = "inputs:\n      month: {kind: month, label: {zh: 月份, en: Month}}"
LAST = "    results: [fare_fen]"

HIDING = "ride_fen: {kind: fen, most: 9, label: {zh: 价, en: Price}}\n      rides: {kind: count"
CIRCLE = (("one", "two"), ("two", "one"))
VERSIONS = "[{from: 2025-01-01, formula: rules.fare, because: {law: card-law, article: 3}}]"
CITED = "{law: card-law, article: 3}"


def changed(folder: Path, old: str, new: str, file: str = "policy/fare.yaml") -> tuple[Catalog | None, list[str]]:
    """The sample with one text exchanged for another, and the codes of what is said."""
    packs = copy_of_sample(folder)
    path = packs[0] / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    catalog, findings = checked(packs, folder)
    return catalog, [one.code for one in findings]


def test_a_rule_is_data_with_what_its_formula_does(sample: Catalog) -> None:
    rule = sample.rules["sample/fare"]
    (version,) = rule.versions
    assert version.parameters == ("sample/ride-fen",)
    assert version.steps == (Step("fare_fen", "rides * ride_fen"),)
    assert rule.figures[0].status == "verified", "as well known as the law that it cites"
    for month, fare in (("2025-12", 600), ("2026-01", 900)):
        assert reckon(sample.rulebook, "fare", {"month": month, "rides": 3}, date(2026, 1, 1)).results(
            sample.rulebook
        ) == {"fare_fen": fare}


def test_a_published_rule_reckons_as_it_did(sample: Catalog) -> None:
    again = from_json(json.loads(canonical(to_json(sample))), sample.functions)
    facts = {"month": "2026-01", "rides": 3}
    assert reckon(again.rulebook, "fare", facts, date(2026, 1, 1)).values["fare_fen"] == 900
    assert again.hashes == sample.hashes


def test_a_formula_written_anew_is_another_definition(sample: Catalog, tmp_path: Path) -> None:
    other, codes = changed(tmp_path, "f.rides * f.ride_fen", "f.rides * f.ride_fen + 0", "rules.py")
    assert codes == []
    assert other is not None
    assert other.hashes["sample/fare"] != sample.hashes["sample/fare"]
    assert other.hashes["sample/ride-fen"] == sample.hashes["sample/ride-fen"]


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("status: verified, because: {law: card-law, article: 3}", "status: verified", ["missing-key"]),
        ("status: verified, because", "because", ["missing-key"]),
        ("value: 300, status: unverified", "value: 300, status: rumour", ["wrong-choice"]),
        ("value: 300", "value: 3.5", ["wrong-type"]),
        ("value: 300", "value: {}", ["wrong-type"]),
        ("value: 300", "value: {a: true}", ["wrong-type"]),
        ("from: 2026-01-01, value: 300", "from: 2026-01-01, to: 2025-12-01, value: 300", ["wrong-value"]),
        ("from: 2026-01-01, value: 300", "value: 300", ["missing-key"]),
        (f"verified, because: {CITED}", "verified, because: {law: x, article: 3}", ["unknown-id"]),
        (f"rules.fare, because: {CITED}", "rules.fare, because: {law: card-law, article: 30}", ["article-not-in-law"]),
        ("formula: rules.fare", "formula: rules.far", ["unknown-function"]),
        ("title: {zh: 票价, en: Fare}", "title: {zh: 票价}", ["missing-translation"]),
        ("label: {zh: 次数, en: Rides}", "label: {zh: 次数}", ["missing-translation"]),
        ("results: [fare_fen]", "results: [fair_fen]", ["unknown-name"]),
        ("at: month", "at: mouth", ["unknown-name"]),
        ("at: month", "at: rides", ["unknown-name"]),
        ("most: 500", "most: rides", ["unsafe-formula"]),
        ("most: 500", "most: month", []),
        ("most: 500", "most: moth", ["unknown-name"]),
        ("most: 500", "most: 500, otherwise: many", ["unknown-name"]),
        ("most: 500", "most: 500, usual: 3", []),
        (
            "kind: count, most: 500",
            "kind: choice, otherwise: b, options: [{value: a, label: {zh: 甲, en: A}}]",
            ["unknown-name"],
        ),
        (BASE, f"builds_on: [fares]\n    {BASE}", ["unknown-id"]),
        (BASE, f"builds_on: [fare]\n    {BASE}", ["circular-need"]),
        (LAST, f"{LAST}\n    compares: {{input: ride, figure: fare, rule: fare, ends: [far]}}", ["unknown-name"] * 3),
        (LAST, f"{LAST}\n    compares: {{input: rides, figure: fare_fen, rule: fares, ends: [far]}}", ["unknown-id"]),
        ("kind: fen\n    values", "kind: money\n    values", ["wrong-choice"]),
    ],
)
def test_what_is_wrong_is_said_once(old: str, new: str, codes: list[str], tmp_path: Path) -> None:
    catalog, said = changed(tmp_path, old, new)
    assert (catalog is None, said) == (bool(codes), codes)


def test_two_versions_of_a_rule_are_never_in_force_on_one_day(tmp_path: Path) -> None:
    again = VERSIONS.replace("[{", "[{from: 2024-01-01, formula: rules.fare, because: {law: card-law, article: 3}}, {")
    assert changed(tmp_path, VERSIONS, again)[1] == ["overlapping-validity"]


def test_what_is_compared_is_kept_by_its_name(tmp_path: Path) -> None:
    views = "compares: {input: rides, figure: fare_fen, rule: fare, ends: [fare_fen]}"
    catalog, said = changed(tmp_path, LAST, f"{LAST}\n    {views}")
    assert said == []
    assert catalog is not None
    assert catalog.rules["sample/fare"].compares == Views("rides", "fare_fen", "sample/fare", ("fare_fen",))


def test_rules_that_build_on_each_other_in_a_circle_are_told_once_at_the_first(tmp_path: Path) -> None:
    (pack,) = copy_of_sample(tmp_path)
    path = pack / "policy" / "fare.yaml"
    head, rules = path.read_text(encoding="utf-8").split("rules:\n")
    fares = [
        rules.replace("  fare:", f"  {one}:").replace(BASE, f"builds_on: [{on}]\n    {BASE}") for one, on in CIRCLE
    ]
    path.write_text(f"{head}rules:\n{''.join(fares)}", encoding="utf-8")
    (told,) = checked([pack], tmp_path)[1]
    assert (told.code, told.line) == ("circular-need", 12)
    assert told.message.en == "These wait for each other: sample/one → sample/two → sample/one."


def test_a_rule_reads_the_parameters_of_the_packs_that_it_requires(tmp_path: Path) -> None:
    packs = copy_of_sample(tmp_path)
    other = tmp_path / "other"
    (other / "policy").mkdir(parents=True)
    head = "pack: other\ntitle: {zh: 另, en: Other}\nowner: {zh: 无, en: Nobody}\nrequires: [sample]\n"
    (other / "pack.yaml").write_text(head, encoding="utf-8")
    (other / "rules.py").write_text((packs[0] / "rules.py").read_text(encoding="utf-8"), encoding="utf-8")
    rules = (
        (packs[0] / "policy" / "fare.yaml")
        .read_text(encoding="utf-8")
        .split("rules:\n")[1]
        .replace("card-law", "sample/card-law")
    )
    (other / "policy" / "fare.yaml").write_text(f"rules:\n{rules}", encoding="utf-8")
    catalog, findings = checked([*packs, other], tmp_path)
    assert findings == ()
    assert catalog is not None
    assert catalog.rules["other/fare"].versions[0].parameters == ("sample/ride-fen",)
    (other / "pack.yaml").write_text(head.replace("[sample]", "[]"), encoding="utf-8")
    assert "unknown-figure" in [one.code for one in checked([*packs, other], tmp_path)[1]]


def test_a_rule_whose_figures_differ_is_not_weighed_as_well(tmp_path: Path) -> None:
    more = "fare_fen: {kind: fen, label: {zh: 票价, en: Fare}}\n      tax_fen: {kind: fen, label: {zh: 税, en: Tax}}"
    figures = "fare_fen: {kind: fen, label: {zh: 票价, en: Fare}}"
    unbounded = (
        f"{{kind: count, most: rides, label: {{zh: 次数, en: Rides}}}}\n    versions: {VERSIONS}\n    figures:\n      "
    )
    bounded = unbounded.replace("most: rides", "most: 500")
    assert changed(tmp_path / "one", bounded, unbounded)[1] == ["unsafe-formula"]
    assert changed(tmp_path / "two", bounded + figures, unbounded + more)[1] == ["figures-differ"]


def test_an_input_hides_a_parameter_of_its_name(tmp_path: Path) -> None:
    catalog, codes = changed(
        tmp_path,
        "rides: {kind: count",
        HIDING,
    )
    assert codes == []
    assert catalog is not None
    assert catalog.rules["sample/fare"].versions[0].parameters == ()


def test_a_file_of_the_wrong_shape_takes_no_part_and_hides_no_name(tmp_path: Path) -> None:
    catalog, codes = changed(tmp_path, "results: [fare_fen]", "result: [fare_fen]")
    assert (catalog, codes) == (None, ["missing-key", "unknown-key"])


PRODUCED = "produces: {holder.fare_fen: {from: policy, rule: fare, figure: fare_fen, given: {rides: holder.rides}}}"


def priced(folder: Path, old: str = "", new: str = "") -> tuple[Catalog | None, list[str]]:
    """The sample whose card costs what the fare says, with one text of the service exchanged for another."""
    packs = copy_of_sample(folder)
    vocabulary, service = packs[0] / "vocabulary.yaml", packs[0] / "services" / "card.yaml"
    extra = """    fare_fen: {type: fen, claim: never, label: {zh: 票价, en: Fare}}
    rides: {type: integer, label: {zh: 次数, en: Rides}}
"""
    text = vocabulary.read_text(encoding="utf-8")
    vocabulary.write_text(text.replace("  Marriage:", f"{extra}  Marriage:"), encoding="utf-8")
    text = service.read_text(encoding="utf-8").replace("produces: {holder.card: {from: clerk}}", PRODUCED)
    assert old in text
    service.write_text(text.replace(old, new), encoding="utf-8")
    catalog, findings = checked(packs, folder)
    return catalog, [one.code for one in findings]


def test_a_service_produces_a_figure_of_the_policy(tmp_path: Path) -> None:
    catalog, _codes = priced(tmp_path)
    assert catalog is not None
    (made,) = catalog.services["sample/card"].produces
    assert (made.how, made.rule, made.figure) == ("policy", "sample/fare", "fare_fen")
    assert reckoned(made, {"holder.rides": 3}, catalog.rulebook, date(2026, 1, 1)) == 900
    assert reckoned(made, {"holder.rides": 3}, catalog.rulebook, date(2025, 12, 31)) == 600, "by the day of the step"
    with pytest.raises(Refused) as refusal:
        reckoned(made, {"holder.rides": 501}, catalog.rulebook, date(2026, 1, 1))
    assert refusal.value.code == "not-reckoned"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("rule: fare, ", "", "missing-key"),
        ("figure: fare_fen, ", "", "missing-key"),
        (", given: {rides: holder.rides}", "", "missing-key"),
        ("rule: fare,", "rule: fair,", "unknown-id"),
        ("figure: fare_fen", "figure: fair_fen", "unknown-name"),
        ("given: {rides:", "given: {rides: holder.rides, turns:", "unknown-name"),
        ("rides: holder.rides", "rides: holder.turns", "unknown-fact"),
        ("rides: holder.rides", "rides: holder.colour", "wrong-inputs"),
        ("holder.fare_fen: {from", "holder.card: {from", "wrong-inputs"),
    ],
)
def test_a_figure_that_cannot_be_reckoned_is_said(old: str, new: str, code: str, tmp_path: Path) -> None:
    catalog, codes = priced(tmp_path, old, new)
    assert catalog is None
    assert code in codes


def test_an_input_that_a_rule_has_not_is_told_at_its_name(tmp_path: Path) -> None:
    (pack,) = copy_of_sample(tmp_path)
    file = pack / "services" / "card.yaml"
    made = PRODUCED.replace("{rides: holder.rides}", "{rides: holder.name, turns: holder.name}")
    text = file.read_text(encoding="utf-8").replace("produces: {holder.card: {from: clerk}}", made)
    file.write_text(text, encoding="utf-8")
    found = [one for one in checked([pack], tmp_path)[1] if one.code == "unknown-name"]
    assert [(one.line, one.column) for one in found] == [(12, made.index("turns") + 1)]


def test_an_input_without_a_body_must_be_that_of_a_rule_below(tmp_path: Path) -> None:
    rides = "rides: {kind: count, most: 500, label: {zh: 次数, en: Rides}}"
    catalog, codes = changed(tmp_path, rides, f"{rides}\n      turns:")
    assert (catalog, codes) == (None, ["unknown-name"])


@pytest.mark.parametrize(("options", "is_understood"), [("[red]", True), ("[red, blue]", True), ("[blue]", False)])
def test_a_choice_may_be_told_to_a_rule_that_knows_all_of_its_options(
    options: str, tmp_path: Path, *, is_understood: bool
) -> None:
    values = ", ".join(f"{{value: {one}, label: {{zh: 色, en: Colour}}}}" for one in options.strip("[]").split(", "))
    packs = copy_of_sample(tmp_path)
    for file, old, new in (
        (
            "vocabulary.yaml",
            "  Marriage:",
            "    fare_fen: {type: fen, claim: never, label: {zh: 票价, en: Fare}}\n  Marriage:",
        ),
        (
            "policy/fare.yaml",
            "      rides:",
            f"      colour: {{kind: choice, options: [{values}], label: {{zh: 色, en: Colour}}}}\n      rides:",
        ),
        ("policy/fare.yaml", "most: 500", "most: 500, otherwise: 1"),
        (
            "services/card.yaml",
            "produces: {holder.card: {from: clerk}}",
            "produces: {holder.fare_fen: {from: policy, rule: fare, figure: fare_fen, given: {colour: holder.colour}}}",
        ),
    ):
        text = (packs[0] / file).read_text(encoding="utf-8")
        assert old in text
        (packs[0] / file).write_text(text.replace(old, new), encoding="utf-8")
    _, findings = checked(packs, tmp_path)
    said = [
        (one.code, one.line, "colour" in one.message.en) for one in findings if one.file.endswith("services/card.yaml")
    ]
    assert said == ([] if is_understood else [("wrong-inputs", 12, True)])
