"""The platform's one table, the mark and the clock of the city, is a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    """The platform as a Django app."""

    name = "tongban.platform"
    label = "platform"
