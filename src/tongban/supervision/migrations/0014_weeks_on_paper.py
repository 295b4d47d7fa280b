"""What a week's sheet of paper said is kept."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0013_views_of_inspections")]
    operations = [
        migrations.CreateModel(
            "WeekKept",
            [
                ("number", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("printed", models.JSONField()),
            ],
            options={"db_table": "supervision_week_kept"},
        ),
    ]
