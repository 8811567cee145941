"""In Chromium at 390 px: what is left this month with dues from the lender's books, and every page of planning."""

import datetime
import re

import pytest
from playwright.sync_api import expect

from accounts.models import Lender
from config.tests.browsing import IN_A_BROWSER, PHONE, faults_in_every_look
from expenses.planning import set_limit
from expenses.tests.june import D, earn, spend
from expenses.tests.test_recurring import rent
from ledger.actions import add_due, record_payment
from ledger.models import Due, Payment
from ledger.months import add_months

pytestmark = IN_A_BROWSER
PLACES = ["", "search/?text=market", "trend/", "recurring/", "limits/", "categories/"]


@pytest.fixture
def notebook(lender, asha):
    """This month: 2,000 in, 120 and once more the 100 paid to the lender out, 800 recurring, 200 still due."""
    today = Lender.load().today()
    month = today.replace(day=1)
    for back in (1, 2, 3):
        earlier = add_months(month, -back)
        earn(asha, earlier, "1800")
        spend(asha, earlier, "650", "Rent", note=f"Rent {earlier:%m}")
        spend(asha, earlier + datetime.timedelta(days=3), str(40 + back), "Phone and internet", note="Phone")
        spend(asha, earlier + datetime.timedelta(days=9), str(210 + 30 * back), note="Market")
    add_due(Due(customer=asha, month=month, amount=D(300)))
    record_payment(Payment(customer=asha, amount=D(100), received_on=today))
    earn(asha, today, "2000")
    food = spend(asha, today, "120", note="Market").category
    spend(asha, today, "100", "Other", note="CORNER SHOP CREDIT")
    rent(asha, first_on=today)
    set_limit(asha, food.pk, month, D(400))
    return asha


def big(page):
    return page.locator(".left .big-amount")


def test_left_this_month_beside_the_dues(look_at, notebook):
    """2,000 - 220 - 100 - 800 - 200 = 680; the 100 are one payment, so 780; with the rent skipped, 1,580."""
    page = look_at(notebook, viewport=PHONE)
    page.goto("/expenses/")
    expect(big(page)).to_have_text("$680.00")
    assert faults_in_every_look(page) == []
    page.get_by_role("button", name="Yes, count it once").click()
    expect(big(page)).to_have_text("$780.00")
    page.get_by_text("− Still due this month").click()
    expect(page.get_by_text(re.compile(": \\$200.00"))).to_be_visible()
    page.get_by_role("button", name=re.compile("^Skip Rent")).click()
    expect(big(page)).to_have_text("$1,580.00")
    page.get_by_label("If I also paid an instalment of").fill("80")
    page.get_by_role("button", name="Show what would be left").click()
    expect(page.get_by_text("$1,500.00")).to_be_visible()
    assert faults_in_every_look(page) == []
    page.get_by_role("link", name="− Spent").click()
    expect(page.get_by_role("cell", name="CORNER SHOP CREDIT")).to_be_visible()


def test_what_recurs_is_entered_by_a_tap_also_without_script(look_at, notebook):
    page = look_at(notebook, viewport=PHONE, java_script_enabled=False)
    page.goto("/expenses/")
    page.get_by_role("button", name=re.compile("^Enter Rent")).click()
    expect(page.get_by_text("Entered.")).to_be_visible()
    expect(big(page)).to_have_text("$680.00")
    page.goto("/expenses/recurring/")
    page.get_by_role("button", name=re.compile("^Yes, every month")).first.click()
    expect(page.get_by_text("It recurs from now on.")).to_be_visible()


def test_every_page_of_planning_is_for_everybody(look_at, notebook):
    page = look_at(notebook)
    for place in PLACES:
        page.goto(f"/expenses/{place}")
        assert faults_in_every_look(page) == []
    page.get_by_role("link", name="Food", exact=True).click()
    assert faults_in_every_look(page) == []
    page.goto("/expenses/recurring/")
    page.get_by_role("link", name=re.compile("^Rent")).click()
    assert faults_in_every_look(page) == []


def test_an_empty_notebook_says_what_to_do(look_at, lender, asha):
    page = look_at(asha, viewport=PHONE)
    for place in PLACES:
        page.goto(f"/expenses/{place}")
        assert faults_in_every_look(page) == []
