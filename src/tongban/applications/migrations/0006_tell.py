"""Telling whoever a piece of news is for, in one statement."""

from __future__ import annotations

from django.db import migrations

from tongban.platform.sqlfile import InstallSql


class Migration(migrations.Migration):
    dependencies = [("applications", "0005_awaited_fee"), ("accounts", "0001_initial")]
    operations = [
        InstallSql(
            "tongban.applications", "sql/tell.sql", "2624a2e76c0b23fe051e73c35d993e210a4372260923d5a8fd2373b260f3fa96"
        )
    ]
