"""The three bundles beside `newborn` by the command line alone, from nothing to PDFs that verify."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.api.acting import FACTS
from tests.cli.commands import city, data, tongban

from tongban.applications.models import Payment

__all__ = ["city"]

HALL = "demonstration/government-services-4302"
CARD = {"restaurateur": "430200199002060050", "retiree": "430200196606200030", "daughter": "430200199107150124"}
HIRE = {
    "hire.id_number": "'430200199903040102'", "hire.phone": "'10000000004'", "job.start_date": "2026-11-16",
    "job.monthly_wage_fen": "520000", "job.position": "包装工", "job.contract_kind": "open-ended",
}  # fmt: skip
RETIRE = {
    "pension.way": "normal", "pension.one_child_addition": "false", "person.phone": "'10000000006'",
    "person.bank_account": "'6200000000000000006'",
}  # fmt: skip
RESTAURANT = {
    "restaurant.licensed": "false", "restaurant.legal_form": "sole-trader", "restaurant.place_right": "rented",
    "restaurant.sign": "true", "restaurant.fire_way": "promise", "place.unit_number": "430203000000GB00001F00010001",
    "staff.1.id_number": "'430200199903040102'", "restaurant.trade_name": "株洲市芦淞区晚晴小馆",
    "restaurant.lease_until": "2029-11-30", "restaurant.dishes": "hot", "restaurant.seats": "36",
    "restaurant.kitchen_square_metres": "28", "restaurant.food_safety_manager": "苏晚晴",
    "restaurant.sign_text": "晚晴小馆", "restaurant.sign_size": "4 米 × 1 米", "owner.phone": "'10000000007'",
    "staff.1.phone": "'10000000004'", "staff.1.examination_place": "荷塘区疾病预防控制中心",
}  # fmt: skip

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("city")]


def options(name: str, given: Mapping[str, object]) -> list[str]:
    return [f"{name}={key}={value}" for key, value in given.items()]


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    file = tmp_path / "paper.pdf"
    file.write_bytes(b"%PDF-1.4\n%%EOF\n")
    return file


def said_first(number: str, who: str) -> str:
    """The line that says what an application is and how far it has come."""
    return tongban("show", number, "--as", who).stdout.splitlines()[0]


def cases(number: str, who: str) -> dict[str, dict[str, Any]]:
    """The cases of an application by service."""
    return {line["service"]: line for line in data("show", number, "--as", who)["cases"]}


def step(case: str, name: str, who: str, *rest: str) -> str:
    """Take a step; the state that it led to."""
    return str(data("act", case, name, "--as", who, *rest)["state"])


def grant(case: str, office: str, *facts: str) -> None:
    """Accept and decide a case as two people of an office."""
    assert step(case, "accept", f"clerk-{office}") == "accepted"
    assert step(case, "decide", f"approver-{office}", *facts) in {"issued", "decided"}


def handed_over(case: str, how: str, who: str, *fields: str) -> Any:  # noqa: ANN401 -- what is left to hand over
    """Record what became of a result."""
    said = tongban("api", "POST", f"/results/{case.replace('/', '.')}/{how}", *fields, "--as", who)
    assert said.exit_code == 0, said.output
    return json.loads(said.stdout)


def saved(who: str, folder: Path) -> set[str]:
    """Save somebody's papers, verify each file, and tell their titles."""
    folder.mkdir()
    lines = data("papers", "--as", who, "--save", str(folder))
    files = sorted(folder.glob("*.pdf"))
    assert len(files) == len(lines)
    assert all(data("verify", str(file))["valid"] for file in files)
    return {line["title"]["zh"] for line in lines}


def test_hiring_with_a_claim_a_hand_over_a_correction_and_a_second_signer(paper: Path, tmp_path: Path) -> None:
    draft = data(
        "apply", "hire-employee", "--as", "employer", *options("--answer", HIRE), f"--file=labour-contract={paper}"
    )
    assert draft["state"] == "waiting"
    number = draft["number"]
    assert data("act", number, "sign", "--as", "hire")["state"] == "submitted"
    parts = cases(number, "employer")
    pension = parts["hrss/pension-insurance"]["number"]
    tasks = data("tasks", "--as", "clerk-social-insurance", "--service", "hrss/pension-insurance")["tasks"]
    assert [task["case"] for task in tasks] == [pension]
    assert step(pension, "claim", "clerk-social-insurance") == "submitted"
    assert [task["case"] for task in data("tasks", "--mine", "--as", "clerk-social-insurance")["tasks"]] == [pension]
    other = json.loads(tongban("api", "GET", "/me", "--as", "approver-social-insurance").stdout)["id"]
    data("act", pension, "hand-over", "--as", "clerk-social-insurance", "--data", f"to={other}")
    assert [task["case"] for task in data("tasks", "--mine", "--as", "approver-social-insurance")["tasks"]] == [pension]
    data("act", pension, "release", "--as", "approver-social-insurance")
    wage = "employment.monthly_wage_fen"
    said = ("--data=fault=incorrect", f"--text=item:{wage}=少个零")
    clerk = ("act", pension, "correct", "--as", "clerk-social-insurance", *said)
    problem = data(*clerk, "--data=items=job.monthly_wage_fen,employee.pension_insured_from,hrss/no-paper", code=1)
    assert [error["code"] for error in problem["errors"]] == ["unknown-fact", "fact-not-claimable", "unknown-paper"]
    assert data(*clerk, f"--data=items={wage}")["state"] == "correcting"
    assert "少个零" in tongban("show", number, "--as", "employer").stdout
    made = "--fact=employee.pension_insured_from=2020-01-01"
    problem = data("act", pension, "resubmit", "--as", "employer", f"--fact={wage}=530000", made, code=1)
    assert problem["code"] == "facts-unexpected"
    assert step(pension, "resubmit", "employer", f"--fact={wage}=530000") == "submitted"
    for service, office in (
        ("hrss/pension-insurance", "social-insurance"),
        ("hrss/injury-insurance", "social-insurance"),
        ("hrss/unemployment-insurance", "social-insurance"),
        ("medical-insurance/employee-enrolment", "insurer"),
        ("hrss/employment-registration", "human-resources"),
        ("hrss/labour-use-filing", "human-resources"),
    ):
        grant(parts[service]["number"], office)
    assert {line["state"] for line in cases(number, "employer").values()} == {"issued"}
    assert saved("employer", tmp_path / "papers")


def test_retiring_with_a_daughter_who_may_act(tmp_path: Path) -> None:
    leave = {"id_number": CARD["daughter"], "scope": ["life-events/retire"], "until": "2026-12-31"}
    assert tongban("api", "POST", "/mandates", "--as", "retiree", "--body", json.dumps(leave)).exit_code == 0
    view = data("apply", "retire", "--as", "daughter", "--for", CARD["retiree"], *options("--answer", RETIRE))
    assert view["state"] == "submitted"
    number = view["number"]
    assert said_first(number, "retiree").endswith("  正在办 · on its way")
    grant(f"{number}/01", "social-insurance")
    parts = cases(number, "retiree")
    assert step(parts["housing-fund/closing"]["number"], "decide", "clerk-fund") == "issued"
    grant(parts["housing-fund/withdrawal"]["number"], "fund")
    grant(parts["medical-insurance/retired-change"]["number"], "insurer")
    assert {line["state"] for line in cases(number, "retiree").values()} == {"issued"}
    assert said_first(number, "retiree").endswith("  全部办好了 · all done")
    assert "养老待遇核定表" in saved("retiree", tmp_path / "papers")
    (mandate,) = json.loads(tongban("api", "GET", "/mandates", "--as", "retiree").stdout)
    assert tongban("api", "DELETE", f"/mandates/{mandate['id']}", "--as", "retiree").exit_code == 0
    assert data("show", number, "--as", "daughter", code=1)["code"] == "not-found"


def test_a_restaurant_at_the_window_with_a_refusal_and_a_licence_collected(paper: Path, tmp_path: Path) -> None:
    ticket = json.loads(tongban("api", "POST", f"/windows/{HALL}/tickets").stdout)
    called = json.loads(tongban("api", "POST", f"/windows/{HALL}/call", "--as", "window").stdout)
    assert called["id"] == ticket["id"]
    view = data(
        "apply", "open-restaurant", "--as", "window", "--window", HALL, "--for", CARD["restaurateur"],
        *options("--answer", RESTAURANT), "--promise=lease", "--promise=food-safety-rules",
        "--promise=fire-rules", f"--file=kitchen-plan={paper}", f"--file=sign-drawing={paper}",
    )  # fmt: skip
    number = view["number"]
    served = tongban("api", "POST", f"/tickets/{ticket['id']}/serve?application={number}", "--as", "window")
    assert json.loads(served.stdout)["application"] == number
    me = "restaurateur"
    data("deliver", number, "market/business-licence", "window", "--as", me)
    parts = cases(number, me)
    grant(parts["market/business-licence"]["number"], "business")
    fire = parts["fire/safety-promise"]["number"]
    step(fire, "accept", "clerk-fire")
    assert step(fire, "refuse", "approver-fire", "--text=reason=疏散通道被占用") == "refused"
    assert "疏散通道被占用" in str(data("show", fire, "--as", me))
    (waiting,) = json.loads(tongban("api", "GET", f"/results?find={number}", "--as", "clerk-business").stdout)
    card = f"id_number={CARD[me]!r}"
    left = tongban(
        "api", "POST", f"/results/{waiting['case'].replace('/', '.')}/collected", card, "--as", "clerk-business"
    )
    assert json.loads(left.stdout) == []
    titles = saved(me, tmp_path / "papers")
    assert "营业执照" in titles
    assert any("不予" in title for title in titles)
    [licence] = [line for line in data("papers", "--as", me) if line["title"]["zh"] == "营业执照"]
    step(licence["case"], "revoke", "approver-business", "--text=reason=材料是假的")
    assert data("verify", licence["code"], code=1)["revoked_because"]["zh"] == "材料是假的"
    assert "吊销 · revoked: 材料是假的" in tongban("verify", licence["code"]).stdout


def test_a_household_book_is_paid_for_posted_and_its_books_compared(tmp_path: Path) -> None:
    answers = {**FACTS, "birth.household_book": "new", "birth.household_follows": "mother"}
    quoted = {key: f"'{value}'" for key, value in answers.items()}
    number = data("apply", "newborn", "--as", "mother", *options("--answer", quoted))["number"]
    data("act", number, "consent", "--as", "father")
    ways = data("deliver", number, "police/birth-registration", "post", "--as", "mother")
    assert "post" in [line["way"] for line in ways]
    grant(f"{number}/01", "maternity")
    case = cases(number, "mother")["police/birth-registration"]["number"]
    grant(case, "population")
    (fee,) = data("fees", number, "--as", "mother")
    assert (fee["state"], data("refunds")) == ("due", [])
    data("act", number, "pay", "--as", "mother")
    assert data("show", case, "--as", "mother")["state"] == "issued"
    assert handed_over(case, "posted", "clerk-population", "tracking=EA430200001CN", "on=2026-11-16")
    assert handed_over(case, "reached", "clerk-population", "on=2026-11-16") == []
    assert saved("mother", tmp_path / "papers")
    assert data("refunds") == []
    Payment.objects.update(receipt="another")
    (line,) = data("refunds", code=1)
    assert (line["case"], line["code"]) == (case, "receipt-differs")
    assert "receipt-differs" in tongban("refunds").stdout
