"""Managers and auditors may look at the trained models."""

from importlib import import_module
from typing import Any

from django.db import migrations

LOOK = "view_scoringmodel"
WHO = ("manager", "auditor")

roles = import_module("accounts.migrations.0003_roles")


def grant(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    roles.make_permissions(apps, alias)
    look = roles.named(apps, alias, (f"credit.{LOOK}",))
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=WHO):
        group.permissions.add(*look)


def revoke(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    held = apps.get_model("auth", "Permission").objects.using(alias).filter(codename=LOOK)
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=WHO):
        group.permissions.remove(*held)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_waiting_files"),
        ("credit", "0002_scoring_models"),
    ]

    operations = [migrations.RunPython(grant, revoke)]
