"""The contribution certificate: one click, granted by the system, listing what the bills say; verified by the ten; and
superseded once what it says is corrected.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from tests.credentials import pdfs
from tests.desk.scene import HALL, PASSWORD, Scene, browser_of
from tests.packs.ledger.test_locks import somebody_else

from tongban.accounts import mandates
from tongban.accounts.actor import Actor, actor_of
from tongban.accounts.log_in import TRIES_PER_NAME
from tongban.accounts.models import Mandate, User
from tongban.applications import documents, reading, signing, starting, submission, terminals
from tongban.casework import store
from tongban.casework.model import Case
from tongban.credentials import service as credentials
from tongban.credentials.models import Document
from tongban.pack_api import certify_in_turn, supersede
from tongban.packs.social_insurance.ledger.contributions import unverified
from tongban.packs.social_insurance.listings import Month, spans
from tongban.packs.social_insurance.models import Allocation, Enrolment, Line, Run, Statement
from tongban.platform import time
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.registry.models import Read
from tongban.supervision.models import Rating

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=time.ZONE)
SERVICE, EMPLOYERS = "social-insurance/insurance-certificate", "social-insurance/employer-certificate"
PAGE = "/b/insurance-certificate/begin"
OCTOBER = 2026 * 12 + 9
BASE_FEN, PENSION_FEN, OWN_FEN = 610_000, 146_400, 48_800


@pytest.fixture
def scene() -> Scene:
    """People and a day to ask on."""
    time.set_time(MONDAY, frozen=True)
    return Scene()


def certified(actor: Actor) -> Document:
    """The certificate that somebody gets by one click."""
    opened = starting.begun(actor, SERVICE, command_id=uuid4(), agree=True, submit=True)
    return Document.objects.get(case_number=f"{opened.form.number}/01", sort="credential")


def case_of(paper: Document) -> Case:
    return store.load_cases([paper.case_number])[paper.case_number].case


def employer(scene: Scene, name: str = "株洲市示例机械有限公司") -> int:
    subject = registry.create("base/Organisation", key="91430200MA4L000018")
    scene.hold("base/Organisation", subject, {"name": name})
    return subject


def billed(insured: int, by: int, months: Iterable[int], paid_until: int) -> None:
    """Bill pension and work injury for these months, and settle those until one."""
    months = list(months)
    for kind in ("pension", "injury"):
        Enrolment.objects.create(
            insured=insured, employer=by, kind=kind, first_month=months[0], last_month=None, county="430203",
            case="4302-26-000001-K/01", recorded_at=MONDAY,
        )  # fmt: skip
    for month in months:
        Run.objects.create(kind="billing", month=month, publication="", rules={}, started_at=MONDAY, finished_at=MONDAY)
        Line.objects.create(
            month=month, employer=by, insured=insured, number=0, wage_fen=BASE_FEN, base_fen=BASE_FEN,
            pension_employer_fen=PENSION_FEN - OWN_FEN, pension_employee_fen=OWN_FEN, unemployment_employer_fen=0,
            unemployment_employee_fen=0, injury_employer_fen=1_220, run=1, recorded_at=MONDAY,
        )  # fmt: skip
        for kind, due_fen in (("pension", PENSION_FEN), ("injury", 1_220)):
            Statement.objects.create(
                month=month, employer=by, kind=kind, number=0, county="430203", people=1, base_fen=BASE_FEN,
                employer_fen=due_fen, employee_fen=0, due_on=date(2026, 11, 30), run=1, recorded_at=MONDAY,
            )  # fmt: skip
            if month <= paid_until:
                Allocation.objects.create(
                    payment=1, employer=by, month=month, kind=kind, amount_fen=due_fen, recorded_at=MONDAY
                )


def test_one_click_and_nobody_decides(scene: Scene) -> None:
    case = case_of(certified(scene.person("杜衡之")))
    assert (case.state, case.result, dict(case.taken)) == (
        "issued",
        "granted",
        {"grant": ("system",), "issue": ("system",)},
    )
    assert not case.tasks


def test_what_the_applicant_disputes_a_clerk_looks_at(scene: Scene) -> None:
    person = scene.person("杜衡之")
    number = starting.start(person, SERVICE, command_id=uuid4())
    reading.agree(person, number)
    reading.dispute(person, number, "insured.name", "杜恒之")
    signing.sign(person, number)
    submission.submit(person, number, uuid4())
    case = store.cases_of([number])[0]
    assert (case.state, [task.id for task in case.tasks]) == ("submitted", ["main"])
    scene.do(scene.staff("7001", "莫一", case.office, "handler"), case.number, "decide")
    assert store.cases_of([number])[0].result == "granted"


def test_months_are_gathered_while_nothing_changes() -> None:
    def month(at: int, employer: int = 1, base_fen: int = 5, *, is_paid: bool = True) -> Month:
        return Month(at, employer, (base_fen,), 1, is_paid)

    gap = [month(1), month(2), month(4)]
    changed = [month(5, base_fen=6), month(6, base_fen=6, is_paid=False)]
    two = [month(7), month(7, 2), month(8), month(8, 2)]
    found = [(one[0].month, one[-1].month, one[0].employer) for one in spans([*two, *changed, *gap])]
    assert found == [(1, 2, 1), (4, 4, 1), (5, 5, 1), (6, 6, 1), (7, 8, 1), (7, 8, 2)]


def test_it_lists_what_the_bills_say(scene: Scene) -> None:
    person = scene.person("杜衡之")
    billed(person.subject_id or 0, employer(scene), range(OCTOBER - 13, OCTOBER + 1), OCTOBER - 1)
    text = " ".join(pdfs.text(credentials.document_bytes(certified(person).id)).split())
    assert "2025-09 – 2026-09 13 株洲市示例机械有限公司 6,100.00 6,344.00 已缴 Paid" in text
    assert "2026-10 1 株洲市示例机械有限公司 6,100.00 488.00 欠缴 Owed" in text
    assert "合计 Total 14 6,832.00 欠 1 个月" in text
    assert text.count("没有缴费记录") == 1  # of unemployment


def test_it_says_that_figures_behind_it_have_no_source(scene: Scene) -> None:
    person = scene.person("杜衡之")
    billed(person.subject_id or 0, employer(scene), [OCTOBER], OCTOBER)
    text = " ".join(pdfs.text(credentials.document_bytes(certified(person).id)).split())
    assert unverified(publication.current().rulebook, OCTOBER)
    assert text.count("待核 unverified") == 2  # pension and work injury; of unemployment nothing is listed
    assert "标“待核”的" in text


def test_it_names_the_holders_card_by_its_last_digits_and_the_look_is_told(scene: Scene) -> None:
    person = scene.person("杜衡之")
    assert "社会保障卡号" not in pdfs.text(credentials.document_bytes(certified(person).id))
    scene.hold("base/Person", person.subject_id or 0, {"social_card_number": "430200000014"})
    looks = Read.objects.count()
    paper = certified(person)
    text = " ".join(pdfs.text(credentials.document_bytes(paper.id)).split())
    assert "社会保障卡号 尾号 0014" in text.replace("Card number ", "")
    assert "430200000014" not in text
    assert Read.objects.filter(case=paper.case_number).exists()
    assert Read.objects.count() > looks


def test_an_employers_lists_its_statements(scene: Scene) -> None:
    company, agent = employer(scene), scene.person("杜衡之")
    billed(agent.subject_id or 0, company, range(OCTOBER - 30, OCTOBER + 1), OCTOBER)
    scene.hold("base/Organisation", company, {"region": "430203", "social_insurance_number": "430203000001"})
    mandates.give(company, agent.subject_id or 0, ["*"], basis=Mandate.Basis.AGENT)
    actor = actor_of(User.objects.get(subject_id=agent.subject_id))
    opened = starting.begun(actor, EMPLOYERS, command_id=uuid4(), agree=True, submit=True)
    paper = Document.objects.get(case_number=f"{opened.form.number}/01", sort="credential")
    text = " ".join(pdfs.text(credentials.document_bytes(paper.id)).split())
    assert "2024-12 – 2026-10 23 1 6,100.00 33,672.00 已缴 Paid" in text
    assert "合计 Total 23" in text
    assert "无欠缴" in text


def test_a_correction_supersedes_what_told_otherwise_and_nothing_else(scene: Scene) -> None:
    person, other = scene.person("杜衡之"), scene.person("许言")
    earlier = certified(person)
    time.set_time(MONDAY.replace(month=12, day=3), frozen=True)
    wrong, others = certified(person), certified(other)
    with connection.cursor() as cursor:
        supersede(cursor, [SERVICE], [person.subject_id or 0], since=date(2026, 12, 1), on=date(2026, 12, 4))
    time.set_time(MONDAY.replace(month=12, day=5), frozen=True)
    states = [documents.verify_code(each.code, "a test") for each in (earlier, wrong, others, certified(person))]
    assert [each["state"] for each in states] == ["valid", "superseded", "valid", "valid"]
    assert states[1]["superseded_on"] == "2026-12-04"
    assert {line["id"]: line["state"] for line in documents.mine(person)}[str(wrong.id)] == "superseded"
    with connection.cursor() as cursor:
        supersede(cursor, [SERVICE], [person.subject_id or 0], since=date(2026, 12, 1), on=date(2026, 12, 9))
    assert documents.verify_code(wrong.code, "a test")["superseded_on"] == "2026-12-04"


def test_the_page_gives_it_by_one_press(scene: Scene) -> None:
    browser = browser_of(scene.person("杜衡之"))
    assert "同意，现在就出" in browser.get("/b/insurance-certificate").content.decode()
    there = browser.post(PAGE, {"command": str(uuid4()), "at_once": "yes"}, follow=True)
    paper = Document.objects.get(sort="credential")
    assert f"/documents/{paper.id}.pdf" in there.content.decode()
    assert browser.get(f"/documents/{paper.id}.pdf").content.startswith(b"%PDF-")


def test_the_api_gives_it_by_one_call(scene: Scene) -> None:
    browser, body = browser_of(scene.person("杜衡之")), {"bundle": SERVICE, "agree": True, "submit": True}
    sent = browser.post("/api/v1/applications", body, content_type="application/json")
    assert (sent.status_code, sent.json()["state"]) == (200, "submitted")
    refused = browser.post("/api/v1/applications", body | {"agree": False}, content_type="application/json")
    assert refused.status_code == 422


def test_ten_at_once_a_line_each(scene: Scene) -> None:
    person = scene.person("杜衡之")
    good, wrong = certified(person), certified(scene.person("许言"))
    with connection.cursor() as cursor:
        supersede(cursor, [SERVICE], [wrong.holder_subject_id], since=date(2026, 11, 1), on=date(2026, 11, 16))
    typed = f"https://city.example/verify/{good.code}\n{wrong.code} {good.code.lower()}，1111-1111-1111\nnonsense"
    page = Client().post("/verify/several", {"codes": typed})
    lines = [(line["state"], line.get("holder")) for line in page.context["lines"]]
    assert lines == [
        ("valid", "杜**"), ("superseded", "许**"), ("valid", "杜**"), ("unknown-code", None), ("mistyped", None)
    ]  # fmt: skip
    assert "5 张里有 2 张现在有效" in page.content.decode()
    assert "杜衡之" not in page.content.decode()


def test_more_than_ten_are_refused_and_each_counts_as_one(scene: Scene) -> None:
    del scene
    codes = "\n".join(f"{n:012}" for n in range(documents.MOST_CODES + 1))
    assert Client().post("/verify/several", {"codes": codes}).status_code == 422
    ten = codes.rpartition("\n")[0]
    said = [Client().post("/verify/several", {"codes": ten}).status_code for _ in range(4)]
    assert said == [200, 200, 200, 429]


def at_a_terminal(scene: Scene) -> Client:
    """The browser of a terminal in the hall."""
    clerk = browser_of(scene.staff("9001", "黎晓", HALL, "window"))
    assert clerk.post("/desk/window/terminals", {"office": HALL}).status_code == 302
    return clerk


def typed(scene: Scene, person: Actor, password: str = PASSWORD) -> dict[str, str]:
    number = scene.id_number(person)
    return {"service": SERVICE, "number": number, "password": password, "command": str(uuid4())}


def test_a_terminal_gives_one_paper_and_logs_nobody_in(scene: Scene) -> None:
    terminal, person = at_a_terminal(scene), scene.person("杜衡之")
    assert "sessionid" not in terminal.cookies or not terminal.cookies["sessionid"].value
    sent = terminal.post("/terminal", typed(scene, person))
    assert sent.status_code == 302  # whoever goes back from there sends no password again
    given = terminal.get(sent.headers["Location"])
    assert "杜**" in given.content.decode()
    assert "杜衡之" not in given.content.decode()
    assert "no-store" in given.headers["Cache-Control"]
    key = given.context["given"].key
    assert terminal.get(f"/terminal/{key}.pdf").content.startswith(b"%PDF-")
    assert terminal.get("/documents").status_code == 302  # to the log-in: nobody is
    assert Client().get(f"/terminal/{key}.pdf").status_code == 404
    assert terminal.get(f"/terminal/{key}x.pdf").status_code == 404


def test_what_a_terminal_gave_is_printed_there_alone(scene: Scene) -> None:
    first, person = at_a_terminal(scene), scene.person("杜衡之")
    key = first.post("/terminal", typed(scene, person), follow=True).context["given"].key
    second = browser_of(scene.staff("9002", "黎明", HALL, "window"))
    second.post("/desk/window/terminals", {"office": HALL})
    assert second.get("/terminal").status_code == 200
    assert second.get(f"/terminal/{key}.pdf").status_code == 404


def test_a_browser_that_is_none_or_no_more_gives_nothing(scene: Scene) -> None:
    terminal, person = at_a_terminal(scene), scene.person("杜衡之")
    assert Client().post("/terminal", typed(scene, person)).status_code == 403
    clerk = browser_of(scene.staff("9002", "黎明", HALL, "window"))
    at = clerk.get("/desk/window").context["terminals"][0]
    assert browser_of(person).post(f"/desk/window/terminals/{at.id}/end").status_code == 403
    clerk.post(f"/desk/window/terminals/{at.id}/end", {"office": HALL})
    assert terminal.post("/terminal", typed(scene, person)).status_code == 403
    assert not Document.objects.exists()


def test_only_a_clerk_of_the_window_makes_a_terminal(scene: Scene) -> None:
    stranger, clerk = browser_of(scene.person("许言")), browser_of(scene.staff("9003", "黎理", HALL, "handler"))
    for browser in (stranger, clerk):
        assert browser.post("/desk/window/terminals", {"office": HALL}).status_code == 403
        assert "这台电脑不是自助终端" in browser.get("/terminal").content.decode()


def test_guessing_at_a_terminal_is_slowed_as_at_log_in(scene: Scene) -> None:
    terminal, person = at_a_terminal(scene), scene.person("杜衡之")
    said = [terminal.post("/terminal", typed(scene, person, "wrong")).content.decode() for _ in range(TRIES_PER_NAME)]
    assert all("对不上" in page for page in said)
    assert "15 分钟" in terminal.post("/terminal", typed(scene, person)).content.decode()
    assert not Document.objects.exists()


def test_whoever_corrects_waits_for_the_certificate_that_is_being_made_and_the_other_way_round(scene: Scene) -> None:
    person, other = scene.person("杜衡之").subject_id or 0, scene.person("许言").subject_id or 0
    days = {"since": date(2026, 11, 1), "on": date(2026, 11, 16)}
    with somebody_else() as can:
        certified(actor_of(User.objects.get(subject_id=person)))
        assert not can(lambda db: supersede(db, [SERVICE], [person], **days))
        assert can(lambda db: supersede(db, [SERVICE], [other], **days))
    with somebody_else() as can, connection.cursor() as cursor:
        supersede(cursor, [SERVICE], [other], **days)
        assert not can(lambda db: certify_in_turn(db, [other]))


def test_what_was_typed_wrongly_at_a_terminal_does_not_stay_there(scene: Scene) -> None:
    terminal, person = at_a_terminal(scene), scene.person("杜衡之")
    tried = terminal.post("/terminal", typed(scene, person, "wrong")).content.decode()
    refresh = '<meta http-equiv="refresh" content="60;url=/terminal">'
    assert [refresh in page for page in (tried, terminal.get("/terminal").content.decode())] == [True, False]


def test_who_got_a_paper_says_at_the_terminal_how_it_was_once(scene: Scene) -> None:
    terminal, person = at_a_terminal(scene), scene.person("杜衡之")
    key = terminal.post("/terminal", typed(scene, person), follow=True).context["given"].key
    assert terminal.post(f"/terminal/{key}/rate", {"grade": "5"}).status_code == 302
    row = Rating.objects.get()
    assert (row.grade, row.channel, row.matter) == (5, "terminal", None)
    assert "7 天内能在手机上改" in terminal.get("/terminal", {"given": key}).content.decode()
    assert terminal.post(f"/terminal/{key}/rate", {"grade": "4"}).status_code == 409
    assert Rating.objects.get().grade == 5


def test_a_bad_grade_at_a_terminal_is_asked_for_its_reason_and_called_back(scene: Scene) -> None:
    terminal, person = at_a_terminal(scene), scene.person("杜衡之")
    key = terminal.post("/terminal", typed(scene, person), follow=True).context["given"].key
    assert "哪里不好" in terminal.post(f"/terminal/{key}/rate", {"grade": "1"}).content.decode()
    assert not Rating.objects.exists()
    assert terminal.post(f"/terminal/{key}/rate", {"grade": "1", "reason": "boring"}).status_code == 422
    terminal.post(f"/terminal/{key}/rate", {"grade": "1", "reason": "slow"})
    assert Rating.objects.get().matter is not None


def test_nobody_rates_what_another_terminal_gave(scene: Scene) -> None:
    first, person = at_a_terminal(scene), scene.person("杜衡之")
    key = first.post("/terminal", typed(scene, person), follow=True).context["given"].key
    second = browser_of(scene.staff("9002", "黎明", HALL, "window"))
    second.post("/desk/window/terminals", {"office": HALL})
    for browser, answer in ((second, 404), (Client(), 404), (browser_of(person), 404)):
        assert browser.post(f"/terminal/{key}/rate", {"grade": "1", "reason": "slow"}).status_code == answer
    assert first.post(f"/terminal/{key}x/rate", {"grade": "5"}).status_code == 404
    assert first.post(f"/terminal/{key}/rate", {"grade": "6"}).status_code == 404
    assert not Rating.objects.exists()


def test_a_terminal_for_which_nothing_is_published_says_so(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = at_a_terminal(scene)
    monkeypatch.setattr(terminals, "offered", lambda _catalog: [])
    assert "这台电脑不是自助终端" in terminal.get("/terminal").content.decode()
    assert terminal.post("/terminal", typed(scene, scene.person("杜衡之"))).status_code == 403
