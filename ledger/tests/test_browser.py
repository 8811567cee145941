"""The customer's pages in a real browser: three taps, once only, without JavaScript, and for everybody."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Customer, Lender
from accounts.tests.cast import PASSWORD
from config.tests.browsing import DESK, IN_A_BROWSER, PHONE, faults_in_every_look, violations, wider_than_the_screen
from ledger.actions import add_due, record_payment
from ledger.models import Due, Payment

STRANGERS = ["/", "/customer/login/", "/manager/login/", "/register/", "/password/reset/", "/nowhere/"]
CUSTOMERS = [
    "/dashboard/",
    "/dashboard/?year=2024",
    "/pay/",
    "/payments/",
    "/payments/{payment}/",
    "/statement/",
    "/profile/",
    "/sessions/",
    "/password/change/",
    "/nowhere/",
]

pytestmark = IN_A_BROWSER


@pytest.fixture
def books(lender: Lender, asha: Customer, bo: Customer) -> Payment:
    """asha owes two years and has paid one payment; bo owes nothing."""
    for year in (2024, 2025):
        for month in range(1, 13):
            add_due(Due(customer=asha, month=date(year, month, 1), amount=Decimal("100.00")))
    return record_payment(Payment(customer=asha, amount=Decimal("1150.00"), channel="cash"))


@pytest.fixture
def open_page(look_at: Callable[..., Page]) -> Callable[..., Page]:
    """A fresh browser on a phone; with `customer`, signed in by hand at the door."""

    def opened(customer: int | None = None, **options: Any) -> Page:
        page = look_at(**{"viewport": PHONE, **options})
        if customer:
            sign_in(page, customer)
        return page

    return opened


def sign_in(page: Page, customer: int) -> None:
    page.goto("/customer/login/")
    page.locator("input[name=login]").fill(str(customer))
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/dashboard/**")


def row_of(page: Page, month: str) -> Any:
    return page.get_by_role("row", name=re.compile(f"^{month} "))


def to_the_preview(page: Page) -> None:
    page.goto("/dashboard/")
    page.get_by_role("link", name="Pay", exact=True).first.click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Check and confirm")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_three_taps_pay_the_oldest_month(open_page: Callable[..., Page], books: Payment, javascript: bool) -> None:
    page = open_page(customer=101, java_script_enabled=javascript)
    page.goto("/dashboard/?year=2024")
    expect(row_of(page, "Dec")).to_contain_text("Overdue")
    to_the_preview(page)
    expect(page.get_by_role("row", name=re.compile("Dec 2024"))).to_contain_text("$0.00")
    page.get_by_role("button", name="Confirm $50.00").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Receipt {Payment.objects.latest('id').pk}")
    page.goto("/dashboard/?year=2024")
    expect(row_of(page, "Dec")).to_contain_text("Paid")
    assert Payment.objects.count() == 2


def test_a_double_click_on_confirm_pays_once(open_page: Callable[..., Page], books: Payment) -> None:
    page = open_page(customer=101)
    to_the_preview(page)
    page.get_by_role("button", name="Confirm").dblclick(no_wait_after=True)
    page.wait_for_url("**/payments/*/")
    assert Payment.objects.count() == 2


def test_a_browser_that_sends_both_clicks_pays_once(open_page: Callable[..., Page], books: Payment) -> None:
    """Chromium drops the second click of the test above; other browsers send it, and both answers are the receipt."""
    page = open_page(customer=101)
    to_the_preview(page)
    ends = page.evaluate(
        """async () => {
            const form = [...document.forms].find(form => form.elements.key);
            const send = () => fetch("/pay/", {method: "POST", body: new URLSearchParams(new FormData(form))});
            return [(await send()).url, (await send()).url];
        }"""
    )
    assert ends[0] == ends[1]
    assert re.search(r"/payments/\d+/$", ends[0])
    assert Payment.objects.count() == 2


def test_back_and_the_same_again_pays_once(open_page: Callable[..., Page], books: Payment) -> None:
    page = open_page(customer=101)
    to_the_preview(page)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/payments/*/")
    receipt = page.url
    page.go_back()
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url(receipt)
    assert Payment.objects.count() == 2


def test_back_to_the_first_form_offers_what_is_open_now(open_page: Callable[..., Page], books: Payment) -> None:
    """Not the choices of the payment that was made, put back by the browser into a form with a fresh key."""
    page = open_page(customer=101)
    to_the_preview(page)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/payments/*/")
    page.go_back()
    page.go_back()
    expect(page.get_by_label("Year")).to_have_value("2025")
    expect(page.get_by_label("Month")).to_have_value("1")
    expect(page.get_by_label("Amount")).to_have_value("100.00")


def test_another_year_is_shown_at_once(open_page: Callable[..., Page], books: Payment) -> None:
    page = open_page(customer=101, viewport=DESK)
    page.goto("/dashboard/?year=2025")
    page.evaluate("window.sameDocument = true")
    page.get_by_label("Year", exact=True).select_option("2024")
    expect(page.get_by_role("heading", name="Due and paid, 2024")).to_be_visible()
    assert page.url.endswith("/dashboard/?year=2024")
    assert page.evaluate("window.sameDocument")
    page.go_back()
    expect(page.get_by_role("heading", name="Due and paid, 2025")).to_be_visible()


def test_without_javascript_the_apply_button_shows_another_year(open_page: Callable[..., Page], books: Payment) -> None:
    page = open_page(customer=101, java_script_enabled=False)
    page.goto("/dashboard/?year=2025")
    page.get_by_label("Year", exact=True).select_option("2024")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", name="Due and paid, 2024")).to_be_visible()


def test_another_month_brings_its_own_amount(open_page: Callable[..., Page], books: Payment) -> None:
    page = open_page(customer=101)
    page.goto("/pay/")
    expect(page.get_by_label("Amount")).to_have_value("50.00")
    page.get_by_label("Year").select_option("2025")
    expect(page.get_by_label("Amount")).to_have_value("100.00")
    page.get_by_label("Month").select_option("March")
    expect(page.get_by_label("Month")).to_have_value("3")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("An older month")).to_have_count(0)
    expect(page.get_by_text("3 older months stay open")).to_be_visible()


def test_the_year_table_keeps_its_header_and_first_column_in_sight(
    open_page: Callable[..., Page], books: Payment
) -> None:
    page = open_page(customer=101)
    page.goto("/dashboard/?year=2024")
    frame = page.get_by_role("region", name="Months of 2024, scrolls")
    frame.scroll_into_view_if_needed()
    assert frame.evaluate("box => box.scrollWidth > box.clientWidth"), "nothing to scroll, so nothing was tried"
    frame.evaluate("box => box.scrollBy(200, 0)")
    left, first = frame.bounding_box(), row_of(page, "Jan").get_by_role("rowheader").bounding_box()
    assert left
    assert first
    assert abs(first["x"] - left["x"]) <= 2
    assert not wider_than_the_screen(page)


def test_every_page_is_free_of_axe_violations(open_page: Callable[..., Page], books: Payment) -> None:
    faults: dict[str, list[str]] = {}
    stranger = open_page()
    for address in STRANGERS:
        stranger.goto(address)
        faults[address] = faults_in_every_look(stranger)
    for customer in (101, 102):
        page = open_page(customer=customer)
        for address in CUSTOMERS:
            page.goto(address.format(payment=books.pk))
            faults[f"{customer} {address}"] = faults_in_every_look(page)
    to_the_preview(open_preview := open_page(customer=101))
    faults["preview"] = faults_in_every_look(open_preview)
    assert {address: found for address, found in faults.items() if found} == {}


def test_axe_finds_a_planted_fault(open_page: Callable[..., Page], books: Payment) -> None:
    """The negative control of the test above."""
    page = open_page()
    page.goto("/")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any(fault.startswith("button-name") for fault in violations(page))


def test_the_sheet_stands_on_a_320_pixel_screen(open_page: Callable[..., Page], books: Payment) -> None:
    page = open_page(customer=101, viewport={"width": 320, "height": 640})
    for address in CUSTOMERS:
        page.goto(address.format(payment=books.pk))
        assert not wider_than_the_screen(page), address
