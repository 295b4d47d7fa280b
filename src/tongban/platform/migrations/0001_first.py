"""The city's mark and clock. The application may move the clock of a marked city, and never the mark."""

from __future__ import annotations

import datetime

from django.db import migrations, models

from tongban.platform.roles import APP


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="City",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("mark", models.TextField()),
                ("time_offset", models.DurationField(default=datetime.timedelta(0))),
                ("frozen_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "platform_city",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="platform_city_one_row"),
                    models.CheckConstraint(
                        condition=models.Q(("mark__in", ["real", "demonstration", "test"])), name="platform_city_mark"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("mark", "real"), _negated=True),
                            models.Q(("frozen_at__isnull", True), ("time_offset", datetime.timedelta(0))),
                            _connector="OR",
                        ),
                        name="platform_city_real_time",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            f"revoke insert, update, delete on platform_city from {APP};"
            f" grant update (time_offset, frozen_at) on platform_city to {APP}",
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
