"""The API door as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """HTTP for machines and for stories."""

    name = "tongban.api"
    label = "api"
