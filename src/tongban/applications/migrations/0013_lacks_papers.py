"""Whether a paper is to follow or was promised stands beside the form; of what was kept before, it is looked up."""

from __future__ import annotations

from django.db import migrations, models

from tongban.platform.sqlfile import InstallSql


class Migration(migrations.Migration):
    """A column, and the function that writes it."""

    dependencies = (("applications", "0012_terminal"),)
    operations = (
        migrations.AddField("form", "lacks_papers", models.BooleanField(default=True)),
        InstallSql(
            "tongban.applications", "sql/keep.sql", "972b3da521e7c45edf724914520a16fbe613f7f0df72e3747ecf3250ff712455"
        ),
    )
