"""The pure parts of walks: lots that a seed repeats, a way reckoned from passages, what the law demands of a way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.applications.problems import Problem
from tongban.casework.model import SYSTEM
from tongban.publication import service as publication
from tongban.supervision import legal_steps, problems
from tongban.supervision.drawing import drawn
from tongban.supervision.problems import Finding, Place
from tongban.supervision.walk_steps import PAUSE
from tongban.supervision.walks import LONGEST_STAY, modes_of, programme_in_force, reckoned

NINE = datetime(2026, 11, 16, 1, tzinfo=UTC)
CASES = st.dictionaries(st.text(min_size=1, max_size=6), st.sampled_from("abc"), max_size=40)


@given(CASES, st.integers(0, 50), st.text(max_size=5))
def test_the_same_seed_draws_the_same_in_whatever_order_they_come(
    candidates: dict[str, str], most: int, seed: str
) -> None:
    lots = drawn(candidates, most, seed)
    assert lots == drawn(dict(reversed(candidates.items())), most, seed)
    assert len(lots) == len(set(lots)) == min(most, len(candidates))
    assert set(lots) <= candidates.keys()


@given(CASES, st.integers(0, 50), st.text(max_size=5))
def test_no_stratum_is_drawn_twice_while_another_waits(candidates: dict[str, str], most: int, seed: str) -> None:
    lots = [candidates[number] for number in drawn(candidates, most, seed)]
    sizes = {stratum: list(candidates.values()).count(stratum) for stratum in set(candidates.values())}
    for stratum, size in sizes.items():
        for other in sizes:
            assert lots.count(other) <= lots.count(stratum) + 1 or lots.count(stratum) == size


def test_another_seed_draws_others() -> None:
    candidates = {str(number): "a" for number in range(100)}
    assert drawn(candidates, 5, "2026-10-01") != drawn(candidates, 5, "2027-01-01")


def test_a_step_has_the_time_until_the_next_and_rest_counts_nowhere() -> None:
    def at(seconds: int) -> datetime:
        return NINE + timedelta(seconds=seconds)

    passed = [
        ("find", at(0), True, True), ("form", at(22), True, True), (PAUSE, at(60), False, False),
        ("form", at(600), False, False), ("form", at(660), True, False), ("sign", at(700), True, True),
    ]  # fmt: skip
    way = {one.step: one for one in reckoned(passed, at(700) + 2 * LONGEST_STAY)}
    assert list(way) == ["find", "form", "sign"]
    assert (way["find"].seconds, way["form"].seconds, way["form"].clicks, way["form"].pages) == (22, 138, 2, 1)
    assert way["sign"].seconds == LONGEST_STAY.total_seconds()


@pytest.mark.django_db
def test_what_the_law_demands_cannot_be_left_out_and_the_refusal_names_the_article() -> None:
    catalog = publication.current()
    about, paper = next(
        (service.id, paper)
        for service in catalog.services.values()
        for paper in service.evidence
        if paper.because is not None and paper.because.articles
    )
    with pytest.raises(Problem) as refused:
        legal_steps.refuse_skipping(catalog, about, "papers", paper.evidence)
    assert refused.value.code == "legal-step"
    assert paper.because is not None
    assert catalog.laws[paper.because.law].title.zh in refused.value.text.zh
    service = next(one for one in catalog.services.values() if one.law and one.procedure == "base/standard")
    with pytest.raises(Problem):
        legal_steps.refuse_skipping(catalog, service.id, "decide", "")
    legal_steps.refuse_skipping(catalog, service.id, "find", "")
    pausing = [name for name, step in catalog.procedures["base/standard"].steps.items() if step.pauses]
    assert pausing
    for name in pausing:  # a hearing, an inspection, a publicity: the limit stands still for them by law
        with pytest.raises(Problem):
            legal_steps.refuse_skipping(catalog, service.id, name, "")


SAYS = [
    ("simplify", "取消这一步", True),
    ("simplify", "这个环节没必要", True),
    ("other", "这份证明不要了", True),
    ("simplify", "Skip this step", True),
    ("too-long", "", True),
    ("simplify", "两天能办完，写成五天", False),
    ("simplify", "这一项系统里有，可以自动带出", False),
    ("unclear", "取消这一步", False),
]


@pytest.mark.parametrize(("kind", "said", "leaves_out"), SAYS)
def test_leaving_out_is_known_by_its_words_whatever_it_calls_itself(kind: str, said: str, *, leaves_out: bool) -> None:
    assert legal_steps.would_leave_out(kind, said) is leaves_out


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["too-long", "simplify", "other"])
def test_no_kind_leads_around_what_the_law_demands(kind: str) -> None:
    catalog = publication.current()
    service = next(one for one in catalog.services.values() if any(paper.because for paper in one.evidence))
    paper = next(one for one in service.evidence if one.because)
    found = Finding(Place(service.id, kind, "papers", paper.evidence), "minor", "inspection", "这份材料去掉")
    with pytest.raises(Problem) as refused:
        problems.report(found, SYSTEM, uuid4())
    assert paper.because is not None
    assert refused.value.code == "legal-step"
    assert catalog.laws[paper.because.law].title.zh in refused.value.text.zh


@pytest.mark.django_db
def test_a_question_that_a_requirement_reads_is_refused_with_the_article_of_the_requirement() -> None:
    catalog = publication.current()
    service, requirement, item = next(
        (one, need, f"{one.roles[role].type}.{name}")
        for one in catalog.services.values()
        for need in one.requires
        for role, _, name in (fact.partition(".") for fact in need.that.facts)
        if role in one.roles and need.because.articles and (not one.law or need.because != one.law[0])
    )
    assert requirement.because in legal_steps.demanded_by(catalog, service.id, "form", item)
    assert any(
        catalog.laws[requirement.because.law].title.zh in one.basis.zh
        for one in legal_steps.demanded(catalog, service.id)
    )


@pytest.mark.django_db
def test_a_letter_goes_out_under_its_own_law_and_an_inspection_under_its_own_article() -> None:
    catalog = publication.current()
    inspected = next(
        (one for one in catalog.services.values()
         if any(visit.phase == "inspect" for visit in one.visits) and one.law
         and any(step.pauses for step in catalog.procedures[one.procedure].steps.values())), None,
    )  # fmt: skip
    assert inspected is not None
    pausing = next(step.name for step in catalog.procedures[inspected.procedure].steps.values() if step.pauses)
    own = {visit.because for visit in inspected.visits if visit.phase == "inspect"}
    assert set(legal_steps.demanded_by(catalog, inspected.id, pausing, "")) == own


@pytest.mark.django_db
def test_the_programme_has_its_versions_and_the_last_is_in_force() -> None:
    catalog = publication.current()
    assert programme_in_force(catalog) == "programme_3"
    assert [len(modes_of(catalog, f"programme_{n}")) for n in (1, 2, 3, 4)] == [4, 5, 4, 0]
