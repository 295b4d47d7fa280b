"""The command that made a token: sent twice, it makes one."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_slip"),
    ]

    operations = [
        migrations.AddField("token", "command", models.UUIDField(null=True, unique=True)),
    ]
