"""The registry's tables. The application adds to the log of reads and never changes it."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from tongban.platform.roles import APP


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Outage",
            fields=[
                ("holder", models.TextField(primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
            ],
            options={
                "db_table": "registry_outage",
            },
        ),
        migrations.CreateModel(
            name="Subject",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("type", models.TextField()),
                ("key_hash", models.BinaryField(null=True)),
                ("key", models.BinaryField(null=True)),
                ("region", models.CharField(default="", max_length=9)),
            ],
            options={
                "db_table": "registry_subject",
                "constraints": [models.UniqueConstraint(fields=("type", "key_hash"), name="registry_subject_key")],
            },
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("holder", models.TextField()),
                ("facts", models.BinaryField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "subject",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="registry.subject"
                    ),
                ),
            ],
            options={
                "db_table": "registry_record",
                "constraints": [models.UniqueConstraint(fields=("subject", "holder"), name="registry_record_holder")],
            },
        ),
        migrations.CreateModel(
            name="Read",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("holder", models.TextField()),
                ("attributes", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("reader", models.TextField()),
                ("office", models.TextField(null=True)),
                ("application", models.TextField(null=True)),
                ("case", models.TextField(null=True)),
                ("purpose_zh", models.TextField()),
                ("purpose_en", models.TextField()),
                (
                    "subject",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="registry.subject"
                    ),
                ),
            ],
            options={
                "db_table": "registry_read",
                "indexes": [models.Index(fields=["subject", "-at"], name="registry_read_subject")],
            },
        ),
        migrations.CreateModel(
            name="End",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                (
                    "relation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ends",
                        to="registry.subject",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relations",
                        to="registry.subject",
                    ),
                ),
            ],
            options={
                "db_table": "registry_end",
                "indexes": [models.Index(fields=["subject", "name", "relation"], name="registry_end_subject")],
                "constraints": [models.UniqueConstraint(fields=("relation", "name"), name="registry_end_name")],
            },
        ),
        migrations.RunSQL(f"revoke update, delete on registry_read from {APP}", reverse_sql=migrations.RunSQL.noop),
    ]
