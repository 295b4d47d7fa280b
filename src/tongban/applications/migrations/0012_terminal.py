"""Self-service terminals of halls."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """A table of its own; it begins empty."""

    dependencies = (("applications", "0011_cards"),)
    operations = (
        migrations.CreateModel(
            name="Terminal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("office", models.TextField(db_index=True)),
                ("digest", models.BinaryField(unique=True)),
                ("registered_by", models.BigIntegerField()),
                ("registered_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "applications_terminal"},
        ),
    )
