"""Whoever asks for everything about themselves gets it whole, and nothing of anybody else's."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.portal import matters
from tests.portal.test_pages_draft import restaurant_with_papers

from tongban.accounts.models import User
from tongban.accounts.tokens import issue_token
from tongban.applications import access, reads
from tongban.applications.problems import Problem
from tongban.credentials import service as credentials
from tongban.registry.models import Read
from tongban.testing.city.personas import personas
from tongban.testing.fixtures import City

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PDF = b"%PDF-1.7\n%%EOF"


def opened(content: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """`data.json` of a copy, and the other files in it."""
    with ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(files.pop(access.DATA_NAME)), files


def numbers_but(*own: str) -> list[str]:
    """The ID numbers of all personas but these."""
    return [one.identity["id_number"] for one in personas() if one.kind == "person" and one.id not in own]


def test_it_holds_all_there_is_about_one_and_the_look_is_told(sent: str) -> None:
    mother = matters.actor("mother")
    data, files = opened(access.copy(mother))
    assert data["person"]["key"] == "430200199405120089"
    facts = {line["fact"]: line for line in data["facts"] if line["subject"] == mother.subject_id}
    name = facts["name"]
    assert (name["value"], name["holder"]["zh"], name["state"]) == ("李沐禾", "公安", "known")
    assert name["recorded_at"] is not None
    assert {line["subject"] for line in data["facts"]} > {mother.subject_id}
    (application,) = data["applications"]
    assert application["number"] == sent
    assert len(application["cases"]) > 1
    assert all(line["text"]["zh"] for line in application["events"])
    assert data["messages"]
    assert len(data["reads"]) == reads.count_about_me(mother)[0] > 0
    assert any(line["purpose"]["zh"] == access.PURPOSE.zh and line["by_me"] for line in data["reads"])
    assert data["documents"]
    assert sorted(files) == sorted(line["file"] for line in data["documents"])
    for line in data["documents"]:
        assert files[line["file"]].startswith(b"%PDF")
        assert credentials.verify_code(line["code"]).is_valid
    extent = access.extent(mother)
    assert (extent.applications, extent.documents, extent.reads) == (1, len(files), len(data["reads"]))


def test_papers_that_one_attached_are_in_it(city: City) -> None:
    browser, number, keys = restaurant_with_papers()
    browser.post(f"/a/{number}/papers", {"paper": keys[0], "how": "attach", "file": SimpleUploadedFile("a.pdf", PDF)})
    data, files = opened(access.copy(matters.actor("restaurateur")))
    assert [application["number"] for application in data["applications"]] == [number]
    assert [files[line["file"]] for line in data["papers"]] == [PDF]


@pytest.mark.parametrize("persona", ["mother", "father"])
def test_numbers_of_others_are_not_in_it(sent: str, persona: str) -> None:
    data, _ = opened(access.copy(matters.actor(persona)))
    text = json.dumps(data, ensure_ascii=False)
    assert [application["number"] for application in data["applications"]] == [sent]
    assert [number for number in numbers_but(persona) if number in text] == []


def test_page_and_api_give_it_to_its_owner_and_to_nobody_else(sent: str) -> None:
    browser = matters.browser_of("mother")
    page = browser.get("/account/data").content.decode()
    assert "一个文件带走" in page
    looks = Read.objects.count()
    answer = browser.post("/account/data")
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"].startswith('attachment; filename="tongban-data-')
    assert answer["Cache-Control"].find("no-store") >= 0
    assert Read.objects.count() > looks
    assert opened(answer.content)[0]["account"]["name"] == "李沐禾"
    user = User.objects.get(persona="father")
    for scope, status in (("apply", 200), ("read", 403)):
        bearer = {"Authorization": f"Bearer {issue_token(user, [scope])}"}
        told = Client().get("/api/v1/me/data.zip", headers=bearer)
        assert told.status_code == status
        if status == 200:
            assert opened(told.content)[0]["person"]["subject"] == user.subject_id
    assert Client().get("/api/v1/me/data.zip").status_code == 401
    assert Client().post("/account/data").status_code == 302
    assert matters.browser_of("clerk-population").get("/account/data").status_code == 404


@pytest.mark.usefixtures("one_moment")
def test_it_is_made_so_often_and_no_oftener(sent: str) -> None:
    mother = matters.actor("mother")
    for _ in range(access.COPIES_PER_MINUTE):
        access.copy(mother)
    with pytest.raises(Problem, match="too-often"):
        access.copy(mother)
