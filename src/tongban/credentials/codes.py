"""Verification codes: short enough to read over the telephone, checked before anything is looked up.

A code is twelve characters of an alphabet without look-alikes (no 0, I, L, O, U), printed in groups of four. Eleven
come from random bytes; the twelfth makes the sum of character × place divisible by 31, the size of the alphabet and a
prime, so every single wrong character and every exchange of two characters is noticed. Pure: the randomness is passed
in.
"""

from __future__ import annotations

import unicodedata

ALPHABET = "123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
GROUP = 4
RANDOM_SIZE_BYTES = 16

# Longer than any way of writing twelve characters; what is longer is refused before it is folded.
_TYPED_MAX = 64
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_LOOK_ALIKES = str.maketrans("IL", "11")


def make(random: bytes) -> str:
    """Return a code made of the given random bytes (`RANDOM_SIZE_BYTES` of them)."""
    if len(random) != RANDOM_SIZE_BYTES:
        message = f"a code is made of {RANDOM_SIZE_BYTES} random bytes, not {len(random)}"
        raise ValueError(message)
    number = int.from_bytes(random)
    digits: list[int] = []
    for _ in range(LENGTH - 1):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(digit)
    # The last place weighs 12, so the check digit is minus the sum, divided by 12 modulo 31.
    check = -_weighted(digits) * pow(LENGTH, -1, len(ALPHABET)) % len(ALPHABET)
    return "".join(ALPHABET[digit] for digit in (*digits, check))


def grouped(code: str) -> str:
    """Return a code as it is printed: ``7K2M-QD8F-3HTV``."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def parse(text: str) -> str | None:
    """Return the code somebody typed, or None when it cannot be one; case, width, spaces and hyphens do not matter."""
    if len(text) > _TYPED_MAX:
        return None
    folded = unicodedata.normalize("NFKC", text).upper()
    code = "".join(character for character in folded if character.isalnum()).translate(_LOOK_ALIKES)
    if len(code) != LENGTH or any(character not in _VALUES for character in code):
        return None
    return code if _weighted([_VALUES[character] for character in code]) % len(ALPHABET) == 0 else None


def _weighted(digits: list[int]) -> int:
    return sum(place * digit for place, digit in enumerate(digits, start=1))
