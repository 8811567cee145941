"""The pages of what is owed: look, correct, waive, charge off, recover, in the book and in the plain admin."""

import datetime
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Customer, Lender
from ledger.actions import add_due, charged_off, forgive_due, record_payment
from ledger.models import Approval, Due, Payment
from ledger.proof import differences

D = Decimal
BOOK = "/admin/customer/101/"
KEY = "a-key-of-twenty-letters"


@pytest.fixture
def due(lender: Lender, asha: Customer) -> Due:
    """100.00 for January 2024, of which 30.00 is paid."""
    made = add_due(Due(customer=asha, month=datetime.date(2024, 1, 1), amount=D(100)))
    record_payment(Payment(customer=asha, amount=D(30)))
    return made


def page_of(due: Due, more: str = "") -> str:
    return f"{BOOK}dues/{due.pk}/{more}"


def text(response: object) -> str:
    return str(response.content.decode())  # type: ignore[attr-defined]


def test_the_grid_leads_to_the_month_and_the_month_to_the_due(as_mira: Client, due: Due) -> None:
    assert f'href="{BOOK}months/2024/1/"' in text(as_mira.get(f"{BOOK}?year=2024"))
    assert f'href="{page_of(due)}"' in text(as_mira.get(f"{BOOK}months/2024/1/"))
    shown = text(as_mira.get(page_of(due)))
    for figure in ("$100.00", "$30.00", "$70.00", "Open and late"):
        assert figure in shown


@pytest.mark.parametrize("month", ["2024/13", "2024/0", "1969/1", "99999/1"])
def test_a_month_that_is_none_is_not_found(as_mira: Client, asha: Customer, month: str) -> None:
    assert as_mira.get(f"{BOOK}months/{month}/").status_code == 404


def test_a_month_without_dues_says_what_to_do(as_mira: Client, asha: Customer) -> None:
    assert "Nothing is due for this month" in text(as_mira.get(f"{BOOK}months/2024/2/"))


@pytest.mark.parametrize(("act", "kind"), [("waive", "waiver"), ("charge-off", "charge_off")])
def test_the_balance_is_let_off_for_a_reason_and_once(as_mira: Client, due: Due, act: str, kind: str) -> None:
    page = page_of(due, f"{act}/")
    form = as_mira.get(page).context["form"]
    assert form["amount"].value() == 70
    fields = {"key": form["key"].value(), "amount": "70.00", "reason": "moved away"}
    assert as_mira.post(page, fields | {"reason": " "}).status_code == 422
    assert as_mira.post(page, fields | {"amount": "70.01"}).status_code == 422
    assert not Payment.objects.filter(kind=kind).exists()
    first, again = (as_mira.post(page, fields) for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"] == page_of(due)
    payment = Payment.objects.get(kind=kind)
    assert (payment.amount, payment.note, payment.recorded_by) == (70, "moved away", "m1")
    assert "there is nothing to let off" in text(as_mira.get(page))
    assert list(differences()) == []


def test_a_form_whose_key_was_lost_gets_a_new_one(as_mira: Client, due: Due) -> None:
    page = as_mira.post(page_of(due, "waive/"), {"key": "", "amount": "1", "reason": "x"})
    assert page.status_code == 422
    assert len(page.context["form"]["key"].value()) > 16


def test_a_due_is_corrected_in_amount_and_day(as_mira: Client, due: Due) -> None:
    page = page_of(due, "change/")
    assert as_mira.post(page, {"amount": "60.00", "due_on": "2024-01-20"}).status_code == 303
    due.reread()
    assert (due.amount, due.due_on) == (60, datetime.date(2024, 1, 20))
    answer = as_mira.post(page, {"amount": "abc", "due_on": "20/1/2024"})
    assert answer.status_code == 422
    assert {"amount", "due_on"} <= set(answer.context["form"].errors)


def test_what_the_act_refuses_stands_above_the_form_with_what_was_typed(as_mira: Client, due: Due) -> None:
    forgive_due(due, Payment(customer=due.customer, kind="waiver", amount=D(20)))
    answer = as_mira.post(page_of(due, "change/"), {"amount": "19.00", "due_on": "2024-01-20"})
    assert answer.status_code == 422
    assert "$20.00 of this due is forgiven already" in text(answer)
    assert 'value="19.00"' in text(answer)


def test_the_plain_admin_keeps_what_was_typed_when_the_act_refuses(as_mira: Client, due: Due) -> None:
    forgive_due(due, Payment(customer=due.customer, kind="waiver", amount=D(20)))
    answer = as_mira.post(f"/admin/ledger/due/{due.pk}/change/", {"amount": "19.00", "due_on": "2024-01-20"})
    assert answer.status_code == 200
    assert "$20.00 of this due is forgiven already" in text(answer)
    assert 'value="19.00"' in text(answer)
    due.reread()
    assert due.amount == 100


def test_all_that_is_late_is_charged_off_as_it_was_on_the_screen(as_mira: Client, due: Due, asha: Customer) -> None:
    page = f"{BOOK}charge-off/"
    form = as_mira.get(page).context["form"]
    fields = {"key": form["key"].value(), "amount": str(form["amount"].value()), "reason": "gone"}
    add_due(Due(customer=asha, month=datetime.date(2024, 2, 1), amount=D(50)))
    answer = as_mira.post(page, fields, follow=True)
    assert "$120.00 is overdue now, not $70.00" in text(answer)
    assert charged_off(asha.pk) == 0
    fields["amount"] = str(answer.context["form"]["amount"].value())
    assert as_mira.post(page, fields).headers["Location"] == BOOK
    assert charged_off(asha.pk) == 120
    assert "Nothing is late" in text(as_mira.get(page))
    assert list(differences()) == []


def test_a_recovery_tells_on_its_receipt_what_came_back(as_mira: Client, due: Due, asha: Customer) -> None:
    forgive_due(due, Payment(customer=asha, kind="charge_off", amount=D(70)))
    assert "$70.00 is charged off" in text(as_mira.get(BOOK))
    page = f"{BOOK}recovery/"
    form = as_mira.get(page).context["form"]
    today = str(form["received_on"].value())
    fields = {"key": form["key"].value(), "amount": "40", "received_on": today, "channel": "cash"}
    first, again = (as_mira.post(page, fields) for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]
    receipt = text(as_mira.get(first.headers["Location"]))
    assert "recovered after a charge-off" in receipt
    assert "$40.00" in receipt
    assert charged_off(asha.pk) == 30
    assert list(differences()) == []


def test_without_a_charge_off_there_is_nothing_to_recover(as_mira: Client, due: Due) -> None:
    assert "Nothing of this customer is charged off" in text(as_mira.get(f"{BOOK}recovery/"))
    fields = {"key": KEY, "amount": "1", "received_on": "2025-01-01"}
    assert as_mira.post(f"{BOOK}recovery/", fields).status_code == 422


def test_a_clerk_corrects_and_recovers_but_lets_nothing_off_and_an_auditor_looks(
    as_clem: Client, as_nina: Client, as_sten: Client, due: Due
) -> None:
    letting = [page_of(due, "waive/"), page_of(due, "charge-off/"), f"{BOOK}charge-off/"]
    writing = [page_of(due, "change/"), f"{BOOK}recovery/"]
    looking = [page_of(due), f"{BOOK}months/2024/1/"]
    assert [as_clem.get(page).status_code for page in looking + writing + letting] == [200] * 4 + [403] * 3
    assert [as_nina.get(page).status_code for page in looking + writing + letting] == [200] * 2 + [403] * 5
    assert [as_sten.get(page).status_code for page in looking + writing + letting] == [403] * 7
    body = {"key": KEY, "amount": "1", "reason": "x"}
    assert [as_clem.post(page, body).status_code for page in letting] == [403] * 3
    assert not Payment.objects.filter(kind__in=Payment.FORGIVING).exists()


def test_another_customers_due_is_not_in_this_book(as_mira: Client, due: Due, bo: Customer) -> None:
    other = f"/admin/customer/102/dues/{due.pk}/"
    assert as_mira.get(other).status_code == 404
    for page in (f"{other}change/", f"{other}waive/", f"{other}charge-off/"):
        assert as_mira.get(page).status_code == 404
        assert as_mira.post(page, {"key": KEY, "amount": "1", "reason": "x"}).status_code == 404
    assert not Approval.objects.exists()
