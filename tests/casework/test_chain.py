"""Records, their bytes and their heads: the same for ever, and the same as everywhere else in the house."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from tongban.casework import chain, coding, merkle
from tongban.casework.model import Event
from tongban.catalog import canonical
from tongban.clock import SHANGHAI

KEYS = st.from_regex(r"[ -~]{1,8}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
)
EVENT = Event(
    case="4302-26-000001-U/01",
    n=1,
    kind="opened",
    command="00000000-0000-4000-8000-000000000001",
    k=0,
    actor="person:8",
    happened_at=datetime(2026, 11, 16, 9, tzinfo=SHANGHAI),
    recorded_at=datetime(2026, 11, 16, 9, tzinfo=SHANGHAI),
    definition="ab" * 16,
    calendar="cd" * 16,
    data={"to": "submitted", "facts": {"owner.name": ["claimed", "ef" * 16]}},
)


@given(JSON)
def test_records_have_the_houses_canonical_bytes(record: object) -> None:
    assert chain.canonical(record) == canonical.canonical(record)  # type: ignore[arg-type]


def test_the_head_of_a_record_never_changes() -> None:
    """Frozen: a difference here means that no chain ever written verifies any more."""
    assert chain.head(chain.GENESIS, EVENT) == "f0a2fe5e177a289e4858c7761194679f9b87952bd6201e8bf288b29c6c13b174"
    assert chain.digest(chain.salt_of(b"0" * 16, 7), "owner.name", "贺小满") == "73ce2d469d6f60ff86ec9b4060dd12fd"


def test_a_head_depends_on_everything_before_and_everything_in_it() -> None:
    heads = {chain.head(chain.GENESIS, EVENT), chain.head("1" * 64, EVENT)}
    changes = {"case": "x", "n": 2, "kind": "noted", "command": "c", "k": 1, "actor": "a", "definition": "d",
               "calendar": "e", "data": {}, "format": 2, "happened_at": EVENT.happened_at.replace(minute=1),
               "recorded_at": EVENT.recorded_at.replace(minute=1)}  # fmt: skip
    heads |= {chain.head(chain.GENESIS, replace(EVENT, **{name: value})) for name, value in changes.items()}  # type: ignore[arg-type]
    assert len(heads) == len(changes) + 2


@given(st.binary(min_size=16, max_size=16), st.integers(0, 2**40), st.integers(0, 2**40))
def test_subjects_have_salts_of_their_own(salt: bytes, one: int, other: int) -> None:
    assert (chain.salt_of(salt, one) == chain.salt_of(salt, other)) == (one == other)


LEAVES = st.lists(st.tuples(st.integers(1, 99), st.integers(1, 9), st.sampled_from(["aa", "bb"])), unique=True)


@given(LEAVES, LEAVES)
def test_a_root_stands_for_exactly_its_leaves(one: list[merkle.Leaf], other: list[merkle.Leaf]) -> None:
    assert (merkle.root(one) == merkle.root(other)) == (one == other)


@given(st.dates() | st.datetimes(timezones=st.just(SHANGHAI)) | st.none())
def test_days_and_moments_come_back_as_they_were(value: datetime | None) -> None:
    back = coding.read_day(coding.write_day(value))
    assert (back, type(back)) == (value, type(value))
