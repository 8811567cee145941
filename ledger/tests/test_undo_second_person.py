"""A batch with a payment above the lender's amount is undone by two, or at the machine."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Batch, Lender
from config.kinds import KINDS
from ledger.actions import NeedsSecond, Refused, reverse_payment
from ledger.bulk import undoing
from ledger.bulk.seconding import ask_to_undo, drop_undo
from ledger.bulk.undoing import undo_batch
from ledger.models import Payment
from ledger.proof import differences
from ledger.tests.shop import D, customers, file, load, undo

pytestmark = pytest.mark.django_db
ASKER, OTHER = "m1", "m4"


@pytest.fixture
def batch(tmp_path: Path) -> Batch:
    """30.00 and 50.00; one person may reverse 40.00."""
    customers(1, 2)
    Lender.objects.update(reverse_alone=D(40))
    load("payments", file(tmp_path, "customer,date,amount", "1,2025-02-10,30.00", "2,2025-02-10,50.00"))
    return Batch.objects.get()


def stand() -> int:
    return Payment.objects.filter(reversed=False, kind="receipt").count()


def test_one_person_does_not_undo_it_and_two_do(batch: Batch) -> None:
    with pytest.raises(NeedsSecond, match="Ask for it on the batch's page"):
        undo_batch(batch, KINDS, by=ASKER)
    assert stand() == 2
    ask_to_undo(batch, ASKER)
    done = undo_batch(batch, KINDS, by=ASKER, confirmed_by=OTHER)
    assert (done.undo_asked_by, done.undone_by, stand()) == (ASKER, OTHER, 0)
    assert set(Payment.objects.filter(kind="reversal").values_list("recorded_by", flat=True)) == {ASKER}
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("by", "confirmed_by", "sentence"),
    [(ASKER, ASKER, "Nobody confirms"), (OTHER, ASKER, "m4 did not ask"), ("", OTHER, "Nobody did not ask")],
)
def test_names_that_do_not_fit_the_request_do_not_pass(batch: Batch, by: str, confirmed_by: str, sentence: str) -> None:
    ask_to_undo(batch, ASKER)
    with pytest.raises(Refused, match=sentence):
        undo_batch(batch, KINDS, by=by, confirmed_by=confirmed_by)
    assert stand() == 2


def test_a_request_that_was_dropped_is_none(batch: Batch) -> None:
    drop_undo(ask_to_undo(batch, ASKER))
    with pytest.raises(Refused, match="m1 did not ask"):
        undo_batch(batch, KINDS, by=ASKER, confirmed_by=OTHER)


def test_a_second_asker_is_told_of_the_first(batch: Batch) -> None:
    ask_to_undo(batch, ASKER)
    ask_to_undo(batch, ASKER)
    with pytest.raises(Refused, match="m1 asked for it already"):
        ask_to_undo(batch, OTHER)


def test_exactly_the_amount_and_what_is_reversed_already_need_nobody(batch: Batch) -> None:
    Lender.objects.update(reverse_alone=None)
    reverse_payment(Payment.objects.get(amount=D(50)))
    Lender.objects.update(reverse_alone=D(30))
    undo_batch(batch, KINDS, by=ASKER)
    assert stand() == 0


def test_who_asked_may_undo_alone_once_the_amount_allows_it(batch: Batch) -> None:
    ask_to_undo(batch, ASKER)
    Lender.objects.update(reverse_alone=None)
    done = undo_batch(batch, KINDS, by=ASKER)
    assert (done.undo_asked_by, done.undone_by) == ("", ASKER)


def test_the_operator_of_the_machine_passes(batch: Batch) -> None:
    undo(batch.name)
    assert stand() == 0


def test_without_the_guard_one_person_undoes_it(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    monkeypatch.setattr(undoing, "need_second_to_undo", lambda *args, **more: None)
    undo_batch(batch, KINDS, by=ASKER)
    assert stand() == 0


def test_the_database_holds_no_undo_confirmed_by_its_asker(batch: Batch) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.update(undo_asked_by=ASKER, undone_by=ASKER)


@pytest.mark.parametrize(("alone", "passes"), [(D(100), True), (D("99.99"), False), (None, True)])
def test_undoing_a_due_takes_two_above_what_one_may_let_off(
    alone: Decimal | None, passes: bool, tmp_path: Path
) -> None:
    customers(1)
    load("dues", file(tmp_path, "customer,year,month,amount", "1,2025,2,100.00"))
    Lender.objects.update(waive_alone=alone, reverse_alone=D(0))
    if passes:
        undo_batch(Batch.objects.get(), KINDS, by=ASKER)
        return
    with pytest.raises(NeedsSecond, match=r"lower a due up to \$99\.99 alone"):
        undo_batch(Batch.objects.get(), KINDS, by=ASKER)
    undo_batch(ask_to_undo(Batch.objects.get(), ASKER), KINDS, by=ASKER, confirmed_by=OTHER)
