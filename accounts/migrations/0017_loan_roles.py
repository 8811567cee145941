"""All staff with a role may look at the loans that were given out."""

from importlib import import_module
from typing import Any

from django.db import migrations

LOOK = "view_disbursement"
WHO = ("manager", "clerk", "auditor")

roles = import_module("accounts.migrations.0003_roles")


def grant(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    roles.make_permissions(apps, alias)
    look = roles.named(apps, alias, (f"ledger.{LOOK}",))
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=WHO):
        group.permissions.add(*look)


def revoke(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    held = apps.get_model("auth", "Permission").objects.using(alias).filter(codename=LOOK)
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=WHO):
        group.permissions.remove(*held)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0016_credit_roles"),
        ("ledger", "0007_loans"),
    ]

    operations = [migrations.RunPython(grant, revoke)]
