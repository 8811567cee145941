"""What the roles may do with requests, notices and closed months."""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations

# A copy, as it was when this was written: accounts/roles.py may change, this may not.
LOOK = ("view_approval", "view_notice")
ADDED = {
    "manager": (*LOOK, "view_closing", "change_notice"),
    "clerk": (*LOOK, "change_notice"),
    "auditor": (*LOOK, "view_closing"),
}


def make_permissions(apps: Any, alias: str) -> None:
    """As in 0003_roles."""
    app = apps.get_app_config("ledger")
    app.models_module = True
    create_permissions(app, verbosity=0, using=alias, apps=apps)
    app.models_module = None


def groups(apps: Any, alias: str) -> Any:
    """Each group that is still there, with the permissions this brings."""
    held = apps.get_model("auth", "Permission").objects.using(alias).filter(content_type__app_label="ledger")
    for role, codes in ADDED.items():
        for group in apps.get_model("auth", "Group").objects.using(alias).filter(name=role):
            yield group, held.filter(codename__in=codes)


def create(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    make_permissions(apps, alias)
    for group, permissions in groups(apps, alias):
        group.permissions.add(*permissions)


def remove(apps: Any, schema_editor: Any) -> None:
    for group, permissions in groups(apps, schema_editor.connection.alias):
        group.permissions.remove(*permissions)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_second_person"),
        ("ledger", "0006_second_person"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(create, remove)]
