"""Facts that exclude each other: nothing is sent, a sentence says what is wrong and leads to the fields to change."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.applications.hiring import PDF, contracts, drafted, employer

from tongban.accounts.models import User
from tongban.applications import filling, papers, views
from tongban.publication import service as publication

pytestmark = pytest.mark.django_db
SENTENCE = "合同到期日在上班第一天之前，对一下合同。"
END, BEGIN = "job.1.contract_end_date", "job.1.start_date"


@pytest.mark.slow
def test_a_contract_that_ends_before_the_first_day_is_refused_at_its_fields() -> None:
    firm = employer(publication.current())
    number = drafted(firm, start_date="2026-11-20", contract_end_date="2026-11-15", contract_kind="fixed-term")
    for key in contracts(firm, number):
        papers.attach(firm.agent, number, key, "合同.pdf", [PDF])
    client = Client()
    client.force_login(User.objects.get(subject_id=firm.agent.subject_id))

    answer = client.post(f"/a/{number}/sign", {"true": "yes"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert SENTENCE in page
    fields = set(re.findall(r"/form\?fact=([\w.]+)", page.partition(SENTENCE)[2]))
    assert {END, BEGIN} <= fields, page
    assert views.application_view(firm.agent, number)["state"] == "draft"

    filling.fill(firm.agent, number, {END: "2026-11-20"})  # the same day is before the second day, and no contract
    assert client.post(f"/a/{number}/sign", {"true": "yes"}).status_code == 422
    filling.fill(firm.agent, number, {END: "2026-11-21"})
    assert client.post(f"/a/{number}/sign", {"true": "yes"}).status_code == 302
    assert views.application_view(firm.agent, number)["state"] == "waiting"
