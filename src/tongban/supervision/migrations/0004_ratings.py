"""Ratings of cases by their applicants (好差评)."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """One table."""

    dependencies = (("supervision", "0003_problems"),)
    operations = (
        migrations.CreateModel(
            name="Rating",
            fields=[
                ("case", models.CharField(max_length=28, primary_key=True, serialize=False)),
                ("service", models.TextField()),
                ("office", models.TextField()),
                ("grade", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(default="", max_length=20)),
                ("channel", models.CharField(max_length=10)),
                ("is_real", models.BooleanField()),
                ("rated_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("matter", models.CharField(max_length=28, null=True, unique=True)),
                ("set_aside_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "supervision_rating",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(grade__gte=1, grade__lte=5), name="supervision_rating_grade"
                    )
                ],
            },
        ),
    )
