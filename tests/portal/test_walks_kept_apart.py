"""Nothing of a walk enters what is real: no promise of the city, no window, no other walk."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.portal.matters import SITUATION, actor
from tests.portal.test_walks import NEWBORN, begun, noted

from tongban.applications import inquiries, not_done
from tongban.applications.problems import Problem
from tongban.supervision import walk_notes, walks

WHERE = ("unclear", "form", "")
pytestmark = pytest.mark.usefixtures("town")


@pytest.mark.parametrize("kind", ["deed", "asked", "safety", "x"])
def test_nobody_puts_a_promise_of_the_city_on_a_list_from_a_walk(kind: str) -> None:
    walk = begun()
    with pytest.raises(Problem) as refused:
        walk_notes.make_problem(actor("mother"), walk.id, noted(walk), (kind, "", ""))
    assert refused.value.status == 422


def test_a_rehearsal_is_told_to_no_real_window() -> None:
    walk = begun()
    number = walks.apply(actor("mother"), walk, NEWBORN, command_id=uuid4(), answers=SITUATION)
    for tell in (not_done.tell, inquiries.ask):
        with pytest.raises(Problem, match="rehearsal"):
            tell(actor("mother"), "就是不收", command_id=uuid4(), application=number)


def test_the_form_of_one_walk_is_not_the_next_ones() -> None:
    mother, command = actor("mother"), uuid4()
    first = begun()
    walks.apply(mother, first, NEWBORN, command_id=command, answers=SITUATION)
    walks.end(mother, first.id)
    with pytest.raises(Problem, match="command-reused"):
        walks.apply(mother, begun(), NEWBORN, command_id=command, answers=SITUATION)


def test_words_with_a_joined_picture_become_a_problem_like_any_others() -> None:
    walk = begun()
    reported = walk_notes.make_problem(
        actor("mother"), walk.id, noted(walk, said="\U0001f468\u200d\U0001f467 看不懂"), WHERE
    )
    assert reported.outcome == "new"
