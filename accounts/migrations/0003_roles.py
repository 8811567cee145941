"""The roles of the staff as groups, and the staff that is there already in the manager's."""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.db import migrations

APPS = ("accounts", "ledger", "credit")

# A copy, as it was when this was written: accounts/roles.py may change, this may not.
BOOKS = (
    "accounts.view_customer", "accounts.view_batch",
    "ledger.view_due", "ledger.view_payment", "ledger.view_allocation",
)
EVERYTHING = (*BOOKS, "accounts.view_lender", "accounts.view_manager", "accounts.view_user", "credit.view_outcome")
DAILY = (
    "accounts.add_customer", "accounts.change_customer", "accounts.add_batch",
    "ledger.add_due", "ledger.change_due", "ledger.add_payment",
)
MANAGERS_OWN = (
    "accounts.change_batch", "accounts.change_lender", "accounts.close_month", "credit.add_outcome",
    "ledger.reverse_payment", "ledger.refund_credit", "ledger.waive_due", "ledger.charge_off_due",
)
ROLES = {"manager": (*EVERYTHING, *DAILY, *MANAGERS_OWN), "clerk": (*BOOKS, *DAILY), "auditor": EVERYTHING}


def make_permissions(apps: Any, alias: str) -> None:
    """What post_migrate would make once all migrations are done. It leaves out an app without a models module,
    which the apps of a migration never have."""
    for label in APPS:
        app = apps.get_app_config(label)
        app.models_module = True
        create_permissions(app, verbosity=0, using=alias, apps=apps)
        app.models_module = None


def named(apps: Any, alias: str, names: tuple[str, ...]) -> list[Any]:
    Permission = apps.get_model("auth", "Permission")
    pairs = [name.split(".") for name in names]
    return [
        Permission.objects.using(alias).get(content_type__app_label=app, codename=code) for app, code in pairs
    ]


def create(apps: Any, schema_editor: Any) -> None:
    """Until now every member of the staff held the manager's permissions one by one."""
    alias = schema_editor.connection.alias
    make_permissions(apps, alias)
    Group = apps.get_model("auth", "Group")
    for role, names in ROLES.items():
        group, _ = Group.objects.using(alias).get_or_create(name=role)
        group.permissions.set(named(apps, alias, names))
    manager = Group.objects.using(alias).get(name="manager")
    for user in managers_one_by_one(apps, alias):
        user.groups.add(manager)
        user.user_permissions.clear()


def managers_one_by_one(apps: Any, alias: str) -> Any:
    held = {"user_permissions__content_type__app_label": "accounts", "user_permissions__codename": "change_lender"}
    return apps.get_model("accounts", "User").objects.using(alias).filter(is_staff=True, **held)


def remove(apps: Any, schema_editor: Any) -> None:
    """Managers hold their permissions one by one again; the code before this knew no clerk and no auditor."""
    alias = schema_editor.connection.alias
    make_permissions(apps, alias)
    Group = apps.get_model("auth", "Group")
    for user in apps.get_model("accounts", "User").objects.using(alias).filter(groups__name="manager"):
        user.user_permissions.set(named(apps, alias, ROLES["manager"]))
    Group.objects.using(alias).filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_cache_table"),
        ("ledger", "0001_initial"),
        ("credit", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(create, remove)]
