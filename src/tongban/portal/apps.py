"""The portal as a Django application: it brings templates, static files, tags and words, and no tables."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The door for people and companies."""

    name = "tongban.portal"
    label = "portal"
