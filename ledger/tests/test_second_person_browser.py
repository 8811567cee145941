"""The pages of the second person, of dues, months and notices in a real browser: narrow and wide, light and dark."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Customer, Lender, Manager
from config.tests.browsing import IN_A_BROWSER, PHONE, faults_in_every_look
from ledger import approving, noticing
from ledger.actions import add_due, charge_off_overdue, record_payment
from ledger.closing import close_books, reopen_books
from ledger.models import Approval, Due, Notice, Payment
from ledger.tests.test_notices import JPEG

pytestmark = IN_A_BROWSER

BOOK = "/admin/customer/101/"
STAFFS = [
    BOOK, f"{BOOK}months/2025/1/", f"{BOOK}dues/{{due}}/", f"{BOOK}dues/{{due}}/change/", f"{BOOK}dues/{{due}}/waive/",
    f"{BOOK}dues/{{due}}/charge-off/", f"{BOOK}charge-off/", f"{BOOK}recovery/", f"{BOOK}requests/{{asked}}/",
    f"{BOOK}requests/{{own}}/", f"{BOOK}notices/{{notice}}/", f"{BOOK}payments/{{payment}}/reverse/",
    "/admin/requests/", "/admin/notices/", "/admin/months/",
]  # fmt: skip
CUSTOMERS = ["/pay/", "/notices/{notice}/", "/notices/{refused}/", "/dashboard/", "/payments/"]


@pytest.fixture
def told(lender: Lender, asha: Customer, mira: Manager, mona: Manager) -> dict[str, int]:
    """Something of everything, and the numbers by which it is found."""
    Lender.objects.update(reverse_alone=10, waive_alone=10, payments_post_at_once=False)
    for month in (1, 2, 3):
        add_due(Due(customer=asha, month=datetime.date(2024, month, 1), amount=Decimal(90)))
    charge_off_overdue(Payment(customer=asha, amount=Decimal(270), note="moved away"))
    due = add_due(Due(customer=asha, month=datetime.date(2025, 1, 1), amount=Decimal(100)))
    payment = record_payment(Payment(customer=asha, amount=Decimal(30), channel="cash"))
    waiver = Payment(customer=asha, kind="waiver", amount=Decimal(50), note="long illness", recorded_by="m4")
    asked = approving.ask(approving.to_pay("waive", waiver, due))
    own = approving.ask(approving.to_reverse(payment, "m1", "cheque bounced"))
    notices = [
        noticing.give_notice(Notice(customer=asha, amount=Decimal(20), key=f"key {one}", reference="TX-1"), JPEG)
        for one in range(2)
    ]
    noticing.refuse_notice(notices[1], "m1", "No such transfer on our account.")
    close_books(datetime.date(2024, 3, 31), "m1")
    Lender.objects.update(reopen_alone=False)
    reopen_books(datetime.date(2024, 1, 31), "m4", "a slip was found")
    return {
        "due": due.pk, "asked": asked.pk, "own": own.pk, "payment": payment.pk,
        "notice": notices[0].pk, "refused": notices[1].pk,
    }  # fmt: skip


@pytest.mark.parametrize("pages", [STAFFS, CUSTOMERS], ids=["staff", "customer"])
def test_no_page_is_faulty_or_too_wide(
    look_at: Callable[..., Page],
    told: dict[str, int],
    mira: Manager,
    asha: Customer,
    pages: list[str],
) -> None:
    page = look_at(mira if pages is STAFFS else asha)
    for address in pages:
        page.goto(address.format(**told))
        assert faults_in_every_look(page) == [], address


def test_one_asks_and_another_confirms_without_javascript(
    look_at: Callable[..., Page], told: dict[str, int], mira: Manager, mona: Manager
) -> None:
    due = told["due"]
    of_mira = look_at(mira, java_script_enabled=False)
    of_mira.goto(f"{BOOK}dues/{due}/waive/")
    of_mira.get_by_label("Reason").fill("fire in the shop")
    of_mira.get_by_role("button", name="Waive it").click()
    expect(of_mira.get_by_text("Waits for a second person")).to_be_visible()
    expect(of_mira.get_by_role("button", name="Confirm")).to_have_count(0)
    of_mona = look_at(mona, java_script_enabled=False)
    of_mona.goto(of_mira.url)
    of_mona.get_by_role("button", name="Confirm").click()
    expect(of_mona.get_by_text("Confirmed by m4")).to_be_visible()
    assert Approval.objects.latest("id").state == "confirmed"
    assert Payment.objects.filter(kind="waiver").count() == 1


def test_a_customer_tells_of_a_payment_with_a_photo(
    look_at: Callable[..., Page], told: dict[str, int], asha: Customer, tmp_path: Path
) -> None:
    slip = tmp_path / "slip.jpg"
    slip.write_bytes(JPEG)
    page = look_at(asha, viewport=PHONE)
    page.goto("/pay/")
    page.get_by_label("How you paid").fill("mobile money")
    page.get_by_role("button", name="Continue").click()
    assert faults_in_every_look(page) == []
    page.get_by_label("Photo of the slip").set_input_files(slip)
    page.get_by_role("button", name="Send the notice").click()
    expect(page.get_by_text("looks for your payment")).to_be_visible()
    assert Notice.objects.latest("id").photos.count() == 1
