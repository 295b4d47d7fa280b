"""Who had a person's data erased, when and why."""

from __future__ import annotations

from django.db import migrations, models

from tongban.platform.roles import APP


class Migration(migrations.Migration):
    dependencies = [("applications", "0006_tell")]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("subject_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("by", models.BigIntegerField()),
                ("office", models.TextField()),
                ("reason", models.TextField()),
                ("cases", models.PositiveIntegerField()),
            ],
            options={"db_table": "applications_erasure"},
        ),
        migrations.RunSQL(
            f"revoke update, delete on applications_erasure from {APP}", reverse_sql=migrations.RunSQL.noop
        ),
    ]
