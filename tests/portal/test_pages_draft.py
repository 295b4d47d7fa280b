"""The pages of a draft: agree, fill in, dispute, papers, sign, the second signer. What was typed is never lost."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape
from tests.portal import belongings, matters

from tongban.applications import cases, filling, reading, starting, views
from tongban.applications.models import Form

pytestmark = pytest.mark.usefixtures("town")
PDF = b"%PDF-1.4\n%%EOF\n"
NOBODYS = "4302-26-999999-X"
STEPS = [
    "",
    "/agree",
    "/form",
    "/papers",
    "/sign",
    "/events",
    "/withdraw",
    "/dispute?fact=mother.name",
    "/correct/1",
    "/owed",
]


def view(number: str) -> dict[str, object]:
    """The application as the mother sees it."""
    return views.application_view(matters.actor("mother"), number)


def facts(number: str) -> dict[str, tuple[object, str, bool]]:
    """Value, source and dispute of each fact of a form."""
    lines = views.application_view(matters.actor("mother"), number)["facts"]
    return {line["fact"]: (line["value"], line["source"], line["disputed"]) for line in lines}


def anonymous(html: str, number: str) -> str:
    """A page without the number asked for and without its tokens."""
    return re.sub(r"[A-Za-z0-9]{64}", "", html.replace(number, ""))


def version(html: str) -> str:
    """The version that a form carries."""
    found = re.search(r'name="version" value="(\d+)"', html)
    assert found
    return found[1]


@pytest.mark.slow
def test_the_whole_way_from_the_plan_to_the_offices() -> None:
    mother, father = matters.browser_of("mother"), matters.browser_of("father")
    begun = mother.post("/b/newborn/begin", {**matters.SITUATION, "command": str(uuid4())})
    number = begun["Location"].removeprefix("/a/")
    assert mother.get(f"/a/{number}")["Location"] == f"/a/{number}/agree"
    mother.post(f"/a/{number}/agree")
    assert mother.get(f"/a/{number}")["Location"] == f"/a/{number}/form"
    html = mother.get(f"/a/{number}/form").content.decode()
    mother.post(f"/a/{number}/form", {**matters.typed_for(number), "version": version(html)})
    assert mother.get(f"/a/{number}")["Location"] == f"/a/{number}/sign"
    mother.post(f"/a/{number}/sign", {"true": "yes", "command": str(uuid4())})
    assert f"/consent/{number}" in mother.get(f"/a/{number}").content.decode()
    father.post(f"/consent/{number}", {"answer": "yes", "command": str(uuid4())})
    assert view(number)["state"] == "submitted"
    assert "0/7" in mother.get(f"/a/{number}").content.decode()


def test_beginning_twice_by_one_click_begins_once() -> None:
    mother, sent = matters.browser_of("mother"), {**matters.SITUATION, "command": str(uuid4())}
    first, second = (mother.post("/b/newborn/begin", sent)["Location"] for _ in range(2))
    assert first == second
    assert Form.objects.count() == 1


def test_sending_twice_by_one_click_sends_once() -> None:
    number = matters.filled()
    mother, sent = matters.browser_of("mother"), {"true": "yes", "command": str(uuid4())}
    assert [mother.post(f"/a/{number}/sign", sent).status_code for _ in range(2)] == [302, 302]


def test_nothing_is_read_before_it_is_agreed_to() -> None:
    number = starting.start(matters.actor("mother"), "newborn", command_id=uuid4())
    html = matters.browser_of("mother").get(f"/a/{number}/agree").content.decode()
    assert "株洲市妇幼保健院" not in html
    assert "卫生健康" in html
    assert {source for _, source, _ in facts(number).values()} <= {"claimed", "derived", "fetched"}
    assert "mother.household_address" not in facts(number)


def test_wrong_and_missing_answers_are_told_at_once_and_kept() -> None:
    number = matters.agreed()
    mother = matters.browser_of("mother")
    typed = {**matters.typed_for(number), "mother.phone": "12", "mother.mailing_address": ""}
    seen = version(mother.get(f"/a/{number}/form").content.decode())
    html = mother.post(f"/a/{number}/form", {**typed, "version": seen}).content.decode()
    assert html.count("手机号要 11 位，以 1 开头") == 2
    assert html.count("收件地址还没填") == 2
    assert 'value="12"' in html
    assert f'value="{matters.CHILD}"' in html
    assert "mother.phone" not in facts(number)


def test_what_somebody_types_is_shown_as_text() -> None:
    number = matters.agreed()
    name = '<b onclick="x()">#set page()</b>'
    key = next(key for key in matters.typed_for(number) if key.endswith("child_name"))
    filling.fill(matters.actor("mother"), number, {**matters.typed_for(number), key: name[:30]})
    html = matters.browser_of("mother").get(f"/a/{number}/sign").content.decode()
    assert escape(name[:30]) in html
    assert "<b onclick" not in html


def test_a_fact_that_is_no_question_cannot_be_slipped_in() -> None:
    number = matters.agreed()
    mother = matters.browser_of("mother")
    before = facts(number)["mother.name"]
    seen = version(mother.get(f"/a/{number}/form").content.decode())
    mother.post(f"/a/{number}/form", {**matters.typed_for(number), "mother.name": "王小明", "version": seen})
    assert facts(number)["mother.name"] == before


def test_a_form_changed_elsewhere_is_not_overwritten_and_keeps_what_was_typed() -> None:
    number = matters.agreed()
    mother = matters.browser_of("mother")
    seen = version(mother.get(f"/a/{number}/form").content.decode())
    filling.fill(matters.actor("mother"), number, {"mother.phone": "10000000009"})
    typed = {**matters.typed_for(number), "mother.mailing_address": "新地址 9 号"}
    html = mother.post(f"/a/{number}/form", {**typed, "version": seen}).content.decode()
    assert "这张表在别处改过了" in html
    assert "新地址 9 号" in html
    assert facts(number)["mother.phone"][0] == "10000000009"
    answer = mother.post(f"/a/{number}/form", {**typed, "version": version(html)})
    assert answer.status_code == 302
    assert facts(number)["mother.mailing_address"][0] == "新地址 9 号"


def test_a_wrong_registry_value_is_disputed_and_goes_on_marked() -> None:
    number = matters.filled()
    mother = matters.browser_of("mother")
    html = mother.get(f"/a/{number}/form").content.decode()
    assert f"/a/{number}/dispute?fact=mother.ethnicity" in html
    mother.post(f"/a/{number}/dispute?fact=mother.ethnicity", {"mother.ethnicity": "苗族"})
    assert facts(number)["mother.ethnicity"] == ("苗族", "claimed", True)
    assert "有异议" in mother.get(f"/a/{number}/form").content.decode()


@pytest.mark.slow
def test_each_answer_can_be_changed_from_the_review() -> None:
    number = matters.filled()
    mother = matters.browser_of("mother")
    html = mother.get(f"/a/{number}/sign").content.decode()
    for address in dict.fromkeys(re.findall(rf'href="(/a/{number}/(?:form|situation)\?fact=[^"]+)"', html)):
        fact = address.partition("fact=")[2]
        assert f'name="{fact}"' in mother.get(address).content.decode(), address


def test_changing_the_situation_from_the_review_changes_the_plan() -> None:
    number = matters.filled()
    mother = matters.browser_of("mother")
    mother.post(f"/a/{number}/situation?fact=birth.1.household_follows", {"birth.1.household_follows": "father"})
    assert facts(number)["birth.1.household_follows"][0] == "father"


def test_signing_asks_for_the_tick_first() -> None:
    number = matters.filled()
    answer = matters.browser_of("mother").post(f"/a/{number}/sign", {"command": str(uuid4())})
    assert answer.status_code == 422
    assert answer.content.decode().count("先勾上") >= 2
    assert view(number)["state"] == "draft"


def test_the_second_signer_sees_only_their_own_part() -> None:
    number = matters.waiting()
    html = matters.browser_of("father").get(f"/consent/{number}").content.decode()
    assert "陈望川" in html
    assert matters.CHILD in html  # it is his child's name that he agrees to
    assert "100****0001" not in html  # her telephone is not his matter
    assert "李沐禾" not in html.partition("<main")[2]


def test_the_second_signer_opens_no_file_that_the_applicant_handed_in() -> None:
    number = matters.waiting()
    paper = belongings.paper_of(number)
    for address in (f"/a/{number}/files/{paper}", f"/api/v1/applications/{number}/papers/{paper}"):
        opened = {who: matters.browser_of(who).get(address).status_code for who in ("mother", "father")}
        assert opened == {"mother": 200, "father": 404}


def test_the_second_signer_reads_no_word_of_an_office_about_a_part_that_is_not_about_them() -> None:
    number = matters.sent()
    matters.grant_birth_certificate(number)
    hers, both = matters.part(number, "health/parenting-guidance"), matters.part(number, "health/birth-certificate")
    clerk = matters.actor("clerk-maternity")
    [step] = [one["name"] for one in cases.case_view(clerk, hers)["allowed"] if one["name"].startswith("refuse")]
    matters.act("clerk-maternity", hers, step, texts={"reason": "她的病历对不上"})
    for who, reads in (("mother", True), ("father", False)):
        view = views.application_view(matters.actor(who), number)
        lines = {line["number"]: line for line in view["cases"]}
        assert ("她的病历对不上" in str(view), lines[hers]["result"]) == (reads, "refused")
        assert bool(lines[both]["documents"]), "the birth certificate names both"
        pages = "".join(matters.browser_of(who).get(f"/a/{number}{at}").content.decode() for at in ("", "/events"))
        assert ("她的病历对不上" in pages) is reads


def test_the_second_signer_may_say_no_and_change_their_mind() -> None:
    number = matters.waiting()
    father = matters.browser_of("father")
    father.post(f"/consent/{number}", {"answer": "no", "command": str(uuid4())})
    assert "你没同意" in father.get(f"/consent/{number}").content.decode()
    assert view(number)["state"] == "draft"
    father.post(f"/consent/{number}", {"answer": "yes", "command": str(uuid4())})
    matters.browser_of("mother").post(f"/a/{number}/sign", {"true": "yes", "command": str(uuid4())})
    assert view(number)["state"] == "submitted"


@pytest.mark.parametrize("path", STEPS)
def test_somebody_elses_application_is_as_if_it_were_not_there(path: str) -> None:
    number = matters.agreed()
    other = matters.browser_of("retiree")
    theirs, nobodys = other.get(f"/a/{number}{path}"), other.get(f"/a/{NOBODYS}{path}")
    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert anonymous(theirs.content.decode(), number) == anonymous(nobodys.content.decode(), NOBODYS)


def test_a_stranger_logs_in_and_comes_back() -> None:
    number = matters.agreed()
    assert Client().get(f"/a/{number}/form")["Location"] == f"/login?next=%2Fa%2F{number}%2Fform"


def restaurant_with_papers() -> tuple[Client, str, list[str]]:
    """A restaurateur's draft that owes papers: a browser, its number, and the keys of the papers."""
    actor = matters.actor("restaurateur")
    answers = {"restaurant.licensed": "false", "restaurant.fire_way": "promise", "restaurant.sign": "true"}
    number = starting.start(actor, "open-restaurant", command_id=uuid4(), answers=answers)
    reading.agree(actor, number)
    papers = [line["key"] for line in views.application_view(actor, number)["papers"]]
    return matters.browser_of("restaurateur"), number, papers


def paper(number: str, key: str) -> dict[str, object]:
    """One paper of the restaurateur's form."""
    lines = views.application_view(matters.actor("restaurateur"), number)["papers"]
    return next(line for line in lines if line["key"] == key)


def test_a_paper_is_attached_shown_back_and_taken_back() -> None:
    browser, number, keys = restaurant_with_papers()
    address, key = f"/a/{number}/papers", keys[0]
    browser.post(address, {"paper": key, "how": "attach", "file": SimpleUploadedFile("方案.pdf", PDF)})
    found = re.search(rf'href="(/a/{number}/files/[^"]+)">方案.pdf', browser.get(address).content.decode())
    assert found
    shown = browser.get(found[1])
    assert (shown.content, shown["Content-Type"]) == (PDF, "application/pdf")
    assert "sandbox" in shown["Content-Security-Policy"]
    assert matters.browser_of("mother").get(found[1]).status_code == 404
    browser.post(address, {"paper": key, "how": "remove"})
    assert paper(number, key)["how"] == "needed"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"<html><script>alert(1)</script>", "只收照片"), (b"%PDF-" + b"0" * (10 * 1024 * 1024), "最多 10 MB")],
    ids=["a page named .pdf", "too large"],
)
def test_a_file_that_cannot_be_taken_says_why_at_its_paper(content: bytes, words: str) -> None:
    browser, number, keys = restaurant_with_papers()
    sent = {"paper": keys[0], "how": "attach", "file": SimpleUploadedFile("a.pdf", content)}
    html = browser.post(f"/a/{number}/papers", sent).content.decode()
    assert html.count(words) == 2
    assert paper(number, keys[0])["how"] == "needed"


def test_a_paper_may_follow_or_be_promised_where_its_service_lets_it() -> None:
    browser, number, keys = restaurant_with_papers()
    offered = {key: paper(number, key) for key in keys}
    for key, line in offered.items():
        html = browser.post(f"/a/{number}/papers", {"paper": key, "how": "promise"}, follow=True).content.decode()
        if line["promise"] or line["deferrable"]:
            assert paper(number, key)["how"] == ("promised" if line["promise"] else "deferred")
        else:
            assert "这样材料要现在交，不能后补" in html


def test_what_need_not_be_given_has_one_number_on_every_page() -> None:
    """The plan, the consent, the form and the review of one application count the same facts, and list as many."""
    mother = matters.browser_of("mother")
    promised = mother.get("/b/newborn", matters.SITUATION).context["squares"]["known"]
    number = starting.start(matters.actor("mother"), "newborn", command_id=uuid4(), answers=matters.SITUATION)
    asking = mother.get(f"/a/{number}/agree")
    read = sum(line["count"] for line in asking.context["holders"])
    assert asking.context["squares"]["known"] == promised
    assert read + sum(line["count"] for line in asking.context["others"]) == promised
    for line in asking.context["holders"]:
        assert line["count"] == sum(len(person["labels"]) for person in line["people"])
    reading.agree(matters.actor("mother"), number)
    form = mother.get(f"/a/{number}/form")
    assert len(form.context["known"]) == promised
    filling.fill(matters.actor("mother"), number, matters.typed_for(number))
    assert len(mother.get(f"/a/{number}/form?part=1").context["known"]) == promised
    review = mother.get(f"/a/{number}/sign")
    assert len(review.context["read"]) + review.context["situation"]["count"] == review.context["unasked"] == promised


def test_every_value_that_was_read_is_shown_before_it_is_signed() -> None:
    number = matters.filled()
    shown = matters.browser_of("mother").get(f"/a/{number}/sign").context
    rows = {row["fact"] for row in (*shown["read"], *shown["beside"])}
    facts = views.application_view(matters.actor("mother"), number)["facts"]
    assert {line["fact"] for line in facts if line["source"] == "fetched"} <= rows
