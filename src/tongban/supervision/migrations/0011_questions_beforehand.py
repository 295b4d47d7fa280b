"""Questions asked before a live session: which inquiry is of which session."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0010_assignments")]
    operations = [
        migrations.CreateModel(
            "AskedBefore",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("inquiry", models.CharField(max_length=24, unique=True)),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="asked",
                        to="supervision.livesession",
                    ),
                ),
            ],
            options={"db_table": "supervision_asked_before"},
        ),
    ]
