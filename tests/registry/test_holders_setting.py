"""TONGBAN_HOLDERS names the services of holders elsewhere, and is refused before anything starts when it is wrong."""

from __future__ import annotations

import pytest

from tongban.platform.errors import PlatformError
from tongban.platform.settings import named_holders


def test_it_maps_authorities_to_addresses() -> None:
    text = '{"medical-insurance/insurer": "https://insurer.example/facts"}'
    assert named_holders(text) == {"medical-insurance/insurer": "https://insurer.example/facts"}
    assert named_holders("{}") == {}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '"x"', '{"insurer": "https://x"}', '{"a/b": "file:///etc/passwd"}', '{"a/b": 1}', '{"a/b": null}'],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(PlatformError, match="bad-holders"):
        named_holders(text)
