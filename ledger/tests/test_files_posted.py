"""A file in the portal: posted and taken back by a worker, as the command would have it."""

import datetime
from typing import Any

import pytest

from accounts import jobs
from accounts.models import Batch, Customer, Job, Lender
from accounts.transactions import Refused
from ledger.bulk import lines, staging, undoing, uploads
from ledger.bulk.forgetting import KEPT_DAYS, forget_old_lines
from ledger.bulk.uploads import KnownFile
from ledger.models import Due, Payment
from ledger.portal.batch_lines import refused_csv
from ledger.proof import differences
from ledger.tests.sending import DUES, PAYMENTS, again, decisions, done, figures, job_of, send, work
from ledger.tests.shop import D, books, credit, customers, due, file, load, paid, pay, spread, undo

pytestmark = [pytest.mark.django_db, pytest.mark.every_case("postgresql")]


@pytest.fixture(autouse=True)
def two_customers(db: None) -> None:
    customers(1, 2)


# --- Posted -------------------------------------------------------------------------------------
def test_the_portal_and_the_command_keep_the_same_books(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST_CUSTOMERS", 1)
    for kind, rows in (("dues", DUES), ("payments", PAYMENTS)):
        load(kind, file(tmp_path, *rows, name=f"{kind}.csv"))
    said = books(), credit(), spread(1), spread(2)
    for kind in ("payments", "dues"):
        undo(kind)
    customers(3, 4)
    for kind, rows in (("dues", DUES), ("payments", PAYMENTS)):
        others = [rows[0], *(str(int(row[0]) + 2) + row[1:] for row in rows[1:])]
        batch = send(kind, *others, name=f"{kind}-again")
        planned = figures(batch)
        batch = done(uploads.post, batch)
        assert (batch.state, batch.recorded_by, figures(batch)) == (Batch.State.POSTED, "m1", planned)
    theirs = {(customer + 2, *rest): sums for (customer, *rest), sums in said[0].items()}
    assert books() == theirs
    assert credit() == {customer + 2: held for customer, held in said[1].items()}
    assert (spread(3), spread(4)) == said[2:]
    assert list(differences()) == []


def test_what_changed_since_the_preview_is_looked_at_again() -> None:
    batch = send("payments", *PAYMENTS)
    pay(2, "50.00", on=datetime.date(2025, 2, 11), reference="b")
    pay(1, "1.00", reference="a")
    batch = done(uploads.post, batch)
    assert decisions(batch) == {2: "wrong", 3: "there", 4: "posted"}
    upload = batch.upload
    assert (upload.new, upload.posted, upload.there, upload.wrong) == (0, 1, 1, 1)
    assert (batch.added, batch.already_there, batch.state) == (1, 1, Batch.State.POSTED)
    assert list(differences()) == []


def test_a_file_is_not_posted_twice() -> None:
    batch = done(uploads.post, send("payments", *PAYMENTS))
    with pytest.raises(Refused, match="is posted; this cannot be done"):
        uploads.post(batch, "m1")
    assert Payment.objects.count() == 3


def test_two_clicks_ask_for_one_posting() -> None:
    batch = send("payments", *PAYMENTS)
    uploads.post(batch, "m1")
    with pytest.raises(Refused, match="is being worked on"):
        uploads.post(batch, "m1")
    work()
    assert Payment.objects.count() == 3


def test_a_posting_that_is_cancelled_goes_on_or_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST_CUSTOMERS", 1)
    batch = send("payments", *PAYMENTS)
    monkeypatch.setattr(jobs.Run, "breathe", lambda run: jobs.cancel(run.job))
    batch = done(uploads.post, batch)
    assert (job_of(batch).state, batch.state) == (Job.State.CANCELLED, Batch.State.POSTING)
    assert decisions(batch) == {2: "posted", 3: "new", 4: "posted"}
    assert list(differences()) == []
    monkeypatch.undo()
    assert (done(uploads.post, batch).state, Payment.objects.count()) == (Batch.State.POSTED, 3)


def test_a_reading_that_is_cancelled_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "STORED", 1)
    with monkeypatch.context() as patch:
        patch.setattr(jobs.Run, "breathe", lambda run: jobs.cancel(run.job))
        batch = send("payments", *PAYMENTS)
        assert (decisions(batch), batch.state) == ({2: "read"}, Batch.State.READING)
    batch = done(uploads.read_on, batch)
    assert (decisions(batch), batch.state) == ({2: "new", 3: "new", 4: "new"}, Batch.State.READY)


# --- Recognised ---------------------------------------------------------------------------------
def test_the_same_file_is_recognised_until_it_is_undone_or_discarded() -> None:
    batch = send("payments", *PAYMENTS)
    with pytest.raises(KnownFile) as known:
        send("payments", *PAYMENTS, name="other")
    assert known.value.batch == batch
    done(uploads.discard, batch)
    batch = done(uploads.post, send("payments", *PAYMENTS))
    assert batch.name == "march-2"
    with pytest.raises(KnownFile):
        send("payments", *PAYMENTS)
    done(uploads.undo, batch)
    assert send("payments", *PAYMENTS).state == Batch.State.READY


def test_the_command_and_the_portal_know_of_each_other(tmp_path: Any) -> None:
    path = file(tmp_path, *PAYMENTS, name="march.csv")
    batch = send("payments", *PAYMENTS)
    with pytest.raises(Exception, match="is in the portal, as batch march: ready to post"):
        load("payments", path)
    with pytest.raises(Exception, match="none of it is in the books"):
        undo("march")
    uploads.post(batch, "m1")
    with pytest.raises(Exception, match="is being worked on in the portal"):
        undo("march")
    work()
    assert "in the books already, as batch march" in load("payments", path)
    undo("march")
    assert again(batch).state == Batch.State.UNDONE


# --- Taken back ---------------------------------------------------------------------------------
@pytest.mark.parametrize("most", [1, 250])
def test_the_books_are_as_before(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undoing, "IN_ONE_PIECE", most)
    due(1, "2024-12", "60.00")
    pay(2, "30.00")
    was = books(), credit()
    for kind, rows in (("dues", DUES), ("payments", PAYMENTS)):
        batch = done(uploads.post, send(kind, *rows, name=kind))
        assert (books(), credit()) != was
        batch = done(uploads.undo, batch)
        assert (batch.state, batch.undone_by, job_of(batch).done) == (Batch.State.UNDONE, "m1", 2)
        assert (books(), credit()) == was
        assert list(differences()) == []


def test_an_undoing_that_is_refused_has_changed_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even at the customers before the one on whom something rests."""
    monkeypatch.setattr(undoing, "IN_ONE_PIECE", 1)
    batch = done(uploads.post, send("dues", *DUES))
    later = pay(2, "15.00")
    was = books()
    batch = done(uploads.undo, batch)
    assert (job_of(batch).state, batch.state, books()) == (Job.State.FAILED, Batch.State.POSTED, was)
    assert job_of(batch).message.startswith(f"Payment {later.pk} of customer 2, recorded after the batch")


def test_without_the_trial_a_refusal_would_leave_half_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    monkeypatch.setattr(undoing, "IN_ONE_PIECE", 1)
    batch = done(uploads.post, send("dues", *DUES))
    pay(2, "15.00")
    monkeypatch.setattr(undoing, "_try_piece", lambda *args: None)
    assert done(uploads.undo, batch).state == Batch.State.UNDOING
    assert {customer for customer, *_ in books()} == {2}


def test_an_undoing_that_was_cut_short_is_ended_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undoing, "IN_ONE_PIECE", 1)
    batch = done(uploads.post, send("payments", *PAYMENTS))
    honest = jobs.Run.progress

    def cancelled(run: jobs.Run, done: int, **changes: Any) -> None:
        honest(run, done, **changes)
        if changes.get("cursor"):
            jobs.cancel(run.job)

    with monkeypatch.context() as patch:
        patch.setattr(jobs.Run, "progress", cancelled)
        batch = done(uploads.undo, batch)
        assert (batch.state, Payment.objects.filter(reversed=True).count()) == (Batch.State.UNDOING, 2)
    assert done(uploads.undo, batch).state == Batch.State.UNDONE
    assert (Payment.objects.filter(kind="reversal").count(), credit()) == (3, {})
    assert list(differences()) == []


def test_nothing_is_posted_in_books_that_were_closed_meanwhile() -> None:
    batch = send("payments", *PAYMENTS)
    Lender.objects.update(closed_through=datetime.date(2025, 2, 10))
    assert decisions(done(uploads.post, batch)) == {2: "wrong", 3: "posted", 4: "wrong"}


def test_what_was_refused_comes_back_as_it_was_with_the_reason_and_runs_nothing() -> None:
    batch = send("customers", "customer,name,phone", "x,=cmd(),+1", "7,Ida", "8,Ole,5")
    assert list(refused_csv(batch.upload)) == [
        "customer,name,phone,line,reason\r\n",
        "x,'=cmd(),'+1,2,customer: “x” is not a whole number written with the digits 0 to 9\r\n",
        '7,Ida,,3,"has 2 cells, the header has 3"\r\n',
    ]
    assert not Customer.objects.filter(pk=8).exists()
    assert paid() == {} == books() and D(0) == Due.objects.count()


def test_the_lines_of_a_file_are_forgotten_after_ninety_days_and_the_rest_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ledger.bulk.forgetting.IN_ONE_PIECE", 2)
    posted = done(uploads.post, send("payments", *PAYMENTS))
    waiting = send("dues", *DUES, name="waiting")
    today = Lender.load().today()
    assert forget_old_lines(today + datetime.timedelta(days=KEPT_DAYS)) == 0
    assert forget_old_lines(today + datetime.timedelta(days=KEPT_DAYS + 1)) == 3
    assert (decisions(posted), len(decisions(waiting))) == ({}, 3)
    assert (again(posted).upload.posted, Payment.objects.count()) == (3, 3)
    assert done(uploads.undo, posted).state == Batch.State.UNDONE
