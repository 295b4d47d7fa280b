"""Turns a story file into a story, or says everything that is wrong with it: place, what, and the nearest right word.

Nothing is played before the whole file is understood: a story that cannot be meant never half runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from tongban.applications.offers import OPENED_BY_THE_HOUSE, offer_of
from tongban.catalog import yaml_tree
from tongban.catalog.findings import nearest_of
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.catalog.vocabulary import Text
from tongban.catalog.yaml_tree import Place
from tongban.clock import ClockError, Limit
from tongban.testing.city.personas import persona
from tongban.testing.stories import commands, words
from tongban.testing.stories.arguments import ARGUMENT_READERS
from tongban.testing.stories.expectations import EXPECTATION_READERS
from tongban.testing.stories.model import Cast, Do, Fault, Given, Move, Run, Step, Story, Then
from tongban.testing.stories.naming import Names, Unknown

T = TypeVar("T")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,79}")


def read_story(path: Path, catalog: Catalog, shown: str | None = None) -> Story | list[Fault]:
    """The story in a file, or all its faults, in order. ``shown`` is what the file is called in them."""
    file = shown or str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        text = Text(f"读不了：{error.strerror}", f"Cannot be read: {error.strerror}.")
        return [Fault("unreadable", file, 1, 1, text)]
    tree = yaml_tree.read(data)
    if tree.problems:
        return [_broken(file, problem) for problem in tree.problems]
    reader = Reader(file, Names(catalog))
    story = reader.story(tree.value, tree.place)
    return sorted(reader.faults, key=lambda fault: (fault.line, fault.column)) if reader.faults else story


def _broken(file: str, problem: yaml_tree.Problem) -> Fault:
    detail = "".join(f" {word}" for word in problem.words.values())
    text = Text(
        f"不是这里能用的 YAML：{problem.code}{detail}", f"This is no YAML that may stand here: {problem.code}{detail}"
    )
    return Fault("broken-yaml", file, problem.line, problem.column, text)


class Reader:
    """Reads one file; notes faults as it goes and carries on, so that all of them are told at once."""

    def __init__(self, file: str, names: Names) -> None:
        self.file = file
        self.names = names
        self.faults: list[Fault] = []
        self.offer: BundleDefinition | None = None
        self.rule: str | None = None
        self.doing = ""

    def fault(
        self, place: Place, code: str, zh: str, en: str, nearest: str | None = None, *, key: bool = False
    ) -> None:
        """Note a fault at a value, or at its key."""
        line, column = place.key if key and place.key else (place.line, place.column)
        self.faults.append(Fault(code, self.file, line, column, Text(zh, en), nearest))

    @contextmanager
    def noting(self, place: Place) -> Iterator[None]:
        """Within, a name that nothing has becomes a fault at this place."""
        try:
            yield
        except Unknown as unknown:
            self.fault(place, unknown.code, unknown.text.zh, unknown.text.en, unknown.nearest)

    def story(self, value: object, place: Place) -> Story:
        """The whole file."""
        found = self.mapping(value, place, words.STORY_KEYS, needs=("story", "steps"))
        story_id = found["story"][0] if "story" in found else ""
        if "story" in found and not (isinstance(story_id, str) and _ID.fullmatch(story_id)):
            self.fault(
                found["story"][1],
                "wrong-value",
                "故事的名字用字母、数字和连字符",
                "A story's id has letters, digits and hyphens.",
            )
        given = self.given(*found.get("given", ([], place)))
        steps = [step for step in map(self.step, *self.items(*found.get("steps", ([], place)))) if step is not None]
        title = self.title(*found.get("title", (str(story_id), place)))
        return Story(str(story_id), title, self.file, given, tuple(steps), self.names.catalog)

    def title(self, value: object, place: Place) -> Text:
        """A title in both languages, or in one that stands for both."""
        if isinstance(value, str):
            return Text(value, value)
        if isinstance(value, Mapping) and {"zh", "en"} >= set(value) and value:
            zh, en = value.get("zh", value.get("en")), value.get("en", value.get("zh"))
            return Text(str(zh), str(en))
        self.fault(place, "wrong-value", "标题写成 {zh: …, en: …}", "Write the title as {zh: …, en: …}.")
        return Text("", "")

    def given(self, value: object, place: Place) -> Given:
        """What is so before the story begins."""
        on: date | None = None
        cast: list[Cast] = []
        down: list[str] = []
        for item, at in zip(*self.items(value, place), strict=True):
            found = self.mapping(item, at, words.GIVEN_KEYS)
            if "on" in found:
                on = self.day(*found["on"]) or on
            if "down" in found:
                with self.noting(found["down"][1]):
                    down.append(self.names.authority(str(found["down"][0])))
            if "persona" in found:
                cast += self.cast(found)
            elif "facts" in found:
                self.fault(at, "missing-key", "数据要写明是谁的：persona", "Say whose facts: persona.", "persona")
        return Given(on, tuple(cast), tuple(down))

    def cast(self, found: Mapping[str, tuple[Any, Place]]) -> Iterator[Cast]:
        """A persona of the story; its facts are those of the bundle that the persona comes for."""
        with self.noting(found["persona"][1]):
            name = self.names.persona(str(found["persona"][0]))
            known = persona(name)
            offer = known.bundle if known else None
            if "facts" not in found:
                yield Cast(name)
                return
            if offer is None:
                at = found["facts"][1]
                self.fault(
                    at,
                    "wrong-value",
                    "这个人物没有自己的一件事，数据写给申请人",
                    "Give the facts to the applicant.",
                    key=True,
                )
                return
            bundle = offer_of(self.names.catalog, offer)
            yield Cast(name, ARGUMENT_READERS["facts"](self, *found["facts"], bundle), offer)

    def step(self, value: object, place: Place) -> Step | None:
        """One step: a move of time, a deed, or what must be true."""
        if not isinstance(value, Mapping):
            self.fault(
                place,
                "wrong-value",
                "一步写成 {谁: …, 做: …}、{结果: …}、{运行: …} 或 {时间: …}",
                "A step is {as: …, when: …}, {then: …}, {run: …} or {on: …}.",
            )
            return None
        keys = {words.english(key, words.STEP_KEYS) for key in value}
        if "when" in keys or "as" in keys:
            return self.deed(value, place)
        found = self.mapping(value, place, words.STEP_KEYS)
        if len(found) != 1:
            if found or not value:
                self.fault(place, "wrong-value", "一步只做一样事", "A step is one thing.")
            return None
        (key, (inner, at)), *_ = found.items()
        read: Callable[[Any, Place], Step | None] = {"on": self.move, "run": self.run}.get(key, self.then)
        return read(inner, at)

    def move(self, value: object, place: Place) -> Move | None:
        """The city's time moves."""
        text = value.isoformat() if isinstance(value, date) else str(value).strip()
        if text.startswith("+"):
            try:
                Limit.parse(text.removeprefix("+").strip())
            except ClockError as error:
                self.fault(place, "wrong-value", error.message_zh, error.message)
                return None
            return Move(place.line, advance=text.removeprefix("+").strip())
        try:
            datetime.fromisoformat(text)
        except ValueError:
            self.fault(
                place,
                "wrong-value",
                f"“{text}”不是时间，写成 2026-11-18 或 +3 workdays",
                f"“{text}” is no time. Write 2026-11-18 or +3 workdays.",
            )
            return None
        return Move(place.line, set_to=text)

    def run(self, value: object, place: Place) -> Run | None:
        """A command of a pack is run."""
        if not isinstance(value, str) or not value.strip():
            zh, en = "写一条命令，比如 billing 2026-10", "Write a command, for example billing 2026-10."
            self.fault(place, "wrong-value", zh, en)
            return None
        command, *rest = value.split()
        if command not in commands.names():
            nearest = nearest_of(command, commands.names())
            hint = (f"，是不是“{nearest}”？", f" Is it “{nearest}”?") if nearest else ("", "")
            zh, en = f"没有“{command}”这条命令{hint[0]}", f"There is no command “{command}”.{hint[1]}"
            self.fault(place, "unknown-name", zh, en, nearest)
            return None
        args = commands.arguments(rest, Path(self.file).parent)
        wrong = commands.wrong_use(command, args)
        if wrong is not None:
            zh, en = f"“{command}”不是这样写的：{wrong}", f"“{command}” is not written so: {wrong}"
            self.fault(place, "wrong-value", zh, en)
        return Run(place.line, command, args)

    def day(self, value: object, place: Place) -> date | None:
        """A date."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            self.fault(
                place, "wrong-value", f"“{value}”不是日期，写成 2026-11-16", f"“{value}” is no date. Write 2026-11-16."
            )
            return None

    def deed(self, value: Mapping[str, object], place: Place) -> Do | None:
        """Somebody does something."""
        keys = {**{k: words.STEP_KEYS[k] for k in ("as", "when")}, **words.ARGUMENTS}
        found = self.mapping(value, place, keys, needs=("as", "when"))
        if not {"as", "when"} <= set(found):
            return None
        who: str | None = None
        with self.noting(found["as"][1]):
            who = self.names.persona(str(found["as"][0]))
        verb, meaning = self.verb(*found["when"])
        if verb is None or meaning is None:
            return None
        self.doing = verb
        given = {key: pair for key, pair in found.items() if key not in {"as", "when"}}
        for key in sorted(meaning.needs - set(given)):
            zh = f"“{found['when'][0]}”还要写明 {key}（{words.ARGUMENTS[key]}）"
            self.fault(found["when"][1], "missing-key", zh, f"“{verb}” wants {key}.", key)
        args: dict[str, Any] = {}
        for key, (inner, at) in sorted(
            given.items(), key=lambda item: item[0] in {"facts", "fact", "counts", "of", "items", "want", "with"}
        ):
            if key not in meaning.takes:
                nearest = nearest_of(key, meaning.takes)
                self.fault(
                    at,
                    "unknown-key",
                    f"“{found['when'][0]}”用不着 {key}",
                    f"“{verb}” takes no {key}.",
                    nearest,
                    key=True,
                )
                continue
            if key in {"bundle", "service", "choose"}:
                self._turn_to(key, inner, verb)
            args[key] = ARGUMENT_READERS[key](self, inner, at, self._opened(args) or self.offer)
            if key == "rule":
                self.rule = args[key]
        is_step = meaning is words.STEP_OF_PROCEDURE
        if is_step and args.get("service"):  # procedures may call different steps alike
            verb = self.names.step_of(args["service"], str(found["when"][0])) or verb
        return Do(place.line, who or "", verb, args, self.offer.id if self.offer else None, is_step)

    def _opened(self, args: Mapping[str, Any]) -> BundleDefinition | None:
        """What a step speaks of on a case that the house opened, such as a problem: its own facts."""
        service = args.get("service")
        return offer_of(self.names.catalog, service) if service in OPENED_BY_THE_HOUSE else None

    def verb(self, value: object, place: Place) -> tuple[str | None, words.Verb | None]:
        """The verb by its English or Chinese name, or a step of a procedure."""
        name = str(value)
        verb = words.english(name, {key: each.zh for key, each in words.VERBS.items()})
        if verb is not None:
            return verb, words.VERBS[verb]
        step = words.english(name, words.ENGINE_STEPS) or self.names.step(name)
        if step is not None:
            return step, words.STEP_OF_PROCEDURE
        known = [*words.VERBS, *(each.zh for each in words.VERBS.values()), *words.ENGINE_STEPS, *self.names.steps]
        nearest = nearest_of(name, known)
        hint = (f"，是不是“{nearest}”？", f" Is it “{nearest}”?") if nearest else ("", "")
        self.fault(
            place, "unknown-verb", f"没有“{name}”这个做法{hint[0]}", f"There is no verb “{name}”.{hint[1]}", nearest
        )
        return None, None

    def then(self, value: object, place: Place) -> Then | None:
        """What must be true now."""
        found = self.mapping(value, place, words.THEN_KEYS)
        expects: dict[str, Any] = {}
        for key, (inner, at) in found.items():
            expects[key] = EXPECTATION_READERS[key](self, inner, at, self.offer)
        return Then(place.line, expects)

    def mapping(
        self, value: object, place: Place, keys: Mapping[str, str], *, needs: tuple[str, ...] = ()
    ) -> dict[str, tuple[Any, Place]]:
        """The entries of a mapping by English key, each with its place; unknown, double and missing keys are faults."""
        if not isinstance(value, Mapping):
            self.fault(place, "wrong-value", "这里要写成 名: 值", "This is a mapping of names to values.")
            return {}
        found: dict[str, tuple[Any, Place]] = {}
        meant: set[str | None] = set()
        for name, inner in value.items():
            at = place.inside.get(name, place)
            key = words.english(str(name), keys)
            if key is None:
                meant.add(self._unknown_key(str(name), at, keys))
            elif key in found:
                self.fault(at, "duplicate-key", f"{key} 写了两遍", f"{key} stands here twice.", key, key=True)
            else:
                found[key] = (inner, at)
        for key in needs:
            if key not in found and key not in meant:
                self.fault(place, "missing-key", f"缺 {key}（{keys[key]}）", f"{key} is missing.", key)
        return found

    def _unknown_key(self, name: str, place: Place, keys: Mapping[str, str]) -> str | None:
        """Note it; returns the key that was probably meant."""
        nearest = nearest_of(name, [*keys, *keys.values()])
        hint = (f"，是不是“{nearest}”？", f" Is it “{nearest}”?") if nearest else ("", "")
        zh, en = f"没有“{name}”这个词{hint[0]}", f"There is no key “{name}”.{hint[1]}"
        self.fault(place, "unknown-key", zh, en, nearest, key=True)
        return words.english(nearest, keys) if nearest else None

    def items(self, value: object, place: Place) -> tuple[list[object], list[Place]]:
        """The items of a list with their places."""
        if not isinstance(value, list):
            self.fault(
                place, "wrong-value", "这里要写成列表，每样前面一个 -", "This is a list, each item after a dash."
            )
            return [], []
        return list(value), [place.inside.get(index, place) for index in range(len(value))]

    def word(self, value: object, place: Place, known: Mapping[str, str]) -> str | None:
        """One of a few words, in either language."""
        found = words.english(str(value), known)
        if found is None:
            nearest = nearest_of(str(value), [*known, *known.values()])
            listed = "、".join(f"{en}（{zh}）" for en, zh in known.items())
            self.fault(
                place,
                "wrong-value",
                f"“{value}”不行，可以写：{listed}",
                f"“{value}” is none of: {', '.join(known)}.",
                nearest,
            )
        return found

    def named(self, find: Callable[[str], T], value: object, place: Place) -> T | None:
        """What a name stands for."""
        with self.noting(place):
            return find(str(value))
        return None

    def _turn_to(self, key: str, value: object, verb: str) -> None:
        """From here on the story is about this bundle or service (a step on a case stays with its application)."""
        if verb not in {"search", "plan", "walk"}:
            return
        find = {"bundle": self.names.bundle, "choose": self.names.offer}.get(key, self.names.service)
        try:
            self.offer = offer_of(self.names.catalog, find(str(value)))
        except Unknown:
            return  # told where the argument is read
