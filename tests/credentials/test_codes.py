"""What a verification code promises: unmistakable characters, and every slip of the finger noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.credentials import codes

randoms = st.binary(min_size=codes.RANDOM_SIZE_BYTES, max_size=codes.RANDOM_SIZE_BYTES)
places = st.integers(min_value=0, max_value=codes.LENGTH - 1)


@given(randoms)
def test_a_code_reads_back_as_printed(random: bytes) -> None:
    code = codes.make(random)
    assert len(code) == codes.LENGTH
    assert codes.parse(codes.grouped(code)) == code


@given(randoms, places, st.sampled_from(codes.ALPHABET))
def test_one_wrong_character_is_noticed(random: bytes, place: int, character: str) -> None:
    code = codes.make(random)
    wrong = code[:place] + character + code[place + 1 :]
    assert (codes.parse(wrong) is None) == (wrong != code)


@given(randoms, places, places)
def test_two_exchanged_characters_are_noticed(random: bytes, one: int, other: int) -> None:
    code = list(codes.make(random))
    swapped = list(code)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    assert (codes.parse("".join(swapped)) is None) == (swapped != code)


def test_typing_does_not_matter() -> None:
    code = codes.make(bytes(16))
    assert code == "111111111111"
    for typed in ("1111-1111-1111", " 1111 1111 1111 ", "１１１１－１１１１－１１１１", "iIlL-1111-1111"):
        assert codes.parse(typed) == code


@pytest.mark.parametrize(
    "typed", ["", "7K2M", "0000-0000-0000", "1111-1111-1111-1", "这是十二个字的验证码对吧", "1" * 10_000]
)
def test_what_cannot_be_a_code_is_refused(typed: str) -> None:
    assert codes.parse(typed) is None


def test_a_code_needs_all_its_randomness() -> None:
    with pytest.raises(ValueError, match="16 random bytes"):
        codes.make(b"short")
