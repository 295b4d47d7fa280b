"""The registry room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings


class RegistryConfig(AppConfig):
    """Facts the government holds, their holders, who read them."""

    name = "tongban.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A holder that nobody knows is refused before anything is asked."""
        from tongban.registry import holders

        holders.refuse_unknown(settings.HOLDERS)
