"""The acts on a case: what each changes, what it refuses in a sentence, and that a retry does nothing twice."""

import datetime
from decimal import Decimal as D

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry, Customer, Manager
from accounts.transactions import Refused
from ledger import collecting
from ledger.actions import add_due, record_payment, reverse_payment
from ledger.models import Case, CaseNote, Due, Payment, Promise
from ledger.portal.trail_words import ACTS
from ledger.tests.routing import assert_routed

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2025, 3, 10)


def later(days: int) -> datetime.date:
    return TODAY + datetime.timedelta(days)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime.datetime(2025, 3, 10, 9, tzinfo=datetime.UTC), tick=True) as clock:
        yield clock


@pytest.fixture(autouse=True)
def owed(lender, asha: Customer) -> Due:
    return add_due(Due(customer=asha, month=datetime.date(2025, 2, 1), amount=D(100)))


def note(customer: Customer, **more: str) -> CaseNote:
    return CaseNote(customer=customer, **{"done": "call", "text": "no answer", "recorded_by": "m2", **more})


def promise(customer: Customer, amount: str = "60", days: int = 5) -> Promise:
    return Promise(customer=customer, amount=D(amount), promised_on=later(days), made_by="m2")


def case(customer: Customer) -> Case:
    return Case.objects.of(customer).latest("id")


def test_a_case_is_opened_once_and_again_after_it_was_resolved(asha, bo) -> None:
    first = collecting.open_case(asha, by="m2")
    assert collecting.open_case(asha, by="m3").pk == first.pk
    assert collecting.open_case(bo).pk != first.pk
    record_payment(Payment(customer=asha, amount=D(100)))
    collecting.resolve(note(asha))
    assert collecting.open_case(asha).pk != first.pk
    assert (first.state, first.opened_by) == ("open", "m2")


def test_the_database_itself_holds_one_unresolved_case_and_one_waiting_promise(asha) -> None:
    held = collecting.take_promise(promise(asha))
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.create(customer=asha)
    with pytest.raises(IntegrityError), transaction.atomic():
        Promise.objects.create(customer=asha, case=held.case, amount=D(1), made_on=TODAY, promised_on=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(customer=asha).update(state="resolved")


def test_a_note_is_written_once_a_key_and_sets_the_case_going(asha) -> None:
    first = collecting.add_note(note(asha, key="k" * 20), next_action_on=later(2))
    again = collecting.add_note(note(asha, key="k" * 20), next_action_on=later(3))
    assert first.pk == again.pk
    assert CaseNote.objects.count() == 1
    assert (case(asha).state, case(asha).next_action_on) == ("in_progress", later(2))


def test_a_note_without_words_and_a_day_gone_by_are_refused(asha) -> None:
    with pytest.raises(Refused, match="A note needs words"):
        collecting.add_note(note(asha, done="note", text=" "))
    for day in (later(-1), later(400)):
        with pytest.raises(Refused, match="within a year"):
            collecting.add_note(note(asha), next_action_on=day)
        with pytest.raises(Refused, match="within a year"):
            collecting.plan_next(asha, day)
    assert not Case.objects.exists()


def test_a_case_is_given_to_the_staff_alone(asha, clem: Manager) -> None:
    assert collecting.assign(asha, clem.login).clerk == clem.login
    with pytest.raises(Refused, match="not of the staff"):
        collecting.assign(asha, asha.login)
    clem.login.is_active = False
    with pytest.raises(Refused, match="may not sign in"):
        collecting.assign(asha, clem.login)


def test_the_next_action_is_planned_and_taken_off_again(asha) -> None:
    assert collecting.plan_next(asha, later(4)).next_action_on == later(4)
    collecting.plan_next(asha, None)
    assert case(asha).next_action_on is None


def test_a_promise_is_taken_once_and_a_new_one_takes_its_place(asha) -> None:
    first = collecting.take_promise(promise(asha))
    assert collecting.take_promise(promise(asha)).pk == first.pk
    second = collecting.take_promise(promise(asha, "80", 7))
    states = Promise.objects.order_by("id").values_list("state", "settled_on")
    assert list(states) == [("withdrawn", TODAY), ("waiting", None)]
    assert (case(asha).state, second.made_on, second.case_id) == ("promise", TODAY, first.case_id)


@pytest.mark.parametrize(
    ("amount", "days", "sentence"),
    [("100.01", 5, "Only .100.00 is owed"), ("0", 5, "An amount lies"), ("60", -1, "later day"), ("60", 367, "year")],
)
def test_a_promise_that_cannot_stand_is_refused(asha, amount: str, days: int, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        collecting.take_promise(promise(asha, amount, days))
    assert not Promise.objects.exists()


@pytest.mark.parametrize(("paid", "state", "then"), [("60", "kept", "in_progress"), ("59", "broken", "broken_promise")])
def test_the_day_after_judges_the_promise_and_moves_the_case(asha, paid: str, state: str, then: str) -> None:
    collecting.take_promise(promise(asha))
    record_payment(Payment(customer=asha, amount=D(paid)))
    assert collecting.judge_promises(asha.pk, later(5)) == []
    (judged,) = collecting.judge_promises(asha.pk, later(6))
    assert (judged.state, case(asha).state) == (state, then)
    assert collecting.judge_promises(asha.pk, later(6)) == []


def test_money_from_before_the_promise_does_not_keep_it(asha) -> None:
    record_payment(Payment(customer=asha, amount=D(20)))
    collecting.take_promise(promise(asha, "20"))
    (judged,) = collecting.judge_promises(asha.pk, later(6))
    assert judged.state == "broken"


def test_a_bounced_cheque_breaks_the_promise_it_kept_and_money_found_later_mends_it(asha, clock) -> None:
    collecting.take_promise(promise(asha))
    cheque = record_payment(Payment(customer=asha, amount=D(60)))
    collecting.judge_promises(asha.pk, later(6))
    clock.shift(datetime.timedelta(7))
    reverse_payment(cheque)
    (judged,) = collecting.judge_promises(asha.pk, later(7))
    assert (judged.state, case(asha).state) == ("broken", "broken_promise")
    record_payment(Payment(customer=asha, amount=D(60), received_on=later(4)))
    (judged,) = collecting.judge_promises(asha.pk, later(7))
    assert (judged.state, judged.settled_on, case(asha).state) == ("kept", later(4), "in_progress")


def test_hardship_withdraws_the_promise_and_no_verdict_moves_the_case_out_of_it(asha) -> None:
    collecting.take_promise(promise(asha))
    collecting.mark_hardship(note(asha, key="h" * 20), next_action_on=later(30))
    assert collecting.mark_hardship(note(asha, key="h" * 20)).state == "hardship"
    assert Promise.objects.get().state == "withdrawn"
    collecting.judge_promises(asha.pk, later(6))
    assert (case(asha).state, case(asha).next_action_on) == ("hardship", later(30))


def test_a_case_is_resolved_only_when_nothing_is_overdue(asha) -> None:
    with pytest.raises(Refused, match="no open case"):
        collecting.resolve(note(asha))
    collecting.take_promise(promise(asha))
    with pytest.raises(Refused, match="00 is still overdue"):
        collecting.resolve(note(asha))
    record_payment(Payment(customer=asha, amount=D(100)))
    done = collecting.resolve(note(asha, key="r" * 20))
    assert (done.state, done.resolved_at is not None, Promise.objects.get().state) == ("resolved", True, "kept")
    assert collecting.resolve(note(asha, key="r" * 20)).pk == done.pk


def test_every_act_on_a_case_asks_for_its_customer_alone(asha, clem: Manager) -> None:
    with assert_routed() as seen:
        collecting.add_note(note(asha, key="k" * 20), next_action_on=later(1))
        collecting.assign(asha, clem.login)
        collecting.take_promise(promise(asha))
        collecting.take_promise(promise(asha, "70"))
        collecting.judge_promises(asha.pk, later(6))
        collecting.mark_hardship(note(asha))
        record_payment(Payment(customer=asha, amount=D(100)))
        collecting.resolve(note(asha))
    assert len(seen) > 30


def test_every_act_stands_in_the_audit_trail_once(asha, clem: Manager) -> None:
    collecting.add_note(note(asha, key="k" * 20), next_action_on=later(1))
    collecting.add_note(note(asha, key="k" * 20))
    collecting.assign(asha, clem.login)
    collecting.plan_next(asha, later(2))
    collecting.take_promise(promise(asha))
    collecting.take_promise(promise(asha))
    collecting.judge_promises(asha.pk, later(6))
    collecting.judge_promises(asha.pk, later(6))
    collecting.mark_hardship(note(asha))
    record_payment(Payment(customer=asha, amount=D(100)))
    collecting.resolve(note(asha))
    told = [entry.act for entry in AuditEntry.objects.filter(customer=asha).order_by("number")]
    assert told[1:] == [
        "open_case", "add_note", "assign_case", "plan_next", "take_promise", "settle_promise", "mark_hardship",
        "record_payment", "resolve_case",
    ]  # fmt: skip
    assert all(act in ACTS for act in told)
