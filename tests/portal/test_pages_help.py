"""Asking, objecting to a look, windows, search as one types: what the pages say, and whom they show it to."""

from __future__ import annotations

import csv
from io import StringIO
from uuid import uuid4

import pytest
from django.test import Client
from tests.portal import matters

from tongban.applications import cases, inquiries, reads
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.portal.formats import plain_cell
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.registry.model import Reader, Wanted

pytestmark = pytest.mark.usefixtures("town")


def text(client: Client, path: str) -> str:
    """A page's HTML."""
    return client.get(path, follow=True).content.decode()


def looked_at(purpose: str = "查户口") -> int:
    """The police look at the mother's name; the number of that look."""
    mother = matters.actor("mother")
    catalog = publication.current()
    office = next(each for each in catalog.offices if each.endswith("population-430211"))
    wanted = Wanted(mother.subject_id or 0, catalog.types["base/Person"].attributes["name"])
    registry.read([wanted], Reader("staff:1", Text(purpose, "Checking"), office=office))
    return int(reads.about_me(mother)[0]["id"])


def test_a_question_carries_the_page_it_was_asked_on() -> None:
    number, client = matters.agreed(), matters.browser_of("mother")
    page = text(client, f"/ask?from=/a/{number}/form")
    assert number in page
    sent = {"said": "孩子随谁\n户口呢", "from": f"/a/{number}/form", "command": str(uuid4())}
    answer = client.post("/ask", sent, follow=True)
    assert "孩子随谁 户口呢" in answer.content.decode()
    client.post("/ask", sent)
    assert [line["reference"] for line in inquiries.mine(matters.actor("mother"))] == [number]


@pytest.mark.parametrize("place", ["", "//evil.example", "/no-such", "/a/4302-26-000001-X", "/b/none", "x" * 3_000])
def test_a_place_that_is_none_of_the_readers_is_no_place(place: str) -> None:
    answer = matters.browser_of("mother").get("/ask", {"from": place}, follow=True)
    assert answer.status_code in {200, 404}
    assert "evil.example" not in answer.content.decode().partition("<main")[2].replace(f'value="{place}"', "")


def test_an_empty_question_is_told_beside_the_field_and_on_top() -> None:
    answer = matters.browser_of("mother").post("/ask", {"said": " "})
    assert answer.content.decode().count("还没写问什么") == 2


def test_the_answer_is_read_here_and_a_message_leads_to_it() -> None:
    mother = matters.actor("mother")
    number = inquiries.ask(mother, "要带什么", command_id=uuid4())
    view = cases.case_view(matters.actor("clerk-government-services"), f"{number}/01")
    assert [task["name"] for task in view["tasks"]] == ["handling"]
    matters.act(
        "clerk-government-services", f"{number}/01", "handle", facts={"inquiry.answer": "什么也不用带 <b>真的</b>"}
    )
    client = matters.browser_of("mother")
    assert f"/a/{number}" in text(client, "/messages")
    page = text(client, f"/a/{number}")
    assert "什么也不用带" in page
    assert "<b>真的" not in page
    assert number not in text(client, "/my")
    assert client.get(f"/ask/{number}").status_code == 200
    assert matters.browser_of("father").get(f"/ask/{number}").status_code == 404


def test_what_did_not_work_is_chosen_not_typed() -> None:
    number, client = matters.agreed(), matters.browser_of("mother")
    assert f"matter={number}" in text(client, "/help")
    page = text(client, f"/help?matter={number}")
    assert "不收我的件" in page
    missing = client.post("/help", {"matter": number})
    assert "Nothing" not in missing.content.decode()
    assert missing.content.decode().count("还没选") >= 1
    client.post("/help", {"matter": number, "kind": "not-accepted", "command": str(uuid4())})
    assert [line["kind"] for line in inquiries.mine(matters.actor("mother"))] == ["not-accepted"]
    assert "不收我的件" not in text(matters.browser_of("retiree"), f"/help?matter={number}")


def test_a_look_is_objected_to_from_the_list_and_shows_its_answer() -> None:
    read_id, client = looked_at(), matters.browser_of("mother")
    assert "这次不该看" in text(client, "/reads")
    client.post(f"/reads/{read_id}/object", {"said": "我没办", "command": str(uuid4())})
    page = text(client, "/reads")
    assert "你说过了" in page
    again = client.post(f"/reads/{read_id}/object", {"said": "我没办", "command": str(uuid4())})
    assert again.status_code == 409
    other = matters.browser_of("father").post(f"/reads/{read_id}/object", {"said": ""})
    assert other.status_code == 404


def test_all_looks_can_be_taken_along_and_no_cell_is_a_formula() -> None:
    for _ in range(3):
        looked_at("=HYPERLINK(1)")
    answer = matters.browser_of("mother").get("/reads.csv")
    lines = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert len(lines) == 4
    assert [line[4] for line in lines[1:]] == ["'=HYPERLINK(1)"] * 3
    assert [plain_cell(cell) for cell in ("=1", "+1", "-1", "@a", "\t=1", "甲")] == [
        "'=1", "'+1", "'-1", "'@a", "'\t=1", "甲",
    ]  # fmt: skip


def test_windows_are_told_by_county_and_town_without_log_in(client: Client) -> None:
    page = text(client, "/windows?region=430203")
    assert "芦淞区行政审批服务局" in page
    assert "天元区行政审批服务局" not in page
    assert "示例政务路" in page
    assert "芦淞区" in text(client, "/windows?region=430203001")
    assert "天元区行政审批服务局" in text(matters.browser_of("mother"), "/windows")
    assert client.get("/windows?region=%00';--").status_code == 200


def test_a_window_is_open_in_its_hours_on_working_days_only(client: Client) -> None:
    now = time.now()
    assert ("开着，到 12:00" in text(client, "/windows")) is (9 <= now.hour < 12 and now.weekday() < 5)


def test_as_one_types_only_what_was_found_is_sent(client: Client) -> None:
    page = client.get("/search?q=开饭店", headers={"HX-Request": "true"}).content.decode()
    assert "开办餐饮店" in page
    assert "<html" not in page
    nothing = client.get("/search?home=1&q=飞碟", headers={"HX-Request": "true"}).content.decode()
    assert "12345" in nothing
    assert "/ask?said=" in nothing
    assert "<h1" not in nothing


def test_words_of_the_courts_give_their_address_and_what_of_ours_it_may_be_about(client: Client) -> None:
    page = text(client, "/help?q=拿着法院的离婚判决书给孩子上户口")
    assert "12368" in page
    assert "tb-stack" in page
    assert "offer=" in page
