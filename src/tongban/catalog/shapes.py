"""Validates one file against its shape and says every difference as a finding with its place and the nearest key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar, get_args

from pydantic import ValidationError

from tongban.catalog.findings import Finding, Words, finding, nearest_of
from tongban.catalog.schema import BundleShape, CredentialShape, NoticeShape, ServiceShape
from tongban.catalog.schema_base import Shape
from tongban.catalog.schema_policy import PolicyShape
from tongban.catalog.schema_procedures import ProcedureShape
from tongban.catalog.schema_vocabulary import (
    AuthoritiesShape,
    LawsShape,
    OfficesShape,
    PackShape,
    RegionsShape,
    VocabularyShape,
)
from tongban.catalog.vocabulary import Text
from tongban.catalog.yaml_tree import Place

FILES: Final[Mapping[str, type[Shape]]] = {
    "pack": PackShape,
    "vocabulary": VocabularyShape,
    "authorities": AuthoritiesShape,
    "laws": LawsShape,
    "offices": OfficesShape,
    "regions": RegionsShape,
}
"""Files at the top of a pack, by name without `.yaml`."""

FOLDERS: Final[Mapping[str, str]] = {
    "services": "service",
    "bundles": "bundle",
    "procedures": "procedure",
    "credentials": "credential",
    "notices": "notice",
    "calendars": "calendar",
    "policy": "policy",
}
"""Folders of definitions, one a file, and their kind, which is also the key of the id; `policy` holds several."""

SHAPES: Final[Mapping[str, type[Shape]]] = {
    **FILES,
    "service": ServiceShape,
    "bundle": BundleShape,
    "procedure": ProcedureShape,
    "credential": CredentialShape,
    "notice": NoticeShape,
    "policy": PolicyShape,
}
"""The shape of each kind of file. Calendars have none: the clock reads them."""

AnyShape = TypeVar("AnyShape", bound=Shape)


@dataclass(frozen=True, slots=True)
class Document:
    """One file of a pack as read: ``kind`` is a key of ``SHAPES``, ``file`` the path as findings print it."""

    kind: str
    file: str
    value: object
    place: Place
    readable: bool = True

    def find(
        self,
        code: str,
        path: Sequence[str | int],
        words: Words | None = None,
        nearest: str | None = None,
        *,
        key: bool = False,
        offset: int = 0,
    ) -> Finding:
        """A finding at the value, or with ``key`` at the key, that ``path`` leads to, ``offset`` characters in."""
        place = self.place.at(path)
        if key and place.key is not None:
            return finding(code, self.file, place.key, words, nearest)
        column = place.inner + offset if offset and place.inner else place.column
        return finding(code, self.file, (place.line, column), words, nearest)


def validate(document: Document, shape: type[AnyShape]) -> tuple[AnyShape | None, list[Finding]]:
    """The document in its shape, or None with everything that is wrong."""
    try:
        return shape.model_validate(document.value), []
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=True)
        return None, [_finding(document, shape, problem) for problem in problems]


_EXPECTED: Final[Mapping[str, Text]] = {
    "string_type": Text("文字", "Text"),
    "string_too_short": Text("不空的文字", "Text that is not empty"),
    "string_too_long": Text("更短的文字", "Shorter text"),
    "string_pattern_mismatch": Text("2、4、6 或 9 位区划代码", "A region code of 2, 4, 6 or 9 digits"),
    "int_type": Text("整数", "A whole number"),
    "greater_than_equal": Text("更大的整数", "A larger whole number"),
    "less_than_equal": Text("更小的整数", "A smaller whole number"),
    "bool_type": Text("true 或 false", "true or false"),
    "list_type": Text("列表", "A list"),
    "dict_type": Text("映射（键： 值）", "A mapping (key: value)"),
    "model_type": Text("映射（键： 值）", "A mapping (key: value)"),
    "scalar_type": Text("单个值", "One plain value"),
    "held_type": Text("整数，或键到整数的表", "A whole number, or a table of them"),
    "too_short": Text("不空的列表", "A list that is not empty"),
    "date_type": Text("日期，如 2026-01-01", "A date like 2026-01-01"),
}
_LANGUAGES: Final[Mapping[str, Text]] = {
    "zh": Text("中文（zh）", "Chinese (zh)"),
    "en": Text("英文（en）", "English (en)"),
}


def _finding(document: Document, shape: type[Shape], problem: Mapping[str, Any]) -> Finding:
    path, kind = tuple(problem["loc"]), problem["type"]
    last = str(path[-1]) if path else ""
    missing = kind == "missing" or (problem["input"] in (None, "") and kind != "extra_forbidden")
    if missing and last in _LANGUAGES:
        above = path if kind != "missing" else path[:-1]
        return document.find("missing-translation", above, {"language": _LANGUAGES[last]})
    if kind == "missing":
        return document.find("missing-key", path[:-1], {"name": last})
    if kind == "extra_forbidden":
        keys = sorted(_keys_at(shape, path[:-1]))
        words = {"name": last, "valid": ", ".join(keys)}
        return document.find("unknown-key", path, words, nearest_of(last, keys), key=True)
    if kind == "literal_error":
        choices = [choice.strip(" '") for choice in problem["ctx"]["expected"].replace(" or ", ",").split(",")]
        name = _shown(problem["input"])
        return document.find(
            "wrong-choice", path, {"name": name, "valid": ", ".join(choices)}, nearest_of(name, choices)
        )
    if kind == "wrong_limit":
        return document.find("wrong-limit", path, {"name": problem["ctx"]["name"]})
    expected = _EXPECTED.get(kind, Text(problem["msg"], problem["msg"]))
    return document.find("wrong-type", path, {"expected": expected, "got": _shown(problem["input"])})


def _shown(raw: object) -> str:
    if isinstance(raw, dict):
        return "{…}"
    if isinstance(raw, list):
        return "[…]"
    if raw is None or isinstance(raw, bool):
        return {None: "null", True: "true", False: "false"}[raw]
    text = str(raw)
    return text if len(text) <= 40 else text[:40] + "…"  # noqa: PLR2004 - long enough to recognise it


def _keys_at(shape: type[Shape], path: Sequence[str | int]) -> set[str]:
    """The keys that are valid where ``path`` leads; keys and indices of free mappings and lists are stepped over."""
    for step in path:
        names = {field.alias or name: field.annotation for name, field in shape.model_fields.items()}
        if step in names:
            shape = next(_shapes_in(names[str(step)]), shape)
    return {field.alias or name for name, field in shape.model_fields.items()}


def _shapes_in(annotation: object) -> Iterator[type[Shape]]:
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        yield annotation
    for argument in get_args(annotation):
        yield from _shapes_in(argument)
