"""Months are closed forward by one person, and opened again for a reason, by two where the lender asks so."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from accounts.models import Customer, Lender, Manager
from accounts.tests.cast import signed_in
from ledger.actions import Refused, add_due, record_payment
from ledger.closing import close_books, confirm_reopening, refuse_reopening, reopen_books, withdraw_reopening
from ledger.models import Closing, Due, Payment
from ledger.months import last_day

PAGE = "/admin/months/"
JANUARY, FEBRUARY, MARCH = (last_day(datetime.date(2025, number, 1)) for number in (1, 2, 3))
ASKER, OTHER = "m1", "m4"


@pytest.fixture
def entry(lender: Lender, asha: Customer) -> Due:
    return add_due(Due(customer=asha, month=datetime.date(2025, 1, 1), amount=Decimal(50)))


@pytest.fixture
def two(lender: Lender) -> None:
    """Closed through March; reopening takes two."""
    close_books(MARCH, ASKER)
    Lender.objects.update(reopen_alone=False)


@pytest.fixture
def as_mona(mona: Manager) -> Client:
    return signed_in(mona)


def closed() -> datetime.date | None:
    return Lender.load().closed_through


def test_closing_goes_forward_only_and_by_whole_months_that_are_over(lender: Lender) -> None:
    close_books(FEBRUARY, ASKER)
    for day, sentence in (
        (FEBRUARY, "already"),
        (JANUARY, "To go back, reopen them"),
        (MARCH - datetime.timedelta(1), "closed whole"),
        (last_day(lender.today()), "not over yet"),
    ):
        with pytest.raises(Refused, match=sentence):
            close_books(day, ASKER)
    assert closed() == FEBRUARY
    close_books(MARCH, ASKER)
    assert list(Closing.objects.values_list("before", "after", "asked_by", "state")) == [
        (FEBRUARY, MARCH, ASKER, "done"),
        (None, FEBRUARY, ASKER, "done"),
    ]


@pytest.mark.parametrize(
    ("language", "closed_on", "not_over"),
    [
        ("en", "Feb 28, 2025", "August 2999"),
        ("es", "28 feb 2025", "agosto 2999"),
        ("ar", "28 فبراير 2025", "أغسطس 2999"),
    ],
)
def test_what_closing_refuses_names_days_and_months_in_the_readers_words(
    lender: Lender, language: str, closed_on: str, not_over: str
) -> None:
    close_books(FEBRUARY, ASKER)
    with translation.override(language):
        for act, day, says in (
            (close_books, JANUARY, closed_on),
            (close_books, datetime.date(2999, 8, 31), not_over),
            (reopen_books, MARCH, closed_on),
        ):
            with pytest.raises(Refused) as refused:
                act(day, ASKER, *(["a slip was found"] if act is reopen_books else []))
            assert says in refused.value.sentence


def test_what_is_closed_takes_no_entry_until_it_is_opened_again(entry: Due, asha: Customer) -> None:
    close_books(MARCH, ASKER)
    late = Payment(customer=asha, amount=Decimal(5), received_on=MARCH)
    with pytest.raises(Refused, match="closed through Mar 31, 2025"):
        record_payment(late)
    reopen_books(FEBRUARY, ASKER, "a slip was found")
    assert record_payment(Payment(customer=asha, amount=Decimal(5), received_on=MARCH)).pk
    reopen_books(None, ASKER, "all of it")
    assert closed() is None


def test_reopening_goes_back_and_has_a_reason(lender: Lender) -> None:
    with pytest.raises(Refused, match="No month is closed"):
        reopen_books(None, ASKER, "x")
    close_books(FEBRUARY, ASKER)
    for day, reason, sentence in ((FEBRUARY, "x", "goes back"), (MARCH, "x", "goes back"), (JANUARY, " ", "Say why")):
        with pytest.raises(Refused, match=sentence):
            reopen_books(day, ASKER, reason)
    assert closed() == FEBRUARY


def test_where_the_lender_asks_two_one_opens_nothing(two: None) -> None:
    asked = reopen_books(JANUARY, ASKER, "a slip")
    assert (asked.state, closed()) == ("waiting", MARCH)
    with pytest.raises(Refused, match="Nobody confirms"):
        confirm_reopening(asked, ASKER)
    with pytest.raises(Refused, match="waits already"):
        reopen_books(JANUARY, OTHER, "a slip")
    assert closed() == MARCH
    done = confirm_reopening(asked, OTHER)
    assert (done.state, done.decided_by, closed()) == ("done", OTHER, JANUARY)
    with pytest.raises(Refused, match="already done, by m4"):
        confirm_reopening(asked, OTHER)


def test_one_opens_alone_where_the_lender_does_not_ask_two(two: None) -> None:
    """The negative control."""
    Lender.objects.update(reopen_alone=True)
    reopen_books(JANUARY, ASKER, "a slip")
    assert closed() == JANUARY


def test_a_request_is_stale_once_months_moved_and_can_be_refused_or_withdrawn(two: None) -> None:
    asked = reopen_books(JANUARY, ASKER, "a slip")
    close_books(last_day(datetime.date(2025, 4, 1)), OTHER)
    with pytest.raises(Refused, match="since this was asked"):
        confirm_reopening(asked, OTHER)
    with pytest.raises(Refused, match="Say why"):
        refuse_reopening(asked, OTHER, "")
    with pytest.raises(Refused, match="your own"):
        refuse_reopening(asked, ASKER, "no")
    assert refuse_reopening(asked, OTHER, "ask anew").state == "refused"
    again = reopen_books(JANUARY, ASKER, "a slip")
    with pytest.raises(Refused, match="Only m1"):
        withdraw_reopening(again, OTHER)
    assert withdraw_reopening(again, ASKER).state == "withdrawn"


def test_the_database_holds_no_reopening_confirmed_by_its_asker_or_without_a_reason(two: None) -> None:
    asked = reopen_books(JANUARY, ASKER, "a slip")
    for wrong in ({"state": "done", "decided_by": ASKER}, {"reason": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Closing.objects.filter(pk=asked.pk).update(**wrong)


def test_a_manager_closes_and_reopens_on_the_page(entry: Due, as_mira: Client, as_mona: Client) -> None:
    page = as_mira.get(PAGE)
    assert "No month is closed" in page.content.decode()
    assert page.context["open_months"][0]["raised"] == 50
    assert as_mira.post(PAGE, {"act": "close", "through": "2025-02-28"}).status_code == 303
    assert closed() == FEBRUARY
    Lender.objects.update(reopen_alone=False)
    assert as_mira.post(PAGE, {"act": "reopen", "reopen": "2025-01-31"}).status_code == 422
    assert as_mira.post(PAGE, {"act": "reopen", "reopen": "2025-01-31", "reason": "a slip"}).status_code == 303
    assert closed() == FEBRUARY
    body = {"act": "confirm", "closing": str(Closing.objects.waiting().get().pk)}
    assert "To reopen months" in as_mira.get("/admin/requests/").content.decode()
    assert (as_mira.post(PAGE, body).status_code, closed()) == (422, FEBRUARY)
    assert (as_mona.post(PAGE, body).status_code, closed()) == (303, JANUARY)


def test_a_malformed_post_is_refused_calmly(entry: Due, as_mira: Client) -> None:
    for body in ({}, {"act": "close", "through": "2999-01-31"}, {"act": "reopen", "reopen": "x", "reason": "y"}):
        assert as_mira.post(PAGE, body).status_code == 422
    for asked in ("", "x", "9" * 30, "1"):
        assert as_mira.post(PAGE, {"act": "confirm", "closing": asked}).status_code == 404
    assert closed() is None


def test_an_auditor_looks_and_a_clerk_does_not(entry: Due, as_nina: Client, as_clem: Client, as_sten: Client) -> None:
    assert [client.get(PAGE).status_code for client in (as_nina, as_clem, as_sten)] == [200, 403, 403]
    body = {"act": "close", "through": "2025-02-28"}
    assert [client.post(PAGE, body).status_code for client in (as_nina, as_clem, as_sten)] == [403] * 3
    assert closed() is None


def test_the_plain_admin_is_no_way_around(two: None, as_mira: Client) -> None:
    lender = Lender.load()
    names = (
        "name",
        "time_zone",
        "language",
        "distribution_policy",
        "component_order",
        "late_fee_kind",
        "late_fee_grace_days",
        "retention_years",
    )
    fields = {name: getattr(lender, name) for name in names} | {"closed_through": "2025-01-31"}
    assert as_mira.post("/admin/accounts/lender/1/change/", fields).status_code == 302
    assert closed() == MARCH
