"""What walks found, watched by the window: seen by it alone, overdue first, settled by several offices at one table."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from tests.applications.newborn import Desk
from tests.supervision.test_problems import BOOK, OTHER, OWNER, WATCHER, act, found

from tongban.accounts.models import User
from tongban.applications import cases
from tongban.applications.problems import Problem
from tongban.casework import sweeps
from tongban.casework.model import Refused
from tongban.platform import time
from tongban.platform.ids import in_address
from tongban.supervision import problem_lists, walk_problems
from tongban.supervision.models import Found
from tongban.supervision.problems import Place

pytestmark = pytest.mark.django_db
SLOW = Place(BOOK.about, "slow")


def by_walk(desk: Desk, place: Place = BOOK, severity: str = "serious") -> str:
    """What a walk found, given to its office."""
    case = found(place, severity, found_by="walk", reference="Z2026-00001").case
    act(desk, case, "assign", WATCHER, data={"offices": [OWNER]})
    return case


def asked(desk: Desk, case: str, role: str = "window") -> str:
    return walk_problems.coordinate(desk(WATCHER, role), case, [OWNER, OTHER], "谁来改表", uuid4())


def numbers(desk: Desk) -> list[str]:
    return [line["case"] for line in walk_problems.listed(desk(WATCHER, "window"))]


def test_the_window_sees_what_walks_found_and_nothing_else_the_overdue_first(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    minor, urgent = by_walk(desk, SLOW, "minor"), by_walk(desk, BOOK, "urgent")
    found(Place(BOOK.about, "unclear"))  # by the machine
    assert set(numbers(desk)) == {minor, urgent}
    later = time.now() + timedelta(days=3)
    monkeypatch.setattr(time, "now", lambda: later)
    sweeps.cross_lights()
    sweeps.silence()
    assert numbers(desk) == [urgent, minor]
    line = walk_problems.listed(desk(WATCHER, "window"))[0]
    assert ([one["id"] for one in line["owners"]], line["state"], walk_problems.is_late(line)) == (
        [OWNER],
        "located",
        True,
    )


@pytest.mark.parametrize("office", [OWNER, OTHER])
def test_nobody_but_the_window_sees_the_list_or_brings_offices_together(desk: Desk, office: str) -> None:
    case = by_walk(desk)
    for refused in (
        lambda: walk_problems.listed(desk(office, "handler")),
        lambda: walk_problems.coordinate(desk(office, "handler"), case, [OTHER], "商量", uuid4()),
    ):
        with pytest.raises(Problem) as wrong:
            refused()
        assert wrong.value.status == 403


@pytest.mark.parametrize("role", ["window", "handler"])
def test_offices_at_one_table_settle_on_a_way_in_the_very_case(desk: Desk, role: str) -> None:
    case = by_walk(desk)
    assert asked(desk, case, role) == case
    with pytest.raises(Refused):  # they are at the table already
        asked(desk, case, role)
    assert [(one["table"], one["may_ask"]) for one in walk_problems.listed(desk(WATCHER, "window"))] == [
        ("word", False)
    ]
    for office in (OWNER, OTHER):
        with pytest.raises(Refused):
            act(desk, case, "agree", WATCHER, facts={"problem.agreed": "太早"})
        act(desk, case, "say", office, data={"opinion": "agree"}, texts={"note": "可以"})
    assert [one["table"] for one in walk_problems.listed(desk(WATCHER, "window"))] == ["settling"]
    act(desk, case, "agree", WATCHER, facts={"problem.agreed": "市监先改表，公安再接"})
    whole = problem_lists.one(desk(OWNER, "handler"), case)
    assert (whole["agreed"], whole["state"]) == ("市监先改表，公安再接", "located")
    act(desk, case, "plan", OWNER, facts={"problem.measure": "照商定的改"})
    act(desk, case, "repair", OWNER, facts={"problem.evidence": "改了"})
    act(desk, case, "recheck", WATCHER, facts={"problem.effect": "2 → 1"})
    assert Found.objects.get(case=case).state == "closed"
    assert numbers(desk) == []


def test_an_office_that_says_nothing_agrees_and_the_limit_runs_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case = by_walk(desk)
    limits = [clock["due"] for clock in cases.case_view(desk(WATCHER, "handler"), case)["clocks"]]
    asked(desk, case)
    later = time.now() + timedelta(days=2)
    monkeypatch.setattr(time, "now", lambda: later)
    sweeps.silence()
    assert [one["table"] for one in walk_problems.listed(desk(WATCHER, "window"))] == ["settling"]
    assert [clock["due"] for clock in cases.case_view(desk(WATCHER, "handler"), case)["clocks"]] == limits


def test_what_is_put_right_meanwhile_can_be_closed_with_the_table_still_laid(desk: Desk) -> None:
    case = by_walk(desk)
    asked(desk, case)
    act(desk, case, "plan", OWNER, facts={"problem.measure": "改"})
    act(desk, case, "repair", OWNER, facts={"problem.evidence": "改了"})
    act(desk, case, "recheck", WATCHER, facts={"problem.effect": "2 → 1"})
    assert cases.case_view(desk(WATCHER, "handler"), case)["tasks"] == []


def test_the_page_of_the_window_asks_for_offices_and_a_word(desk: Desk) -> None:
    case = by_walk(desk)
    clerk, stranger = Client(), Client()
    clerk.force_login(User.objects.get(id=desk(WATCHER, "window").user_id or 0))
    stranger.force_login(User.objects.get(id=desk(OWNER, "handler").user_id or 0))
    address = f"/desk/window/problems/{in_address(case)}/ask"
    assert "部门会商" in clerk.get("/desk/window/problems").content.decode()
    assert clerk.get(address).status_code == 200
    assert clerk.post(address, {"command": str(uuid4())}).status_code == 422
    sent = {"command": str(uuid4()), "offices": [OWNER, OTHER], "note": "谁来改表"}
    assert [clerk.post(address, sent).status_code for _ in range(2)] == [302, 302]
    assert clerk.post(address, {**sent, "command": str(uuid4())}).status_code == 409
    assert "正在会商" in clerk.get("/desk/window/problems").content.decode()
    assert [stranger.get(one).status_code for one in ("/desk/window/problems", address)] == [403, 403]
    assert stranger.post(address, sent).status_code == 403
