"""The shell: applications open whole, commands are carried out once, and what follows happens in the same deed."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier

import pytest
from django.db import connection, connections, transaction
from tests.casework.conftest import Trial
from tests.casework.world import ANNA, BEN, CARA, OWNER, WANDA, WILL, command, new_id

from tongban.casework import consequences, service, store
from tongban.casework.consequences import Happened
from tongban.casework.deed import Stale
from tongban.casework.model import SYSTEM, Case, Command, Refused
from tongban.catalog.vocabulary import Attribute, Text
from tongban.platform.errors import PlatformError
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.registry.model import Reader, Wanted

GRANT = {"shop.licensed_until": date(2029, 12, 31)}


def state_of(number: str) -> str:
    return service.cases([number])[0].state


def grant(number: str) -> Case:
    service.command(number, command("accept"), ANNA)
    return service.command(number, command("decide", facts=GRANT), CARA).case


def test_the_way_of_a_case_through_the_database(trial: Trial) -> None:
    opened = service.open_application(trial.submission(), OWNER)
    (number,) = opened.cases
    done = grant(number)
    assert done.result == "granted"
    assert store.cases_of([opened.number]) == [done]
    events = store.events_of([number])[number]
    assert [e.data.get("step", e.kind) for e in events] == ["opened", "accept", "decide", "issue"]
    assert [e.n for e in events] == [1, 2, 3, 4]
    assert store.facts_of([number])[number]["shop.keeper_name"] == "贺小满"
    assert store.facts_of([number])[number]["shop.licensed_until"] == date(2029, 12, 31)


@pytest.mark.usefixtures("trial")
@pytest.mark.parametrize("number", ["4302-26-000001-9/01", "nonsense"])
def test_an_unknown_number_is_unknown(number: str) -> None:
    with pytest.raises(service.UnknownCase):
        service.command(number, command("accept"), ANNA)


def test_a_refused_command_does_nothing(trial: Trial) -> None:
    (number,) = trial.open()
    with pytest.raises(Refused):
        service.command(number, command("decide", facts=GRANT), CARA)
    assert len(store.events_of([number])[number]) == 1


def test_the_same_submission_twice_is_one_application(trial: Trial) -> None:
    submission = trial.submission(*trial.family())
    first = service.open_application(submission, OWNER)
    again = service.open_application(submission, OWNER)
    assert (again.number, again.cases, again.is_repeated) == (first.number, first.cases, True)


def at_once(trial: Trial, submissions: Sequence[service.Submission]) -> list[service.Opened | Refused]:
    """Hand in all of these at one moment, each from a thread of its own."""
    together = Barrier(len(submissions))

    def hand_in(submission: service.Submission) -> service.Opened | Refused:
        together.wait()
        try:
            return service.open_application(submission, OWNER)
        except Refused as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(submissions)) as pool:
        return list(pool.map(hand_in, submissions))


def test_applications_that_come_together_get_numbers_of_their_own_and_a_double_click_none(trial: Trial) -> None:
    once = [replace(trial.submission(*trial.family()), number=None) for _ in range(8)]
    answers = at_once(trial, [*once, *once])
    opened = [answer for answer in answers if isinstance(answer, service.Opened)]
    assert len(opened) == 16
    assert sorted(answer.is_repeated for answer in opened) == [False] * 8 + [True] * 8
    assert {(a.number, a.cases) for a in opened[:8]} == {(a.number, a.cases) for a in opened[8:]}
    assert len({answer.number for answer in opened}) == 8
    assert len(store.cases_of([answer.number for answer in opened])) == 24


def test_an_opening_that_is_refused_leaves_nothing_behind_and_holds_up_nobody(trial: Trial) -> None:
    good = [trial.submission() for _ in range(3)]
    nowhere = replace(trial.permit(), part=2, office="trial/nowhere")
    bad = trial.submission(trial.permit(), nowhere)
    *opened, refused = at_once(trial, [*good, bad])
    assert all(isinstance(answer, service.Opened) for answer in opened)
    assert isinstance(refused, Refused)
    assert bad.number is not None
    assert store.application(bad.number) is None
    assert store.cases_of([bad.number]) == []


def test_the_same_command_twice_is_done_once_and_answered_twice(trial: Trial) -> None:
    (number,) = trial.open()
    order = command("accept")
    first = service.command(number, order, ANNA)
    service.command(number, command("note", note="已看"), ANNA)
    again = service.command(number, order, ANNA)
    assert (again.events, again.is_repeated, again.case.version) == (first.events, True, 3)


def test_one_command_id_is_good_for_one_command(trial: Trial) -> None:
    first, second = trial.open()[0], trial.open()[0]
    order = command("claim")
    answers = service.commands([service.Order(n, order, ANNA) for n in (first, first, second)])
    assert isinstance(answers[1], service.Done)
    assert answers[1].is_repeated
    assert isinstance(answers[2], Refused)
    with pytest.raises(Refused) as caught:
        service.command(second, order, ANNA)
    assert caught.value.code == "command-reused"
    assert [len(store.events_of([n])[n]) for n in (first, second)] == [2, 1]


def test_one_command_id_is_good_for_one_opening_or_one_command_also_in_one_batch(trial: Trial) -> None:
    (number,) = trial.open()
    order = command("claim")
    filing = service.Filing(trial.submission(command=order.id), OWNER)
    opened, refused = service._flush([filing, service.Order(number, order, ANNA)])
    assert isinstance(opened, service.Opened)
    assert isinstance(refused, Refused)
    assert refused.code == "command-reused"
    other = command("claim")
    done, refused = service._flush(
        [service.Order(number, other, ANNA), service.Filing(trial.submission(command=other.id), OWNER)]
    )
    assert isinstance(done, service.Done)
    assert isinstance(refused, Refused)


def test_two_openings_of_one_number_never_share_a_batch(trial: Trial) -> None:
    first = trial.submission()
    second = replace(trial.submission(), number=first.number)
    with pytest.raises(Stale):
        service._flush([service.Filing(first, OWNER), service.Filing(second, OWNER)])
    assert first.number is not None
    assert store.application(first.number) is None


def test_a_stale_client_is_told_what_happened_in_its_own_batch(trial: Trial) -> None:
    (number,) = trial.open()
    orders = [service.Order(number, command("claim"), ANNA), service.Order(number, command("accept", expected=1), ANNA)]
    _, conflict = service.commands(orders)
    assert isinstance(conflict, service.Conflict)
    assert [event.kind for event in conflict.since] == ["claimed"]


def test_a_stale_client_is_told_what_happened_since(trial: Trial) -> None:
    (number,) = trial.open()
    service.command(number, command("claim"), ANNA)
    with pytest.raises(service.Conflict) as caught:
        service.command(number, command("accept", expected=1), ANNA)
    assert [event.kind for event in caught.value.since] == ["claimed"]
    service.command(number, command("accept", expected=2), ANNA)


def test_what_is_granted_feeds_the_cases_that_wait(trial: Trial) -> None:
    permit, card, sign = trial.open(*trial.family())
    assert [state_of(n) for n in (permit, card, sign)] == ["submitted", "waiting", "waiting"]
    grant(permit)
    assert [state_of(n) for n in (permit, card, sign)] == ["issued", "submitted", "waiting"]
    licence = store.facts_of([permit])[permit]["shop.licence_number"]
    assert store.facts_of([card])[card]["shop.licence_number"] == licence
    assert store.facts_of([sign])[sign]["place.licence_number"] == licence
    service.command(card, command("decide"), ANNA)
    assert state_of(sign) == "submitted"
    started = store.events_of([sign])[sign][-1]
    assert (started.kind, started.actor) == ("started", "system")


def test_what_is_refused_ends_whatever_needed_it(trial: Trial) -> None:
    permit, card, sign = trial.open(*trial.family())
    service.command(permit, command("accept"), ANNA)
    service.command(permit, command("refuse", reason="不合格"), CARA)
    assert [service.cases([n])[0].result for n in (permit, card, sign)] == ["refused", "not-possible", "not-possible"]
    assert store.events_of([card])[card][-1].data["because"] == permit


def test_what_is_withdrawn_alone_ends_whatever_needed_it(trial: Trial) -> None:
    permit, card, sign = trial.open(*trial.family())
    service.command(permit, command("withdraw"), OWNER)
    assert [service.cases([n])[0].result for n in (permit, card, sign)] == ["withdrawn", "not-possible", "not-possible"]


def test_the_rest_goes_on_when_a_later_part_is_refused(trial: Trial) -> None:
    permit, card, sign = trial.open(*trial.family())
    grant(permit)
    service.command(card, command("decide"), ANNA)
    service.command(sign, command("accept"), WANDA)
    service.command(sign, command("refuse", reason="太大"), WILL)
    assert [service.cases([n])[0].result for n in (permit, card, sign)] == ["granted", "granted", "refused"]


def test_withdrawing_ends_what_is_not_decided_and_leaves_the_rest(trial: Trial) -> None:
    permit, card, sign = trial.open(*trial.family())
    grant(permit)
    application = service.cases([permit])[0].application
    order_id = new_id()
    for _ in range(2):
        done, standing = service.withdraw(application, order_id, OWNER)
        assert [one.case.number for one in done] == [card, sign]
        assert [case.number for case in standing] == [permit]
    assert [service.cases([n])[0].result for n in (permit, card, sign)] == ["granted", "withdrawn", "withdrawn"]


def test_many_commands_are_answered_one_by_one(trial: Trial) -> None:
    first, second = trial.open()[0], trial.open()[0]
    answers = service.commands([
        service.Order(first, command("accept"), ANNA),
        service.Order(second, command("accept"), WANDA),
        service.Order("4302-26-999999-1/01", command("accept"), ANNA),
        service.Order(first, command("decide", facts=GRANT), ANNA),
        service.Order(first, command("decide", facts=GRANT), CARA),
        service.Order(second, command("accept", expected=7), ANNA),
    ])  # fmt: skip
    kinds = [type(answer).__name__ for answer in answers]
    assert kinds == ["Done", "Refused", "UnknownCase", "Refused", "Done", "Conflict"]
    assert [state_of(first), state_of(second)] == ["issued", "submitted"]


def test_facts_reach_their_holder_in_a_real_case_and_in_no_other(trial: Trial) -> None:
    kind = service_attribute(trial)
    reader = Reader("test", Text("测试", "test"))
    for mode, expected in (("exercise", "absent"), ("walk", "absent"), ("real", "known")):
        (number,) = trial.open(mode=mode)
        assert grant(number).result == "granted"
        held = registry.read([Wanted(trial.shop, kind)], reader)
        assert held[trial.shop, "licence_number"].state == expected


def service_attribute(trial: Trial) -> Attribute:
    return publication.at(trial.digest).types["trial/Shop"].attributes["licence_number"]


def test_what_a_receiver_raises_undoes_the_command(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def receive(happened: Sequence[Happened]) -> None:
        seen.extend(one.change.after.state for one in happened)
        if seen[-1] == "issued":
            raise RuntimeError("the printer is on fire")

    (number,) = trial.open()
    monkeypatch.setattr(consequences, "_receivers", {receive: lambda _one: True})
    service.command(number, command("accept"), ANNA)
    order = command("decide", facts=GRANT)
    with pytest.raises(RuntimeError):
        service.command(number, order, CARA)
    assert state_of(number) == "accepted"
    monkeypatch.setattr(consequences, "_receivers", {})
    assert service.command(number, order, CARA).case.state == "issued"
    assert seen == ["accepted", "issued"]


def in_threads(count: int, act: object) -> list[object]:
    """Run `act(i)` in as many threads at once, each with a connection of its own; answers or what was raised."""
    barrier = Barrier(count)

    def one(index: int) -> object:
        barrier.wait()
        try:
            return act(index)  # type: ignore[operator]
        except (Refused, service.Conflict) as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_the_same_command_from_many_threads_is_done_once(trial: Trial) -> None:
    (number,) = trial.open()
    order = command("accept")
    answers = in_threads(8, lambda _: service.command(number, order, ANNA))
    assert all(isinstance(answer, service.Done) for answer in answers)
    assert len(store.events_of([number])[number]) == 2


def test_of_two_who_claim_one_gets_it(trial: Trial) -> None:
    (number,) = trial.open()
    answers = in_threads(8, lambda index: service.command(number, command("claim"), (ANNA, BEN)[index % 2]))
    assert sum(isinstance(answer, service.Done) for answer in answers) == 1
    assert len(store.events_of([number])[number]) == 2


def test_commands_that_come_together_share_commits_and_all_stand(trial: Trial) -> None:
    numbers = [trial.open()[0] for _ in range(12)]
    answers = in_threads(12, lambda index: service.command(numbers[index], command("accept"), ANNA))
    assert [answer.case.state for answer in answers] == ["accepted"] * 12  # type: ignore[attr-defined]


def test_two_processes_that_race_do_it_once(trial: Trial) -> None:
    """Outside the group, as another process would be: each works on a connection and a transaction of its own."""
    (number,) = trial.open()

    def claim(index: int) -> object:
        answer = service.commands([service.Order(number, command("claim"), (ANNA, BEN)[index % 2])])[0]
        return type(answer).__name__

    assert sorted(in_threads(6, claim)) == ["Done", *["Refused"] * 5]  # type: ignore[type-var]


def test_inside_a_transaction_a_command_belongs_to_it(trial: Trial) -> None:
    (number,) = trial.open()
    with transaction.atomic():
        service.command(number, command("accept"), ANNA)
        assert connection.in_atomic_block
        transaction.set_rollback(True)
    assert state_of(number) == "submitted"


def test_erased_values_are_gone_and_the_chain_is_whole(trial: Trial) -> None:
    (number,) = trial.open()
    grant(number)
    service.erase(number, trial.owner, new_id())
    assert "owner.name" not in store.facts_of([number])[number]
    assert "shop.licence_number" in store.facts_of([number])[number]


def test_only_the_engine_commands_what_is_the_engines(trial: Trial) -> None:
    (number,) = trial.open()
    for kind in ("supply", "not-possible", "silence", "move-due", "erase"):
        with pytest.raises(Refused):
            service.command(number, Command(new_id(), kind), CARA)
    with pytest.raises(Refused):
        service.command(number, Command(new_id(), "supply"), SYSTEM)


@pytest.mark.usefixtures("trial")
def test_a_city_before_its_first_publication_says_so_whatever_is_asked(trial: Trial) -> None:
    trial.city.is_tampered = True
    with trial.city.superuser() as superuser:
        superuser.execute("truncate publication_publication cascade")
    with pytest.raises(PlatformError, match="nothing-published"):
        service.command("4302-26-000001-9/01", command("accept"), ANNA)
