"""One small bundle in which all happens that a plan may tell of: every way to have a fact, a paper, a service."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.planner.build import CALENDAR, HELD, MADE, MONDAY, YES_OR_NO, Build, many, needs_paper, text

from tongban.catalog.model import Apart, Catalog, CredentialDefinition, Produced
from tongban.catalog.vocabulary import Office, Option, Reference
from tongban.planner.explain import explain
from tongban.planner.planning import plan
from tongban.planner.request import Known, Request

CHILD = {"who": "Person", "parent": "Person"}
OPEN = Request(MONDAY, bundle="t/bundle", counts={"child": 2})
DECIDED = Request(
    MONDAY,
    bundle="t/bundle",
    services=("t/join",),
    facts={
        "p.id_number": Known("430200199001010018", "credential"),
        "p.adult": Known(value=True),
        "p.region": Known("430202001"),
        "p.married": Known(value=True),
        "p.income": Known(900),
        "p.insured": Known(value=False),
        "p.name": Known(None),
        "child.way": Known("home", "claimed"),
        "child.2.way": Known("away", "claimed"),
        "child.2.name": Known("小明", "claimed"),
    },
    unavailable=frozenset({"t/other"}),
)


def town() -> Catalog:
    """The catalog, with the bundle ``t/bundle``."""
    build = Build()
    build.functions["t/rules.adult"] = lambda born, on: on.year - born.year >= 18
    build.functions["t/rules.seal"] = lambda stamp, on: stamp  # noqa: ARG005 -- every rule is told the day
    build.functions["t/rules.good"] = lambda grade, on: grade != "c"  # noqa: ARG005 -- every rule is told the day
    build.type(
        "Person",
        id_number={},
        name=HELD,
        born=HELD | {"kind": "date"},
        adult=MADE | YES_OR_NO | {"derived": "t/rules.adult", "derived_from": ("born",)},
        married=YES_OR_NO,
        way={"kind": "choice", "options": (Option("home", text("at home")), Option("away", text("elsewhere")))},
        phone={"asked_because": Reference("t/law", "7")},
        region=HELD | {"kind": "region"},
        place=MADE | {"kind": "region"},
        certificate=MADE,
        number=HELD,
        permit=MADE,
        seal=MADE | {"derived": "t/rules.seal", "derived_from": ("stamp",)},
        stamp=MADE,
        helped=HELD | YES_OR_NO | {"claimable": False},
        grade=HELD,
        good=MADE | YES_OR_NO | {"derived": "t/rules.good", "derived_from": ("grade",)},
        income={"kind": "fen", "held_by": "t/other"},
        debts={"kind": "fen", "held_by": "t/other", "claimable": False},
        insured=HELD | YES_OR_NO,
    )
    build.types["t/Person"] = replace(build.types["t/Person"], key="id_number")
    build.paper("id-card", "Person", ["id_number"])
    build.paper("certificate", "Person", ["certificate"])
    build.paper("booklet", "Person", ["phone"])
    build.paper("form", "Person")
    build.paper("letter", "Person")
    build.credentials["t/certificate"] = CredentialDefinition("t/certificate", text("certificate"), "who", ())
    for name, region, level in (("low", "430202001", "town"), ("high", "430202", "county"), ("city", "4302", "city")):
        build.offices[f"t/{name}"] = Office(f"t/{name}", text(name), "t/authority", region, level)  # type: ignore[arg-type] # a level
    _services(build)
    child = {"who": "child", "parent": "p"}
    build.bundle(
        {"p": "Person", "q": "Person", "child": many("Person")},
        [
            ("birth", child),
            ("household", child),
            ("card", {"who": "child"}, "child.way == 'home' and p.adult"),
            ("aid", {"who": "p"}, "p.insured == false"),
            ("join", {"who": "p"}, "p.insured"),
        ],
        questions=["child.way", "p.insured"],
        signers_when={"q": "p.married"},
    )
    build.bundles["t/bundle"] = replace(build.bundles["t/bundle"], signatures=("p", "q"), consents=("child",))
    return build.catalog()


def _services(build: Build) -> None:
    build.service(
        "birth",
        CHILD,
        needs=["who.name", "parent.phone"],
        makes=["who.certificate"],
        papers=[needs_paper("id-card", "parent")],
        visits=[("hall", "apply")],
        routed_by="parent.region",
        credential="t/certificate",
        days=1,
        apart=Apart(2, 5, "seen"),
    )
    build.service(
        "household",
        CHILD,
        needs=["parent.name"],
        makes={"who.number": None, "who.place": Produced("who.place", "fact", of=("parent.region",))},
        papers=[needs_paper("certificate", "who"), needs_paper("booklet", "parent", waived_if="parent.married")],
        days=3,
        apart=Apart(1, 8, "seen"),
    )
    build.service(
        "card",
        {"who": "Person"},
        needs=["who.number"],
        papers=[needs_paper("form", "who")],
        routed_by="who.place",
        days="",
    )
    build.service(
        "aid",
        {"who": "Person"},
        needs=["who.debts"],
        requires=["who.adult", "who.income <= 800"],
        papers=[needs_paper("letter", "who", when="who.married == false")],
        makes={"who.insured": True, "who.helped": True},
        exempt="who.married",
        days=5,
    )
    build.service(
        "join",
        {"who": "Person"},
        needs=["who.permit", "who.helped"],
        requires=["who.insured", "who.good or who.married"],
        days=2,
    )
    build.service("exam", {"who": "Person"}, makes={"who.grade": "b"}, days=30)
    build.service("stamp", {"who": "Person"}, makes=["who.stamp"], requires=["who.income <= 1000"])
    build.service(
        "permit",
        {"who": "Person"},
        needs=["who.seal"],
        makes=["who.permit"],
        visits=[("hall", "apply"), ("site", "inspect")],
    )


def told(request: Request) -> dict[str, Any]:
    """The whole plan, and for each of its facts and papers why."""
    catalog = town()
    made = plan(catalog, request, CALENDAR)
    keys = sorted({line.fact for line in made.facts} | {line.id for line in made.evidence} | {"q.name", "t/letter"})
    return {**made.to_json(), "why": [explain(catalog, request, made, key).to_json() for key in keys]}
