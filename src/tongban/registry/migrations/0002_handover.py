"""What holders elsewhere have still to take, and for which case."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("case", models.TextField()),
                ("holder", models.TextField()),
                ("attributes", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("written_at", models.DateTimeField()),
                ("failed_at", models.DateTimeField(null=True)),
                ("failure", models.TextField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("told", models.TextField(null=True)),
                (
                    "subject",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="registry.subject"
                    ),
                ),
            ],
            options={
                "db_table": "registry_handover",
                "indexes": [models.Index(fields=["holder", "subject"], name="registry_handover_holder")],
            },
        ),
    ]
