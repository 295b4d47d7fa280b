"""The supervision room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """What time does by itself, city time, background work, webhooks."""

    name = "tongban.supervision"
    label = "supervision"
    default_auto_field = "django.db.models.BigAutoField"
