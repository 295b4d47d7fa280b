"""What a pack's `commands.py` may import besides `pack_api`: the open city, and how amounts and data are told.

`commands.py` holds one Typer app, `app`, whose commands are joined to `tongban`. Importing it must stay light: what
needs Django, the database or data frames is imported within a command.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tongban.catalog.values import yuan
from tongban.cli.acting import AsJson, printed
from tongban.cli.city import open_city
from tongban.cli.without_city import refuse
from tongban.pack_api import RefusedError
from tongban.policy import PolicyError
from tongban.text import Issue

__all__ = ["AsJson", "in_city", "printed", "yuan"]


@contextmanager
def in_city(*, as_json: bool, is_founded: bool = False) -> Iterator[None]:
    """The open city; a rule or a pack that refuses is told and ends with exit 1, as everything else that is refused.

    ``is_founded``: where there is no city yet, one for demonstrations is founded first.
    """
    with open_city():
        if is_founded:
            _found()
        try:
            yield
        except PolicyError as error:
            refuse(error, as_json=as_json)
        except RefusedError as refusal:
            refuse(PolicyError(Issue("pack-refused", "", refusal.text)), as_json=as_json)


def _found() -> None:
    """A demonstration city without people, unless there is one. Raises ``PlatformError`` `real-city`."""
    from tongban.platform.founding import found  # noqa: PLC0415 - Django waits for its settings
    from tongban.platform.models import Mark  # noqa: PLC0415 - as above
    from tongban.publication.service import is_published, publish_tree  # noqa: PLC0415 - as above

    found(Mark.DEMONSTRATION)
    if not is_published():
        publish_tree()
