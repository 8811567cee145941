"""Profile and the staff's page; and whose page is whose."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.decorators import customer_required
from accounts.models import Customer, Lender, Manager, User
from accounts.tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


def test_the_profile_shows_the_customers_details(as_asha: Client) -> None:
    Customer.objects.update(credit_limit="2500.00")
    page = as_asha.get("/profile/").text
    for shown in ("101", "Asha Rao", "asha@example.com", "+254 700 000 101", "34", "$2,500.00", "/password/change/"):
        assert shown in page


def test_a_manager_sees_his_own_details(as_mira: Client) -> None:
    assert "Mira Moss" in as_mira.get("/profile/").text


def test_nobody_is_shown_links_he_may_not_follow(as_sten: Client, as_clem: Client) -> None:
    assert "/admin/accounts/customer/" not in as_sten.get("/admin/").text
    assert "/admin/accounts/customer/" in as_clem.get("/admin/").text
    assert "/admin/accounts/lender/" not in as_clem.get("/admin/").text


@customer_required
def for_customers(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.user.customer))  # type: ignore[union-attr]


def test_a_customers_page_opens_for_customers_only(asha: Customer, mira: Manager) -> None:
    assert _open(for_customers, asha.login).content == b"101 Asha Rao"
    refused = _open(for_customers, mira.login)
    assert refused.status_code == 403
    assert "This page is for customers" in refused.content.decode()


def test_a_login_whose_customer_is_gone_is_no_customer(asha: Customer) -> None:
    """Nothing in the database holds the two together: they may lie on two nodes."""
    user = User.objects.get(customer=asha)
    user.customer = None
    assert _open(for_customers, user).status_code == 403


def _open(view: object, user: User) -> HttpResponse:
    request = RequestFactory().get("/page/?year=2025")
    request.user, request.lender = user, Lender.load()  # type: ignore[attr-defined]
    return view(request)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("path", "door"),
    [("/profile/", "/customer/login/"), ("/welcome/", "/customer/login/")],
)
def test_strangers_are_sent_to_the_door_and_back(client: Client, path: str, door: str) -> None:
    assert client.get(path)["Location"] == f"{door}?next={path}"


ALLAUTH_NAMES = (
    "account_login account_logout account_signup account_inactive account_reauthenticate account_set_password "
    "account_change_password account_reset_password account_reset_password_done "
    "account_reset_password_from_key_done usersessions_list"
)


@pytest.mark.parametrize("name", ALLAUTH_NAMES.split())
def test_every_name_that_allauth_reverses_is_there(as_asha: Client, name: str) -> None:
    assert "accounts/" not in reverse(name)
    assert as_asha.get(reverse(name)).status_code in {200, 302}


@pytest.mark.parametrize(
    "path", ["/customer/login/", "/manager/login/", "/register/", "/password/reset/", "/password/reset/sent/"]
)
def test_every_entrance_page_has_one_heading_and_the_strict_policy(client: Client, path: str) -> None:
    Lender.load()
    Lender.objects.update(registration_open=True)
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    assert answer["Content-Security-Policy"].startswith("default-src 'self'")


def test_a_name_is_shown_as_text(asha: Customer, client: Client) -> None:
    Customer.objects.update(name="<b>Asha</b>")
    client.post("/customer/login/", {"login": "101", "password": PASSWORD})
    assert "<b>Asha</b>" not in client.get("/profile/").text
