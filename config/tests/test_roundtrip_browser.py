"""The round trip in a real browser: our look, axe content, within the policy, on phone and desk, light and dark."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Customer, Lender, Manager
from config.tests.browsing import IN_A_BROWSER, faults_in_every_look, violations
from config.tests.test_roundtrip import EXPORT, IMPORT, LIST, LOOK

pytestmark = IN_A_BROWSER
GOOD = (
    "customer,name,email,phone,age,credit_limit\n101,Asha Rao,asha@example.com,0711 000 101,35,1500\n"
    "102,Bo Lind,bo@example.com,,,\n700,Dido Lee,dido@example.com,0711 000 700,28,250.50\n"
)
WRONG = "customer,phone,age\n101,0711 000 101,1_000\n102,0711 000 102,-3\n"


@pytest.fixture
def people(lender: Lender, asha: Customer, bo: Customer) -> None:
    """asha and bo, at a lender's."""


def send(page: Page, content: str) -> None:
    page.goto(IMPORT)
    page.get_by_label("CSV file").set_input_files(
        {"name": "phones.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    page.get_by_role("button", name="Send and look").click()


def test_every_page_of_the_round_trip_is_free_of_axe_violations(
    look_at: Callable[..., Page], people: None, clem: Manager
) -> None:
    page, faults = look_at(clem), {}
    for address in (LIST, EXPORT, f"{EXPORT}?q=nobody", IMPORT):
        page.goto(address)
        faults[address] = faults_in_every_look(page)
    page.goto(LIST)
    page.locator("#result_list tbody input[type=checkbox]").first.check()
    page.locator("select[name=action]").select_option("export_chosen")
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_text("1 customer, as you ticked them")).to_be_visible()
    faults["ticked"] = faults_in_every_look(page)
    for checkbox in page.get_by_role("group").get_by_role("checkbox").all():
        checkbox.uncheck()
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_text("Choose at least one column.")).to_be_visible()
    faults["no column"] = faults_in_every_look(page)
    send(page, WRONG)
    expect(page.get_by_text("line 2, column age: '1_000'")).to_be_visible()
    faults["wrong"] = faults_in_every_look(page)
    send(page, GOOD)
    page.wait_for_url(f"**{LOOK}")
    faults["preview"] = faults_in_every_look(page)
    page.get_by_role("button", name="Store these changes").click()
    expect(page.get_by_text("Stored: 2 changed, 1 new, 0 left as they were.")).to_be_visible()
    faults["stored"] = faults_in_every_look(page)
    assert {where: found for where, found in faults.items() if found} == {}


def test_without_javascript_phones_are_exported_changed_and_sent_back(
    look_at: Callable[..., Page], people: None, clem: Manager, tmp_path: Path
) -> None:
    page = look_at(clem, java_script_enabled=False)
    page.goto(LIST)
    page.get_by_role("link", name="Export").click()
    for name in ("Name", "E-mail", "Age", "Credit limit"):
        page.get_by_label(name, exact=True).uncheck()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    download.value.save_as(tmp_path / "phones.csv")
    content = (tmp_path / "phones.csv").read_text()
    assert content.splitlines() == ["customer,phone", "101,'+254 700 000 101", "102,'+254 700 000 102"]
    send(page, content.replace("'+254 700 000 101", "0711 000 101"))
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("button", name="Store these changes").click()
    expect(page.get_by_text("Stored: 1 changed, 0 new, 1 left as they were.")).to_be_visible()
    assert list(Customer.objects.order_by("id").values_list("phone", flat=True)) == [
        "0711 000 101",
        "+254 700 000 102",
    ]


def test_a_planted_inline_style_is_noticed(
    look_at: Callable[..., Page], people: None, clem: Manager, console_faults: list[str]
) -> None:
    """The negative control: the library's own differences come with inline styles."""
    page = look_at(clem)
    send(page, GOOD)
    page.wait_for_url(f"**{LOOK}")
    assert (faults_in_every_look(page), console_faults) == ([], [])
    page.evaluate("""() => document.querySelector("td").insertAdjacentHTML("beforeend",
        '<ins style="background:#e6ffe6;">x</ins><input type="text">')""")
    assert any(fault.startswith("label") for fault in violations(page))
    assert "Content Security Policy" in console_faults.pop()
