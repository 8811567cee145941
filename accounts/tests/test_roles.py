"""Roles: the groups are what accounts/roles.py says, staff is given one, and only a superuser gives another."""

from collections.abc import Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client

from accounts import actions, roles
from accounts.models import Customer, Manager, User
from accounts.tests.cast import signed_in
from accounts.tests.doors import is_in

pytestmark = pytest.mark.django_db
MIGRATION = ("accounts", "0003_roles")
migration = import_module(".migrations.".join(MIGRATION))
ROOMS = ("accounts", "ledger", "credit")


def names(permissions: Any) -> set[str]:
    return {f"{app}.{code}" for app, code in permissions.values_list("content_type__app_label", "codename")}


def differences() -> Iterator[str]:
    """What somebody may by the groups and not by roles.py, or the other way round; and groups that are no role."""
    groups = {group.name: names(group.permissions) for group in Group.objects.all()}
    for role in groups.keys() | roles.ROLES.keys():
        yield from (f"{role}: {name}" for name in groups.get(role, set()) ^ roles.ROLES.get(role, set()))


def run(step: str) -> None:
    """A step of the migration, on the models as they were."""
    state = MigrationLoader(connection).project_state([MIGRATION]).apps
    getattr(migration, step)(state, SimpleNamespace(connection=connection))


def test_the_groups_hold_what_the_list_of_roles_says() -> None:
    """As migrations left them: nothing has made a group before this, for tests that flush come last."""
    assert list(differences()) == []


def test_a_group_that_was_changed_is_noticed() -> None:
    Group.objects.get(name=roles.CLERK).permissions.add(Permission.objects.get(codename="reverse_payment"))
    Group.objects.get(name=roles.AUDITOR).permissions.remove(Permission.objects.get(codename="view_due"))
    Group.objects.create(name="intern").permissions.add(Permission.objects.get(codename="add_due"))
    assert sorted(differences()) == [
        "auditor: ledger.view_due",
        "clerk: ledger.reverse_payment",
        "intern: ledger.add_due",
    ]


def test_every_permission_that_a_role_names_exists() -> None:
    named = frozenset().union(*roles.ROLES.values())
    assert names(roles.permissions(named)) == named


def test_the_auditor_views_everything_but_the_notebook_and_writes_nothing() -> None:
    """A new model of the lender's fails here until a migration lets the auditor look at it."""
    viewing = Permission.objects.filter(content_type__app_label__in=ROOMS, codename__startswith="view_")
    assert roles.ROLES[roles.AUDITOR] == names(viewing)


def test_no_role_reaches_the_notebook_or_deletes() -> None:
    for role, held in roles.ROLES.items():
        assert {name.split(".")[0] for name in held} <= set(ROOMS), role
        assert not [name for name in held if ".delete_" in name], role


def test_the_manager_has_all_that_the_others_have() -> None:
    assert roles.ROLES[roles.CLERK] | roles.ROLES[roles.AUDITOR] < roles.ROLES[roles.MANAGER]


@pytest.mark.parametrize(
    "name",
    ["ledger.reverse_payment", "ledger.refund_credit", "ledger.waive_due", "ledger.charge_off_due",
     "accounts.close_month", "accounts.change_lender", "accounts.view_lender", "accounts.change_batch"],
)  # fmt: skip
def test_a_clerk_neither_takes_back_nor_forgives_nor_closes(name: str, clem: Manager, mona: Manager) -> None:
    assert not clem.login.has_perm(name)
    assert mona.login.has_perm(name)
    assert clem.login.has_perms(["ledger.add_payment", "ledger.change_due", "accounts.add_batch"])


def test_the_migration_makes_what_it_names_twice_over() -> None:
    """In a new database it runs before Django has made any permission."""
    Group.objects.all().delete()
    Permission.objects.all().delete()
    run("create")
    run("create")
    made = {group.name: names(group.permissions) for group in Group.objects.all()}
    assert made == {role: set(held) for role, held in migration.ROLES.items()}
    assert not Permission.objects.filter(content_type__app_label="expenses").exists()


def test_the_migration_keeps_a_manager_of_before_and_goes_back(sten: Manager, clem: Manager) -> None:
    one_by_one = roles.permissions(frozenset(migration.ROLES["manager"]))
    sten.login.user_permissions.set(one_by_one)
    run("create")
    assert (role_of(sten), sten.login.user_permissions.count(), role_of(clem)) == (roles.MANAGER, 0, roles.CLERK)
    run("remove")
    assert Group.objects.count() == 0
    assert names(sten.login.user_permissions) == names(one_by_one)
    assert clem.login.user_permissions.count() == 0
    run("create")
    assert (role_of(sten), role_of(clem)) == (roles.MANAGER, "")


def role_of(manager: Manager) -> str:
    return roles.role_of(User.objects.get(manager=manager))


@pytest.mark.parametrize(
    ("more", "role"), [({}, "manager"), ({"role": "clerk"}, "clerk"), ({"role": "auditor"}, "auditor")]
)
def test_staff_is_added_with_a_role(more: dict[str, str], role: str) -> None:
    call_command("add_manager", "Nia Ode", **more)
    nia = User.objects.get(username="m1")
    assert [group.name for group in nia.groups.all()] == [role]
    assert nia.get_all_permissions() == roles.ROLES[role]
    assert not nia.is_superuser


def test_all_rights_make_a_superuser_and_an_unknown_role_is_refused() -> None:
    call_command("add_manager", "Mira Okafor", all_rights=True)
    assert User.objects.get(username="m1").is_superuser
    with pytest.raises(CommandError, match="invalid choice: 'owner'"):
        call_command("add_manager", "Nia Ode", "--role", "owner")
    assert Manager.objects.count() == 1


def test_a_role_replaces_whatever_was_held(clem: Manager) -> None:
    clem.login.user_permissions.set(roles.permissions(frozenset({"ledger.waive_due"})))
    actions.set_role(clem.login, roles.AUDITOR)
    assert User.objects.get(manager=clem).get_all_permissions() == roles.ROLES[roles.AUDITOR]
    actions.set_role(clem.login, "")
    assert User.objects.get(manager=clem).get_all_permissions() == set()


def test_a_customer_is_given_no_role(asha: Customer) -> None:
    with pytest.raises(ValidationError, match="Roles are for the staff alone"):
        actions.set_role(asha.login, roles.CLERK)
    assert asha.login.groups.count() == 0


def page_of(person: Customer | Manager) -> str:
    return f"/admin/accounts/user/{person.login.pk}/change/"


def test_a_superuser_changes_a_role_and_shuts_out(as_mira: Client, clem: Manager) -> None:
    of_clem = signed_in(clem)
    assert '<option value="clerk" selected>' in as_mira.get(page_of(clem)).text
    assert as_mira.post(page_of(clem), {"role": "auditor", "is_active": "on"}).status_code == 302
    assert role_of(clem) == roles.AUDITOR
    assert of_clem.get("/admin/ledger/payment/add/").status_code == 403
    assert as_mira.post(page_of(clem), {"role": "auditor"}).status_code == 302
    assert not is_in(of_clem)


def test_nothing_else_of_a_login_is_changed_by_the_page(as_mira: Client, clem: Manager) -> None:
    more = {"is_superuser": "on", "username": "root", "email": "x@example.com", "groups": "1"}
    assert as_mira.post(page_of(clem), {"role": "clerk", "is_active": "on", **more}).status_code == 302
    after = User.objects.get(manager=clem)
    assert (after.username, after.email, after.is_superuser) == ("m2", "clem@example.com", False)


def test_a_role_that_does_not_exist_is_refused(as_mira: Client, clem: Manager) -> None:
    answer = as_mira.post(page_of(clem), {"role": "owner", "is_active": ""})
    assert answer.status_code == 200
    assert "Select a valid choice" in answer.text
    assert (role_of(clem), User.objects.get(manager=clem).is_active) == (roles.CLERK, True)


@pytest.mark.parametrize("who", ["clem", "nina", "mona", "sten"])
def test_nobody_but_a_superuser_changes_a_role(who: str, request: pytest.FixtureRequest, clem: Manager) -> None:
    person = request.getfixturevalue(who)
    client = signed_in(person)
    for path in (page_of(clem), page_of(person)):
        assert client.post(path, {"role": "manager", "is_active": "on"}).status_code == 403
    assert role_of(clem) == roles.CLERK
    assert "<select" not in client.get(page_of(clem)).text


def test_nobody_shuts_himself_out_and_customers_have_no_role(as_mira: Client, mira: Manager, asha: Customer) -> None:
    for person in (mira, asha):
        assert 'name="role"' not in as_mira.get(page_of(person)).text
        assert as_mira.post(page_of(person), {"role": "clerk"}).status_code == 403
    assert is_in(as_mira)
    assert asha.login.groups.count() == 0


def test_the_list_of_users_says_each_role(as_mira: Client, clem: Manager, nina: Manager) -> None:
    page = as_mira.get("/admin/accounts/user/").text
    assert '<td class="field-its_role">clerk</td>' in page
    assert '<td class="field-its_role">auditor</td>' in page
