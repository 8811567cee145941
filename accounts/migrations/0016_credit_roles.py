"""Who looks at requests for credit, asks in a customer's name, overrides a decision, and sets the rules of lending."""

from importlib import import_module
from typing import Any

from django.db import migrations

GIVEN = {
    "credit.view_creditrequest": ("manager", "clerk", "auditor"),
    "credit.view_decision": ("manager", "clerk", "auditor"),
    "credit.view_creditpolicy": ("manager", "auditor"),
    "credit.add_creditrequest": ("manager", "clerk"),
    "credit.add_decision": ("manager",),
    "credit.add_creditpolicy": ("manager",),
}

roles = import_module("accounts.migrations.0003_roles")


def grant(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    roles.make_permissions(apps, alias)
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=("manager", "clerk", "auditor")):
        wanted = tuple(name for name, who in GIVEN.items() if group.name in who)
        group.permissions.add(*roles.named(apps, alias, wanted))


def revoke(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    held = roles.named(apps, alias, tuple(GIVEN))
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=("manager", "clerk", "auditor")):
        group.permissions.remove(*held)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0015_scoring_model_roles"),
        ("credit", "0003_requests_and_decisions"),
    ]

    operations = [migrations.RunPython(grant, revoke)]
