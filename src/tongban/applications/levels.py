"""通办: what a window took for an office of another place. The case runs there; who applied may collect at either."""

from __future__ import annotations

from collections.abc import Mapping

from tongban.applications.models import Form
from tongban.casework.model import Case
from tongban.catalog.vocabulary import Office


def is_for_elsewhere(offices: Mapping[str, Office], window: str | None, office: str) -> bool:
    """Whether a window and the office that has the case stand apart: neither's region is around the other's.

    A city's window that takes for its counties, or a county's that takes for its city, does so at home.
    """
    if window is None or window not in offices or office not in offices:
        return False
    here, there = offices[window].region, offices[office].region
    return not here.startswith(there) and not there.startswith(here)


def taken_at(offices: Mapping[str, Office], case: Case, form: Form | None) -> dict[str, str] | None:
    """The title of the window of another place that took a case for its office; None where none did."""
    window = form.window_office if form is not None else None
    return offices[window].title.to_json() if window and is_for_elsewhere(offices, window, case.office) else None
