"""Who may see webhooks, and choose which programs are told of what."""

from importlib import import_module
from typing import Any

from django.db import migrations

VIEW, CHANGE = ("accounts.view_endpoint",), ("accounts.change_endpoint",)
HELD = {"manager": VIEW + CHANGE, "auditor": VIEW}

roles = import_module("accounts.migrations.0003_roles")


def grant(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    roles.make_permissions(apps, alias)
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=HELD):
        group.permissions.add(*roles.named(apps, alias, HELD[group.name]))


def revoke(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    roles.make_permissions(apps, alias)
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=HELD):
        group.permissions.remove(*roles.named(apps, alias, HELD[group.name]))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0027_webhooks")]

    operations = [migrations.RunPython(grant, revoke)]
