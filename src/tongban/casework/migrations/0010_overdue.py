"""What is overdue is counted by office and service."""

from __future__ import annotations

from django.db import migrations

from tongban.platform.sqlfile import InstallSql


class Migration(migrations.Migration):
    dependencies = [("casework", "0009_tallies")]
    operations = [
        InstallSql(
            "tongban.casework", "sql/overdue.sql", "93306a70ed1699a48285b470cb4a62ddb747eb2657da5206fadaf6312343dfaa"
        ),
    ]
