"""Live sessions, and what was explained in them."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0006_walks")]
    operations = [
        migrations.CreateModel(
            "LiveSession",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("command", models.UUIDField(unique=True)),
                ("about", models.TextField()),
                ("office", models.TextField()),
                ("speaker", models.CharField(max_length=40)),
                ("at", models.DateTimeField(db_index=True)),
                ("minutes", models.PositiveSmallIntegerField()),
            ],
            options={"db_table": "supervision_live_session"},
        ),
        migrations.CreateModel(
            "Explained",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("command", models.UUIDField(unique=True)),
                ("about", models.TextField(db_index=True)),
                ("question", models.TextField()),
                ("answer", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="explained",
                        to="supervision.livesession",
                    ),
                ),
            ],
            options={"db_table": "supervision_explained"},
        ),
    ]
