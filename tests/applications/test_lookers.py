"""Whoever looks at the list of looks reads who it was, and by whose mandate, in both languages."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from tests.applications.family import Family, family, person, staff
from tests.applications.hiring import USCC, drafted, employer

from tongban.accounts import mandates
from tongban.accounts.actor import Actor, actor_of
from tongban.accounts.models import Mandate, User
from tongban.applications import reading, reads, starting
from tongban.applications.models import Form
from tongban.catalog.vocabulary import Text
from tongban.pack_pages import names_of
from tongban.platform import time
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.registry.model import Reader, Wanted

pytestmark = pytest.mark.django_db
PURPOSE = Text("看账单", "Looking at a bill")
ONESELF = ("你自己", "You yourself")
BY_MANDATE = ("周**（受你委托）", "周** (by your mandate)")
BY_COMPANY = (f"单位 {USCC} 委托的代办人", f"An agent by the mandate of {USCC}")


def who(actor: Actor) -> set[tuple[str, str]]:
    """Who looked at somebody's data, in both languages."""
    return {(line["who"]["zh"], line["who"]["en"]) for line in reads.about_me(actor)}


def look(reader: Actor, subject: int, application: str | None = None) -> None:
    """Somebody reads a person's name."""
    name = publication.current().types["base/Person"].attributes["name"]
    registry.read([Wanted(subject, name)], Reader(reader.id, PURPOSE, application=application))


@pytest.fixture
def home() -> Family:
    """A family with a newborn child."""
    return family(publication.current())


def begun_by_agent(home: Family) -> str:
    """The matter of the newborn, begun by somebody with the mother's mandate for it, who read what is known."""
    subject, _ = person("周以宁", "43020019900206009")
    mandates.give(home.mother.subject_id or 0, subject, ["life-events/newborn"], until_day=time.today())
    agent = actor_of(User.objects.get(subject_id=subject))
    number = starting.start(agent, "newborn", command_id=uuid4(), applicant=home.mother.subject_id)
    reading.agree(agent, number)
    return number


def test_an_agent_is_named_with_the_mandate_of_whom_the_data_is_about(home: Family) -> None:
    begun_by_agent(home)
    assert who(home.mother) == {BY_MANDATE}


def test_an_agent_of_somebody_else_in_the_matter_is_told_without_names(home: Family) -> None:
    begun_by_agent(home)
    assert who(home.father) == {("申请人委托的代办人", "An agent by the applicant’s mandate")}


def test_what_was_done_by_a_mandate_stays_so_after_its_end_and_without_its_form(home: Family) -> None:
    number = begun_by_agent(home)
    time.set_time(time.now() + timedelta(days=30), frozen=True)
    assert who(home.mother) == {BY_MANDATE}
    Form.objects.filter(number=number).delete()
    assert who(home.mother) == {BY_MANDATE}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_and_its_file_say_it_in_both_languages(home: Family, language: str) -> None:
    begun_by_agent(home)
    browser = Client()
    browser.force_login(User.objects.get(subject_id=home.mother.subject_id))
    browser.cookies["django_language"] = language
    for address in ("/reads", "/reads.csv"):
        page = browser.get(address).content.decode()
        assert BY_MANDATE[language == "en"] in page
        assert "自动" not in page
        assert "Automatic" not in page


def test_the_agent_of_a_company_is_told_by_the_company() -> None:
    firm = employer(publication.current())
    drafted(firm)
    assert BY_COMPANY in who(firm.hires[0])
    assert not any("自动" in zh for zh, _ in who(firm.hires[0]))


def test_a_page_of_a_pack_is_looked_at_for_the_company_too() -> None:
    firm = employer(publication.current())
    names_of(firm.agent, [firm.hires[0].subject_id or 0], PURPOSE)
    assert who(firm.hires[0]) == {BY_COMPANY}


def test_staff_who_look_by_a_page_of_a_pack_are_their_office() -> None:
    subject, insured = person("罗承岳", "43020019660620003")
    office = next(one for one in publication.current().offices.values())
    names_of(staff("3901", office.id, "handler"), [subject], PURPOSE)
    assert who(insured) == {(office.title.zh, office.title.en)}


def test_somebody_who_applies_for_themselves_is_the_applicant(home: Family) -> None:
    number = starting.start(home.mother, "newborn", command_id=uuid4())
    look(home.mother, home.father.subject_id or 0, number)
    assert who(home.father) == {("申请人", "Applicant")}


def test_who_takes_part_without_a_mandate_is_no_agent(home: Family) -> None:
    number = starting.start(home.mother, "newborn", command_id=uuid4())
    look(home.father, home.mother.subject_id or 0, number)
    assert who(home.mother) - {ONESELF} == {("一起办这件事的人", "Somebody who takes part in the matter")}


def test_a_mandate_given_later_says_nothing_of_a_look_before_it(home: Family) -> None:
    number = starting.start(home.mother, "newborn", command_id=uuid4())
    look(home.father, home.mother.subject_id or 0, number)
    time.set_time(time.now() + timedelta(days=1), frozen=True)
    mandates.give(home.mother.subject_id or 0, home.father.subject_id or 0, ["*"], until_day=time.today())
    assert who(home.mother) - {ONESELF} == {("一起办这件事的人", "Somebody who takes part in the matter")}
    look(home.father, home.mother.subject_id or 0, number)
    assert ("陈**（受你委托）", "陈** (by your mandate)") in who(home.mother)


def test_a_parent_looks_by_no_mandate() -> None:
    child, grown = person("陈知行", "43020020101001001")
    parent, mother = person("李沐禾", "43020019940512008")
    mandates.give_parents(child, [parent], date(2010, 10, 1))
    assert Mandate.objects.get().basis == Mandate.Basis.PARENT
    look(mother, child)
    assert who(grown) == {("李**（你的父母）", "李** (your parent)")}


def test_the_system_is_automatic_and_ones_own_look_is_ones_own() -> None:
    subject, father = person("罗承岳", "43020019660620003")
    look(father, subject)
    assert who(father) == {ONESELF}
    registry.read(
        [Wanted(subject, publication.current().types["base/Person"].attributes["name"])], Reader("system", PURPOSE)
    )
    assert who(father) == {ONESELF, ("自动", "Automatic")}
