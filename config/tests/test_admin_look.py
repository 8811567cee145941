"""The admin as it is sent: the strict policy, our sheet, amounts with their currency, and places by right."""

import datetime
import re
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Customer
from ledger.actions import add_due, record_payment
from ledger.models import Due, Payment

pytestmark = pytest.mark.django_db
PAGES = [
    "accounts/",
    "accounts/customer/",
    "accounts/customer/add/",
    "ledger/due/",
    "ledger/payment/add/",
    "accounts/lender/",
]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_keeps_the_policy_and_asks_nothing_of_strangers(as_mira: Client, page: str) -> None:
    answer = as_mira.get(f"/admin/{page}", follow=True)
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "css/admin.css" in answer.text
    assert "favicon.svg" in answer.text
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\son\w+=\"|\sstyle=", answer.text)
    assert not re.search(r"(src|href)=\"(https?:)?//", answer.text)


def test_amounts_carry_their_currency_in_a_cell_of_their_own_kind(as_mira: Client, asha: Customer) -> None:
    add_due(Due(customer=asha, month=datetime.date(2024, 1, 1), amount=Decimal("1250.5")))
    record_payment(Payment(customer=asha, amount=Decimal(2000)))
    for kind, cells in {
        "due": {"amount": "$1,250.50", "paid": "$1,250.50", "forgiven": "$0.00", "balance": "$0.00"},
        "payment": {"amount": "$2,000.00", "held": "$749.50"},
        "allocation": {"amount": "$1,250.50"},
    }.items():
        page = as_mira.get(f"/admin/ledger/{kind}/").text
        for name, shown in cells.items():
            assert f'<td class="field-money_{name}">{shown}</td>' in page, kind
    Customer.objects.update(credit_limit=Decimal(900))
    assert '<td class="field-money_credit_limit">$900.00</td>' in as_mira.get("/admin/accounts/customer/").text
    Customer.objects.update(credit_limit=None)
    assert '<td class="field-money_credit_limit">–</td>' in as_mira.get("/admin/accounts/customer/").text


def test_amounts_to_look_at_carry_it_too(as_mira: Client, asha: Customer) -> None:
    due = add_due(Due(customer=asha, month=datetime.date(2024, 1, 1), amount=Decimal(500)))
    payment = record_payment(Payment(customer=asha, amount=Decimal(200)))
    assert as_mira.get(f"/admin/ledger/payment/{payment.pk}/change/").text.count(">$200.00<") == 2
    assert ">$200.00<" in as_mira.get(f"/admin/ledger/due/{due.pk}/change/").text


def test_a_column_of_amounts_is_sorted_by_what_is_stored(as_mira: Client, asha: Customer) -> None:
    for month, amount in ((1, 900), (2, 1000), (3, 20)):
        add_due(Due(customer=asha, month=datetime.date(2024, month, 1), amount=Decimal(amount)))
    column = next(number for number, name in enumerate(due_columns(as_mira)) if name == "money_amount")
    page = as_mira.get("/admin/ledger/due/", {"o": str(column)}).text
    assert re.findall(r'field-money_amount">\$([\d.,]+)<', page) == ["20.00", "900.00", "1,000.00"]


def due_columns(client: Client) -> list[str]:
    return re.findall(r"column-(\w+)", client.get("/admin/ledger/due/").text)


PLACES = ("Worklist", "Customers", "Grid", "Files", "Lender")


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("as_mira", {"Worklist", "Customers", "Grid", "Files", "Lender"}),
        ("as_clem", {"Worklist", "Customers", "Grid", "Files"}),
        ("as_sten", set()),
    ],
)
def test_the_header_names_the_places_that_one_may_open(
    who: str, seen: set[str], request: pytest.FixtureRequest
) -> None:
    client = request.getfixturevalue(who)
    for address in ("/admin/", "/profile/"):
        page = client.get(address).text
        header = page[page.index("<header") : page.index("</header>")]
        names = {name for name in PLACES if f">{name}</a>" in header}
        assert names == seen
        assert "First screen" in header
        assert "Sign out" in header


def test_a_customers_header_names_none_of_them(as_asha: Client) -> None:
    assert "First screen" not in as_asha.get("/profile/").text
