"""Photos of what was put right; what voters were told of a repair; what a phone kept while it had no network."""

from __future__ import annotations

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0008_inspections")]
    operations = [
        migrations.CreateModel(
            "RepairPhoto",
            [
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("command", models.UUIDField(unique=True)),
                ("office", models.TextField()),
                ("added_by", models.BigIntegerField()),
                ("added_at", models.DateTimeField()),
                ("media_type", models.CharField(max_length=20)),
                ("file", models.BinaryField()),
                ("shows_nobody_by", models.BigIntegerField(null=True)),
                ("shows_nobody_at", models.DateTimeField(null=True)),
                (
                    "problem",
                    models.ForeignKey(on_delete=models.deletion.CASCADE, related_name="photos", to="supervision.found"),
                ),
            ],
            options={
                "db_table": "supervision_repair_photo",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("shows_nobody_by", None),
                            models.Q(("shows_nobody_by", models.F("added_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="supervision_repair_photo_by_another",
                    )
                ],
            },
        ),
        migrations.AddField("vote", "repaired", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("passage", "command", models.UUIDField(null=True, unique=True)),
    ]
