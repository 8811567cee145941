"""What goes out as CSV comes in again as the same rows, and no spreadsheet runs a cell of it."""

import csv
import datetime
from io import StringIO

import pytest

from accounts import sheets
from accounts.models import Batch, Customer, Message
from credit.models import Outcome
from ledger.actions import refund_credit, reverse_payment
from ledger.bulk import cells
from ledger.models import Allocation, Due, Payment
from ledger.tests.shop import D, customers, due, export, file, load, pay

pytestmark = pytest.mark.django_db

KINDS = ("customers", "dues", "payments", "outcomes")
LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
STARTS = ("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠")
PAYLOADS = [
    text
    for start in STARTS
    for text in (f"{start}1+1", f"'{start}1+1", f"''{start}1+1", f'{start}HYPERLINK("http://x","y")')
] + [
    "'tis",
    " =1+1",
    "' =1+1",
    "\u00a0@1",
    "O'Neil",
    "a,b",
    'say "hi"',
    " spaced ",
    "Ærø",
    "中文",
    "-",
    "'",
    "1e5",
    "007",
]


def exported(kind: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(export(kind), newline=""), strict=True))


def books_with_payloads() -> None:
    """Texts that would run, wherever a text may stand."""
    customers(1)
    Customer.objects.create(
        id=2, name="Ida", email="+ida@example.com", phone="+254 700", age=44, credit_limit=D("12.50")
    )
    for number, text in enumerate(PAYLOADS, 1):
        Customer.objects.create(id=100 + number, name=text, phone=text[:40])
        due(1, "2025-03", f"{number}.25", kind="fee", reference=text, due_on=datetime.date(2025, 4, 9))
        pay(1, f"{number}.75", reference=text, channel=text[:40], starting=datetime.date(2025, 3, 1))
    pay(2, "5.00")
    Outcome.objects.create(customer_id=2, as_of=datetime.date(2025, 3, 31), defaulted=True)
    Outcome.objects.create(customer_id=1, as_of=datetime.date(2025, 3, 31), defaulted=False)


def rows() -> dict[str, list[tuple[object, ...]]]:
    return {
        "customers": list(
            Customer.objects.order_by("id").values_list("id", "name", "email", "phone", "age", "credit_limit")
        ),
        "dues": list(
            Due.objects.order_by("customer", "reference").values_list(
                "customer", "month", "due_on", "kind", "reference", "amount", "paid"
            )
        ),
        "payments": list(
            Payment.objects.order_by("customer", "id").values_list(
                "customer", "received_on", "amount", "applied", "starting", "reference", "channel"
            )
        ),
        "outcomes": list(Outcome.objects.order_by("customer").values_list("customer", "as_of", "defaulted")),
    }


def empty_the_ledger() -> None:
    for model in (Message, Allocation, Payment, Outcome, Due, Customer, Batch):
        model._base_manager.all().delete()


def there_and_back(folder) -> None:
    files = {kind: export(kind) for kind in KINDS}
    before = rows()
    empty_the_ledger()
    assert not any(rows().values())
    for kind, text in files.items():
        path = folder / f"{kind}.csv"
        path.write_bytes(text.encode())
        load(kind, path)
    assert rows() == before
    assert {kind: export(kind) for kind in KINDS} == files


def test_an_export_comes_in_again_as_the_same_rows(tmp_path):
    books_with_payloads()
    there_and_back(tmp_path)


def test_no_cell_of_an_export_is_live():
    books_with_payloads()
    texts = [cell for kind in KINDS for row in exported(kind) for cell in row.values()]
    assert sum(len(exported(kind)) for kind in KINDS) > 3 * len(PAYLOADS)
    assert [text for text in texts if text.startswith(LIVE)] == []


def test_numbers_and_harmless_texts_are_written_as_they_are():
    customers(1)
    pay(1, "5.00", reference="O'Neil", channel="till 3")
    assert export("payments") == (
        "customer,date,amount,year,month,reference,channel\r\n1,2025-03-15,5.00,,,O'Neil,till 3\r\n"
    )


def test_without_the_apostrophe_cells_are_live(monkeypatch):
    books_with_payloads()
    monkeypatch.setattr(sheets, "safe_text", str)
    texts = [cell for kind in KINDS for row in exported(kind) for cell in row.values()]
    assert len([text for text in texts if text.startswith(LIVE)]) > len(PAYLOADS)


def test_without_taking_the_apostrophe_off_the_rows_differ(tmp_path, monkeypatch):
    books_with_payloads()
    monkeypatch.setattr(cells, "plain_text", str)
    with pytest.raises(AssertionError):
        there_and_back(tmp_path)


def test_payments_are_exported_in_the_order_in_which_they_are_posted(tmp_path):
    customers(1)
    for day in (9, 3, 7):
        pay(1, f"{day}.00", on=datetime.date(2025, 3, day))
    assert [row["date"] for row in exported("payments")] == ["2025-03-03", "2025-03-07", "2025-03-09"]


def test_what_was_reversed_or_handed_back_is_not_exported(tmp_path):
    customers(1)
    pay(1, "9.00")
    reverse_payment(pay(1, "3.00"))
    refund_credit(Payment(customer_id=1, amount=D(-4)))
    assert [row["amount"] for row in exported("payments")] == ["9.00"]


def test_withdrawn_dues_are_not_exported(tmp_path):
    customers(1)
    pay(1, "5.00")
    load("dues", file(tmp_path, "customer,year,month,amount", "1,2025,1,5"))
    assert len(exported("dues")) == 1
    Due.objects.update(paid=0, withdrawn_at=datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC))
    assert exported("dues") == []


def test_an_empty_ledger_is_exported_as_headers():
    assert [export(kind) for kind in KINDS] == [
        "customer,name,email,phone,age,credit_limit\r\n",
        "customer,year,month,amount,due_on,kind,reference\r\n",
        "customer,date,amount,year,month,reference,channel\r\n",
        "customer,as_of,defaulted\r\n",
    ]
