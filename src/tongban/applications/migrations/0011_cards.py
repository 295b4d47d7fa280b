"""Pages that a social security card opens at a window, and the codes that an electronic one shows."""

from __future__ import annotations

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0010_referral")]
    operations = [
        migrations.CreateModel(
            "CardCode",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("subject_id", models.BigIntegerField(unique=True)),
                ("digest", models.BinaryField(unique=True)),
                ("until", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "applications_card_code"},
        ),
        migrations.CreateModel(
            "CardVisit",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("office", models.TextField()),
                ("opened_by", models.BigIntegerField()),
                ("subject_id", models.BigIntegerField()),
                ("way", models.CharField(choices=[("number", "Number"), ("code", "Code")], max_length=6)),
                (
                    "applications",
                    django.contrib.postgres.fields.ArrayField(models.CharField(max_length=24), default=list, size=None),
                ),
            ],
            options={"db_table": "applications_card_visit"},
        ),
    ]
