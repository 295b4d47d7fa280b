"""The registry room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Facts the government holds, their holders, who read them."""

    name = "tongban.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"
