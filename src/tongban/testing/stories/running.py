"""Plays stories, each in a fresh city, and says what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tongban.catalog.vocabulary import Text
from tongban.platform.postgres import Postgres
from tongban.testing.stories import checks, commands, telling
from tongban.testing.stories.city import Client, fresh_city, problem_of
from tongban.testing.stories.deeds import do
from tongban.testing.stories.model import Do, Move, Run, Step, Story, Then
from tongban.testing.stories.stage import Stage, Stuck, Ways
from tongban.testing.templates import INHABITED


@dataclass(frozen=True, slots=True)
class Played:
    """One step as it went. ``said`` is the step in plain words, ``wrong`` what was not as it should be."""

    line: int
    passed: bool
    got: Any
    said: Text
    wrong: tuple[Text, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As `tongban story --json` prints it."""
        return {
            "line": self.line,
            "passed": self.passed,
            "got": self.got,
            "said": self.said.to_json(),
            "wrong": [text.to_json() for text in self.wrong],
        }


@dataclass(slots=True)
class Outcome:
    """A story as it went: it stops at the first step that is not as it should be."""

    story: Story
    offer: str | None = None
    steps: list[Played] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    derived: list[str] = field(default_factory=list)
    produced: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether everything was as the story says."""
        return all(step.passed for step in self.steps)

    def to_json(self) -> dict[str, Any]:
        """As `tongban story --json` prints it."""
        return {
            "story": self.story.id,
            "file": self.story.file,
            "title": self.story.title.to_json(),
            "passed": self.passed,
            "steps": [step.to_json() for step in self.steps],
            "asked": self.asked,
            "fetched": self.fetched,
            "derived": self.derived,
            "produced": self.produced,
        }


def play(
    server: Postgres, story: Story, template: str = INHABITED, at_end: Callable[[], object] = lambda: None
) -> Outcome:
    """Play one story in a city of its own; `at_end` is called while that city still stands."""
    outcome = Outcome(story)
    with fresh_city(server, story, template) as client:
        stage = Stage(story, client)
        _look_into_inboxes(stage)
        ways = Ways()
        for index, step in enumerate(story.steps):
            played = _play(stage, step, story.steps[index + 1 :])
            outcome.steps.append(played)
            if not played.passed:
                break
            ways = _ways(stage) or ways
        _sum_up(stage, outcome, ways)
        at_end()
    return outcome


def _play(stage: Stage, step: Step, later: Iterable[Step]) -> Played:
    try:
        if isinstance(step, Move):
            return _move(stage, step)
        if isinstance(step, Then):
            return _then(stage, step)
        if isinstance(step, Run):
            commands.run(stage, step)
            return _done(stage, step, telling.command(step), next(iter(later), None))
        do(stage, step)
        return _done(stage, step, telling.deed(stage.story, step), next(iter(later), None))
    except Stuck as stuck:
        said = telling.deed(stage.story, step) if isinstance(step, Do) else Text("结果", "Then")
        return Played(step.line, passed=False, got={"error": stuck.code}, said=said, wrong=(stuck.text,))


def _move(stage: Stage, step: Move) -> Played:
    body = {"set": step.set_to} if step.set_to else {"advance": step.advance}
    answer = stage.client.send(_anybody(stage), "POST", "/time", json=body)
    stage.forget()
    problem = problem_of(answer)
    if problem is not None:
        said = Text("时间", "Time")
        return Played(
            step.line, passed=False, got={"error": problem["code"]}, said=said, wrong=(telling.refusal(problem),)
        )
    now = answer.json()["now"]
    return Played(step.line, passed=True, got={"now": now}, said=telling.move(now))


def _anybody(stage: Stage) -> str:
    """Whoever moves the city's time: any persona of the story may."""
    cast = [cast.persona for cast in stage.story.given.cast]
    doers = [step.persona for step in stage.story.steps if isinstance(step, Do)]
    return (*cast, *doers)[0]


def _done(stage: Stage, step: Do | Run, said: Text, following: Step | None) -> Played:
    """A deed or a command as it went; a refusal is right where the next step expects one."""
    problem = stage.problem
    if problem is None:
        return Played(step.line, passed=True, got={"number": stage.number}, said=said)
    got = {"error": problem["code"], "detail": problem.get("detail_zh") or problem.get("detail")}
    is_expected = isinstance(following, Then) and "error" in following.expects
    return Played(step.line, passed=is_expected, got=got, said=said, wrong=(telling.refusal(problem),))


def _then(stage: Stage, step: Then) -> Played:
    got: dict[str, Any] = {}
    wrong: list[Text] = []
    for key, wanted in step.expects.items():
        seen = checks.check(stage, key, wanted)
        got[key] = seen.got
        wrong += seen.wrong
    if "message" in step.expects:
        _look_into_inboxes(stage)
    said = telling.result(stage.story, step.expects, stage.offer_id)
    return Played(step.line, not wrong, got, said, tuple(wrong))


def _look_into_inboxes(stage: Stage) -> None:
    """Note how many messages everybody has of whom the story says that a message comes."""
    expected = {
        name for step in stage.story.steps if isinstance(step, Then) for name in step.expects.get("message", ())
    }
    stage.inboxes = {name: checks.inbox_size(stage.client, name) for name in sorted(expected)}


def _ways(stage: Stage) -> Ways | None:
    return stage.ways(stage.plan) if stage.plan is not None else None


def _sum_up(stage: Stage, outcome: Outcome, ways: Ways) -> None:
    """Which facts were asked, read, worked out and made, as the last plan and the cases have them."""
    outcome.offer = stage.offer_id
    outcome.asked = sorted(_plain(ways.asked) | ways.papers)
    outcome.fetched = sorted(_plain(ways.fetched))
    outcome.derived = sorted(_plain(ways.derived))
    try:
        outcome.produced = sorted(_plain(stage.produced() if stage.plan else frozenset()))
    except Stuck:
        outcome.produced = sorted(_plain(ways.produced))


def _plain(keys: frozenset[str]) -> frozenset[str]:
    """Each fact once: without its bare form where it is there for members."""
    numbered = {(key.split(".")[0], key.split(".")[-1]) for key in keys if key.count(".") > 1}
    return frozenset(key for key in keys if key.count(".") > 1 or tuple(key.split(".")) not in numbered)


def refused_json(file: str, faults: Iterable[Any]) -> Mapping[str, Any]:
    """What `--json` prints of a file that was refused."""
    empty: dict[str, Any] = {"asked": [], "fetched": [], "derived": [], "produced": []}
    return {
        "story": None,
        "file": file,
        "passed": False,
        "steps": [],
        **empty,
        "refused": [f.to_json() for f in faults],
    }


__all__ = ["Client", "Outcome", "Played", "play", "refused_json"]
