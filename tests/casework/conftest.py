"""A database of the test's own with the trial pack published and two registered subjects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.casework import world

from tongban.casework import audit, seals, service
from tongban.casework.model import Given, Opening
from tongban.platform import time
from tongban.publication import service as publication
from tongban.publication.files import installed_functions
from tongban.registry import service as registry
from tongban.testing.fixtures import City


@dataclass
class Trial:
    """The city, what is in force in it, and who takes part."""

    city: City
    digest: str
    owner: int
    shop: int
    seals: Path

    def submission(self, *openings: Opening, mode: str = "real", command: str | None = None) -> service.Submission:
        """An application with these cases, about the registered subjects."""
        return service.Submission(
            command=command or world.new_id(),
            number=service.new_number(),
            publication=self.digest,
            applicant=self.owner,
            mode=mode,  # type: ignore[arg-type]
            openings=openings or (self.permit(),),
        )

    def open(self, *openings: Opening, mode: str = "real") -> tuple[str, ...]:
        """Open an application; returns the numbers of its cases."""
        return service.open_application(self.submission(*openings, mode=mode), world.OWNER).cases

    def family(self) -> tuple[Opening, ...]:
        """A permit, a card that waits for it, and a sign that waits for both."""
        shop, place = {"shop": (self.shop,)}, {"place": (self.shop,)}
        region = Given("430211", "fetched")
        return (
            self.permit(),
            Opening(
                2, "trial/card", shop, world.TRADE, "430211", {"shop.region": region},
                {1: ("shop.licence_number",)},
            ),
            Opening(
                3, "trial/sign", place, world.WATER, "430211", {"place.region": region},
                {1: ("place.licence_number",), 2: ("place.carded",)},
            ),
        )  # fmt: skip

    def permit(self, **changes: object) -> Opening:
        """An opening of the standard service."""
        return world.permit(roles={"owner": (self.owner,), "shop": (self.shop,)}, **changes)


@pytest.fixture
def trial(city: City, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Trial]:
    """The city; when the test ends, every stored row must be what its events add up to (the projection law)."""
    # The trial pack is not installed, so its functions are put beside those of the packs that are.
    functions = {**installed_functions(), **world.catalog().functions}
    monkeypatch.setattr(publication, "installed_functions", lambda: functions)
    monkeypatch.setattr(seals, "folder", lambda: tmp_path)
    publication.publish(world.catalog())
    time.set_time(world.MONDAY, frozen=True)
    set_up = Trial(
        city, world.catalog().digest, registry.create("base/Person"), registry.create("trial/Shop"), tmp_path
    )
    yield set_up
    assert city.is_tampered or audit.audit().findings == []
