"""What follows from what is known is worked out, step by step, for each member by what is known of that one."""

from __future__ import annotations

from datetime import date

from tests.planner.build import MONDAY, Build, many

from tongban.catalog.vocabulary import Value
from tongban.planner.deriving import derive


def year(born: date, on: date) -> int:
    return on.year - born.year


def test_all_that_follows_is_added_to_what_is_known() -> None:
    build = Build()
    build.functions |= {"t/rules.age": year, "t/rules.adult": lambda age, on: age >= 18}  # noqa: ARG005 -- every rule is told the day
    age = {"kind": "integer", "derived": "t/rules.age", "derived_from": ("born",)}
    adult = {"kind": "boolean", "derived": "t/rules.adult", "derived_from": ("age",)}
    build.type("Person", adult=adult, age=age, born={"kind": "date"}, name={})
    build.service("one", {"who": "Person"})
    build.bundle({"p": "Person", "child": many("Person")}, [("one", {"who": "p"})])
    catalog = build.catalog()
    known: dict[str, Value] = {
        "p.born": date(2000, 1, 1),
        "p.age": 3,  # what is said stands, and what follows follows from it
        "child.1.born": date(2000, 1, 1),
        "child.2.age": 17,
        "child.3.name": "x",
        "child.4.born": None,
        "stranger.born": date(2000, 1, 1),
    }
    follows = {"p.adult": False, "child.1.age": 26, "child.1.adult": True, "child.2.adult": False}
    assert derive(catalog, catalog.bundles["t/bundle"], known, MONDAY) == known | follows


def test_what_a_rule_cannot_reckon_with_is_unknown() -> None:
    build = Build()
    build.functions["t/rules.age"] = lambda born, on: int(born)  # noqa: ARG005 -- every rule is told the day
    build.type("Person", born={}, age={"kind": "integer", "derived": "t/rules.age", "derived_from": ("born",)})
    build.service("one", {"who": "Person"})
    build.bundle({"p": "Person"}, [("one", {"who": "p"})])
    catalog = build.catalog()
    assert derive(catalog, catalog.bundles["t/bundle"], {"p.born": "soon"}, MONDAY) == {"p.born": "soon"}
