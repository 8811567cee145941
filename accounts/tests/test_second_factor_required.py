"""The lender may ask the staff for a second factor; a superuser resets it for who lost the phone."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse

from accounts import actions, middleware
from accounts.models import Customer, Lender, Manager, User
from accounts.tests.cast import PASSWORD, signed_in
from accounts.tests.doors import MANAGER_DOOR, is_in, knock
from accounts.tests.phone import APP, CODES, OVERVIEW, STEP, confirmed, set_up, step

pytestmark = pytest.mark.django_db
CLOSED = [
    "/admin/",
    "/admin/accounts/customer/",
    "/admin/accounts/customer/add/",
    "/admin/accounts/lender/1/change/",
    "/admin/customer/101/",
    "/admin/no/such/page/",
    "/profile/",
    "/sessions/",
]
OPEN = [OVERVIEW, "/password/change/", "/sign-out/", "/confirm-password/", "/healthz", "/"]
USERS = "/admin/accounts/user/"


@pytest.fixture
def asked(lender: Lender) -> None:
    Lender.objects.update(staff_second_factor=True)


@pytest.mark.parametrize("address", CLOSED)
def test_staff_without_one_is_led_to_set_it_up(as_mira: Client, asha: Customer, asked: None, address: str) -> None:
    for answer in (as_mira.get(address), as_mira.post(address, {"name": "x"})):
        assert (answer.status_code, answer["Location"]) == (302, OVERVIEW)


@pytest.mark.parametrize("address", CLOSED)
def test_where_the_lender_does_not_ask_nobody_is_led_away(as_mira: Client, asha: Customer, address: str) -> None:
    """The negative control of the test above."""
    assert as_mira.get(address).status_code == (404 if "no/such" in address else 200)


def test_without_the_guard_the_page_would_open(as_mira: Client, asked: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert as_mira.get("/admin/").status_code == 302
    monkeypatch.setattr(middleware, "lacks_second_factor", lambda request: False)
    assert as_mira.get("/admin/").status_code == 200


@pytest.mark.parametrize("address", OPEN)
def test_setting_up_signing_out_and_passwords_stay_open(as_mira: Client, asked: None, address: str) -> None:
    assert as_mira.get(address).status_code == 200


def test_once_it_is_set_up_everything_opens(mira: Manager, asked: None) -> None:
    client = confirmed(mira)
    assert "asks its staff for a second factor" in client.get(OVERVIEW).text
    set_up(mira, client)
    assert client.get(CODES).status_code == 200
    assert client.get("/admin/").status_code == 200
    assert "asks its staff for a second factor" not in client.get(OVERVIEW).text


def test_recovery_codes_alone_are_no_second_factor(mira: Manager, asked: None) -> None:
    client = confirmed(mira)
    set_up(mira, client)
    Authenticator.objects.exclude(type="recovery_codes").delete()
    assert client.get("/admin/")["Location"] == OVERVIEW


def test_who_removes_the_last_one_is_led_back_to_set_one_up(mira: Manager, asked: None) -> None:
    client = confirmed(mira)
    set_up(mira, client)
    client.post("/second-factor/app/remove/")
    assert client.get("/admin/")["Location"] == OVERVIEW


def test_customers_and_strangers_are_not_asked(as_asha: Client, client: Client, asked: None) -> None:
    assert as_asha.get("/dashboard/").status_code == 200
    assert client.get(MANAGER_DOOR).status_code == 200


def test_who_signs_in_with_both_steps_lands_where_he_wanted(clem: Manager, asked: None) -> None:
    phone, client = set_up(clem), Client()
    assert knock(2, PASSWORD, MANAGER_DOOR, client, next="/admin/accounts/customer/")["Location"] == STEP
    assert step(client, phone.code())["Location"] == "/admin/accounts/customer/"
    assert client.get("/admin/accounts/customer/").status_code == 200


def test_the_lender_sets_it_in_the_portal(as_mira: Client, lender: Lender) -> None:
    assert 'name="staff_second_factor"' in as_mira.get("/admin/accounts/lender/1/change/").text


def run(username: str) -> str:
    out = StringIO()
    call_command("reset_second_factor", username, stdout=out)
    return out.getvalue()


def test_the_command_takes_everything_away_ends_the_sessions_and_says_so(mira: Manager) -> None:
    phone, client = set_up(mira), Client()
    knock(1, PASSWORD, MANAGER_DOOR, client)
    step(client, phone.code())
    client.get("/profile/")
    said = run("m1")
    assert said == "Taken from m1 (Mira Moss): authenticator app, recovery codes. Their sessions are ended.\n"
    assert not is_in(client)
    assert knock(1, PASSWORD, MANAGER_DOOR)["Location"] == "/home/"
    assert "had no second factor" in run("m1")


def test_the_command_takes_nothing_from_others_and_knows_no_strangers(mira: Manager, asha: Customer) -> None:
    set_up(asha)
    run("m1")
    assert Authenticator.objects.filter(user=asha.login).count() == 2
    with pytest.raises(CommandError, match="There is no sign-in 1"):
        run("1")


def test_who_stood_at_the_second_step_is_sent_back_to_the_door(mira: Manager) -> None:
    set_up(mira)
    client = Client()
    knock(1, PASSWORD, MANAGER_DOOR, client)
    run("m1")
    answer = client.get(STEP, follow=True)
    assert answer.redirect_chain == [(MANAGER_DOOR, 302)]
    assert answer.status_code == 200
    assert knock(1, PASSWORD, MANAGER_DOOR, client)["Location"] == "/home/"


def test_who_is_shut_out_at_the_second_step_stays_out(mira: Manager) -> None:
    phone, client = set_up(mira), Client()
    knock(1, PASSWORD, MANAGER_DOOR, client)
    actions.set_active([mira.login], False)
    step(client, phone.code())
    assert not is_in(client)


def reset(client: Client, *users: User) -> None:
    client.post(USERS, {"action": "reset_second_factor", "_selected_action": [user.pk for user in users]})


def test_a_superuser_resets_it_in_the_portal_and_it_is_on_record(as_mira: Client, clem: Manager) -> None:
    set_up(clem)
    reset(as_mira, clem.login)
    assert not Authenticator.objects.exists()
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.user.username) == (str(clem.login.pk), "m1")
    assert "Second factor reset" in entry.change_message
    assert "Taken from m2 (Clem Odu)" in as_mira.get(USERS).text


@pytest.mark.parametrize("who", ["mona", "clem", "nina", "sten", "asha"])
def test_nobody_else_resets_it(who: str, mira: Manager, request: pytest.FixtureRequest) -> None:
    set_up(mira)
    reset(signed_in(request.getfixturevalue(who)), mira.login)
    assert Authenticator.objects.filter(user=mira.login).count() == 2


def test_nobody_resets_his_own_without_his_password(mira: Manager) -> None:
    client = confirmed(mira)
    set_up(mira, client)
    reset(client, mira.login)
    assert Authenticator.objects.count() == 2


def test_the_list_of_users_says_who_has_one_and_no_page_tells_a_secret(as_mira: Client, clem: Manager) -> None:
    set_up(clem)
    page = as_mira.get(USERS).text
    assert "icon-yes" in page.split("Clem Odu")[1].split("column")[0]
    assert not any(model._meta.app_label == "mfa" for model in admin.site._registry)
    for authenticator in Authenticator.objects.all():
        for value in map(str, authenticator.data.values()):
            assert len(value) < 20 or value not in page
            assert len(value) < 20 or value not in as_mira.get(f"{USERS}{clem.login.pk}/change/").text
    assert as_mira.get("/admin/mfa/authenticator/").status_code == 404


def test_the_profile_leads_to_it(as_asha: Client, as_mira: Client) -> None:
    for client in (as_asha, as_mira):
        assert f'href="{OVERVIEW}"' in client.get("/profile/").text
    assert reverse("mfa_activate_totp") == APP
