"""Made-up packs of any size, the same for the same seed: for the tests of the planner, for benches and for `check`.

A generated pack stands alone. One bundle holds all its services but the *ways*: each choice point is a fact that nobody
holds or may state and that two or three services outside the bundle can make, sharing facts, papers and places with the
rest, so that a plan has to choose.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tongban.catalog.compiler import compile_packs
from tongban.catalog.loader import PackSource, Sources
from tongban.catalog.model import Catalog
from tongban.catalog.shapes import FILES, FOLDERS, Document
from tongban.catalog.yaml_tree import Place

PACK: Final = "generated"
ROLES: Final = {"person": "Person", "firm": "Firm", "premises": "Premises"}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Size:
    """How much to generate. ``services`` are the bundle's parts; the ways of the choice points come on top."""

    services: int = 40
    facts: int = 150
    papers: int = 40
    choices: int = 8
    situations: int = 3
    needs: int = 6
    places: int = 4


def documents(size: Size, seed: int, number: int = 1) -> dict[str, Json]:
    """The files of a generated pack: path in the pack → what it says.

    The first pack has the types; every other requires it and gives them more attributes, as the packs of a city do.
    """
    return _Maker(size, random.Random(seed), number).documents()  # noqa: S311 - repeatable, not secret


def write_packs(folder: Path, size: Size, seed: int, packs: int) -> list[Path]:
    """Write so many generated packs of one size below ``folder``; returns their folders."""
    return [write_pack(folder, size, seed + number, number) for number in range(1, packs + 1)]


def write_pack(folder: Path, size: Size, seed: int, number: int = 1) -> Path:
    """Write a generated pack below ``folder``; JSON is YAML. Returns the pack's folder."""
    root = folder / pack_name(number)
    for name, value in documents(size, seed, number).items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")
    return root


def pack_name(number: int) -> str:
    """The id of a generated pack: `generated`, then `generated-2`."""
    return PACK if number == 1 else f"{PACK}-{number}"


def generated(size: Size, seed: int) -> Catalog:
    """A generated catalog. Raises ``ValueError`` if the generator breaks a rule of the compiler."""
    return compiled(documents(size, seed))


def compiled(files: Mapping[str, Json], pack: str = PACK) -> Catalog:
    """The catalog of one pack given as plain values, path → value; raises ``ValueError`` with the findings."""
    found = tuple(
        Document(FOLDERS.get(Path(name).parent.name) or Path(name).stem, name, value, Place(1, 1))
        for name, value in files.items()
        if Path(name).parent.name in FOLDERS or Path(name).stem in FILES
    )
    source = PackSource(pack, Path(pack), (), found, {}, frozenset())
    catalog, findings = compile_packs(Sources((source,), ()))
    if catalog is None:
        raise ValueError("; ".join(f"{one.file}: {one.message.en}" for one in findings if one.severity == "error"))
    return catalog


@dataclass(slots=True)
class _Maker:
    """Draws one pack. ``held`` and ``asked`` are facts by how they can be had, ``made`` those that a part produces."""

    size: Size
    draw: random.Random
    number: int = 1
    held: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    attributes: dict[str, Json] = field(default_factory=dict)
    papers: dict[str, str] = field(default_factory=dict)

    @property
    def roles(self) -> dict[str, str]:
        """Role → type, as this pack names it."""
        return ROLES if self.number == 1 else {role: f"{PACK}/{name}" for role, name in ROLES.items()}

    @property
    def mark(self) -> str:
        """What keeps this pack's attributes apart from those that others give to the same type."""
        return "" if self.number == 1 else f"_{self.number}"

    def documents(self) -> dict[str, Json]:
        roles = list(ROLES)
        for index in range(self.size.facts):
            fact = f"{roles[index % len(roles)]}.fact{self.mark}_{index}"
            self._fact(fact, held=self.draw.random() < 0.4)  # noqa: PLR2004
        evidence = dict(self._paper(index) for index in range(self.size.papers))
        situations = [f"person.situation{self.mark}_{index}" for index in range(self.size.situations)]
        for fact in situations:
            self.attributes[fact] = {"type": "boolean", "label": _text(fact)}
        chosen = [f"{roles[index % len(roles)]}.choice{self.mark}_{index}" for index in range(self.size.choices)]
        for fact in chosen:
            self.attributes[fact] = {"type": "text", "claim": "never", "label": _text(fact)}
        services = {f"service-{index}": self._service(index, chosen) for index in range(self.size.services)}
        files = {f"services/{name}.yaml": body for name, body in services.items()}
        for index, fact in enumerate(chosen):
            for way in range(self.draw.choice((2, 3))):
                files[f"services/way-{index}-{way}.yaml"] = self._way(f"way-{index}-{way}", fact)
        name, requires = pack_name(self.number), [] if self.number == 1 else [PACK]
        return {
            "pack.yaml": {"pack": name, "title": _text(name), "owner": _text("nobody"), "requires": requires},
            "laws.yaml": {"laws": {"law": {"title": _text("law"), "articles": 100, "source": _text("source")}}},
            "authorities.yaml": {
                "authorities": {
                    f"authority-{index}": {"title": _text(f"authority {index}"), "short": _text(f"A{index}")}
                    for index in range(self.size.places)
                }
            },
            "procedures/simple.yaml": _PROCEDURE,
            "vocabulary.yaml": {"types": self._types(), "evidence": evidence},
            "bundles/all.yaml": self._bundle(list(services), situations),
            **files,
        }

    def _fact(self, fact: str, *, held: bool) -> None:
        self.attributes[fact] = {"type": "text", "label": _text(fact)}
        if held:
            self.attributes[fact]["held_by"] = self._authority()
        (self.held if held else self.asked).append(fact)

    def _paper(self, index: int) -> tuple[str, Json]:
        role = list(ROLES)[index % len(ROLES)]
        name = f"paper-{index}"
        self.papers[name] = role
        facts = [fact.partition(".")[2] for fact in self.held + self.asked if fact.startswith(f"{role}.")]
        proves = self.draw.sample(facts, min(len(facts), self.draw.randint(0, 3)))
        return name, {"label": _text(name), "of": self.roles[role], "proves": proves, "issued_by": "applicant"}

    def _service(self, index: int, chosen: list[str]) -> Json:
        """A part: it may need what an earlier one makes and one of the choice points."""
        needs = self._some_facts(self.size.needs)
        needs += self.draw.sample(self.made, min(len(self.made), self.draw.randint(0, 2)))
        if chosen and self.draw.random() < 2 * len(chosen) / self.size.services:
            needs.append(self.draw.choice(chosen))
        result = f"{self.draw.choice(list(ROLES))}.result{self.mark}_{index}"
        self.attributes[result] = {"type": "text", "claim": "never", "label": _text(result)}
        self.made.append(result)
        return self._definition(f"service-{index}", needs, result)

    def _way(self, name: str, fact: str) -> Json:
        """One of several ways to a fact; what it makes beside it keeps it from being the twin of another way."""
        beside = f"{fact.partition('.')[0]}.{name.replace('-', '_')}{self.mark}"
        self.attributes[beside] = {"type": "text", "claim": "never", "label": _text(beside)}
        return self._definition(name, self._some_facts(self.draw.randint(1, self.size.needs)), fact, beside)

    def _definition(self, name: str, needs: list[str], *results: str) -> Json:
        promised = self.draw.randint(0, 10)
        papers = self.draw.sample(list(self.papers), min(len(self.papers), self.draw.randint(0, 3)))
        return {
            "service": name,
            "title": _text(name),
            "plain": _text(f"do {name}"),
            "words": [name, f"办{name}"],
            "in_force": {"from": "2026-01-01"},
            "authority": self._authority(),
            "roles": self.roles,
            "needs": list(dict.fromkeys(needs)),
            "evidence": [{paper: {"of": self.papers[paper]}} for paper in papers],
            "procedure": "simple",
            "limits": {"promised": f"{promised} workdays", "statutory": "20 workdays"},
            "visits": self._visits(),
            "apart": {"trips": 1, "days": promised, "source": "generated"},
            "produces": {result: {"from": "clerk"} for result in results},
            "asked_because": self._reference(),
            "law": [self._reference()],
        }

    def _visits(self) -> list[Json]:
        if self.draw.random() > 0.2:  # noqa: PLR2004 - most services need no visit
            return []
        place = f"place {self.draw.randrange(self.size.places)}"
        return [{"at": place, "phase": self.draw.choice(("apply", "collect")), "because": self._reference()}]

    def _some_facts(self, count: int) -> list[str]:
        pool = self.held + self.asked
        return self.draw.sample(pool, min(len(pool), count))

    def _authority(self) -> str:
        return f"authority-{self.draw.randrange(self.size.places)}"

    def _reference(self) -> Json:
        return {"law": "law", "article": self.draw.randint(1, 100)}

    def _types(self) -> Json:
        types: Json = {name: {"label": _text(name)} if self.number == 1 else {} for name in self.roles.values()}
        for fact, body in self.attributes.items():
            role, _, attribute = fact.partition(".")
            types[self.roles[role]][attribute] = body
        return types

    def _bundle(self, services: list[str], situations: list[str]) -> Json:
        parts = []
        for name in services:
            body: Json = {"roles": {role: role for role in ROLES}}
            if situations and self.draw.random() < 0.2:  # noqa: PLR2004 - most parts always belong
                truth = self.draw.choice(("true", "false"))
                body["when"] = f"{self.draw.choice(situations)} == {truth}"
            parts.append({name: body})
        return {
            "bundle": "all",
            "title": _text("all"),
            "subjects": self.roles,
            "applicant": "person",
            "signatures": ["person"],
            "services": parts,
            "questions": [{"fact": fact, "text": _text(f"{fact}?")} for fact in situations],
            "law": [self._reference()],
        }


def _text(words: str) -> Json:
    return {"zh": words, "en": words}


_PROCEDURE: Final[Json] = {
    "procedure": "simple",
    "title": _text("simple"),
    "start": {"state": "submitted"},
    "ends": ["issued"],
    "results": {"issued": "granted"},
    "states": {"submitted": _text("submitted"), "issued": _text("issued")},
    "steps": {
        "decide": {
            "label": _text("decide"),
            "from": "submitted",
            "to": "issued",
            "by": "handler",
            "enters": "produces",
        }
    },
}
