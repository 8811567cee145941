"""The choice of language in a browser: without JavaScript, read aloud rightly, and from right to left."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from accounts.models import Customer, User
from config.tests.browsing import IN_A_BROWSER, PHONE, violations, wider_than_the_screen

pytestmark = IN_A_BROWSER


def pick_arabic(page: Page) -> None:
    page.goto("/customer/login/?next=/profile/")
    page.get_by_role("form", name="Language").get_by_role("button", name="العربية").click()
    page.wait_for_url("**/customer/login/?next=/profile/")


def test_a_language_is_picked_without_javascript(look_at: Callable[..., Page]) -> None:
    page = look_at(java_script_enabled=False, viewport=PHONE)
    pick_arabic(page)
    assert page.locator("html").get_attribute("dir") == "rtl"
    expect(page.get_by_role("button", name="تسجيل الدخول")).to_be_visible()


def test_pages_from_right_to_left_are_clean_on_a_phone(look_at: Callable[..., Page], asha: Customer) -> None:
    page = look_at(asha, viewport=PHONE)
    assert page.locator("html").get_attribute("dir") == "ltr"  # the control
    User.objects.filter(customer=asha).update(language="ar")
    for address in ("/profile/", "/messages/", "/second-factor/"):
        page.goto(address)
        assert page.locator("html").get_attribute("dir") == "rtl"
        assert (violations(page), wider_than_the_screen(page)) == ([], False)
    page.context.clear_cookies()
    pick_arabic(page)
    assert (violations(page), wider_than_the_screen(page)) == ([], False)
