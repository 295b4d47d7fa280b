"""What things are called in stories: the id, the bare id, or the title in either language, and what is most like it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from tongban.catalog import values
from tongban.catalog.findings import by_name, nearest_of
from tongban.catalog.model import BundleDefinition, Catalog, Role
from tongban.catalog.vocabulary import Attribute, Raw, Text
from tongban.policy import Input
from tongban.testing.city.personas import Persona, personas
from tongban.testing.stories.model import Target

MOST_CHOICES = 40
"""As many names as somebody who is told of a wrong one still reads."""


class Unknown(Exception):  # noqa: N818 -- reads as what it is where it is caught
    """A name that nothing has, or that several things have; ``nearest`` is a right one that it may have been."""

    def __init__(self, text: Text, nearest: str | None = None, code: str = "unknown-name") -> None:
        super().__init__(text.en)
        self.text = text
        self.nearest = nearest
        self.code = code


class Names:
    """The names of everything in one catalog, and of the people of the demonstration."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def bundle(self, name: str) -> str:
        """A bundle's id."""
        return _one(self._bundles, name, "一件事", "bundle")

    def service(self, name: str) -> str:
        """A service's id."""
        return _one(self._services, name, "事项", "service")

    def offer(self, name: str) -> str:
        """The id of a bundle or, where none is called so, of a service."""
        try:
            return self.bundle(name)
        except Unknown:
            return _one(self._bundles | self._services, name, "一件事或事项", "bundle or service")

    def authority(self, name: str) -> str:
        """An authority's id, by its short title too."""
        return _one(self._authorities, name, "部门", "authority")

    def office(self, name: str) -> str:
        """An office's id."""
        return _one(self._offices, name, "机构", "office")

    def paper(self, name: str) -> str:
        """The id of a kind of paper."""
        return _one(self._papers, name, "材料", "paper")

    def document(self, name: str) -> str:
        """The id of a credential or notice."""
        return _one(self._documents, name, "证照或文书", "credential or notice")

    def rule(self, name: str) -> str:
        """The id of a rule of the policy."""
        return _one(self._rules, name, "规则", "rule")

    def input(self, rule: str, name: str) -> Input:
        """What a rule is told, by its label too."""
        inputs = self.catalog.rulebook.inputs(rule)
        called: dict[str, list[str]] = {}
        for one in inputs.values():
            for each in {one.name, *_both(one.label)}:
                called.setdefault(each, []).append(one.name)
        return inputs[_one(called, name, "条件", "input of this rule")]

    def persona(self, name: str) -> str:
        """A persona's id; `母亲` or `李沐禾` will do for `母亲 李沐禾`."""
        return _one(self._personas, name, "人物", "persona")

    def step(self, name: str) -> str | None:
        """The name of a procedure's step, by its label too; None where no procedure has it."""
        return self._steps.get(name, [None])[0]

    def step_of(self, service: str, name: str) -> str | None:
        """The same of the procedure of a service."""
        steps = self.catalog.procedures[self.catalog.services[service].procedure].steps.values()
        return next((step.name for step in steps if name in (step.name, step.label.zh, step.label.en)), None)

    @property
    def steps(self) -> Iterable[str]:
        """What steps of procedures are called."""
        return self._steps

    def subject(self, offer: BundleDefinition, name: str) -> Role:
        """A subject of a bundle, by its label too, or by that of its type where it has none of its own."""
        called: dict[str, list[str]] = {}
        for role in offer.subjects.values():
            for each in {role.name, *_both(self._label(role))}:
                called.setdefault(each, []).append(role.name)
        return offer.subjects[_one(called, name, "主体", "subject")]

    def fact(self, offer: BundleDefinition, name: str) -> tuple[str, Attribute]:
        """The key of a fact (`hire.2.id_number`) and its attribute; subject and attribute may be called by labels."""
        subject, *middle, last = name.split(".")
        if not last or (not middle and subject == name) or len(middle) > 1 or not all(n.isdecimal() for n in middle):
            message = Text(
                f"“{name}”不是数据的写法，写成“主体.数据项”", f"“{name}” is no fact. Write subject.attribute."
            )
            raise Unknown(message, self._nearest_fact(offer, name))
        try:
            role = self.subject(offer, subject)
        except Unknown:
            raise self._no_fact(offer, name) from None
        if middle and not role.many:
            message = Text(f"“{subject}”只有一个，不写序号", f"There is only one “{subject}”; leave the number out.")
            raise Unknown(message, f"{role.name}.{last}", "no-such-member")
        attributes = self.catalog.types[role.type].attributes
        for attribute in attributes.values():
            if last in (attribute.name, attribute.label.zh, attribute.label.en):
                return ".".join([role.name, *middle, attribute.name]), attribute
        raise self._no_fact(offer, name)

    def value(self, attribute: Attribute, raw: object) -> Raw:
        """The plain JSON form of a value; a choice may be called by its label."""
        if isinstance(raw, str):
            raw = next((o.value for o in attribute.options if raw in (o.label.zh, o.label.en)), raw)
        try:
            return values.write(values.read(attribute, raw))
        except values.WrongValue as wrong:
            text = Text(f"“{attribute.label.zh}”：{wrong.text.zh}", f"“{attribute.label.en}”: {wrong.text.en}")
            raise Unknown(text, code="wrong-value") from None

    def fact_or_paper(self, offer: BundleDefinition, name: str) -> Target:
        """What `asked` may name."""
        try:
            return Target("paper", self.paper(name))
        except Unknown:
            return Target("fact", self.fact(offer, name)[0])

    def service_or_member(self, name: str) -> Target:
        """A service, perhaps with the number of a member behind it: `出生户口登记.2`."""
        bare, dot, number = name.rpartition(".")
        if dot and number.isdecimal():
            return Target("service", self.service(bare), int(number))
        return Target("service", self.service(name))

    def _no_fact(self, offer: BundleDefinition, name: str) -> Unknown:
        nearest = self._nearest_fact(offer, name)
        hint = Text(f"，是不是“{nearest}”？", f" Is it “{nearest}”?") if nearest else Text("", "")
        text = Text(f"“{offer.title.zh}”里没有“{name}”这项数据{hint.zh}", f"There is no fact “{name}”.{hint.en}")
        return Unknown(text, nearest)

    def _nearest_fact(self, offer: BundleDefinition, name: str) -> str | None:
        facts = [
            (role, attribute)
            for role in offer.subjects.values()
            for attribute in self.catalog.types[role.type].attributes.values()
        ]
        ids = [f"{role.name}.{attribute.name}" for role, attribute in facts]
        return nearest_of(name, [*ids, *(f"{self._label(role).zh}.{each.label.zh}" for role, each in facts)])

    def _label(self, role: Role) -> Text:
        return role.label or self.catalog.types[role.type].label

    @cached_property
    def _bundles(self) -> dict[str, list[str]]:
        return by_name({full: each.title for full, each in self.catalog.bundles.items()})

    @cached_property
    def _services(self) -> dict[str, list[str]]:
        return by_name({full: each.title for full, each in self.catalog.services.items()})

    @cached_property
    def _authorities(self) -> dict[str, list[str]]:
        called = by_name({full: each.title for full, each in self.catalog.authorities.items()})
        for full, each in self.catalog.authorities.items():
            for name in (each.short.zh, each.short.en):
                called.setdefault(name, [full])
        return called

    @cached_property
    def _offices(self) -> dict[str, list[str]]:
        return by_name({full: each.title for full, each in self.catalog.offices.items()})

    @cached_property
    def _papers(self) -> dict[str, list[str]]:
        return by_name({full: each.label for full, each in self.catalog.evidence.items()})

    @cached_property
    def _documents(self) -> dict[str, list[str]]:
        titles = {full: each.title for full, each in self.catalog.credentials.items()}
        return by_name(titles | {full: each.title for full, each in self.catalog.notices.items()})

    @cached_property
    def _rules(self) -> dict[str, list[str]]:
        return by_name({full: each.title for full, each in self.catalog.rulebook.rules.items()})

    @cached_property
    def _personas(self) -> dict[str, list[str]]:
        called: dict[str, list[str]] = {}
        for persona in personas():
            for name in _names_of(persona):
                called.setdefault(name, []).append(persona.id)
        return called

    @cached_property
    def _steps(self) -> dict[str, list[str]]:
        called: dict[str, list[str]] = {}
        for procedure in self.catalog.procedures.values():
            for step in procedure.steps.values():
                for name in (step.name, step.label.zh, step.label.en):
                    called.setdefault(name, []).append(step.name)
        return called


def _names_of(persona: Persona) -> set[str]:
    return {persona.id, persona.title.zh, persona.title.en, persona.identity["name"], persona.title.zh.split(" ")[0]}


def _both(text: Text | None) -> tuple[str, ...]:
    return (text.zh, text.en) if text else ()


def _one(called: Mapping[str, list[str]], name: str, zh: str, en: str) -> str:
    found = called.get(name, [])
    if len(found) == 1:
        return found[0]
    if found:
        listed = sorted(set(found))
        if len(listed) == 1:
            return listed[0]
        text = Text(f"叫“{name}”的{zh}不止一个，写全：{'、'.join(listed)}", f"Several: {', '.join(listed)}. Write one.")
        raise Unknown(text, listed[0], "ambiguous-name")
    nearest = nearest_of(name, called)
    hint = Text(f"，是不是“{nearest}”？", f" Is it “{nearest}”?") if nearest else _choices(called)
    raise Unknown(Text(f"没有“{name}”这个{zh}{hint.zh}", f"There is no {en} “{name}”.{hint.en}"), nearest)


def _choices(called: Mapping[str, list[str]]) -> Text:
    """What there is to choose from, where it is few: each by its longest Chinese name, or by its id."""
    longest: dict[str, str] = {}
    for name, ids in sorted(called.items(), key=lambda each: (each[0].isascii(), -len(each[0]), each[0])):
        for full in ids:
            longest.setdefault(full, name)
    if len(longest) > MOST_CHOICES:
        return Text("", "")
    listed = "、".join(sorted(longest.values()))
    return Text(f"，有：{listed}", f" There are: {listed}.")


def title_of(catalog: Catalog, target: Target, offer: BundleDefinition | None = None) -> Text:
    """What a target is called, in both languages."""
    match target.kind:
        case "application":
            return Text("申请", "the application")
        case "service":
            title, number = catalog.services[target.id].title, f" {target.member}" if target.member else ""
            return Text(f"{title.zh}{number}", f"{title.en}{number}")
        case "document":
            found = catalog.credentials.get(target.id)
            return found.title if found is not None else catalog.notices[target.id].title
        case "paper":
            return catalog.evidence[target.id].label
        case "fact":
            return fact_title(catalog, offer, target.id)


def fact_title(catalog: Catalog, offer: BundleDefinition | None, key: str) -> Text:
    """A fact as one would say it: `child.1.name` is 孩子 1 的姓名 where the subject has a label."""
    subject, *middle, name = key.split(".")
    role = offer.subjects.get(subject) if offer else None
    attribute = catalog.types[role.type].attributes.get(name) if role else None
    if role is None or attribute is None:
        return Text(key, key)
    number = f" {middle[0]}" if middle else ""
    whose = role.label or catalog.types[role.type].label
    return Text(f"{whose.zh}{number}·{attribute.label.zh}", f"{whose.en}{number} · {attribute.label.en}")
