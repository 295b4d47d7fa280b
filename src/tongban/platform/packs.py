"""Where packs stand: folders of the tree, and folders of packages that the entry-point group `tongban.packs` names.

Found by place, never imported: settings, messages, templates and the catalog all start from this list.
"""

from __future__ import annotations

import functools
import importlib.util
from importlib.metadata import entry_points
from pathlib import Path

import tongban

GROUP = "tongban.packs"


@functools.cache
def pack_folders() -> dict[str, Path]:
    """Module path of each pack → its folder, by module path. A folder is a pack when it holds `pack.yaml`."""
    own = Path(tongban.__file__).parent / "packs"
    found = {f"{GROUP}.{file.parent.name}": file.parent for file in own.glob("*/pack.yaml")}
    for point in entry_points(group=GROUP):
        spec = importlib.util.find_spec(point.value)
        for place in (spec.submodule_search_locations or []) if spec else []:
            found[point.value] = Path(place)
    return dict(sorted(found.items()))
