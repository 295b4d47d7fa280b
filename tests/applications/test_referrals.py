"""A case that two agencies see, from either side: sent twice it is one, forged it is refused, and it waits."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.applications.family import Family, with_check, write
from tests.applications.newborn import Desk

from tongban.accounts.models import User
from tongban.accounts.tokens import issue_token
from tongban.applications import (
    agencies,
    cases,
    filling,
    handing_over,
    reading,
    signing,
    starting,
    submission,
    views,
    withdrawal,
)
from tongban.applications.models import HandOver, Referral
from tongban.casework import store
from tongban.platform import time
from tongban.publication import service as publication

pytestmark = pytest.mark.django_db
HENGYANG = "demonstration/social-insurance-430400"
BUREAU = "demonstration/human-resources-4302"
ZHUZHOU = "demonstration/social-insurance-430211"
RELEASE, TRANSFER = "social-insurance/province-release", "social-insurance/province-transfer"


class Agency(ThreadingHTTPServer):
    """An agency's own system, as docs/agencies.md tells it: it gives each case a number of its own and keeps what it is
    told, once for each key. ``is_away``: it takes nothing, with these ``words``; ``is_silent``: it never answers.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.is_away = self.is_silent = False
        self.words, self.number = b"", "HY-2026-7"
        self.ends = threading.Event()
        self.opened: dict[str, dict[str, Any]] = {}
        self.told: dict[str, dict[str, Any]] = {}
        self.calls = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    """Takes a case or a step."""

    server: Agency

    def do_POST(self) -> None:
        """Answer as the page says."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.calls += 1
        if self.server.is_silent:
            self.server.ends.wait()
            return
        if self.server.is_away or self.headers["Authorization"] != "Bearer theirs":
            self.send_response(503 if self.server.is_away else 401)
            self.end_headers()
            self.wfile.write(self.server.words)
            return
        if self.path == "/referrals":
            self.server.opened[body["number"]] = body
        else:
            self.server.told[self.headers["Idempotency-Key"]] = body | {"path": self.path}
        content = json.dumps({"number": self.server.number, "state": "received"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_words: object) -> None:
        """Tests say enough."""


@pytest.fixture
def hengyang(settings: Settings) -> Iterator[Agency]:
    """Hengyang's agency has a system of its own on this machine."""
    running = Agency()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings.AGENCIES = {HENGYANG: {"url": running.url, "token": "theirs"}}
    yield running
    running.ends.set()
    running.shutdown()
    thread.join()
    running.server_close()


def moved(home: Family) -> str:
    """What somebody sends who moved here from Hengyang: the number of her application."""
    facts = {"draws_pension": False, "pension_periods": "2019-07/2025-12"}
    write(publication.current(), "base/Person", home.mother.subject_id or 0, facts)
    number = starting.start(home.mother, TRANSFER, command_id=uuid4())
    reading.agree(home.mother, number)
    filling.fill(home.mother, number, {"merge.from_region": "430400", "merge.keep": "here"})
    signing.sign(home.mother, number)
    submission.submit(home.mother, number, uuid4())
    return number


def tell(*applications: str) -> int:
    agencies.note([case.number for case in store.cases_of(applications)])
    return agencies.tell(now_at_once=True)


def part(home: Family, number: str, service: str) -> dict[str, Any]:
    view = views.application_view(home.mother, number)
    return next(line for line in view["cases"] if line["service"] == service)


def token(office: str) -> str:
    return agencies.admit(office, time.today() + timedelta(days=30))


def send(path: str, body: object, bearer: str, key: str | None = None) -> tuple[int, dict[str, Any]]:
    headers = {"Authorization": f"Bearer {bearer}"} | ({"Idempotency-Key": key} if key else {})
    answer = Client(headers=headers).post(f"/api/v1{path}", json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


def step(name: str, **rest: object) -> dict[str, Any]:
    return {"step": name, "at": time.now().isoformat(), **rest}


DECIDED = {
    "merge.release_number": "HY260001",
    "merge.released_periods": "2011-03/2019-08",
    "merge.released_months": 102,
}


def steps_of(case: str) -> str:
    return f"/referrals/{case.replace('/', '.')}/steps"


def test_an_agency_that_was_away_gets_the_case_once_and_nothing_is_lost(home: Family, hengyang: Agency) -> None:
    hengyang.is_away = True
    number = moved(home)
    assert tell(number) == 0
    assert tell(number) == 0
    (waits,) = agencies.waiting()
    assert waits["answer"].startswith("HTTP 503")
    hengyang.is_away = False
    assert tell(number) == 1
    calls = hengyang.calls
    tell(number)
    assert hengyang.calls == calls
    case = part(home, number, RELEASE)
    assert list(hengyang.opened) == [case["number"]]
    (sent,) = hengyang.opened.values()
    assert sent["subjects"]["merge"] == [
        {"type": "social-insurance/RecordMerge", "ends": {"insured": sent["subjects"]["insured"][0]["key"]}}
    ]
    assert "insured.pension_periods" not in sent["facts"]  # nothing that its service does not need
    assert (case["theirs"], agencies.waiting()) == ("HY-2026-7", [])


@pytest.mark.parametrize("number", ["9" * 81, "HY\x00", "HY\ud800"])
def test_a_number_that_nobody_can_keep_is_not_taken_and_asked_for_again(
    home: Family, hengyang: Agency, number: str
) -> None:
    case, hengyang.number = moved(home), number
    assert tell(case) == 0
    assert agencies.waiting()[0]["answer"].startswith("number ")
    hengyang.number = "HY-2026-7"
    assert (tell(case), agencies.waiting()) == (1, [])


def test_whatever_an_agency_says_can_be_kept(home: Family, hengyang: Agency) -> None:
    hengyang.is_away, hengyang.words = True, b"away\0"
    assert tell(moved(home)) == 0
    assert agencies.waiting()[0]["answer"] == "HTTP 503 away"


def test_an_agency_that_does_not_answer_is_waited_for_once_in_a_run(
    home: Family, hengyang: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agencies, "TIMEOUT_SECONDS", 0.05)
    hengyang.is_silent = True
    number = moved(home)
    other = part(home, number, TRANSFER)["number"]
    Referral.objects.create(case=other, agency=HENGYANG, is_incoming=False, next_at=time.recorded_now())
    assert (tell(number), hengyang.calls) == (0, 1)
    assert [line["answer"] for line in agencies.waiting()] == [agencies.SILENT] * 2


def test_its_steps_are_taken_here_once_and_the_person_sees_them(home: Family, hengyang: Agency) -> None:
    number = moved(home)
    tell(number)
    path, bearer = steps_of(part(home, number, RELEASE)["number"]), token(HENGYANG)
    assert send(path, step("accept"), bearer, "1")[0] == 200
    first = send(path, step("decide", facts=DECIDED), bearer, "2")
    assert first == send(path, step("decide", facts=DECIDED), bearer, "2")
    assert send(path, step("decide", facts=DECIDED), bearer, "another key")[0] == 200  # it stands already
    assert first[1]["state"] == "issued"
    seen = views.application_view(home.mother, number)
    told = [
        event["text"]["zh"].rpartition("：")[2] for event in seen["events"] if "原参保地确认" in event["text"]["zh"]
    ]
    assert told[::-1][1:4] == ["已送到衡阳市社会保险经办机构，那边的办件号 HY-2026-7", "已受理，正在办", "准予"]
    assert part(home, number, TRANSFER)["state"] == "submitted"


def test_months_paid_in_both_places_are_settled(home: Family, desk: Desk, hengyang: Agency) -> None:
    number = moved(home)
    tell(number)
    path, bearer = steps_of(part(home, number, RELEASE)["number"]), token(HENGYANG)
    send(path, step("accept"), bearer)
    send(path, step("decide", facts=DECIDED), bearer)
    case = part(home, number, TRANSFER)
    cases.act(desk(case["office"], "handler"), case["number"], "accept", command_id=uuid4())
    cases.act(desk(case["office"], "approver"), case["number"], "decide", command_id=uuid4())
    facts = store.facts_of([case["number"]])[case["number"]]
    settled = {name.partition(".")[2]: value for name, value in facts.items()}
    assert settled["overlapping_periods"] == "2019-07/2019-08"
    assert (settled["overlapping_months"], settled["added_months"]) == (2, 100)
    assert (settled["refunded_by"], settled["release_number"]) == ("there", "HY260001")


def test_between_provinces_the_fund_follows_its_rule(home: Family, desk: Desk) -> None:
    facts = {"draws_pension": False, "pension_periods": "2022-01/2026-10", "household_region": "430211"}
    write(publication.current(), "base/Person", home.mother.subject_id or 0, facts)
    number = starting.start(home.mother, "social-insurance/pension-transfer", command_id=uuid4())
    reading.agree(home.mother, number)
    answers = {"transfer.from_region": "440300", "transfer.from_agency": "深圳", "transfer.keep": "there"}
    filling.fill(home.mother, number, answers)
    signing.sign(home.mother, number)
    submission.submit(home.mother, number, uuid4())
    typed = {
        "transfer.released_periods": "2017-07/2022-03",
        "transfer.account_fen": 3_120_000,
        "transfer.employer_bases_fen": 39_000_000,
    }
    for service, given in (("transfer-acceptance", {}), ("transfer-release", typed), ("pension-transfer", {})):
        case = part(home, number, f"social-insurance/{service}")
        cases.act(desk(case["office"], "handler"), case["number"], "accept", command_id=uuid4())
        cases.act(desk(case["office"], "approver"), case["number"], "decide", command_id=uuid4(), facts=given)
    settled = store.facts_of([case["number"]])[case["number"]]
    assert settled["transfer.pooled_fen"] == 39_000_000 * 12 // 100
    assert (settled["transfer.received_months"], settled["transfer.overlapping_months"]) == (57, 3)
    assert (settled["transfer.added_months"], settled["transfer.refunded_by"]) == (54, "here")


def test_who_withdraws_here_withdraws_there(home: Family, hengyang: Agency) -> None:
    number = moved(home)
    tell(number)
    withdrawal.withdraw(home.mother, number, uuid4())
    tell(number)
    ((said),) = hengyang.told.values()
    assert (said["path"], said["step"]) == ("/referrals/HY-2026-7/steps", "withdraw")


def test_nobody_here_acts_for_an_agency_elsewhere(home: Family, desk: Desk, hengyang: Agency) -> None:
    case = part(home, moved(home), RELEASE)
    seen = cases.case_view(desk(HENGYANG, "handler"), case["number"])
    assert [one["name"] for one in seen["allowed"] if one["name"] != "dispute"] == []


def test_a_forged_token_another_agency_and_an_unknown_case_are_refused(home: Family, hengyang: Agency) -> None:
    number = moved(home)
    tell(number)
    path = steps_of(part(home, number, RELEASE)["number"])
    other = "demonstration/social-insurance-440300"
    assert send(path, step("accept"), "forged")[0] == 401
    assert send(path, step("accept"), token(other))[1]["code"] == "not-found"
    assert send(steps_of("4302-26-000009-9/01"), step("accept"), token(HENGYANG))[1]["code"] == "not-found"
    theirs = part(home, number, TRANSFER)["number"]
    assert send(steps_of(theirs), step("accept"), token(HENGYANG))[1]["code"] == "not-found"
    assert part(home, number, RELEASE)["state"] == "submitted"


def test_a_new_token_ends_the_one_before(home: Family, hengyang: Agency) -> None:
    number = moved(home)
    tell(number)
    path = steps_of(part(home, number, RELEASE)["number"])
    before, after = token(HENGYANG), token(HENGYANG)
    assert [send(path, step("accept"), one)[0] for one in (before, after)] == [401, 200]


def test_an_agency_takes_no_step_that_is_not_an_offices(home: Family, hengyang: Agency) -> None:
    number = moved(home)
    tell(number)
    path, bearer = steps_of(part(home, number, RELEASE)["number"]), token(HENGYANG)
    assert send(path, step("withdraw"), bearer)[1]["code"] == "applicant-only"
    assert send(path, step("note", texts={"note": "!"}), bearer)[1]["code"] == "step-unknown"
    assert send(path, step("accept"), bearer)[0] == 200
    wrong = send(path, step("decide", facts=DECIDED | {"merge.released_periods": "2011-13"}), bearer)
    assert [error["code"] for error in wrong[1]["errors"]] == ["not-months"]
    assert send(path, step("decide", facts={}), bearer)[1]["code"] == "facts-needed"


def asked(number: str = "ZZ-7") -> dict[str, Any]:
    """What an agency elsewhere sends us, by the same page."""
    key = with_check("43020019900101002")
    return {
        "number": number,
        "service": RELEASE,
        "office": ZHUZHOU,
        "subjects": {
            "insured": [{"type": "base/Person", "key": key}],
            "merge": [{"type": "social-insurance/RecordMerge", "ends": {"insured": key}}],
        },
        "facts": {"insured.id_number": key, "insured.name": "李云禾", "merge.from_region": "430211"},
    }


def test_a_case_sent_here_twice_is_one_and_our_steps_go_back(home: Family, desk: Desk, hengyang: Agency) -> None:
    bearer = token(HENGYANG)
    first, second = send("/referrals", asked(), bearer), send("/referrals", asked(), bearer)
    assert first == second
    assert (first[0], Referral.objects.filter(is_incoming=True).count()) == (200, 1)
    case = first[1]["number"]
    cases.act(desk(ZHUZHOU, "handler"), case, "accept", command_id=uuid4())
    tell(case.rpartition("/")[0])
    typed = {"merge.released_periods": "2011-03/2019-08"}
    cases.act(desk(ZHUZHOU, "approver"), case, "decide", command_id=uuid4(), facts=typed)
    hengyang.is_away = True
    tell(case.rpartition("/")[0])
    hengyang.is_away = False
    tell(case.rpartition("/")[0])
    assert [(said["path"], said["step"]) for said in hengyang.told.values()] == [
        ("/referrals/ZZ-7/steps", "accept"),
        ("/referrals/ZZ-7/steps", "decide"),
    ]
    *_, decided = hengyang.told.values()
    assert decided["facts"]["merge.released_months"] == 102
    assert send(steps_of(case), step("withdraw"), bearer)[1]["code"] == "case-ended"


def test_the_result_of_a_case_from_elsewhere_waits_at_no_window_here(
    home: Family, desk: Desk, hengyang: Agency
) -> None:
    key = with_check("43020019900101002")
    body = asked("HY-9") | {
        "service": "social-card/instant-card",
        "office": BUREAU,
        "subjects": {
            "holder": [{"type": "base/Person", "key": key}],
            "request": [{"type": "social-card/CardRequest", "ends": {"holder": key}}],
        },
        "facts": {"holder.id_number": key, "holder.name": "李云禾", "holder.phone": "10000000002"},
    }
    case = send("/referrals", body, token(HENGYANG))[1]["number"]
    clerk = desk(BUREAU, "handler")
    cases.act(clerk, case, "decide", command_id=uuid4())
    assert ((handing_over.standing_of(case) or {})["way"], HandOver.objects.count()) == ("electronic", 0)
    HandOver.objects.create(case=case, way="window", place=BUREAU, office=BUREAU)  # as where a form is gone
    assert handing_over.to_hand_over(clerk) == []


def test_what_is_sent_here_wrongly_says_what_is_wrong(home: Family, hengyang: Agency) -> None:
    bearer = token(HENGYANG)
    body = asked()
    assert send("/referrals", body | {"service": "social-insurance/none"}, bearer)[1]["code"] == "unknown-service"
    assert send("/referrals", body | {"office": HENGYANG}, bearer)[1]["code"] == "unknown-office"
    assert send("/referrals", body | {"subjects": {}}, bearer)[1]["code"] == "wrong-fields"
    forged = body["subjects"] | {
        "insured": [{"type": "base/Person", "key": with_check("43020019900101002")[:-1] + "0"}]
    }
    wrong = send("/referrals", body | {"subjects": forged}, bearer)[1]
    assert [error["code"] for error in wrong["errors"]] == ["id-number-check"]
    for changed in (
        {"facts": body["facts"] | {"insured.id_number": with_check("43020019900101004")}},
        {"subjects": body["subjects"] | {"insured": body["subjects"]["insured"] * 2}},
    ):
        wrong = send("/referrals", body | changed, bearer)[1]
        assert [error["code"] for error in wrong["errors"]] == ["wrong-value"], changed
    at_once = {"service": "social-insurance/insurance-certificate"}
    assert send("/referrals", body | at_once, bearer)[1]["code"] == "unknown-service"
    assert not Referral.objects.filter(is_incoming=True).exists()


def test_a_token_of_a_person_may_not_refer(home: Family) -> None:
    mother = User.objects.get(id=home.mother.user_id or 0)
    until = time.start_of(date(2027, 1, 1))
    assert send("/referrals", asked(), issue_token(mother, {"apply"}, until=until))[1]["code"] == "scope-missing"
    assert send("/referrals", asked(), issue_token(mother, {"refer"}, until=until))[1]["code"] == "forbidden"
