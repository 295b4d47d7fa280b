"""An announced walk is told to the offices that are walked, so that they can make ready; one that is not, to nobody."""

from __future__ import annotations

from typing import Final

from tongban.applications import messages
from tongban.applications.messages import Desk, News
from tongban.applications.offers import offer_of
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.supervision.problems import nearest
from tongban.supervision.walk_models import Walk

CODE: Final = "walk-announced"
ROLES: Final = frozenset({"head", "handler", "approver", "window"})


def announce(catalog: Catalog, walk: Walk, by: int | None) -> None:
    """Tell the offices of an announced walk, less whoever begins it (``by``: an account)."""
    if not walk.is_announced:
        return
    title, own = offer_of(catalog, walk.about).title, catalog.authorities[walk.authority].title
    day = walk.begun_at.astimezone(time.ZONE)
    text = Text(
        f"{own.zh}的负责人 {day.month} 月 {day.day} 日来走“{title.zh}”",
        f"Leaders of {own.en} walk “{title.en}” on {day:%Y-%m-%d}",
    )
    but = frozenset({by} if by is not None else ())
    messages.tell([News(Desk(office, ROLES, but=but), CODE, text, "") for office in walked(catalog, walk)])


def walked(catalog: Catalog, walk: Walk) -> list[str]:
    """The offices nearest to the walk's own that handle its matter, each once."""
    region = catalog.offices[walk.office].region
    authorities = dict.fromkeys(
        catalog.services[part.service].authority for part in offer_of(catalog, walk.about).parts
    )
    staffed = {office.authority for office in catalog.offices.values()}
    return [nearest(catalog, one, region).id for one in authorities if one in staffed]
