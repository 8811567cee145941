"""The audit trail in a real browser: for everybody, on a phone and a desk, light and dark, within the policy."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from accounts.actions import update_customer
from accounts.models import Customer, Lender, Manager
from accounts.seals import set_seal
from accounts.tests.cast import PASSWORD
from config.tests.browsing import DESK, IN_A_BROWSER, faults_in_every_look
from ledger.actions import add_due, record_payment
from ledger.models import Due, Payment

pytestmark = IN_A_BROWSER
PAGES = ["/admin/customer/101/audit/", "/admin/audit/", "/admin/audit/?by=nobody", "/admin/audit/?day=x"]


@pytest.fixture
def trail(lender: Lender, asha: Customer, nina: Manager) -> None:
    add_due(Due(customer=asha, month=date(2025, 1, 1), amount=Decimal(100)))
    record_payment(Payment(customer=asha, amount=Decimal("40.00"), reference="B-7", note="paid at the market stall"))
    asha.phone = "+1 555"
    update_customer(asha)
    set_seal()


def enter(page: Page) -> None:
    page.goto("/manager/login/")
    page.locator("input[name=login]").fill("3")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/admin/")


def test_the_trail_s_pages_are_free_of_axe_violations(look_at: Callable[..., Page], trail: None) -> None:
    page = look_at()
    enter(page)
    faults = {}
    for address in PAGES:
        page.goto(address)
        faults[address] = faults_in_every_look(page)
    assert {address: found for address, found in faults.items() if found} == {}


def test_without_javascript_an_auditor_narrows_the_trail_and_follows_it_to_the_customer(
    look_at: Callable[..., Page], trail: None
) -> None:
    page = look_at(viewport=DESK, java_script_enabled=False)
    enter(page)
    page.goto("/admin/")
    page.get_by_role("link", name="Audit trail").click()
    page.get_by_label("What").select_option("Payment recorded")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name="101 Asha Rao").click()
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    expect(page.get_by_text("+254 700 000 101")).to_be_visible()
