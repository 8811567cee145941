"""The late fee's policy in the lender's details, and the roles that work on cases."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client

from accounts import roles
from accounts.models import Lender

pytestmark = pytest.mark.django_db
migration = import_module("accounts.migrations.0011_case_roles")
CHANGE = "/admin/accounts/lender/1/change/"
DETAILS = {
    "name": "Corner Shop",
    "address": "",
    "time_zone": "UTC",
    "language": "en",
    "distribution_policy": "oldest_first",
    "component_order": "penalty,fee,interest,principal",
    "late_fee_grace_days": "3",
    "retention_years": "7",
}


def post(client: Client, **changes: str) -> tuple[int, str]:
    page = client.post(CHANGE, {**DETAILS, **changes})
    return page.status_code, page.content.decode()


def test_a_lender_without_late_fees_leaves_the_policy_empty(as_mira: Client, lender: Lender) -> None:
    assert post(as_mira, late_fee_kind="none")[0] == 302


def test_a_policy_is_stored_as_it_was_typed(as_mira: Client, lender: Lender) -> None:
    typed = {"late_fee_kind": "percentage", "late_fee_percent": "2.5", "late_fee_from": "2025-03-01"}
    assert post(as_mira, late_fee_cap="40", **typed)[0] == 302
    stored = Lender.load()
    assert (stored.late_fee_kind, str(stored.late_fee_percent), stored.late_fee_cap) == ("percentage", "2.50", 40)
    assert (stored.late_fee_amount, stored.late_fee_grace_days, f"{stored.late_fee_from}") == (None, 3, "2025-03-01")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"late_fee_kind": "flat", "late_fee_from": "2025-03-01"}, "A fixed late fee needs its amount"),
        ({"late_fee_kind": "percentage", "late_fee_from": "2025-03-01"}, "needs a percentage from 0.01 to 100"),
        ({"late_fee_kind": "flat", "late_fee_amount": "5"}, "Say from which day on late fees are charged"),
        ({"late_fee_kind": "none", "late_fee_percent": "100.01"}, "less than or equal to 100"),
        ({"late_fee_kind": "none", "late_fee_amount": "-5"}, "greater than or equal to 0.01"),
        ({"late_fee_kind": "none", "late_fee_cap": "0"}, "greater than or equal to 0.01"),
        ({"late_fee_kind": "none", "late_fee_grace_days": "-1"}, "greater than or equal to 0"),
    ],
)
def test_half_a_policy_is_said_in_the_form(
    as_mira: Client, lender: Lender, changes: dict[str, str], sentence: str
) -> None:
    status, text = post(as_mira, **changes)
    assert status == 200
    assert sentence in text
    assert Lender.load().late_fee_kind == "none"


def run(step: str) -> None:
    state = MigrationLoader(connection).project_state([("accounts", "0011_case_roles")]).apps
    getattr(migration, step)(state, SimpleNamespace(connection=connection))


def codes(role: str) -> set[str]:
    group = Group.objects.filter(name=role).first()
    return {code for code in group.permissions.values_list("codename", flat=True) if code.endswith("_case")}


def test_the_migration_gives_twice_and_takes_again() -> None:
    for role in roles.ROLES:
        roles.group_of(role)
    Permission.objects.filter(content_type__app_label="ledger", codename__endswith="_case").delete()
    run("give")
    run("give")
    work = {"view_case", "add_case", "change_case"}
    assert [codes(role) for role in ("manager", "clerk", "auditor")] == [work, work, {"view_case"}]
    run("take")
    assert not any(codes(role) for role in roles.ROLES)
