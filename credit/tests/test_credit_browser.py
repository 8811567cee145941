"""In Chromium: ask by each method, the answer with its reasons, and the new due on the dashboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Customer, Lender, Manager
from config.tests.browsing import IN_A_BROWSER, faults_in_every_look, held
from credit.actions import ask
from credit.registry import activate
from credit.tests.asked import owing, request_of, this_month
from credit.tests.shelf import shelved
from ledger.templatetags.money import month_name

pytestmark = IN_A_BROWSER


@pytest.fixture
def books(lender: Lender, asha: Customer, bo: Customer) -> None:
    """asha pays, bo does not; the model is a small one."""
    owing(asha, *["100.00"] * 14)
    owing(bo, *["100.00", "0", "20.00"] * 4)
    activate(shelved(), "m1")


def fill(page: Page, amount: str, method: str) -> None:
    page.goto("/credit/")
    page.get_by_role("link", name="Ask for credit").first.click()
    page.locator("input[name=amount]").fill(amount)
    page.get_by_label(method).check()
    page.get_by_role("button", name="Ask").click()


def test_one_is_sanctioned_by_each_method_and_sees_the_new_due(
    look_at: Callable[..., Page], books: None, asha: Customer
) -> None:
    page = look_at(asha)
    page.goto("/credit/")
    assert faults_in_every_look(page) == []
    for amount, method in (("210.00", "the total amount paid"), ("120.00", "the model")):
        fill(page, amount, method)
        expect(page.get_by_role("heading", name="Sanctioned")).to_be_visible(timeout=20_000)  # opens by itself
        assert faults_in_every_look(page) == []
    page.get_by_role("link", name="See your dues").click()
    row = page.get_by_role("row").filter(has_text=month_name(this_month(1)).split()[0])
    expect(row.filter(has_text="$330.00").first).to_be_visible()
    page.goto("/credit/request/")
    assert faults_in_every_look(page) == []


def test_another_is_rejected_by_each_method_and_reads_what_would_change_it(
    look_at: Callable[..., Page], books: None, bo: Customer
) -> None:
    page = look_at(bo)
    for method, why in (("the total amount paid", "that fell due"), ("the model", "Months without a payment")):
        fill(page, "50.00", method)
        page.get_by_role("link", name="See the answer now").click()
        expect(page.get_by_role("heading", name="Rejected")).to_be_visible()
        expect(page.get_by_role("heading", name="What would change it")).to_be_visible()
        expect(page.get_by_text(why).first).to_be_visible()
        assert faults_in_every_look(page) == []


def test_the_moment_of_waiting_is_free_of_axe_violations(
    look_at: Callable[..., Page], books: None, asha: Customer
) -> None:
    page, request = look_at(asha), request_of(asha)
    ask(request)
    page.route("**/wait/", held)
    page.goto(f"/credit/{request.pk}/wait/")
    assert faults_in_every_look(page) == []


def test_without_a_script_a_customer_asks_all_the_same(
    look_at: Callable[..., Page], books: None, asha: Customer
) -> None:
    page = look_at(asha, java_script_enabled=False)
    fill(page, "10.00", "the total amount paid")
    expect(page.get_by_role("heading", name="Sanctioned")).to_be_visible(timeout=20_000)  # opens by itself


def test_the_staff_s_pages_are_free_of_axe_violations(
    look_at: Callable[..., Page], books: None, bo: Customer, mira: Manager
) -> None:
    page, request = look_at(mira), request_of(bo, method="model")
    ask(request)
    for address in ("/admin/customer/102/credit/", f"/admin/customer/102/credit/{request.pk}/"):
        page.goto(address)
        assert faults_in_every_look(page) == []
