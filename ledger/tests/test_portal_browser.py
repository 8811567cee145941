"""The staff's pages in a real browser: five clicks to a receipt, and every page for everybody."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Customer, Lender, Manager
from config.tests.browsing import IN_A_BROWSER, faults_in_every_look, wider_than_the_screen
from ledger.actions import add_due, record_payment
from ledger.models import Due, Payment

pytestmark = IN_A_BROWSER
PORTAL = [
    "/admin/",
    "/admin/worklist/",
    "/admin/worklist/?state=all",
    "/admin/customer/101/case/",
    "/admin/customer/101/letter/",
    "/admin/batches/",
    "/admin/batches/send/",
    "/admin/requests/",
    "/admin/notices/",
    "/admin/months/",
    "/admin/statements/",
    "/admin/customer/101/months/2025/3/",
    "/admin/customer/101/charge-off/",
    "/admin/customer/101/recovery/",
    "/admin/owing/",
    "/admin/owing/?risk=30",
    "/admin/grid/?year=2025",
    "/admin/grid/?year=1999",
    "/admin/audit/",
    "/admin/customer/?q=a",
    "/admin/customer/101/",
    "/admin/customer/102/",
    "/admin/customer/101/audit/",
    "/admin/customer/101/pay/",
    "/admin/customer/101/refund/",
    "/admin/customer/101/statement/?year=2025",
    "/admin/customer/101/payments/{payment}/",
    "/admin/customer/101/payments/{payment}/reverse/",
]


@pytest.fixture
def books(lender: Lender, asha: Customer, bo: Customer) -> Payment:
    """asha owes two years and has paid one payment; bo owes nothing."""
    for year in (2024, 2025):
        for month in range(1, 13):
            add_due(Due(customer=asha, month=date(year, month, 1), amount=Decimal("100.00")))
    return record_payment(Payment(customer=asha, amount=Decimal("1150.00"), channel="cash"))


def test_every_page_is_free_of_axe_violations(look_at: Callable[..., Page], books: Payment, mira: Manager) -> None:
    page, faults = look_at(mira), {}
    for address in PORTAL:
        answer = page.goto(address.format(payment=books.pk))
        assert answer, address
        assert answer.status == 200, address
        faults[address] = faults_in_every_look(page)
    assert {address: found for address, found in faults.items() if found} == {}


def test_an_empty_database_shows_a_first_screen_too(
    look_at: Callable[..., Page], lender: Lender, mira: Manager
) -> None:
    page = look_at(mira)
    for address in ("/admin/", "/admin/owing/", "/admin/grid/", "/admin/audit/"):
        page.goto(address)
        assert faults_in_every_look(page) == [], address


def test_from_sign_in_to_the_receipt_of_a_late_customer_it_is_five_clicks(
    look_at: Callable[..., Page], books: Payment, mira: Manager
) -> None:
    """Each click is one line; what stands in the form is right already."""
    page = look_at(mira)  # the first click signs in
    page.wait_for_url("**/admin/")
    page.get_by_role("link", name="PAR 90").click()
    page.get_by_role("link", name="Asha").first.click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
    assert Payment.objects.filter(customer=101, kind="receipt").count() == 2


def test_a_receipt_fits_a_till_roll_of_58_mm(look_at: Callable[..., Page], books: Payment, mira: Manager) -> None:
    page = look_at(mira)
    page.goto(f"/admin/customer/101/payments/{books.pk}/")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 219, "height": 600})  # 58 mm
    assert not wider_than_the_screen(page)
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.get_by_text("$1,150.00").first).to_be_visible()
