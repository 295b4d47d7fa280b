"""The pages of an application with many new employees: one table, fifty a page, every fault at once."""

from __future__ import annotations

import csv
import re
from io import StringIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.applications.hiring import Employer, employer

from tongban.accounts.models import User
from tongban.applications import reading, starting, views
from tongban.publication import service as publication
from tongban.registry import service as registry

pytestmark = pytest.mark.django_db
MANY = 120


@pytest.fixture
def firm(db: None) -> Employer:
    """A company with people to hire."""
    return employer(publication.current(), 14)


def browser(firm: Employer) -> Client:
    """Where the company's agent has logged in."""
    client = Client()
    client.force_login(User.objects.get(subject_id=firm.agent.subject_id))
    return client


def begun(firm: Employer, count: int = MANY) -> str:
    """A draft with so many hires, of whom the first fourteen are named."""
    keys = {
        f"hire.{at}.id_number": registry.key_of(hire.subject_id or 0) for at, hire in enumerate(firm.hires[:count], 1)
    }
    number = starting.start(firm.agent, "hire-employee", command_id=uuid4(), counts={"hire": count}, answers=keys)
    reading.agree(firm.agent, number)
    return number


def upload(client: Client, number: str, rows: list[list[str]]) -> tuple[int, str]:
    """Hand a table back; the status and the page that answers."""
    text = StringIO()
    csv.writer(text).writerows(rows)
    file = SimpleUploadedFile("t.csv", text.getvalue().encode())
    answer = client.post(f"/a/{number}/roster/hire", {"table": file}, follow=True)
    return answer.status_code, answer.content.decode()


@pytest.mark.slow
def test_a_form_for_many_leads_to_the_table_and_shows_fifty_at_a_time(firm: Employer) -> None:
    client, number = browser(firm), begun(firm)
    answer = client.get(f"/a/{number}/form", follow=True)
    assert answer.redirect_chain[-1][0].endswith(f"/a/{number}/roster/hire")
    page = answer.content.decode()
    assert page.count("?member=hire.") == 50
    assert "第 1 页，共 3 页" in page
    last = client.get(f"/a/{number}/roster/hire?page=3").content.decode()
    assert re.findall(r"\?member=(hire\.\d+)", last) == [f"hire.{at}" for at in range(101, 121)]


def test_one_of_many_has_a_page_of_their_own(firm: Employer) -> None:
    client, number = browser(firm), begun(firm)
    page = client.get(f"/a/{number}/form?member=hire.77").content.decode()
    assert 'name="hire.77.id_number"' in page
    assert "hire.78." not in page
    answer = client.post(f"/a/{number}/form?member=hire.77", {"hire.77.id_number": "12"})
    assert "hire.77.id_number-error" in answer.content.decode()


@pytest.mark.slow
def test_a_wrong_table_is_one_clear_page_and_a_right_one_is_taken(firm: Employer) -> None:
    client, number = browser(firm), begun(firm, 20)
    status, page = upload(client, number, [["身份证号"], *([f"4302001990010{at:04}"] for at in range(5_000))])
    assert status == 422
    assert "5000 行要改" in page
    assert len(page) < 100_000
    keys = [[str(registry.key_of(hire.subject_id or 0))] for hire in firm.hires]
    status, page = upload(client, number, [["身份证号"], *keys])
    assert status == 200
    assert views.application_view(firm.agent, number)["counts"]["hire"] == 14


def test_cells_never_become_tags_or_formulas(firm: Employer) -> None:
    client, number = browser(firm), begun(firm, 20)
    _status, page = upload(client, number, [["身份证号", "<script>x</script>"], ["=cmd|' /C calc'!A0", "1"]])
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page
    table = client.get(f"/a/{number}/roster/hire.csv").content.decode("utf-8-sig")
    assert len(list(csv.reader(StringIO(table)))) == 21


def test_papers_come_twenty_at_a_time(firm: Employer) -> None:
    client, number = browser(firm), begun(firm)
    page = client.get(f"/a/{number}/papers").content.decode()
    assert page.count('class="card tb-card tb-paper-card') <= 20


def test_the_roster_of_somebody_else_is_not_there(firm: Employer) -> None:
    number = begun(firm, 20)
    client = Client()
    client.force_login(User.objects.get(subject_id=firm.hires[0].subject_id))
    assert client.get(f"/a/{number}/roster/hire").status_code == 404
    assert client.get(f"/a/{number}/roster/hire.csv").status_code == 404
    assert browser(firm).get(f"/a/{number}/roster/company").status_code == 404
