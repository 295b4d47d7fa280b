"""What departments are to walk: by the ranking of votes, or because the organiser says so."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0009_evidence_and_news")]
    operations = [
        migrations.CreateModel(
            "Assignment",
            [
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("command", models.UUIDField(unique=True)),
                ("authority", models.TextField()),
                ("about", models.TextField()),
                ("by", models.CharField(choices=[("votes", "Votes"), ("organiser", "Organiser")], max_length=10)),
                ("month", models.DateField(null=True)),
                ("votes", models.PositiveIntegerField(default=0)),
                ("reason", models.CharField(default="", max_length=200)),
                ("made_by", models.BigIntegerField(null=True)),
                ("made_at", models.DateTimeField()),
                ("until_day", models.DateField()),
                ("walk", models.CharField(default="", max_length=20)),
            ],
            options={
                "db_table": "supervision_assignment",
                "indexes": [
                    models.Index(
                        condition=models.Q(("walk", "")), fields=["authority"], name="supervision_assignment_owed"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("walk", "")),
                        fields=("authority", "about", "by"),
                        name="supervision_assignment_once",
                    )
                ],
            },
        ),
    ]
