"""The publication room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig

from tongban.platform import health


class PublicationConfig(AppConfig):
    """Which definitions are in force, and every one that ever was."""

    name = "tongban.publication"
    label = "publication"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A city in which nothing is published cannot answer anybody: it is not ready."""
        from tongban.publication.service import is_published

        health.register_check("publication", is_published)
