"""The bundles as a person meets them: how much is asked, how many papers and trips, and by which day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import tongban
from tongban.catalog import values
from tongban.catalog.compiler import compile_packs
from tongban.catalog.loader import load
from tongban.catalog.model import Catalog
from tongban.clock import layers
from tongban.planner.planning import plan
from tongban.planner.request import Known, Request

PACKS = Path(tongban.__file__).parent / "packs"
MONDAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """All packs of the tree; nothing may be wrong with them and nothing may be burdensome without a reason."""
    compiled, findings = compile_packs(load(sorted(file.parent for file in PACKS.glob("*/pack.yaml"))))
    assert findings == ()
    assert compiled is not None
    return compiled


def planned(catalog: Catalog, bundle: str, **changes: object) -> dict[str, Any]:
    """The plan of a bundle for its commonest situation, with some facts changed (``__`` for the dot)."""
    definition = catalog.bundles[f"life-events/{bundle}"]
    said = {**definition.commonest, **{name.replace("__", "."): value for name, value in changes.items()}}
    facts: dict[str, Known] = {}
    for name, value in said.items():
        subject, attribute = name.split(".")
        kind = catalog.types[definition.subjects[subject].type].attributes[attribute]
        facts[name] = Known(values.read(kind, value), "fetched")
    calendar = layers.calendars(layers.read_documents(PACKS / "base" / "calendars"))["cn"]
    return plan(catalog, Request(on=MONDAY, bundle=definition.id, facts=facts), calendar).to_json()


@pytest.mark.parametrize(
    ("bundle", "papers", "trips", "questions", "due"),
    [
        ("newborn", 0, 0, 7, "2026-12-01"),
        ("hire-employee", 1, 0, 7, "2026-11-24"),
        ("retire", 0, 0, 4, "2026-12-01"),
        ("open-restaurant", 5, 1, 14, "2026-12-03"),
        ("unemployment", 0, 0, 9, "2026-11-30"),
        ("graduate-employment", 1, 0, 12, "2026-11-26"),
        ("start-business", 1, 0, 12, "2026-12-14"),
        ("end-employment", 0, 0, 4, "2026-11-23"),
        ("recruit-staff", 2, 0, 14, "2026-12-07"),
        ("pensioner-death", 0, 0, 4, "2026-11-30"),
        ("social-security-card", 0, 0, 4, "2026-11-26"),
        ("three-insurances", 0, 0, 3, "2026-11-24"),
        ("three-insurances-own", 0, 0, 3, "2026-11-24"),
        ("three-registrations", 0, 0, 6, "2026-11-24"),
    ],
)
def test_the_commonest_way_is_short(
    catalog: Catalog, bundle: str, papers: int, trips: int, questions: int, due: str
) -> None:
    """Papers, trips, questions and the day are what the bundle's page promises, and proven least."""
    way = planned(catalog, bundle)
    together = way["comparison"]["together"]
    assert (together["papers"], together["trips"]) == (papers, trips)
    assert together["questions"] <= questions
    assert way["schedule"]["due"] <= due
    assert way["proven"] is True
    assert way["undecided"] == []


@pytest.mark.parametrize(
    "bundle",
    [
        "newborn",
        "hire-employee",
        "retire",
        "open-restaurant",
        "unemployment",
        "graduate-employment",
        "start-business",
        "end-employment",
        "three-insurances",
        "three-insurances-own",
        "three-registrations",
    ],
)
def test_handling_together_never_burdens_more_than_each_alone(catalog: Catalog, bundle: str) -> None:
    """Sharing saves against the counter, bundling saves against handling each matter online."""
    comparison = planned(catalog, bundle)["comparison"]
    for what in ("questions", "papers", "trips"):
        assert comparison["together"][what] <= comparison["connected"][what] <= comparison["apart"][what]


def test_each_matter_of_a_birth_feeds_the_next(catalog: Catalog) -> None:
    """The certificate opens the registration, and the number that this makes opens card and insurance."""
    after = {line["id"]: line["starts_after"] for line in planned(catalog, "newborn")["services"]}
    assert after["health/birth-certificate"] == []
    assert after["police/birth-registration"] == ["health/birth-certificate"]
    assert after["hrss/social-card"] == ["police/birth-registration"]
    assert after["medical-insurance/resident-enrolment"] == ["police/birth-registration"]


@pytest.mark.parametrize(
    ("changes", "papers"),
    [
        ({}, set()),
        ({"marriage__registered": False}, set()),
        ({"marriage__registered": False, "birth__household_follows": "father"}, {"police/paternity-test"}),
        ({"birth__in_city": False}, {"health/birth-certificate"}),
    ],
)
def test_papers_of_a_birth_depend_on_the_situation(
    catalog: Catalog, changes: dict[str, object], papers: set[str]
) -> None:
    """Only a birth elsewhere, or a father not married to the mother, leaves a paper to bring."""
    way = planned(catalog, "newborn", **changes)
    assert {paper["id"] for paper in way["evidence"] if paper["how"] == "uploaded"} == papers


@pytest.mark.parametrize(
    ("mother", "father", "reimbursed"),
    [
        ("employee", "uninsured", True),
        ("resident", "uninsured", True),
        ("uninsured", "employee", True),
        ("uninsured", "resident", False),
    ],
)
def test_the_birth_is_paid_by_the_mothers_insurance_or_the_fathers_as_employee(
    catalog: Catalog,
    mother: str,
    father: str,
    reimbursed: bool,  # noqa: FBT001 -- one row of the table
) -> None:
    """Social Insurance Law, article 54."""
    way = planned(catalog, "newborn", mother__medical_insurance=mother, father__medical_insurance=father)
    services = {line["id"] for line in way["services"]}
    assert ("medical-insurance/birth-cost-reimbursement" in services) is reimbursed


def test_a_first_hire_opens_the_employers_account_before_the_insurances(catalog: Catalog) -> None:
    """Three registrations in one application."""
    way = planned(catalog, "hire-employee", company__social_insurance_registered=False)
    after = {line["id"]: line["starts_after"] for line in way["services"]}
    assert after["hrss/pension-insurance"] == ["hrss/social-insurance-registration"]


def test_who_retires_early_by_own_choice_owes_the_written_notice(catalog: Catalog) -> None:
    """The branch takes the place of retirement at the statutory age."""
    way = planned(catalog, "retire", pension__way="early", pension__early_reason="flexible")
    services = {line["id"] for line in way["services"]}
    assert "hrss/pension-early" in services
    assert "hrss/pension-normal" not in services
    assert "hrss/written-notice" in {paper["id"] for paper in way["evidence"] if paper["how"] == "uploaded"}


def test_help_with_finding_work_waits_for_what_it_rests_on(catalog: Catalog) -> None:
    """Recognised only when registered, helped only when recognised; an employer is found for whoever is looking."""
    way = planned(catalog, "unemployment", hardship__applies=True, hardship__ground="older")
    after = {line["id"]: line["starts_after"] for line in way["services"]}
    assert after["employment/hardship-recognition"] == ["employment/unemployment-registration"]
    assert after["employment/employment-assistance"] == ["employment/hardship-recognition"]
    assert after["employment/job-placement"] == ["employment/job-seeker-registration"]


@pytest.mark.parametrize(
    ("founded_on", "offered"), [("2025-11-23", True), ("2025-11-24", False), ("2026-03-02", False)]
)
def test_the_one_time_subsidy_is_offered_after_a_year_in_business(
    catalog: Catalog,
    founded_on: str,
    offered: bool,  # noqa: FBT001 -- one row of the table
) -> None:
    """The register of businesses decides; nobody is asked how long the shop has been open."""
    way = planned(catalog, "start-business", business__founded_on=founded_on, founder__startup_subsidy_drawn=False)
    assert ("employment/startup-subsidy" in {line["id"] for line in way["services"]}) is offered
