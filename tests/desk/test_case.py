"""One case at a desk: only what is allowed is offered, every command is done once, what was typed is never lost."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.desk.conftest import Desks
from tests.desk.scene import BUSINESS, FIRE, FOOD, address, browser_of

from tongban.accounts.actor import actor_of
from tongban.accounts.models import User
from tongban.applications import cases, reads, views
from tongban.casework import store
from tongban.casework.model import HEARD
from tongban.desk.pages.events import KIND_WORDS


def offered(page: Any) -> list[str]:  # noqa: ANN401 -- a test response
    steps = page.context["steps"]
    return [step["name"] for step in ([steps["primary"]] if steps["primary"] else []) + steps["others"]]


def send(browser: Client, number: str, do: str, **fields: object) -> Any:  # noqa: ANN401 -- a test response
    page = browser.get(address(number), {"do": do})
    hidden = dict(re.findall(r'name="(command|version)" value="([^"]*)"', page.content.decode()))
    return browser.post(f"{address(number)}/do", {"do": do, **hidden, **fields})


def test_a_clerk_sees_allowed_steps_only_and_why_another_is_missing(desks: Desks) -> None:
    number = desks.scene.licence()
    page = browser_of(desks.clerk).get(address(number))
    assert offered(page)[0] == "accept"
    assert set(offered(page)) == {"accept", "refuse-acceptance", "correct", "hand-over", "hand-up"}
    desks.scene.do(desks.clerk, number, "accept")
    page = browser_of(desks.clerk).get(address(number))
    assert "decide" not in offered(page)
    assert any("准予" in line["steps"] and "审批人" in line["why"] for line in page.context["refused"])
    assert offered(browser_of(desks.approver).get(address(number)))[0] == "decide"


def test_whoever_accepted_does_not_decide_and_reads_why(desks: Desks) -> None:
    number = desks.scene.licence()
    both = desks.scene.staff("2109", "两岗", BUSINESS, "handler", "approver")
    desks.scene.do(both, number, "accept")
    page = browser_of(both).get(address(number))
    assert "decide" not in offered(page)
    assert any("前面的“受理”是你办的" in line["why"] for line in page.context["refused"])


def test_a_double_click_does_it_once(desks: Desks) -> None:
    number, browser, command = desks.scene.licence(), browser_of(desks.clerk), str(uuid4())
    for _ in range(2):
        answer = browser.post(f"{address(number)}/do", {"do": "accept", "command": command, "version": "1"})
        assert answer.status_code == 302
    assert [event.data.get("step") for event in store.events_of([number])[number]] == [None, "accept"]


def test_who_was_slower_reads_what_changed_and_keeps_what_was_typed(desks: Desks) -> None:
    number, browser = desks.scene.licence(), browser_of(desks.clerk)
    colleague = desks.scene.staff("2108", "文清", BUSINESS, "handler")
    desks.scene.do(colleague, number, "note", texts={"note": "看过"})
    sent = {"do": "refuse-acceptance", "command": str(uuid4()), "version": "1", "reason": "不属于本局职权"}
    answer = browser.post(f"{address(number)}/do", sent)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "不属于本局职权" in html
    assert 'name="version" value="2"' in html
    assert desks.scene.case(number).state == "submitted"
    merged = browser.post(f"{address(number)}/do", sent | {"command": str(uuid4()), "version": "2"})
    assert (merged.status_code, desks.scene.case(number).state) == (302, "not-accepted")


def test_a_correction_is_asked_once_with_the_full_list_and_its_words(desks: Desks) -> None:
    number, browser = desks.scene.licence(), browser_of(desks.clerk)
    empty = send(browser, number, "correct")
    assert (empty.status_code, desks.scene.case(number).state) == (422, "submitted")
    fields: dict[str, object] = {
        "items": ["owner.phone", "market/lease"],
        "item:owner.phone": "少了一位",
        "fault": "incorrect",
    }
    assert send(browser, number, "correct", **fields).status_code == 302
    told = views.application_view(applicant_of(desks, number), number.partition("/")[0])
    needed = next(line["needs_you"] for line in told["cases"] if line["number"] == number)
    assert [item["name"] for item in needed["items"]] == ["owner.phone", "market/lease"]
    assert "少了一位" in needed["items"][0]["text"]["zh"]


def test_a_correction_asks_only_for_what_this_case_needs(desks: Desks) -> None:
    asked = browser_of(desks.clerk).get(f"{address(desks.scene.licence())}?do=correct").content.decode()
    offered = set(re.findall(r'name="items" value="([^"]+)"', asked))
    assert {"owner.phone", "restaurant.lease_until", "market/lease"} <= offered
    assert not {"restaurant.capital_fen", "market/articles-of-association"} & offered


def applicant_of(desks: Desks, number: str) -> Any:  # noqa: ANN401 -- an actor
    """The applicant of a case, logged in."""
    subject = store.load_cases([number])[number].application.applicant
    return actor_of(User.objects.get(subject_id=subject))


def test_what_offices_note_among_themselves_never_reaches_the_applicant(desks: Desks) -> None:
    number = desks.scene.licence()
    fire = desks.scene.staff("3301", "傅简", FIRE, "handler")
    desks.scene.do(desks.clerk, number, "note", texts={"note": "机密甲"})
    desks.scene.do(desks.clerk, number, "claim")
    desks.scene.do(desks.clerk, number, "accept")
    desks.scene.do(desks.clerk, number, "consult", data={"offices": [FIRE]})
    desks.scene.do(fire, number, "opine", data={"opinion": "agree"}, texts={"note": "机密乙"}, task=f"opinion:{FIRE}")
    staff = browser_of(desks.clerk).get(address(number)).content.decode()
    assert "机密甲" in staff
    assert "机密乙" in staff
    applicant = applicant_of(desks, number)
    told = str(cases.case_view(applicant, number)) + str(views.application_view(applicant, number.partition("/")[0]))
    page = browser_of(applicant).get(f"/a/{number.partition('/')[0]}").content.decode()
    for secret in ("机密甲", "机密乙", "'kind': 'noted'", "'kind': 'claimed'", "exceptions"):
        assert secret not in told + page, secret


def test_a_look_is_told_to_the_person_once_a_day_with_office_case_and_purpose(desks: Desks) -> None:
    number, browser = desks.scene.licence(), browser_of(desks.clerk)
    browser.get(address(number))
    browser.get(address(number))
    looks = [line for line in reads.about_me(applicant_of(desks, number)) if line["reader"] == desks.clerk.id]
    assert [(line["case"], line["purpose"]["zh"]) for line in looks if "name" in line["attributes"]] == [
        (number, "办理：设立登记（营业执照）")
    ]
    assert {line["office"]["zh"] for line in looks} == {"芦淞区市场监督管理局"}


def test_a_decision_says_first_what_it_brings_and_then_brings_it(desks: Desks) -> None:
    number, browser = desks.scene.licence(), browser_of(desks.approver)
    desks.scene.do(desks.clerk, number, "accept")
    asked = browser.get(address(number), {"do": "decide"})
    assert "签发：营业执照" in asked.context["consequences"]
    assert send(browser, number, "decide").status_code == 302
    page = browser.get(address(number))
    credential = next(document for document in page.context["view"]["documents"] if document["sort"] == "credential")
    assert credential["title"]["zh"] == "营业执照"
    assert page.context["due_words"] == "已结束"


def test_what_is_left_to_judge_stands_on_top(desks: Desks) -> None:
    number = desks.scene.licence()
    application = number.partition("/")[0]
    view = browser_of(desks.clerk).get(address(number)).context["view"]
    assert [line["kind"] for line in view["exceptions"]] == ["promised"]
    assert {check["kind"] for check in view["checks"]} == {"held", "requirement", "proven"}
    assert view["chain_intact"]
    waiting = browser_of(desks.clerk).get(address(desks.scene.part(application, FOOD)))
    assert "还没轮到" in waiting.content.decode()


def test_a_disputed_value_a_missed_limit_and_an_objection_are_judged_by_people(desks: Desks) -> None:
    scene = desks.scene
    number = scene.licence()
    fire = scene.staff("3301", "傅简", FIRE, "handler")
    scene.do(desks.clerk, number, "dispute", data={"facts": ["place.address"]})
    scene.do(desks.clerk, number, "accept")
    scene.do(desks.clerk, number, "consult", data={"offices": [FIRE]})
    scene.do(
        fire, number, "opine", data={"opinion": "disagree"}, texts={"note": "没有第二个出口"}, task=f"opinion:{FIRE}"
    )
    view = cases.case_view(desks.clerk, number)
    kinds = {line["kind"]: line for line in view["exceptions"]}
    assert set(kinds) == {"disputed", "objection", "promised"}
    assert kinds["objection"]["title"]["zh"] == "芦淞区消防救援大队不同意"
    assert kinds["objection"]["words"]["zh"] == "没有第二个出口"


def test_a_refusal_rests_on_a_condition_with_its_article(desks: Desks) -> None:
    number = desks.scene.licence()
    browser = browser_of(desks.clerk)
    field = browser.get(f"{address(number)}?do=refuse-acceptance").context["fields"][0]
    assert (field["name"], field["options"][0]["hint"]) == ("ground", "《中华人民共和国市场主体登记管理条例》第 11 条")
    sent = {"do": "refuse-acceptance", "command": str(uuid4()), "ground": "1", "reason": "规划用途是住宅"}
    assert browser.post(f"{address(number)}/do", sent).status_code == 302
    [refused] = [event for event in cases.case_view(desks.clerk, number)["events"] if event["step"] == sent["do"]]
    assert "条例》第 11 条）。规划用途是住宅" in refused["texts"]["reason"]


@pytest.mark.parametrize("do", ["lapse", "issue", "withdraw", "nonsense"])
def test_a_step_that_is_not_for_staff_is_refused_by_its_name_too(desks: Desks, do: str) -> None:
    number = desks.scene.licence()
    answer = browser_of(desks.clerk).post(f"{address(number)}/do", {"do": do, "command": str(uuid4()), "version": "1"})
    assert (answer.status_code, desks.scene.case(number).version) == (409, 1)


@pytest.mark.slow
def test_an_approver_takes_the_licence_back_with_a_reason_after_reading_what_it_means(desks: Desks) -> None:
    number, browser = desks.scene.licence(), browser_of(desks.approver)
    desks.scene.do(desks.clerk, number, "accept")
    assert "revoke" not in offered(browser.get(address(number)))
    desks.scene.do(desks.approver, number, "decide")
    assert offered(browser.get(address(number))) == ["revoke"]
    assert offered(browser_of(desks.clerk).get(address(number))) == []
    asked = browser.get(address(number), {"do": "revoke"})
    assert asked.context["consequences"] == ["吊销后不能恢复：营业执照", "马上告诉持有人"]
    assert [field["label"] for field in asked.context["fields"]] == ["理由（持有人和核验的人都会看到，不写个人信息）"]
    empty = send(browser, number, "revoke", reason=" ")
    assert (empty.status_code, "还缺：理由" in empty.content.decode()) == (422, True)
    done = send(browser, number, "revoke", reason="经营场所的材料是假的")
    assert done.status_code == 302
    page = browser.get(address(number))
    assert "已吊销：经营场所的材料是假的" in page.content.decode()
    assert offered(page) == []
    [code] = [line["code"] for line in page.context["view"]["documents"] if line["state"] == "revoked"]
    public = Client().get(f"/verify/{code}").content.decode()
    assert "是真的，已经吊销" in public
    assert "2026-11-16" in public.partition("吊销日期")[2]
    stranger = browser_of(desks.scene.staff("3309", "傅简", FIRE, "approver"))
    assert stranger.get(address(number), {"do": "revoke"}).status_code == 404


def test_the_history_has_words_for_whatever_a_case_is_told_from_outside() -> None:
    assert set(HEARD) <= set(KIND_WORDS)


def test_each_gap_of_a_step_is_one_thing_to_put_right_beside_its_field(desks: Desks) -> None:
    number = desks.scene.licence()
    answer = send(browser_of(desks.clerk), number, "correct")
    errors = {error["id"]: error["words"] for error in answer.context["errors"]}
    assert answer.status_code == 422
    assert errors.keys() >= {"items", "fault"}
    assert not any("、" in words for words in errors.values())
    assert f"有 {len(errors)} 处要改" in answer.content.decode()


def test_colleagues_are_named_and_of_two_papers_of_a_kind_each_says_whose(desks: Desks) -> None:
    number = desks.scene.licence()
    desks.scene.do(desks.clerk, number, "accept")
    page = browser_of(desks.approver).get(address(number))
    clerk = User.objects.get(id=desks.clerk.user_id or 0)
    assert clerk.shown_name in {line["actor"] for line in page.context["events"]}
    assert not any("工号" in line["actor"] for line in page.context["events"])
    applicant = applicant_of(desks, number)
    labels = " ".join(event["actor_label"]["zh"] for event in cases.case_view(applicant, number)["events"])
    assert clerk.shown_name not in labels
    titles = [(paper["title"], paper["about"]) for paper in page.context["papers"]]
    assert len(titles) == len(set(titles))


def test_what_cannot_be_undone_does_not_look_like_any_other_step(desks: Desks) -> None:
    number, browser = desks.scene.licence(), browser_of(desks.approver)
    desks.scene.do(desks.clerk, number, "accept")
    desks.scene.do(desks.approver, number, "decide")
    for page in (browser.get(address(number)), browser.get(address(number), {"do": "revoke"})):
        box = page.content.decode().partition("tb-commands")[2]
        assert "btn-danger" in box
