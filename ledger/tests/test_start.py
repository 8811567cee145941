"""The start page: what the books tell of each step, to whom, and that it goes away by itself."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Customer, Lender, Manager, User
from accounts.tests.cast import signed_in
from ledger.actions import add_due, record_payment
from ledger.models import Due, Payment
from ledger.months import month_of

pytestmark = pytest.mark.django_db


def text(client: Client, address: str = "/admin/") -> str:
    return client.get(address).content.decode()


def states(page: str) -> list[str]:
    """Of the four steps."""
    return re.findall(r'class="state[^>]*>\s*(Done|Not done yet)', page)


def owe(customer: Customer, lender: Lender) -> None:
    add_due(Due(customer=customer, month=month_of(lender.today()), amount=Decimal(50)))


def test_on_empty_books_the_first_screen_is_the_start_page(as_mira: Client, lender: Lender) -> None:
    page = text(as_mira)
    assert states(page) == ["Not done yet"] * 4
    assert "The books are empty." in page
    assert "<code>CURRENCY=KES</code>" in page
    assert "Outstanding" not in page


def test_each_step_is_done_as_the_books_tell_and_then_the_page_goes_away(as_mira: Client, lender: Lender) -> None:
    name = {"name": "Corner Shop", "address": "1 Market Street", "time_zone": "Africa/Nairobi"}
    assert as_mira.post("/admin/start/lender/", name).status_code == 303
    assert (Lender.load().name, Lender.load().time_zone) == ("Corner Shop", "Africa/Nairobi")
    assert states(text(as_mira)) == ["Done", *["Not done yet"] * 3]
    assert "That is fixed now" not in text(as_mira)
    one = Customer.objects.create(id=101, name="Asha Rao")
    assert "That is fixed now" in text(as_mira)  # the start-up would refuse, or not take it
    assert states(text(as_mira)) == ["Done", "Done", "Not done yet", "Not done yet"]
    owe(one, lender)
    assert states(text(as_mira)) == []
    assert "Setting up: 3 of 4 steps are done." in text(as_mira)
    assert states(text(as_mira, "/admin/start/")) == ["Done", "Done", "Done", "Not done yet"]
    assert "That is fixed now" in text(as_mira, "/admin/start/")
    record_payment(Payment(customer=one, amount=Decimal(5)))
    page = text(as_mira)
    assert "Setting up" not in page
    assert "Outstanding" in page
    assert "Your books run." in text(as_mira, "/admin/start/")
    assert "/admin/start/" in text(as_mira, "/admin/help/")


def test_running_books_pay_two_short_looks_for_it(as_mira: Client, asha: Customer, lender: Lender) -> None:
    owe(asha, lender)
    record_payment(Payment(customer=asha, amount=Decimal(5)))
    with CaptureQueriesContext(connection) as asked:
        as_mira.get("/admin/")
    looks = [query["sql"] for query in asked if "LIMIT 1" in query["sql"] and "AS" in query["sql"]]
    assert sum('FROM "ledger_due"' in look for look in looks) <= 1
    assert sum('FROM "ledger_payment"' in look for look in looks) <= 1


def test_who_may_what_on_the_start_page(as_clem: Client, as_nina: Client, as_sten: Client, as_asha: Client) -> None:
    """A clerk sends files and adds customers, an auditor looks, and neither gives rights or changes the lender."""
    clerk, auditor = text(as_clem, "/admin/start/"), text(as_nina, "/admin/start/")
    for words in ("Send the file", "Add one by hand"):
        assert words in clerk
        assert words not in auditor
    for client in (as_clem, as_nina):
        assert "Enter the details" not in text(client, "/admin/start/")
        assert "/admin/colleague/" not in text(client, "/admin/start/")
        assert client.get("/admin/start/lender/").status_code == 403
        assert client.post("/admin/start/lender/", {"name": "Mine"}).status_code == 403
        assert client.get("/admin/help/").status_code == 200
    for address in ("start/", "start/lender/", "help/", "colleague/"):
        assert as_sten.get(f"/admin/{address}").status_code == 403
        assert as_asha.get(f"/admin/{address}").status_code == 302
    assert states(text(as_sten)) == []


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd"])
def test_a_time_zone_that_is_none_is_refused(as_mira: Client, lender: Lender, zone: str) -> None:
    page = as_mira.post("/admin/start/lender/", {"name": "Corner Shop", "time_zone": zone})
    assert page.status_code == 422
    assert Lender.load().time_zone == "UTC"


@pytest.mark.parametrize("zone", ["Etc/GMT-3", "Japan"])
def test_a_time_zone_that_is_not_on_the_list_stays(as_mira: Client, lender: Lender, zone: str) -> None:
    Lender.objects.update(time_zone=zone)
    assert f'<option value="{zone}" selected>' in text(as_mira, "/admin/start/lender/")
    assert as_mira.post("/admin/start/lender/", {"name": "Corner Shop", "time_zone": zone}).status_code == 303
    assert Lender.load().time_zone == zone


def test_a_time_zone_has_its_city_in_the_readers_language(as_mira: Client, lender: Lender) -> None:
    assert '<option value="Africa/Cairo">Africa/Cairo</option>' in text(as_mira, "/admin/start/lender/")
    User.objects.filter(manager=1).update(language="ar")
    page = text(as_mira, "/admin/start/lender/")
    assert '<option value="Africa/Cairo" lang="ar">Africa/Cairo – القاهرة</option>' in page
    assert '<option value="Asia/Kolkata" lang="ar">Asia/Kolkata – ' in page  # Babel knows it by an older name
    assert '<option value="UTC" selected lang="en">UTC</option>' in page


# --- A colleague --------------------------------------------------------------------------------
COLLEAGUE = {"name": "Kofi Mensah", "email": "Kofi@example.com", "role": "clerk"}


def test_the_shop_says_which_language_its_customers_read(as_mira: Client, lender: Lender) -> None:
    shop = {"name": "Corner Shop", "time_zone": "UTC"}
    assert as_mira.post("/admin/start/lender/", {**shop, "language": "ar"}).status_code == 303
    assert '<html lang="ar" dir="rtl"' in Client().get("/").text
    assert '<html lang="ar"' in text(as_mira, "/admin/start/lender/")  # mira chose none either
    assert as_mira.post("/admin/start/lender/", {**shop, "language": "tlh"}).status_code == 422
    assert Lender.load().language == "ar"


def test_an_owner_invites_a_colleague_who_then_has_the_role_and_no_more(as_mira: Client) -> None:
    made = as_mira.post("/admin/colleague/", COLLEAGUE)
    [link] = re.findall(r'value="http://testserver(/[^"]+)"', made.content.decode())
    person = Client()
    assert "Kofi Mensah" in text(person, link)
    assert person.post(link, {"password": "green-lamp-77"}).status_code == 302
    kofi = User.objects.get(email="kofi@example.com")
    assert (kofi.is_superuser, [group.name for group in kofi.groups.all()]) == (False, ["clerk"])
    assert person.get("/admin/start/").status_code == 200
    assert person.get("/admin/colleague/").status_code == 403


def test_named_again_before_the_link_is_used_it_is_the_same_colleague(as_mira: Client) -> None:
    as_mira.post("/admin/colleague/", COLLEAGUE)
    as_mira.post("/admin/colleague/", COLLEAGUE | {"role": "auditor"})
    kofi = User.objects.get(email="kofi@example.com")
    assert [group.name for group in kofi.groups.all()] == ["auditor"]
    kofi.set_password("green-lamp-77")
    kofi.save()
    as_mira.post("/admin/colleague/", COLLEAGUE)  # another of that name: nobody's password is up for choosing
    assert User.objects.filter(email="kofi@example.com").count() == 2


def test_two_of_one_name_without_an_address_are_two(as_mira: Client) -> None:
    for role in ("clerk", "auditor"):
        as_mira.post("/admin/colleague/", COLLEAGUE | {"email": "", "role": role})
    both = User.objects.filter(manager__name="Kofi Mensah").order_by("pk")
    assert [[group.name for group in user.groups.all()] for user in both] == [["clerk"], ["auditor"]]


def test_only_an_owner_invites(mona: Manager, mira: Manager) -> None:
    assert signed_in(mona).post("/admin/colleague/", COLLEAGUE).status_code == 403
    assert signed_in(mira).post("/admin/colleague/", {"name": " ", "role": "king"}).status_code == 422
    assert not Manager.objects.filter(name="Kofi Mensah").exists()
