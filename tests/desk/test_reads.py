"""Whoever of the staff opens a file of somebody is seen under 谁查看了我的数据, through whichever door."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.desk.conftest import Desks
from tests.desk.scene import address, browser_of

from tongban.accounts.actor import Actor
from tongban.applications import documents, reads
from tongban.applications.models import Paper
from tongban.credentials.models import Document

URBAN = "demonstration/urban-management-430203"
PAPER_DOORS = ("/desk/cases/{case}/papers/{id}", "/api/v1/cases/{case}/papers/{id}")
DOCUMENT_DOORS = ("/desk/docs/{id}.pdf", "/api/v1/credentials/{id}.pdf")


def looks_of(owner: Actor, reader: Actor) -> list[dict[str, Any]]:
    """What somebody is told of one reader's looks."""
    return [line for line in reads.about_me(owner) if line["reader"] == reader.id]


def with_sign(desks: Desks) -> tuple[Actor, Actor, str, Paper]:
    """An owner, the clerk for the shop sign, the number of its case, and a paper of it."""
    owner = desks.scene.person("苏晚晴")
    application = desks.scene.restaurant(owner, "株洲市芦淞区晚晴小馆")
    case = desks.scene.part(application, "urban/shop-sign")
    urban = desks.scene.staff("5501", "于成", URBAN, "handler")
    view = browser_of(urban).get(address(case)).context["view"]
    files = [file for paper in view["papers"] for file in paper["files"]]
    return owner, urban, case, Paper.objects.get(id=files[0])


@pytest.mark.slow
@pytest.mark.parametrize("door", PAPER_DOORS)
def test_a_paper_that_staff_open_is_told_once_a_day_with_case_and_purpose(desks: Desks, door: str) -> None:
    owner, urban, case, paper = with_sign(desks)
    before, browser = looks_of(owner, urban), browser_of(urban)
    for _ in range(2):
        assert browser.get(door.format(case=case.replace("/", "."), id=paper.id)).status_code == 200
    looks = [line for line in looks_of(owner, urban) if line not in before]
    assert {name for line in looks for name in line["attributes"]} == {f"paper:{paper.key.partition('@')[0]}"}
    assert len(looks) == 2, "at the owner's and at the restaurant's, each once"
    look = looks[0]
    assert (look["case"], look["purpose"]["zh"].partition("：")[0], look["holder"]) == (case, "办理", None)
    page = browser_of(owner).get("/reads").content.decode()
    assert look["labels"][0]["zh"] in page
    assert "随申请交来的" in page


@pytest.mark.slow
@pytest.mark.parametrize("door", DOCUMENT_DOORS)
def test_a_document_that_staff_open_is_told_with_its_title(desks: Desks, door: str) -> None:
    owner = desks.scene.person("苏晚晴")
    application = desks.scene.restaurant(owner, "株洲市芦淞区晚晴小馆")
    case = desks.scene.part(application, "market/business-licence")
    desks.scene.do(desks.clerk, case, "accept")
    issued = Document.objects.filter(case_number=case).first()
    assert issued is not None
    for _ in range(2):
        assert browser_of(desks.clerk).get(door.format(id=issued.id)).status_code == 200
    [look] = looks_of(owner, desks.clerk)
    assert look["labels"] == [{"zh": issued.title_zh, "en": issued.title_en}]
    assert (look["case"], look["application"]) == (case, application)
    assert issued.title_zh in browser_of(owner).get("/reads").content.decode()


@pytest.mark.slow
def test_no_look_is_told_of_what_was_refused_or_is_ones_own(desks: Desks) -> None:
    owner, _urban, case, paper = with_sign(desks)
    before = reads.about_me(owner)
    for door in PAPER_DOORS:
        assert browser_of(desks.clerk).get(door.format(case=case.replace("/", "."), id=paper.id)).status_code == 404
    for row in Document.objects.filter(case_number=case):
        documents.pdf(owner, row.id)
        for door in DOCUMENT_DOORS:
            assert browser_of(desks.clerk).get(door.format(id=row.id)).status_code == 404
    assert Client().get(PAPER_DOORS[1].format(case=case.replace("/", "."), id=paper.id)).status_code == 401
    assert reads.about_me(owner) == before


@pytest.mark.slow
def test_each_file_is_a_look_of_its_own(desks: Desks) -> None:
    owner, urban, case, paper = with_sign(desks)
    browser = browser_of(urban)
    browser.get(PAPER_DOORS[0].format(case=case.replace("/", "."), id=paper.id))
    browser.get(address(case))
    named = {name for line in looks_of(owner, urban) for name in line["attributes"]}
    assert any(name.startswith("paper:") for name in named)
    assert any(not name.startswith("paper:") for name in named)
