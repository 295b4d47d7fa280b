"""Random bundles with conditions and members: a company takes on people, and what is done depends on the situation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from tests.planner.build import HELD, MONDAY, Build, many, needs_paper

from tongban.catalog.model import Catalog
from tongban.planner.request import Known, Request

FLAGS = ("b0", "b1", "b2")
TEXTS = ("t0", "t1", "t2", "t3")
SUBJECTS = ("company", "hire")


@dataclass(frozen=True)
class City:
    """A catalog with the bundle ``t/bundle``, subjects ``company`` and ``hire`` (many), and what is said of them."""

    catalog: Catalog
    members: int
    facts: dict[str, Known]

    def request(self, **changes: object) -> Request:
        """What is known of everybody."""
        given = {"bundle": "t/bundle", "facts": self.facts, "counts": {"hire": self.members}} | changes
        return Request(MONDAY, **given)  # type: ignore[arg-type] # given by name


def conditions() -> st.SearchStrategy[str]:
    """A condition over the flags of a service's one role ``who``."""
    flag = st.sampled_from(FLAGS).map(lambda name: f"who.{name} == true")
    return st.one_of(
        flag,
        flag.map(lambda one: f"not ({one})"),
        st.tuples(flag, st.sampled_from(("and", "or")), flag).map(
            lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})"
        ),
    )


@st.composite
def cities(draw: st.DrawFn, most_members: int = 3) -> City:
    """A random city."""
    build = Build()
    attributes: dict[str, dict[str, Any]] = {
        flag: {"kind": "boolean"} | draw(st.sampled_from(({}, HELD))) for flag in FLAGS
    }
    attributes |= {name: dict(draw(st.sampled_from(({}, {}, HELD)))) for name in TEXTS}
    build.type("Person", **attributes)
    build.type("Firm", **attributes)
    for kind in ("Person", "Firm"):
        build.paper(f"paper-{kind}", kind, draw(st.lists(st.sampled_from(TEXTS), max_size=2, unique=True)))
    parts = []
    for number in range(draw(st.integers(1, 5))):
        subject = draw(st.sampled_from(SUBJECTS))
        kind = "Person" if subject == "hire" else "Firm"
        when = st.one_of(st.none(), conditions())
        needs = draw(st.lists(st.tuples(st.sampled_from(TEXTS), when), max_size=4, unique_by=lambda need: need[0]))
        made = draw(st.lists(st.sampled_from(TEXTS), max_size=1))
        papers = [
            needs_paper(f"paper-{kind}", "who", when=condition)
            for condition in draw(st.lists(conditions(), max_size=1))
        ]
        build.service(
            f"s{number}",
            {"who": kind},
            needs=[f"who.{name}" if condition is None else (f"who.{name}", condition) for name, condition in needs],
            makes=[f"who.{name}" for name in made],
            papers=papers,
            days=draw(st.integers(1, 3)),
        )
        condition = draw(when)
        parts.append((f"s{number}", {"who": subject}, condition and condition.replace("who.", f"{subject}.")))
    build.bundle(
        {"company": "Firm", "hire": many("Person")},
        parts,
        questions=draw(st.permutations([f"hire.{each}" for each in FLAGS])),
    )
    members = draw(st.integers(1, most_members))
    return City(build.catalog(), members, draw(known_facts(members)))


@st.composite
def known_facts(draw: st.DrawFn, members: int) -> dict[str, Known]:
    """Some facts of the company and of single members, from registries or claimed."""
    keys = [f"company.{name}" for name in FLAGS + TEXTS]
    keys += [f"hire.{number}.{name}" for number in range(1, members + 1) for name in FLAGS + TEXTS]
    chosen = draw(st.lists(st.sampled_from(keys), max_size=8, unique=True))
    return {key: draw(a_value(key)) for key in chosen}


def a_value(key: str) -> st.SearchStrategy[Known]:
    """A value that fits the key."""
    values = st.booleans() if key.rpartition(".")[2] in FLAGS else st.sampled_from(("x", "y"))
    return st.builds(Known, values, st.sampled_from(("claimed", "fetched")))
