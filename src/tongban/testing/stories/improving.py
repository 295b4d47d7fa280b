"""The verbs about what hurts and is put right: walks, votes, visits, promises, and what could not be done.

Where the API has no door, a persona's own browser sends what the page sends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from html.parser import HTMLParser
from typing import Any, Final
from unicodedata import category
from uuid import uuid4

import httpx

from tongban.portal.pages.previews import slug_of
from tongban.supervision.problems import UNDERTAKEN, Place
from tongban.supervision.walks import modes_of, programme_in_force
from tongban.testing.stories.city import problem_of
from tongban.testing.stories.model import Do
from tongban.testing.stories.stage import Stage, Stuck
from tongban.testing.stories.words import PAINS

NOT_DONE: Final = "base/not-done"
_CODE: Final = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
_NOTE: Final = re.compile(r'name="note" value="([^"]+)"')
_WHERE: Final = re.compile(r'name="where">.*?<option value="([^"]*)" selected', re.DOTALL)
_INLINE: Final = frozenset({"a", "b", "strong", "em", "span", "small", "abbr", "bdi", "time"})


def page_text(html: str) -> str:
    """What a page says, its words apart by one space, without what holds a line together and is not seen."""
    told = _Told()
    told.feed(html)
    return " ".join("".join(one for one in "".join(told.words) if category(one) != "Cf").split())


class _Told(HTMLParser):
    """Collects what is read of a page: not what it is styled with."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._is_hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A new block begins new words."""
        del attrs
        self._is_hidden = tag in {"script", "style", "title"}
        self.words.append("" if tag in _INLINE else " ")

    def handle_endtag(self, tag: str) -> None:
        """And so does its end."""
        self._is_hidden = False
        self.words.append("" if tag in _INLINE else " ")

    def handle_data(self, data: str) -> None:
        """Words."""
        if not self._is_hidden:
            self.words.append(data)


def _browse(stage: Stage, persona: str, path: str, sent: Mapping[str, str] | None = None) -> httpx.Response:
    """A page of a persona's; a refusal is kept, and what the page says is what was opened last."""
    answer = stage.client.browse(persona, path, sent)
    stage.problem = problem_of(answer)
    stage.page = page_text(answer.text)
    return answer


def _send(stage: Stage, persona: str, path: str, body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the API answers; None where it refuses."""
    answer = stage.client.send(persona, "POST", path, json=body, headers={"Idempotency-Key": str(uuid4())})
    stage.problem = problem_of(answer)
    return None if stage.problem else answer.json()


def look(stage: Stage, step: Do) -> None:
    """Open a page."""
    _browse(stage, step.persona, step.args["page"])


def tell(stage: Stage, step: Do) -> None:
    """Say what could not be done: of the application of the story, or of what is named."""
    offer = step.args.get("bundle") or step.args.get("service")
    matter = {"offer": offer} if offer else {"application": stage.number} if stage.number else {}
    said = {"said": step.args.get("text", ""), "kind": step.args["kind"]}
    found = _send(stage, step.persona, "/inquiries", said | matter)
    if found is not None:
        stage.opened[NOT_DONE] = f"{found['number']}/01"


def vote(stage: Stage, step: Do) -> None:
    """Choose from the menu what is to be walked."""
    _browse(stage, step.persona, "/menu", {"about": step.args["service"]})


def walk(stage: Stage, step: Do) -> None:
    """A head begins a walk at the desk; its code is for those who walk along."""
    about = step.args.get("bundle") or step.args.get("service") or step.offer
    modes = modes_of(stage.catalog, programme_in_force(stage.catalog))
    sent = {"about": about or "", "mode": next(iter(modes)), "people": "1", "chosen": step.args.get("chosen", "self")}
    answer = _browse(stage, step.persona, "/desk/walks/new", sent)
    if stage.problem is None:
        stage.walk = answer.url.path
        stage.offer_id, stage.number, stage.plan, stage.sent = about, None, None, []


def join(stage: Stage, step: Do) -> None:
    """Walk along: enter the code, and begin the application as on any other way."""
    path, begun_by = _walk(stage), stage.page or ""
    code = _CODE.search(begun_by)
    _browse(stage, step.persona, "/walks/", {"code": code[0] if code else ""})
    if stage.problem is not None:
        return
    _browse(stage, step.persona, path, {"do": "start"})
    slug = slug_of(stage.catalog, stage.offer.id)
    _browse(stage, step.persona, f"/b/{slug}")
    answer = _browse(stage, step.persona, f"/b/{slug}/begin", {"command": str(uuid4())})
    if stage.problem is None:
        stage.number, stage.applicant = answer.url.path.split("/")[2], step.persona
        stage.begun[stage.number] = step.persona


def _walk(stage: Stage) -> str:
    if stage.walk is None:
        raise Stuck("no-walk", "还没有开始走流程", "No walk has been begun.")
    return stage.walk


def feel(stage: Stage, step: Do) -> None:
    """Note on a walk how much it hurts here."""
    pain = str(1 + list(PAINS).index(step.args["pain"]))
    noted = {"do": "note", "pain": pain, "said": step.args.get("text", ""), "command": str(uuid4())}
    _browse(stage, step.persona, _walk(stage), noted)


def finish(stage: Stage, step: Do) -> None:
    """End a walk; what was noted last is a problem of a ``kind``, if one is named."""
    answer = _browse(stage, step.persona, _walk(stage), {"do": "end"})
    if stage.problem is not None or "kind" not in step.args:
        return
    notes = _NOTE.findall(answer.text)
    if not notes:
        raise Stuck("no-note", "这次走没有记过什么", "Nothing was noted on this walk.")
    where = _WHERE.search(answer.text.rpartition(f'value="{notes[-1]}"')[2])
    sent = {"note": notes[-1], "kind": step.args["kind"], "where": where[1] if where else ""}
    _browse(stage, step.persona, f"{_walk(stage)}/report", sent)
    _found(stage, "walk", step.args["kind"])


def report(stage: Stage, step: Do) -> None:
    """Note at a desk what hurts, or what was promised for a day."""
    args, kind = step.args, step.args["kind"]
    is_way = kind not in UNDERTAKEN
    body = {"kind": kind, "found_by": "residents" if kind == "deed" else "inspection", "owner": args.get("office", "")}
    body |= {"about": args.get("bundle") or args.get("service") or "", "said": args.get("text", "")} if is_way else {}
    body |= {} if is_way else {"about": args.get("text", ""), "by": args["by"].isoformat() if "by" in args else None}
    found = _send(stage, step.persona, "/problems", body)
    if found is not None:
        stage.opened[Place("", kind).service] = found["case"]


def visit(stage: Stage, step: Do) -> None:
    """Note that one was at an office, what for, and when one comes back."""
    sent = {"visited": step.args["office"], "purpose": step.args["text"], "command": str(uuid4())}
    answer = _browse(stage, step.persona, "/desk/visits/new", sent | _day("revisit_on", step.args["by"]))
    if stage.problem is None:
        stage.visit = answer.url.path


def find(stage: Stage, step: Do) -> None:
    """Note at a visit what is to be done, by which office, by which day."""
    sent = {"about": step.args["text"], "kind": "asked", "severity": "minor", "field": "services"}
    sent |= {"command": str(uuid4())} | _day("by", step.args["by"]) | {"owner": step.args.get("office", "")}
    _browse(stage, step.persona, f"{_visit(stage)}/found", sent)
    if stage.problem is None:
        _found(stage, "visit", "asked")


def judge(stage: Stage, step: Do) -> None:
    """Come back to where one was, and judge."""
    again = _day("again_on", step.args["by"]) if "by" in step.args else {}
    sent = {"judged": step.args["text"], "command": str(uuid4())}
    _browse(stage, step.persona, f"{_visit(stage)}/judged", sent | again)


def _visit(stage: Stage) -> str:
    if stage.visit is None:
        raise Stuck("no-visit", "还没有走访", "No visit was made.")
    return stage.visit


def _day(name: str, day: date) -> dict[str, str]:
    return {f"{name}.year": str(day.year), f"{name}.month": str(day.month), f"{name}.day": str(day.day)}


def _found(stage: Stage, found_by: str, kind: str) -> None:
    """What a page just made a problem is what the next steps are about."""
    if stage.problem is not None:
        return
    answer = stage.client.send(stage.clerk, "GET", "/problems", params={"found_by": found_by})
    case = next((one["case"] for one in answer.json()["problems"] if one["kind"] == kind), None)
    if case is None:
        raise Stuck("no-problem", "没有记成问题", "It did not become a problem.")
    stage.opened[Place("", kind).service] = str(case)


VERBS: Final[Mapping[str, Callable[[Stage, Do], None]]] = {
    "look": look,
    "tell": tell,
    "vote": vote,
    "walk": walk,
    "join": join,
    "feel": feel,
    "finish": finish,
    "report": report,
    "visit": visit,
    "find": find,
    "judge": judge,
}
