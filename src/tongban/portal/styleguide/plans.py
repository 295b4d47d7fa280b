"""Invented plans for the style guide and for the tests of the plan picture: the newborn plan in every state.

The form is exactly that of `tongban plan --json`; people, offices and figures are made up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from tongban.portal import icons
from tongban.portal.formats import date_in_sentence, is_chinese
from tongban.portal.plan_picture import (
    Day,
    LaneLabel,
    PlanLabels,
    PlanPicture,
    Progress,
    ServiceLabel,
    State,
    plan_words,
    read_plan,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

START: Final = date(2026, 11, 23)
DUE: Final = date(2026, 12, 1)
SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """One service of the invented plan; texts are pairs of Chinese and English."""

    id: str
    lane: str
    title: tuple[str, str]
    short: tuple[str, str]
    start: date
    due: date
    days: int
    after: tuple[str, ...] = ()
    result: tuple[str, str] = ("", "")
    note: tuple[str, str] = ("", "")


def _november(day: int) -> date:
    return date(2026, 11, day)


NEWBORN: Final = (
    Sample(
        "birth",
        "health",
        ("出生医学证明", "Birth certificate"),
        ("出生证明", "Birth"),
        _november(24),
        _november(24),
        1,
        result=("出生证", "certificate"),
    ),
    Sample(
        "guidance",
        "health",
        ("育儿指导登记", "Parenting guidance"),
        ("育儿指导", "Guidance"),
        _november(25),
        _november(25),
        1,
        ("birth",),
    ),
    Sample(
        "vaccine",
        "disease",
        ("预防接种证", "Vaccination record"),
        ("接种证", "Vaccines"),
        _november(25),
        _november(25),
        1,
        ("birth",),
        ("接种证", "record"),
    ),
    Sample(
        "household",
        "police",
        ("出生户口登记", "Household registration"),
        ("出生户口", "Household"),
        _november(25),
        _november(26),
        2,
        ("birth",),
        ("户口", "household"),
        ("2 天", "2 days"),
    ),
    Sample(
        "card",
        "hrss",
        ("社会保障卡", "Social security card"),
        ("社保卡", "Card"),
        _november(27),
        DUE,
        3,
        ("household",),
        ("社保卡", "card"),
        ("3 天 · 制卡寄到家", "3 days · by post"),
    ),
    Sample(
        "reimburse",
        "medical",
        ("生育医疗费报销", "Birth costs paid back"),
        ("生育报销", "Pay-back"),
        _november(25),
        DUE,
        5,
        ("birth",),
        ("报销款", "money"),
        ("5 天 · 打到母亲的卡", "5 days · to the mother's card"),
    ),
    Sample(
        "insure",
        "medical",
        ("居民医保参保", "Medical insurance"),
        ("医保参保", "Insurance"),
        _november(27),
        _november(27),
        1,
        ("household",),
        ("医保", "insurance"),
    ),
)

LANES: Final = {
    "health": (("卫生健康", "Health"), ("卫健", "Health"), ("市妇幼保健院", "Women's hospital"), "building-hospital"),
    "disease": (("疾病预防", "Disease control"), ("疾控", "CDC"), ("天元区疾控中心", "Tianyuan centre"), "vaccine"),
    "police": (("公安", "Police"), ("公安", "Police"), ("天元公安分局", "Tianyuan branch"), "shield-check"),
    "hrss": (("人力资源社保", "Social security"), ("人社", "Social"), ("市社保卡中心", "Card centre"), "id"),
    "medical": (
        ("医疗保障", "Medical insurance"),
        ("医保", "Medical"),
        ("市医保中心", "City centre"),
        "heart-rate-monitor",
    ),
}

FACTS: Final = {
    "child.birth_certificate": ("出生证编号", "certificate number"),
    "child.id_number": ("身份证号", "ID number"),
}


def newborn_plan() -> dict[str, Any]:
    """The invented newborn plan, as JSON."""
    return {
        "services": [
            {
                "id": one.id,
                "roles": {},
                "members": [],
                "starts_after": list(one.after),
                "office": None,
                "start": one.start.isoformat(),
                "due": one.due.isoformat(),
                "days": one.days,
                "if": None,
            }
            for one in NEWBORN
        ],
        "produced": [
            {
                "fact": "child.birth_certificate",
                "members": [],
                "by": "birth",
                "needed_by": ["vaccine", "guidance", "household", "reimburse"],
            },
            {"fact": "child.id_number", "members": [], "by": "household", "needed_by": ["card", "insure"]},
        ],
        "schedule": {
            "start": START.isoformat(),
            "days": 6,
            "due": DUE.isoformat(),
            "critical_path": ["birth", "household", "card"],
        },
    }


def days_between(start: date, end: date) -> tuple[Day, ...]:
    """Calendar days of which only Monday to Friday are counted."""
    days = [start + timedelta(days=index) for index in range((end - start).days + 1)]
    return tuple(Day(day, day.weekday() < SATURDAY) for day in days)


def newborn_labels(language: str, translate: Callable[[str], str]) -> PlanLabels:
    """The names of the invented plan in one language."""
    index = 0 if is_chinese(language) else 1
    until = date_in_sentence(DUE, language)
    summary = (
        f"5 个部门一起办 7 件事，{until}前全部办好",
        f"Five offices do seven things together; all done by {until}",
    )[index]
    return PlanLabels(
        language=language,
        words=plan_words(translate),
        summary=summary,
        block=("填 7 项，两人签", "7 answers, 2 sign")[index],
        block_short=("填", "Fill")[index],
        services={
            one.id: ServiceLabel(one.title[index], one.lane, one.short[index], one.note[index], one.result[index])
            for one in NEWBORN
        },
        lanes={
            key: LaneLabel(title[index], short[index], office[index], icons.paths(icon))
            for key, (title, short, office, icon) in LANES.items()
        },
        facts={fact: names[index] for fact, names in FACTS.items()},
    )


def newborn(language: str, translate: Callable[[str], str]) -> PlanPicture:
    """The plan before submission."""
    return read_plan(newborn_plan(), newborn_labels(language, translate), days_between(START, DUE))


def newborn_running(language: str, translate: Callable[[str], str]) -> PlanPicture:
    """The same plan on 27 November: four parts done, one late, one waiting, one not possible."""
    moved = date(2026, 12, 2)
    done = {name: Progress(State.DONE) for name in ("birth", "guidance", "vaccine", "household")}
    index = 0 if is_chinese(language) else 1
    progress = {
        **done,
        "insure": Progress(State.NOT_POSSIBLE, ("已在外地参保", "insured elsewhere")[index]),
        "card": Progress(State.WAITING, due=moved, first_due=DUE),
        "reimburse": Progress(State.LATE),
    }
    days = days_between(START, moved)
    return read_plan(newborn_plan(), newborn_labels(language, translate), days, today=_november(27), progress=progress)


def newborn_undecided(language: str, translate: Callable[[str], str]) -> PlanPicture:
    """The same plan before the situation questions are answered."""
    plan = newborn_plan()
    conditions: Mapping[str, str] = {
        "reimburse": ("如果母亲有职工医保", "If the mother is insured at work")[0 if is_chinese(language) else 1],
        "insure": ("如果在本市参保", "If insured in this city")[0 if is_chinese(language) else 1],
    }
    for service in plan["services"]:
        service["if"] = conditions.get(service["id"])
    return read_plan(plan, newborn_labels(language, translate), days_between(START, DUE))


def hire(language: str, translate: Callable[[str], str]) -> PlanPicture:
    """A short plan whose services follow one another within one day."""
    index = 0 if is_chinese(language) else 1
    base = newborn_labels(language, translate)
    titles = {
        "employment": ("就业登记", "Employment registration"),
        "insurance": ("职工参保登记", "Insurance enrolment"),
        "filing": ("劳动用工备案", "Labour filing"),
        "medical": ("职工医保参保", "Medical insurance"),
        "archive": ("档案接收", "Archive"),
    }
    dates = {"archive": ("2026-11-24", "2026-11-27", 4)}
    after = {"insurance": ["employment"], "medical": ["insurance"]}
    services = []
    for key in titles:
        start, due, days = dates.get(key, ("2026-11-23", "2026-11-23", 0))
        services.append(
            {"id": key, "starts_after": after.get(key, []), "start": start, "due": due, "days": days, "if": None}
        )
    plan = {
        "services": services,
        "produced": [],
        "schedule": {"start": "2026-11-23", "due": "2026-11-27", "days": 4, "critical_path": ["archive"]},
    }
    labels = replace(
        base,
        summary=("2 个部门一起办 5 件事，11 月 27 日前办好", "Two offices do five things together by 27 November")[
            index
        ],
        services={
            key: ServiceLabel(name[index], "medical" if key == "medical" else "hrss") for key, name in titles.items()
        },
    )
    return read_plan(plan, labels, days_between(START, _november(27)))


def large(language: str, translate: Callable[[str], str], offices: int = 14, span_days: int = 90) -> PlanPicture:
    """A plan of many offices and months, which the picture folds into phases."""
    base = newborn_labels(language, translate)
    chinese = is_chinese(language)
    step = max(span_days // offices, 2)
    services: list[dict[str, Any]] = []
    names, lanes = {}, {}
    for number in range(1, offices + 1):
        start = START + timedelta(days=1 + (number - 1) * step)
        due = start + timedelta(days=step - 1)
        key = f"s{number:02}"
        after: Sequence[str] = [f"s{number - 1:02}"] if number > 1 else []
        services.append(
            {
                "id": key,
                "starts_after": list(after),
                "start": start.isoformat(),
                "due": due.isoformat(),
                "days": step,
                "if": None,
            }
        )
        names[key] = ServiceLabel(f"第 {number} 项许可" if chinese else f"Permit {number}", key)
        lanes[key] = LaneLabel(f"部门 {number}" if chinese else f"Office {number}")
    plan = {
        "services": services,
        "produced": [],
        "schedule": {
            "start": START.isoformat(),
            "due": services[-1]["due"],
            "days": span_days,
            "critical_path": [service["id"] for service in services if int(service["id"][1:]) % 4 == 1],
        },
    }
    labels = replace(
        base, summary=f"{offices} 个部门" if chinese else f"{offices} offices", services=names, lanes=lanes
    )
    return read_plan(plan, labels, days_between(START, date.fromisoformat(services[-1]["due"])))
