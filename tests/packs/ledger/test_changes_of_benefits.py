"""A benefit that was changed more than once: stopped, amended, stopped again, resumed, and all of it taken back."""

from __future__ import annotations

from datetime import date

import pytest
from tests.packs.ledger.books import MAY, hired, in_payment
from tests.packs.ledger.test_benefits import INJURED, JOBLESS, amended, revoked
from tests.packs.ledger.test_cases import ANA, DEAD, RETIRED, SON, granted

from tongban.pack_api import Decided, RefusedError, Value

pytestmark = pytest.mark.django_db


def suspended(month: int, case: str) -> Decided:
    """The pension ends with a month of 2026."""
    return granted("suspend@1", case, {"change.happened_on": date(2026, month, 20)}, insured=ANA)


def resumed(month: int, case: str) -> Decided:
    """The pension goes on from a month of 2026."""
    return granted("resume@1", case, {"change.resumed_from": date(2026, month, 1)}, insured=ANA)


def unemployment(wants: str, month: int, case: str) -> Decided:
    """The unemployment benefit ends before a month of 2026, or goes on from it."""
    facts: dict[str, Value] = {"claim.wants": wants, "claim.change_from": date(2026, month, 1)}
    return granted("unemployment-change@1", case, facts, claimant=ANA)


def drawn(person: int = ANA) -> dict[int, int]:
    """What somebody draws in the months of two years, as held true now."""
    due = {month: sum(one.monthly_fen for one in in_payment(person, MAY + month)) for month in range(24)}
    return {month: fen for month, fen in due.items() if fen}


def test_a_pension_that_was_suspended_and_amended_goes_on_for_ever() -> None:
    granted("retire@1", "B/1", RETIRED, insured=ANA)
    suspended(8, "S/1")
    amended(250_000, "R/1")
    resumed(11, "S/2")
    assert drawn() == dict.fromkeys((3, *range(6, 24)), 250_000)


def test_a_pension_that_was_suspended_twice_goes_on_for_ever() -> None:
    granted("retire@1", "B/1", RETIRED, insured=ANA)
    suspended(12, "S/1")
    suspended(10, "S/2")
    resumed(12, "S/3")
    assert drawn() == dict.fromkeys((3, 4, 5, *range(7, 24)), 321_000)


def test_months_that_were_left_are_those_of_the_grant_whatever_changed_between() -> None:
    granted("unemployment@1", "U/1", JOBLESS, claimant=ANA)
    again = unemployment("stop", 8, "U/2")
    revoked("unemployment-change@1", again)
    unemployment("stop", 8, "U/3")
    unemployment("stop", 7, "U/4")
    unemployment("resume", 9, "U/5")
    assert drawn() == dict.fromkeys((1, 4, 5), 189_000)
    unemployment("stop", 10, "U/6")
    unemployment("resume", 12, "U/7")
    assert drawn() == dict.fromkeys((1, 4, 7), 189_000)
    too_late: dict[str, Value] = {"claim.wants": "resume", "claim.change_from": date(2027, 2, 1)}
    with pytest.raises(RefusedError, match="paid to its end"):
        granted("unemployment-change@1", "U/8", too_late, claimant=ANA)


def test_nothing_goes_on_for_the_dead() -> None:
    granted("retire@1", "B/1", RETIRED, insured=ANA)
    suspended(8, "S/1")
    death = granted("death@1", "C/1", DEAD, deceased=ANA, claimant=SON)
    with pytest.raises(RefusedError, match=r"died in 2026-10 \(C/1\)"):
        resumed(12, "S/2")
    revoked("death@1", death)
    resumed(12, "S/2")
    assert drawn() == dict.fromkeys((3, *range(7, 24)), 321_000)


def test_nothing_that_is_drawn_by_the_month_begins_for_the_dead() -> None:
    death = granted("death@1", "C/1", DEAD, deceased=ANA, claimant=SON)
    with pytest.raises(RefusedError, match=r"died in 2026-10 \(C/1\)"):
        granted("unemployment@1", "U/1", JOBLESS, claimant=ANA)
    revoked("death@1", death)
    granted("unemployment@1", "U/1", JOBLESS, claimant=ANA)
    assert set(drawn().values()) == {189_000}


def test_nothing_begins_once_a_death_is_registered_and_does_when_that_is_taken_back() -> None:
    death = granted("died@1", "C/1", DEAD, deceased=ANA)
    for name, facts, role in (
        ("retire@1", RETIRED, "insured"),
        ("unemployment@1", JOBLESS, "claimant"),
        ("injury@1", INJURED, "worker"),
    ):
        with pytest.raises(RefusedError, match=r"died in 2026-10 \(C/1\)"):
            granted(name, "B/1", facts, **{role: ANA})
    with pytest.raises(RefusedError, match=r"died in 2026-10 \(C/1\)"):
        hired(ANA, case="A/1", first_month=MAY + 6)
    assert drawn() == {}
    revoked("died@1", death)
    granted("retire@1", "B/1", RETIRED, insured=ANA)
    assert set(drawn().values()) == {321_000}


def test_a_pension_that_comes_back_after_a_death_ends_with_it() -> None:
    granted("retire@1", "B/1", RETIRED, insured=ANA)
    stopped = suspended(8, "S/1")
    died = granted("died@1", "C/1", DEAD, deceased=ANA)
    revoked("suspend@1", stopped)
    assert drawn() == dict.fromkeys((3, 4, 5), 321_000)
    revoked("died@1", died)
    assert drawn() == dict.fromkeys(range(3, 24), 321_000)


def test_a_stop_of_all_that_was_granted_is_taken_back_as_well_and_before_the_grant() -> None:
    pension = granted("retire@1", "B/1", RETIRED, insured=ANA)
    stopped = suspended(7, "S/1")  # before its first month, so that no month is left
    assert drawn() == {}
    with pytest.raises(RefusedError, match="S/1 rests on this one"):
        revoked("retire@1", pension)
    revoked("suspend@1", stopped)
    revoked("suspend@1", stopped)
    assert drawn() == dict.fromkeys(range(3, 24), 321_000)
    revoked("retire@1", pension)
    revoked("suspend@1", stopped)
    assert drawn() == {}
