"""What a plan is asked for: a bundle or services, what is already known, how many take part, and on which day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal, TypeAlias

from tongban.catalog import values
from tongban.catalog.findings import by_name, nearest_of
from tongban.catalog.model import BundleDefinition, Catalog, ServiceDefinition
from tongban.catalog.vocabulary import Attribute, Kind, Text, Value
from tongban.planner.problems import Issue, PlanError, unknown

Source: TypeAlias = Literal["claimed", "fetched", "derived", "produced", "credential"]
LOG_IN: Final = "log-in"
"""The source of what the applicant shows by logging in; a plan before that knows it is there, but not its value."""
Key: TypeAlias = tuple[str, int | None, str]
"""A fact's key taken apart: subject, member from 1 (None: all members, or the only one), attribute."""

KEYS: Final = frozenset({"bundle", "services", "want", "answers", "known", "counts", "on", "as"})
MOST_MEMBERS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a fact. ``value`` None is *absent*: its source says that there is none.

    ``disputed``: somebody says that the registry is wrong, and ``value`` is their word until that is settled.
    ``holder``: who said it or, of a claim, who was asked and knew nothing.
    """

    value: Value
    source: Source = "fetched"
    holder: str | None = None
    disputed: bool = False

    @property
    def is_unsupported(self) -> bool:
        """Whether it is a claim that its holder was asked about in vain: only a paper can prove it."""
        return self.source == "claimed" and self.holder is not None


@dataclass(frozen=True, slots=True)
class Request:
    """What to plan. Keys of ``facts`` are ``subject.attribute`` (all members of a many subject) or
    ``subject.N.attribute``; ``want`` names facts to have in the end; holders in ``unavailable`` cannot be read now.
    Services named beside a bundle run whatever the bundle's conditions say; those in ``done`` are left out of it.
    """

    on: date
    bundle: str | None = None
    services: tuple[str, ...] = ()
    done: frozenset[str] = frozenset()
    want: tuple[str, ...] = ()
    facts: Mapping[str, Known] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    unavailable: frozenset[str] = frozenset()


def split_key(key: str) -> Key:
    """Take ``hire.2.id_number`` apart. Raises PlanError ``unknown-fact`` when it has not the form of a fact."""
    subject, *middle, attribute = key.split(".") if "." in key else (key, "")
    if not subject or not attribute or len(middle) > 1 or (middle and not middle[0].isdecimal()):
        text = Text(
            f"“{key}”不是数据的写法，写成“主体.数据项”，比如 child.name",
            f"“{key}” is no fact. Write subject.attribute, for example child.name.",
        )
        raise PlanError(Issue("unknown-fact", key, text))
    return subject, int(middle[0]) if middle else None, attribute


def full_id(titles: Mapping[str, Text], name: str, code: str, zh: str, en: str) -> str:
    """The id in ``titles`` that ``name`` means: itself, or its part after the slash or its title where that is unique.

    Raises PlanError with ``code``; ``zh`` and ``en`` say what kind of thing it is.
    """
    names = by_name(titles)
    same = sorted(names.get(name, ()))
    if len(same) == 1:
        return same[0]
    if same:
        text = Text(f"叫“{name}”的不止一个，写全：{'、'.join(same)}", f"Several have this name: {', '.join(same)}.")
        raise PlanError(Issue(code, name, text, same[0]))
    near = nearest_of(name, names)
    raise PlanError(unknown(code, name, names[near][0] if near else None, zh, en))


def offer_id(catalog: Catalog, name: str) -> str:
    """The full id of a bundle, or of a service that stands for one. Raises PlanError ``unknown-bundle``."""
    titles = {**_titles(catalog.bundles), **_titles(catalog.services)}
    return full_id(titles, name, "unknown-bundle", "一件事或事项", "bundle or service")


def service_id(catalog: Catalog, name: str) -> str:
    """The full id of a service. Raises PlanError ``unknown-service``, which says so where a bundle may be meant."""
    try:
        return full_id(_titles(catalog.services), name, "unknown-service", "事项", "service")
    except PlanError as none:
        bundles = by_name(_titles(catalog.bundles))
        near = nearest_of(name, bundles)
        if none.issues[0].nearest or near is None:
            raise
        bundle = bundles[near][0]
        text = Text(
            f"没有叫“{name}”的事项；“{bundle}”是一件事，直接写它",
            f"There is no service “{name}”. “{bundle}” is a bundle; ask for it as such.",
        )
        raise PlanError(Issue("unknown-service", name, text, bundle)) from None


def _titles(definitions: Mapping[str, BundleDefinition] | Mapping[str, ServiceDefinition]) -> dict[str, Text]:
    return {full: one.title for full, one in definitions.items()}


def read_request(
    catalog: Catalog,
    body: Mapping[str, object],
    attribute_of: Callable[[Request, str], Attribute],
    on: date,
) -> Request:
    """Read a request in the form that the API and the command line share; ``on`` is the day unless it names one.

    ``attribute_of`` gives the attribute of a fact's key under a request without facts. A service may stand where a
    bundle does. All wrong values are told at once. Raises PlanError.
    """
    strange = sorted(set(body) - KEYS)
    if strange:
        nearest = nearest_of(strange[0], KEYS)
        raise PlanError(unknown("wrong-request", strange[0], nearest, "字段", "key"))
    offer = offer_id(catalog, str(body["bundle"])) if body.get("bundle") is not None else None
    is_bundle = offer in catalog.bundles
    services = [service_id(catalog, name) for name in _texts(body, "services")]
    counts = _mapping(body, "counts")
    bare = Request(
        on=_date(body.get("on"), on),
        bundle=offer if is_bundle else None,
        services=tuple(dict.fromkeys(services if offer is None or is_bundle else [offer, *services])),
        want=tuple(_texts(body, "want")),
        counts={subject: _count(subject, count) for subject, count in counts.items()},
    )
    facts: dict[str, Known] = {}
    issues: list[Issue] = []
    for part, source in (("known", "fetched"), ("answers", "claimed")):
        for key, raw in _mapping(body, part).items():
            try:
                facts[key] = _known(attribute_of(bare, key), key, raw, source)  # type: ignore[arg-type] # two literals
            except PlanError as error:
                issues.extend(error.issues)
    if issues:
        raise PlanError(*issues)
    return replace(bare, facts=facts)


def _known(attribute: Attribute, key: str, raw: object, source: Source) -> Known:
    try:
        return Known(values.read(attribute, raw), source, attribute.held_by if source == "fetched" else None)
    except values.WrongValue as wrong:
        text = Text(f"{attribute.label.zh}：{wrong.text.zh}", f"{attribute.label.en}: {wrong.text.en}")
        raise PlanError(Issue("wrong-value", key, text)) from None


_PYTHON_TYPES: Final[Mapping[Kind, type]] = {"integer": int, "fen": int, "boolean": bool, "date": date}


def check_known(attribute: Attribute, key: str, known: Known) -> Issue | None:
    """What is wrong with a fact that is said to be known: its type, or a claim of what may not be claimed."""
    if known.source == "claimed" and not attribute.claimable and not known.disputed:
        text = Text(
            f"“{attribute.label.zh}”不能自己填，要由部门提供",
            f"“{attribute.label.en}” cannot be claimed; it comes from its registry.",
        )
        return Issue("fact-not-claimable", key, text)
    wanted = _PYTHON_TYPES.get(attribute.kind, str)
    value = known.value
    if value is None or (isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool))):
        return None
    text = Text(
        f"“{attribute.label.zh}”的值类型不对：{value!r}，应为 {attribute.kind}",
        f"“{attribute.label.en}” is {value!r}, which is no {attribute.kind}.",
    )
    return Issue("wrong-value", key, text)


def _wrong(at: str, zh: str, en: str) -> PlanError:
    return PlanError(Issue("wrong-request", at, Text(zh, en)))


def _mapping(body: Mapping[str, object], key: str) -> Mapping[str, object]:
    found = body.get(key)
    if found is None:
        return {}
    if not isinstance(found, Mapping) or not all(isinstance(name, str) for name in found):
        raise _wrong(key, f"{key} 要写成“名: 值”", f"{key} is a mapping of names to values.")
    return found


def _texts(body: Mapping[str, object], key: str) -> list[str]:
    found = body.get(key)
    if found is None:
        return []
    if not isinstance(found, list | tuple) or not all(isinstance(name, str) for name in found):
        raise _wrong(key, f"{key} 要写成名字的列表", f"{key} is a list of names.")
    return list(found)


def _date(raw: object, default: date) -> date:
    if raw is None:
        return default
    try:
        return raw if isinstance(raw, date) else date.fromisoformat(str(raw))
    except ValueError:
        raise _wrong("on", f"没有“{raw}”这一天，写成 2026-11-16", f"“{raw}” is no date; write 2026-11-16.") from None


def _count(subject: str, raw: object) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= MOST_MEMBERS:
        return raw
    at = f"counts.{subject}"
    raise _wrong(at, f"人数要在 0 到 {MOST_MEMBERS} 之间", f"A count is a whole number from 0 to {MOST_MEMBERS}.")
