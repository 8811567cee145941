"""In Chromium: a customer's pages of the books in the other languages, on a phone, and a chart in Arabic."""

import datetime
from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page

from accounts.models import Customer, Lender, User
from config import words
from config.tests.browsing import IN_A_BROWSER, PHONE, keep_picture, violations, wider_than_the_screen
from ledger.actions import add_due, record_payment
from ledger.charts import STEPS
from ledger.models import Due, Payment

pytestmark = IN_A_BROWSER
D = Decimal
PAGES = ("/dashboard/?year=2024", "/payments/", "/payments/{payment}/", "/statement/", "/pay/")


@pytest.fixture
def payment(lender: Lender, asha: Customer) -> Payment:
    for month in range(1, 13):
        add_due(Due(customer=asha, month=datetime.date(2024, month, 1), amount=D(1250)))
    return record_payment(Payment(customer=asha, amount=D(1900), channel="cash", reference="2024-01-77"))


def faults(page: Page, language: str) -> list[str]:
    """The order of reading is another in Arabic alone; the room that words take is another in each."""
    keep_picture(page, language)
    found = ["too wide"] * wider_than_the_screen(page) + (violations(page) if language == "ar" else [])
    return [f"{language} {page.url}: {fault}" for fault in found]


def test_pages_are_whole_on_a_phone(look_at: Callable[..., Page], asha: Customer, payment: Payment) -> None:
    page, found = look_at(asha, viewport=PHONE), []
    for language in words.languages():
        User.objects.filter(customer=asha).update(language=language)
        for address in PAGES:
            page.goto(address.format(payment=payment.pk))
            found += faults(page, language)
        page.locator("#pay-form button").click()
        page.wait_for_selector("input[name=step][value=confirm]", state="attached")
        found += faults(page, language)
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    assert found == []


@pytest.mark.parametrize("language", ["en", "hi", "ar"])
def test_an_axis_stands_beside_its_bars(
    look_at: Callable[..., Page], asha: Customer, payment: Payment, language: str
) -> None:
    page = look_at(asha)
    User.objects.filter(customer=asha).update(language=language)
    page.goto("/dashboard/?year=2024")
    tick, bar = page.locator(".chart text").nth(STEPS - 1), page.locator(".chart rect").first.bounding_box()
    axis, chart = tick.bounding_box(), page.locator(".chart svg").bounding_box()
    assert axis and bar and chart and chart["x"] <= axis["x"] and axis["x"] + axis["width"] < bar["x"]
    page.locator(".chart svg").evaluate("chart => chart.removeAttribute('direction')")  # the control
    moved = tick.bounding_box()
    assert moved and (moved["x"] + moved["width"] > bar["x"]) == (language == "ar")
