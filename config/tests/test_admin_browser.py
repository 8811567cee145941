"""The admin in a real browser: our look on every list and form, nothing missing, nothing too wide, axe content."""

import datetime
from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Batch, Customer, Lender, Manager
from config.tests.browsing import IN_A_BROWSER, PHONE, faults_in_every_look, violations, wider_than_the_screen
from credit.models import Outcome
from ledger.actions import add_due, record_payment
from ledger.models import Allocation, Due, Payment

pytestmark = IN_A_BROWSER
LISTS = [
    "/admin/",
    "/admin/accounts/",
    "/admin/accounts/customer/",
    "/admin/accounts/customer/?q=nobody",
    "/admin/accounts/user/",
    "/admin/accounts/manager/",
    "/admin/accounts/lender/",
    "/admin/accounts/batch/",
    "/admin/ledger/payment/",
    "/admin/ledger/due/",
    "/admin/ledger/allocation/",
    "/admin/credit/outcome/",
]
FORMS = [
    "/admin/accounts/customer/add/",
    "/admin/accounts/customer/101/change/",
    "/admin/accounts/customer/101/history/",
    "/admin/accounts/user/{user}/change/",
    "/admin/accounts/lender/1/change/",
    "/admin/accounts/batch/{batch}/change/",
    "/admin/ledger/payment/add/",
    "/admin/ledger/payment/{payment}/change/",
    "/admin/ledger/due/add/",
    "/admin/ledger/due/{due}/change/",
    "/admin/ledger/allocation/{allocation}/change/",
    "/admin/credit/outcome/{outcome}/change/",
]


@pytest.fixture
def rows(lender: Lender, asha: Customer, bo: Customer, clem: Manager) -> dict[str, int]:
    """One of everything, and a year of dues."""
    batch = Batch.objects.create(kind="dues", name="first", file_name="dues.csv", sha256="0" * 64)
    for month in range(1, 13):
        due = add_due(Due(customer=asha, month=datetime.date(2024, month, 1), amount=Decimal(1250), batch=batch))
    payment = record_payment(Payment(customer=asha, amount=Decimal(2000), channel="bank", reference="order-1"))
    outcome = Outcome.objects.create(customer=asha, as_of=datetime.date(2024, 1, 31), defaulted=False)
    return {
        "user": clem.login.pk,
        "batch": batch.pk,
        "due": due.pk,
        "payment": payment.pk,
        "allocation": Allocation.objects.filter(payment=payment)[0].pk,
        "outcome": outcome.pk,
    }


def missing_files(page: Page) -> list[str]:
    """What the pages ask for and do not get, told as it happens."""
    gone: list[str] = []
    page.on("response", lambda answer: gone.append(answer.url) if answer.status >= 400 else None)
    page.on("request", lambda request: None if "localhost" in request.url else gone.append(request.url))
    return gone


@pytest.mark.parametrize("addresses", [LISTS, FORMS], ids=["lists", "forms"])
def test_every_page_is_free_of_axe_violations_and_has_all_its_files(
    look_at: Callable[..., Page], rows: dict[str, int], mira: Manager, addresses: list[str]
) -> None:
    page = look_at(mira)
    gone, faults = missing_files(page), {}
    for address in addresses:
        answer = page.goto(address.format(**rows))
        assert answer, address
        assert answer.status == 200, address
        faults[address] = faults_in_every_look(page)
    assert {address: found for address, found in faults.items() if found} == {}
    assert gone == []


def test_a_refused_form_and_a_full_list_are_free_of_them_too(
    look_at: Callable[..., Page], rows: dict[str, int], mira: Manager
) -> None:
    page = look_at(mira)
    page.goto("/admin/accounts/customer/add/")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Please correct the error")).to_be_visible()
    faults = faults_in_every_look(page)
    page.goto("/admin/accounts/user/")
    page.locator("select[name=action]").select_option("reset_second_factor")
    page.locator("#result_list tbody input[type=checkbox]").first.check()
    faults += faults_in_every_look(page)
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_text("Their sessions are ended")).to_be_visible()
    assert faults + faults_in_every_look(page) == []


def test_on_a_phone_the_table_scrolls_in_its_frame(
    look_at: Callable[..., Page], rows: dict[str, int], mira: Manager
) -> None:
    page = look_at(mira, viewport=PHONE)
    page.goto("/admin/ledger/due/")
    frame = page.locator("#changelist-form .results")
    assert frame.evaluate("box => box.scrollWidth > box.clientWidth"), "nothing to scroll, so nothing was tried"
    assert not wider_than_the_screen(page)


def test_the_header_names_the_places_and_marks_where_one_is(
    look_at: Callable[..., Page], rows: dict[str, int], mira: Manager
) -> None:
    page = look_at(mira)
    page.goto("/admin/")
    places = page.get_by_role("navigation", name="Main")
    for name in ("Worklist", "Customers", "Grid", "Files", "Lender", "First screen"):
        places.get_by_role("link", name=name, exact=True).click()
        expect(places.locator("[aria-current=page]")).to_have_text(name)
    places.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/")
    page.goto("/admin/")
    assert "/manager/login/" in page.url


def test_the_colours_are_ours_in_both_schemes(look_at: Callable[..., Page], mira: Manager) -> None:
    ours = "getComputedStyle(document.body).backgroundColor"
    for scheme in ("light", "dark"):
        page = look_at(mira, color_scheme=scheme)
        page.goto("/profile/")
        wanted = page.evaluate(ours)
        page.goto("/admin/accounts/customer/")
        assert page.evaluate(ours) == wanted


def test_planted_faults_are_noticed(
    look_at: Callable[..., Page], mira: Manager, lender: Lender, console_faults: list[str]
) -> None:
    """The negative control: a button without a name, a box too wide, an inline style, a file that is not there."""
    page = look_at(mira)
    gone = missing_files(page)
    page.goto("/admin/")
    assert (violations(page), wider_than_the_screen(page), gone) == ([], False, [])
    page.evaluate(
        """() => {
            const main = document.querySelector("main");
            main.append(document.createElement("button"));
            main.insertAdjacentHTML("beforeend", '<img src="/static/no.png" alt="">');
            main.insertAdjacentHTML("beforeend", '<table width="3000"><tr><td>wide</td></tr></table>');
            main.insertAdjacentHTML("beforeend", '<p style="color: red"></p>');
        }"""
    )
    page.wait_for_load_state("networkidle")
    assert any(fault.startswith("button-name") for fault in violations(page))
    assert wider_than_the_screen(page)
    assert [address.rsplit("/", 1)[1] for address in gone] == ["no.png"]
    assert "Content Security Policy" in console_faults.pop()
