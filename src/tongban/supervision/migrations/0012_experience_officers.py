"""Experience officers from outside, and to which walks they were invited."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0011_questions_beforehand")]
    operations = [
        migrations.CreateModel(
            "Officer",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("subject_id", models.BigIntegerField()),
                ("called", models.CharField(max_length=20)),
                ("whence", models.CharField(max_length=40)),
                ("since", models.DateField()),
                ("until_day", models.DateField(null=True)),
            ],
            options={
                "db_table": "supervision_officer",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until_day", None)), fields=("subject_id",), name="supervision_officer_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "Invitation",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="supervision.officer",
                    ),
                ),
                (
                    "walk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="supervision.walk",
                    ),
                ),
            ],
            options={
                "db_table": "supervision_invitation",
                "constraints": [
                    models.UniqueConstraint(fields=("officer", "walk"), name="supervision_invitation_once")
                ],
            },
        ),
    ]
