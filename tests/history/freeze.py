"""What a release leaves behind for ever: lives of cases as they were recorded, and the catalog they were decided under.

`.venv/bin/python -m tests.history.freeze` plays some stories of the demonstration, each in a city of its own, and
writes `tests/history/VERSION/`. Once at each release; what an earlier one left is never written again.
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from typing import Final

import django

STORIES: Final = (
    "hire-paper-follows", "newborn-correction", "newborn-disputed", "newborn-refused", "newborn-silence",
    "newborn-twins", "newborn-withdrawn", "open-restaurant", "retire-delayed",
)  # fmt: skip


def main() -> None:
    """Freeze the stories under the version that this checkout is."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tongban.testing.settings"
    django.setup()
    from tests.history import keeping  # noqa: PLC0415 -- Django waits for its settings

    from tongban.publication.files import tree  # noqa: PLC0415 -- as above
    from tongban.testing import templates  # noqa: PLC0415 -- as above
    from tongban.testing.stories.finding import all_stories  # noqa: PLC0415 -- as above

    folder = keeping.HERE / version("tongban")
    if folder.exists():
        sys.exit(f"{folder} is there: what a release has left is never written again.")
    folder.mkdir()
    catalog = tree()
    keeping.keep_catalog(folder, catalog)
    with templates.server() as server:
        for file in all_stories():
            if file.stem in STORIES and not keeping.keep_story(folder, file, catalog, server):
                sys.exit(f"{file} does not go as it says.")


if __name__ == "__main__":
    main()
