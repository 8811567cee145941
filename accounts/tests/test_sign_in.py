"""Two doors, each for its own kind of people, by number or by e-mail address."""

import re

import pytest
from django.db import connection
from django.test import Client

from accounts import actions, backends
from accounts.backends import CUSTOMERS, STAFF, behind
from accounts.models import Customer, Manager, User
from accounts.models.people import has_address
from accounts.tests.cast import PASSWORD, signed_in
from accounts.tests.doors import CUSTOMER_DOOR, MANAGER_DOOR, is_in, knock

pytestmark = pytest.mark.django_db
NO_FIT = "do not belong together"


@pytest.mark.parametrize("name", ["101", " 101 ", "0101", "asha@example.com", "ASHA@Example.com"])
def test_a_customer_signs_in_by_number_or_address(asha: Customer, name: str) -> None:
    client = Client()
    answer = knock(name, PASSWORD, client=client)
    assert (answer.status_code, answer["Location"]) == (302, "/home/")
    assert client.session["_auth_user_id"] == str(asha.login.pk)


@pytest.mark.parametrize("name", ["101", "asha@example.com"])
def test_a_wrong_password_is_refused(asha: Customer, name: str) -> None:
    client = Client()
    answer = knock(name, "loud-river-42", client=client)
    assert answer.status_code == 200
    assert NO_FIT in answer.text
    assert not is_in(client)


@pytest.mark.parametrize("name", ["999", "nobody@example.com", "c101", "m1", "9" * 40, "１０１", "' OR 1=1 --", "0"])
def test_an_unknown_name_gets_the_same_sentence(asha: Customer, mira: Manager, name: str) -> None:
    assert NO_FIT in knock(name, PASSWORD).text


def test_customer_1_and_manager_1_are_two_people(mira: Manager) -> None:
    customer = actions.register_customer(Customer(id=1, name="Una First"), "other-river-42")
    client = Client()
    assert knock(1, "other-river-42", client=client).status_code == 302
    assert client.session["_auth_user_id"] == str(customer.login.pk)
    assert NO_FIT in knock(1, PASSWORD).text
    assert NO_FIT in knock(1, "other-river-42", MANAGER_DOOR).text
    assert knock(1, PASSWORD, MANAGER_DOOR).status_code == 302


@pytest.mark.parametrize(("name", "door"), [("asha@example.com", MANAGER_DOOR), ("mira@example.com", CUSTOMER_DOOR)])
def test_nobody_enters_by_the_other_door(asha: Customer, mira: Manager, name: str, door: str) -> None:
    other = CUSTOMER_DOOR if door == MANAGER_DOOR else MANAGER_DOOR
    assert NO_FIT in knock(name, PASSWORD, door).text
    assert knock(name, PASSWORD, other).status_code == 302


def test_the_operator_enters_by_the_staff_door_with_his_username() -> None:
    User.objects.create_superuser("root", PASSWORD)
    assert NO_FIT in knock("root", PASSWORD).text
    client = Client()
    assert knock("root", PASSWORD, MANAGER_DOOR, client).status_code == 302
    assert client.get("/admin/").status_code == 200


def test_a_shared_address_means_the_one_whose_password_fits(asha: Customer, bo: Customer) -> None:
    bo.login.set_password("other-river-42")
    bo.login.save()
    User.objects.update(email="family@example.com")
    client = Client()
    assert knock("family@example.com", "other-river-42", client=client).status_code == 302
    assert client.session["_auth_user_id"] == str(bo.login.pk)


def test_a_shared_address_and_password_asks_for_the_number(asha: Customer, bo: Customer) -> None:
    User.objects.update(email="family@example.com")
    assert "sign in with your number" in knock("family@example.com", PASSWORD).text
    assert knock(102, PASSWORD).status_code == 302


def test_an_address_of_very_many_costs_no_more_than_one_hash(asha: Customer, hashing: list[str]) -> None:
    for number in range(1, backends.MOST_SHARED + 1):
        actions.register_customer(Customer(id=number, name="Twin", email="asha@example.com"), PASSWORD)
    hashing.clear()
    assert NO_FIT in knock("asha@example.com", PASSWORD).text
    assert len(hashing) == 1


def test_an_unknown_name_costs_as_many_hashes_as_a_wrong_password(asha: Customer, hashing: list[str]) -> None:
    knock(101, "loud-river-42")
    wrong, hashing[:] = len(hashing), []
    knock(999, "loud-river-42")
    assert len(hashing) == wrong == 1


def test_next_is_honoured_within_the_site(asha: Customer) -> None:
    assert knock(101, PASSWORD, next="/pay/?year=2025")["Location"] == "/pay/?year=2025"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_next_never_leads_elsewhere(asha: Customer, elsewhere: str) -> None:
    assert knock(101, PASSWORD, next=elsewhere)["Location"] == "/home/"


@pytest.mark.parametrize("door", [CUSTOMER_DOOR, MANAGER_DOOR])
def test_who_is_signed_in_is_sent_home(as_asha: Client, door: str) -> None:
    answer = as_asha.get(door, {"next": "/admin/"})
    assert (answer.status_code, answer["Location"]) == (302, "/home/")


def test_home_is_the_dashboard_or_the_first_screen(as_asha: Client, as_mira: Client, client: Client) -> None:
    assert as_asha.get("/home/")["Location"] == "/dashboard/"
    assert as_mira.get("/home/")["Location"] == "/admin/"
    assert client.get("/home/")["Location"] == "/customer/login/?next=/home/"


def test_signing_out_takes_a_post(as_asha: Client) -> None:
    assert as_asha.get("/sign-out/").status_code == 200
    assert is_in(as_asha)
    assert as_asha.post("/sign-out/")["Location"] == "/"
    assert not is_in(as_asha)


def test_a_form_without_its_token_is_refused(asha: Customer) -> None:
    assert knock(101, PASSWORD, client=Client(enforce_csrf_checks=True)).status_code == 403


def test_a_deactivated_login_ends_at_once_and_is_refused(asha: Customer) -> None:
    client = signed_in(asha)
    assert is_in(client)
    actions.set_active([asha.login], False)
    assert not is_in(client)
    assert knock(101, PASSWORD)["Location"] == "/sign-in-closed/"
    assert "closed it" in client.get("/sign-in-closed/").text
    assert NO_FIT in knock(101, "loud-river-42").text
    actions.set_active([asha.login], True)
    assert knock(101, PASSWORD)["Location"] == "/home/"


def test_a_deactivated_session_would_live_without_the_guard(asha: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(asha)
    actions.set_active([asha.login], False)
    monkeypatch.setattr(backends.DoorBackend, "user_can_authenticate", lambda self, user: True)
    assert is_in(client)


@pytest.mark.parametrize("door", [CUSTOMER_DOOR, MANAGER_DOOR])
def test_both_doors_carry_the_eye_and_no_inline_code(client: Client, db: None, door: str) -> None:
    page = client.get(door).text
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert 'aria-controls="id_password"' in page
    assert re.search(r'<script src="[^"]*password-eye\.js" defer></script>', page)
    assert not re.search(r"<script(?! src)|\son\w+=|\sstyle=", page)


def test_the_signed_in_person_comes_with_the_customer_in_one_query(
    as_asha: Client, django_assert_num_queries: object
) -> None:
    as_asha.get("/profile/")
    with django_assert_num_queries(5) as seen:  # type: ignore[operator]
        as_asha.get("/profile/")  # the session, the person, the lender, the choice of mails, the bell
    assert sum("accounts_customer" in query["sql"] for query in seen) == 1


@pytest.mark.parametrize("door", [CUSTOMERS, STAFF])
def test_an_address_is_found_by_its_index_among_many(door: str, asha: Customer, mira: Manager) -> None:
    staff = door == STAFF
    numbers = range(1_000, 4_000)
    if not staff:
        Customer.objects.bulk_create(Customer(id=number, name=f"C {number}") for number in numbers)
    User.objects.bulk_create(
        User(
            username=f"u{number}",
            email=f"u{number}@example.com",
            is_staff=staff,
            customer_id=None if staff else number,
        )
        for number in numbers
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = behind(door, "ASHA@Example.com").explain()
    assert "user_by_address" in plan, plan
    assert "user_by_address" in User.objects.filter(has_address("ASHA@Example.com"), is_active=True).explain()
    assert "user_by_address" not in User.objects.filter(email__iexact="ASHA@Example.com").explain()  # the control


def test_letters_that_a_database_does_not_fold_are_still_themselves(asha: Customer) -> None:
    for address in ("ÉVA@example.com", "İz@example.com"):
        User.objects.filter(customer=asha).update(email=address)
        assert behind(CUSTOMERS, address).get().customer == asha
