"""Managers order the statements of many customers; auditors see what was ordered."""

from importlib import import_module
from typing import Any

from django.db import migrations

LOOK, ORDER = "ledger.view_statementorder", "ledger.add_statementorder"
HELD = {"manager": (LOOK, ORDER), "auditor": (LOOK,)}

roles = import_module("accounts.migrations.0003_roles")


def grant(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    roles.make_permissions(apps, alias)
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=HELD):
        group.permissions.add(*roles.named(apps, alias, HELD[group.name]))


def revoke(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=HELD):
        group.permissions.remove(*roles.named(apps, alias, HELD[group.name]))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0020_old_accounts"),
        ("ledger", "0011_statement_orders"),
    ]

    operations = [migrations.RunPython(grant, revoke)]
