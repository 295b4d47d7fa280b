"""The publication room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings

from tongban.platform import health


class PublicationConfig(AppConfig):
    """Which definitions are in force, and every one that ever was."""

    name = "tongban.publication"
    label = "publication"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Nobody unknown is elsewhere; and a city in which nothing is published cannot answer: it is not ready."""
        from tongban.publication import elsewhere
        from tongban.publication.service import is_published

        elsewhere.refuse_unknown(settings.HOLDERS, settings.AGENCIES)
        health.register_check("publication", is_published)
