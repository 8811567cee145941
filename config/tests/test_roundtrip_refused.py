"""A file with anything wrong is named by line, column and value, and not one of its rows is stored."""

import inspect
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.many import update_customers
from accounts.models import AuditEntry, Customer, WaitingFile
from config.roundtrip.pages import WayBack
from config.tests.test_roundtrip import IMPORT, confirm, look, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_customers(asha: Customer, bo: Customer) -> None:
    """asha and bo."""


def everything() -> list[dict[str, object]]:
    return list(Customer.objects.order_by("id").values())


def said(page) -> str:
    """The page's text as people read it."""
    text = page.content.decode()
    for sign, plain in {"&#x27;": "'", "&quot;": '"', "&amp;": "&", "&lt;": "<"}.items():
        text = text.replace(sign, plain)
    return text


WRONG_CELLS = [
    ("age", "1_000", "line 3, column age: '1_000' is not a whole number written with the digits 0 to 9"),
    ("age", "٣٤", "line 3, column age: '٣٤' is not a whole number"),
    ("age", "０３４", "line 3, column age: '０３４' is not a whole number"),
    ("age", "-3", "line 3, column age: '-3' is not a whole number"),
    ("age", "131", "line 3, column age: '131' is not between 1 and 130"),
    ("age", "34.0", "line 3, column age: '34.0' is not a whole number"),
    ("credit_limit", "-5", "line 3, column credit_limit: '-5' is less than 0"),
    ("credit_limit", "1_000", "line 3, column credit_limit: '1_000' is not an amount"),
    ("credit_limit", "١٠٠", "line 3, column credit_limit: '١٠٠' is not an amount"),
    ("credit_limit", "NaN", "line 3, column credit_limit: 'NaN' is not an amount"),
    ("credit_limit", "1e400", "line 3, column credit_limit: '1e400' is not an amount"),
    ("credit_limit", "1.005", "line 3, column credit_limit: '1.005' has more than 2 decimals"),
    ("credit_limit", "100000000001", "column credit_limit: '100000000001' is more than the largest amount"),
    ("email", "not-an-address", "line 3, column email: 'not-an-address' is not an e-mail address"),
    ("email", "a@b@example.com", "line 3, column email: 'a@b@example.com' is not an e-mail address"),
    ("name", "", "line 3, column name: '' is empty"),
    ("name", "   ", "line 3, column name: '   ' is empty"),
    ("name", "As\0ha", "line 3, column name: 'As\\x00ha' has a control character in it"),
    ("name", "As\x1bha", "line 3, column name: 'As\\x1bha' has a control character in it"),
    ("name", '"As\nha"', "line 3, column name: 'As\\nha' has a control character in it"),
    ("name", "x" * 201, "line 3, column name: 'xxxxxxxxxx"),
    ("phone", "5\x07", "line 3, column phone: '5\\x07' has a control character in it"),
    ("phone", "5" * 41, "is longer than 40 characters"),
]


@pytest.mark.parametrize(("column", "value", "sentence"), WRONG_CELLS)
def test_a_wrong_cell_is_named_and_no_row_is_stored(as_clem: Client, column: str, value: str, sentence: str) -> None:
    good = {"name": "Asha Rao", "age": "35", "credit_limit": "1", "email": "a@example.com", "phone": "1"}[column]
    before = everything()
    page = send(as_clem, f"customer,{column}\n101,{good}\n102,{value}\n")
    assert page.status_code == 422
    assert sentence in said(page)
    assert (everything(), WaitingFile.objects.count()) == (before, 0)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("1_02,5", "line 3, column customer: '1_02' is not a whole number written with the digits 0 to 9"),
        ("１０２,5", "line 3, column customer: '１０２' is not a whole number"),
        (",5", "line 3, column customer: '' is empty"),
        ("0,5", "line 3, column customer: '0' is not between 1 and"),
        ("1E+12,5", "line 3, column customer: '1E+12' is not a whole number"),
        ("99999999999999999999,5", "column customer: '99999999999999999999' is not a whole number"),
        ("101,5", "line 3, column customer: '101' stands on line 2 too"),
        ("700,5", "line 3, column customer: '700' is not a customer yet; a new one needs the column name"),
        ("102", "line 3: has 1 cells, the header has 2"),
        ("102,5,6", "line 3: has 3 cells, the header has 2"),
        (f"102,{'5' * 1001}", "line 3, column phone: '5555"),
    ],
)
def test_a_wrong_row_is_named_and_no_row_is_stored(as_clem: Client, row: str, sentence: str) -> None:
    before = everything()
    page = send(as_clem, f"customer,phone\n101,5\n{row}\n")
    assert page.status_code == 422
    assert sentence in said(page)
    assert everything() == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "The file is empty. Its first line names the columns."),
        ("customer,phone\n", "There is no row below the header."),
        ("phone\n5\n", "The header lacks 'customer'."),
        ("customer,batch\n101,5\n", "The header has columns that are not known: 'batch'."),
        ("customer,id,created_at\n101,5,\n", "columns that are not known: 'id', 'created_at'"),
        ("customer,phone,phone\n101,5,6\n", "The header names 'phone' twice."),
        ("customer;phone\n101;5\n", "separated by semicolons"),
        (b"customer,phone\n101,\xff\n", "line 2: the byte 0xff is not UTF-8."),
        ("customer,phone\n101,5\n".encode("utf-16"), "The file is UTF-16."),
        ("customer,phone\n101,5\n".encode("utf-16-le"), "line 1: there is a NUL byte"),
        ('customer,phone\n101,"5\n', "a quote that opens here is never closed"),
        ("customer,phone\r101,5\r", "carriage return alone"),
        ("customer,phone\n" + "101,5\n" * 5001, "The file has more than 5,000 rows."),
        ("customer,phone\n" + " " * (2 * 1024 * 1024), "The file is larger than 2 MB."),
        (b"PK\x03\x04 a spreadsheet", "The header lacks 'customer'."),
    ],
)
def test_a_file_that_is_no_table_of_ours_is_refused_whole(as_clem: Client, content: str | bytes, sentence: str) -> None:
    before = everything()
    page = send(as_clem, content)
    assert page.status_code == 422
    assert sentence in said(page)
    assert (everything(), WaitingFile.objects.count()) == (before, 0)


def test_all_that_is_wrong_is_named_at_once_in_the_order_of_the_lines(as_clem: Client) -> None:
    page = send(as_clem, "customer,email,age\n101,x,y\n102\nz,,\n")
    problems = [str(problem) for problem in page.context["problems"]]
    assert [problem.split(":")[0] for problem in problems] == [
        "line 2, column email", "line 2, column age", "line 3", "line 4, column customer",
    ]  # fmt: skip


def test_a_thousand_problems_are_counted_and_a_hundred_shown(as_clem: Client) -> None:
    page = send(as_clem, "customer,age\n" + "".join(f"{number},x\n" for number in range(1, 1001)))
    assert len(page.context["problems"]) == 100
    assert "more like these" in said(page)


def test_a_form_without_a_file_says_so(as_clem: Client) -> None:
    page = as_clem.post(IMPORT, {})
    assert (page.status_code, "This field is required." in said(page)) == (422, True)


def test_markup_in_a_file_is_shown_as_text(as_clem: Client) -> None:
    send(as_clem, "customer,name\n101,<script>alert(1)</script>\n", name="<b>x</b>.csv")
    page = look(as_clem).content.decode()
    assert "<ins>&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "<b>x" not in page


def test_a_workbook_is_not_read(as_clem: Client) -> None:
    """CSV only: a workbook of 5 kB may unpack to what takes ten seconds."""
    file = SimpleUploadedFile("a.xlsx", b"PK\x03\x04" + b"\0" * 100)
    page = as_clem.post(IMPORT, {"file": file, "format": "2", "resource": "0"})
    assert page.status_code == 422


# --- Between looking and confirming ---------------------------------------------------------------
def test_what_changed_since_it_was_shown_is_shown_again_and_not_overwritten(as_clem: Client) -> None:
    send(as_clem, "customer,phone\n101,5\n102,6\n")
    shown = look(as_clem).context
    Customer.objects.filter(id=101).update(phone="7")
    seen = {"name": shown["file"].name, "seen": shown["read"].fingerprint}
    page = as_clem.post("/admin/accounts/customer/process_import/", seen, follow=True)
    assert "Somebody changed the books while you looked" in said(page)
    assert "<del>7</del>" in said(page)
    assert list(Customer.objects.order_by("id").values_list("phone", flat=True)) == ["7", "+254 700 000 102"]
    assert AuditEntry.objects.count() == 0
    confirm(as_clem)
    assert list(Customer.objects.order_by("id").values_list("phone", flat=True)) == ["5", "6"]


def everything_stands(client: Client) -> None:
    """After a fault halfway: not one row is stored, and the file still waits."""
    send(client, "customer,name,phone\n700,Dido Lee,5\n102,Bo Lind,6\n")
    with pytest.raises(RuntimeError, match="the disk is full"):
        confirm(client)
    assert not Customer.objects.filter(phone__in=["5", "6"]).exists()
    assert (AuditEntry.objects.count(), WaitingFile.objects.count()) == (0, 1)


def breaks(customers: list[Customer]) -> None:
    update_customers(customers)
    raise RuntimeError("the disk is full")


def test_if_the_last_step_breaks_nothing_of_the_first_is_stored(
    as_clem: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.roundtrip.resources.update_customers", breaks)
    everything_stands(as_clem)


def test_without_the_transaction_the_same_test_fails(as_clem: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.roundtrip.resources.update_customers", breaks)
    monkeypatch.setattr("config.roundtrip.engine.transaction", SimpleNamespace(atomic=nullcontext))
    monkeypatch.setattr(WayBack, "_store", inspect.unwrap(WayBack._store))
    with pytest.raises(AssertionError):
        everything_stands(as_clem)
