"""The sheets, the authority and the city that the tests of credentials share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tongban.catalog.vocabulary import Text
from tongban.credentials import authority, service
from tongban.credentials.sheet import Field, Sheet
from tongban.platform import crypto, places


@pytest.fixture(scope="session")
def signing(tmp_path_factory: pytest.TempPathFactory) -> authority.Authority:
    """An authority of this run."""
    return authority.create(tmp_path_factory.mktemp("keys"), city="株洲市")


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the test city's keys, with everything that set-up puts there; the keys themselves serve other tests."""
    folder = tmp_path / "keys"
    shutil.copytree(places.keys(), folder)
    authority.create(folder, city="株洲市")
    monkeypatch.setenv("TONGBAN_KEYS", str(folder))
    crypto.keyring.cache_clear()
    service.signing_authority.cache_clear()
    yield folder
    crypto.keyring.cache_clear()
    service.signing_authority.cache_clear()


@pytest.fixture
def sheet() -> Sheet:
    """A birth certificate."""
    return Sheet(
        template="certificate",
        kind="real",
        is_sample=False,
        title=Text("出生医学证明", "Medical certificate of birth"),
        number="4302-26-000001-K/01-01",
        code="7K2MQD8F3HT4",
        verify_address="http://127.0.0.1:8000/verify/7K2MQD8F3HT4",
        city=Text("株洲市", "Zhuzhou"),
        issuer=Text("株洲市妇幼保健院", "Zhuzhou Maternal and Child Health Hospital"),
        issued_on=date(2026, 11, 24),
        fields=(
            Field(Text("新生儿姓名", "Name of child"), "陈一诺"),
            Field(Text("母亲公民身份号码", "Mother's ID number"), "430200199305120021"),
        ),
        valid_from=date(2026, 11, 24),
    )
