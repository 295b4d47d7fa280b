"""The pure parts of walks: lots that a seed repeats, a way reckoned from passages, what the law demands of a way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.applications.problems import Problem
from tongban.publication import service as publication
from tongban.supervision import legal_steps
from tongban.supervision.drawing import drawn
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


@pytest.mark.django_db
def test_the_programme_has_its_versions_and_the_last_is_in_force() -> None:
    catalog = publication.current()
    assert programme_in_force(catalog) == "programme_3"
    assert [len(modes_of(catalog, f"programme_{n}")) for n in (1, 2, 3, 4)] == [4, 5, 4, 0]
