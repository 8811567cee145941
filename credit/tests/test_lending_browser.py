"""Lending in a real browser: a manager decides, the customer finds the schedule and the new dues; every page of it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Customer, Lender, Manager
from config.tests.browsing import IN_A_BROWSER, PHONE, faults_in_every_look
from credit.actions import ask, override, to_approve
from credit.models import CreditRequest
from credit.tests.asked import D, latest, owing, policy, request_of
from ledger import approving
from ledger.models import Approval, Disbursement, Due
from ledger.money import format_money
from ledger.proof import differences

pytestmark = IN_A_BROWSER

BOOK = "/admin/customer/101/"
STAFFS = [
    "/admin/", "/admin/credit/requests/", "/admin/credit/policy/", "/admin/credit/policy/new/", BOOK,
    f"{BOOK}credit/{{given}}/", f"{BOOK}credit/{{given}}/letter/", f"{BOOK}credit/{{declined}}/",
    f"{BOOK}credit/{{declined}}/letter/", f"{BOOK}credit/{{waiting}}/", f"{BOOK}loans/{{loan}}/",
    f"{BOOK}loans/{{loan}}/settle/", f"{BOOK}loans/{{loan}}/take-back/", "/admin/customer/102/credit/{seconded}/",
    "/admin/customer/102/requests/{asked}/",
]  # fmt: skip
CUSTOMERS = ["/credit/{given}/", "/credit/{declined}/", "/credit/{waiting}/", "/dashboard/"]


@pytest.fixture
def told(lender: Lender, asha: Customer, bo: Customer, mira: Manager, mona: Manager) -> dict[str, int]:
    """A loan, a decline, a request that waits for a manager and one for a second; the numbers they are found by."""
    policy(interest="declining", annual_rate=D(12), longest_term=12, override_alone=D(400), least_dues=2)
    given = request_of(asha, "300.00", instalments=3)
    ask(given)
    override(latest(given), "approved", by="m1", reason="Known for years")
    owing(asha, "10.00", "100.00")
    declined = request_of(asha, "1000.00", instalments=12)
    assert ask(declined).verdict == "declined"
    policy(interest="declining", annual_rate=D(12), longest_term=12, override_alone=D(400), least_dues=9)
    waiting, seconded = request_of(asha, "400.00", instalments=4), request_of(bo, "500.00")
    for request in (waiting, seconded):
        assert ask(request).verdict == "referred"
    approving_asked = approving.do_or_ask(approve(seconded))
    return {
        "given": given.pk, "declined": declined.pk, "waiting": waiting.pk, "seconded": seconded.pk,
        "loan": Disbursement.objects.get().pk, "asked": approving_asked.pk,
    }  # fmt: skip


def approve(request: CreditRequest) -> Approval:
    return to_approve(latest(request), request, "m4", "Known for years")


def test_no_page_is_faulty_or_too_wide(
    look_at: Callable[..., Page],
    told: dict[str, int],
    mira: Manager,
    asha: Customer,
) -> None:
    for person, pages in ((mira, STAFFS), (asha, CUSTOMERS)):
        page = look_at(person)
        for address in pages:
            page.goto(address.format(**told))
            assert faults_in_every_look(page) == [], address


def test_a_manager_approves_and_the_customer_finds_schedule_and_dues(
    look_at: Callable[..., Page], told: dict[str, int], mira: Manager, asha: Customer
) -> None:
    """The manager's browser runs no JavaScript."""
    staff = look_at(mira, java_script_enabled=False)
    staff.goto("/admin/")
    staff.get_by_role("link", name="waiting").filter(has_text="Credit requests").click()
    staff.locator(f"a[href$='/credit/{told['waiting']}/']").click()
    expect(staff.get_by_text("What would be given today")).to_be_visible()
    staff.get_by_label("Reason").fill("Her harvest comes in May")
    staff.get_by_role("button", name="Approve and give").click()
    expect(staff.get_by_text("is approved and given")).to_be_visible()
    staff.get_by_role("link", name="The letter").click()
    expect(staff.get_by_role("heading", name="is sanctioned")).to_be_visible()
    page = look_at(asha, viewport=PHONE)
    page.goto(f"/credit/{told['waiting']}/")
    expect(page.get_by_role("heading", name="Sanctioned")).to_be_visible()
    expect(page.get_by_text("Her harvest comes in May")).to_be_visible()
    expect(page.get_by_role("table", name="Instalments of loan")).to_be_visible()
    dues = Due.objects.of(asha).filter(loan__reference=f"credit-{told['waiting']}")
    last = dues.latest("month").month
    page.goto(f"/dashboard/?year={last.year}")
    owed = sum(due.amount for due in dues.filter(month=last))
    expect(page.locator("#year").get_by_role("row", name=f"{last:%b}")).to_contain_text(format_money(owed))
    assert list(differences()) == []


def test_the_customer_sees_the_cost_before_asking(
    look_at: Callable[..., Page], told: dict[str, int], mira: Manager, bo: Customer
) -> None:
    CreditRequest.objects.filter(customer=bo).update(state="declined")
    page = look_at(bo, viewport=PHONE)
    page.goto("/credit/request/")
    page.get_by_label("Amount", exact=False).first.fill("600")
    page.get_by_label("Or the same amount each month").fill("60")
    page.get_by_role("button", name="See what it costs").click()
    expect(page.get_by_role("table", name="The schedule")).to_be_visible()
    assert faults_in_every_look(page) == []
    page.get_by_role("button", name="Ask for $600.00").click()
    expect(page.get_by_role("heading", name="One moment")).to_be_visible()
    assert CreditRequest.objects.of(bo).latest("id").instalments == 11


def test_a_loan_is_settled_early_at_the_counter(
    look_at: Callable[..., Page], told: dict[str, int], mira: Manager
) -> None:
    page = look_at(mira)
    page.goto(f"{BOOK}loans/{told['loan']}/")
    page.get_by_role("link", name="Settle it early").click()
    page.get_by_role("button", name="and settle it").click()
    expect(page.get_by_text("is settled with")).to_be_visible()
    assert not Due.objects.filter(loan=told["loan"]).unpaid().exists()
    assert list(differences()) == []
