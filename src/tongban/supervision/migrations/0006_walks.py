"""Walks, the plans they follow, where each stands, and what hurt."""

from __future__ import annotations

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0005_rounds")]
    operations = [
        migrations.CreateModel(
            "WalkPlan",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("programme", models.CharField(max_length=20)),
                ("from_day", models.DateField()),
                ("until_day", models.DateField()),
                ("wanted", models.JSONField()),
                ("seed", models.CharField(max_length=40)),
                ("made_by", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "supervision_walk_plan",
                "constraints": [
                    models.UniqueConstraint(fields=["from_day"], name="supervision_walk_plan_once"),
                    models.CheckConstraint(
                        condition=models.Q(from_day__lte=models.F("until_day")), name="supervision_walk_plan_days"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            "Walk",
            [
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=20, unique=True)),
                ("command", models.UUIDField(unique=True)),
                ("programme", models.CharField(max_length=20)),
                ("mode", models.CharField(max_length=20)),
                ("about", models.TextField(db_index=True)),
                ("office", models.TextField()),
                ("authority", models.TextField()),
                ("people", models.PositiveSmallIntegerField(default=1)),
                ("walkers", django.contrib.postgres.fields.ArrayField(models.BigIntegerField(), default=list)),
                ("code", models.CharField(max_length=12, null=True, unique=True)),
                ("played", models.CharField(default="", max_length=60)),
                ("is_announced", models.BooleanField(default=False)),
                (
                    "chosen",
                    models.CharField(
                        choices=[("self", "Self"), ("votes", "Votes"), ("assigned", "Assigned")],
                        default="self",
                        max_length=10,
                    ),
                ),
                ("drawn", django.contrib.postgres.fields.ArrayField(models.CharField(max_length=28), default=list)),
                ("application", models.CharField(max_length=24, null=True, unique=True)),
                ("begun_at", models.DateTimeField(db_index=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("way", models.JSONField(default=list)),
            ],
            options={
                "db_table": "supervision_walk",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(people__gte=1), name="supervision_walk_people")
                ],
            },
        ),
        migrations.CreateModel(
            "Passage",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("step", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("is_page", models.BooleanField()),
                ("is_click", models.BooleanField()),
                (
                    "walk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="passages", to="supervision.walk"
                    ),
                ),
            ],
            options={"db_table": "supervision_walk_passage"},
        ),
        migrations.CreateModel(
            "WalkNote",
            [
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("command", models.UUIDField(unique=True)),
                ("step", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("pain", models.PositiveSmallIntegerField()),
                ("said", models.BinaryField(null=True)),
                ("file", models.BinaryField(null=True)),
                ("media_type", models.CharField(default="", max_length=40)),
                ("problem", models.CharField(max_length=28, null=True)),
                (
                    "walk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="supervision.walk"
                    ),
                ),
            ],
            options={
                "db_table": "supervision_walk_note",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(pain__gte=1, pain__lte=5), name="supervision_walk_note_pain"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "Vote",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("voter", models.BigIntegerField()),
                ("month", models.DateField()),
                ("about", models.TextField(db_index=True)),
                ("walk", models.CharField(default="", max_length=20)),
            ],
            options={
                "db_table": "supervision_vote",
                "constraints": [models.UniqueConstraint(fields=("voter", "month"), name="supervision_vote_once")],
            },
        ),
    ]
