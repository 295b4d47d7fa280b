"""Who an account may act as on a day: posts, deputies, mandates, children, tokens."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tongban.accounts import mandates, posts
from tongban.accounts.actor import ALL_SCOPES, actor_of
from tongban.accounts.mandates import last_day_of_minority
from tongban.accounts.models import Deputy, Mandate, User
from tongban.accounts.posts import appoint, deputise
from tongban.accounts.problems import AccountProblem
from tongban.accounts.tokens import actor_of_token, issue_token, revoke_token
from tongban.platform import time

OFFICE, OTHER_OFFICE = "population-430211", "insurer-4302"
TODAY = date(2026, 11, 16)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(db: None) -> None:
    set_today(TODAY)


def set_today(day: date) -> None:
    time.set_time(time.DEMONSTRATION_START + (day - TODAY), frozen=True)


def test_staff_have_the_roles_of_their_posts_and_only_there(clerk: User) -> None:
    appoint(clerk, OFFICE, ["handler"])
    appoint(clerk, OFFICE, ["head"])
    appoint(clerk, OTHER_OFFICE, ["approver"])
    actor = actor_of(clerk)
    assert actor.offices == {OFFICE: {"handler", "head"}, OTHER_OFFICE: {"approver"}}
    assert actor.has_role("handler")
    assert actor.has_role("handler", OFFICE)
    assert not actor.has_role("handler", OTHER_OFFICE)
    assert not actor.has_role("auditor")


def test_a_post_counts_on_its_first_and_last_day_and_no_others(clerk: User) -> None:
    appoint(clerk, OFFICE, ["handler"], from_day=TODAY, until_day=TODAY + DAY)
    days = [TODAY - DAY, TODAY, TODAY + DAY, TODAY + 2 * DAY]
    seen = []
    for day in days:
        set_today(day)
        seen.append(OFFICE in actor_of(clerk).offices)
    assert seen == [False, True, True, False]


def test_people_have_no_posts(person: User) -> None:
    with pytest.raises(AccountProblem, match="not-staff"):
        appoint(person, OFFICE, ["handler"])


@pytest.mark.parametrize("roles", [[], ["king"], ["handler", "king"]])
def test_a_role_is_one_of_the_known(clerk: User, roles: list[str]) -> None:
    with pytest.raises(AccountProblem, match="unknown-role"):
        appoint(clerk, OFFICE, roles)


def test_a_deputy_has_the_absent_colleagues_roles_while_it_lasts(clerk: User, colleague: User) -> None:
    appoint(clerk, OFFICE, ["approver"])
    appoint(colleague, OFFICE, ["handler"])
    deputise(clerk, colleague, OFFICE, TODAY + DAY, TODAY + 2 * DAY)
    seen = []
    for days in range(4):
        set_today(TODAY + days * DAY)
        seen.append(actor_of(colleague).has_role("approver", OFFICE))
    assert seen == [False, True, True, False]
    assert not actor_of(clerk).has_role("handler")


def test_only_the_office_named_is_taken_over_and_only_from_the_first_hand(clerk: User, colleague: User) -> None:
    third = User.objects.create(login="third", kind=User.Kind.STAFF)
    appoint(clerk, OFFICE, ["approver"])
    appoint(clerk, OTHER_OFFICE, ["approver"])
    appoint(colleague, OFFICE, ["handler"])
    deputise(clerk, colleague, OFFICE, TODAY, TODAY)
    deputise(colleague, third, OFFICE, TODAY, TODAY)
    assert OTHER_OFFICE not in actor_of(colleague).offices
    assert actor_of(third).offices == {OFFICE: {"handler"}}


def test_a_post_that_has_ended_is_not_taken_over(clerk: User, colleague: User) -> None:
    post = appoint(clerk, OFFICE, ["approver"])
    deputise(clerk, colleague, OFFICE, TODAY, TODAY + 9 * DAY)
    post.until_day = TODAY - DAY
    post.save()
    assert actor_of(colleague).offices == {}


def test_what_cannot_be_is_refused(clerk: User, colleague: User, person: User) -> None:
    appoint(clerk, OFFICE, ["approver"])
    for absent, deputy, office, until, code in [
        (clerk, clerk, OFFICE, TODAY, "own-deputy"),
        (clerk, person, OFFICE, TODAY, "not-staff"),
        (clerk, colleague, OTHER_OFFICE, TODAY, "no-post"),
        (clerk, colleague, OFFICE, TODAY - DAY, "wrong-days"),
    ]:
        with pytest.raises(AccountProblem, match=code):
            deputise(absent, deputy, office, TODAY, until)
    assert not Deputy.objects.exists()


def test_whoever_comes_back_early_ends_it(clerk: User, colleague: User) -> None:
    appoint(clerk, OFFICE, ["approver"])
    begun = deputise(clerk, colleague, OFFICE, TODAY - DAY, TODAY + 9 * DAY)
    planned = deputise(clerk, colleague, OFFICE, TODAY + 20 * DAY, TODAY + 29 * DAY)
    assert list(posts.deputies_at(OFFICE, TODAY)) == [begun, planned]
    posts.end_deputy(begun.id, TODAY - DAY)
    posts.end_deputy(planned.id, TODAY)
    assert not actor_of(colleague).has_role("approver")
    assert list(posts.deputies_at(OFFICE, TODAY)) == []


def test_a_mandate_is_for_what_it_names_until_its_last_day(person: User) -> None:
    mandates.give(9, 1, ["life-events/retire"], until_day=TODAY)
    actor = actor_of(person)
    assert actor.may_act_for(9, "life-events/retire")
    assert not actor.may_act_for(9, "life-events/newborn")
    assert not actor.may_act_for(8, "life-events/retire")
    assert actor.may_act_for(1, "anything")
    set_today(TODAY + DAY)
    assert not actor_of(person).may_act_for(9, "life-events/retire")


def test_either_side_ends_it_and_nobody_else(person: User) -> None:
    mandate = mandates.give(9, 1, ["*"], until_day=TODAY)
    assert not mandates.end(mandate.id, 5)
    assert actor_of(person).may_act_for(9, "x")
    assert mandates.end(mandate.id, 9)
    assert not mandates.end(mandate.id, 9)
    assert not actor_of(person).may_act_for(9, "x")


def test_an_agent_of_an_organisation_stays_until_ended(person: User) -> None:
    mandates.give(77, 1, ["life-events/hire-employee"], basis=Mandate.Basis.AGENT)
    assert actor_of(person).principals == {77: {"life-events/hire-employee"}}


@pytest.mark.parametrize(
    ("grantor", "scope", "until", "code"),
    [
        (9, [], TODAY, "empty-scope"),
        (1, ["*"], TODAY, "own-mandate"),
        (9, ["*"], None, "wrong-days"),
        (9, ["*"], TODAY - DAY, "wrong-days"),
    ],
)
def test_a_mandate_that_cannot_be_is_refused(
    db: None, grantor: int, scope: list[str], until: date | None, code: str
) -> None:
    with pytest.raises(AccountProblem, match=code):
        mandates.give(grantor, 1, scope, until_day=until)


def test_parents_act_for_their_child_until_it_comes_of_age(person: User) -> None:
    mandates.give_parents(5, [1, 2], date(2026, 11, 12))
    mandates.give_parents(5, [1, 2], date(2026, 11, 12))
    assert [m.agent_subject_id for m in mandates.running(TODAY).order_by("id")] == [1, 2]
    assert actor_of(person).may_act_for(5, "anything")
    set_today(date(2044, 11, 11))
    assert actor_of(person).may_act_for(5, "anything")
    set_today(date(2044, 11, 12))
    assert not actor_of(person).may_act_for(5, "anything")


def test_a_parents_right_is_not_theirs_to_end(person: User) -> None:
    mandates.give_parents(5, [1], date(2026, 11, 12))
    (right,) = mandates.running(TODAY)
    assert not mandates.end(right.id, 1)


def test_whoever_is_born_on_a_leap_day_comes_of_age_on_1_march() -> None:
    assert last_day_of_minority(date(2024, 2, 29)) == date(2042, 2, 28)
    assert last_day_of_minority(date(2026, 11, 12)) == date(2044, 11, 11)
    assert last_day_of_minority(date(2026, 1, 1)) == date(2043, 12, 31)


def test_a_token_is_its_account_with_the_scopes_it_was_given(clerk: User) -> None:
    appoint(clerk, OFFICE, ["handler"])
    actor = actor_of_token(issue_token(clerk, ["read"]))
    assert actor is not None
    assert actor.user_id == clerk.id
    assert actor.scopes == {"read"}
    assert actor.has_role("handler", OFFICE)


def test_its_text_is_kept_nowhere_and_its_letter_case_counts(clerk: User) -> None:
    text = issue_token(clerk, ["read"])
    assert text.encode() not in bytes(clerk.tokens.get().digest)
    assert actor_of_token(text.swapcase()) is None
    assert actor_of_token("") is None


def test_it_ends_by_time_by_revocation_and_with_its_account(clerk: User) -> None:
    dated = issue_token(clerk, ["read"], until=time.now())
    assert actor_of_token(dated) is None
    text = issue_token(clerk, ["read"], until=time.now() + DAY)
    assert actor_of_token(text) is not None
    clerk.is_active = False
    clerk.save()
    assert actor_of_token(text) is None
    clerk.is_active = True
    clerk.save()
    assert revoke_token(clerk.id, clerk.tokens.latest("id").id)
    assert actor_of_token(text) is None


def test_another_accounts_token_is_not_revoked(clerk: User, colleague: User) -> None:
    text = issue_token(clerk, ["read"])
    assert not revoke_token(colleague.id, clerk.tokens.get().id)
    assert actor_of_token(text) is not None


@pytest.mark.parametrize("scopes", [[], ["everything"]])
def test_a_scope_is_one_of_the_known(clerk: User, scopes: list[str]) -> None:
    with pytest.raises(AccountProblem, match="unknown-scope"):
        issue_token(clerk, scopes)


def test_events_name_an_account_never_a_person(person: User) -> None:
    assert actor_of(person).id == f"person:{person.id}"
    assert actor_of(person).scopes == ALL_SCOPES
