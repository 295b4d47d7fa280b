"""The definitions under which a walk was made: of those before, what was in force on its day."""

from __future__ import annotations

from django.db import migrations, models

IN_FORCE = """
update supervision_walk w set publication = coalesce((
    select p.digest from publication_publication p where p.at <= w.begun_at order by p.id desc limit 1
), '')
"""


class Migration(migrations.Migration):
    dependencies = [("supervision", "0020_sites_and_returns"), ("publication", "0001_tables")]
    operations = [
        migrations.AddField("walk", "publication", models.CharField(default="", max_length=64)),
        migrations.RunSQL(IN_FORCE, migrations.RunSQL.noop),
    ]
