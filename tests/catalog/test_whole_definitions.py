"""A definition that says everything becomes what it says, short forms mean the long ones, and all of it is stored."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from tests.catalog.packs import HERE, checked, copy_of_sample

from tongban.catalog.canonical import canonical, definitions_of, from_json, functions_in, to_json
from tongban.catalog.conditions import parse
from tongban.catalog.model import (
    Apart,
    BundleDefinition,
    Catalog,
    ClockDefinition,
    CredentialDefinition,
    EvidenceNeed,
    Fee,
    Limits,
    Need,
    NoticeDefinition,
    Opening,
    Part,
    Produced,
    Question,
    Requirement,
    Role,
    Routing,
    ServiceDefinition,
    StepDefinition,
    Visit,
)
from tongban.catalog.vocabulary import Law, Office, Reference, Text, Window
from tongban.clock import Limit

RULE: Final = '''

def coloured(facts: dict[str, object], number: int, on: date) -> str:
    """Always red."""
    return "red"
'''
SOURCE: Final = "source: {zh: 示例, en: An example}"
WINDOW: Final = ', window: {address: {zh: 一楼, en: Ground floor}, hours: ["09:00-12:00", "13:00-17:00"]}}'
ATTRIBUTE: Final = """    extra:
      type: integer
      label: {zh: 多, en: Extra}
      hint: {zh: 一月一个, en: One a month}
      claim: never
      held_by: cards
      sensitivity: public
      max_length: 7
      at_most: 9
      asked_because: {law: card-law, article: 9}
      standard_code: E1
      finds: true
      unit: months
"""

TITLE, PLAIN = Text("全", "Whole"), Text("白话", "Plain")
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
MARRIED = parse("husband.married")


def law(articles: str) -> Reference:
    return Reference("sample/card-law", articles)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The sample with a definition of each kind that says everything."""
    folder = tmp_path_factory.mktemp("whole")
    (pack,) = copy_of_sample(folder, HERE / "whole")
    for name, old, new in (
        ("rules.py", "\n\ndef born", f"{RULE}\n\ndef born"),
        ("offices.yaml", "level: city}", f"level: city{WINDOW}"),
        (
            "laws.yaml",
            "articles: 10,",
            "articles: 10, number: No. 1,",
        ),
        (
            "laws.yaml",
            "An example}}",
            f"An example}}}}\n  memo: {{title: {{zh: 函, en: Memo}}, articles: null, {SOURCE}}}",
        ),
        ("authorities.yaml", "supervised_by: register}", "supervised_by: register, icon: card}"),
        ("vocabulary.yaml", "    stamp:", f"{ATTRIBUTE}    stamp:"),
        ("vocabulary.yaml", "husband: Person}", "husband: Person}\n    guardians: {wife: [husband]}"),
    ):
        text = (pack / name).read_text(encoding="utf-8")
        assert old in text
        (pack / name).write_text(text.replace(old, new), encoding="utf-8")
    catalog, findings = checked([pack], folder)
    assert findings == ()
    assert catalog is not None
    return catalog


def test_a_service_is_what_its_file_says(whole: Catalog) -> None:
    assert whole.services["sample/whole"] == ServiceDefinition(
        "sample/whole",
        TITLE,
        "sample/cards",
        "sample/simple",
        {
            "bond": Role("bond", "sample/Marriage", many=True, ends={"wife": "wives", "husband": "husband"}),
            "wives": Role("wives", "sample/Person", many=True, label=Text("妻", "Wives")),
            "husband": Role("husband", "sample/Person"),
        },
        needs=(Need("wives.name"), Need("husband.home", MARRIED)),
        evidence=(
            EvidenceNeed(
                "sample/letter",
                "wives",
                "paper",
                MARRIED,
                parse("not husband.married"),
                Limit(3, "workday"),
                promise=True,
                because=law("1-2"),
            ),
        ),
        requires=(Requirement(MARRIED, law("3"), Text("{husband.name}未婚", "Not married"), Text("已婚", "Married")),),
        produces=(
            Produced("husband.stamp", "value", "S1"),
            Produced("husband.married", "value", value=False),
            Produced("wives.born", "value", date(2026, 1, 1)),
            Produced("wives.name", "fact", of=("husband.name",)),
            Produced("wives.colour", "rule", rule="sample/rules.coloured", of=("husband.colour", "husband.home")),
        ),
        limits=Limits(Limit(10, "workday"), Limit(10, "workday"), "secondary", "a list"),
        handled_at=Routing("county", "husband.home"),
        visits=(Visit("the window", "inspect", law("4")),),
        apart=Apart(2, 3, "a survey", "husband"),
        law=(law("1-2"),),
        credential="sample/whole",
        holder="husband",
        effect="sample/count@1",
        fees=(
            Fee(Text("费", "Fee"), 0, law("5")),
            Fee(Text("费", "Fee"), 7, law("5"), MARRIED, law("6")),
        ),
        delivery=("post", "window"),
        words=("all", "全部"),
        plain=PLAIN,
        steps=4,
        in_force_from=FIRST,
        in_force_to=LAST,
        code_basic="X1",
        code_source="a list",
        asked_because=law("7"),
        unverified=("code", "apart.days"),
        applicant="wives",
        kind="benefit",
        source="another list",
    )


def test_a_service_that_says_little_has_the_rest_by_itself(sample: Catalog) -> None:
    assert sample.services["sample/stamp"] == ServiceDefinition(
        "sample/stamp",
        Text("盖章", "Stamp"),
        "sample/cards",
        "sample/simple",
        {
            "holder": Role("holder", "sample/Person"),
            "spouse": Role("spouse", "sample/Person"),
            "marriage": Role("marriage", "sample/Marriage", ends={"wife": "holder", "husband": "spouse"}),
        },
        needs=(Need("holder.card"),),
        produces=(Produced("holder.stamp", "clerk"),),
        law=(law("3"),),
        applicant="holder",
    )


def test_a_credential_and_a_notice_are_what_their_files_say(whole: Catalog, sample: Catalog) -> None:
    assert whole.credentials["sample/whole"] == CredentialDefinition(
        "sample/whole",
        TITLE,
        "husband",
        ("husband.name",),
        Limit(36, "month"),
        ("wives.name",),
        "card",
        "sample/count@1",
    )
    assert sample.credentials["sample/card"].listing is None
    assert whole.notices["sample/whole"] == NoticeDefinition(
        "sample/whole", TITLE, Text("好", "Well"), Text("复议", "Appeal"), "sample/card-law"
    )


def test_a_bundle_is_what_its_file_says(whole: Catalog) -> None:
    assert whole.bundles["sample/whole"] == BundleDefinition(
        "sample/whole",
        TITLE,
        {
            "me": Role("me", "sample/Person"),
            "you": Role("you", "sample/Person", label=Text("你", "You")),
            "us": Role("us", "sample/Marriage", ends={"wife": "me", "husband": "you"}),
        },
        "me",
        (
            Part("sample/whole", {"wives": "me", "husband": "you", "bond": "us"}, parse("me.married")),
            Part("sample/card", {"holder": "me"}),
        ),
        signatures=("me", "you"),
        consents=("me",),
        signers_when={"you": parse("me.married"), "me": parse("you.married")},
        questions=(Question("me.colour", Text("色", "Colour"), {"red": Text("红的", "Red one")}),),
        commonest={"me.married": True, "me.colour": "red", "you.born": date(2026, 1, 1)},
        promised=Limit(20, "workday"),
        words=("all",),
        plain=PLAIN,
        icon="star",
        elders=True,
        law=(law("8"),),
        status="verified",
        source="a list",
        in_force_from=FIRST,
        in_force_to=LAST,
    )


def test_a_procedure_is_what_its_file_says(whole: Catalog) -> None:
    found = whole.procedures["sample/whole"]
    assert (found.start, found.start_clocks, found.ends) == ("one", ("decision", "other"), ("end", "out"))
    assert found.results == {"end": "granted", "out": "refused"}
    assert found.states["two"] == Text("二", "Two")
    assert found.clocks == {
        "decision": ClockDefinition(
            "decision", Limit(5, "workday"), Limit(9, "day"), "decide", ("hearing",), ("payment",)
        ),
        "other": ClockDefinition("other", "promised", "statutory"),
    }
    assert found.steps == {
        "ask": StepDefinition(
            "ask",
            Text("问", "Ask"),
            "handler",
            from_=("one",),
            to="two",
            at_most=2,
            notice="sample/receipt",
            starts=("other",),
            pauses=("decision",),
            extends=("decision",),
            clock={"other": "restart"},
            opens=(Opening("opinion", "office", Limit(3, "workday"), "agree"), Opening("doubt", "one")),
            needs=("reason", "days"),
            tells=Text("问过", "Asked"),
        ),
        "answer": StepDefinition(
            "answer", Text("答", "Answer"), "task-office", closes="opinion", resumes=("decision",)
        ),
        "refuse": StepDefinition(
            "refuse",
            Text("拒", "Refuse"),
            "approver",
            to="out",
            not_by="ask",
            when="no open opinion and no open payment",
        ),
        "decide": StepDefinition(
            "decide",
            Text("决", "Decide"),
            "system",
            from_=("two",),
            to="end",
            stops=("decision", "other"),
            enters=True,
            runs=("effect",),
        ),
    }  # fmt: skip


def test_the_words_of_a_pack_are_what_its_files_say(whole: Catalog, sample: Catalog) -> None:
    extra = whole.types["sample/Person"].attributes["extra"]
    assert (extra.hint, extra.held_by, extra.asked_because) == (
        Text("一月一个", "One a month"), "sample/cards", law("9")
    )  # fmt: skip
    assert (extra.claimable, extra.sensitivity, extra.max_length, extra.at_most) == (False, "public", 7, 9)
    assert (extra.standard_code, extra.finds, extra.unit) == ("E1", True, "months")
    assert whole.types["sample/Marriage"].guardians == {"wife": ("husband",)}
    assert whole.types["sample/Person"].key == "id_number"
    assert whole.types["sample/Marriage"].key is None
    example = Text("示例", "An example")
    title = Text("卡法", "Card Law")
    assert whole.laws["sample/card-law"] == Law("sample/card-law", title, 10, "No. 1", "verified", example)
    assert whole.laws["sample/memo"].articles is None
    assert whole.authorities["sample/cards"].icon == "card"
    assert whole.authorities["sample/cards"].supervised_by == "sample/register"
    hours = ("09:00-12:00", "13:00-17:00")
    assert whole.offices["sample/cards-city"] == Office(
        "sample/cards-city", Text("市卡处", "City cards"), "sample/cards", "4302", "city",
        Window(Text("一楼", "Ground floor"), hours),
    )  # fmt: skip
    assert sample.offices["sample/cards-city"].window is None
    assert sample.evidence["sample/letter"].issued_by == "applicant"
    assert sample.evidence["sample/booklet"].issued_by == "sample/register"
    assert sample.evidence["sample/booklet"].of == "sample/Person"
    assert sample.regions == {"4302": Text("株洲市", "Zhuzhou")}


def test_all_of_it_is_stored_and_comes_back(whole: Catalog) -> None:
    again = from_json(json.loads(canonical(to_json(whole))), whole.functions)
    assert again == whole
    assert again.effects == whole.effects
    assert functions_in(definitions_of(whole).values()) == {*whole.functions, "sample/count@1"}


def test_own_things_may_be_called_by_their_bare_or_their_full_id(sample: Catalog, tmp_path: Path) -> None:
    (pack,) = copy_of_sample(tmp_path)
    for file in pack.rglob("*.yaml"):
        text = re.sub(r"^(\w+): sample/", r"\1: ", file.read_text(encoding="utf-8"))
        text = re.sub(r"(authority|law|effect|held_by): ([a-z])", r"\1: sample/\2", text)
        file.write_text(text, encoding="utf-8")
    catalog, findings = checked([pack], tmp_path)
    assert findings == ()
    assert catalog is not None
    assert catalog.digest == sample.digest
