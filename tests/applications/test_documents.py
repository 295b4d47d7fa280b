"""The list of one's documents: of which service each letter is, and whose, for whoever acts for others."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.applications.family import Family
from tests.applications.hiring import drafted as hiring_drafted
from tests.applications.hiring import employer
from tests.applications.hiring import sent as hiring_sent
from tests.applications.newborn import Desk, drafted, granted, part, sent

from tongban.applications import cases, documents, views
from tongban.publication import service as publication

pytestmark = pytest.mark.django_db


def test_letters_of_the_same_kind_differ_by_their_service(home: Family, desk: Desk) -> None:
    number = drafted(home)
    granted(desk, part(sent(home, number), "/birth-certificate"))
    line = part(views.application_view(home.mother, number), "/birth-registration")
    cases.act(desk(line["office"], "handler"), line["number"], "accept", command_id=uuid4())
    letters = [each for each in documents.mine(home.mother) if each["definition"] == "base/receipt"]
    assert {each["service_title"]["zh"] for each in letters} == {"出生医学证明", "出生户口登记"}
    assert {each["about"] for each in letters} == {None}  # the mother's own


def test_letters_to_a_company_say_whose_and_which_of_its_people_they_are_about(desk: Desk) -> None:
    firm = employer(publication.current(), hires=2)
    number = hiring_drafted(firm)
    hiring_sent(firm, number, deferred=0)
    for line in views.application_view(firm.agent, number)["cases"]:
        if line["service"] == "hrss/labour-use-filing":
            cases.act(desk(line["office"], "handler"), line["number"], "accept", command_id=uuid4())
    letters = [each for each in documents.mine(firm.agent) if each["definition"] == "base/receipt"]
    assert sorted(each["about"]["zh"].partition(" · ")[2] for each in letters) == ["新员工 1 何**", "新员工 2 何**"]
