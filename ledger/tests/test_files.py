"""A file in the portal: read line by line and tried by a worker; nothing of it is in the books yet."""

import datetime

import pytest
from django.core.files.base import ContentFile

from accounts.models import Batch, Job
from accounts.transactions import Refused
from ledger.bulk import lines, staging, uploads
from ledger.bulk.reading import BadFile
from ledger.bulk.uploads import Parcel
from ledger.models import Payment, UploadLine, UploadPiece
from ledger.proof import differences
from ledger.tests.sending import PAYMENTS, again, decisions, done, figures, job_of, send, work
from ledger.tests.sheets import GOOD, kind_of
from ledger.tests.shop import books, credit, customers, due, pay

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_customers(db: None) -> None:
    customers(1, 2)


# --- Read and tried -----------------------------------------------------------------------------
def test_before_it_is_posted_a_file_shows_what_it_would_do_and_has_done_nothing() -> None:
    due(1, "2025-01", "100.00")
    pay(2, "50.00", on=datetime.date(2025, 2, 11), reference="b")
    before = books(), credit(), Payment.objects.count()
    batch = send("payments", *PAYMENTS, "9,2025-02-10,5.00,d", "1,2025-02-30,5.00,e", "1,2025-02-10,5.00")
    assert (books(), credit(), Payment.objects.count()) == before
    assert batch.state == Batch.State.READY
    assert decisions(batch) == {2: "new", 3: "there", 4: "new", 5: "wrong", 6: "wrong", 7: "wrong"}
    upload = batch.upload
    assert (upload.lines, upload.new, upload.there, upload.wrong) == (6, 2, 1, 3)
    assert figures(batch) == (0, 170, 100, 70)
    assert upload.days == {"2025-02-01": [1, 2000], "2025-02-10": [1, 15000]}
    assert job_of(batch).message == "2 lines are new, 1 are there already, 3 have a problem."


def test_the_bytes_of_a_file_are_kept_until_it_is_read_and_no_longer() -> None:
    batch = uploads.take_upload(
        Parcel(ContentFile(b"customer,date,amount\n1,2025-02-01,5\n", name="a.csv"), "payments", "m1")
    )
    assert UploadPiece.objects.count() == 1
    work()
    assert again(batch).state == Batch.State.READY
    assert UploadPiece.objects.count() == 0


def test_a_file_of_several_pieces_is_read_across_their_edges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.bulk.pieces.PIECE", 7)
    monkeypatch.setattr(staging, "STORED", 2)
    batch = send("payments", *PAYMENTS)
    assert [line.cells[3] for line in UploadLine.objects.order_by("line")] == ["a", "b", "c"]
    assert batch.upload.new == 3


@pytest.mark.parametrize("layout", GOOD)
def test_every_kind_of_file_is_taken(layout: str) -> None:
    batch = done(uploads.post, send(kind_of(layout), *GOOD[layout]))
    assert (batch.state, batch.added > 0, batch.upload.posted) == (Batch.State.POSTED, True, 1)
    assert done(uploads.undo, batch).state == Batch.State.UNDONE
    assert list(differences()) == []


WHOLE = {
    "a wrong header": (b"customer,sum\n1,5\n", "The header lacks"),
    "no line": (b"customer,date,amount\n", "nothing below it to post"),
    "no text": (b"customer,date,amount\n\x00\n", "NUL byte"),
    "not UTF-8": (b"customer,date,amount\n1,2025-01-01,\xff\n", "is not UTF-8"),
    "a byte-order mark": (b"\xef\xbb\xbfcustomer,date,amount\n1,2025-01-01,5\n", "begins with a byte-order mark"),
    "a quote left open": (b'customer,date,amount\n1,"2025-01-01,5\n', "never closed"),
    "a line without an end": (b"customer,date,amount\n" + b"1," * 900_000, "far too long"),
    "quotes over many lines": (b"customer,date,amount\n" + b'"a\n",' * 300_000, "far too long"),
}


@pytest.mark.parametrize("wrong", WHOLE)
def test_a_file_that_cannot_be_read_fails_with_the_reason_and_may_be_discarded(wrong: str) -> None:
    content, reason = WHOLE[wrong]
    batch = uploads.take_upload(Parcel(ContentFile(content, name="march.csv"), "payments", "m1"))
    work()
    assert (job_of(batch).state, again(batch).state) == (Job.State.FAILED, Batch.State.READING)
    assert reason in job_of(batch).message
    with pytest.raises(Refused, match="cannot be done with it now"):
        uploads.post(batch, "m1")
    assert done(uploads.discard, batch).state == Batch.State.DISCARDED
    assert (UploadPiece.objects.count(), UploadLine.objects.count(), Payment.objects.count()) == (0, 0, 0)


def test_excels_mark_is_taken_where_the_box_was_ticked() -> None:
    content = ContentFile(WHOLE["a byte-order mark"][0], name="march.csv")
    batch = uploads.take_upload(Parcel(content, "payments", "m1", byte_order_mark=True))
    work()
    assert again(batch).upload.new == 1


@pytest.mark.parametrize("content", [b"", b"x" * 11])
def test_what_no_reading_could_mend_is_refused_at_the_door(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST_FILE", 10)
    with pytest.raises(BadFile):
        uploads.take_upload(Parcel(ContentFile(content, name="march.csv"), "payments", "m1"))
    assert Batch.objects.count() == 0


def test_rows_that_clash_with_each_other_are_named_and_the_first_is_taken() -> None:
    batch = send(
        "payments", "customer,date,amount,reference", "1,2025-01-01,5,a", "1,2025-01-01,5,a", "1,2025-01-02,6,b"
    )
    assert decisions(batch) == {2: "new", 3: "wrong", 4: "new"}
    assert UploadLine.objects.get(line=3).problems == [["stands on line 2 too", "reference", "a"]]


def test_a_wide_line_is_new_while_one_of_its_months_is() -> None:
    header, _ = GOOD["wide"]
    due(1, "2025-01", "10.00")
    due(2, "2025-01", "10.00")
    batch = send("dues", header, "1,2025,10.00,5.50" + "," * 11 + "15.50", "2,2025,10.00" + "," * 12 + "10.00")
    assert decisions(batch) == {2: "new", 3: "there"}
    batch = done(uploads.post, batch)
    assert (batch.rows, batch.added, batch.already_there) == (3, 1, 2)


def test_more_lines_of_one_customer_than_fit_in_memory_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST_LINES", 2)
    monkeypatch.setattr(lines, "MOST_OF_ONE", 3)
    monkeypatch.setattr(staging, "MOST_OF_ONE", 3)
    rows = [f"1,2025-01-0{day},5.00" for day in range(1, 5)]
    batch = send("payments", "customer,date,amount", *rows, "2,2025-01-01,5.00")
    assert decisions(batch) == {2: "wrong", 3: "wrong", 4: "wrong", 5: "wrong", 6: "new"}
