"""Receipts through a real SMTP server: once, in two forms, retried, given up, and never for what did not happen."""

import datetime
from collections.abc import Iterator
from contextlib import closing
from functools import partial

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from accounts import messages, outbox, sending
from accounts.models import Customer, Lender, Message, User
from accounts.tests.post_office import PostOffice, free_port, html_of, post_office, send, sending_to, text_of
from accounts.transactions import one_transaction
from ledger.actions import reverse_payment
from ledger.models import Notice
from ledger.noticing import confirm_notice, give_notice, refuse_notice
from ledger.tests import reading_pdf
from ledger.tests.shop import D, due, file, load, pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as one:
        yield one


def later(seconds: float) -> None:
    """As if this time had passed."""
    Message.objects.filter(state="waiting").update(next_at=timezone.now() + datetime.timedelta(seconds=seconds))
    Message.objects.filter(next_at__gt=timezone.now()).update(next_at=timezone.now())


def test_a_payment_is_told_once_as_text_and_as_html(lender, asha, office):
    Lender.objects.filter(id=1).update(name="Corner\nShop <Credit>")
    due(101, "2025-03", "80.00")
    pay(101, "100.00", channel="bank", key="once")
    pay(101, "100.00", channel="bank", key="once")
    send()
    send()
    (mail,) = office.mails
    assert mail["To"] == "asha@example.com"
    assert mail["Subject"] == "Corner Shop <Credit>: We received $100.00"
    assert str(mail["From"]) == '"Corner Shop <Credit>" <duebook@localhost>'
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None
    for part in (text_of(mail), html_of(mail)):
        for words in ("Hello Asha Rao", "$100.00", "March 2025", "$80.00", "Held as credit", "$20.00", "/payments/"):
            assert words in part
    assert "&lt;Credit&gt;" in html_of(mail)
    assert Message.objects.get().state == "sent"


def test_a_whole_run_goes_over_one_connection(asha, bo, office):
    for number in (101, 102, 101, 102):
        pay(number, "5.00")
    send()
    assert (len(office.mails), office.connections) == (4, 1)
    assert len(set(office.ids)) == 4


def test_nothing_is_sent_for_a_payment_that_was_rolled_back(asha, office):
    """The control: put outside of the act's transaction, the mail of a payment that never was would go out."""

    @one_transaction
    def fails():
        pay(101, "5.00")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    send()
    assert (office.mails, Message.objects.count()) == ([], 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError
    messages.put("receipt", 101, pay(101, "5.00").pk)
    send()
    assert len(office.mails) == 1


def test_a_payment_reversed_before_the_worker_came_is_not_told(asha, office):
    payment = pay(101, "5.00")
    reverse_payment(payment)
    send()
    assert office.mails == []
    assert (Message.objects.get().state, Message.objects.get().reason[:16]) == ("dropped", "It was true no m")


def test_a_server_that_is_busy_gets_the_same_mail_again_later(asha, office):
    office.answers = ["451 too busy", "452 still"]
    pay(101, "5.00")
    send()
    row = Message.objects.get()
    assert (row.state, row.reason, row.tries) == ("waiting", "451 too busy", 1)
    assert 50 < (row.next_at - timezone.now()).total_seconds() <= sending.WAITS[0]
    send()
    assert office.mails == []  # not before its time
    later(0)
    send()
    assert 250 < (Message.objects.get().next_at - timezone.now()).total_seconds() <= sending.WAITS[1]
    later(0)
    send()
    assert len(office.mails) == 1
    assert (Message.objects.get().state, Message.objects.get().tries) == ("sent", 3)


def test_a_server_that_is_away_is_left_alone_for_a_while_and_then_gets_everything(asha, bo):
    port = free_port()
    with sending_to(port):
        pay(101, "5.00")
        pay(102, "5.00")
        one = outbox.Outbox()
        assert one.run()
        assert not one.run()  # it rests
        assert sorted(Message.objects.values_list("tries", flat=True)) == [0, 1]
        assert "does not answer" in Message.objects.get(tries=1).reason
    later(0)
    with post_office() as office:
        send()
        assert len(office.mails) == 2


def test_in_production_mails_wait_for_a_server_and_in_development_they_are_printed(asha, settings, caplog, capsys):
    pay(101, "5.00")
    settings.EMAIL_BACKEND, settings.DEVELOPMENT = outbox.CONSOLE, False
    one = outbox.Outbox()
    assert [one.run(), one.run()] == [False, False]
    assert [record.getMessage() for record in caplog.records] == ["EMAIL_URL is not set: the mails wait."]
    assert (Message.objects.get().state, Message.objects.get().tries) == ("waiting", 0)
    settings.DEVELOPMENT = True
    send()
    assert "We received $5.00" in capsys.readouterr().out
    assert Message.objects.get().state == "sent"


def test_a_refusal_for_good_is_a_dead_letter_and_the_others_go_on(asha, bo, office):
    office.answers = ["550 no such mailbox"]
    pay(101, "5.00")
    pay(102, "5.00")
    send()
    later(0)
    send()
    assert [mail["To"] for mail in office.mails] == ["bo@example.com"]
    row = Message.objects.get(customer=101)
    assert (row.state, row.reason, row.tries) == ("dead", "550 no such mailbox", 1)


def test_after_the_last_try_it_is_given_up_and_can_be_sent_anew(asha, office):
    office.answers = ["451 busy"] * (len(sending.WAITS) + 1)
    pay(101, "5.00")
    for _ in office.answers.copy():
        later(0)
        send()
    row = Message.objects.get()
    assert (row.state, row.tries) == ("dead", 7)
    assert sending.send_again(row)
    assert not sending.send_again(row)
    send()
    assert len(office.mails) == 1


def test_an_address_that_no_server_takes_stops_nobody_elses_mail(asha, bo, office):
    Customer.objects.filter(pk=101).update(email="asha\nBcc: all@example.com")
    pay(101, "5.00")
    pay(102, "5.00")
    send()
    assert [mail["To"] for mail in office.mails] == ["bo@example.com"]
    assert Message.objects.get(customer=101).state == "dead"


def test_a_mail_that_kills_every_worker_is_given_up(asha, office):
    pay(101, "5.00")
    for _ in range(len(sending.WAITS) + 1):
        (row,) = outbox.due()
        sending.claim(row, outbox.LEASE)  # and then the worker is gone
        later(0)
    send()
    assert (office.mails, Message.objects.get().state) == ([], "dead")


def test_a_fault_of_our_own_is_tried_again_and_stops_nobody_elses_mail(asha, bo, office):
    pay(101, "5.00")
    pay(102, "5.00")
    Message.objects.filter(customer=101).update(about="no number")
    send()
    assert [mail["To"] for mail in office.mails] == ["bo@example.com"]
    row = Message.objects.get(customer=101)
    assert (row.state, row.tries, row.reason[:11]) == ("waiting", 1, "The program")


def test_who_has_no_address_or_wants_no_receipts_gets_none(asha, bo, office):
    bo.email = ""
    bo.save()
    messages.choose(asha, receipts=False)
    pay(101, "5.00")
    pay(102, "5.00")
    send()
    assert office.mails == []
    assert set(Message.objects.values_list("reason", flat=True)) == {
        "There is no address.",
        "The customer does not want mails of this kind.",
    }
    messages.choose(asha, receipts=True)
    pay(101, "6.00")
    send()
    assert len(office.mails) == 1


def test_a_claim_keeps_other_workers_away_until_it_runs_out(asha, office, monkeypatch):
    """Without the claim (the control) both send."""
    pay(101, "5.00")
    (mine,), (theirs,) = outbox.due(), outbox.due()
    assert sending.claim(mine, outbox.LEASE)
    assert not sending.claim(theirs, outbox.LEASE)
    send()
    assert office.mails == []
    later(0)
    send()
    assert len(office.mails) == 1
    monkeypatch.setattr(sending, "claim", lambda row, lease: True)
    with closing(outbox.get_connection()) as mailer:
        send_it = partial(outbox._send, mailer=mailer, lender=Lender.load())
        assert [sending.attempt(row, outbox.LEASE, send_it) for row in (mine, theirs)] == [True, True]
    assert len(office.mails) == 3
    assert len(set(office.ids)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_mail_is_never_sent_inside_a_transaction(asha, office):
    pay(101, "5.00")
    with pytest.raises(RuntimeError), transaction.atomic():
        send()
    assert office.mails == []
    call_command("work", "--once")
    assert len(office.mails) == 1


def notice(**more):
    return give_notice(Notice(customer_id=101, amount=D("7.50"), **{"key": "n", **more}))


def test_a_notice_confirmed_is_told_once_as_the_receipt_that_it_became(asha, office):
    confirm_notice(notice(), "m1")
    send()
    (mail,) = office.mails
    assert "Your notice of payment is confirmed: we received $7.50" in text_of(mail)


def test_a_notice_refused_is_told_with_the_reason(asha, office):
    refuse_notice(notice(), "m1", "No such transfer & no slip.")
    send()
    (mail,) = office.mails
    assert "The reason: No such transfer & no slip." in text_of(mail)
    assert "No such transfer &amp; no slip." in html_of(mail)
    assert "/notices/" in text_of(mail)


def test_a_mail_as_text_has_the_colons_of_its_language_and_no_holes(asha, office):
    User.objects.filter(customer=asha).update(language="fr")
    confirm_notice(notice(), "m1")
    refuse_notice(notice(key="m"), "m1", "Aucun virement.")
    send()
    confirmed, refused = sorted(map(text_of, office.mails), key=lambda text: "motif" in text)
    assert "Montant\u00a0: 7,50" in confirmed and "Montant:" not in confirmed
    assert "Le motif\u00a0: Aucun virement." in refused
    assert "\n\n\n" not in (confirmed + refused).replace("\r", "").rstrip()


def test_a_file_of_payments_writes_no_mail(asha, tmp_path, office):
    load("payments", file(tmp_path, "customer,date,amount", "101,2025-03-01,5.00", "101,2025-03-02,5.00"))
    assert Message.objects.count() == 0


def test_the_receipt_comes_along_as_a_pdf_and_the_page_of_messages_makes_none(as_asha, asha, office, monkeypatch):
    number = pay(101, "100.00", channel="bank").pk
    send()
    (paper,) = office.mails[0].iter_attachments()
    assert (paper.get_content_type(), paper.get_filename()) == ("application/pdf", f"receipt-{number}.pdf")
    assert "$100.00" in reading_pdf.text_of(paper.get_content())
    monkeypatch.setattr("ledger.mails.receipt_pdf", lambda payment: pytest.fail("a page made a paper"))
    assert as_asha.get("/messages/").status_code == 200
