"""The process that rehearses: it is told what to walk on its input, and writes each way as a line of JSON.

It has the settings of a test run: another server, other keys, another folder than the city that asked.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from contextlib import ExitStack
from datetime import date
from typing import Any

LOWER_PRIORITY = 10


def main() -> None:
    """Read a job (`catalog`, `about`, `on`, `browser`) and walk it."""
    job = json.load(sys.stdin)
    os.nice(LOWER_PRIORITY)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tongban.testing.settings"
    from tongban.cli.city import die_with_parent, end_in_order, set_up_django

    die_with_parent()
    end_in_order()
    set_up_django()
    for noisy in ("django.request", "django.security"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)  # what does not work on a way is told by the way
    walk(job)


def walk(job: dict[str, Any]) -> None:
    """Write the ways of this job."""
    from tongban.catalog.canonical import from_json
    from tongban.publication.files import installed_functions
    from tongban.supervision.rounds.ways import LINE
    from tongban.testing import templates
    from tongban.testing.rehearsal import eyes
    from tongban.testing.rehearsal.city import rehearsal_city

    functions = installed_functions()
    catalog = from_json(job["catalog"], {name: functions[name] for name in job["catalog"]["functions"]})
    with ExitStack() as stack:
        server = stack.enter_context(templates.server())
        walker = stack.enter_context(rehearsal_city(server, catalog, date.fromisoformat(job["on"])))
        if job["browser"]:
            walker.eyes = stack.enter_context(eyes.opened(walker.site.address))
        for about in job["about"] or walker.offers():
            for way in walker.ways(about):
                sys.stdout.write(LINE.dump_json(way).decode() + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
