"""What a run of benches gave, as it is kept: one file for the quick form, one for the full one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.results import Result

FOLDER: Final = Path(__file__).parents[1] / "taken"
FORMS: Final = ("full", "quick")


@dataclass(frozen=True, slots=True)
class Measured:
    """One bench: the day, how many seconds it took, and its results, or the reason why it has none."""

    name: str
    on: str
    seconds: float
    results: tuple[Result, ...]
    failure: str | None = None

    @property
    def met(self) -> bool:
        """Whether it ran and every goal was reached."""
        return self.failure is None and all(result.met for result in self.results)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "name": self.name,
            "on": self.on,
            "seconds": round(self.seconds, 1),
            "failure": self.failure,
            "results": [result.to_json() for result in self.results],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Measured:
        """Back from `to_json`."""
        results = tuple(Result.from_json(each) for each in data["results"])
        return cls(data["name"], data["on"], data["seconds"], results, data["failure"])


def kept(form: str, folder: Path = FOLDER) -> dict[str, Measured]:
    """What is kept of a form, by bench; nothing where it was never taken."""
    file = folder / f"{form}.json"
    if not file.exists():
        return {}
    return {each["name"]: Measured.from_json(each) for each in json.loads(file.read_text(encoding="utf-8"))}


def keep(form: str, measured: Iterable[Measured], names: Iterable[str], folder: Path = FOLDER) -> dict[str, Measured]:
    """Keep these beside what others gave before, in the order of ``names``; benches that are gone are dropped."""
    found = kept(form, folder) | {one.name: one for one in measured}
    ordered = {name: found[name] for name in names if name in found}
    text = json.dumps([one.to_json() for one in ordered.values()], ensure_ascii=False, indent=1)
    folder.mkdir(exist_ok=True)
    (folder / f"{form}.json").write_text(text + "\n", encoding="utf-8")
    return ordered


def form_of(*, quick: bool) -> str:
    """The name of the form."""
    return "quick" if quick else "full"
