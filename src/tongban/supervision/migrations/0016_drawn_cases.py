"""What became of each case that a draw gave a walk, how it was drawn, and who said what at a discussion."""

from __future__ import annotations

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0015_words_of_ratings")]
    operations = [
        migrations.AddField("Walk", "seed", models.CharField(max_length=80, default="")),
        migrations.AddField("Walk", "candidates", models.PositiveIntegerField(default=0)),
        migrations.AddField("Walk", "present", models.BinaryField(null=True)),
        migrations.AddField("Walk", "discussed", models.BinaryField(null=True)),
        migrations.CreateModel(
            "DrawnCase",
            [
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("case", models.CharField(max_length=28)),
                (
                    "outcome",
                    models.CharField(
                        choices=[("nothing", "Nothing"), ("found", "Found"), ("not-reached", "Not Reached")],
                        max_length=12,
                    ),
                ),
                ("said", models.BinaryField(null=True)),
                ("at", models.DateTimeField()),
                ("by", models.BigIntegerField(null=True)),
                ("problem", models.CharField(max_length=28, null=True)),
                (
                    "walk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drawn_cases", to="supervision.walk"
                    ),
                ),
            ],
            options={"db_table": "supervision_drawn_case"},
        ),
        migrations.AddConstraint(
            "DrawnCase",
            models.UniqueConstraint(fields=["walk", "case"], name="supervision_drawn_case_once"),
        ),
    ]
