"""The holders elsewhere that a city names (TONGBAN_HOLDERS): each is an authority of the packs, or nothing starts.

A name that no pack has would be asked by nobody, and the tables here would answer in its place: with nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from tongban.catalog.findings import nearest_of
from tongban.platform.errors import PlatformError
from tongban.publication import files


def refuse_unknown(named: Iterable[str]) -> None:
    """Raise PlatformError `unknown-holder` for the first of these ids that no installed pack declares."""
    named = sorted(named)
    if not named:
        return
    known = files.authorities()
    for one in named:
        if one not in known:
            nearest = nearest_of(one, known)
            raise PlatformError(
                "unknown-holder",
                zh=f"TONGBAN_HOLDERS 里的“{one}”不是哪个定义包的部门"
                + (f"；最像的是“{nearest}”。" if nearest else "。"),
                en=f"“{one}” in TONGBAN_HOLDERS is no pack's authority"
                + (f"; the nearest is “{nearest}”." if nearest else "."),
                do_zh="先去掉 TONGBAN_HOLDERS，用 `tongban holders` 看编号，再改。",
                do_en="Unset TONGBAN_HOLDERS, see the ids with `tongban holders`, then correct it.",
            )
