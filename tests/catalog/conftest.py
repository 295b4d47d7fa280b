"""The sample pack, compiled."""

from __future__ import annotations

import pytest
from tests.catalog.packs import HERE, SAMPLE, checked

from tongban.catalog.model import Catalog


@pytest.fixture(scope="session")
def sample() -> Catalog:
    """The catalog of the sample pack."""
    catalog, findings = checked([SAMPLE], HERE)
    assert findings == ()
    assert catalog is not None
    return catalog
