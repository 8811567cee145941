"""Who may be erased, when, and by whom: nothing open, nothing still to be kept, and a second person where asked."""

import datetime
from collections.abc import Callable
from decimal import Decimal as D

import pytest
from django.core.files.base import ContentFile

from accounts.models import AuditEntry, Batch, Customer, Erasure, Lender
from accounts.tests.chores import work
from credit.models import CreditRequest
from expenses.models import Expense
from expenses.tests.test_notebook import entry_of
from ledger.actions import Refused, add_due, erasing, give_loan, record_payment
from ledger.actions.erasing import ask_to_erase, erase_again, erase_customer, obstacles, put_away
from ledger.approving import ask, to_reverse
from ledger.bulk import uploads
from ledger.models import Disbursement, Due, Notice, Payment, UploadLine, UploadPiece
from ledger.noticing import give_notice
from ledger.proof import differences
from ledger.tests.routing import assert_routed
from ledger.tests.sending import send

pytestmark = pytest.mark.django_db
LONG_AGO = datetime.date(2010, 1, 1)


@pytest.fixture(autouse=True)
def old_books(asha: Customer, lender: Lender) -> None:
    """A due of January 2010, paid; data is kept for 7 years."""
    add_due(Due(customer=asha, month=LONG_AGO, amount=D(100), reference="rent"))
    pay(asha, "100")


def pay(customer: Customer, amount: str, day: datetime.date = LONG_AGO) -> Payment:
    return record_payment(Payment(customer=customer, amount=D(amount), received_on=day))


def _owe(customer: Customer) -> None:
    add_due(Due(customer=customer, month=LONG_AGO, amount=D(5), kind="fee"))


def _lend(customer: Customer) -> None:
    loan = Disbursement(customer=customer, amount=D(5), paid_on=LONG_AGO, reference="loan")
    give_loan(loan, [Due(customer=customer, month=LONG_AGO, amount=D(5), reference="loan")])


def _ask(customer: Customer) -> None:
    ask(to_reverse(Payment.objects.get(customer=customer), "m1", "twice"))


def _tell(customer: Customer) -> None:
    give_notice(Notice(customer=customer, amount=D(5), paid_on=LONG_AGO, key="a-key-of-twenty-letters"))


def _borrow(customer: Customer) -> None:
    told = {"month": LONG_AGO, "amount": D(5), "method": "percentage", "asked_by": "c101", "state": "waiting"}
    CreditRequest.objects.create(customer=customer, **told)


def _send(customer: Customer) -> None:
    send("dues", "customer,year,month,amount", "101,2010,3,40.00")


OPEN: list[tuple[Callable[[Customer], object], str]] = [
    (_owe, r"Customer 101 still owes \$5.00. Nobody is erased while anything is owed."),
    (_lend, r"still owes \$5.00, on loan \d+ among others"),
    (lambda asha: pay(asha, "7"), r"\$7.00 is held as credit for customer 101. Refund it first."),
    (_ask, r"Request \d+ about customer 101 waits for a second person."),
    (_tell, r"Notice \d+ of customer 101 waits to be looked at."),
    (_borrow, r"Credit request \d+ of customer 101 waits for a manager."),
    (_send, r"Line 2 of the file march waits to be posted for customer 101. Post or discard it."),
    (lambda asha: _pay_today(asha), r"such data is kept for 7 years: until "),
]


def _pay_today(customer: Customer) -> None:
    today = Lender.load().today()
    add_due(Due(customer=customer, month=LONG_AGO, amount=D(5), kind="fee"))
    pay(customer, "5", today)


@pytest.mark.parametrize(("open_one", "sentence"), OPEN, ids=lambda one: getattr(one, "__name__", ""))
def test_nobody_is_erased_while_anything_is_open(
    asha: Customer, open_one: Callable[[Customer], object], sentence: str
) -> None:
    open_one(asha)
    for act in (ask_to_erase, erase_customer):
        with pytest.raises(Refused, match=sentence):
            act(asha, "m1")
    asha.refresh_from_db()
    assert asha.name == "Asha Rao"


def test_a_file_that_is_not_read_yet_may_name_anybody(asha: Customer) -> None:
    from_disk = uploads.Parcel(_file("customer,year,month,amount\n102,2010,3,4\n"), "dues", "m1")
    uploads.take_upload(from_disk)
    with pytest.raises(Refused, match="is not read yet, and may name anybody"):
        erase_customer(asha, "m1")
    work()
    assert erase_customer(asha, "m1").state == "done"


def test_a_file_that_comes_after_the_check_is_kept_and_stops_it(
    asha: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def then_send(customer: Customer) -> list[str]:
        found = obstacles(customer)
        uploads.take_upload(uploads.Parcel(_file("customer,year,month,amount\n102,2010,3,4\n"), "dues", "m1"))
        return found

    monkeypatch.setattr(erasing, "obstacles", then_send)
    with pytest.raises(Refused, match="is not read yet, and may name anybody"):
        erase_customer(asha, "m1")
    assert Customer.objects.get(pk=101).name == "Asha Rao"
    then_send(asha)
    assert erase_again(asha, "m1")
    assert list(Batch.objects.values_list("state", flat=True)) == ["discarded"]
    assert not UploadPiece.objects.exists()


def _file(text: str) -> ContentFile:
    return ContentFile(text.encode(), name="april.csv")


def test_who_owes_nothing_any_more_is_erased_and_the_amounts_stay(asha: Customer, bo: Customer) -> None:
    entry_of(asha)
    entry_of(bo)
    with assert_routed():
        assert obstacles(asha) == []
    erase_customer(asha, "m1")
    asha.refresh_from_db()
    assert (asha.name, asha.email, asha.phone, asha.age, asha.login.is_active) == ("erased", "", "", None, False)
    assert Payment.objects.get(customer=asha).amount == 100
    assert Due.objects.get(customer=asha).reference == "erased-1"
    assert [Expense.objects.filter(customer=one).count() for one in (asha, bo)] == [0, 1]
    assert AuditEntry.objects.filter(customer=asha).latest("number").act == "erase_customer"
    assert list(differences()) == []
    with pytest.raises(Refused, match="Customer 101 is erased already"):
        erase_customer(asha, "m1")


def test_the_years_are_counted_from_the_last_entry_to_the_day(asha: Customer, lender: Lender) -> None:
    Lender.objects.update(retention_years=lender.today().year - 2010)
    early = lender.today() < LONG_AGO.replace(year=lender.today().year, month=1, day=31)  # when that due fell due
    assert bool(obstacles(asha)) is early
    Lender.objects.update(retention_years=lender.today().year - 2010 + 1)
    assert "kept for" in obstacles(asha)[0]


def test_one_alone_does_not_erase_where_the_lender_wants_two(asha: Customer) -> None:
    Lender.objects.update(erase_alone=False)
    assert erase_customer(asha, "m1").state == "waiting"
    with pytest.raises(Refused, match="Your own wish to erase this customer waits"):
        erase_customer(asha, "m1")
    asha.refresh_from_db()
    assert asha.name == "Asha Rao"
    done = erase_customer(asha, "m2")
    assert (done.state, done.asked_by, done.decided_by) == ("done", "m1", "m2")


def test_the_customers_own_wish_and_one_of_the_staff_are_two(asha: Customer) -> None:
    Lender.objects.update(erase_alone=False)
    wish = ask_to_erase(asha, "c101")
    assert ask_to_erase(asha, "c101").pk == wish.pk, "twice is as good as once"
    assert erase_customer(asha, "m1").state == "done"
    assert Erasure.objects.count() == 1


def test_a_wish_is_refused_with_a_reason_or_withdrawn_by_who_asked(asha: Customer) -> None:
    with pytest.raises(Refused, match="Say why"):
        put_away(ask_to_erase(asha, "c101"), "m1")
    assert put_away(ask_to_erase(asha, "c101"), "m1", "A case is in court.").state == "refused"
    assert put_away(ask_to_erase(asha, "c101"), "c101").state == "withdrawn"
    with pytest.raises(Refused, match="already withdrawn, by c101"):
        put_away(Erasure.objects.latest("id"), "m1", "late")


def test_after_an_older_backup_nothing_stands_in_the_way(asha: Customer) -> None:
    _owe(asha)
    _send(asha)
    assert erase_again(asha, "m1")
    assert not erase_again(asha, "m1"), "once is enough"
    asha.refresh_from_db()
    assert asha.name == "erased"
    assert set(UploadLine.objects.values_list("decision", "customer")) == {("wrong", 101)}
    assert list(differences()) == []
