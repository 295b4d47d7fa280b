"""What is owed back is kept back from later payments of the same benefit: a payment of less than nothing."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("social_insurance", "0005_refunds"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="payout",
            name="insurance_payout_run",
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("paid_fen", 0), ("run", None)),
                    models.Q(("run__isnull", False), models.Q(("paid_fen", 0), _negated=True)),
                    _connector="OR",
                ),
                name="insurance_payout_run",
            ),
        ),
    ]
