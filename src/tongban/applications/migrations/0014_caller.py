"""Callers of a hotline whom no register knows, found again by the hash of their number."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """One table."""

    dependencies = [("applications", "0013_lacks_papers")]
    operations = [
        migrations.CreateModel(
            "Caller",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("digest", models.BinaryField(unique=True)),
                ("subject_id", models.BigIntegerField()),
            ],
            {"db_table": "applications_caller"},
        ),
    ]
