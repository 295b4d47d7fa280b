"""The desk as a Django application: it brings pages, words and a script, and no tables."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The door for staff."""

    name = "tongban.desk"
    label = "desk"
