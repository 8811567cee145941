"""Batches that were undone before a batch had a state."""

from typing import Any

from django.db import migrations


def say_undone(apps: Any, schema_editor: Any) -> None:
    batches = apps.get_model("accounts", "Batch").objects.using(schema_editor.connection.alias)
    batches.filter(undone_at__isnull=False).update(state="undone")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_jobs")]

    operations = [migrations.RunPython(say_undone, migrations.RunPython.noop)]
