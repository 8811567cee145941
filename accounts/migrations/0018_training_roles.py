"""Managers train models, and put them to use."""

from importlib import import_module
from typing import Any

from django.db import migrations

CODES = ("credit.add_scoringmodel", "credit.change_scoringmodel")

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
    dependencies = [
        ("accounts", "0017_loan_roles"),
        ("credit", "0004_trainings"),
    ]

    operations = [migrations.RunPython(grant, revoke)]
