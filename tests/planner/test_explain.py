"""Explaining: every fact and paper of a bundle, asked or not, has an answer to why."""

from __future__ import annotations

import pytest
from tests.planner.build import CALENDAR, HELD, MONDAY, YES_OR_NO, Build, needs_paper

from tongban.planner.explain import Explanation, explain
from tongban.planner.planning import plan
from tongban.planner.problems import PlanError
from tongban.planner.request import Known, Request

SELF = {"who": "Person"}


def explained(key: str, **facts: Known) -> Explanation:
    build = Build()
    build.functions["t/rules.age"] = lambda born, on: born  # noqa: ARG005 -- every rule is told the day
    build.type(
        "Person",
        name={},
        born=HELD,
        age={"derived": "t/rules.age", "derived_from": ("born",), "claimable": False},
        number={"claimable": False},
        extra={},
        flag=YES_OR_NO,
        never={},
    )
    build.paper("card", "Person", ["born"])
    build.paper("form", "Person")
    build.service("one", SELF, needs=["who.name", "who.age", ("who.extra", "who.flag")], makes=["who.number"], days=1)
    build.service("two", SELF, needs=["who.number"], papers=[needs_paper("card", "who"), needs_paper("form", "who")])
    build.bundle({"p": "Person"}, [("one", {"who": "p"}), ("two", {"who": "p"})])
    catalog = build.catalog()
    request = Request(MONDAY, bundle="t/bundle", facts={f"p.{name}": known for name, known in facts.items()})
    return explain(catalog, request, plan(catalog, request, CALENDAR), key)


@pytest.mark.parametrize(
    ("key", "how", "says"),
    [
        ("p.name", "asked", "no registry holds it"),
        ("p.born", "fetched", "registry has it"),
        ("p.age", "derived", "follows from: born"),
        ("p.number", "produced", "made by “one”"),
        ("p.never", "not-needed", "No service here ever needs"),
        ("card", "proven", "checked with those who have it"),
        ("t/form", "uploaded", "nobody else can confirm"),
    ],
)
def test_each_way_has_its_sentence(key: str, how: str, says: str) -> None:
    found = explained(key)
    assert found.how == (how,)
    assert says in " ".join(sentence.en for sentence in found.sentences)
    assert all(sentence.zh for sentence in found.sentences)


@pytest.mark.parametrize(("label", "key"), [("card", "t/card"), ("born", "p.born"), ("number", "p.number")])
def test_a_label_is_a_name_too_that_of_a_paper_first(label: str, key: str) -> None:
    assert explained(label).key == key


def test_a_question_is_explained_by_service_and_article() -> None:
    (reason,) = explained("p.name").because
    assert (reason.service, reason.law, reason.article) == ("t/one", "t/law", "1")


def test_what_is_known_says_so() -> None:
    (sentence,) = explained("p.name", name=Known("x", "claimed")).sentences
    assert sentence.zh.startswith("“name”已经知道，不用填。")
    assert sentence.en.startswith("“name” is already known.")


def test_what_the_situation_does_not_need_says_so() -> None:
    found = explained("p.extra", flag=Known(value=False))
    assert found.how == ("not-needed",)
    assert "in this situation" in found.sentences[0].en


def test_an_open_situation_says_what_it_decides() -> None:
    assert any("decides" in sentence.en for sentence in explained("p.flag").sentences)


@pytest.mark.parametrize(
    ("key", "code"), [("p.nam", "unknown-fact"), ("x.name", "unknown-subject"), ("fom", "unknown-paper")]
)
def test_an_unknown_name_is_refused(key: str, code: str) -> None:
    with pytest.raises(PlanError) as refused:
        explained(key)
    assert refused.value.code == code
