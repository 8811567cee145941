"""Who is erased is found nowhere any more: not in a column of a table, a picture, a file that waits, or a log."""

import logging

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts import actions
from accounts.many import update_customers
from accounts.models import Customer
from accounts.seals import set_seal
from accounts.tests.cast import signed_in
from accounts.tests.programs import program_of, sign_in
from accounts.transactions import Refused
from config.tests.moving_in import Lines
from config.tests.one_person import EMAIL, MARKS, NAME, NUMBER, PASSWORD, dump, fill, found
from ledger.actions.erasing import erase_customer
from ledger.models import Payment, total
from ledger.proof import differences

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(as_mira: Client, bo: Customer) -> Customer:
    return fill(as_mira)


def paid() -> object:
    return Payment.objects.filter(customer=NUMBER).aggregate(sum=total("amount"))


def test_nothing_personal_is_left_anywhere(person: Customer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    set_seal()
    assert found(dump()) == set(MARKS), "the control: before, each of them is found"
    before = paid()
    erase_customer(person, "m1")
    assert found(dump()) == set()
    assert found(caplog.text) == set()
    assert list(differences()) == []
    assert paid() == before, "amounts stay under the number"
    assert Customer.objects.get(pk=102).name == "Bo Lind"
    assert "Bo Lind" in dump()


def test_the_sign_in_is_dead_at_once(person: Customer) -> None:
    browser, program = signed_in(person), program_of(person)
    place = f"/api/customer/summary/{NUMBER}"
    assert (browser.get("/dashboard/").status_code, program.get(place).status_code) == (200, 200)
    erase_customer(person, "m1")
    assert (browser.get("/dashboard/").status_code, program.get(place).status_code) == (302, 401)
    assert sign_in(NUMBER, PASSWORD).status_code == 401
    for name in (NUMBER, EMAIL):
        assert Client().post("/customer/login/", {"login": name, "password": PASSWORD}).status_code == 200


def test_nothing_personal_comes_back_by_another_door(as_mira: Client, asha: Customer, bo: Customer) -> None:
    erase_customer(asha, "m1")
    place = "/admin/accounts/customer/"
    changed = {"name": NAME, "email": EMAIL, "phone": "", "age": "", "credit_limit": ""}
    assert as_mira.post(f"{place}101/change/", changed).status_code == 403
    assert as_mira.post(f"{place}102/change/", changed).status_code == 302, "the control: bo is not erased"
    sheet = f"customer,name,email\n101,{NAME},{EMAIL}\n".encode()
    answer = as_mira.post(f"{place}import/", {"file": SimpleUploadedFile("old.csv", sheet)})
    assert (answer.status_code, "is erased, and stays so" in answer.content.decode()) == (422, True)
    asha.name = NAME
    for act in (lambda: update_customers([asha]), lambda: actions.invite(asha)):
        with pytest.raises(Refused, match="Add the person anew, under another number"):
            act()
    assert actions.set_active([asha.login], True) == 0
    assert NAME not in str(list(Customer.objects.filter(pk=101).values()))
    answer = as_mira.post("/admin/customer/101/invite/", follow=True)
    assert "is erased, and stays so" in answer.content.decode()


def test_the_command_erases_or_says_why_not(person: Customer) -> None:
    call_command("erase_customer", NUMBER, stdout=(said := Lines()))
    assert "Customer 777 is erased." in said.text
    assert found(dump()) == set()
    with pytest.raises(CommandError, match="Customer 777 is erased already"):
        call_command("erase_customer", NUMBER)
    with pytest.raises(CommandError, match="no customer 778"):
        call_command("erase_customer", 778)


@pytest.mark.only_on("sqlite")
def test_what_is_erased_is_overwritten_in_the_file() -> None:
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA secure_delete").fetchone() == (1,)
