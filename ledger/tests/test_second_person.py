"""Above the lender's amounts an act runs only as a second person confirms it: exactly then, and exactly once."""

import datetime
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from accounts.models import Customer, Lender
from ledger import approving
from ledger.actions import (
    NeedsSecond,
    Refused,
    add_due,
    change_due,
    charge_off_overdue,
    forgive_due,
    record_payment,
    refund_credit,
    reverse_payment,
)
from ledger.models import Approval, Due, Payment
from ledger.proof import differences
from ledger.seconding import confirming

D = Decimal
ASKER, OTHER, THIRD = "m1", "m4", "m9"


@pytest.fixture
def lender(db: None) -> Lender:
    lender = Lender.load()
    for name in ("reverse_alone", "refund_alone", "waive_alone", "charge_off_alone"):
        setattr(lender, name, D(40))
    lender.save()
    return lender


@pytest.fixture
def due(lender: Lender, asha: Customer) -> Due:
    """80.00 overdue for January, beside 100.00 that is held for January 2200."""
    record_payment(Payment(customer=asha, amount=D(100), policy="forward", starting=datetime.date(2200, 1, 1)))
    return add_due(Due(customer=asha, month=datetime.date(2024, 1, 1), amount=D(80)))


Act = Callable[[Due, Decimal], Approval]


def asked_to_reverse(due: Due, amount: Decimal) -> Approval:
    bogus = record_payment(
        Payment(customer=due.customer, amount=amount, policy="forward", starting=datetime.date(2200, 1, 1))
    )
    return approving.to_reverse(bogus, ASKER, "bounced")


def payment_of(due: Due, amount: Decimal, **more: object) -> Payment:
    return Payment(customer=due.customer, amount=amount, recorded_by=ASKER, key="k" * 20, **more)


ACTS: dict[str, Act] = {
    "reverse": asked_to_reverse,
    "refund": lambda due, amount: approving.to_pay("refund", payment_of(due, -amount)),
    "waive": lambda due, amount: approving.to_pay("waive", payment_of(due, amount, note="ill"), due),
    "charge_off": lambda due, amount: approving.to_pay("charge_off", payment_of(due, amount, note="gone"), due),
    "lower": lambda due, amount: approving.to_change(due, due.amount - amount, due.due_on, ASKER),
}
DONE: dict[str, Callable[[Due], bool]] = {
    "reverse": lambda due: Payment.objects.filter(kind="reversal").exists(),
    "refund": lambda due: Payment.objects.filter(kind="refund").exists(),
    "waive": lambda due: Due.objects.get(customer=due.customer, pk=due.pk).forgiven > 0,
    "charge_off": lambda due: Due.objects.get(customer=due.customer, pk=due.pk).forgiven > 0,
    "lower": lambda due: Due.objects.get(customer=due.customer, pk=due.pk).amount < 80,
}
every_act = pytest.mark.parametrize("act", ACTS)


@every_act
def test_exactly_the_amount_passes_alone_and_a_cent_more_is_asked_for(act: str, due: Due) -> None:
    above = approving.do_or_ask(ACTS[act](due, D("40.01")))
    assert isinstance(above, Approval)
    assert (above.state, above.asked_by, DONE[act](due)) == ("waiting", ASKER, False)
    approving.withdraw(above, ASKER)
    exactly = ACTS[act](due, D(40))
    exactly.key = exactly.key and "another-key-of-twenty"
    assert isinstance(approving.do_or_ask(exactly), approving.Done)
    assert DONE[act](due)
    assert list(differences()) == []


@every_act
def test_a_second_person_confirms_and_it_is_done_once_in_the_askers_name(act: str, due: Due) -> None:
    request = approving.do_or_ask(ACTS[act](due, D(50)))
    assert isinstance(request, Approval)
    done = approving.confirm(request, OTHER, "seen the paper")
    assert (done.state, done.decided_by, done.note) == ("confirmed", OTHER, "seen the paper")
    assert DONE[act](due)
    if act != "lower":
        made = Payment.objects.get(customer=due.customer, pk=done.made or 0)
        assert (abs(made.amount), made.recorded_by, made.note) == (50, ASKER, request.reason)
    count = Payment.objects.count()
    with pytest.raises(Refused, match="already confirmed, by m4"):
        approving.confirm(request, THIRD)
    assert Payment.objects.count() == count
    assert list(differences()) == []


@every_act
def test_nobody_confirms_or_refuses_his_own(act: str, due: Due) -> None:
    request = approving.ask(ACTS[act](due, D(50)))
    with pytest.raises(Refused, match="Nobody confirms a request of his own"):
        approving.confirm(request, ASKER)
    with pytest.raises(Refused, match="Withdraw it instead"):
        approving.refuse(request, ASKER, "no")
    request.reread()
    assert (request.state, DONE[act](due)) == ("waiting", False)


@every_act
def test_what_was_refused_or_withdrawn_is_never_done(act: str, due: Due) -> None:
    refused = approving.refuse(approving.ask(ACTS[act](due, D(50))), OTHER, "no proof")
    withdrawn = ACTS[act](due, D(51))
    withdrawn.key = ""
    withdrawn = approving.withdraw(approving.ask(withdrawn), ASKER)
    for over in (refused, withdrawn):
        with pytest.raises(Refused, match="is already"):
            approving.confirm(over, OTHER)
    assert not DONE[act](due)


@every_act
def test_without_the_guard_one_person_does_it_alone(act: str, due: Due, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of all above."""
    for module in ("reversing", "payments", "dues", "charging_off"):
        monkeypatch.setattr(f"ledger.actions.{module}.need_second", lambda *args, **more: None)
    assert isinstance(approving.do_or_ask(ACTS[act](due, D(50))), approving.Done)
    assert DONE[act](due)


def test_the_acts_themselves_refuse_whatever_door_calls_them(due: Due, asha: Customer) -> None:
    paid = record_payment(Payment(customer=asha, amount=D(50), policy="forward", starting=datetime.date(2200, 1, 1)))
    alone: list[Callable[[], object]] = [
        lambda: reverse_payment(paid, by=ASKER),
        lambda: refund_credit(Payment(customer=asha, amount=D(-50))),
        lambda: forgive_due(due, Payment(customer=asha, kind="waiver", amount=D(50))),
        lambda: forgive_due(due, Payment(customer=asha, kind="charge_off", amount=D(50))),
        lambda: change_due(due, amount=D(30)),
        lambda: charge_off_overdue(Payment(customer=asha, amount=D(80))),
    ]
    before = Payment.objects.count()
    for act in alone:
        with pytest.raises(NeedsSecond, match="above it a second one confirms"):
            act()
    assert Payment.objects.count() == before


def test_a_confirmation_lets_only_its_own_act_pass(due: Due, asha: Customer) -> None:
    request = approving.ask(ACTS["waive"](due, D(50)))
    request.state, request.decided_by = "confirmed", OTHER
    with confirming(request):
        for wrong in (
            lambda: forgive_due(due, Payment(customer=asha, kind="waiver", amount=D(51))),
            lambda: forgive_due(due, Payment(customer=asha, kind="charge_off", amount=D(50))),
            lambda: refund_credit(Payment(customer=asha, amount=D(-50))),
        ):
            with pytest.raises(NeedsSecond):
                wrong()
    with pytest.raises(NeedsSecond):
        forgive_due(due, Payment(customer=asha, kind="waiver", amount=D(50)))


def test_only_what_another_person_confirmed_opens_the_way(due: Due) -> None:
    request = approving.ask(ACTS["waive"](due, D(50)))
    for state, by in (("waiting", OTHER), ("confirmed", ASKER), ("confirmed", "")):
        request.state, request.decided_by = state, by
        with pytest.raises(RuntimeError), confirming(request):
            pass


@pytest.mark.parametrize("by", [ASKER, ""])
def test_the_database_itself_holds_no_request_confirmed_by_its_asker(by: str, due: Due) -> None:
    request = approving.ask(ACTS["waive"](due, D(50)))
    told = {"state": "confirmed", "decided_by": by, "decided_at": request.asked_at}
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(customer=due.customer, pk=request.pk).update(**told)


def test_everything_is_looked_at_anew_when_it_is_confirmed(due: Due, asha: Customer) -> None:
    waiver, charge = approving.ask(ACTS["waive"](due, D(50))), ACTS["charge_off"](due, D(60))
    charge.key = "a-key-of-its-own-xxxx"
    approving.confirm(approving.ask(charge), OTHER)
    with pytest.raises(Refused, match=r"Only \$20\.00 of this due is open"):
        approving.confirm(waiver, OTHER)
    waiver.reread()
    assert (waiver.state, waiver.decided_by) == ("waiting", "")
    assert list(differences()) == []


def test_a_due_that_changed_since_is_not_lowered_by_another_amount(due: Due) -> None:
    request = approving.ask(ACTS["lower"](due, D(50)))
    change_due(due, amount=D(100))
    with pytest.raises(approving.Stale, match="another amount now"):
        approving.confirm(request, OTHER)
    request.reread()
    assert request.state == "waiting"


def test_the_same_form_sent_twice_asks_once_and_another_body_is_refused(due: Due) -> None:
    first, again = (approving.do_or_ask(ACTS["waive"](due, D(50))) for _ in range(2))
    assert first == again
    with pytest.raises(Refused, match="already used, for request"):
        approving.ask(ACTS["waive"](due, D(51)))
    assert Approval.objects.count() == 1


def test_the_form_sent_again_after_confirmation_finds_what_was_done(due: Due) -> None:
    request = approving.ask(ACTS["waive"](due, D(50)))
    made = approving.confirm(request, OTHER).made
    again = approving.do_or_ask(ACTS["waive"](due, D(50)))
    assert isinstance(again, approving.Done)
    assert again.payment is not None
    assert again.payment.pk == made


def test_one_request_at_a_time_waits_for_one_payment(due: Due, asha: Customer) -> None:
    payment = Payment.objects.get(customer=asha)
    approving.ask(approving.to_reverse(payment, ASKER, "bounced"))
    with pytest.raises(Refused, match="by m1 waits already"):
        approving.ask(approving.to_reverse(payment, OTHER, "bounced"))


def test_who_did_not_ask_cannot_withdraw_and_a_refusal_has_a_reason(due: Due) -> None:
    request = approving.ask(ACTS["waive"](due, D(50)))
    with pytest.raises(Refused, match="Only m1, who asked"):
        approving.withdraw(request, OTHER)
    with pytest.raises(Refused, match="Say why"):
        approving.refuse(request, OTHER, "  ")
    request.reread()
    assert request.state == "waiting"


def test_without_a_limit_nobody_is_asked(due: Due) -> None:
    Lender.objects.update(waive_alone=None)
    assert isinstance(approving.do_or_ask(ACTS["waive"](due, D(80))), approving.Done)


def test_a_limit_of_nothing_asks_for_every_cent(due: Due) -> None:
    Lender.objects.update(waive_alone=D(0))
    assert isinstance(approving.do_or_ask(ACTS["waive"](due, D("0.01"))), Approval)


@pytest.mark.django_db
def test_who_may_not_do_it_alone_reads_so_in_his_own_language() -> None:
    assert NeedsSecond("waive", D("10")).sentence == (
        "One person may waive up to $10.00 alone; above it a second one confirms. Ask for it in the customer's book."
    )
    with translation.override("es"):
        told = NeedsSecond("waive", D("10")).sentence
    assert told.startswith("Una persona puede condonar sola hasta 10,00") and "book" not in told
