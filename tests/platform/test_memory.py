"""The collector of garbage rests while much is made that stays, and works again afterwards."""

from __future__ import annotations

import gc

import pytest

from tongban.platform.memory import uncollected


def test_the_collector_rests_meanwhile_and_works_again_afterwards() -> None:
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_works_again_after_a_failure() -> None:
    with pytest.raises(KeyError), uncollected():
        raise KeyError("x")
    assert gc.isenabled()
