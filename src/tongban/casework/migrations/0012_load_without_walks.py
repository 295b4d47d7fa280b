"""Walks and exercises are no load of an office."""

from __future__ import annotations

from django.db import migrations

from tongban.platform.sqlfile import InstallSql


class Migration(migrations.Migration):
    dependencies = [("casework", "0011_tallies_summed")]
    operations = [
        InstallSql(
            "tongban.casework", "sql/desks.sql", "240ad7eb56ace25c818489dbc7fe141afd9eefaef875310a7cd9d8b291c730a6"
        ),
    ]
