"""The credentials room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    """What the city gives people in writing, and whether a paper shown later is really the city's."""

    name = "tongban.credentials"
    label = "credentials"
    default_auto_field = "django.db.models.BigAutoField"
