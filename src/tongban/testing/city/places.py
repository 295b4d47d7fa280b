"""Where people live and work: the real towns of the catalog, with communities and houses that are made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from tongban.catalog.vocabulary import Text
from tongban.testing.city import names

COUNTY_DIGITS, TOWN_DIGITS, VILLAGE_DIGITS = 6, 9, 12


@dataclass(frozen=True, slots=True)
class Place:
    """An address: the code of its village or town as far as it is known, the text."""

    region: str
    address: str

    @property
    def town(self) -> str:
        """The town's nine digits."""
        return self.region[:TOWN_DIGITS]

    @property
    def county(self) -> str:
        """The county's six digits."""
        return self.region[:COUNTY_DIGITS]


class Map:
    """The towns of the city and how addresses there are written."""

    def __init__(self, regions: Mapping[str, Text]) -> None:
        self._titles = {code: title.zh for code, title in regions.items()}
        self.towns = sorted(code for code in regions if len(code) == TOWN_DIGITS)
        self._villages = [code for code in sorted(regions) if len(code) == VILLAGE_DIGITS]
        self.city = next(title.zh for code, title in regions.items() if len(code) == 4)  # noqa: PLR2004 -- a city's code

    def county_title(self, county: str) -> str:
        """``株洲市天元区``; counties and county-level cities stand without the city, as on an envelope."""
        title = self._titles[county]
        return f"{self.city}{title}" if title.endswith("区") else title

    def place(self, random: Random, region: str | None = None) -> Place:
        """A dwelling, in any town or in this one or this village."""
        region = region or random.choice(self.towns)
        town = region[:TOWN_DIGITS]
        county, title = town[:COUNTY_DIGITS], self._titles[town]
        if region != town or (title.endswith(("镇", "乡")) and random.randrange(3)):
            known = [code for code in self._villages if code.startswith(region)]
            region = random.choice(known) if known else town
            village = self._titles[region] if known else f"{names.word(random)}村"
            house = f"{village}{random.randint(1, 20)}组{random.randint(1, 60)}号"
        else:
            flat = f"{random.randint(1, 30)}栋{random.randint(1, 4)}单元{random.randint(1, 18)}0{random.randint(1, 4)}"
            house = f"{names.word(random)}社区{flat}"
        return Place(region, f"{self.county_title(county)}{title}{house}")

    def shop(self, random: Random) -> Place:
        """A place of business."""
        town = random.choice(self.towns)
        county = town[:COUNTY_DIGITS]
        street = f"{names.word(random)}路{random.randint(1, 400)}号"
        return Place(town, f"{self.county_title(county)}{self._titles[town]}{street}")
