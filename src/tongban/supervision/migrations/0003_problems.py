"""Problems as far as lists and counts read them, what found them, and visits."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0002_reckoning")]
    operations = [
        migrations.CreateModel(
            "Found",
            [
                ("case", models.CharField(max_length=28, primary_key=True, serialize=False)),
                ("service", models.TextField()),
                ("place", models.TextField(db_index=True)),
                ("about", models.TextField(db_index=True)),
                ("step", models.TextField(default="")),
                ("item", models.TextField(default="")),
                ("kind", models.CharField(max_length=20)),
                ("field", models.CharField(default="", max_length=20)),
                ("by", models.DateField(null=True)),
                ("severity", models.CharField(max_length=10)),
                ("found_by", models.CharField(max_length=12)),
                ("office", models.TextField()),
                ("owners", django.contrib.postgres.fields.ArrayField(models.TextField(), default=list)),
                ("state", models.CharField(max_length=20)),
                ("escalation", models.PositiveSmallIntegerField(default=0)),
                ("returns", models.PositiveIntegerField(default=0)),
                ("found_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "supervision_problem",
                "indexes": [
                    models.Index(
                        condition=models.Q(ended_at=None), fields=["found_at"], name="supervision_problem_open"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(ended_at=None), fields=["place"], name="supervision_problem_place_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "Sighting",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("command", models.UUIDField(unique=True)),
                ("at", models.DateTimeField()),
                ("found_by", models.CharField(max_length=12)),
                ("reference", models.CharField(default="", max_length=40)),
                (
                    "problem",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sightings",
                        to="supervision.found",
                    ),
                ),
            ],
            options={"db_table": "supervision_sighting"},
        ),
        migrations.CreateModel(
            "Visit",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("command", models.UUIDField(unique=True)),
                ("on", models.DateField()),
                ("office", models.TextField()),
                ("visited", models.TextField(db_index=True)),
                ("is_announced", models.BooleanField()),
                ("purpose", models.TextField()),
                ("revisit_on", models.DateField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "supervision_visit"},
        ),
        migrations.CreateModel(
            "Revisit",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("command", models.UUIDField(unique=True)),
                ("at", models.DateTimeField()),
                ("by", models.TextField()),
                ("said", models.TextField()),
                ("open_findings", models.PositiveIntegerField()),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revisits",
                        to="supervision.visit",
                    ),
                ),
            ],
            options={"db_table": "supervision_revisit"},
        ),
    ]
