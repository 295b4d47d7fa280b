"""Events of an older form, told in today's. What was recorded stays as it is, and so does its hash; folding reads what
it means by the functions here.

Whoever changes what the data of one kind of event look like gives that kind its next format, writes here how the form
before is told in the new one, and leaves the histories under `tests/history` alone: they hold the old form for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from tongban.casework.model import Event

Data: TypeAlias = Mapping[str, Any]

UPCASTERS: dict[tuple[str, int], Callable[[Data], Data]] = {}
"""Kind and format → how its data are told in the next format. Empty: every kind has the format that it began with."""


def data_of(event: Event) -> Data:
    """The data of an event in today's form."""
    data: Data = event.data
    form = event.format
    while upcast := UPCASTERS.get((event.kind, form)):
        data, form = upcast(data), form + 1
    return data
