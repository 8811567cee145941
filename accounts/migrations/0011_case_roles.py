"""Managers and clerks work on collection cases, auditors look at them."""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations

# A copy, as it was when this was written: accounts/roles.py may change, this may not.
VIEW, WORK = ("view_case",), ("view_case", "add_case", "change_case")
ROLES = {"manager": WORK, "clerk": WORK, "auditor": VIEW}


def make_permissions(apps: Any, alias: str) -> None:
    """What post_migrate would make once all migrations are done. It leaves out an app without a models module,
    which the apps of a migration never have."""
    app = apps.get_app_config("ledger")
    app.models_module = True
    create_permissions(app, verbosity=0, using=alias, apps=apps)
    app.models_module = None


def named(apps: Any, alias: str, codes: tuple[str, ...]) -> list[Any]:
    Permission = apps.get_model("auth", "Permission")
    return list(Permission.objects.using(alias).filter(content_type__app_label="ledger", codename__in=codes))


def give(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    make_permissions(apps, alias)
    Group = apps.get_model("auth", "Group")
    for role, codes in ROLES.items():
        for group in Group.objects.using(alias).filter(name=role):
            group.permissions.add(*named(apps, alias, codes))


def take(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=ROLES):
        group.permissions.remove(*named(apps, alias, WORK))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_late_fees"), ("ledger", "0005_collecting")]

    operations = [migrations.RunPython(give, take)]
