"""Strangers become customers under the next number, while the lender lets them."""

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from accounts import actions
from accounts.models import LARGEST_NUMBER, Customer, Lender, User
from accounts.tests.cast import PASSWORD
from accounts.tests.doors import Answer, knock

DIDO = {"name": "Dido Lee", "email": "Dido@Example.com", "phone": "+254 700 000 103", "age": "30", "password": PASSWORD}


@pytest.fixture
def open_register(lender: Lender) -> None:
    Lender.objects.update(registration_open=True)


def register(client: Client, **changes: str) -> Answer:
    return client.post("/register/", {**DIDO, **changes})


def test_a_stranger_registers_is_signed_in_and_sees_the_number(
    open_register: None, asha: Customer, bo: Customer, client: Client
) -> None:
    assert "New here?" in client.get("/customer/login/").text
    answer = register(client)
    assert (answer.status_code, answer["Location"]) == (302, "/welcome/")
    assert "Your number is 103. Keep it: you sign in with it." in client.get("/welcome/").text
    dido = Customer.objects.get(id=103)
    assert (dido.name, dido.email, dido.age) == ("Dido Lee", "dido@example.com", 30)
    assert dido.age_given_on == Lender.load().today()
    assert (dido.login.username, dido.login.email, dido.login.is_staff) == ("c103", "dido@example.com", False)
    assert knock(103, PASSWORD).status_code == 302


def test_the_first_customer_is_101(open_register: None, client: Client) -> None:
    register(client)
    assert Customer.objects.get().id == 101


def test_a_closed_register_says_whom_to_ask_and_stores_nothing(lender: Lender, client: Client) -> None:
    for answer in (client.get("/register/"), register(client)):
        assert answer.status_code == 403
        assert "Ask there: you get a link" in answer.text
    assert not Customer.objects.exists()
    assert "New here?" not in client.get("/customer/login/").text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "  "}, "This field is required."),
        ({"email": "dido"}, "Enter a valid email address."),
        ({"phone": "call me"}, "Write the phone number in digits"),
        ({"age": "131"}, "less than or equal to 130"),
        ({"password": "12345678"}, "This password is entirely numeric."),
        ({"password": "password"}, "This password is too common."),
        ({"password": "dido@example.com"}, "too similar to the email"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_stored(
    open_register: None, client: Client, changes: dict[str, str], sentence: str
) -> None:
    answer = register(client, **changes)
    assert answer.status_code == 200
    assert sentence in answer.text
    assert not Customer.objects.exists()


def test_age_may_stay_empty_and_nobody_chooses_a_number_or_rights(open_register: None, client: Client) -> None:
    assert register(client, age="", id="7", credit_limit="1000", is_staff="on").status_code == 302
    dido = Customer.objects.get()
    assert (dido.id, dido.age, dido.age_given_on, dido.credit_limit) == (101, None, None, None)
    assert not dido.login.is_staff


def test_who_is_signed_in_does_not_register_again(open_register: None, as_asha: Client) -> None:
    assert register(as_asha)["Location"] == "/home/"
    assert Customer.objects.count() == 1


@pytest.mark.django_db
def test_a_number_that_is_taken_or_too_large_is_refused(asha: Customer) -> None:
    with pytest.raises(ValidationError, match="101 is taken"):
        actions.register_customer(Customer(id=101, name="Twin"))
    Customer.objects.create(id=LARGEST_NUMBER, name="Last")
    with pytest.raises(ValidationError, match="Numbers end at"):
        actions.register_customer(Customer(name="Too late"))


@pytest.mark.django_db
def test_changed_details_reach_the_login_and_date_the_age(asha: Customer) -> None:
    asha.email, asha.age = "new@example.com", 35
    actions.update_customer(asha)
    assert User.objects.get(customer=asha).email == "new@example.com"
    assert Customer.objects.get(id=101).age_given_on == Lender.load().today()


@pytest.mark.django_db(transaction=True)
def test_no_password_is_hashed_inside_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    inside: list[bool] = []
    honest = actions.make_password

    def watched(password: str | None) -> str:
        inside.append(password is not None and connection.in_atomic_block)
        return honest(password)

    monkeypatch.setattr(actions, "make_password", watched)
    dido = actions.register_customer(Customer(name="Dido"), PASSWORD)
    actions.accept_invitation(dido.login, "other-river-42")
    assert inside == [False, False]


@pytest.mark.race
@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_people_who_register_at_once_get_numbers_of_their_own() -> None:
    Lender.load()
    assert _register_at_once(8) == []
    assert sorted(Customer.objects.values_list("id", flat=True)) == list(range(101, 109))


@pytest.mark.race
@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_they_would_not(monkeypatch: pytest.MonkeyPatch) -> None:
    Lender.load()
    monkeypatch.setattr(actions, "_hold_lender", Lender.load)
    assert any(_register_at_once(8) for _ in range(10))


def _register_at_once(people: int) -> list[Exception]:
    failed: list[Exception] = []
    start = threading.Barrier(people)

    def one() -> None:
        start.wait()
        try:
            actions.register_customer(Customer(name="Dido"))
        except Exception as error:  # the test asks which
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


# The tests' own SQLite lies in memory, where locks work otherwise: so a file, and processes of their own.
REGISTER_TEN = """
from accounts import actions
from accounts.models import Customer
from django.db import connection
connection.ensure_connection()
connection.transaction_mode = {mode!r}
for _ in range(10):
    actions.register_customer(Customer(name="Dido"))
"""


@pytest.mark.race
@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(("mode", "kept"), [("IMMEDIATE", True), ("DEFERRED", False)])
def test_processes_on_one_sqlite_file_get_numbers_of_their_own(town: str, mode: str, kept: bool) -> None:
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    environment = os.environ | {"DATABASE_URL": town, "DEBUG": "1"}
    command = [*manage, "shell", "-v0", "-c", REGISTER_TEN.format(mode=mode)]
    running = [subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) for _ in range(4)]
    ended_well = [process.wait() == 0 for process in running]
    with closing(sqlite3.connect(town.removeprefix("sqlite:///"))) as books:
        numbers = [row[0] for row in books.execute("SELECT id FROM accounts_customer ORDER BY id")]
    assert (all(ended_well) and numbers == list(range(101, 141))) == kept
