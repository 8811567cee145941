"""In Chromium on a phone: three taps, undo, the time without a network, no script at all, and nobody shut out."""

from config.tests.browsing import IN_A_BROWSER, PHONE, faults_in_every_look
from expenses import actions
from expenses.models import Expense, Rule
from expenses.tests.test_notebook import entry_of

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
    assert faults_in_every_look(page) == []
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
    assert faults_in_every_look(page) == []
    write(page, "7 tea")
    page.get_by_text("2 entries wait on this device").wait_for()
    assert entered(asha) == []
    kept = page.evaluate("notebookQueue.waiting().then((rows) => JSON.stringify(rows))")
    assert "sealed" in kept and "coffee" not in kept
    page.context.set_offline(False)
    page.get_by_text("2 entries were sent to the notebook.").wait_for()
    page.goto("/expenses/quick/")
    assert sorted(entered(asha)) == [("3.50", "Other", "coffee"), ("7.00", "Other", "tea")]


def test_a_form_that_is_kept_twice_takes_no_place_of_the_first(look_at, asha):
    page = look_at(asha, viewport=PHONE)
    page.goto("/expenses/quick/")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.context.route("**/waiting/", lambda route: route.abort())
    for line in ("1 a", "2 b"):
        page.evaluate("(line) => notebookQueue.keep({ line, key: 'k'.repeat(36) })", line)
    assert page.evaluate("notebookQueue.waiting().then((rows) => rows.length)") == 2
    page.context.unroute_all()
    page.reload()
    page.get_by_text("is not clear: 2 b").wait_for()
    assert entered(asha) == [("1.00", "Other", "a")]


def test_signing_out_sends_what_waits_and_leaves_nothing_behind(look_at, asha):
    page = look_at(asha, viewport=PHONE)
    page.goto("/expenses/quick/")
    wait_for_worker(page)
    page.context.set_offline(True)
    write(page, "3,50 coffee")
    page.get_by_text("1 entry waits on this device").wait_for()
    page.context.route("**/waiting/", lambda route: route.abort())  # so that nothing goes before the button is pressed
    page.context.set_offline(False)
    page.goto("/profile/")
    page.wait_for_load_state("networkidle")
    page.context.unroute_all()
    assert entered(asha) == []
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Customer").wait_for()
    assert entered(asha) == [("3.50", "Other", "coffee")]
    left = "Promise.all([caches.keys(), indexedDB.databases(), navigator.serviceWorker.getRegistrations()])"
    assert page.evaluate(f"{left}.then((all) => all.map((one) => one.length))") == [0, 0, 0]


def test_three_keys_lead_through_the_notebook(look_at, asha):
    page = look_at(asha)
    page.goto("/expenses/")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys of the notebook").wait_for()
    assert faults_in_every_look(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("4 n/?")
    assert page.get_by_role("textbox", name="In one line").input_value() == "4 n/?"
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("/")
    page.wait_for_url("**/expenses/search/")


def test_without_script_the_line_the_fields_and_undo_work(look_at, asha):
    page = look_at(asha, viewport=PHONE, java_script_enabled=False)
    page.goto("/expenses/quick/")
    write(page, "120 lunch food yesterday")
    page.get_by_text("Entered: $120.00").wait_for()
    write(page, "2 coffees 7")
    page.get_by_text("Which is the amount, 2 or 7?").wait_for()
    page.get_by_label("Amount").fill("7")
    page.get_by_role("button", name="Save and add another").click()
    page.get_by_text("Entered: $7.00").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("It stays in the trash for 30 days.").wait_for()
    assert entered(asha) == [("120.00", "Food", "lunch")]


def test_every_page_is_for_everybody(look_at, asha):
    page = look_at(asha, viewport=PHONE)
    entry = entry_of(asha)
    actions.change(entry, "Fun"), actions.change(entry, "Food")
    Rule.objects.create(customer=asha, text="tea", category=entry.category)
    entry_of(asha, currency="EUR", note="hotel")
    paths = ["quick/", "rules/", "mine/", "mine/erase/", f"{entry.pk}/", f"{entry.pk}/split/", "quick/offline/", ""]
    for path in paths:
        page.goto(f"/expenses/{path}")
        assert faults_in_every_look(page) == [], path
