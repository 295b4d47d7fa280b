"""A story in plain words: who did what, what came of it, and in the end which facts were asked, read and made."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from tongban.applications.offers import offer_of
from tongban.catalog import values
from tongban.catalog.model import BundleDefinition
from tongban.catalog.sentences import in_words
from tongban.catalog.vocabulary import Text
from tongban.testing.city.personas import persona as persona_called
from tongban.testing.stories import words
from tongban.testing.stories.model import Do, Run, Story, Target
from tongban.testing.stories.naming import fact_title, title_of


def deed(story: Story, step: Do) -> Text:
    """One thing that somebody does."""
    who = persona_called(step.persona)
    name = who.title if who else Text(step.persona, step.persona)
    said = _said(story, step)
    return Text(f"{name.zh} {said.zh}", f"{name.en} {said.en}")


def _said(story: Story, step: Do) -> Text:
    verb = None if step.is_step else words.VERBS.get(step.verb)
    about = _about(story, step.args)
    if verb is not None:
        return Text(f"{verb.zh}{about.zh}", f"{step.verb}{about.en}")
    label = next((p.steps[step.verb].label for p in story.catalog.procedures.values() if step.verb in p.steps), None)
    zh = label.zh if label else words.ENGINE_STEPS.get(step.verb, step.verb)
    return Text(f"{zh}{about.zh}", f"{label.en if label else step.verb}{about.en}")


def _about(story: Story, args: Mapping[str, Any]) -> Text:
    """What a deed is about, in a few words."""
    parts: list[Text] = []
    if "page" in args:
        parts.append(Text(args["page"], args["page"]))
    if "text" in args:
        parts.append(_quoted([args["text"]]))
    parts += [offer_of(story.catalog, args[key]).title for key in ("bundle", "choose") if args.get(key)]
    for key, kind in _NAMED.items():
        if args.get(key):
            parts.append(kind(story, args[key]))
    if "member" in args:
        parts.append(Text(f"第 {args['member']} 个", f"number {args['member']}"))
    if "facts" in args:
        parts.append(Text(f"{len(args['facts'])} 项", f"{len(args['facts'])} facts"))
    if "reason" in args:
        parts.append(Text(f"（{args['reason']}）", f"({args['reason']})"))
    return Text("".join(f" {part.zh}" for part in parts), "".join(f" {part.en}" for part in parts))


_NAMED: Mapping[str, Callable[[Story, str], Text]] = {
    "service": lambda story, name: story.catalog.services[name].title,
    "rule": lambda story, name: story.catalog.rulebook.rules[name].title,
    "paper": lambda story, name: story.catalog.evidence[name].label,
    "credential": lambda story, name: title_of(story.catalog, Target("document", name)),
}


def command(step: Run) -> Text:
    """A command that was run."""
    said = " ".join([step.command, *(Path(word).name for word in step.args)])
    return Text(f"运行 tongban {said}", f"run tongban {said}")


def result(story: Story, expects: Mapping[str, Any], offer: str | None) -> Text:
    """What a `then` says must be so."""
    about = offer_of(story.catalog, offer) if offer else None
    parts = []
    for key, wanted in expects.items():
        said = _quoted(wanted) if key == "shows" else _wanted(story, wanted, about)
        parts.append(Text(f"{words.THEN_KEYS[key]} {said.zh}", f"{key.replace('_', ' ')} {said.en}"))
    return Text(f"结果：{'；'.join(part.zh for part in parts)}", f"Then: {'; '.join(part.en for part in parts)}")


def _wanted(story: Story, wanted: Any, about: BundleDefinition | None) -> Text:  # noqa: ANN401 -- as read
    if isinstance(wanted, Mapping) and not all(isinstance(each, Target) for each in wanted):
        told = _data(wanted)
        return Text(told, told)
    if isinstance(wanted, Mapping):
        pairs = [
            (title_of(story.catalog, target, about), _value(story, about, target, value))
            for target, value in wanted.items()
        ]
        return Text(
            "、".join(f"{title.zh} {state.zh}" for title, state in pairs),
            ", ".join(f"{title.en} {state.en}" for title, state in pairs),
        )
    if isinstance(wanted, list | tuple):
        titles = [_called(story, each, about) for each in wanted]
        return Text("、".join(title.zh for title in titles), ", ".join(title.en for title in titles))
    zh = words.AUDITS.get(wanted, str(wanted))
    return Text(zh, str(wanted))


def _data(value: Any) -> str:  # noqa: ANN401 -- any JSON
    """Data in one line: `people 1, totals (kind pension, employee_fen 41600; kind injury, employee_fen 0)`."""
    if value and isinstance(value, Mapping):
        return ", ".join(f"{key} {_data(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return f"({'; '.join(_data(inner) for inner in value)})"
    return json.dumps(value, ensure_ascii=False).strip('"')


def _value(story: Story, about: BundleDefinition | None, target: Target, value: Any) -> Text:  # noqa: ANN401 -- as read
    """What is said of a target: a state, texts that stand on a paper, or the value of a fact."""
    if isinstance(value, list):
        return _quoted(value)
    if target.kind == "fact" and about is not None and value not in words.FACT_STATES:
        subject, *_, name = target.id.split(".")
        attribute = story.catalog.types[about.subjects[subject].type].attributes[name]
        return in_words(attribute, values.read(attribute, value))
    return _state(story, target, value)


def _quoted(texts: Iterable[str]) -> Text:
    """Words as they stand on a paper or a page."""
    told = "、".join(f"“{text}”" for text in texts)
    return Text(told, told)


def _state(story: Story, target: Target, state: str) -> Text:
    """A state, a light or a date in both languages."""
    if target.kind == "service":
        procedure = story.catalog.procedures[story.catalog.services[target.id].procedure]
        if state in procedure.states:
            return procedure.states[state]
    known = {
        **words.LIGHTS, **words.CASE_STATES, **words.FACT_STATES, **words.DOCUMENT_STATES, **words.APPLICATION_STATES
    }  # fmt: skip
    return Text(known.get(state, state), state)


def _called(story: Story, each: Any, about: BundleDefinition | None) -> Text:  # noqa: ANN401 -- a target or a name
    if isinstance(each, Target):
        return title_of(story.catalog, each, about)
    who = persona_called(each)
    return who.title if who else title_of(story.catalog, Target("document", each))


def move(now: str) -> Text:
    """Time has gone on."""
    shown = now[:16].replace("T", " ")
    return Text(f"时间到了 {shown}", f"It is {shown}")


def refusal(problem: Mapping[str, Any]) -> Text:
    """What was refused, and why."""
    zh, en = problem.get("detail_zh", ""), problem.get("detail", "")
    fields = [  # forms name facts, rules of the policy places
        (each.get("fact") or each.get("at"), each.get("text") or each["message"])
        for each in problem.get("errors") or ()
    ]
    more = Text(
        "".join(f"；{name}：{text['zh']}" for name, text in fields[:8]),
        "".join(f"; {name}: {text['en']}" for name, text in fields[:8]),
    )
    return Text(f"被拒（{problem['code']}）：{zh}{more.zh}", f"refused ({problem['code']}): {en}{more.en}")


def facts(story: Story, offer: str | None, keys: list[str]) -> Text:
    """Facts by their names, in one line."""
    about = offer_of(story.catalog, offer) if offer else None
    titles = [_fact(story, about, key) for key in keys]
    return Text("、".join(title.zh for title in titles), ", ".join(title.en for title in titles))


def _fact(story: Story, about: BundleDefinition | None, key: str) -> Text:
    if key in story.catalog.evidence:
        return story.catalog.evidence[key].label
    return fact_title(story.catalog, about, key)
