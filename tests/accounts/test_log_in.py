"""Logging in: who gets in, who is slowed, and that a one-time code counts once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client
from tests.accounts.conftest import PASSWORD
from tests.authenticator import code_of
from tests.moments import at_one_moment

from tongban.accounts import attempts, log_in
from tongban.accounts.log_in import TRIES_PER_ADDRESS, TRIES_PER_NAME, WINDOW
from tongban.accounts.models import Attempts, User, login_of
from tongban.testing.fixtures import City

NAME = "430200199405120089"
Wait = Callable[[timedelta], None]


def test_number_and_password_let_in_and_the_table_lists_no_numbers(person: User) -> None:
    assert log_in.log_in(f" {NAME} ", PASSWORD) == person
    assert NAME not in str(list(User.objects.values()) + list(Attempts.objects.values()))


@pytest.mark.parametrize("kind", [User.Kind.MACHINE, None])
def test_machines_and_closed_accounts_have_no_log_in(person: User, kind: str | None) -> None:
    person.kind, person.is_active = kind or person.kind, kind is not None
    person.save()
    assert log_in.log_in(NAME, PASSWORD) == "wrong"


@pytest.mark.parametrize("name", [NAME, "430200199001010016"])
def test_guessing_is_slowed_alike_for_names_that_exist_and_that_do_not(
    person: User, pass_time: Wait, name: str
) -> None:
    outcomes = [log_in.log_in(name, "wrong") for _ in range(TRIES_PER_NAME + 1)]
    assert outcomes == ["wrong"] * TRIES_PER_NAME + ["locked"]
    if name == NAME:
        assert log_in.log_in(name, PASSWORD) == "locked"
    pass_time(WINDOW)
    assert log_in.log_in(name, "wrong") == "wrong"
    assert isinstance(log_in.log_in(NAME, PASSWORD), User)


def test_whoever_goes_on_guessing_does_not_lock_the_owner_out_for_longer(person: User, pass_time: Wait) -> None:
    for _ in range(TRIES_PER_NAME + 1):
        log_in.log_in(NAME, "wrong")
    pass_time(WINDOW - timedelta(seconds=1))
    assert log_in.log_in(NAME, "wrong") == "locked"
    assert log_in.wait(NAME, "192.0.2.1") == timedelta(seconds=1)
    pass_time(timedelta(seconds=1))
    assert log_in.wait(NAME, "192.0.2.1") == timedelta(0)
    assert log_in.log_in(NAME, PASSWORD) == person


def test_a_clock_set_back_an_hour_locks_nobody_out_for_longer(person: User, pass_time: Wait) -> None:
    for _ in range(TRIES_PER_NAME + 1):
        log_in.log_in(NAME, "wrong")
    pass_time(-timedelta(hours=1))
    assert log_in.log_in(NAME, "wrong") == "locked"
    assert log_in.wait(NAME, "192.0.2.1") == WINDOW


def test_the_right_password_forgets_earlier_mistakes(person: User) -> None:
    for _ in range(3):
        for _ in range(TRIES_PER_NAME - 1):
            assert log_in.log_in(NAME, "wrong") == "wrong"
        assert log_in.log_in(NAME, PASSWORD) == person


def test_trying_one_password_on_many_names_is_slowed_by_address(person: User) -> None:
    for number in range(TRIES_PER_ADDRESS):
        assert log_in.log_in(f"nobody-{number}", "wrong", address="192.0.2.1") == "wrong"
    assert log_in.log_in(NAME, PASSWORD, address="192.0.2.1") == "locked"
    assert log_in.log_in(NAME, PASSWORD, address="192.0.2.2") == person


def test_a_hall_that_logs_in_rightly_is_not_slowed(person: User) -> None:
    for _ in range(3):
        assert log_in.log_in(NAME, PASSWORD, address="192.0.2.1") == person
    assert set(Attempts.objects.values_list("count", flat=True)) == {0}


def test_what_has_run_out_is_removed(db: None, pass_time: Wait) -> None:
    attempts.count("x", 5, WINDOW)
    assert attempts.forget_old() == 0
    pass_time(WINDOW)
    assert attempts.forget_old() == 1


def test_tries_at_one_moment_all_count(city: City) -> None:
    outcomes = at_one_moment(8, lambda _: attempts.count("name", 5, WINDOW))
    assert sorted(map(bool, outcomes)) == [False] * 3 + [True] * 5


@pytest.fixture
def secret(person: User, pass_time: Wait) -> str:
    secret = log_in.new_totp_secret()
    assert log_in.turn_on_totp(person, secret, code_of(secret))
    pass_time(timedelta(minutes=2))
    return secret


def test_the_secret_is_kept_only_after_a_first_right_code(person: User, pass_time: Wait) -> None:
    assert not log_in.turn_on_totp(person, log_in.new_totp_secret(), "000000")
    assert log_in.log_in(NAME, PASSWORD) == person


def test_the_password_alone_is_not_enough(secret: str) -> None:
    assert log_in.log_in(NAME, PASSWORD) == "code-needed"
    assert log_in.log_in(NAME, "wrong", code_of(secret)) == "wrong"
    assert log_in.log_in(NAME, PASSWORD, "000000") == "wrong-code"
    assert log_in.log_in(NAME, PASSWORD, "abc") == "wrong-code"


def test_a_code_counts_once(person: User, secret: str, pass_time: Wait) -> None:
    assert log_in.log_in(NAME, PASSWORD, code_of(secret)) == person
    assert log_in.log_in(NAME, PASSWORD, code_of(secret)) == "wrong-code"
    pass_time(timedelta(seconds=30))
    assert log_in.log_in(NAME, PASSWORD, code_of(secret)) == person


def test_an_older_code_does_not_count_after_a_newer_one(person: User, secret: str, pass_time: Wait) -> None:
    older = code_of(secret)
    pass_time(timedelta(seconds=30))
    assert log_in.log_in(NAME, PASSWORD, code_of(secret)) == person
    assert log_in.log_in(NAME, PASSWORD, older) == "wrong-code"


def test_a_code_of_another_minute_does_not_count(secret: str, pass_time: Wait) -> None:
    code = code_of(secret)
    pass_time(timedelta(seconds=90))
    assert log_in.log_in(NAME, PASSWORD, code) == "wrong-code"


def test_the_code_is_turned_off_with_the_present_code_only(person: User, secret: str) -> None:
    assert log_in.turn_off_totp(person, "") == "wrong-code"
    assert log_in.turn_off_totp(person, "000000") == "wrong-code"
    assert log_in.log_in(NAME, PASSWORD) == "code-needed"
    assert log_in.turn_off_totp(person, code_of(secret)) is None
    assert log_in.log_in(NAME, PASSWORD) == person


def test_guessing_the_code_to_turn_it_off_is_slowed_as_at_log_in(person: User, secret: str, pass_time: Wait) -> None:
    tries = [log_in.turn_off_totp(person, "000000") for _ in range(TRIES_PER_NAME)]
    assert tries == ["wrong-code"] * TRIES_PER_NAME
    assert log_in.turn_off_totp(person, code_of(secret)) == "locked"
    assert log_in.log_in(NAME, PASSWORD, code_of(secret)) == "locked"
    pass_time(WINDOW)
    assert log_in.turn_off_totp(person, code_of(secret)) is None


def test_asking_for_the_code_again_does_not_give_more_guesses(secret: str) -> None:
    outcomes = []
    for _ in range(TRIES_PER_NAME):
        outcomes += [log_in.log_in(NAME, PASSWORD, "000000"), log_in.log_in(NAME, PASSWORD)]
    assert outcomes.count("wrong-code") == TRIES_PER_NAME
    assert outcomes[-1] == "locked"


def test_the_address_for_the_app_carries_the_secret(secret: str) -> None:
    assert secret in log_in.totp_address(secret, "李")


def test_a_session_known_before_log_in_is_worth_nothing_after(person: User) -> None:
    before = SessionStore()
    before["draft"] = "kept"
    before.save()
    known = before.session_key
    request = HttpRequest()
    request.session = before
    log_in.enter(request, person)
    request.session.save()
    assert request.session.session_key != known
    assert request.session["draft"] == "kept"
    assert SESSION_KEY not in SessionStore(known)
    client = Client()
    client.cookies["sessionid"] = request.session.session_key or ""
    assert client.session[SESSION_KEY] == str(person.id)
    assert login_of(NAME) == person.login
