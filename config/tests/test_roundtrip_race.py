"""Two windows confirm the same file at once: its changes are stored once, and nobody waits for ever."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from accounts.actions import register_customer, update_customer
from accounts.models import AuditEntry, Customer, Lender
from config.tests.test_roundtrip import LOOK, look, send

pytestmark = [pytest.mark.race, pytest.mark.only_on("postgresql"), pytest.mark.django_db(transaction=True)]
NUMBERS = range(200, 230)


def at_once(*acts):
    """Each in a thread with a connection of its own, all let go together."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait(10)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [running.result(30) for running in [pool.submit(run, act) for act in acts]]


@pytest.fixture
def confirming(lender: Lender, as_clem: Client):
    """Press the button, in any thread; the file changes thirty customers, backwards, and brings a new one."""
    Customer.objects.bulk_create(Customer(id=number, name="A") for number in NUMBERS)
    rows = "".join(f"{number},A,{number}\n" for number in reversed(NUMBERS))
    send(as_clem, f"customer,name,phone\n{rows}700,Dido,7\n")
    shown = look(as_clem).context
    body = {"name": shown["file"].name, "seen": shown["read"].fingerprint}

    def press() -> int:
        client = Client()
        client.cookies = as_clem.cookies
        return client.post(LOOK, body).status_code

    return press


def test_two_windows_confirm_at_once_and_it_is_stored_once(confirming) -> None:
    assert at_once(confirming, confirming, confirming) == [303] * 3
    assert list(AuditEntry.objects.values_list("number", flat=True)) == [1] * 31
    assert set(Customer.objects.filter(id__in=NUMBERS).values_list("phone", flat=True)) == set(map(str, NUMBERS))


def test_staff_at_the_counter_and_a_file_do_not_lock_each_other_out(confirming) -> None:
    """Both hold the lender before customers, and customers ascending; a new one gets a number of his own."""

    def at_the_counter() -> None:
        for number in NUMBERS:
            update_customer(Customer.objects.get(pk=number))
            register_customer(Customer(name="Walked in"))

    codes = at_once(confirming, at_the_counter)
    assert codes == [303, None]
    assert Customer.objects.filter(name="Walked in").count() == len(NUMBERS)
