"""In Chromium: an address is added, tested, and what it was told is read and sent again; on a phone and a desk."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Customer, Delivery, Manager
from accounts.tests.cast import PASSWORD
from accounts.tests.receiver import call_all, receiver
from config.tests.browsing import DESK, IN_A_BROWSER, PHONE
from ledger.tests.shop import pay
from ledger.tests.test_mail_browser import sound

pytestmark = IN_A_BROWSER
LOOKS = [
    pytest.param({"color_scheme": scheme, "viewport": screen}, id=f"{scheme}-{screen['width']}")
    for scheme, screen in (("dark", PHONE), ("light", DESK))
]


@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_of_webhooks(
    look_at: Callable[..., Page], asha: Customer, mona: Manager, look: dict[str, Any]
) -> None:
    page = look_at(mona, **look)
    with receiver() as program:
        page.goto("/programs/")
        page.get_by_role("link", name="webhooks").click()
        sound(page, "webhooks-none")
        page.get_by_role("link", name="Add an address").click()
        page.get_by_label("Password", exact=False).first.fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
        page.get_by_label("Address of the program").fill("ftp://books.example")
        page.get_by_role("button", name="Add it").click()
        sound(page, "webhooks-new")
        page.get_by_label("Address of the program").fill(program.url + "&" + "long=" * 40)
        page.get_by_role("button", name="Add it").click()
        expect(page.get_by_label("Secret")).to_be_visible()
        sound(page, "webhooks-secret")
        page.get_by_role("link", name="Go on").click()
        page.get_by_role("button", name="Send a test").click()
        expect(page.get_by_text("The test was taken")).to_be_visible()
        program.answers = [(400, b"There is no such customer here: " + b"101" * 90)]
        pay(101, "100.00")
        call_all()
        Delivery.objects.update(state="dead")
        pay(101, "50.00")
        call_all()
        page.reload()
        sound(page, "webhooks-one")
        page.get_by_role("link", name="payment.recorded").last.click()
        sound(page, "webhooks-told")
        page.get_by_role("button", name="Send again").click()
        expect(page.get_by_text("It is sent again by the worker")).to_be_visible()
        page.get_by_role("link", name="Address").click()
        page.get_by_role("link", name="Change or switch off").click()
        sound(page, "webhooks-change")
        page.get_by_label("On", exact=True).uncheck()
        page.get_by_role("button", name="Save").click()
        page.get_by_role("link", name="Webhooks").click()
        sound(page, "webhooks-list")
