"""Tables of which every row becomes an application of its own."""

from __future__ import annotations

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0008_keep"),
    ]

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("command", models.UUIDField(unique=True)),
                ("bundle", models.TextField()),
                ("applicant_id", models.BigIntegerField(db_index=True)),
                ("filled_by", models.BigIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("rows", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                ("uploaded_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "applications_batch",
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished_at", None), ("started_at__isnull", False)),
                        fields=["started_at"],
                        name="applications_batch_running",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BatchRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("row", models.PositiveIntegerField()),
                ("application", models.CharField(max_length=24, null=True)),
                ("faults", models.JSONField(null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="settled",
                        to="applications.batch",
                    ),
                ),
            ],
            options={
                "db_table": "applications_batch_row",
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "row"), name="applications_batch_row_once"),
                    models.CheckConstraint(
                        condition=models.Q(("application__isnull", True), ("faults__isnull", True), _connector="XOR"),
                        name="applications_batch_row_one",
                    ),
                ],
            },
        ),
    ]
