"""The main job by the command line alone: apply, consent, tasks, act, show, verify, time; and refusals for programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.api.acting import FACTS
from tests.cli.commands import city, data, tongban

from tongban.testing.stories.city import Client

__all__ = ["city"]

ANSWERS = [f"--answer={key}='{value}'" for key, value in {**FACTS, "birth.household_follows": "mother"}.items()]


@pytest.mark.slow
def test_from_nothing_to_a_verified_certificate(city: Client, tmp_path: Path) -> None:
    view = data("apply", "newborn", "--as", "mother", *ANSWERS)
    assert view["state"] == "waiting"
    number = view["number"]
    assert data("act", number, "consent", "--as", "父亲 陈望川")["state"] == "submitted"
    (task,) = data("tasks", "--as", "clerk-maternity", "--service", "health/birth-certificate")["tasks"]
    assert data("act", task["case"], "accept", "--as", "clerk-maternity")["state"] == "accepted"
    case = data("act", task["case"], "decide", "--as", "approver-maternity")
    assert case["state"] == "issued"
    paper = next(each for each in case["documents"] if each["sort"] == "credential")
    assert data("verify", paper["code"])["valid"] is True
    pdf = tmp_path / "paper.pdf"
    pdf.write_bytes(city.send("mother", "GET", f"/credentials/{paper['id']}.pdf").content)
    assert data("verify", str(pdf))["valid"] is True
    assert data("verify", "no-such-code", code=1)["valid"] is False
    said = tongban("show", number, "--as", "mother")
    assert "出生医学证明  已办结" in said.stdout
    assert data("act", number, "withdraw", "--as", "mother")["state"] == "withdrawn"
    assert tongban("show", number, "--as", "mother").stdout.splitlines()[0].endswith("  已撤回 · withdrawn")


@pytest.mark.slow
def test_a_correction_is_asked_for_and_answered(city: Client) -> None:
    number = data("apply", "newborn", "--as", "mother", *ANSWERS)["number"]
    data("act", number, "consent", "--as", "father")
    case = f"{number}/01"
    asked = data(
        "act", case, "correct", "--as", "clerk-maternity", "--data", "items=birth.child_name", "--data",
        "fault=incorrect", "--text", "item:birth.child_name=有一个字写错了",
    )  # fmt: skip
    assert asked["state"] == "correcting"
    assert "有一个字写错了" in tongban("show", number, "--as", "mother").stdout
    missing = data("act", case, "resubmit", "--as", "mother", code=1)
    assert missing["code"] == "correction-incomplete"
    again = data("act", case, "resubmit", "--as", "mother", "--fact", "birth.child_name=陈星野")
    assert again["state"] == "submitted"


@pytest.mark.slow
def test_a_draft_is_kept_and_gone_on_with_and_papers_are_handed_in(city: Client, tmp_path: Path) -> None:
    contract = tmp_path / "contract.pdf"
    contract.write_bytes(b"%PDF-1.4\n%%EOF\n")
    facts = {
        "hire.id_number": "430200199903040102", "job.start_date": "2026-11-16", "job.monthly_wage_fen": 520000,
        "job.position": "包装工", "job.contract_kind": "open-ended",
    }  # fmt: skip
    typed = [
        f"--answer={key}={value!r}" if isinstance(value, str) else f"--answer={key}={value}"
        for key, value in facts.items()
    ]
    draft = data("apply", "hire-employee", "--as", "employer", *typed, "--draft")
    assert draft["state"] == "draft"
    number = draft["number"]
    done = data(
        "apply", number, "--as", "employer", "--answer", "hire.phone='10000000004'", "--file",
        f"labour-contract={contract}",
    )  # fmt: skip
    assert done["state"] == "waiting"
    assert data("act", number, "sign", "--as", "hire")["state"] == "submitted"


def test_what_is_missing_is_refused_with_all_of_it(city: Client) -> None:
    problem = data("apply", "newborn", "--as", "mother", "--answer", "birth.household_follows=mother", code=1)
    assert problem["code"] == "incomplete"
    assert "mother.phone" in [error["fact"] for error in problem["errors"]]
    words = tongban("apply", "newborn", "--as", "mother", "--answer", "birth.household_follows=uncle")
    assert words.exit_code == 1
    assert "not-an-option" not in words.stdout
    assert "birth.1.household_follows" in words.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("apply", "newborn", "--as", "nobody"),
        ("apply", "newborn", "--as", "mother", "--answer", "no-equals"),
        ("apply", "newborn", "--as", "mother", "--file", "x=/no/such/file"),
        ("apply", "newborn", "--as", "mother", "--id", "no-uuid"),
        ("act", "4302-26-000001-U", "explode", "--as", "mother"),
        ("webhook", "add", "ftp://x"),
    ],
)
def test_wrong_usage_ends_with_2(city: Client, arguments: tuple[str, ...]) -> None:
    assert tongban(*arguments).exit_code == 2


def test_somebody_elses_is_not_found(city: Client) -> None:
    number = data("apply", "newborn", "--as", "mother", "--draft", *ANSWERS)["number"]
    assert data("show", number, "--as", "retiree", code=1)["code"] == "not-found"
    assert data("act", f"{number}/01", "accept", "--as", "clerk-fire", code=1)["code"] == "not-found"


def test_time_moves_and_says_what_happened(city: Client) -> None:
    assert data("time")["now"] == "2026-11-16T09:00:00+08:00"
    assert data("time", "--advance", "3 workdays")["now"] == "2026-11-19T09:00:00+08:00"
    assert data("time", "--set", "2020-01-01", code=1)["code"] == "wrong-time"
    assert data("sweep") == {"moved": 0, "lights": 0, "decided": 0}


def test_webhooks_are_registered_listed_and_removed(city: Client) -> None:
    made = data("webhook", "add", "https://example.org/events")
    assert [each["url"] for each in data("webhook", "list")] == ["https://example.org/events"]
    assert tongban("webhook", "remove", made["id"]).exit_code == 0
    assert data("webhook", "list") == []


@pytest.mark.slow
def test_everything_between_search_and_papers_has_its_command(city: Client, tmp_path: Path) -> None:
    assert data("search", "孩子上户口")[0]["id"] == "life-events/newborn"
    number = data("apply", "newborn", "--as", "mother", "--draft", *ANSWERS)["number"]
    disputed = data("dispute", number, "mother.residence_address", "示例路 12 号", "--as", "mother")
    assert next(f for f in disputed["facts"] if f["fact"] == "mother.residence_address")["disputed"]
    ways = data("deliver", number, "health/birth-certificate", "electronic", "--as", "mother")
    assert next(line for line in ways if line["service"] == "health/birth-certificate")["way"] == "electronic"
    assert data("fees", number, "--as", "mother")[0]["service"] == "police/birth-registration"
    data("apply", number, "--as", "mother")
    data("act", number, "consent", "--as", "father")
    data("act", f"{number}/01", "accept", "--as", "clerk-maternity")
    data("act", f"{number}/01", "decide", "--as", "approver-maternity")
    assert data("applications", "--as", "mother")[0]["number"] == number
    assert number in {line["application"] for line in data("messages", "--as", "mother")}
    assert any(line["application"] == number for line in data("reads", "--as", "mother"))
    data("papers", "--as", "mother", "--save", str(tmp_path))
    saved = next(tmp_path.glob("*.pdf"))
    assert data("verify", str(saved))["valid"] is True
    assert data("attach", number, "no-such-paper", str(saved), "--as", "mother", code=1)["code"] == "not-found"
    listed = data("holders")
    assert (listed["holders"], listed["waiting"]) == ({}, [])
    assert "base/population" in listed["here"]
