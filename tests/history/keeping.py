"""How lives are kept: a catalog in canonical form, and one line of JSON for each case.

A line has the case's `number`, how it `stands` (version, head, office, region, and the rest as the store writes it),
the `facts` known in it, and its `events` as they were recorded: n, command, k and body.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson

from tongban.casework import coding, rows, store
from tongban.casework.model import Case, Event
from tongban.casework.numbers import case_number_of, id_of
from tongban.catalog import values
from tongban.catalog.canonical import canonical, from_json, to_json
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Value
from tongban.platform.database import query
from tongban.platform.postgres import Postgres
from tongban.publication.files import installed_functions
from tongban.testing.stories.model import Story
from tongban.testing.stories.reading import read_story
from tongban.testing.stories.running import play

HERE: Final = Path(__file__).parent
CATALOG: Final = "catalog.json.gz"


@dataclass(frozen=True)
class Life:
    """A case as it was frozen: how it stood, what was known in it, and all that had happened."""

    stands: Case
    facts: Mapping[str, Value]
    events: tuple[Event, ...]


def folders() -> list[Path]:
    """What each release left behind."""
    return sorted(folder.parent for folder in HERE.glob(f"*/{CATALOG}"))


def lives(file: Path, catalog: Catalog) -> list[Life]:
    """The cases of one file, in the order of their numbers."""
    return [_life(orjson.loads(line), catalog) for line in file.read_bytes().splitlines()]


def catalog_of(folder: Path) -> Catalog:
    """The catalog that a release was decided under; its functions are those of the packs as they are today."""
    return from_json(orjson.loads(gzip.decompress((folder / CATALOG).read_bytes())), installed_functions())


def keep_catalog(folder: Path, catalog: Catalog) -> None:
    """Write a catalog; the same one is always the same bytes."""
    (folder / CATALOG).write_bytes(gzip.compress(canonical(to_json(catalog)), mtime=0))


def keep_story(folder: Path, file: Path, catalog: Catalog, server: Postgres) -> bool:
    """Play a story and write the lives of its cases; whether it went as it says."""
    story, lines = read_story(file, catalog), list[bytes]()
    if not isinstance(story, Story) or not play(server, story, at_end=lambda: lines.extend(_lines())).passed:
        return False
    (folder / f"{file.stem}.jsonl").write_bytes(b"".join(lines))
    return True


def _lines() -> Iterator[bytes]:
    """Every case of the city."""
    numbers = [case_number_of(id_) for (id_,) in query("select id from casework_case order by id", [], "auditor")]
    found = query("select case_id, n, command_id, k, body::text from casework_event order by 1, 2", [], "auditor")
    cases, facts = store.load_cases(numbers), store.facts_of(numbers)
    for number in numbers:
        case = cases[number].case
        line = {
            "number": number,
            "stands": [case.version, case.head, case.office, case.region, coding.write_case(case)],
            "facts": {name: values.write(value) for name, value in sorted(facts[number].items())},
            "events": [[n, str(id_), k, orjson.Fragment(body)] for of, n, id_, k, body in found if of == id_of(number)],
        }
        yield orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def _life(line: Mapping[str, Any], catalog: Catalog) -> Life:
    number, (version, head, office, region, state) = line["number"], line["stands"]
    roles = catalog.services[state["service"]].roles
    facts = {}
    for name, raw in line["facts"].items():
        role, _, rest = name.partition(".")
        attribute = catalog.types[roles[role].type].attributes[rest.rpartition(".")[2]]
        facts[name] = values.read(attribute, raw)
    events = (
        rows.read_event(id_of(number), n, UUID(id_), k, orjson.dumps(body).decode())
        for n, id_, k, body in line["events"]
    )
    return Life(coding.read_case(number, version, head, office, region, state), facts, tuple(events))
