"""The engine's statements keep their plans, and pass over what a change does not bring."""

from __future__ import annotations

from django.db import migrations

from tongban.platform.sqlfile import InstallSql


class Migration(migrations.Migration):
    dependencies = [("casework", "0003_desks")]
    operations = [
        InstallSql(
            "tongban.casework", "sql/write.sql", "dd2ae0c16622c3997d1c1d78cca15049dd63757b0ab83929c49969f9541d4157"
        ),
        InstallSql(
            "tongban.casework", "sql/read.sql", "5487f30666b2af5a519d30ff0dc1e8ffc3e9f73a84d74bfc5da8c64b872a7f78"
        ),
    ]
