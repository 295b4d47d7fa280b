"""After sending: where it stands, correction, refusal, withdrawal, documents, messages, reads, the account."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import strip_tags
from tests.authenticator import code_of
from tests.portal import matters

from tongban.accounts.models import Mandate, User
from tongban.applications import cases, documents, messages, reads, views
from tongban.platform import time
from tongban.platform.ids import in_address

pytestmark = pytest.mark.usefixtures("town")
PDF = b"%PDF-1.4\n%%EOF\n"


def text(client: Client, address: str) -> str:
    """The words of a page, on one line."""
    html = client.get(address).content.decode()
    return re.sub(r"\s+", " ", strip_tags(html.partition("<main")[2]))


def view(number: str) -> dict[str, object]:
    """The application as the mother sees it."""
    return views.application_view(matters.actor("mother"), number)


def asked_for_two_things() -> str:
    """A newborn's application of which the hospital asked for a paper and a number."""
    number = matters.sent()
    matters.act(
        "clerk-maternity", matters.part(number, "health/birth-certificate"), "correct",
        data={"items": ["health/delivery-record", "birth.record_number"], "fault": "incorrect"},
        texts={"reason": "没拍全", "item:health/delivery-record": "重新拍", "item:birth.record_number": "少一位"},
    )  # fmt: skip
    return number


def refused() -> str:
    """A newborn's application whose household registration was refused."""
    number = matters.sent()
    matters.grant_birth_certificate(number)
    case = matters.part(number, "police/birth-registration")
    matters.act("clerk-population", case, "accept")
    matters.act("approver-population", case, "refuse", texts={"reason": "两本户口簿的名字不一样"})
    return number


def test_the_page_says_the_date_of_the_whole_and_of_each_part() -> None:
    number = matters.sent()
    shown = text(matters.browser_of("mother"), f"/a/{number}")
    promised = view(number)["promised_due"]
    month, day = str(promised).split("-")[1:]
    assert f"{int(month)} 月 {int(day)} 日前全部办好" in shown
    assert "和当初承诺一样" in shown
    assert shown.count("日前") >= 7


@pytest.mark.slow
def test_a_part_that_is_done_shows_its_document_and_the_next_ones_start_by_themselves() -> None:
    number = matters.sent()
    matters.grant_birth_certificate(number)
    mother = matters.browser_of("mother")
    shown = text(mother, f"/a/{number}")
    assert "1/7" in shown
    assert "前面的办好了，已自动开始" in shown
    link = re.search(r'href="(/documents/[^"]+\.pdf)">看证', mother.get(f"/a/{number}").content.decode())
    assert link
    assert mother.get(link[1]).content.startswith(b"%PDF-")
    assert matters.browser_of("retiree").get(link[1]).status_code == 404


@pytest.mark.slow
def test_a_correction_lists_everything_at_once_and_goes_back_when_all_is_there() -> None:
    number = asked_for_two_things()
    mother = matters.browser_of("mother")
    assert "要你做一件事：出生医学证明" in text(mother, f"/a/{number}")
    address = f"/a/{number}/correct/1"
    assert "还差 2 样" in text(mother, address)
    sent = {"service": "health/birth-certificate", "fact:birth.record_number": "", "command": str(uuid4())}
    assert mother.post(address, sent).content.decode().count('class="tb-error"') == 2
    mother.post(address, {"paper": "health/delivery-record", "file": SimpleUploadedFile("第三页.pdf", PDF)})
    mother.post(address, {**sent, "fact:birth.record_number": "FM2026111401"})
    case = next(line for line in views.application_view(matters.actor("mother"), number)["cases"] if line["part"] == 1)
    assert case["state"] == "submitted"


def test_a_correction_keeps_what_was_typed_when_a_paper_is_still_missing() -> None:
    number = asked_for_two_things()
    sent = {"service": "health/birth-certificate", "fact:birth.record_number": "FM2026111401", "command": str(uuid4())}
    html = matters.browser_of("mother").post(f"/a/{number}/correct/1", sent).content.decode()
    assert 'value="FM2026111401"' in html


@pytest.mark.slow
def test_a_refusal_has_its_reason_its_letter_and_a_way_to_try_again_with_everything_filled() -> None:
    number = refused()
    mother = matters.browser_of("mother")
    shown = text(mother, f"/a/{number}")
    assert "出生户口登记：没有办成" in shown
    assert "两本户口簿的名字不一样" in shown
    assert "不予" in shown
    begun = mother.post(f"/a/{number}/again", {"command": str(uuid4())})
    new = begun["Location"].removeprefix("/a/")
    assert new != number
    given = {line["fact"]: line["value"] for line in views.application_view(matters.actor("mother"), new)["facts"]}
    assert given["mother.phone"] == "10000000001"


@pytest.mark.slow
def test_what_depends_on_a_refused_part_is_struck_with_its_reason_and_the_rest_goes_on() -> None:
    number = refused()
    html = matters.browser_of("mother").get(f"/a/{number}").content.decode()
    assert "<s>社会保障卡申领</s>" in html
    assert "生育医疗费用报销" in html
    assert "<s>生育医疗费用报销</s>" not in html


@pytest.mark.slow
def test_withdrawing_says_first_what_stops_and_what_stays() -> None:
    number = matters.sent()
    matters.grant_birth_certificate(number)
    mother = matters.browser_of("mother")
    shown = text(mother, f"/a/{number}/withdraw")
    assert "撤回后 6 件停办" in shown
    assert "这些还有效 出生医学证明" in shown
    assert view(number)["state"] == "submitted"
    sent = {"command": str(uuid4())}
    assert [mother.post(f"/a/{number}/withdraw", sent).status_code for _ in range(2)] == [302, 302]
    assert view(number)["state"] == "withdrawn"
    assert view(number)["done"] == 1


def test_a_closed_form_says_that_it_is_closed() -> None:
    number = matters.sent()
    answer = matters.browser_of("mother").get(f"/a/{number}/form")
    assert answer.status_code == 409
    assert "这件已经交了" in answer.content.decode()


@pytest.mark.slow
def test_a_document_is_shown_by_a_code_that_anybody_can_check() -> None:
    matters.grant_birth_certificate(matters.sent())
    mother = matters.browser_of("mother")
    document = next(line for line in documents.mine(matters.actor("mother")) if line["sort"] == "credential")
    shown = text(mother, f"/documents/{document['id']}")
    code = re.search(r"([1-9A-Z]{4}-){2}[1-9A-Z]{4}", shown)
    assert code
    judged = strip_tags(Client().get(f"/verify/{code[0]}", REMOTE_ADDR="192.0.2.8").content.decode())
    assert "是真的，现在有效" in judged
    assert "陈**" in judged
    assert matters.CHILD not in judged
    assert matters.browser_of("retiree").get(f"/documents/{document['id']}").status_code == 404


def test_a_letter_in_the_list_names_its_service() -> None:
    matters.grant_birth_certificate(matters.sent())
    assert "受理通知书 · 出生医学证明" in text(matters.browser_of("mother"), "/documents")


@pytest.mark.slow
def test_the_file_itself_can_be_checked() -> None:
    matters.grant_birth_certificate(matters.sent())
    document = next(line for line in documents.mine(matters.actor("mother")) if line["sort"] == "credential")
    content = matters.browser_of("mother").get(f"/documents/{document['id']}.pdf").content
    for sent, words in ((content, "是真的，现在有效"), (content.replace(b"/Type", b"/Tipe", 1), "文件被改过")):
        html = Client().post("/verify", {"file": SimpleUploadedFile("a.pdf", sent)}).content.decode()
        assert words in html


@pytest.mark.slow
def test_messages_are_new_once_and_have_no_personal_value() -> None:
    number = refused()
    mother = matters.browser_of("mother")
    new = messages.unread_count(matters.actor("mother"))
    first = text(mother, "/messages")
    assert f"{new} 条新消息" in first
    assert matters.CHILD not in first
    assert "都看过了" in text(mother, "/messages")
    assert number in mother.get("/messages").content.decode()


def test_everybody_sees_who_looked_at_their_data_and_what_for() -> None:
    number = matters.sent()
    shown = text(matters.browser_of("mother"), "/reads")
    assert "每次都有用途" in shown
    assert f"办理：新生儿出生 · {number}" in shown
    assert "看了：" in text(matters.browser_of("father"), "/reads")


def test_looks_of_one_moment_and_purpose_are_one_card_that_leaves_nothing_out() -> None:
    matters.sent()
    mother = matters.browser_of("mother")
    looks, page = reads.about_me(matters.actor("mother")), mother.get("/reads").content.decode()
    moments = {(look["at"][:16], look["reader"], look["case"], look["purpose"]["zh"]) for look in looks}
    assert page.count("tb-read") == len(moments) < len(looks)
    assert f"看过 {len(moments)} 次，一共 {len(looks)} 条记录" in page
    assert all(label["zh"] in page for look in looks for label in look["labels"])
    assert all(look["holder"]["zh"] in page for look in looks if look["holder"])


def test_what_a_form_says_is_nobodys_record() -> None:
    number = matters.sent()
    case = matters.part(number, "health/birth-certificate")
    view = cases.case_view(matters.actor("clerk-maternity"), case)
    mother = [line for line in view["facts"] if line["fact"].startswith("mother.")]
    typed = {line["label"]["zh"] for line in mother if line["source"] == "claimed"}
    assert typed
    looks = [look for look in reads.about_me(matters.actor("mother")) if look["case"] == case]
    held = {label["zh"] for look in looks if look["holder"] for label in look["labels"]}
    said = {label["zh"] for look in looks if look["holder"] is None for label in look["labels"]}
    assert typed <= said
    assert {line["label"]["zh"] for line in mother if line["source"] == "fetched"} <= held
    assert "表里填的" in text(matters.browser_of("mother"), "/reads")


def test_a_review_counts_what_is_asked_and_shows_the_situation_apart() -> None:
    plan = views.application_view(matters.actor("mother"), matters.agreed())["plan"]
    shown = text(matters.browser_of("mother"), f"/a/{matters.filled()}/sign")
    assert f"你填的 {len(plan['questions'])} 项" in shown
    assert "开头说过的情况" in shown


def test_the_list_of_matters_leads_to_each() -> None:
    number, draft = matters.sent(), matters.agreed()
    mother = matters.browser_of("mother")
    assert "正在办 2 件" in text(mother, "/my")
    html = mother.get("/my").content.decode()
    assert f'href="/a/{number}"' in html
    assert f'href="/a/{draft}"' in html
    assert "7 件办好 0 件" in text(mother, "/")


def test_a_mandate_is_given_with_scope_and_end_and_ended_by_either_side() -> None:
    mother = matters.browser_of("mother")
    wrong = mother.post("/account/mandate", {"id_number": "430200199001011234"}).content.decode()
    assert wrong.count("选至少一件能代办的事") == 2
    assert "填今天以后的一天" in wrong
    last = time.today() + timedelta(days=30)
    sent = {
        "id_number": "430200199209170070",
        "scope": "life-events/newborn",
        "until.year": last.year, "until.month": last.month, "until.day": last.day,
    }  # fmt: skip
    assert mother.post("/account/mandate", sent)["Location"] == "/account"
    mandate = Mandate.objects.get(basis=Mandate.Basis.MANDATE, ended_at=None)
    assert (mandate.scope, mandate.until_day) == (["life-events/newborn"], last)
    assert "陈望川" in text(mother, "/account")
    father = matters.browser_of("father")
    father.post("/account/mandate/end", {"mandate": str(mandate.id)})
    mandate.refresh_from_db()
    assert mandate.ended_at is not None
    assert matters.browser_of("retiree").post("/account/mandate/end", {"mandate": str(mandate.id)}).status_code == 404


def test_the_second_step_is_turned_on_only_with_a_right_code() -> None:
    mother = matters.browser_of("mother")
    html = mother.get("/account/code").content.decode()
    assert "<svg" in html
    assert mother.post("/account/code", {"code": "000000"}).content.decode().count("打现在显示的 6 位数") == 2
    assert User.objects.get(persona="mother").totp_secret is None


def test_the_second_step_is_turned_off_only_with_the_present_code() -> None:
    mother, user = matters.browser_of("mother"), User.objects.get(persona="mother")
    (shown,) = re.findall(r"<code[^>]*>(\w+)</code>", mother.get("/account/code").content.decode())
    elsewhere = matters.browser_of("mother")
    (other,) = re.findall(r"<code[^>]*>(\w+)</code>", elsewhere.get("/account/code").content.decode())
    assert mother.post("/account/code", {"code": code_of(shown)})["Location"] == "/account"
    kept = bytes(User.objects.get(id=user.id).totp_secret or b"")
    User.objects.filter(id=user.id).update(totp_last_step=0)  # half a minute later
    elsewhere.post("/account/code", {"code": code_of(other)})
    assert bytes(User.objects.get(id=user.id).totp_secret or b"") == kept
    for wrong in ({}, {"code": "000000"}, {"code": code_of(other)}):
        page = mother.post("/account/code", {"off": "yes", **wrong}).content.decode()
        assert page.count("这 6 位数不对或用过了") == 2
    assert mother.post("/account/code", {"off": "yes", "code": code_of(shown)})["Location"] == "/account"
    assert User.objects.get(id=user.id).totp_secret is None


def test_a_persona_is_entered_by_one_tap_and_goes_where_it_was_going(client: Client) -> None:
    assert client.post("/login/persona", {"persona": "mother", "next": "/my"})["Location"] == "/my"
    assert client.get("/my").status_code == 200
    assert client.post("/login/persona", {"persona": "nobody"}).status_code == 404
    client.post("/logout")
    assert client.get("/my").status_code == 302


def test_a_wrong_password_says_so_and_keeps_the_number(client: Client) -> None:
    html = client.post("/login", {"name": "430200199405120089", "password": "wrong"}).content.decode()
    assert html.count("号码和密码对不上") == 2
    assert 'value="430200199405120089"' in html


def test_whoever_guesses_too_often_is_told_when_it_goes_on(client: Client) -> None:
    tried = [client.post("/login", {"name": "430200199405120089", "password": "wrong"}) for _ in range(6)]
    assert [answer.status_code for answer in tried] == [200] * 5 + [429]
    assert 14 * 60 < int(tried[-1]["Retry-After"]) <= 15 * 60


def test_staff_go_to_their_desk(client: Client) -> None:
    assert client.post("/login/persona", {"persona": "clerk-population"})["Location"] == "/desk/"


def test_a_token_that_waits_to_be_shown_is_kept_sealed() -> None:
    mother, last = matters.browser_of("mother"), time.today()
    until = {"until.year": last.year, "until.month": last.month, "until.day": last.day}
    mother.post("/account/tokens", {"label": "记账", "scopes": ["read"], **until})
    kept = str(dict(mother.session.items()))
    (key,) = re.findall(r'tb-link-to-copy">([\w-]{43})<', mother.get("/account/tokens").content.decode())
    assert "token-made" in kept
    assert key not in kept
    assert "token-made" not in mother.session


def test_a_form_sent_twice_makes_one_token_and_shows_it() -> None:
    mother, last = matters.browser_of("mother"), time.today()
    sent = {"label": "记账", "scopes": ["read"], "command": str(uuid4())}
    sent |= {"until.year": str(last.year), "until.month": str(last.month), "until.day": str(last.day)}
    assert [mother.post("/account/tokens", sent)["Location"] for _ in range(2)] == ["/account/tokens"] * 2
    shown = mother.get("/account/tokens").content.decode()
    assert len(re.findall(r'tb-link-to-copy">([\w-]{43})<', shown)) == 1
    assert "1 个程序可以替你办事" in shown


def test_a_token_is_made_with_scope_and_end_shown_once_and_ended() -> None:
    mother = matters.browser_of("mother")
    wrong = mother.post("/account/tokens", {"label": " "}).content.decode()
    assert [wrong.count(words) for words in ("写一下给谁用", "至少选一样", "里选一天")] == [2, 2, 2]
    assert "只能从这些里选" in mother.post("/account/tokens", {"label": "x", "scopes": "audit"}).content.decode()
    last = time.today() + timedelta(days=30)
    until = {"until.year": last.year, "until.month": last.month, "until.day": last.day}
    sent = mother.post("/account/tokens", {"label": "<b>记账", "scopes": ["read"], **until})
    assert sent["Location"] == "/account/tokens"  # so that loading the page again makes no other
    made = mother.get("/account/tokens")
    (key,) = re.findall(r'tb-link-to-copy">([\w-]{43})<', made.content.decode())
    assert "no-store" in made["Cache-Control"]
    reads = {"Authorization": f"Bearer {key}"}
    assert Client().get("/api/v1/messages", headers=reads).status_code == 200
    shown = text(mother, "/account/tokens")
    assert key not in shown
    assert "1 个程序可以替你办事" in shown
    assert "看我的消息和证照" in shown
    (number,) = re.findall(r'name="token" value="(\d+)"', mother.get("/account/tokens").content.decode())
    assert matters.browser_of("father").post("/account/tokens/end", {"token": number}).status_code == 404
    assert mother.post("/account/tokens/end", {"token": number})["Location"] == "/account/tokens"
    assert Client().get("/api/v1/messages", headers=reads).status_code == 401
    assert "现在没有程序替你办事" in text(mother, "/account/tokens")


@pytest.mark.slow
def test_a_credential_taken_back_is_void_on_every_page_before_its_file() -> None:
    number = matters.sent()
    matters.grant_birth_certificate(number)
    birth = matters.part(number, "health/birth-certificate")
    matters.act("approver-maternity", birth, "revoke", texts={"reason": "登记的时间不对"})
    browser = matters.browser_of("mother")
    page = browser.get(f"/a/{number}")
    [line] = [line for line in page.context["parts"] if line["state"] == "revoked"]
    assert "吊销，不能再用" in line["words"]
    assert page.context["view"]["done"] == 0
    before = browser.get(line["url"])
    assert before.headers["Content-Type"].startswith("text/html")
    assert "登记的时间不对" in before.content.decode()
    assert browser.get(line["url"], {"file": "1"}).headers["Content-Type"] == "application/pdf"
    desk = matters.browser_of("approver-maternity").get(f"/desk/cases/{in_address(birth)}")
    assert desk.context["light_state"] == "revoked"
    assert "证照已吊销" in desk.content.decode()
    fed = in_address(matters.part(number, "health/immunisation-record"))
    clerk = matters.browser_of("clerk-disease-control").get(f"/desk/cases/{fed}").content.decode()
    assert "前面的证照已吊销：出生医学证明" in clerk
    assert "吊销的理由：登记的时间不对" in clerk
    assert "出生医学证明</span><span>已被吊销" in clerk
