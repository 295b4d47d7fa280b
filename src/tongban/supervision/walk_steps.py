"""The steps of a walk: those of the portal, in their order, recorded by themselves; and the faces of pain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tongban.catalog.model import Catalog, ServiceDefinition
from tongban.catalog.vocabulary import Text

STEPS: Final[Mapping[str, Text]] = {
    "find": Text("搜到这件事", "Find the matter"),
    "plan": Text("看办法和日期", "See the way and the dates"),
    "situation": Text("回答情况", "Say the situation"),
    "agree": Text("同意读取数据", "Agree to what is read"),
    "form": Text("填表", "Fill in the form"),
    "papers": Text("交材料", "Hand in papers"),
    "sign": Text("检查并签名", "Check and sign"),
    "follow": Text("等结果、看进度", "Follow how it goes"),
}
"""The way through the portal, in its order."""

PAUSE: Final = "pause"
"""Stands between two steps while the walkers rest; its time counts nowhere."""

PAGES: Final[Mapping[str, str]] = {
    "home": "find", "search": "find", "everything": "find",
    "bundle": "plan", "facts": "plan",
    "situation": "situation", "answer": "situation", "begin": "situation",
    "agree": "agree", "dispute": "agree",
    "form": "form", "roster": "form", "sheet": "form", "count": "form",
    "papers": "papers", "file": "papers", "owed": "papers", "correct": "papers",
    "sign": "sign", "consent": "sign", "fees": "sign", "delivery": "sign",
    "application": "follow", "parts": "follow", "events": "follow", "documents": "follow", "show": "follow",
}  # fmt: skip
"""The step that each page of the portal belongs to, by the name of its address."""

PAINS: Final[Mapping[int, Text]] = {
    1: Text("顺", "smooth"),
    2: Text("还行", "all right"),
    3: Text("绕", "roundabout"),
    4: Text("卡住", "stuck"),
    5: Text("断了", "broken off"),
}

SEVERITY: Final[Mapping[int, str]] = {1: "minor", 2: "minor", 3: "minor", 4: "serious", 5: "urgent"}
"""How bad a problem is that hurts so much."""

KIND: Final[Mapping[int, str]] = {1: "other", 2: "other", 3: "simplify", 4: "unclear", 5: "dead-end"}
"""What kind of problem it probably is, before somebody has said."""


def title_of(catalog: Catalog, about: str, step: str) -> Text:
    """What a step is called: of the portal, a service of the way, a step of the procedure; else as it was written."""
    if step in STEPS:
        return STEPS[step]
    if step in catalog.services:
        return catalog.services[step].title
    return own_steps(catalog, about).get(step, Text(step, step))


def questions_of(catalog: Catalog, about: str) -> dict[str, Text]:
    """What the services of a matter need to know, by ``pack/Type.attribute``, each once."""
    found: dict[str, Text] = {}
    for service in _services(catalog, about):
        for need in service.needs:
            role, _dot, name = need.fact.partition(".")
            kind = catalog.types[service.roles[role].type]
            found[f"{kind.id}.{name}"] = kind.attributes[name].label
    return found


def papers_of(catalog: Catalog, about: str) -> dict[str, Text]:
    """The papers that the services of a matter want, each once."""
    wanted = [paper.evidence for service in _services(catalog, about) for paper in service.evidence]
    return {paper: catalog.evidence[paper].label for paper in wanted}


def _services(catalog: Catalog, about: str) -> list[ServiceDefinition]:
    parts = catalog.bundles[about].parts if about in catalog.bundles else ()
    services = [part.service for part in parts] or [about]
    return [catalog.services[one] for one in services if one in catalog.services]


def own_steps(catalog: Catalog, about: str) -> dict[str, Text]:
    """The steps of a matter itself: the services of a bundle, what people do in the procedure of a service."""
    if about in catalog.bundles:
        return {part.service: catalog.services[part.service].title for part in catalog.bundles[about].parts}
    service = catalog.services.get(about)
    steps = catalog.procedures[service.procedure].steps.values() if service else ()
    return {step.name: step.label for step in steps if step.by != "system"}
