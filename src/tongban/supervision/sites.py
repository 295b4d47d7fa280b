"""Places that are no office: village clinics, estates, plants. Each has a name, a region, a kind and the office that is
answerable for it; it may be visited, and what is asked of many is followed by town.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from tongban.applications.problems import FieldError, not_found, wrong_fields
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Text
from tongban.publication import service as publication
from tongban.supervision.models import Site

KINDS: Final[Mapping[str, Text]] = {
    "clinic": Text("村卫生室", "village clinic"),
    "estate": Text("小区", "estate"),
    "plant": Text("工厂企业", "plant"),
    "school": Text("学校", "school"),
    "other": Text("别的地方", "other place"),
}
COUNTY, TOWN = 6, 9
"""Digits of a county's and a town's code."""
MOST_AT_ONCE: Final = 200
LONGEST_NAME: Final = 60
LONG: Final = 18
"""No number of a site has so many digits."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Sites to be noted: their names, where all of them are, what they are, the office answerable for them."""

    names: tuple[str, ...]
    region: str
    kind: str
    office: str


@dataclass(frozen=True, slots=True)
class Group:
    """All sites of a kind in a county or town; ``value`` names the group in forms."""

    kind: str
    region: str
    count: int

    @property
    def value(self) -> str:
        """The kind and the region's code."""
        return f"{self.kind}|{self.region}"


def add(listing: Listing) -> int:
    """Note sites; one that is known under its name there stays as it is. Returns how many are new.

    Raises Problem 422 ``wrong-fields``.
    """
    names = list(dict.fromkeys(" ".join(name.split()) for name in listing.names if name.strip()))
    errors = _wrong(listing, names)
    if errors:
        raise wrong_fields(errors)
    with transaction.atomic():
        known = set(Site.objects.filter(region=listing.region, name__in=names).values_list("name", flat=True))
        new = [name for name in names if name not in known]
        Site.objects.bulk_create(
            [Site(name=name, region=listing.region, kind=listing.kind, office=listing.office) for name in new],
            ignore_conflicts=True,
        )
    return len(new)


def _wrong(listing: Listing, names: list[str]) -> list[FieldError]:
    catalog, errors = publication.current(), []
    if not names:
        errors.append(FieldError("names", "empty", Text("写上名称，一行一个", "Write the names, one a line.")))
    if len(names) > MOST_AT_ONCE:
        many = Text(f"一次最多 {MOST_AT_ONCE} 个", f"At most {MOST_AT_ONCE} at once.")
        errors.append(FieldError("names", "too-many", many))
    if any(len(name) > LONGEST_NAME for name in names):
        long = Text(f"名称最多 {LONGEST_NAME} 个字", f"A name has at most {LONGEST_NAME} characters.")
        errors.append(FieldError("names", "too-long", long))
    if listing.region not in catalog.regions or len(listing.region) < COUNTY:
        errors.append(FieldError("region", "not-an-option", Text("选一个乡镇或区县", "Choose a town or county.")))
    if listing.kind not in KINDS:
        errors.append(FieldError("kind", "not-an-option", Text("选一种", "Choose a kind.")))
    if listing.office not in catalog.offices:
        errors.append(FieldError("office", "unknown-office", Text("没有这个机构", "There is no such office.")))
    return errors


def title(site: Site) -> str:
    """What a site is called, with its town: the same name stands in many."""
    return f"{town(site).zh} {site.name}".strip()


def town(site: Site) -> Text:
    """The town of a site, or its county where no town is known."""
    code = site.region[:TOWN]
    return publication.current().regions.get(code, Text(code, code))


def region_title(catalog: Catalog, code: str) -> Text:
    """A county or town by its whole name, the county's before the town's."""
    codes = dict.fromkeys((code[:COUNTY], code[:TOWN]))
    names = [catalog.regions[one] for one in codes if one in catalog.regions]
    return Text(" ".join(one.zh for one in names), ", ".join(one.en for one in names))


def one(identity: str) -> Site | None:
    """A site by its number, as forms have it; None for an empty one. Raises Problem 404."""
    if not identity:
        return None
    found = (
        Site.objects.filter(id=int(identity)).first()
        if identity.isascii() and identity.isdecimal() and len(identity) < LONG
        else None
    )
    if found is None:
        raise not_found()
    return found


def groups() -> list[Group]:
    """Kinds of sites in each county and in each town of several, as one instruction may go to all of them."""
    counts = Counter[tuple[str, str]]()
    for kind, region in Site.objects.values_list("kind", "region"):
        counts.update({(kind, region[:digits]) for digits in (COUNTY, TOWN)})
    return [Group(kind, region, count) for (kind, region), count in sorted(counts.items()) if count > 1]


def of_group(value: str) -> list[Site]:
    """The sites of a group by its ``value``; none where there is no such."""
    kind, _, region = value.partition("|")
    return list(Site.objects.filter(kind=kind, region__startswith=region).order_by("region", "id")) if region else []


def known() -> list[Site]:
    """All sites, town by town."""
    return list(Site.objects.order_by("region", "kind", "id"))
