"""Log-in slips: a code counts once, for a day, until a newer one; guessing it is slowed as guessing a password is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.accounts.conftest import PASSWORD
from tests.authenticator import code_of
from tests.moments import at_one_moment

from tongban.accounts import log_in, passwords, slips
from tongban.accounts.log_in import TRIES_PER_ADDRESS, TRIES_PER_NAME, WINDOW
from tongban.accounts.models import Slip, User, login_of
from tongban.accounts.problems import AccountProblem
from tongban.platform import time
from tongban.testing.fixtures import City

NAME, NOBODY = "430200199405120089", "430200199001010016"
OFFICE = "demonstration/government-services-4302"
NEW = "nine-blue-kettles"  # a test's own
Wait = Callable[[timedelta], None]


@pytest.fixture
def slip(person: User, clerk: User) -> str:
    """The code of a slip for the person."""
    time.set_time(time.DEMONSTRATION_START, frozen=True)
    return slips.give(person, OFFICE, clerk.id)[0]


def test_it_opens_an_account_once_with_a_password_of_ones_own(person: User, slip: str) -> None:
    typed = f" {slip[:4]} {slip[4:8]}　{slip[8:]}"
    assert slips.use(NAME, typed, NEW) == person
    assert slips.use(NAME, slip, "another-password") == "wrong"
    assert log_in.log_in(NAME, PASSWORD) == "wrong"
    assert log_in.log_in(NAME, NEW) == person


def test_of_two_at_one_moment_one_is_let_in(city: City) -> None:
    person, clerk = (User.objects.create(login=login_of(name), kind=User.Kind.PERSON) for name in (NAME, NOBODY))
    code, _until = slips.give(person, OFFICE, clerk.id)
    outcomes = at_one_moment(4, lambda number: slips.use(NAME, code, f"{NEW}-{number}"))
    assert sorted(isinstance(outcome, User) for outcome in outcomes) == [False, False, False, True]


def test_it_ends_after_a_day(person: User, slip: str) -> None:
    time.set_time(time.DEMONSTRATION_START + slips.LASTS, frozen=True)
    assert slips.use(NAME, slip, NEW) == "wrong"
    time.set_time(time.DEMONSTRATION_START + slips.LASTS - timedelta(seconds=1), frozen=True)
    assert slips.use(NAME, slip, NEW) == person


def test_a_newer_slip_ends_the_older_even_when_it_was_used(person: User, clerk: User, slip: str) -> None:
    newer, _until = slips.give(person, OFFICE, clerk.id)
    assert slips.use(NAME, slip, NEW) == "wrong"
    assert slips.use(NAME, newer, NEW) == person
    assert slips.use(NAME, slip, NEW) == "wrong"


def test_a_slip_is_good_for_its_owner_only_and_its_code_is_kept_nowhere(
    person: User, colleague: User, slip: str
) -> None:
    other = User.objects.create(login=login_of(NOBODY), kind=User.Kind.PERSON)
    slips.give(other, OFFICE, colleague.id)
    assert slips.use(NOBODY, slip, NEW) == "wrong"
    assert slip not in str(list(Slip.objects.values()))
    assert slip.encode() not in bytes(Slip.objects.get(user=person).digest)


@pytest.mark.parametrize("number", [NAME, NOBODY])
def test_a_wrong_code_and_a_number_that_nobody_has_are_answered_and_slowed_alike(
    person: User, slip: str, pass_time: Wait, number: str
) -> None:
    wrong = f"{(int(slip) + 1) % 10**slips.CODE_DIGITS:0{slips.CODE_DIGITS}}"
    outcomes = [slips.use(number, wrong, NEW) for _ in range(TRIES_PER_NAME + 1)]
    assert outcomes == ["wrong"] * TRIES_PER_NAME + ["locked"]
    assert log_in.log_in(number, PASSWORD) == "locked"  # both ways in count together
    if number == NAME:
        assert slips.use(NAME, slip, NEW) == "locked"
    pass_time(WINDOW)
    assert slips.use(NAME, slip, NEW) == person


def test_trying_codes_on_many_numbers_is_slowed_by_address(person: User, slip: str) -> None:
    for number in range(TRIES_PER_ADDRESS):
        assert slips.use(f"nobody-{number}", slip, NEW, "192.0.2.1") == "wrong"
    assert slips.use(NAME, slip, NEW, "192.0.2.1") == "locked"
    assert slips.use(NAME, slip, NEW, "192.0.2.2") == person


def test_whoever_mistyped_the_password_too_often_need_not_wait_with_a_slip(person: User, clerk: User) -> None:
    for _ in range(TRIES_PER_NAME + 1):
        log_in.log_in(NAME, "wrong")
    code, _until = slips.give(person, OFFICE, clerk.id)
    assert slips.use(NAME, code, NEW) == person


def test_a_lost_authenticator_is_asked_no_more(person: User, slip: str, pass_time: Wait) -> None:
    secret = log_in.new_totp_secret()
    assert log_in.turn_on_totp(person, secret, code_of(secret))
    assert slips.use(NAME, slip, NEW) == person
    assert log_in.log_in(NAME, NEW) == person


def test_a_closed_account_is_opened_by_no_slip(person: User, slip: str) -> None:
    person.is_active = False
    person.save()
    assert slips.use(NAME, slip, NEW) == "wrong"
    with pytest.raises(AccountProblem, match="account-closed"):
        slips.account_of(person.subject_id or 0, NAME, "李沐禾")


def test_a_new_account_has_no_password_and_follows_its_persons_number(db: None) -> None:
    first = slips.account_of(7, NOBODY, "许言")
    assert (first.kind, first.has_usable_password()) == (User.Kind.PERSON, False)
    assert log_in.log_in(NOBODY, "") == "wrong"
    again = slips.account_of(7, NAME, "许言言")
    assert (again.id, again.login, again.shown_name) == (first.id, login_of(NAME), "许言言")


@pytest.mark.parametrize(
    ("new", "again", "field"),
    [
        ("short-1", "short-1", "new"),
        ("password123", "password123", "new"),
        ("19940512", "19940512", "new"),
        (f"x{NAME}", f"x{NAME}", "new"),
        (NEW, f"{NEW}.", "again"),
    ],
)
def test_a_password_that_is_short_common_ones_number_or_mistyped_is_refused(new: str, again: str, field: str) -> None:
    assert list(passwords.faults(NAME, new, again)) == [field]
    assert passwords.faults(NAME, NEW, NEW) == {}


def test_space_around_a_password_makes_it_no_longer(db: None) -> None:
    for blank in (" " * 12, " short-1 ", "\t\n" * 9):
        assert passwords.faults(NAME, blank, blank) == {"new": passwords.WEAK["password_too_short"]}


@pytest.mark.parametrize("odd", ["x" * 10_000, "\x00" * 9, "🦊" * 8, "<script>x"])
def test_any_other_password_is_taken_as_it_is(person: User, slip: str, odd: str) -> None:
    assert passwords.faults(NAME, odd, odd) == {}
    assert slips.use(NAME, slip, odd) == person
    assert log_in.log_in(NAME, odd[:-1]) == "wrong"
    assert log_in.log_in(NAME, odd) == person


def test_changing_it_takes_the_present_one_and_guessing_that_is_slowed_as_at_log_in(person: User) -> None:
    tries = [passwords.change(person, "wrong", NEW) for _ in range(TRIES_PER_NAME + 1)]
    assert tries == ["wrong"] * TRIES_PER_NAME + ["locked"]
    assert log_in.log_in(NAME, PASSWORD) == "locked"
    log_in.forget_tries(person.login)
    assert passwords.change(person, PASSWORD, NEW) is None
    assert log_in.log_in(NAME, NEW) == person
