"""The publication room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PublicationConfig(AppConfig):
    """Which definitions are in force, and every one that ever was."""

    name = "tongban.publication"
    label = "publication"
    default_auto_field = "django.db.models.BigAutoField"
