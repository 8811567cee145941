"""What stands as confirmed is done: check_books finds a request or notice without its payment, or with another."""

import datetime
from decimal import Decimal

import pytest

from accounts.models import Customer, Lender, Manager, User
from ledger import approving
from ledger.actions import Refused, add_due, record_payment
from ledger.models import Approval, Due, Notice, Payment
from ledger.noticing import confirm_notice, give_notice
from ledger.proof import differences

D = Decimal
JANUARY = datetime.date(2025, 1, 1)


@pytest.fixture
def request_(lender: Lender, asha: Customer) -> Approval:
    """A reversal of 50.00 that waits for its second person, above the 40.00 that one may reverse."""
    Lender.objects.update(reverse_alone=D(40))
    add_due(Due(customer=asha, month=JANUARY, amount=D(80)))
    return approving.ask(approving.to_reverse(record_payment(Payment(customer=asha, amount=D(50))), "m1", "bounced"))


@pytest.fixture
def notice(lender: Lender, asha: Customer) -> Notice:
    return give_notice(Notice(customer=asha, amount=D(30), key="n" * 20))


def damage(row: Approval | Notice, **sets: object) -> None:
    type(row)._default_manager.filter(customer=row.customer_id, pk=row.pk).update(**sets)


def test_a_request_and_a_notice_that_are_done_are_sound(request_: Approval, notice: Notice) -> None:
    approving.confirm(request_, "m4")
    confirm_notice(notice, "m4")
    assert list(differences()) == []


@pytest.mark.parametrize("made", [None, 10**9])
def test_a_confirmed_request_without_its_payment_is_named(request_: Approval, made: int | None) -> None:
    approving.confirm(request_, "m4")
    damage(request_, made=made)
    assert list(differences()) == [
        f"customer 101, request {request_.pk}: a confirmed request has no such payment (0, 5000)"
    ]


def test_a_confirmed_request_with_another_payment_is_named(request_: Approval, asha: Customer) -> None:
    approving.confirm(request_, "m4")
    other = record_payment(Payment(customer=asha, amount=D(7)))
    damage(request_, made=other.pk)
    assert [line for line in differences() if "a confirmed request has no such payment (700, 5000)" in line]


def test_a_confirmed_notice_without_its_payment_is_named(notice: Notice) -> None:
    confirm_notice(notice, "m4")
    damage(notice, payment=10**9)
    assert list(differences()) == [
        f"customer 101, notice {notice.pk}: a confirmed notice has no such payment (0, 3000)"
    ]


@pytest.mark.parametrize("shut_out", [True, False])
def test_what_one_asked_who_is_shut_out_since_is_not_confirmed(
    shut_out: bool, request_: Approval, mira: Manager
) -> None:
    """With its control: he who still may is not in the way."""
    damage(request_, asked_by=mira.login.username)
    User.objects.filter(manager=mira).update(is_active=not shut_out)
    if not shut_out:
        assert approving.confirm(request_, "m9").state == "confirmed"
        return
    with pytest.raises(Refused, match="who asked, may not do this any more"):
        approving.confirm(request_, "m9")
    assert not Payment.objects.filter(kind="reversal").exists()


def test_what_one_asked_who_lost_the_right_is_not_confirmed(request_: Approval, clem: Manager) -> None:
    damage(request_, asked_by=clem.login.username)
    with pytest.raises(Refused, match="who asked, may not do this any more"):
        approving.confirm(request_, "m9")


def test_what_a_clerk_asked_to_lower_is_confirmed_and_no_more_when_he_may_not_change_a_due(
    lender: Lender, asha: Customer, clem: Manager
) -> None:
    """He may change a due and not waive one; the second person's right to waive is what confirms."""
    Lender.objects.update(waive_alone=D(10))
    due = add_due(Due(customer=asha, month=JANUARY, amount=D(80)))
    first, second = (approving.to_change(due, amount, None, clem.login.username) for amount in (D(60), D(40)))
    asked = approving.do_or_ask(first)
    assert isinstance(asked, Approval)
    approving.confirm(asked, "m9")
    due.refresh_from_db()
    assert due.amount == 60
    asked = approving.do_or_ask(second)
    assert isinstance(asked, Approval)
    clem.login.groups.clear()
    with pytest.raises(Refused, match="who asked, may not do this any more"):
        approving.confirm(asked, "m9")
