"""Starting the rehearsal: a process of its own, with another server, other keys and another folder than this city's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from tempfile import TemporaryFile
from typing import Final

from tongban.catalog.canonical import to_json
from tongban.catalog.model import Catalog
from tongban.platform.errors import PlatformError
from tongban.supervision.rounds.ways import LINE, Way

PROGRAM: Final = "tongban.testing.rehearsal"
LAST_WORDS: Final = 400
"""So many characters of what a broken rehearsal said are told."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be walked: which definitions, which offers (none: all), on which day, with which eyes."""

    catalog: Catalog
    about: tuple[str, ...]
    on: date
    browser: bool = False

    def to_json(self) -> str:
        """As the rehearsal reads it."""
        job = {
            "catalog": to_json(self.catalog),
            "about": self.about,
            "on": self.on.isoformat(),
            "browser": self.browser,
        }
        return json.dumps(job, ensure_ascii=False)


def rehearsed(job: Job) -> Iterator[Way]:
    """The ways of a job, each as soon as it is walked.

    Raises PlatformError ``no-browser`` and ``rehearsal-failed``.
    """
    if job.browser and find_spec("playwright") is None:
        raise no_browser()
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tongban.testing.settings"}
    with TemporaryFile() as given, TemporaryFile() as said:
        given.write(job.to_json().encode())
        given.seek(0)
        command = [sys.executable, "-m", PROGRAM]
        with subprocess.Popen(  # noqa: S603 - our own command
            command, env=environment, stdin=given, stdout=subprocess.PIPE, stderr=said
        ) as rehearsal:
            try:
                for line in rehearsal.stdout or ():
                    yield LINE.validate_json(line)
            except BaseException:  # whoever listens has gone: nobody need walk on
                rehearsal.terminate()
                raise
            code = rehearsal.wait()
        if code:
            said.seek(0)
            raise failed(said.read().decode(errors="replace")[-LAST_WORDS:])


def no_browser() -> PlatformError:
    """What is told where no browser can be led."""
    return PlatformError(
        "no-browser",
        zh="这台机器上没有能带着走的浏览器。",
        en="There is no browser here that can be led.",
        do_zh="装上 playwright 和 chromium（`pip install playwright`），或不加 --browser。",
        do_en="Install playwright and chromium (`pip install playwright`), or leave --browser out.",
    )


def failed(said: str) -> PlatformError:
    """What is told of a rehearsal that broke."""
    words = " ".join(said.split())
    return PlatformError(
        "rehearsal-failed",
        zh=f"彩排没有走完：{words}",
        en=f"The rehearsal broke off: {words}",
        do_zh="看上面的原因；`tongban walk --service 事项` 单走一项。",
        do_en="See the reason above; walk one alone with `tongban walk --service ID`.",
    )
