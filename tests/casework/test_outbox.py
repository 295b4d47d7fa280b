"""On another server, whose transactions are counted anew, every reader of the outbox goes on where it was."""

from __future__ import annotations

import pytest
from tests.casework.conftest import Trial
from tests.casework.hearing import all_heard

from tongban.casework import outbox

READERS = {"none": 0, "some": 3, "all": 5, "seal": 0}
"""How much each reader has read."""


def places(reader: str) -> list[tuple[str, int | None]]:
    """What a reader has still to hear, in order."""
    return [(item.case, item.n) for item in all_heard(reader)]


@pytest.mark.slow
def test_after_a_restore_nothing_is_missed_and_nothing_told_twice(trial: Trial) -> None:
    opened = [trial.open()[0] for _ in range(5)]
    for reader, read in READERS.items():
        found = all_heard(reader)
        if read:
            outbox.advance(reader, found[read - 1])
    with trial.city.superuser() as other:  # the numbers of a server that has worked for years
        other.execute("update casework_outbox set xid = (xid::text::bigint + 4000000000)::text::xid8")
        other.execute("update casework_reader set xid = (xid::text::bigint + 4000000000)::text::xid8 where xid <> '0'")
    assert [places(reader) for reader in READERS] == [[], [], [], []]
    outbox.renumber()
    (later,) = trial.open()
    for reader, read in READERS.items():
        assert [case for case, _ in places(reader)] == [*opened[read:], later]
        outbox.advance(reader, all_heard(reader)[-1])
        assert places(reader) == []
    outbox.renumber()  # of nothing
    (last,) = trial.open()
    assert [[case for case, _ in places(reader)] for reader in READERS] == [[last]] * len(READERS)
