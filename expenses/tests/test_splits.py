"""One receipt over several categories: the parts add to it exactly, and are one entry again when joined."""

from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Customer
from accounts.transactions import Refused
from expenses import actions, receipts, splitting
from expenses.importing import taking
from expenses.models import Expense, Part, Receipt
from expenses.planning import answer_same
from expenses.splitting import Share
from expenses.tests.filing import a_file, taken
from expenses.tests.june import D, june, on, spend  # noqa: F401
from expenses.tests.test_notebook import entry_of
from expenses.this_month import this_month
from ledger.actions import add_due, record_payment
from ledger.models import Due, Payment


def shares(*pairs, key="s" * 20):
    sent = {"form-TOTAL_FORMS": str(len(pairs)), "form-INITIAL_FORMS": "0", "key": key}
    for place, (amount, category) in enumerate(pairs):
        sent |= {f"form-{place}-amount": amount, f"form-{place}-category": category}
    return sent


def entries(owner):
    rows = Expense.objects.of(owner).kept().select_related("category").order_by("id")
    return [(str(row.amount), row.category.name) for row in rows]


@pytest.fixture
def entry(asha):
    return entry_of(asha)


def test_an_entry_is_split_and_its_parts_know_each_other(as_asha, asha, entry):
    path = f"/expenses/{entry.pk}/split/"
    assert "$12.50" in as_asha.get(path).content.decode()
    assert as_asha.post(path, shares(("10", "Food"), ("2.50", "Fun"), ("", ""))).status_code == 303
    assert entries(asha) == [("10.00", "Food"), ("2.50", "Fun")]
    other = Expense.objects.latest("id")
    assert (other.day, other.note, other.kind) == (entry.day, entry.note, entry.kind)
    for number in (entry.pk, other.pk):
        page = as_asha.get(f"/expenses/{number}/").content.decode()
        assert "$10.00" in page and "$2.50" in page and "Make them one entry again" in page


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        ([("10", "Food"), ("2", "Fun")], "$0.50 is missing"),
        ([("10", "Food"), ("3", "Fun")], "$0.50 is too much"),
        ([("12.50", "Food")], "at least two parts"),
        ([("10", "Food"), ("2.50", "")], "both an amount and a category"),
        ([("10", "Food"), ("-2.50", "Fun")], "greater than or equal"),
        ([("10", "Food"), ("nan", "Fun")], "is not an amount"),
        ([], "at least two parts"),
    ],
    ids=str,
)
def test_parts_that_do_not_add_up_are_refused_and_nothing_changes(as_asha, asha, entry, pairs, sentence):
    answer = as_asha.post(f"/expenses/{entry.pk}/split/", shares(*pairs))
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert entries(asha) == [("12.50", "Food")] and not Part.objects.exists()


def test_a_split_sent_twice_splits_once(as_asha, asha, entry):
    for _ in range(2):
        as_asha.post(f"/expenses/{entry.pk}/split/", shares(("10", "Food"), ("2.50", "Fun")))
    assert len(entries(asha)) == 2


@pytest.mark.parametrize("key", ["", "short", "k" * 20 + "\x00", "k" * 81])
def test_a_split_under_a_key_that_is_none_is_refused_and_its_page_has_a_good_one(as_asha, asha, entry, key):
    path, parts = f"/expenses/{entry.pk}/split/", (("10", "Food"), ("2.50", "Fun"))
    answer = as_asha.post(path, shares(*parts, key=key))
    assert answer.status_code == 422 and entries(asha) == [("12.50", "Food")]
    good = answer.content.decode().split('name="key" value="')[1].split('"')[0]
    assert as_asha.post(path, shares(*parts, key=good)).status_code == 303


def test_a_part_can_be_split_again_and_all_are_joined(as_asha, asha, entry):
    as_asha.post(f"/expenses/{entry.pk}/split/", shares(("10", "Food"), ("2.50", "Fun")))
    other = Expense.objects.latest("id")
    as_asha.post(f"/expenses/{other.pk}/split/", shares(("2", "Fun"), ("0.50", "School"), key="t" * 20))
    assert len(splitting.parts_of(asha, entry)) == 3
    as_asha.post(f"/expenses/{other.pk}/join/")
    assert entries(asha) == [("12.50", "Food")] and not Part.objects.exists()


def test_a_part_in_the_trash_is_left_there_when_the_others_are_joined(as_asha, asha, entry):
    as_asha.post(f"/expenses/{entry.pk}/split/", shares(("10", "Food"), ("2", "Fun"), ("0.50", "School")))
    second = Expense.objects.get(amount=Decimal(2))
    as_asha.post(f"/expenses/{second.pk}/delete/")
    as_asha.post(f"/expenses/{entry.pk}/join/")
    assert entries(asha) == [("10.50", "Food")]
    as_asha.post(f"/expenses/{second.pk}/restore/")
    assert entries(asha) == [("10.50", "Food"), ("2.00", "Fun")]


def test_joining_keeps_the_receipt_of_whichever_part_has_one(as_asha, asha, entry):
    as_asha.post(f"/expenses/{entry.pk}/split/", shares(("10", "Food"), ("2.50", "Fun")))
    receipts.attach(asha, Expense.objects.latest("id").pk, "application/pdf", b"%PDF-1")
    splitting.join(asha, entry.pk)
    assert Receipt.objects.get().expense_id == entry.pk


def test_what_is_whole_is_joined_with_nothing(as_asha, asha, entry):
    assert as_asha.post(f"/expenses/{entry.pk}/join/").status_code == 303
    assert entries(asha) == [("12.50", "Food")]


def test_another_customers_entry_is_not_split(as_bo, asha, entry):
    assert as_bo.post(f"/expenses/{entry.pk}/split/", shares(("10", "Food"), ("2.50", "Fun"))).status_code == 404
    assert entries(asha) == [("12.50", "Food")]


@pytest.mark.usefixtures("june", "lender")
def test_a_payments_entry_that_is_split_counts_once_with_all_its_parts(asha):
    add_due(Due(customer=asha, month=on(6, 1), amount=D(300)))
    payment = record_payment(Payment(customer=asha, amount=D(100), received_on=on(6, 10)))
    entry = spend(asha, on(6, 12), "100")
    answer_same(asha, entry.pk, payment.pk, True)
    splitting.split(asha, entry.pk, [Share("Food", D(60)), Share("Fun", D(40))], "k" * 20)
    spend(asha, on(6, 13), "40")
    assert this_month(asha, on(6, 15)).left.both == 100
    part = Expense.objects.filter(amount=40).earliest("pk")
    actions.put_in_trash(asha, part.pk, part.recorded_at)
    assert this_month(asha, on(6, 15)).left.both == 60


@pytest.mark.usefixtures("june", "lender")
def test_a_part_that_is_a_payment_counts_for_no_more_than_it(asha):
    add_due(Due(customer=asha, month=on(6, 1), amount=D(300)))
    payment = record_payment(Payment(customer=asha, amount=D(100), received_on=on(6, 10)))
    entry = spend(asha, on(6, 12), "150")
    splitting.split(asha, entry.pk, [Share("Food", D(100)), Share("Fun", D(50))], "k" * 20)
    answer_same(asha, entry.pk, payment.pk, True)
    assert this_month(asha, on(6, 15)).left.both == 100


@pytest.mark.parametrize(("also", "left"), [(False, [60, 40]), (True, [])])
def test_a_file_that_is_taken_back_takes_what_its_entry_was_split_into(asha, also, left):
    data = a_file("2026-03-05,RENT,-100.00")
    statement = taken(asha, data)
    entry = Expense.objects.of(asha).get()
    splitting.split(asha, entry.pk, [Share("Food", D(60)), Share("Fun", D(40))], "k" * 20)
    back = taking.revert(asha, statement.pk, timezone.now(), also_changed=also)
    assert (back.removed, [row.amount for row in Expense.objects.of(asha).order_by("pk")]) == (int(also), left)
    assert Part.objects.exists() is not also
    taken(asha, data)
    assert sum(row.amount for row in Expense.objects.of(asha)) == 100


@pytest.mark.django_db
@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=10), st.integers(-1, 1))
def test_whatever_the_parts_they_add_to_the_receipt_or_nothing_is_split(cents, off):
    owner, _ = Customer.objects.get_or_create(id=105, defaults={"name": "Eve"})
    Part.objects.all().delete(), Expense.objects.all().delete()
    parts = [Share(f"category {place % 3}", Decimal(part).scaleb(-2)) for place, part in enumerate(cents)]
    whole = sum((part.amount for part in parts), Decimal(off).scaleb(-2))
    entry = entry_of(owner, amount=whole)
    if off:
        with pytest.raises(Refused):
            splitting.split(owner, entry.pk, parts, "k" * 20)
    else:
        splitting.split(owner, entry.pk, parts, "k" * 20)
    assert sum(row.amount for row in Expense.objects.of(owner).kept()) == whole
    actions.change(Expense.objects.get(pk=entry.pk), "Other")
    splitting.join(owner, entry.pk)
    assert [row.amount for row in Expense.objects.of(owner).kept()] == [whole]
