"""The admin of people: behind the staff's door, customers through acts, nothing deleted."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import actions
from accounts.models import Batch, Customer, Lender, Manager, User
from accounts.tests.cast import signed_in
from accounts.tests.chores import quicker
from accounts.tests.doors import is_in

pytestmark = pytest.mark.django_db
CUSTOMERS = "/admin/accounts/customer/"
DIDO = {"name": "Dido Lee", "email": "Dido@Example.com", "phone": "", "age": "30", "credit_limit": "1500.00"}


def test_strangers_go_to_the_staff_door_and_come_back(client: Client) -> None:
    answer = client.get(CUSTOMERS, follow=True)
    assert answer.redirect_chain[-1][0] == f"/manager/login/?next={CUSTOMERS}"


def test_next_of_the_admin_never_leads_elsewhere(client: Client) -> None:
    assert client.get("/admin/login/?next=//evil.example")["Location"] == "/manager/login/?next=/admin/"


def test_a_customer_is_told_whose_page_it_is(as_asha: Client) -> None:
    answer = as_asha.get(CUSTOMERS, follow=True)
    assert answer.status_code == 403
    assert "This page is for the lender’s staff" in answer.text


def test_staff_without_a_role_sees_no_customers(as_sten: Client, as_mira: Client) -> None:
    assert as_sten.get("/admin/").status_code == 200
    assert as_sten.get(CUSTOMERS).status_code == 403
    assert as_mira.get(CUSTOMERS).status_code == 200


def test_leaving_the_admin_leads_to_the_landing_page(as_mira: Client) -> None:
    assert as_mira.post("/admin/logout/")["Location"] == "/"
    assert not is_in(as_mira)
    assert as_mira.get("/admin/password_change/", follow=True).redirect_chain[-1][0].startswith("/manager/login/")


def test_a_customer_is_added_under_the_next_number(as_mira: Client, asha: Customer) -> None:
    assert as_mira.post(CUSTOMERS + "add/", {"id": "", **DIDO}).status_code == 302
    dido = Customer.objects.get(id=102)
    assert (dido.name, dido.email, str(dido.credit_limit)) == ("Dido Lee", "dido@example.com", "1500.00")
    assert dido.age_given_on == Lender.load().today()


def test_a_chosen_number_is_kept_and_a_taken_one_refused(as_mira: Client, asha: Customer) -> None:
    as_mira.post(CUSTOMERS + "add/", {"id": "700", **DIDO})
    assert Customer.objects.filter(id=700).exists()
    refused = as_mira.post(CUSTOMERS + "add/", {"id": "101", **DIDO})
    assert refused.status_code == 200
    assert "already exists" in refused.text
    assert Customer.objects.get(id=101).name == "Asha Rao"


@pytest.mark.parametrize(
    "wrong", [{"age": "0"}, {"age": "200"}, {"credit_limit": "-1"}, {"credit_limit": "NaN"}, {"id": "0"}]
)
def test_a_wrong_field_is_refused(as_mira: Client, wrong: dict[str, str]) -> None:
    assert as_mira.post(CUSTOMERS + "add/", {"id": "", **DIDO, **wrong}).status_code == 200
    assert not Customer.objects.exists()


def test_a_change_reaches_the_login_and_never_the_number(as_mira: Client, asha: Customer) -> None:
    answer = as_mira.post(CUSTOMERS + "101/change/", {"id": "999", **DIDO})
    assert answer.status_code == 302
    assert User.objects.get(customer_id=101).email == "dido@example.com"
    assert Customer.objects.get().id == 101


def test_what_was_not_typed_stays_as_a_colleague_left_it(as_mira: Client, asha: Customer) -> None:
    form = {"name": "Asha Rao", "email": "asha@example.com", "phone": "+1", "age": "34", "credit_limit": ""}
    with quicker(101, email="new@example.com", phone="+2", credit_limit=Decimal(50)):
        assert as_mira.post(CUSTOMERS + "101/change/", form).status_code == 302
    row = Customer.objects.get(id=101)
    assert (row.phone, row.email, row.credit_limit) == ("+1", "new@example.com", 50), "what was typed counts"
    assert User.objects.get(customer_id=101).email == "new@example.com"


@pytest.mark.parametrize("path", ["customer/101/delete/", "user/1/delete/", "manager/1/delete/", "lender/1/delete/"])
def test_nothing_is_deleted(as_mira: Client, asha: Customer, lender: Lender, path: str) -> None:
    assert as_mira.post("/admin/accounts/" + path, {"post": "yes"}).status_code in {302, 403}
    assert [model.objects.count() for model in (Customer, Manager, Lender, User)] == [1, 1, 1, 2]


@pytest.mark.parametrize(
    ("sought", "found"),
    [("101", True), ("asha", True), ("000 101", True), ("example.com", True), ("10", True), ("zz", False)],
)
def test_customers_are_found_by_number_name_phone_and_address(
    as_mira: Client, asha: Customer, sought: str, found: bool
) -> None:
    answer = as_mira.get(CUSTOMERS, {"q": sought})
    assert answer.status_code == 200
    assert ("Asha Rao" in answer.text) == found


def test_a_number_is_found_whole(as_mira: Client) -> None:
    for number in (7, 77):
        actions.register_customer(Customer(id=number, name=f"Number {number}"))
    page = as_mira.get(CUSTOMERS, {"q": "7"}).text
    assert "Number 7<" in page
    assert as_mira.get(CUSTOMERS, {"q": "9" * 30}).status_code == 200


@pytest.mark.parametrize("kind", ["customer", "user", "manager", "batch", "lender"])
def test_a_list_costs_the_same_with_many_rows(as_mira: Client, lender: Lender, kind: str) -> None:
    few = _queries(as_mira, kind)
    for number in range(30):
        customer = Customer.objects.create(id=200 + number, name=f"Customer {number}")
        actions.invite(customer)
        Manager.objects.create(id=200 + number, name=f"Manager {number}")
        Batch.objects.create(kind="dues", name=f"batch {number}", file_name="dues.csv", sha256=str(number))
    assert _queries(as_mira, kind) == few


def _queries(client: Client, kind: str) -> int:
    client.get(f"/admin/accounts/{kind}/")
    with CaptureQueriesContext(connection) as seen:
        assert client.get(f"/admin/accounts/{kind}/").status_code == 200
    return len(seen)


@pytest.mark.parametrize("kind", ["user", "batch", "manager"])
def test_the_rest_is_only_looked_at(as_mira: Client, kind: str) -> None:
    assert as_mira.get(f"/admin/accounts/{kind}/add/").status_code == 403


def test_a_user_is_looked_at_without_the_password(as_mira: Client, mira: Manager) -> None:
    page = as_mira.get(f"/admin/accounts/user/{mira.login.pk}/change/")
    assert page.status_code == 200
    assert "md5$" not in page.text
    assert as_mira.post(f"/admin/accounts/user/{mira.login.pk}/change/", {"email": "x@example.com"}).status_code == 403


def act(client: Client, name: str, users: list[User]) -> int:
    chosen = [user.pk for user in users]
    return client.post("/admin/accounts/user/", {"action": name, "_selected_action": chosen}, follow=True).status_code


def test_the_owner_shuts_people_out_but_never_himself(as_mira: Client, mira: Manager, asha: Customer) -> None:
    of_asha = signed_in(asha)
    act(as_mira, "deactivate", [asha.login, mira.login])
    assert [is_in(of_asha), is_in(as_mira)] == [False, True]
    act(as_mira, "reactivate", [asha.login])
    assert is_in(of_asha)


def test_other_staff_shuts_nobody_out(asha: Customer) -> None:
    nia = actions.add_manager(Manager(name="Nia"))
    of_nia, of_asha = Client(), signed_in(asha)
    of_nia.force_login(nia)
    assert of_nia.get("/admin/accounts/user/").status_code == 200
    act(of_nia, "deactivate", [asha.login])
    assert is_in(of_asha)


def test_the_lender_is_one_row_whose_currency_stays(as_mira: Client, lender: Lender) -> None:
    assert as_mira.get("/admin/accounts/lender/add/").status_code == 403
    fields = {
        "name": "Corner Shop",
        "address": "",
        "time_zone": "Africa/Nairobi",
        "language": "en",
        "currency": "EUR",
        "distribution_policy": "oldest_first",
        "component_order": lender.component_order,
        "closed_through": "",
        "late_fee_kind": "none",
        "late_fee_grace_days": "0",
        "retention_years": "7",
    }
    as_mira.post("/admin/accounts/lender/1/change/", fields)
    after = Lender.objects.get()
    assert (after.name, after.time_zone, after.currency) == ("Corner Shop", "Africa/Nairobi", lender.currency)
    fields["time_zone"] = "Mars/Olympus"
    assert "is not a time zone" in as_mira.post("/admin/accounts/lender/1/change/", fields).text
