"""In Chromium: the bell and the messages, the choice of mails, the end of reminders, the list of mails, a mail."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts import messages
from accounts.models import Customer, Manager
from accounts.tests.post_office import html_of, post_office, send
from config.tests.browsing import DESK, IN_A_BROWSER, PHONE, violations, wider_than_the_screen
from ledger.reminding import send_reminders
from ledger.tests.shop import due, pay

pytestmark = IN_A_BROWSER
PICTURES = os.environ.get("PICTURES", "")  # a folder to keep pictures of the pages in
LOOKS = [
    pytest.param({"color_scheme": scheme, "viewport": screen}, id=f"{scheme}-{screen['width']}")
    for scheme, screen in (("dark", PHONE), ("light", DESK))
]


def sound(page: Page, name: str) -> None:
    assert (violations(page), wider_than_the_screen(page)) == ([], False), name
    if PICTURES:
        wide = page.viewport_size["width"] if page.viewport_size else ""
        page.screenshot(path=Path(PICTURES) / f"{name}-{wide}.png", full_page=True)


def told(customer: Customer) -> str:
    """A receipt that was given up and a reminder that was sent; the reminder as HTML."""
    today = due(customer.pk, "2025-03", "80.00").due_on
    pay(customer.pk, "30.00")
    with post_office() as office:
        office.answers = ["550 5.1.1 <asha@example.com>: Recipient address rejected: User unknown"]
        send()
        send_reminders(today)
        send()
    return html_of(office.mails[0])


@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_of_messages(
    look_at: Callable[..., Page], asha: Customer, mira: Manager, look: dict[str, Any]
) -> None:
    mail = told(asha)
    page = look_at(asha, **look)
    page.goto("/payments/")
    bell = page.get_by_role("link", name="Messages")
    expect(bell).to_contain_text("2")
    bell.click()
    expect(page.get_by_role("heading", name="We received $30.00")).to_be_visible()
    sound(page, "messages")
    page.goto("/profile/")
    expect(page.get_by_role("link", name="Messages")).not_to_contain_text("2")
    sound(page, "profile")
    page.get_by_label("reminders of what falls due").uncheck()
    page.get_by_role("button", name="Keep this choice").click()
    expect(page.get_by_label("reminders of what falls due")).not_to_be_checked()
    stranger = look_at(**look)
    stranger.goto(f"/unsubscribe/{messages.unsubscribe_token(101)}/")
    sound(stranger, "unsubscribe")
    stranger.get_by_role("button", name="Send me no more reminders").click()
    expect(stranger.get_by_role("heading", name="No more reminders by e-mail")).to_be_visible()
    sound(stranger, "unsubscribed")
    staff = look_at(mira, **look)
    staff.goto("/admin/mails/")
    sound(staff, "mails")
    staff.get_by_role("button", name="Try again").click()
    expect(staff.get_by_text("is sent anew")).to_be_visible()
    letter = look_at(**look)
    letter.route("**/mail", lambda route: route.fulfill(body=mail, content_type="text/html"))
    letter.goto("/mail")
    sound(letter, "letter")
