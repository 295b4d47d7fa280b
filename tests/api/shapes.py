"""Holds answers against the OpenAPI document: nothing is said that is not described, nothing promised is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

Json = Mapping[str, Any]


def operations(schema: Json) -> Iterator[tuple[str, str, Json]]:
    """Path, method and description of every operation."""
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            yield path, method.upper(), operation


def described(schema: Json, operation_id: str, status: int) -> Json:
    """What the document says of an answer."""
    for _, _, operation in operations(schema):
        if operation["operationId"] == operation_id:
            found: Json = operation["responses"][str(status)]
            return found
    raise LookupError(operation_id)


def check(schema: Json, operation_id: str, answer: httpx.Response) -> Any:  # noqa: ANN401 -- whatever was answered
    """The answer's JSON, after holding it against the document."""
    said = described(schema, operation_id, answer.status_code)
    kind = answer.headers["Content-Type"].partition(";")[0]
    assert kind in said["content"], (kind, list(said["content"]))
    body = answer.json()
    wrong = list(differences(schema, said["content"][kind]["schema"], body, operation_id))
    assert not wrong, wrong
    return body


def differences(schema: Json, shape: Json, value: Any, at: str) -> Iterator[str]:  # noqa: ANN401 -- any JSON
    """Keys that are said and not described, or described as always there and missing."""
    shape = _resolved(schema, shape)
    if "anyOf" in shape:
        options = [_resolved(schema, each) for each in shape["anyOf"]]
        shape = next((each for each in options if _fits(each, value)), {})
    if isinstance(value, dict) and "properties" in shape:
        for key in value.keys() - shape["properties"].keys():
            yield f"{at}.{key} is not described"
        for key in set(shape.get("required", ())) - value.keys():
            yield f"{at}.{key} is missing"
        for key in value.keys() & shape["properties"].keys():
            yield from differences(schema, shape["properties"][key], value[key], f"{at}.{key}")
    elif isinstance(value, list) and "items" in shape:
        for index, each in enumerate(value):
            yield from differences(schema, shape["items"], each, f"{at}[{index}]")


def _resolved(schema: Json, shape: Json) -> Json:
    while "$ref" in shape:
        shape = schema["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
    return shape


def _fits(shape: Json, value: Any) -> bool:  # noqa: ANN401
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
    return isinstance(value, kinds.get(shape.get("type", ""), object))
