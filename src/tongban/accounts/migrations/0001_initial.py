"""The accounts' tables."""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("login", models.CharField(max_length=64, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("person", "Person"), ("staff", "Staff"), ("machine", "Machine")], max_length=8
                    ),
                ),
                ("shown_name", models.CharField(default="", max_length=60)),
                ("staff_number", models.CharField(max_length=60, null=True, unique=True)),
                ("subject_id", models.BigIntegerField(null=True, unique=True)),
                ("persona", models.CharField(max_length=60, null=True, unique=True)),
                ("elder_mode", models.BooleanField(default=False)),
                ("language", models.CharField(default="zh-hans", max_length=10)),
                ("totp_secret", models.BinaryField(null=True)),
                ("totp_last_step", models.BigIntegerField(default=0)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "db_table": "accounts_user",
            },
        ),
        migrations.CreateModel(
            name="Attempts",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("count", models.PositiveIntegerField()),
                ("until", models.DateTimeField(db_index=True)),
            ],
            options={
                "db_table": "accounts_attempts",
            },
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("grantor_subject_id", models.BigIntegerField(db_index=True)),
                ("agent_subject_id", models.BigIntegerField(db_index=True)),
                ("scope", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                (
                    "basis",
                    models.CharField(
                        choices=[("mandate", "Mandate"), ("agent", "Agent"), ("parent", "Parent")],
                        default="mandate",
                        max_length=8,
                    ),
                ),
                ("from_day", models.DateField()),
                ("until_day", models.DateField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "accounts_mandate",
            },
        ),
        migrations.CreateModel(
            name="Deputy",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("office", models.TextField()),
                ("from_day", models.DateField()),
                ("until_day", models.DateField()),
                (
                    "absent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "deputy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "accounts_deputy",
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("office", models.TextField(db_index=True)),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None),
                ),
                ("from_day", models.DateField(null=True)),
                ("until_day", models.DateField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="posts", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "accounts_post",
            },
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("digest", models.BinaryField(unique=True)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None),
                ),
                ("until", models.DateTimeField(null=True)),
                ("label", models.CharField(default="", max_length=80)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tokens", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "accounts_token",
            },
        ),
    ]
