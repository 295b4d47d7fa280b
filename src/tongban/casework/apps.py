"""Casework as a Django app: it brings tables, functions and policies, and no models."""

from __future__ import annotations

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """The room of cases."""

    name = "tongban.casework"
    label = "casework"
