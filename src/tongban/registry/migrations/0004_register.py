"""Registering subjects in the statement that writes what names them."""

from __future__ import annotations

from django.db import migrations

from tongban.platform.sqlfile import InstallSql


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_write")]
    operations = [
        InstallSql(
            "tongban.registry", "sql/register.sql", "e2b9e7ab8eaa25a3fa61b3991360079e4fef14508debad98708404a12ec9fc6e"
        )
    ]
