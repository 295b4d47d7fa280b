"""What holders elsewhere said to what cases wrote for them: an event on the timeline of each case.

`holder-took` confirms; `holder-failed` says that it did not work yet and goes on being tried. A case hears each once;
one that cannot hear holds up no other.
"""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from tongban.casework import service as casework
from tongban.casework.model import SYSTEM, Command, Json
from tongban.casework.sweeps import apart
from tongban.registry import writes
from tongban.registry.writes import Answer


def tell_cases() -> int:
    """Let every case hear what it has not heard yet; returns how many answers that were. For a periodic job."""
    told = after = 0
    while page := writes.answers(after):
        after = page[-1].id
        for answer in page:
            with apart(answer.case):
                casework.command(answer.case, _command(answer), SYSTEM)
                writes.heard(answer)
                told += 1
    return told


def _command(answer: Answer) -> Command:
    data: dict[str, Json] = {"holder": answer.holder, "attributes": list(answer.attributes)}
    if answer.said == "failed":
        data["failure"] = str(answer.failure)
    command_id = uuid5(NAMESPACE_URL, f"write:{answer.case}:{answer.id}:{answer.said}")
    return Command(str(command_id), f"holder-{answer.said}", data)
