"""The accounts room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who logs in, at which desk, and for whom they may act."""

    name = "tongban.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
