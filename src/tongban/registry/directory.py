"""Which holder answers for an authority: its own service where the city names one (TONGBAN_HOLDERS), or our tables.

A holder is asked for named attributes and nothing else. It answers every one of them (``None`` where it says that there
is none) or is unavailable. It never answers half, so that an outage never looks like an empty field.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

from django.conf import settings

from tongban.registry.remote import HttpHolder, Unavailable
from tongban.registry.tables import Answers, Questions, read_tables


def ask(asked: Mapping[str, Questions]) -> dict[str, Answers]:
    """The answers of each of these holders; one that is left out is unavailable."""
    answers = read_tables({name: questions for name, questions in asked.items() if name not in settings.HOLDERS})
    for name, questions in asked.items():
        if name in settings.HOLDERS:
            try:
                answers[name] = remote(name, settings.HOLDERS[name]).read(questions)
            except Unavailable:
                continue
    return answers


@functools.cache
def remote(authority: str, url: str) -> HttpHolder:
    """The one client of this process for a holder's service, with its circuit."""
    return HttpHolder(authority, url)


def interrupted() -> frozenset[str]:
    """The holders elsewhere that this process has given up on for the moment."""
    return frozenset(name for name, url in settings.HOLDERS.items() if remote(name, url).circuit.is_open)


def pass_on() -> dict[str, int | None]:
    """Tell every holder elsewhere what cases wrote for it: how many records each took, None where it is down.

    For a periodic job, outside any transaction.
    """
    taken: dict[str, int | None] = {}
    for name, url in settings.HOLDERS.items():
        try:
            taken[name] = remote(name, url).pass_on()
        except Unavailable:
            taken[name] = None
    return taken
