"""The manager and the auditor look at the audit trail; the clerk does not."""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations

# A copy, as it was when this was written: accounts/roles.py may change, this may not.
CODES = ("view_auditentry", "view_houseentry", "view_seal", "view_sealedhead")
ROLES = ("manager", "auditor")


def make_permissions(apps: Any, alias: str) -> None:
    """What post_migrate would make once all migrations are done. It leaves out an app without a models module,
    which the apps of a migration never have."""
    app = apps.get_app_config("accounts")
    app.models_module = True
    create_permissions(app, verbosity=0, using=alias, apps=apps)
    app.models_module = None


def held(apps: Any, alias: str) -> Any:
    Permission = apps.get_model("auth", "Permission")
    return Permission.objects.using(alias).filter(content_type__app_label="accounts", codename__in=CODES)


def groups(apps: Any, alias: str) -> Any:
    return apps.get_model("auth", "Group").objects.using(alias).filter(name__in=ROLES)


def give(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    make_permissions(apps, alias)
    for group in groups(apps, alias):
        group.permissions.add(*held(apps, alias))


def take(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    for group in groups(apps, alias):
        group.permissions.remove(*held(apps, alias))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_audit")]

    operations = [migrations.RunPython(give, take)]
