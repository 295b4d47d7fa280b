"""Special inspections: a grouping of the board, frozen."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0007_explaining")]
    operations = [
        migrations.CreateModel(
            "Inspection",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("command", models.UUIDField(unique=True)),
                ("name", models.CharField(max_length=60)),
                ("by", models.CharField(max_length=12)),
                ("office", models.TextField()),
                ("at", models.DateTimeField()),
                ("frozen", models.JSONField()),
            ],
            options={"db_table": "supervision_inspection"},
        ),
    ]
