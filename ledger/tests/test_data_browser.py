"""The pages of a person's data in a browser: small and large, light and dark, and open to everybody."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from accounts.models import Customer, Lender, Manager
from accounts.tests.cast import PASSWORD
from config.tests.browsing import violations, wider_than_the_screen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SMALL, LARGE = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(SMALL, "dark"), (LARGE, "light")], ids=["small and dark", "large and light"]
)
def test_the_pages_of_a_persons_data(
    look_at: Callable[..., Page], live_server: object, asha: Customer, mira: Manager, viewport: object, scheme: str
) -> None:
    Lender.load()
    page = look_at(asha, viewport=viewport, color_scheme=scheme)
    page.goto(f"{live_server}/profile/data/")
    page.fill("input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/profile/data/")
    check(page)
    page.get_by_role("button", name="Ask to be erased").click()
    check(page)
    staff = look_at(mira, viewport=viewport, color_scheme=scheme)
    staff.goto(f"{live_server}/admin/customer/101/data/")
    check(staff)
    with staff.expect_download() as got:
        staff.get_by_role("button", name="Download everything").click()
    assert got.value.suggested_filename == "customer-101.zip"


def check(page: Page) -> None:
    assert violations(page) == []
    assert not wider_than_the_screen(page)
