"""The operator gives a city its staff: account, post and last day, by the command line alone."""

from __future__ import annotations

from datetime import date

import pytest
from tests.cli.commands import city, data, tongban

from tongban.accounts.actor import actor_of
from tongban.accounts.log_in import TRIES_PER_NAME, log_in
from tongban.accounts.models import Post, User
from tongban.platform import time

__all__ = ["city"]

OFFICE = "demonstration/business-430203"

pytestmark = pytest.mark.usefixtures("city")


@pytest.mark.slow
def test_somebody_new_logs_in_with_the_password_that_was_printed_and_leaves_on_a_day() -> None:
    made = data("appoint", "A-2107", "邓合", OFFICE, "handler")
    user = log_in("A-2107", made["password"])
    assert isinstance(user, User)
    assert actor_of(user).offices == {OFFICE: frozenset({"handler"})}
    again = data("appoint", "A-2107", "邓合", OFFICE, "approver", "--until", "2026-11-20")
    assert (again["password"], again["until"]) == (None, "2026-11-20")
    assert actor_of(user).offices == {OFFICE: frozenset({"handler", "approver"})}
    data("appoint", "A-2107", "邓合", OFFICE, "handler", "--until", "2026-11-17")
    assert Post.objects.filter(user=user).count() == 2
    time.set_time(time.start_of(date(2026, 11, 18)))
    assert actor_of(user).offices == {OFFICE: frozenset({"approver"})}
    assert "不限期 · no end" in tongban("appoint", "A-2107", "邓合", OFFICE, "handler").stdout
    assert "只显示这一次" in tongban("appoint", "A-2108", "文清", OFFICE, "head").stdout


def test_what_is_unknown_is_answered_with_the_nearest_and_nothing_is_made() -> None:
    before = User.objects.count()
    wrong = data("appoint", "x", " ", "demonstration/busines-430203", "aprover", code=1)
    assert [error["code"] for error in wrong["errors"]] == ["wrong-number", "empty", "unknown-office", "unknown-role"]
    assert OFFICE in wrong["errors"][2]["text"]["zh"]
    assert "approver" in wrong["errors"][3]["text"]["zh"]
    late = data("appoint", "A-2107", "邓合", OFFICE, "handler", "--until", "2020-01-01", code=1)
    assert [error["code"] for error in late["errors"]] == ["wrong-days"]
    assert User.objects.count() == before


def test_an_office_goes_by_its_title_and_one_that_is_nearly_so_is_asked_for_by_its_id() -> None:
    assert data("appoint", "A-2107", "邓合", "芦淞区市场监督管理局", "handler")["office"] == OFFICE
    wrong = data("appoint", "A-2107", "邓合", "芦淞区市场监督局", "handler", code=1)
    assert f"是不是“{OFFICE}”" in wrong["errors"][0]["text"]["zh"]
    nothing = data("appoint", "A-2107", "邓合", "@", "handler", code=1)["errors"][0]["text"]["zh"]
    assert nothing == "没有叫“@”的部门"


def test_a_number_stays_with_whom_it_was_given_to() -> None:
    data("appoint", "A-2107", "邓合", OFFICE, "handler")
    assert data("appoint", "A-2107", "文清", OFFICE, "handler", code=1)["code"] == "number-taken"


def test_whoever_forgot_the_password_gets_another_and_nobody_unknown_does() -> None:
    old = data("appoint", "A-2107", "邓合", OFFICE, "handler")["password"]
    User.objects.filter(staff_number="A-2107").update(totp_secret=b"lost")
    for _ in range(TRIES_PER_NAME + 1):
        assert log_in("A-2107", "forgotten") in {"wrong", "locked"}
    new = data("password", "A-2107")["password"]
    assert isinstance(log_in("A-2107", new), User)
    assert log_in("A-2107", old) == "wrong"
    assert "只显示这一次" in tongban("password", "A-2107").stdout
    assert data("password", "A-2109", code=1)["code"] == "unknown-number"
