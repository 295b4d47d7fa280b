"""The functions through which casework is written and read, and who may use them."""

from __future__ import annotations

from django.db import migrations

from tongban.platform.sqlfile import InstallSql


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_tables")]
    operations = [
        InstallSql(
            "tongban.casework", "sql/write.sql", "66e068bf639ae9b438e4431034b2e4357a2bc065227b45244f23b3dd091f3923"
        ),
        InstallSql(
            "tongban.casework", "sql/read.sql", "6c930026771f0265cc044bfe84adbd81638b3b21d2f03ee24fcbfe404f98725a"
        ),
        InstallSql(
            "tongban.casework", "sql/policies.sql", "a2aaa9ae469d1a0f68a35404fd9f6ca0cef51a53311fff71f8c3f3ed67468e68"
        ),
    ]
