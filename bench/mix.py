"""The city of a bench: forty bureaus in each of 75 counties, a service of each bureau, and the lives that cases lead.

The mix is a city's: permits with promised days, some corrected, extended, refused, withdrawn or late; work orders; what
is decided on the spot. A life is data, so that the pure machine, the engine and whoever fills a database lead the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from tongban.casework.model import SYSTEM, Command, Doer, Given, Json

PACK: Final = "mix"
BUREAUS: Final = 40
COUNTIES: Final = 75
ABOVE: Final = "base/government-services"
PARTS: Final = (1, 2, 3, 4)
"""How many cases an application has, in turn."""
SUBJECT_TYPE: Final = f"{PACK}/Matter"

Procedure = Literal["standard", "work-order", "instant"]
Who = Literal["applicant", "clerk", "chief", "neighbour", "system"]

FACTS: Final[Mapping[str, str | int]] = {
    "matter.applicant_name": "王小满",
    "matter.id_number": "430200199001011234",
    "matter.phone": "10000000001",
    "matter.address": "泰山路街道示例路 12 号 301",
    "matter.remark": "申请办理",
    "matter.amount": 1_234_567,
}
"""What every case is given beside its county."""

APPLICANT: Final = Doer("person:1", "person", for_applicant=True)


@dataclass(frozen=True, slots=True)
class Step:
    """One command, so many days after the case was opened; `asks_neighbour`: it names the office next door."""

    days: int
    who: Who
    kind: str
    data: Mapping[str, Json] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    asks_neighbour: bool = False

    def command(self, command_id: str, office: str) -> Command:
        """The command for a case of this office."""
        named: dict[str, Json] = {"offices": [neighbour(office)]} if self.asks_neighbour else {}
        task = f"handling:{neighbour(office)}" if self.kind == "handle" else None
        return Command(command_id, self.kind, {**self.data, **named}, self.texts, task=task)


@dataclass(frozen=True, slots=True)
class Life:
    """A way through a procedure, and how many of a thousand cases go it."""

    name: str
    procedure: Procedure
    share: int
    steps: tuple[Step, ...]


REASON: Final = {"reason": "不符合条件"}
LIVES: Final = (
    Life("granted", "standard", 360, (Step(1, "clerk", "accept"), Step(5, "chief", "decide"))),
    Life("granted late", "standard", 40, (Step(2, "clerk", "accept"), Step(29, "chief", "decide"))),
    Life(
        "corrected",
        "standard",
        100,
        (
            Step(1, "clerk", "correct", {"items": ["matter.remark"], "fault": "incomplete"}),
            Step(4, "applicant", "resubmit"),
            Step(5, "clerk", "accept"),
            Step(9, "chief", "decide"),
        ),
    ),
    Life(
        "inspected and extended",
        "standard",
        60,
        (
            Step(1, "clerk", "accept"),
            Step(2, "clerk", "pause", {"procedure": "inspection"}, {"reason": "现场核查"}),
            Step(8, "clerk", "resume"),
            Step(9, "chief", "extend", {"days": 5}, {"reason": "材料较多"}),
            Step(14, "chief", "decide"),
        ),
    ),
    Life("refused", "standard", 30, (Step(1, "clerk", "accept"), Step(6, "chief", "refuse", {}, REASON))),
    Life("not accepted", "standard", 20, (Step(1, "clerk", "refuse-acceptance", {}, REASON),)),
    Life("withdrawn", "standard", 20, (Step(1, "clerk", "accept"), Step(3, "applicant", "withdraw"))),
    Life(
        "lapsed",
        "standard",
        10,
        (
            Step(1, "clerk", "correct", {"items": ["matter.remark"], "fault": "incorrect"}),
            Step(40, "system", "silence", {"clock": "correction"}),
        ),
    ),
    Life(
        "work order",
        "work-order",
        230,
        (
            Step(0, "clerk", "dispatch", asks_neighbour=True),
            Step(2, "neighbour", "handle"),
            Step(3, "clerk", "verify", {}, {"note": "已回访"}),
            Step(4, "clerk", "close"),
        ),
    ),
    Life(
        "work order reopened",
        "work-order",
        30,
        (
            Step(0, "clerk", "dispatch", asks_neighbour=True),
            Step(2, "neighbour", "handle"),
            Step(3, "clerk", "verify", {}, {"note": "已回访"}),
            Step(4, "applicant", "reopen", {}, {"reason": "又坏了"}),
            Step(4, "clerk", "dispatch", asks_neighbour=True),
            Step(6, "neighbour", "handle"),
            Step(7, "clerk", "verify", {}, {"note": "已回访"}),
            Step(8, "clerk", "close"),
        ),
    ),
    Life("on the spot", "instant", 100, (Step(0, "clerk", "decide"),)),
)


def office_of(county: int, bureau: int) -> str:
    """The office of a bureau (from 0) in a county (from 0)."""
    return f"{PACK}/c{county:02}-b{bureau:02}"


def region_of(county: int) -> str:
    """The code of a county."""
    return f"4302{county + 1:02}"


def neighbour(office: str) -> str:
    """The office of the next bureau in the same county."""
    place, _, bureau = office.rpartition("-b")
    return f"{place}-b{(int(bureau) + 1) % BUREAUS:02}"


def procedure_of(bureau: int) -> Procedure:
    """What a bureau's service runs by: of ten bureaus six promise days, three get work orders, one decides at once."""
    return "instant" if bureau % 10 == 0 else "work-order" if bureau % 10 < 4 else "standard"  # noqa: PLR2004 - of ten


BUREAUS_OF: Final[Mapping[Procedure, Sequence[int]]] = {
    procedure: [bureau for bureau in range(BUREAUS) if procedure_of(bureau) == procedure]
    for procedure in ("standard", "work-order", "instant")
}


def service_of(bureau: int) -> str:
    """The service of a bureau."""
    return f"{PACK}/service-{bureau:02}"


def facts(region: str) -> dict[str, Given]:
    """What a case of this county is given."""
    return {name: Given(value, "claimed") for name, value in {"matter.region": region, **FACTS}.items()}


def doer(who: Who, office: str) -> Doer:
    """Whoever takes a step on a case of this office."""
    match who:
        case "applicant":
            return APPLICANT
        case "system":
            return SYSTEM
        case "clerk":
            return Doer("staff:1", "staff", {office: frozenset({"handler"})})
        case "chief":
            return Doer("staff:2", "staff", {office: frozenset({"approver"})})
        case "neighbour":
            return Doer("staff:3", "staff", {neighbour(office): frozenset({"handler"})})


def write_pack(folder: Path) -> Path:
    """Write the pack of this city below `folder`; JSON is YAML. Returns the pack's folder."""
    root = folder / PACK
    for name, document in _documents().items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return root


def _documents() -> dict[str, dict[str, Any]]:
    """The files of the pack: path → what it says."""
    bureaus = range(BUREAUS)
    offices = {
        office_of(county, bureau).partition("/")[2]: {
            "title": _text(f"{county + 1} 区 {bureau + 1} 局", f"Bureau {bureau + 1}, county {county + 1}"),
            "authority": f"b{bureau:02}",
            "region": region_of(county),
            "level": "county",
        }
        for county in range(COUNTIES)
        for bureau in bureaus
    }
    hall = {"title": _text("测速大厅", "Hall"), "authority": ABOVE, "region": "4302", "level": "city"}
    people = hall | {"title": _text("测速户籍处", "Population office"), "authority": "base/population"}
    titles = {f"b{bureau:02}": _text(f"第 {bureau + 1} 局", f"Bureau {bureau + 1}") for bureau in bureaus}
    authorities = {name: {"title": title, "short": title, "supervised_by": ABOVE} for name, title in titles.items()}
    return {
        "pack.yaml": {
            "pack": PACK,
            "title": _text("测速城市", "City of the bench"),
            "owner": _text("测速局", "Bench bureau"),
            "requires": ["base"],
            "platform": ">=0.1",
        },
        "authorities.yaml": {"authorities": authorities},
        "laws.yaml": {"laws": {"mix-law": {"title": _text("规则", "Rules"), "articles": 1, "status": "unverified"}}},
        "offices.yaml": {"offices": {"hall": hall, "people": people, **offices}},
        "vocabulary.yaml": {"types": {"Matter": _matter()}},
        **{f"services/service-{bureau:02}.yaml": _service(bureau) for bureau in bureaus},
    }


def _matter() -> dict[str, Any]:
    attributes = {
        "region": {"type": "region", "held_by": "b00", "label": _text("所在区县", "County")},
        "done": {"type": "boolean", "held_by": "b00", "label": _text("已办", "Done")},
        "amount": {"type": "integer", "held_by": "b00", "label": _text("金额（分）", "Amount in fen")},
    }
    texts = [name.partition(".")[2] for name, value in FACTS.items() if isinstance(value, str)]
    text = {"type": "text", "held_by": "b00", "max_length": 60}
    return {"label": _text("事项", "Matter"), **attributes, **{n: text | {"label": _text(n, n)} for n in texts}}


def _service(bureau: int) -> dict[str, Any]:
    procedure = procedure_of(bureau)
    limits = {"statutory": "20 workdays", "promised": "10 workdays", "status": "unverified", "source": "测速"}
    return {
        "service": f"service-{bureau:02}",
        "title": _text(f"第 {bureau + 1} 局事项", f"Service of bureau {bureau + 1}"),
        "in_force": {"from": "2020-01-01"},
        "authority": f"b{bureau:02}",
        "handled_at": {"level": "county", "of": "matter.region"},
        "roles": {"matter": "Matter"},
        "needs": ["matter.region", *FACTS],
        "procedure": procedure,
        **({} if procedure == "instant" else {"limits": limits}),
        "produces": {"matter.done": True},
        "law": [{"law": "mix-law", "article": 1}],
    }


def _text(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}
