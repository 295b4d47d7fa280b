"""What a city says is elsewhere: holders of facts (TONGBAN_HOLDERS) and agencies that handle cases (TONGBAN_AGENCIES).

Each is named by an id that a pack declares, or nothing starts: another name would be asked by nobody, and this city
would answer in its place, with nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from tongban.catalog.findings import nearest_of
from tongban.platform.errors import PlatformError
from tongban.publication import files


def refuse_unknown(holders: Collection[str], agencies: Collection[str]) -> None:
    """Raise PlatformError `unknown-holder` or `unknown-agency` for the first of these ids that no pack declares."""
    if holders and (stranger := _stranger(holders, files.authorities())):
        name, like_zh, like_en = stranger
        raise PlatformError(
            "unknown-holder",
            zh=f"TONGBAN_HOLDERS 里的“{name}”不是哪个定义包的部门{like_zh}。",
            en=f"“{name}” in TONGBAN_HOLDERS is no pack's authority{like_en}.",
            do_zh="先去掉 TONGBAN_HOLDERS，用 `tongban holders` 看编号，再改。",
            do_en="Unset TONGBAN_HOLDERS, see the ids with `tongban holders`, then correct it.",
        )
    if agencies and (stranger := _stranger(agencies, files.offices())):
        name, like_zh, like_en = stranger
        raise PlatformError(
            "unknown-agency",
            zh=f"TONGBAN_AGENCIES 里的“{name}”不是哪个定义包的机构{like_zh}。",
            en=f"“{name}” in TONGBAN_AGENCIES is no pack's office{like_en}.",
            do_zh="按 offices.yaml 里的编号改 TONGBAN_AGENCIES。",
            do_en="Correct TONGBAN_AGENCIES by the ids in offices.yaml.",
        )


def _stranger(named: Iterable[str], known: frozenset[str]) -> tuple[str, str, str] | None:
    """The first that is not known, and what is said of the nearest that is, in Chinese and English."""
    for one in sorted(named):
        if one not in known:
            nearest = nearest_of(one, known)
            return (one, f"；最像的是“{nearest}”", f"; the nearest is “{nearest}”") if nearest else (one, "", "")
    return None
