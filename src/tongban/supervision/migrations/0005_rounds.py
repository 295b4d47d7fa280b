"""The rounds of the machine that walks, and the figures of each of their ways."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0004_ratings")]
    operations = [
        migrations.CreateModel(
            "Round",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                ("is_whole", models.BooleanField()),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("seconds", models.PositiveIntegerField(default=0)),
                ("new", models.PositiveIntegerField(default=0)),
                ("known", models.PositiveIntegerField(default=0)),
                ("returned", models.PositiveIntegerField(default=0)),
            ],
            options={"db_table": "supervision_round"},
        ),
        migrations.CreateModel(
            "Walked",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("about", models.TextField()),
                ("situation", models.TextField(default="")),
                ("stuck_at", models.TextField(default="")),
                ("milliseconds", models.PositiveIntegerField()),
                ("questions", models.PositiveIntegerField()),
                ("papers", models.PositiveIntegerField()),
                ("clicks", models.PositiveIntegerField()),
                ("pages", models.PositiveIntegerField()),
                ("corrections", models.PositiveIntegerField()),
                ("slowest_at", models.TextField(default="")),
                ("slowest_milliseconds", models.PositiveIntegerField(default=0)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ways", to="supervision.round"
                    ),
                ),
            ],
            options={
                "db_table": "supervision_walked",
                "indexes": [models.Index(fields=["about", "round"], name="supervision_walked_about")],
            },
        ),
    ]
