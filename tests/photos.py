"""Synthetic photos: whole enough to be taken, with all that a phone writes beside the picture."""

from __future__ import annotations

import struct
import zlib

PLACE = b"N27.8274 E113.1340"
DEVICE = b"Phone of somebody"
BEHIND = b"PK\x03\x04 an archive behind the picture"


def _segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def jpeg(way_up: int = 1) -> bytes:
    """A JPEG with place, device, preview, a remark, and something behind its end."""
    tags = struct.pack(">HHI", 0x0112, 3, 1) + struct.pack(">HH", way_up, 0)
    exif = b"Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01" + tags + bytes(4) + PLACE + DEVICE
    return (
        b"\xff\xd8"
        + _segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
        + _segment(0xE1, exif)
        + _segment(0xED, b"Photoshop " + DEVICE)
        + _segment(0xFE, b"remark " + PLACE)
        + _segment(0xDB, bytes(65))
        + _segment(0xC0, b"\x08\x00\x01\x00\x01\x01\x01\x11\x00")
        + _segment(0xC4, bytes(17))
        + _segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
        + b"dots\xff\x00dots\xff\xd0dots"
        + b"\xff\xd9"
        + BEHIND
    )


def png() -> bytes:
    """A PNG of one dot with a place and a remark."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    beside = chunk(b"tEXt", b"Comment\x00" + DEVICE) + chunk(b"eXIf", PLACE)
    return (
        b"\x89PNG\r\n\x1a\n" + head + beside + chunk(b"IDAT", zlib.compress(b"\x00\x80")) + chunk(b"IEND", b"") + BEHIND
    )
