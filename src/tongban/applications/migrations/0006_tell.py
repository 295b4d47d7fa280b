"""Telling whoever a piece of news is for, in one statement."""

from __future__ import annotations

from django.db import migrations

from tongban.platform.sqlfile import InstallSql


class Migration(migrations.Migration):
    dependencies = [("applications", "0005_awaited_fee"), ("accounts", "0001_initial")]
    operations = [
        InstallSql(
            "tongban.applications", "sql/tell.sql", "bf6b8ee3e7366c4542efbfde68fb2b77624f9e77062e2e5c3d75d50ba85cddb9"
        )
    ]
