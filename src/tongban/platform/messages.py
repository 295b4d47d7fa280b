"""Compiles message catalogues (`django.po`) into the form that runs (`django.mo`), which is never committed.

`msgfmt` is not on a fresh machine, so Babel does it, at set-up and before tests.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import tongban
from tongban.platform.packs import pack_folders


def compile_messages() -> int:
    """Compile each catalogue that is newer than its compiled form. Returns how many were compiled."""
    source = Path(tongban.__file__).parent
    rooms = sorted(source.glob("*/locale"))
    folders = [source / "locale", *rooms, *(folder / "locale" for folder in pack_folders().values())]
    stale = [file for folder in folders for file in folder.glob("*/LC_MESSAGES/django.po") if is_stale(file)]
    for file in stale:
        compile_file(file)
    return len(stale)


def is_stale(source: Path) -> bool:
    """Whether `source` is newer than its compiled form."""
    compiled = source.with_suffix(".mo")
    return not compiled.is_file() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns


def compile_file(source: Path) -> None:
    """Compile one catalogue, whole or not at all: a process may be reading the old form."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - wanted only when something is stale
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with source.open("rb") as text:
        catalogue = read_po(text, locale=source.parents[1].name, abort_invalid=True)
    descriptor, temporary = tempfile.mkstemp(dir=source.parent)
    with os.fdopen(descriptor, "wb") as compiled:
        write_mo(compiled, catalogue)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(source.with_suffix(".mo"))
