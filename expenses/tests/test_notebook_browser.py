"""In Chromium, on a phone and on a desk, light and dark: enter, delete, undo; no complaint from axe or the policy."""

from config.tests.browsing import IN_A_BROWSER, PHONE, faults_in_every_look
from expenses.models import Expense

pytestmark = IN_A_BROWSER


def enter(page, amount, category):
    page.get_by_text("Or field by field").click()
    page.locator("input[name=amount]").fill(amount)
    page.get_by_role("combobox", name="Category").fill(category)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Entered:").wait_for()


def test_enter_delete_and_undo(look_at, asha):
    page = look_at(asha)
    page.goto("/expenses/")
    assert faults_in_every_look(page) == []
    enter(page, "12.50", "Food")
    enter(page, "1200", "A category with a rather long name indeed")
    assert faults_in_every_look(page) == []
    page.get_by_role("button", name="Delete Food $12.50").click()
    page.get_by_role("button", name="Undo").wait_for()
    assert faults_in_every_look(page) == []
    page.goto("/expenses/trash/")
    assert faults_in_every_look(page) == []
    page.get_by_role("button", name="Take out Food $12.50").click()
    page.get_by_role("link", name="Edit Food $12.50").click()
    assert faults_in_every_look(page) == []
    assert Expense.objects.of(asha).kept().count() == 2


def test_it_works_without_script(look_at, asha):
    page = look_at(asha, viewport=PHONE, java_script_enabled=False)
    page.goto("/expenses/")
    enter(page, "12.50", "Food")
    page.get_by_role("button", name="Delete Food $12.50").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("It is back in your notebook.").wait_for()
    assert Expense.objects.of(asha).kept().count() == 1
