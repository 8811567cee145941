"""Mark the money that settled a loan early or came for dues charged off: it stays where it was laid."""

import json

from django.db import migrations, models


def mark(apps, schema_editor):
    payments = apps.get_model("ledger", "Payment").objects.using(schema_editor.connection.alias)
    payments.filter(recovered__gt=0).update(laid=True)
    told = apps.get_model("accounts", "AuditEntry").objects.using(schema_editor.connection.alias)
    for customer, facts in told.filter(act="settle_early").values_list("customer_id", "facts").iterator():
        payments.filter(customer=customer, pk=json.loads(facts)["payment"], kind="receipt").update(laid=True)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0008_override")]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="laid",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("laid", False), ("kind", "receipt"), _connector="OR"),
                name="payment_laid_is_a_receipt",
            ),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
