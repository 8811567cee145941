"""The button that shows a typed password works by keyboard, and is there only where JavaScript runs."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import Customer, Lender
from accounts.tests.cast import PASSWORD

CHROMIUM = Path("/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists() and not os.environ.get("CI"), reason="there is no Chromium here"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Playwright keeps an event loop in this thread, where Django would refuse its database: for this module only."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console says; a breach of the content policy is said there."""
    return []


@pytest.fixture
def door(browser: Browser, live_server: LiveServer, complaints: list[str]) -> Iterator[Page]:
    page = browser.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{live_server}/customer/login/")
    yield page
    page.close()


def test_the_eye_works_by_keyboard(door: Page, asha: Customer, complaints: list[str]) -> None:
    eye = door.get_by_role("button", name="Show password")
    assert (eye.get_attribute("type"), eye.get_attribute("aria-controls")) == ("button", "id_password")
    assert door.evaluate("document.activeElement.id") == "id_login"
    door.keyboard.press("Tab")
    door.keyboard.type(PASSWORD)
    door.keyboard.press("Tab")
    for key, kind, pressed, label in (("Space", "text", "true", "Hide"), ("Enter", "password", "false", "Show")):
        door.keyboard.press(key)
        button = door.get_by_role("button", name=f"{label} password")
        assert door.locator("#id_password").get_attribute("type") == kind
        assert button.get_attribute("aria-pressed") == pressed
        assert button.evaluate("button => button === document.activeElement")
    assert door.locator("#id_password").input_value() == PASSWORD
    assert complaints == []


def test_a_shown_password_signs_in_and_is_sent_as_a_password(door: Page, asha: Customer) -> None:
    door.fill("#id_login", "101")
    door.fill("#id_password", PASSWORD)
    door.get_by_role("button", name="Show password").click()
    door.evaluate("addEventListener('submit', () => sessionStorage.kind = document.querySelector('#id_password').type)")
    door.get_by_role("button", name="Sign in").click()
    door.wait_for_url("**/dashboard/")
    assert door.evaluate("sessionStorage.kind") == "password"


def test_without_javascript_there_is_no_eye_and_the_door_opens(
    browser: Browser, live_server: LiveServer, asha: Customer
) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{live_server}/customer/login/")
    assert page.get_by_role("button", name="Show password").count() == 0
    page.fill("#id_login", "101")
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/dashboard/")
    page.close()


def test_the_register_page_has_it_too(door: Page, live_server: LiveServer) -> None:
    Lender.load()
    Lender.objects.update(registration_open=True)
    door.goto(f"{live_server}/register/")
    expect(door.get_by_role("button", name="Show password")).to_be_visible()
