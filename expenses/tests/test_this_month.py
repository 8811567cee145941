"""Left this month: what came in, less what was spent, what recurs and what the lender's books still ask; each once."""

from decimal import Decimal

import pytest

from expenses import actions
from expenses.models import Expense, SamePayment
from expenses.planning import answer_same
from expenses.tests.june import D, earn, june, on, spend, text  # noqa: F401
from expenses.this_month import this_month
from ledger.actions import add_due, give_loan, record_payment, reverse_payment, take_back_loan
from ledger.models import Disbursement, Due, Payment

pytestmark = pytest.mark.usefixtures("june", "lender")


def owes(customer, month, amount, **more):
    return add_due(Due(customer=customer, month=on(month, 1), amount=D(amount), **more))


def pays(customer, day, amount):
    return record_payment(Payment(customer=customer, amount=D(amount), received_on=day))


def left(owner):
    return this_month(owner, on(6, 15)).left


def test_the_sum_of_the_page(as_asha, asha):
    owes(asha, 6, "300")
    pays(asha, on(6, 10), "100")
    earn(asha, on(6, 1), "2000")
    spend(asha, on(6, 3), "120")
    spend(asha, on(6, 4), "20", kind="refund")
    page = text(as_asha.get("/expenses/"))
    assert left(asha).amount == 2000 - 120 + 20 - 100 - 200
    assert "$1,600.00" in page and "$100.00 for each of 16 days" in page
    assert all(word in page for word in ("Still due this month", "Jun 30, 2025: $200.00"))
    assert "kind=spent" in page and "/payments/" in page


def test_without_income_the_middle_of_three_months_stands_in_and_says_so(as_asha, asha):
    for month, amount in ((3, "900"), (4, "1500"), (5, "1000")):
        earn(asha, on(month, 2), amount)
    came = left(asha).came
    assert (came.amount, came.how) == (D(1000), "usual")
    assert "the middle of the last three months" in text(as_asha.get("/expenses/"))


def test_two_months_are_not_enough_data_and_nothing_is_guessed(as_asha, asha):
    for month in (4, 5):
        earn(asha, on(month, 2), "1000")
    spend(asha, on(6, 3), "120")
    assert left(asha).amount is None
    assert "Not enough data" in text(as_asha.get("/expenses/"))


def test_borrowed_money_is_a_transfer_and_never_income(asha):
    earn(asha, on(6, 1), "2000")
    spend(asha, on(6, 2), "5000", kind="transfer")
    assert left(asha).amount == 2000


def test_dues_of_july_wait_and_overdue_ones_are_a_line_of_their_own(asha):
    earn(asha, on(6, 1), "2000")
    for month, amount in ((5, "50"), (6, "60"), (7, "70")):
        owes(asha, month, amount)
    assert (left(asha).due, left(asha).earlier, left(asha).amount) == (60, 50, 1890)


def test_another_customers_books_do_not_count(asha, bo):
    earn(asha, on(6, 1), "2000")
    owes(bo, 6, "60")
    pays(bo, on(6, 2), "10")
    spend(bo, on(6, 2), "10")
    assert left(asha).amount == 2000


@pytest.fixture
def twice(asha):
    """A payment of 100 that the bank's file has too, booked two days later."""
    owes(asha, 6, "300")
    earn(asha, on(6, 1), "2000")
    payment = pays(asha, on(6, 10), "100")
    return spend(asha, on(6, 12), "100", note="CORNER SHOP"), payment


def test_it_is_asked_whether_an_entry_is_a_payment_and_then_it_counts_once(as_asha, asha, twice):
    entry, payment = twice
    page = text(as_asha.get("/expenses/"))
    assert "Are they the same money?" in page and "$1,700.00 is left" in page
    assert left(asha).amount == 2000 - 100 - 100 - 200
    answer = as_asha.post("/expenses/same-payment/", {"entry": entry.pk, "payment": payment.pk, "same": "yes"})
    assert answer.status_code == 303
    assert left(asha).amount == 2000 - 100 - 200
    assert "Are they the same money?" not in text(as_asha.get("/expenses/"))


def test_the_answer_no_counts_both_and_is_not_asked_again(as_asha, asha, twice):
    entry, payment = twice
    as_asha.post("/expenses/same-payment/", {"entry": entry.pk, "payment": payment.pk, "same": "no"})
    assert left(asha).amount == 2000 - 100 - 100 - 200
    page = text(as_asha.get("/expenses/"))
    assert "Are they the same money?" not in page and "They are one" in page


def test_a_payment_that_bounced_is_one_with_no_entry(asha, twice):
    entry, payment = twice
    answer_same(asha, entry.pk, payment.pk, True)
    reverse_payment(payment, by="mira")
    sums = left(asha)
    assert (sums.both, sums.paid, sums.due) == (0, 0, 300)


def test_an_entry_that_is_in_another_currency_now_is_in_neither_sum(asha, twice):
    entry, payment = twice
    answer_same(asha, entry.pk, payment.pk, True)
    entry.currency = "EUR"
    actions.change(entry, "Food")
    sums = left(asha)
    assert (sums.spent, sums.both, sums.amount) == (0, 0, 2000 - 100 - 200)


def test_an_entry_in_the_trash_makes_its_payment_free_again(asha, twice):
    entry, payment = twice
    answer_same(asha, entry.pk, payment.pk, True)
    actions.put_in_trash(asha, entry.pk, entry.recorded_at)
    assert left(asha).both == 0
    spend(asha, on(6, 9), "100")
    assert len(this_month(asha, on(6, 15)).asked) == 1


def test_a_payment_is_one_entry_at_most(asha, twice):
    entry, payment = twice
    other = spend(asha, on(6, 9), "100")
    answer_same(asha, entry.pk, payment.pk, True)
    assert this_month(asha, on(6, 15)).asked == []
    answer_same(asha, other.pk, payment.pk, True)
    assert [answer.expense_id for answer in SamePayment.objects.of(asha).filter(same=True)] == [other.pk]


@pytest.mark.parametrize(("day", "amount"), [(17, "100"), (12, "100.01"), (4, "100")])
def test_other_amounts_and_days_farther_off_are_not_asked_about(asha, day, amount):
    owes(asha, 6, "300")
    pays(asha, on(6, 10), "100")
    spend(asha, on(6, day), amount)
    assert this_month(asha, on(6, 15)).asked == []


def test_an_answer_about_another_customers_rows_changes_nothing(as_bo, bo, asha, twice):
    entry, payment = twice
    own = spend(bo, on(6, 12), "100")
    for sent in (entry, own):
        as_bo.post("/expenses/same-payment/", {"entry": sent.pk, "payment": payment.pk, "same": "yes"})
    as_bo.post("/expenses/same-payment/", {"entry": "x", "payment": "9" * 30})
    assert not SamePayment.objects.exists()


def test_what_an_instalment_would_leave(as_asha, asha):
    for month in (3, 4, 5):
        earn(asha, on(month, 2), "1000")
        spend(asha, on(month, 3), str(100 * month))
    page = text(as_asha.get("/expenses/?instalment=250"))
    assert "<strong>$750.00</strong> would be left this month, $46.87 a day" in page
    assert "<strong>$350.00</strong> would be left of what came in" in page
    assert Expense.objects.of(asha).count() == 6
    for odd in ("nan", "-5", "1e9", "x", ""):
        assert as_asha.get("/expenses/", {"instalment": odd}).status_code == 200


def test_an_earlier_month_says_nothing_of_what_is_left(as_asha, asha):
    assert "Left this month" not in text(as_asha.get("/expenses/?month=2025-05"))


def test_what_a_day_may_cost_is_rounded_down(asha):
    earn(asha, on(6, 1), "100")
    assert (left(asha).a_day, left(asha).days) == (Decimal("6.25"), 16)
    earn(asha, on(6, 1), "0.15")
    assert left(asha).a_day == Decimal("6.25")


@pytest.fixture
def lent(asha):
    """A loan of 1,500 paid out on 9 June; the bank booked it a day later, and its import took it for income."""
    loan = Disbursement(customer=asha, amount=D(1500), paid_on=on(6, 9), reference="L1")
    give_loan(loan, [Due(customer=asha, month=on(8, 1), amount=D(1500), kind=Due.Kind.PRINCIPAL)])
    earn(asha, on(6, 1), "2000")
    return earn(asha, on(6, 10), "1500", note="TRANSFER IN"), loan


def answers_loan(client, entry, loan, same):
    return client.post(
        "/expenses/same-payment/", {"entry": entry.pk, "payment": loan.pk, "is_loan": "on", "same": same}
    )


def test_income_of_a_loans_amount_is_asked_about_and_not_counted_until_then(as_asha, asha, lent):
    assert left(asha).amount == 2000
    assert "Is it the borrowed money?" in text(as_asha.get("/expenses/"))


def test_borrowed_money_becomes_a_transfer_and_is_income_in_no_sum(as_asha, asha, lent):
    entry, loan = lent
    assert answers_loan(as_asha, entry, loan, "yes").status_code == 303
    entry.reread("kind")
    assert (entry.kind, left(asha).amount) == ("transfer", 2000)
    page = text(as_asha.get("/expenses/"))
    assert "Is it the borrowed money?" not in page and "It is income" in page
    answers_loan(as_asha, entry, loan, "no")
    entry.reread("kind")
    assert (entry.kind, left(asha).amount) == ("income", 3500)


def test_income_that_only_looks_like_the_loan_counts_once_the_owner_says_so(as_asha, asha, lent):
    entry, loan = lent
    answers_loan(as_asha, entry, loan, "no")
    assert left(asha).amount == 3500
    assert "Is it the borrowed money?" not in text(as_asha.get("/expenses/"))


def test_a_loan_that_was_taken_back_or_is_anothers_asks_nothing(asha, bo, lent):
    take_back_loan(lent[1], by="mira")
    give_loan(
        Disbursement(customer=bo, amount=D(1500), paid_on=on(6, 9), reference="L1"),
        [Due(customer=bo, month=on(8, 1), amount=D(1500), kind=Due.Kind.PRINCIPAL)],
    )
    assert this_month(asha, on(6, 15)).asked == []
    assert left(asha).amount == 3500


def test_spending_is_never_taken_for_a_loan_nor_income_for_a_payment(as_asha, asha, twice, lent):
    same_number, payment = spend(asha, on(6, 10), "1500"), twice[1]
    answers_loan(as_asha, same_number, lent[1], "yes")
    pay = {"entry": lent[0].pk, "payment": payment.pk, "same": "yes"}
    as_asha.post("/expenses/same-payment/", pay)
    assert not SamePayment.objects.exists()


def test_two_entries_that_may_be_one_payment_are_one_of_them_at_most(asha, twice):
    spend(asha, on(6, 9), "100")
    this = this_month(asha, on(6, 15))
    assert len(this.asked) == 2
    assert (this.left.amount, this.if_all_are_the_same) == (1500, 1600)
