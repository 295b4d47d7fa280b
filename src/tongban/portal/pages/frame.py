"""What every page shows around its content: the city, the reader, what waits, large print. A context processor.

The values are looked up when they are shown: a page that leaves one out asks the database for nothing.
"""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from tongban import publication
from tongban.applications import messages
from tongban.platform.models import Mark
from tongban.platform.time import city_mark
from tongban.portal.pages.door import reader
from tongban.portal.pages.switches import is_elder
from tongban.portal.templatetags.tongban import in_language
from tongban.portal.walking import recorder

CITY_DIGITS: Final = 4


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of every template."""
    is_known = request.user.is_authenticated
    return {
        "demonstration": SimpleLazyObject(is_demonstration),
        "elder": is_elder(request),
        "recorder": recorder(request),
        "city": SimpleLazyObject(_city),
        "reader": getattr(request.user, "shown_name", ""),
        "unread": SimpleLazyObject(lambda: messages.unread_count(reader(request))) if is_known else 0,
    }


def is_demonstration() -> bool:
    """Whether people, companies and figures of this city are made up."""
    return city_mark() != Mark.REAL


def _city() -> str:
    """The city's name: the region of four digits among those of the publication."""
    regions = publication.current().regions
    return next((in_language(name) for code, name in regions.items() if len(code) == CITY_DIGITS), "")
