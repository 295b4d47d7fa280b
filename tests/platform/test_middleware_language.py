"""In which language a stranger is spoken to."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.django_db
def test_a_page_is_chinese_until_somebody_chooses_english() -> None:
    stranger = Client(headers={"accept-language": "en-US,en;q=0.9"})
    assert 'lang="zh' in stranger.get("/login").content.decode()
    stranger.cookies["django_language"] = "en"
    assert 'lang="en' in stranger.get("/login").content.decode()
