"""Who hands out what is held on a person, and who erases it."""

from importlib import import_module
from typing import Any

from django.db import migrations

CODES = ("accounts.export_customer", "accounts.erase_customer")

roles = import_module("accounts.migrations.0003_roles")


def grant(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    roles.make_permissions(apps, alias)
    held = roles.named(apps, alias, CODES)
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name="manager"):
        group.permissions.add(*held)


def revoke(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    held = roles.named(apps, alias, CODES)
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name="manager"):
        group.permissions.remove(*held)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0024_erasures")]

    operations = [migrations.RunPython(grant, revoke)]
