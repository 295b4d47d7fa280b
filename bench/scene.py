"""Every page there is, and a city in which each has something to show: for the bench of pages and for pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import httpx

from bench.demonstration import Demonstration
from tongban.platform.ids import in_address

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A page by name, its address (``{draft}``, ``{sent}``, ``{case}`` are numbers of the scene), and who reads it."""

    name: str
    at: str
    who: str | None = None


PAGES: Final = (
    Page("home", "/"),
    Page("search", "/search?q=孩子上户口"),
    Page("everything", "/bundles/"),
    Page("plan-newborn", "/b/newborn"),
    Page("plan-hire", "/b/hire-employee"),
    Page("plan-retire", "/b/retire"),
    Page("plan-restaurant", "/b/open-restaurant"),
    Page("situation", "/b/retire/start"),
    Page("login", "/login"),
    Page("verify", "/verify"),
    Page("form", "/a/{draft}/form", "twins-mother"),
    Page("papers", "/a/{draft}/papers", "twins-mother"),
    Page("application", "/a/{sent}", "mother"),
    Page("documents", "/documents", "mother"),
    Page("reads", "/reads", "mother"),
    Page("messages", "/messages", "mother"),
    Page("account", "/account", "mother"),
    Page("desk", "/desk/", "clerk-population"),
    Page("case", "/desk/cases/{case}", "clerk-population"),
    Page("office", "/desk/office", "head"),
    Page("window", "/desk/window", "window"),
    Page("audit", "/desk/audit", "auditor"),
    Page("board", "/desk/board", "head"),
    Page("sharing", "/desk/sharing?times=assumed", "head"),
    Page("process", "/desk/board/process?service=market/food-licence", "head"),
)


def scene(city: Demonstration) -> Json:
    """Something to see: one family's application being filled in, another's on its way, a first paper issued."""
    stage = Stage(city)
    answers = {"birth.household_follows": "mother"}
    draft = stage.begin("twins-mother", "newborn", answers)
    sent = stage.begin("mother", "newborn", answers)
    facts = {
        "birth.child_name": "陈星野",
        "birth.household_book": "present",
        "child.vaccination_clinic": "泰山路街道社区卫生服务中心",
        "mother.phone": "10000000001",
        "mother.mailing_address": "株洲市天元区泰山路街道示例路 12 号 301",
        "mother.bank_account": "6200000000000000001",
    }
    stage.send("mother", f"/applications/{sent}/facts", facts=facts)
    stage.send("mother", f"/applications/{sent}/sign")
    stage.send("father", f"/applications/{sent}/consent", agree=True)
    application = stage.send("mother", f"/applications/{sent}/submit")
    cases = {case["service"]: in_address(case["number"]) for case in application["cases"]}
    birth = cases["health/birth-certificate"]
    stage.command("clerk-maternity", birth, "accept")
    stage.command("approver-maternity", birth, "decide")
    return {"draft": draft, "sent": sent, "case": cases["police/birth-registration"]}


class Stage:
    """The city's API, spoken to as one persona or another."""

    def __init__(self, city: Demonstration) -> None:
        self.city = city
        self.http = httpx.Client(base_url=f"{city.address}/api/v1", timeout=60)
        self.tokens: dict[str, str] = {}

    def begin(self, persona: str, bundle: str, answers: Json) -> str:
        """An application begun, its data read; returns its number."""
        number = str(self.send(persona, "/applications", bundle=bundle, answers=answers)["number"])
        self.send(persona, f"/applications/{number}/agree")
        return number

    def command(self, persona: str, case: str, command: str) -> Json:
        """One step of a case."""
        return self.send(persona, f"/cases/{case}/commands", command=command, id=str(uuid4()))

    def send(self, persona: str, path: str, **body: object) -> Json:
        """One request of a persona; ends the program with the answer where it is refused."""
        if persona not in self.tokens:
            self.tokens[persona] = self.city.run("token", persona).strip()
        answer = self.http.post(path, json=body, headers={"Authorization": f"Bearer {self.tokens[persona]}"})
        if not answer.is_success:
            raise SystemExit(f"{persona} {path}: {answer.text}")
        found: Json = answer.json()
        return found
