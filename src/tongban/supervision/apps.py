"""The supervision room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """What time does by itself, city time, background work, webhooks."""

    name = "tongban.supervision"
    label = "supervision"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let /metrics count what waits."""
        from tongban.supervision import figures  # noqa: F401 -- models are ready only now
