"""Who may enter where: every page and every operation of the API with what it asks of its visitor, one a line.

`python -m tests.meta.doors > tests/meta/doors.txt` writes the matrix anew; its difference is what a reviewer reads.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

ASKED: Final = re.compile(r'("\w+" not in )?actor\(request, ([^)]+)\)')
SCOPE: Final = re.compile(r'(?<!== )"(\w+)"')
ANY_SCOPE: Final = "request.auth"
OPERATORS: Final = frozenset({"healthz", "readyz", "metrics"})
"""For whoever runs the city; a proxy keeps the public away from them."""


@cache
def matrix() -> list[str]:
    """Every address with its visitors, sorted. An address that declares none reads UNDECLARED."""
    return sorted([*pages(), *operations()])


def pages() -> Iterator[str]:
    """The pages of people and of staff: a view carries `who` (portal) or `roles` (desk) where it declares them."""
    from django.urls import get_resolver  # noqa: PLC0415 - needs Django's settings

    for at, view in views(get_resolver().url_patterns):
        if not at.startswith("api/"):
            yield f"/{at} {visitors(at, view)}"


def views(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every address below these patterns with its view."""
    for pattern in patterns:
        at = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from views(pattern.url_patterns, at)
        else:
            yield at, pattern.callback


def visitors(at: str, view: Any) -> str:  # noqa: ANN401 - a view is any callable
    """Who may see a page."""
    if at in OPERATORS:
        return "operators"
    if hasattr(view, "roles"):
        of = f" of {view.authority}" if getattr(view, "authority", "") else ""
        return "anybody" if view.roles is None else f"staff: {' '.join(sorted(view.roles))}{of}"
    return str(getattr(view, "who", "UNDECLARED"))


def operations() -> Iterator[str]:
    """The API: an operation is open, or names the scope that it asks of the token or session."""
    from tongban.api.api import api  # noqa: PLC0415 - needs Django's settings

    described = api.get_openapi_schema()["paths"]
    functions = {
        operation.operation_id: operation.view_func
        for _prefix, router in api._routers
        for view in router.path_operations.values()
        for operation in view.operations
    }
    for path, methods in described.items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path} {scopes(operation, functions[operation['operationId']])}"


def scopes(operation: dict[str, Any], function: Any) -> str:  # noqa: ANN401 - a view is any callable
    """The scopes that an operation asks for, as its code names them."""
    if not operation.get("security"):
        return "anybody"
    source = inspect.getsource(function)
    helpers = [inspect.getsource(one) for name, one in function.__globals__.items() if f"{name}(request)" in source]
    asked = [call for text in (source, *helpers) for call in ASKED.findall(text)]
    found = {scope for call in asked for words in call for scope in SCOPE.findall(words)}
    if not found and any(ANY_SCOPE in each for each in (source, *helpers)):
        return "any scope"
    return f"scope: {' '.join(sorted(found))}" if found else "UNDECLARED"


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.testing.settings")
    django.setup()
    print("\n".join(matrix()))  # noqa: T201 - it is a program
