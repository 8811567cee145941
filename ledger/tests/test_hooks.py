"""Programs are told of payments, late dues and decisions by real HTTP: signed, once, retried under the same id."""

import datetime
import json
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from accounts import calling, hooks, sending
from accounts.erasing import wipe
from accounts.models import Delivery, Endpoint, Event, HouseEntry, Lender
from accounts.tests.receiver import Receiver, call_all, receiver
from accounts.transactions import one_transaction
from credit.actions import ask
from credit.models import CreditRequest
from ledger.actions import add_due, record_payment, refund_credit, reverse_payment
from ledger.events import tell_overdue
from ledger.models import Due, Payment
from ledger.tests.shop import D, due, file, load, pay, undo

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


@pytest.fixture
def secret(lender: Lender, program: Receiver) -> str:
    return hooks.make_endpoint(program.url, Event.values, "m1")[1]


def later(seconds: float = 0) -> None:
    """As if it were time for all that waits."""
    Delivery.objects.filter(state="waiting").update(next_at=timezone.now() + datetime.timedelta(seconds=seconds))


def kinds(program: Receiver) -> list[tuple[str, int]]:
    return [(call.told["type"], call.told["data"]["customer"]) for call in program.calls]


def test_a_payment_is_told_once_and_signed(asha, program, secret):
    payment = pay(101, "100.00", key="once", note="from Asha", channel="bank")
    pay(101, "100.00", key="once", note="from Asha", channel="bank")
    call_all()
    call_all()
    (call,) = program.calls
    assert call.path == "/told?by=duebook"
    assert call.headers["content-type"] == "application/json"
    assert call.told["data"] == {
        "customer": 101, "payment": payment.pk, "amount": "100.00", "currency": "USD", "received_on": "2025-03-15",
    }  # fmt: skip
    assert call.told["timestamp"] == Delivery.objects.get().made_at.isoformat()
    assert call.is_signed_with(secret)
    assert not call._replace(body=call.body.replace(b"100.00", b"900.00")).is_signed_with(secret)
    assert not call.is_signed_with(hooks._fresh())
    row = Delivery.objects.get()
    assert (row.state, row.status, row.tries) == ("sent", 200, 1)


def test_the_signature_is_the_one_of_the_specification():
    """Made once with the openssl command, over id.timestamp.body."""
    signed = b"delivery.1.1760000000000000.1760000000." + b'{"data":{},"type":"test"}'
    made = hooks.signature("whsec_" + "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=", signed)
    assert made == "mJw3CvRYDGnt4OrMBawgjWQ97IGDtbbGaOLp6GEqCn8="


def test_nothing_is_told_of_a_payment_that_was_rolled_back(asha, program, secret):
    """The control: told outside of the act's transaction, a payment that never was would be heard of."""

    @one_transaction
    def fails():
        pay(101, "5.00")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    call_all()
    assert (program.calls, Delivery.objects.count()) == ([], 0)
    hooks.tell([hooks.Told(Event.PAYMENT_RECORDED, 101, 1)])
    call_all()
    assert len(program.calls) == 1


def test_a_reversal_names_what_it_takes_back_and_what_is_no_payment_is_not_told(asha, program, secret):
    due(101, "2025-03", "50.00")
    payment = pay(101, "80.00")
    refund = refund_credit(Payment(customer_id=101, amount=D("-30.00")))
    reverse_payment(refund)
    twin = reverse_payment(payment)
    call_all()
    assert kinds(program) == [("payment.recorded", 101), ("payment.reversed", 101)]
    told = program.calls[1].told["data"]
    assert (told["payment"], told["reverses"], told["amount"]) == (twin.pk, payment.pk, "-80.00")


def test_payments_of_a_file_are_told_and_those_undone_as_well(asha, bo, program, secret, tmp_path):
    rows = ["customer,date,amount", "101,2025-03-01,10.00", "102,2025-03-01,20.00"]
    load("payments", file(tmp_path, *rows), "--batch", "march")
    undo("march")
    call_all()
    recorded, reversed_ = "payment.recorded", "payment.reversed"
    assert sorted(kinds(program)) == [(recorded, 101), (recorded, 102), (reversed_, 101), (reversed_, 102)]


def test_a_decision_is_told_without_its_score(asha, program, secret):
    month = Lender.load().today().replace(day=1)
    decision = ask(CreditRequest(customer_id=101, month=month, amount=D("50.00"), method="percentage", asked_by="c101"))
    call_all()
    told = next(call.told for call in program.calls if call.told["type"] == "decision.made")
    assert told["data"] == {
        "customer": 101, "decision": decision.pk, "request": decision.request_id, "verdict": decision.verdict,
        "method": "percentage", "amount": "50.00", "currency": "USD", "month": f"{month:%Y-%m-%d}", "overrides": None,
    }  # fmt: skip


@pytest.mark.parametrize("command", ["daily", "send_reminders"])
def test_a_late_due_is_told_once_however_often_the_day_is_run(asha, bo, program, secret, command, capsys):
    today = Lender.load().today()
    Endpoint.objects.update(overdue_from=today - datetime.timedelta(2))
    for number, days, amount in ((101, 1, "10.00"), (101, 0, "11.00"), (101, 3, "12.00"), (102, 2, "13.00")):
        on = today - datetime.timedelta(days)
        add_due(Due(customer_id=number, month=on.replace(day=1), due_on=on, amount=D(amount), reference=str(days)))
    record_payment(Payment(customer_id=102, amount=D("3.00")))
    for _ in range(2):
        call_command(command)
    call_all()
    late = [call.told["data"] for call in program.calls if call.told["type"] == "due.overdue"]
    assert [(one["customer"], one["amount"], one["balance"], one["days_past_due"]) for one in late] == [
        (101, "10.00", "10.00", 1),
        (102, "13.00", "10.00", 2),
    ]
    assert tell_overdue(today) == 0
    assert tell_overdue(today + datetime.timedelta(1)) == 1  # what fell due today


def test_a_retry_has_the_same_id_and_body_and_waits_longer_each_time(asha, program, secret):
    program.answers = [(500, b"no"), (503, b"not yet")]
    pay(101, "5.00")
    call_all()
    row = Delivery.objects.get()
    assert (row.state, row.status, row.reason, row.tries) == ("waiting", 500, "It answered 500: no", 1)
    assert 50 < (row.next_at - timezone.now()).total_seconds() <= sending.WAITS[0]
    call_all()
    assert len(program.calls) == 1  # not before its time
    later()
    call_all()
    assert 250 < (Delivery.objects.get().next_at - timezone.now()).total_seconds() <= sending.WAITS[1]
    later()
    call_all()
    assert len(set(program.ids)) == 1
    assert len({call.body for call in program.calls}) == 1
    assert all(call.is_signed_with(secret) for call in program.calls)
    assert (len(program.calls), Delivery.objects.get().state) == (3, "sent")


def test_after_the_last_try_it_is_given_up_and_by_hand_it_goes_again_under_its_id(asha, program, secret):
    program.answers = [(400, b"wrong")] * (len(sending.WAITS) + 1)
    pay(101, "5.00")
    for _ in program.answers.copy():
        later()
        call_all()
    row = Delivery.objects.get()
    assert (row.state, row.tries, row.status) == ("dead", 7, 400)
    for _ in range(2):
        assert sending.send_again(Delivery.objects.get(), sending.ENDED)
        assert not sending.send_again(Delivery.objects.get(), sending.ENDED), "it waits already"
        call_all()
        assert Delivery.objects.get().state == "sent"
    assert (len(program.calls), len(set(program.ids))) == (9, 1)


def test_one_address_that_is_away_keeps_no_other_waiting(asha, bo, lender, program, secret):
    with receiver() as gone:
        hooks.make_endpoint(gone.url, Event.values, "m1")
    pay(101, "5.00")
    pay(102, "5.00")
    one = calling.Calls()
    assert one.run()
    assert [call.told["data"]["customer"] for call in program.calls] == [101, 102]
    waiting = Delivery.objects.filter(state="waiting")
    assert sorted(waiting.values_list("tries", flat=True)) == [0, 1]
    assert "There was no answer" in waiting.get(tries=1).reason
    assert not one.run()  # it rests


def test_a_claim_keeps_other_workers_away_and_without_it_both_call(asha, program, secret, monkeypatch):
    pay(101, "5.00")
    mine, theirs = Delivery.objects.get(), Delivery.objects.get()
    assert sending.claim(mine, calling.LEASE)
    assert not sending.attempt(theirs, calling.LEASE, calling.send)
    assert program.calls == []
    monkeypatch.setattr(sending, "claim", lambda row, lease: True)
    for row in (mine, theirs):
        sending.attempt(row, calling.LEASE, calling.send)
    assert (len(program.calls), len(set(program.ids))) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_inside_a_transaction(asha, program, secret):
    pay(101, "5.00")
    with pytest.raises(RuntimeError), transaction.atomic():
        call_all()
    assert program.calls == []
    call_command("work", "--once")
    assert len(program.calls) == 1


def test_only_what_was_chosen_is_told_and_nothing_while_it_is_off(asha, program, secret):
    endpoint = Endpoint.objects.get()
    hooks.change_endpoint(endpoint, program.url, ["payment.reversed"], True)
    payment = pay(101, "5.00")
    reverse_payment(payment)
    reverse_payment(pay(101, "6.00"))
    hooks.change_endpoint(endpoint, program.url, Event.values, False)
    pay(101, "7.00")
    call_all()
    assert program.calls == []
    assert set(Delivery.objects.values_list("state", "kind")) == {("dropped", "payment.reversed")}
    hooks.change_endpoint(endpoint, program.url, Event.values, True)
    assert sending.send_again(Delivery.objects.earliest("pk"), sending.ENDED)
    call_all()
    assert kinds(program) == [("payment.reversed", 101)]


def test_what_is_long_overdue_is_not_told_to_who_listens_from_today(asha, lender, program, secret):
    today, endpoint = Lender.load().today(), Endpoint.objects.get()
    yesterday = today - datetime.timedelta(1)
    add_due(Due(customer_id=101, month=yesterday.replace(day=1), due_on=yesterday, amount=D("5.00")))
    Endpoint.objects.update(overdue_from=yesterday)
    hooks.change_endpoint(endpoint, program.url, ["due.overdue"], False)
    hooks.change_endpoint(endpoint, program.url, ["due.overdue"], True)
    assert tell_overdue(today) == 0
    Endpoint.objects.update(overdue_from=yesterday)
    assert tell_overdue(today) == 1


def test_a_new_secret_signs_and_the_one_of_before_for_a_day(asha, program, secret):
    fresh = hooks.new_secret(Endpoint.objects.get())
    pay(101, "5.00")
    call_all()
    assert program.calls[0].is_signed_with(secret)
    assert program.calls[0].is_signed_with(fresh)
    Endpoint.objects.update(before_until=timezone.now())
    pay(101, "6.00")
    call_all()
    assert not program.calls[1].is_signed_with(secret)
    assert program.calls[1].is_signed_with(fresh)


def test_made_twice_in_a_day_the_first_signs_no_more(asha, program, secret):
    second, third = (hooks.new_secret(Endpoint.objects.get()) for _ in range(2))
    pay(101, "5.00")
    call_all()
    assert [program.calls[0].is_signed_with(one) for one in (secret, second, third)] == [False, True, True]


def test_the_secret_stands_nowhere_as_it_is_and_under_another_key_it_waits(asha, program, secret, settings):
    kept = json.dumps([list(Endpoint.objects.values_list()), list(HouseEntry.objects.values_list())], default=str)
    assert secret not in kept
    assert secret.removeprefix("whsec_") not in kept
    pay(101, "5.00")
    first, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    call_all()
    assert (program.calls, Delivery.objects.get().reason) == ([], calling.OTHER_KEY)
    later()
    settings.SECRET_KEY_FALLBACKS = [first]
    call_all()
    assert len(program.calls) == 1


def test_erasing_a_customer_leaves_nothing_of_his_in_deliveries(asha, bo, program, secret):
    payment = pay(101, "5.00")
    reverse_payment(payment)
    pay(102, "5.00")
    assert Delivery.objects.filter(customer=101).count() == 2
    wipe(asha)
    assert list(Delivery.objects.values_list("customer_id", flat=True)) == [102]
