"""A one-time link gives an imported customer, or a new member of staff, a password."""

import re
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from accounts import actions, tokens
from accounts.models import Customer, Manager, User
from accounts.tests.cast import PASSWORD
from accounts.tests.doors import MANAGER_DOOR, is_in, knock

pytestmark = pytest.mark.django_db
OVER = "This link no longer works"


@pytest.fixture
def iris() -> Customer:
    """Imported: she has no login."""
    return Customer.objects.create(id=500, name="Iris Importada", email="iris@example.com")


def run(*arguments: object, **options: Any) -> str:
    out = StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=StringIO(), **options)
    return out.getvalue().strip()


def path_of(link: str) -> str:
    return re.sub(r"^https?://[^/]+", "", link)


def test_the_link_sets_a_password_once_and_signs_in(iris: Customer, client: Client) -> None:
    link = path_of(run("invite", 500))
    page = client.get(link)
    assert "Iris Importada" in page.text
    assert "<strong>500</strong>" in page.text
    assert client.post(link, {"password": PASSWORD})["Location"] == "/home/"
    assert is_in(client)
    assert knock(500, PASSWORD).status_code == 302
    for again in (Client().get(link), Client().post(link, {"password": "other-river-42"})):
        assert again.status_code == 410
        assert OVER in again.text
    assert knock(500, "other-river-42").status_code == 200


def test_a_weak_password_is_refused_and_the_link_stays(iris: Customer, client: Client) -> None:
    link = path_of(run("invite", 500))
    assert "too common" in client.post(link, {"password": "password"}).text
    assert client.get(link).status_code == 200


def test_the_link_lives_seven_days(iris: Customer, client: Client) -> None:
    with time_machine.travel("2026-03-01T12:00Z", tick=False):
        link = path_of(run("invite", 500))
    with time_machine.travel("2026-03-08T11:59Z", tick=False):
        assert client.get(link).status_code == 200
    with time_machine.travel("2026-03-08T12:01Z", tick=False):
        assert client.get(link).status_code == 410


def test_the_link_dies_when_the_password_changes_elsewhere(asha: Customer, client: Client) -> None:
    link = path_of(run("invite", 101, "--again"))
    assert client.get(link).status_code == 200
    asha.login.set_password("other-river-42")
    asha.login.save()
    assert client.get(link).status_code == 410


def test_a_link_is_for_one_person_only(iris: Customer, asha: Customer, client: Client) -> None:
    link = path_of(run("invite", 500))
    own = f"/invite/{iris.login.pk}/"
    assert client.get(link.replace(own, f"/invite/{asha.login.pk}/")).status_code == 410
    assert client.get(link.replace(own, "/invite/999999999999999999999/")).status_code == 410
    assert client.get(link[:-1] + "x/").status_code == 410
    assert client.get(own + "x/").status_code == 410


def test_two_windows_cannot_both_use_it(iris: Customer) -> None:
    user = actions.invite(iris)
    late = User.objects.get(pk=user.pk)
    assert actions.accept_invitation(user, PASSWORD)
    assert not actions.accept_invitation(late, "other-river-42")
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_a_deactivated_person_is_not_let_in_by_an_old_link(iris: Customer, client: Client) -> None:
    link = path_of(run("invite", 500))
    actions.set_active([iris.login], False)
    assert client.get(link).status_code == 410
    with pytest.raises(CommandError, match="is shut"):
        run("invite", 500)


def test_inviting_twice_makes_one_login(iris: Customer) -> None:
    run("invite", 500)
    run("invite", 500)
    assert User.objects.filter(customer=iris).count() == 1


def test_an_invited_person_cannot_sign_in_without_a_password(iris: Customer) -> None:
    user = actions.invite(iris)
    for password in ("", "!", user.password):
        assert knock(500, password).status_code == 200


def test_who_has_a_password_is_invited_only_on_purpose(asha: Customer) -> None:
    with pytest.raises(CommandError, match="--again"):
        run("invite", 101)
    assert "/invite/" in run("invite", 101, "--again")


@pytest.mark.parametrize("number", ["999", "0", str(10**30)])
def test_an_unknown_customer_is_named(number: str) -> None:
    with pytest.raises(CommandError, match=f"no customer {number}"):
        run("invite", number)


def test_the_address_is_whole(iris: Customer) -> None:
    assert run("invite", 500).startswith("http://localhost:8000/invite/")
    assert run("invite", 500, site="https://books.example.com/").startswith("https://books.example.com/invite/")
    with pytest.raises(CommandError, match="is no address"):
        run("invite", 500, site="books")


def test_a_manager_is_added_with_a_login_and_enters_the_admin(mira: Manager, client: Client) -> None:
    link = path_of(run("add_manager", "Nia Ode", email="Nia@Example.com"))
    nia = Manager.objects.get(id=2)
    assert (nia.name, nia.email, nia.login.username) == ("Nia Ode", "nia@example.com", "m2")
    assert (nia.login.is_staff, nia.login.is_superuser) == (True, False)
    assert client.post(link, {"password": PASSWORD})["Location"] == "/home/"
    assert client.get("/admin/accounts/customer/").status_code == 200
    assert client.get("/admin/accounts/customer/add/").status_code == 200
    assert knock(2, PASSWORD, MANAGER_DOOR).status_code == 302
    assert knock(2, PASSWORD).status_code == 200


def test_a_manager_is_refused_a_taken_number_or_a_wrong_address(mira: Manager) -> None:
    with pytest.raises(CommandError, match="already exists"):
        run("add_manager", "Twin", number=1)
    with pytest.raises(CommandError, match="valid email"):
        run("add_manager", "Twin", email="twin")
    assert Manager.objects.count() == 1


def test_staff_permissions_never_reach_the_customers_own_notebook(mira: Manager) -> None:
    user = actions.add_manager(Manager(name="Nia"))
    given = user.get_all_permissions()
    assert {"accounts.change_customer", "accounts.view_user"} <= given
    assert not {name for name in given if name.startswith(("expenses.", "auth.", "sessions."))}
    assert not {"accounts.change_user", "accounts.add_user", "accounts.change_manager"} & given


def test_a_token_is_not_good_for_another_purpose(asha: Customer) -> None:
    token = tokens.make_token(asha.login)
    assert tokens.is_good(asha.login, token)
    assert Client().get(f"/password/reset/{asha.login.pk}-{token}/").text.count(OVER) > 0
