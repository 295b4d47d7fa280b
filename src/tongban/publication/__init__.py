"""Which definitions are in force: `publish_tree()` puts packs in force, `current()` and `at(digest)` serve catalogs.

`files` compiles packs without a database, `calendars` gives the calendar of a catalog.
"""

from __future__ import annotations

from tongban.publication.service import Published, RefusedPublicationError, at, current, publish, publish_tree

__all__ = ["Published", "RefusedPublicationError", "at", "current", "publish", "publish_tree"]
