"""What each word of a `then` is held against: what is really so, asked of the city over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tongban.catalog.findings import nearest_of
from tongban.catalog.vocabulary import Raw, Text
from tongban.credentials import service as credentials
from tongban.testing.stories.city import Client
from tongban.testing.stories.model import Target
from tongban.testing.stories.naming import title_of
from tongban.testing.stories.stage import Json, Stage, Stuck, is_in


@dataclass(frozen=True, slots=True)
class Seen:
    """What was really so, in plain JSON, and what of it is not as the story says."""

    got: Any
    wrong: tuple[Text, ...] = ()


def check(stage: Stage, key: str, wanted: Any) -> Seen:  # noqa: ANN401 -- as the reader of this key left it
    """Hold one word of a `then` against the city."""
    return CHECKS[key](stage, wanted)


def _differing(stage: Stage, wanted: Mapping[Target, Any], find: Callable[[Target], Any]) -> Seen:
    got: dict[str, Any] = {}
    wrong = []
    about = stage.offer if stage.offer_id else None
    for target, expected in wanted.items():
        name = title_of(stage.catalog, target, about)
        try:
            actual = find(target)
        except Stuck as stuck:
            actual = None
            wrong.append(Text(f"{name.zh}：{stuck.text.zh}", f"{name.en}: {stuck.text.en}"))
        else:
            if actual != expected:
                wrong.append(
                    Text(
                        f"{name.zh}应是 {expected}，实际是 {actual}", f"{name.en} should be {expected}, it is {actual}"
                    )
                )
        got[name.zh] = actual
    return Seen(got, tuple(wrong))


def status(stage: Stage, wanted: Mapping[Target, str]) -> Seen:
    """Where the application, a case, a document or a fact stands."""
    return _differing(stage, wanted, lambda target: _state_of(stage, target))


def _state_of(stage: Stage, target: Target) -> str | None:
    if target.kind == "application":
        return application_state(stage)
    if target.kind == "service":
        return str(stage.case(target.id, target.member)["state"])
    if target.kind == "document":
        found = stage.document(target.id)
        return stage.verdicts.get(target.id) or (str(found["state"]) if found else None)
    line = next((line for line in stage.view()["facts"] if line["fact"] == target.id), None)
    if line is None:
        return None
    return "disputed" if line["disputed"] else str(line["state"])


def application_state(stage: Stage) -> str:
    """draft, waiting-for-consent, running, done or withdrawn."""
    view = stage.view()
    state = str(view["state"])
    if state == "submitted":
        return "running" if any(case["is_open"] for case in view["cases"]) else "done"
    return "waiting-for-consent" if state == "waiting" else state


def due(stage: Stage, wanted: Mapping[Target, str]) -> Seen:
    """The promised date of the whole, the present one of a case; before there are cases, the plan's."""
    return _differing(stage, wanted, lambda target: _due_of(stage, target))


def _due_of(stage: Stage, target: Target) -> str | None:
    sent = target.id in stage.opened or (stage.number is not None and stage.view()["cases"])
    if target.kind == "application":
        return str(stage.view()["promised_due"] if sent else stage.present_plan()["schedule"]["due"])
    if sent:
        found: str | None = stage.case(target.id, target.member)["due"]
        return found and found[:10]
    dates = [line["due"] for line in stage.present_plan()["services"] if line["id"] == target.id]
    return str(dates[0]) if dates else None


def light(stage: Stage, wanted: Mapping[Target, str]) -> Seen:
    """The light of a case, or the worst of all."""

    def find(target: Target) -> str | None:
        if target.kind == "service":
            found: str | None = stage.case(target.id, target.member)["light"]
            return found
        shown = {case["light"] for case in stage.cases()}
        return next((colour for colour in ("red", "yellow", "green") if colour in shown), None)

    return _differing(stage, wanted, find)


def asked(stage: Stage, wanted: Iterable[Target]) -> Seen:
    """Every one of these is asked."""
    return _among(stage, wanted, _asked(stage), Text("应当问", "should be asked"), is_wanted=True)


def not_asked(stage: Stage, wanted: Iterable[Target]) -> Seen:
    """None of these is asked."""
    return _among(stage, wanted, _asked(stage), Text("不该问", "should not be asked"), is_wanted=False)


def _asked(stage: Stage) -> frozenset[str]:
    ways = stage.ways()
    return ways.asked | ways.papers


def fetched(stage: Stage, wanted: Iterable[Target]) -> Seen:
    """Every one of these is read from its holder."""
    return _among(stage, wanted, stage.ways().fetched, Text("应当读取", "should be fetched"), is_wanted=True)


def derived(stage: Stage, wanted: Iterable[Target]) -> Seen:
    """Every one of these is worked out."""
    found = stage.ways().derived | _derived_in_form(stage)
    return _among(stage, wanted, found, Text("应当推算", "should be derived"), is_wanted=True)


def _derived_in_form(stage: Stage) -> frozenset[str]:
    if stage.number is None:
        return frozenset()
    return frozenset(line["fact"] for line in stage.view()["facts"] if line["source"] == "derived")


def produced(stage: Stage, wanted: Iterable[Target] | Mapping[Target, Raw]) -> Seen:
    """Every one of these is made by a service, and is what it must be where that is said."""
    if isinstance(wanted, Mapping):
        known = stage.case_facts()
        return _differing(stage, wanted, lambda target: _value_of(known, target))
    return _among(stage, wanted, stage.produced(), Text("应当产生", "should be produced"), is_wanted=True)


def _value_of(known: Mapping[str, Json], target: Target) -> Raw:
    lines = (line for key, line in known.items() if line["source"] == "produced" and is_in(target, frozenset({key})))
    found: Raw = next((line["value"] for line in lines), None)
    return found


def _among(stage: Stage, wanted: Iterable[Target], found: frozenset[str], said: Text, *, is_wanted: bool) -> Seen:
    wrong = []
    for target in wanted:
        if _is_there(target, found) is not is_wanted:
            name = title_of(stage.catalog, target, stage.offer)
            wrong.append(Text(f"{said.zh}：{name.zh}", f"{said.en}: {name.en}"))
    return Seen(sorted(found), tuple(wrong))


def _is_there(target: Target, found: frozenset[str]) -> bool:
    return target.id in found if target.kind == "paper" else is_in(target, found)


def credential(stage: Stage, wanted: Iterable[str]) -> Seen:
    """Every one of these has been issued in this application."""
    issued = [document["definition"] for document in stage.documents()]
    wrong = []
    for definition in wanted:
        if definition not in issued:
            name = title_of(stage.catalog, Target("document", definition))
            wrong.append(Text(f"还没有发：{name.zh}", f"Not issued: {name.en}"))
    return Seen(issued, tuple(wrong))


def prints(stage: Stage, wanted: Mapping[Target, Iterable[str]]) -> Seen:
    """Each of these texts stands in one line of the document: a field with its value, a row of a table, a paragraph."""
    got, wrong = {}, []
    for target, texts in wanted.items():
        name, document = title_of(stage.catalog, target), stage.document(target.id)
        lines = [] if document is None else _lines(UUID(document["id"]))
        got[name.zh] = lines
        wrong += [
            Text(f"{name.zh}上没有印：{text}", f"{name.en} does not print: {text}")
            for text in texts
            if not any(text in line for line in lines)
        ]
    return Seen(got, tuple(wrong))


def _lines(document_id: UUID) -> list[str]:
    sheet = credentials.sheet(document_id)
    fields = [f"{each.label.zh} {each.value}" for each in sheet.fields]
    rows = [" ".join(row) for listing in sheet.listings for row in (*listing.rows, listing.total)]
    return [*fields, *rows, *(sheet.body.zh.splitlines() if sheet.body else ())]


def gives(stage: Stage, wanted: Mapping[str, Any]) -> Seen:
    """What the last rule or command came to is at least this."""
    if stage.gave is None:
        raise Stuck("nothing-given", "前面没有测算，也没有运行命令", "No rule was reckoned and no command run before.")
    return Seen({key: stage.gave.get(key) for key in wanted}, tuple(_unlike(wanted, stage.gave, "")))


def _unlike(wanted: Any, got: Any, at: str) -> Iterator[Text]:  # noqa: ANN401 -- any JSON
    """Where data is not as it must be: a mapping has at least these names, an empty one none, a list just these."""
    if wanted and isinstance(wanted, Mapping) and isinstance(got, Mapping):
        for key, value in wanted.items():
            if key in got:
                yield from _unlike(value, got[key], f"{at}.{key}" if at else key)
            else:
                nearest = nearest_of(key, got)
                hint = (f"，是不是“{nearest}”？", f" Is it “{nearest}”?") if nearest else ("", "")
                yield Text(f"{at}里没有“{key}”{hint[0]}", f"There is no “{key}” in {at or 'what was given'}.{hint[1]}")
    elif isinstance(wanted, list) and isinstance(got, list):
        if len(wanted) != len(got):
            yield Text(
                f"{at} 应有 {len(wanted)} 样，实际 {len(got)} 样", f"{at} should hold {len(wanted)}, holds {len(got)}"
            )
        for number, (value, each) in enumerate(zip(wanted, got, strict=False), start=1):
            yield from _unlike(value, each, f"{at}.{number}")
    elif wanted != got:
        yield Text(f"{at} 应是 {wanted}，实际是 {got}", f"{at} should be {wanted}, it is {got}")


def shows(stage: Stage, wanted: Iterable[str]) -> Seen:
    """Each of these texts stands on the page that was opened last."""
    if stage.page is None:
        raise Stuck("no-page", "前面没有打开页面", "No page was opened before.")
    wrong = [
        Text(f"页面上没有：{text}", f"The page does not show: {text}") for text in wanted if text not in stage.page
    ]
    return Seen(stage.page if wrong else list(wanted), tuple(wrong))


def message(stage: Stage, wanted: Iterable[str]) -> Seen:
    """Every one of these people has a new message since the last time somebody looked."""
    got, wrong = {}, []
    for persona in wanted:
        now = inbox_size(stage.client, persona)
        got[persona] = now - stage.inboxes.get(persona, 0)
        if got[persona] <= 0:
            wrong.append(Text(f"{persona} 没有收到新消息", f"{persona} got no new message"))
    return Seen(got, tuple(wrong))


def inbox_size(client: Client, persona: str) -> int:
    """How many messages somebody has."""
    return len(client.send(persona, "GET", "/messages").json())


def error(stage: Stage, wanted: str) -> Seen:
    """The last step was refused with this code."""
    got = stage.problem["code"] if stage.problem else None
    stage.problem = None
    wrong = (Text(f"应被拒：{wanted}，实际：{got or '没有被拒'}", f"should be refused with {wanted}, was {got}"),)
    return Seen(got, () if got == wanted else wrong)


def audit(stage: Stage, wanted: str) -> Seen:
    """What the auditor's check came to."""
    wrong = (Text(f"审计应是 {wanted}，实际是 {stage.audit}", f"the audit should be {wanted}, it is {stage.audit}"),)
    return Seen(stage.audit, () if stage.audit == wanted else wrong)


CHECKS: Mapping[str, Callable[[Stage, Any], Seen]] = {
    "status": status,
    "error": error,
    "due": due,
    "light": light,
    "asked": asked,
    "not_asked": not_asked,
    "fetched": fetched,
    "derived": derived,
    "produced": produced,
    "credential": credential,
    "prints": prints,
    "gives": gives,
    "shows": shows,
    "message": message,
    "audit": audit,
}
