"""In Chromium on a phone: three taps, undo, the time without a network, no script at all, and nobody shut out."""

from config.tests.browsing import IN_A_BROWSER, PHONE, violations, wider_than_the_screen
from expenses.models import Expense
from expenses.tests.test_notebook_browser import keep

pytestmark = IN_A_BROWSER


def entered(owner):
    return [(str(row.amount), row.category.name, row.note) for row in Expense.objects.of(owner).kept().order_by("id")]


def wait_for_worker(page):
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.reload()  # from here on the worker stands between the page and the network
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def write(page, line):
    page.get_by_role("textbox", name="one line").fill(line)
    page.keyboard.press("Enter")


def test_an_entry_takes_two_taps_and_a_delete_is_undone(look_at, asha):
    page = look_at(asha, viewport=PHONE, has_touch=True)
    page.goto("/expenses/")
    page.get_by_role("textbox", name="In one line").tap()
    page.keyboard.type("120 lunch food yesterday")
    page.get_by_role("button", name="Enter").tap()
    page.get_by_text("Entered: $120.00 · Food").wait_for()
    assert entered(asha) == [("120.00", "Food", "lunch")]
    assert (violations(page), wider_than_the_screen(page)) == ([], False)
    keep(page, "quick-entered")
    page.get_by_role("button", name="Undo").tap()
    page.get_by_text("It stays in the trash for 30 days.").wait_for()
    assert entered(asha) == []
    page.get_by_role("button", name="Undo").tap()
    page.get_by_text("It is back in your notebook.").wait_for()
    assert entered(asha) == [("120.00", "Food", "lunch")]


def test_what_is_written_without_a_network_is_entered_once_when_it_is_back(look_at, asha):
    page = look_at(asha, viewport=PHONE)
    page.goto("/expenses/quick/")
    wait_for_worker(page)
    page.context.set_offline(True)
    write(page, "3,50 coffee")
    page.get_by_text("1 entry waits on this device").wait_for()
    assert (violations(page), wider_than_the_screen(page)) == ([], False)
    keep(page, "offline")
    write(page, "7 tea")
    page.get_by_text("2 entries wait on this device").wait_for()
    assert entered(asha) == []
    kept = page.evaluate("notebookQueue.waiting().then((rows) => JSON.stringify(rows))")
    assert "sealed" in kept and "coffee" not in kept
    page.context.set_offline(False)
    page.get_by_text("2 entries were sent to the notebook.").wait_for()
    page.goto("/expenses/quick/")
    assert sorted(entered(asha)) == [("3.50", "Other", "coffee"), ("7.00", "Other", "tea")]
