"""Statements of many customers as one job: ordered by who may, made piece by piece, one zip, deleted after a week."""

import datetime
import io
import zipfile
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone, translation

from accounts import jobs, paper
from accounts.models import Customer, HouseEntry, Job, Lender, Manager, User
from accounts.tests.cast import signed_in
from accounts.transactions import Refused
from ledger import many_papers, papers
from ledger.actions import add_due, record_payment
from ledger.actions.erasing import erase_again
from ledger.many_papers import KEPT_DAYS, order_statements, zip_of
from ledger.models import Due, OrderedStatement, Payment, StatementOrder
from ledger.tests.reading_pdf import text_of, value_of

pytestmark = pytest.mark.django_db
D = Decimal
FIRST, LAST = datetime.date(2024, 1, 1), datetime.date(2024, 12, 31)
PAGE = "/admin/statements/"


@pytest.fixture
def as_mona(mona: Manager) -> Client:
    return signed_in(mona)


@pytest.fixture
def owing(lender: Lender) -> list[Customer]:
    """Five customers with dues of as many dollars as their number, and a sixth with nothing at all."""
    customers = [Customer.objects.create(pk=200 + n, name=f"Customer {n}") for n in range(6)]
    for customer in customers[:5]:
        add_due(Due(customer=customer, month=FIRST, amount=D(customer.pk)))
    return customers


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many_papers, "PIECE", 2)


def order(**changes: object) -> StatementOrder:
    return order_statements(StatementOrder(**{"first": FIRST, "last": LAST, "asked_by": "m4"} | changes))


def work(row: StatementOrder) -> Job:
    jobs.run_job.func(row.job_id)
    return Job.objects.get(pk=row.job_id)


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def test_a_manager_orders_follows_and_takes_the_zip(owing: list[Customer], mona: Manager, as_mona: Client) -> None:
    asked = as_mona.post(PAGE, {"first": "2024-01-01", "last": "2024-12-31"})
    row = StatementOrder.objects.get()
    assert (asked.status_code, asked.headers["Location"]) == (303, f"{PAGE}{row.pk}/")
    assert "Waiting for a worker" in as_mona.get(f"{PAGE}{row.pk}/").content.decode()
    assert "0 of 5 customers" in as_mona.get(f"{PAGE}{row.pk}/progress/").content.decode()
    assert as_mona.get(f"{PAGE}{row.pk}/statements.zip").status_code == 404
    job = work(row)
    assert (job.state, job.done, job.message) == ("done", 5, "Statements made: 5.")
    assert "Download the zip" in as_mona.get(f"{PAGE}{row.pk}/").content.decode()
    answer = as_mona.get(f"{PAGE}{row.pk}/statements.zip")
    files = unpacked(b"".join(answer.streaming_content))  # type: ignore[arg-type]
    assert {name: value_of("Closing balance", text_of(pdf)) for name, pdf in files.items()} == {
        f"statement-{number}-2024-01-01-2024-12-31.pdf": number for number in range(200, 205)
    }
    assert HouseEntry.objects.filter(act="order_statements").count() == 1


def test_who_may_order_and_who_may_look(
    owing: list[Customer], as_mona: Client, as_nina: Client, as_clem: Client, as_sten: Client, as_asha: Client
) -> None:
    row = order()
    work(row)
    days = {"first": "2024-01-01", "last": "2024-12-31"}
    pages = (PAGE, f"{PAGE}{row.pk}/", f"{PAGE}{row.pk}/statements.zip")
    for client, looks, orders in ((as_mona, 200, 303), (as_nina, 200, 403), (as_clem, 403, 403), (as_sten, 403, 403)):
        assert {client.get(page).status_code for page in pages} == {looks}
        assert client.post(PAGE, days).status_code == orders
        assert client.post(f"{PAGE}{row.pk}/").status_code == orders
    assert {as_asha.get(page).status_code for page in pages} <= {302, 403}
    assert {Client().get(page).status_code for page in pages} == {302}
    assert StatementOrder.objects.count() == 2


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"last": "2023-12-31"}, "The first day is after the last"),
        ({"first": ""}, "This field is required"),
        ({"from_number": "900"}, "nobody owes"),
        ({"to_number": "0"}, "greater than or equal to 1"),
        ({}, "more than 4 customers"),
    ],
)
def test_what_cannot_be_made_is_said_and_nothing_is_queued(
    owing: list[Customer], as_mona: Client, monkeypatch: pytest.MonkeyPatch, asked: dict[str, str], sentence: str
) -> None:
    monkeypatch.setattr(many_papers, "MOST", 4)
    answer = as_mona.post(PAGE, {"first": "2024-01-01", "last": "2024-12-31"} | asked)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Job.objects.exists()


def test_how_many_are_too_many_is_a_number_of_the_reader(
    lender: Lender, asha: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    Customer.objects.bulk_create(Customer(pk=1000 + n, name=f"Customer {n}") for n in range(2000))
    Due.objects.bulk_create(Due(customer=asha, month=FIRST, due_on=LAST, amount=1, reference=n) for n in range(1001))
    monkeypatch.setattr(StatementOrder, "customers", lambda _: Customer.objects.order_by("pk"))
    said = {
        "en": ("2,000 customers", "1,000 dues"),
        "es": ("2.000 clientes", "1.000 cuotas"),
        "ar": ("\u200e2,000\u200e", "\u200e1,000\u200e"),
    }
    for language, (customers, dues) in said.items():
        with translation.override(language):
            with pytest.raises(Refused) as ordered:
                order()
            with pytest.raises(Refused) as printed:
                papers.statement_pdf(asha, FIRST, LAST)
        assert customers in ordered.value.messages[0]
        assert dues in printed.value.messages[0]


def test_counts_on_its_pages_are_numbers_of_the_reader(owing: list[Customer], mona: Manager, as_mona: Client) -> None:
    row = order()
    Job.objects.update(done=12345, total=1234567)
    said = {"en": "12,345 of 1,234,567", "es": "12.345 de 1.234.567", "hi": "12,34,567"}
    for language, words in said.items():
        User.objects.filter(manager=mona).update(language=language)
        assert words in as_mona.get(f"{PAGE}{row.pk}/progress/").text
        assert words.split(" ")[-1] in as_mona.get(PAGE).text


def test_numbers_narrow_it_and_who_paid_or_owes_is_in(owing: list[Customer]) -> None:
    assert list(order(from_number=201, to_number=203).customers().values_list("pk", flat=True)) == [201, 202, 203]
    record_payment(Payment(customer=owing[5], amount=D(1), received_on=LAST))
    assert 205 in order().customers().values_list("pk", flat=True)
    later = StatementOrder(first=datetime.date(2025, 1, 1), last=datetime.date(2025, 1, 31))
    assert list(later.customers().values_list("pk", flat=True)) == [200, 201, 202, 203, 204]


def test_each_statement_is_in_the_language_of_its_reader(owing: list[Customer]) -> None:
    User.objects.create(username="c200", customer=owing[0], language="es")
    row = order()
    work(row)
    spanish, english = (text_of(bytes(one.pdf)) for one in OrderedStatement.objects.order_by("customer")[:2])
    assert "Estado de cuenta" in spanish and "Statement" not in spanish
    assert "Statement" in english and "Estado" not in english


def test_a_worker_that_died_goes_on_where_it_was_and_makes_none_twice(
    owing: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    row, breathe = order(), jobs.Run.breathe

    def die(run: jobs.Run) -> None:
        raise SystemExit

    monkeypatch.setattr(jobs.Run, "breathe", die)
    with pytest.raises(SystemExit):
        work(row)
    assert OrderedStatement.objects.count() == 2
    monkeypatch.setattr(jobs.Run, "breathe", breathe)
    Job.objects.update(heartbeat_at=timezone.now() - datetime.timedelta(hours=1))
    assert jobs.reap() == 1
    assert work(row).message == "Statements made: 5."
    assert sorted(unpacked(b"".join(zip_of(row)))) == [
        f"statement-{number}-2024-01-01-2024-12-31.pdf" for number in range(200, 205)
    ]


def test_work_that_is_stopped_hands_nothing_out(owing: list[Customer], as_mona: Client) -> None:
    row = order()
    as_mona.post(f"{PAGE}{row.pk}/")
    work(row)
    assert Job.objects.get().state == "cancelled"
    assert "Nothing is handed out" in as_mona.get(f"{PAGE}{row.pk}/").content.decode()
    assert as_mona.get(f"{PAGE}{row.pk}/statements.zip").status_code == 404


def test_who_has_too_much_in_the_days_is_left_out_and_named(
    owing: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "MOST_LINES", 1)
    add_due(Due(customer=owing[2], month=FIRST, amount=D(1), reference="second"))
    row = order()
    assert work(row).message == "Statements made: 4. Left out, for there is too much in these days: customers 202."
    assert len(unpacked(b"".join(zip_of(row)))) == 4


def test_a_statement_that_cannot_be_drawn_is_told_and_stops_no_other(
    owing: list[Customer], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delitem(paper.UNSEEN, 0xFEFF)
    monkeypatch.setattr(papers, "MOST_LINES", 1)
    Customer.objects.filter(pk=201).update(name="Customer\ufeff 1")
    add_due(Due(customer=owing[2], month=FIRST, amount=D(1), reference="second"))
    row = order()
    job = work(row)
    assert (job.state, job.message) == (
        "done",
        "Statements made: 3. Left out, for there is too much in these days: customers 202. "
        "Left out, for their statement cannot be drawn, and the worker's log says why: customers 201.",
    )
    assert "The statement of customer 201 cannot be drawn." in caplog.text and "codepoint" in caplog.text
    assert sorted(unpacked(b"".join(zip_of(row)))) == [
        f"statement-{number}-2024-01-01-2024-12-31.pdf" for number in (200, 203, 204)
    ]


def test_the_daily_run_deletes_what_is_a_week_old_and_only_that(owing: list[Customer], as_mona: Client) -> None:
    old, young = order(), order()
    work(old)
    work(young)
    StatementOrder.objects.filter(pk=old.pk).update(asked_at=timezone.now() - datetime.timedelta(days=KEPT_DAYS + 2))
    call_command("daily", verbosity=0)
    assert set(OrderedStatement.objects.values_list("order_id", flat=True)) == {young.pk}
    assert OrderedStatement.objects.count() == 5
    assert "The files are deleted" in as_mona.get(f"{PAGE}{old.pk}/").content.decode()
    assert as_mona.get(f"{PAGE}{old.pk}/statements.zip").status_code == 404


def test_papers_are_made_outside_of_transactions(owing: list[Customer], monkeypatch: pytest.MonkeyPatch) -> None:
    """Rendering takes a while, and SQLite has one writer."""
    depth: list[int] = []
    outside = len(many_papers.transaction.get_connection().savepoint_ids)
    made = many_papers.statement_pdf

    def look(customer: Customer, first: datetime.date, last: datetime.date) -> bytes:
        depth.append(len(many_papers.transaction.get_connection().savepoint_ids))
        return made(customer, first, last)

    monkeypatch.setattr(many_papers, "statement_pdf", look)
    work(order())
    assert depth == [outside] * 5


def test_who_is_erased_while_his_paper_is_made_is_left_out(
    owing: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = many_papers.statement_pdf

    def erase_meanwhile(customer: Customer, first: datetime.date, last: datetime.date) -> bytes:
        pdf = made(customer, first, last)
        if customer.pk == 202:
            erase_again(customer, "m1")
        return pdf

    monkeypatch.setattr(many_papers, "statement_pdf", erase_meanwhile)
    row = order()
    assert work(row).message == "Statements made: 4."
    kept = OrderedStatement.objects.of_order(row).values_list("customer_id", flat=True)
    assert list(kept) == [200, 201, 203, 204]


def test_an_order_that_is_refused_raises(lender: Lender) -> None:
    with pytest.raises(Refused):
        order()
