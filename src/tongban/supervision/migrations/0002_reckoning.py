"""By which publication's calendar open dates are reckoned, and how far a reckoning has come that was cut off.

A city that is upgraded begins at 0, which reckons by what any two of its calendars do not take alike.
"""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0001_initial")]
    operations = [
        migrations.RemoveField("reckoned", "calendar"),
        *(
            migrations.AddField("reckoned", name, models.BigIntegerField(default=0))
            for name in ("publication", "towards", "after")
        ),
    ]
