"""In Chromium: a customer’s pages in Spanish, French, Hindi and Arabic fit a phone and a desk, axe finds nothing in
them, and they run in their language’s direction."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import Customer, Lender
from config.tests.browsing import IN_A_BROWSER, faults_in, open_in
from credit.actions import ask
from credit.models import CreditRequest
from credit.tests.asked import D, owing, policy, request_of
from ledger.actions import record_payment
from ledger.models import Payment

PREVIEW = "main form[method=post] button[type=submit]"

pytestmark = IN_A_BROWSER


@pytest.fixture
def places(lender: Lender, asha: Customer) -> list[str]:
    """asha owes, has paid, and was declined; each page has something to show."""
    policy(longest_term=12, interest="declining", annual_rate=D(12))
    owing(asha, "100.00", "20.00", "0", "30.00", amount="1250.00")
    payment = record_payment(Payment(customer=asha, amount=D(100), channel="cash"))
    declined: CreditRequest = request_of(asha, "5000.00", instalments=6)
    ask(declined)
    return [
        "/dashboard/",
        "/pay/",
        f"/payments/{payment.pk}/",
        "/statement/",
        "/credit/",
        "/credit/request/",
        f"/credit/{declined.pk}/",
        "/messages/",
        "/profile/",
        "/expenses/",
        "/expenses/statements/",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["es", "fr", "hi", "ar"])
def test_every_page_of_a_customer_fits_and_is_accessible_in(
    language: str, look_at: Callable[..., Page], live_server: LiveServer, places: list[str], asha: Customer
) -> None:
    page = open_in(look_at, live_server, language)
    page.goto("/customer/login/")
    found = list(faults_in(page, language))
    page = open_in(look_at, live_server, language, asha)
    for place in places:
        page.goto(place)
        found += faults_in(page, language)
    page.goto("/pay/")
    page.locator(PREVIEW).first.click()
    page.wait_for_selector("input[name=step][value=confirm]", state="attached")
    found += faults_in(page, language)
    assert found == []


def test_a_page_that_is_too_wide_or_runs_the_wrong_way_is_noticed(
    look_at: Callable[..., Page], live_server: LiveServer
) -> None:
    page = open_in(look_at, live_server, "ar")
    page.goto("/password/reset/")
    page.evaluate("document.documentElement.dir = 'ltr'; document.querySelector('main').style.inlineSize = '2000px'")
    assert [fault.split(": ", 1)[1] for fault in faults_in(page, "ar")][:2] == ["('ar', 'ltr')", "too wide"]
