"""What is shown of personal values to anybody but their owner: the first character, or the ends of a number."""

from __future__ import annotations

from tongban.catalog.vocabulary import Attribute, Raw

VISIBLE_AT_START = 6
VISIBLE_AT_END = 4


def masked(attribute: Attribute, raw: Raw) -> Raw:
    """An ID number as ``430211********0031``, a phone number as ``199****0031``; everything else as it is."""
    if not isinstance(raw, str):
        return raw
    if attribute.kind == "phone":
        return f"{raw[:3]}****{raw[-VISIBLE_AT_END:]}"
    if attribute.sensitivity == "identifier" and len(raw) > VISIBLE_AT_START + VISIBLE_AT_END:
        hidden = len(raw) - VISIBLE_AT_START - VISIBLE_AT_END
        return f"{raw[:VISIBLE_AT_START]}{'*' * hidden}{raw[-VISIBLE_AT_END:]}"
    return raw


def masked_name(name: str) -> str:
    """``李**``: the first character of a name."""
    return f"{name[:1]}{'*' * (len(name) - 1)}" if name else ""
