"""The pages of a person's data: the wish of the customer, and the manager who types the number once more."""

import datetime
import re
from decimal import Decimal as D
from typing import Any

import pytest
from django.test import Client

from accounts.models import Customer, Erasure, Lender, Manager
from accounts.tests.cast import PASSWORD, signed_in
from ledger.actions import add_due
from ledger.models import Due
from ledger.tests.sending import send

pytestmark = pytest.mark.django_db
PLACE, MINE = "/admin/customer/101/data/", "/profile/data/"


@pytest.fixture
def himself(as_asha: Client) -> Client:
    """Asha, who has just shown that it is he."""
    as_asha.post(f"/confirm-password/?next={MINE}", {"password": PASSWORD})
    return as_asha


def said(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def erase(client: Client, number: str = "101") -> Any:
    return client.post(PLACE, {"do": "erase", "number": number})


def test_a_wish_is_asked_withdrawn_and_asked_again(himself: Client) -> None:
    assert "Ask to be erased" in said(himself.get(MINE))
    assert himself.post(MINE, {"do": "ask"}).status_code == 303
    assert "Withdraw my wish" in said(himself.get(MINE))
    assert himself.post(MINE, {"do": "withdraw"}).status_code == 303
    assert himself.post(MINE, {"do": "ask"}).status_code == 303
    assert list(Erasure.objects.order_by("id").values_list("state", flat=True)) == ["withdrawn", "waiting"]


def test_who_owes_reads_why_not(himself: Client, asha: Customer) -> None:
    add_due(Due(customer=asha, month=datetime.date(2010, 1, 1), amount=D(100)))
    page = said(himself.get(MINE))
    assert ("still owes $100.00" in page, "Ask to be erased" in page) == (True, False)
    answer = himself.post(MINE, {"do": "ask"})
    assert (answer.status_code, "still owes $100.00" in said(answer)) == (422, True)
    assert himself.post(MINE, {"do": "else"}).status_code == 422


def test_a_customer_reads_nothing_of_files_and_the_staff_all(himself: Client, asha: Customer, mona: Manager) -> None:
    add_due(Due(customer=asha, month=datetime.date(2010, 1, 1), amount=D(100)))
    send("dues", "customer,year,month,amount", "101,2010,3,40.00")
    for answer in (himself.get(MINE), himself.post(MINE, {"do": "ask"})):
        page = said(answer)
        assert ("still owes $100.00" in page, "Something of yours is still being worked on." in page) == (True, True)
        assert ("march" in page, "Line 2" in page) == (False, False)
    assert "Line 2 of the file march" in said(signed_in(mona).get(PLACE))


def test_a_manager_types_the_number_and_it_is_done(himself: Client, mona: Manager, asha: Customer) -> None:
    himself.post(MINE, {"do": "ask"})
    manager = signed_in(mona)
    assert "It is asked that this customer is erased" in said(manager.get("/admin/customer/101/"))
    for number in ("102", "", "one"):
        answer = erase(manager, number)
        assert answer.status_code == 422
    assert "To erase, type 101." in said(erase(manager, "102"))
    assert Customer.objects.get(pk=101).name == "Asha Rao"
    assert erase(manager).status_code == 303
    page = said(manager.get(PLACE))
    assert ("Erased on" in page, "Asha" in page) == (True, False)
    assert himself.get("/dashboard/").status_code == 302
    answer = erase(manager)
    assert (answer.status_code, Erasure.objects.count()) == (422, 1)


def test_a_wish_withdrawn_since_the_page_was_opened_is_not_done(himself: Client, mona: Manager, asha: Customer) -> None:
    himself.post(MINE, {"do": "ask"})
    manager = signed_in(mona)
    seen = {"do": "erase", "number": "101", **wish_on(manager.get(PLACE))}
    for do in ("withdraw", "ask"):
        himself.post(MINE, {"do": do})
        answer = manager.post(PLACE, seen)
        assert (answer.status_code, "This wish is already withdrawn, by c101." in said(answer)) == (422, True)
    assert manager.post(PLACE, seen | {"wish": "999"}).status_code == 422
    assert Customer.objects.get(pk=101).name == "Asha Rao"
    assert manager.post(PLACE, seen | wish_on(answer)).status_code == 303, "the control: the one that he sees now"
    assert Customer.objects.get(pk=101).name == "erased"


def wish_on(answer: Any) -> dict[str, str]:
    """What the form of the page sends along."""
    return dict(re.findall(r'type="hidden" name="(wish)" value="(\d+)"', said(answer)))


def test_a_refused_wish_is_answered_to_the_customer(himself: Client, mona: Manager) -> None:
    himself.post(MINE, {"do": "ask"})
    manager = signed_in(mona)
    assert "Say why" in said(manager.post(PLACE, {"do": "refuse", "note": ""}))
    assert manager.post(PLACE, {"do": "refuse", "note": "A case is in court."}).status_code == 303
    assert "was refused: A case is in court." in said(himself.get(MINE))
    assert Customer.objects.get(pk=101).name == "Asha Rao"


def test_where_two_are_wanted_the_first_only_asks(lender: Lender, asha: Customer, mona: Manager, mira: Manager) -> None:
    Lender.objects.update(erase_alone=False)
    first, second = signed_in(mona), signed_in(mira)
    assert "Ask a colleague to erase" in said(first.get(PLACE))
    assert erase(first).status_code == 303
    assert "You asked for it yourself" in said(first.get(PLACE))
    assert erase(first).status_code == 422
    assert Customer.objects.get(pk=101).name == "Asha Rao"
    assert erase(second).status_code == 303
    assert Customer.objects.get(pk=101).name == "erased"


def test_a_clerk_neither_sees_nor_does_it(asha: Customer, as_clem: Client) -> None:
    assert "Personal data" not in said(as_clem.get("/admin/customer/101/"))
    assert (as_clem.get(PLACE).status_code, erase(as_clem).status_code) == (403, 403)
