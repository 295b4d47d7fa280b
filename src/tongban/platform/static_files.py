"""The pages' style sheets, scripts and pictures as a server hands them out: compressed, and named by their content.

Whoever serves prepares them before the first request (`wsgi.py`), whichever way it was started. A version's files have
a folder of their own, named by what is in them: while one version is upgraded to another, each server has its own.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command

MANIFEST = "staticfiles.json"  # written when all the rest is there
KEPT = 4  # versions: an old server may still be serving


def version(sources: Iterable[Path]) -> str:
    """The name of the folder for what these folders hold; one that is not there holds nothing."""
    digest = hashlib.sha256()
    for folder in sources:
        for file in sorted(each for each in folder.rglob("*") if each.is_file()):
            content = file.read_bytes()
            digest.update(f"{file.relative_to(folder)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def prepare() -> None:
    """Put the files of this version where the server serves them from, unless they are there.

    Django must be set up. Of several processes one does it and the others wait; one that is killed meanwhile leaves no
    manifest, and the next begins again.
    """
    folder = Path(settings.STATIC_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not (folder / MANIFEST).is_file():
            call_command("collectstatic", interactive=False, clear=True, verbosity=0)
            others = sorted(folder.parent.glob("*/"), key=lambda each: each.stat().st_mtime, reverse=True)
            for old in others[KEPT:]:
                shutil.rmtree(old, ignore_errors=True)


def are_prepared() -> bool:
    """Whether this process knows the files by name and they are where it serves them from.

    A storage without a manifest serves them from where they were written, so there is nothing to prepare.
    """
    named: dict[str, str] | None = getattr(staticfiles_storage, "hashed_files", None)
    return named is None or (bool(named) and all(map(staticfiles_storage.exists, named.values())))
