"""A shopkeeper's first hour in a real browser: the link, the start page, files of a spreadsheet, books that run."""

from collections.abc import Callable

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.actions import add_first_manager
from accounts.management.links import link
from accounts.models import Lender
from accounts.tests.chores import work
from config.tests.browsing import DESK, IN_A_BROWSER, PHONE, violations, wider_than_the_screen
from ledger.models import Payment

pytestmark = IN_A_BROWSER
FILES = {
    "customers": "customer;name;credit_limit\n201;Wanjiru Kamau;1.000,00\n202;Otieno Odhiambo;\n",
    "dues": "customer;year;month;amount;due_on\n201;2025;1;1.250,50;31.01.25\n202;2025;1;300,00;31.01.25\n",
    "payments": "customer;date;amount;reference\n201;20.01.2025;1.250,50;R-1\n202;5.02.2025;100,00;R-2\n",
}


def faults(page: Page, *addresses: str) -> list[str]:
    found = []
    for address in addresses:
        page.goto(address)
        found += violations(page) + [f"{address} is too wide"] * wider_than_the_screen(page)
    return found


def send(page: Page, kind: str, content: str) -> None:
    page.locator(f"a[href$='send/?kind={kind}']").click()
    sheet = {"name": f"{kind}.csv", "mimeType": "text/csv", "buffer": f"\ufeff{content}".encode()}
    page.get_by_label("CSV file").set_input_files(sheet)
    page.get_by_role("button", name="Send and check").click()
    work()
    page.reload()
    page.get_by_role("button", name="Post 2 lines").click()
    work()
    page.reload()
    expect(page.get_by_text("2 lines are posted.")).to_be_visible()


def test_from_the_owners_link_to_books_that_run(look_at: Callable[..., Page], live_server: LiveServer) -> None:
    Lender.load()
    owner = add_first_manager()
    assert owner
    page = look_at(viewport=PHONE)
    page.goto(link(owner, live_server.url))
    page.locator("input[name=password]").fill("green-lamp-77")
    page.get_by_role("button", name="Save and sign in").click()
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    assert faults(page, "/admin/batches/columns/", "/admin/", "/admin/start/lender/") == []
    page.get_by_label("Name of the shop").fill("Mama Njeri")
    page.get_by_role("button", name="Save").click()
    for kind, content in FILES.items():
        send(page, kind, content)
        if kind != "payments":
            page.get_by_role("link", name="Go on setting up").click()
    page.goto("/admin/")
    expect(page.get_by_text("Outstanding").first).to_be_visible()
    assert page.get_by_text("Setting up").count() == 0
    assert Payment.objects.count() == 2
    page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})
    page.emulate_media(color_scheme="dark")
    assert faults(page, "/admin/start/", "/admin/help/", "/admin/colleague/") == []
