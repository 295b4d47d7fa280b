"""Photos taken with a phone, as the house keeps them: the picture and nothing beside it.

A photo may show a face. None is ever public, but one of which somebody who may has declared that it shows nobody
(`repair_photos`); walks have no such declaration.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Final

from tongban.applications import papers
from tongban.applications.problems import FieldError, Problem
from tongban.catalog.vocabulary import Text

JPEG, PNG = "image/jpeg", "image/png"
KINDS: Final = frozenset({JPEG, PNG})
_START, _END = b"\xff\xd8", b"\xff\xd9"
_SCAN, _ADOBE, _EXIF = 0xDA, 0xEE, 0xE1
_DRAWN: Final = frozenset({*range(0xC0, 0xCC), *range(0xCD, 0xD0), 0xDB, 0xDD, 0xDA}) - {0xC8}
"""The segments of a JPEG that hold the picture: frames, tables, restarts, scans."""
_CHUNKS: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_WAYS_UP: Final = range(2, 9)
"""The orientations that say a picture must be turned before it is shown."""


def taken(field: str, chunks: Iterable[bytes]) -> tuple[bytes, str]:
    """An uploaded photo as it is kept, and its kind. Raises Problem 413 ``too-large``, 415 ``wrong-type``."""
    content = papers.collected(field, chunks)
    kind = papers.media_type_of(content)
    text = Text("只收照片（JPG、PNG）。换一张", "Only photos (JPG, PNG). Choose another one.")
    if kind not in KINDS:
        raise Problem(415, "wrong-type", text, [FieldError(field, "wrong-type", text)])
    return bare(field, content, kind), kind


def bare(field: str, content: bytes, kind: str) -> bytes:
    """A photo written anew from its picture alone: no place, no time, no device, no preview, nothing behind its end.

    Which way up it is stays. Raises Problem 415 ``wrong-type`` for what is not whole to its end.
    """
    try:
        return _jpeg(content) if kind == JPEG else _png(content)
    except (ValueError, IndexError):
        text = Text("这张照片不完整，重拍一张", "This photo is not whole. Take another one.")
        raise Problem(415, "wrong-type", text, [FieldError(field, "wrong-type", text)]) from None


def _jpeg(content: bytes) -> bytes:
    kept, turned, at = bytearray(_START), 1, len(_START)
    scans = 0
    while content[at : at + 2] != _END:
        if content[at] != 0xFF:  # noqa: PLR2004 -- every segment begins so
            raise ValueError
        marker = content[at + 1]
        if marker == 0xFF:  # noqa: PLR2004 -- filled up
            at += 1
            continue
        size = int.from_bytes(content[at + 2 : at + 4], "big")
        segment = content[at : at + 2 + size]
        if size < 2 or len(segment) != 2 + size:  # noqa: PLR2004 -- the size counts itself
            raise ValueError
        at += len(segment)
        if marker == _EXIF:
            turned = _way_up(segment[4:]) or turned
        if marker in _DRAWN or (marker == _ADOBE and segment[4:9] == b"Adobe"):
            kept += segment
        if marker == _SCAN:
            scans += 1
            end = _end_of_scan(content, at)
            kept += content[at:end]
            at = end
    if not scans:
        raise ValueError
    head = _START + _turning(turned) if turned in _WAYS_UP else _START
    return head + bytes(kept[len(_START) :]) + _END


def _end_of_scan(content: bytes, at: int) -> int:
    """Where the drawn dots end: at a marker that is neither a stuffed byte nor a restart."""
    while True:
        at = content.index(b"\xff", at)
        after = content[at + 1]
        if after != 0 and not 0xD0 <= after <= 0xD7:  # noqa: PLR2004 -- the eight restarts
            return at
        at += 2


def _way_up(segment: bytes) -> int | None:
    """The orientation (tag 0x0112) in an Exif segment, if it has one."""
    if segment[:6] != b"Exif\x00\x00":
        return None
    tiff = segment[6:]
    order: dict[bytes, str] = {b"II": "little", b"MM": "big"}
    ends = order.get(tiff[:2])
    if ends is None:
        return None

    def number(start: int, size: int) -> int:
        return int.from_bytes(tiff[start : start + size], "little" if ends == "little" else "big")

    first = number(4, 4)
    for entry in range(min(number(first, 2), 64)):
        at = first + 2 + 12 * entry
        if number(at, 2) == 0x0112:  # noqa: PLR2004 -- the tag
            return number(at + 8, 2)
    return None


def _turning(way_up: int) -> bytes:
    """An Exif segment that says which way up and nothing else."""
    tiff = b"MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + bytes([way_up]) + bytes(6)
    body = b"Exif\x00\x00" + tiff
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body


def _png(content: bytes) -> bytes:
    chunks = list(_chunks(content))
    names = [name for name, _whole in chunks]
    if names[0] != b"IHDR" or names[-1] != b"IEND" or b"IDAT" not in names:
        raise ValueError
    return _SIGNATURE + b"".join(whole for name, whole in chunks if name in _CHUNKS)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk of a PNG with its name, to the one that ends it."""
    at, name = len(_SIGNATURE), b""
    while name != b"IEND":
        size = int.from_bytes(content[at : at + 4], "big")
        whole = content[at : at + 12 + size]
        name = whole[4:8]
        if len(whole) != 12 + size or zlib.crc32(whole[4:-4]) != int.from_bytes(whole[-4:], "big"):
            raise ValueError
        yield name, whole
        at += len(whole)
