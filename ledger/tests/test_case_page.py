"""The case of one customer in the portal: every act by its form, for those who may, and the letter."""

import datetime
from decimal import Decimal as D

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import roles
from accounts.models import Customer, Lender
from ledger import collecting
from ledger.actions import add_due, record_payment
from ledger.models import Case, CaseNote, Due, Payment, Promise

pytestmark = pytest.mark.django_db
PAGE, LETTER, BOOK = "/admin/customer/101/case/", "/admin/customer/101/letter/", "/admin/customer/101/"
KEY = "a-key-of-twenty-letters"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime.datetime(2025, 3, 10, 9, tzinfo=datetime.UTC), tick=True) as clock:
        yield clock


@pytest.fixture(autouse=True)
def owed(lender: Lender, asha: Customer) -> Due:
    return add_due(Due(customer=asha, month=datetime.date(2025, 2, 1), amount=D(100)))


POSTS = {
    "note": {"key": KEY, "done": "call", "text": "no answer", "next_action_on": "2025-03-12"},
    "promise": {"amount": "60", "promised_on": "2025-03-15"},
    "hardship": {"key": KEY, "text": "lost the shop", "next_action_on": "2025-04-10"},
    "next": {"next_action_on": "2025-03-20"},
    "assign": {},
}


def post(client: Client, act: str, **changes: str) -> tuple[int, str]:
    page = client.post(PAGE, {"act": act, **POSTS.get(act, {}), **changes})
    return page.status_code, page.content.decode()


def test_the_page_shows_what_is_late_and_the_way_to_call(as_clem: Client) -> None:
    text = as_clem.get(PAGE).content.decode()
    for figure in ("$100.00", "10 days late", "tel:+254700000101", "https://wa.me/254700000101", "no case is open"):
        assert figure in text


def test_a_clerk_does_every_act_by_its_form(as_clem: Client, asha: Customer) -> None:
    def stands() -> Case:
        return Case.objects.of(asha).latest("id")

    assert post(as_clem, "note")[0] == 303
    note = CaseNote.objects.get()
    assert (note.done, note.text, note.recorded_by) == ("call", "no answer", "m2")
    assert stands().next_action_on == datetime.date(2025, 3, 12)
    assert post(as_clem, "assign")[0] == 303
    assert stands().clerk.username == "m2"
    assert post(as_clem, "promise")[0] == 303
    promise = Promise.objects.get()
    assert (promise.amount, promise.promised_on, promise.made_by) == (60, datetime.date(2025, 3, 15), "m2")
    assert "nothing has come yet" in as_clem.get(PAGE).content.decode()
    assert post(as_clem, "next")[0] == 303
    assert post(as_clem, "hardship", key=KEY + "2")[0] == 303
    assert (stands().state, stands().next_action_on) == ("hardship", datetime.date(2025, 4, 10))
    record_payment(Payment(customer=asha, amount=D(100)))
    assert post(as_clem, "resolve", key=KEY + "3", text="Paid up.")[0] == 303
    assert stands().state == "resolved"


def test_a_form_sent_twice_is_one_note(as_clem: Client) -> None:
    assert [post(as_clem, "note")[0] for _ in range(2)] == [303, 303]
    assert CaseNote.objects.count() == 1


@pytest.mark.parametrize(
    ("act", "changes", "sentence"),
    [
        ("note", {"done": "note", "text": ""}, "A note needs words"),
        ("note", {"done": "song"}, "Select a valid choice"),
        ("note", {"key": "short"}, "The form came back incomplete"),
        ("note", {"next_action_on": "2025-03-01"}, "today or on a later day"),
        ("promise", {"amount": "-5"}, "greater than or equal to 0.01"),
        ("promise", {"amount": "100.01"}, "Only $100.00 is owed"),
        ("promise", {"promised_on": "15/03/2025"}, "Write the day as year-month-day"),
        ("promise", {"promised_on": "2025-03-09"}, "for today or a later day"),
        ("hardship", {"text": ""}, "This field is required"),
        ("resolve", {"key": KEY, "text": "done"}, "There is no open case"),
        ("next", {"next_action_on": "2099-01-01"}, "within a year"),
    ],
)
def test_what_may_not_stand_is_said_at_its_form_and_nothing_is_stored(
    as_clem: Client, act: str, changes: dict[str, str], sentence: str
) -> None:
    status, text = post(as_clem, act, **changes)
    assert status == 422
    assert sentence in text
    assert not Case.objects.exists()


def test_a_case_with_arrears_is_not_resolved(as_clem: Client, asha: Customer) -> None:
    collecting.open_case(asha)
    status, text = post(as_clem, "resolve", key=KEY, text="enough")
    assert status == 422
    assert "is still overdue" in text


def test_a_post_that_names_no_act_changes_nothing(as_clem: Client) -> None:
    for body in ({}, {"act": "delete"}):
        assert as_clem.post(PAGE, body).status_code == 303
    assert not Case.objects.exists()


@pytest.mark.parametrize("act", POSTS)
def test_who_may_only_look_and_who_may_not_even_that(
    as_nina: Client, as_sten: Client, as_asha: Client, as_bo: Client, act: str
) -> None:
    assert "Take the promise" not in as_nina.get(PAGE).content.decode()
    assert as_nina.get(LETTER).status_code == 200
    assert post(as_nina, act)[0] == 403
    for client, status in ((as_sten, 403), (as_asha, 302), (as_bo, 302), (Client(), 302)):
        assert [client.get(page).status_code for page in (PAGE, LETTER)] == [status, status]
        assert post(client, act)[0] == status
    assert not Case.objects.exists()


def test_the_refusal_hangs_on_the_permission(as_nina: Client) -> None:
    """The control: with the codes of a clerk the auditor's post is taken."""
    group = Group.objects.get(name=roles.AUDITOR)
    group.permissions.add(*roles.permissions(frozenset({"ledger.add_case", "ledger.change_case"})))
    assert post(as_nina, "note")[0] == 303


def test_the_book_tells_of_the_case(as_clem: Client, asha: Customer) -> None:
    assert "No case is open" in as_clem.get(BOOK).content.decode()
    collecting.take_promise(Promise(customer=asha, amount=D(60), promised_on=datetime.date(2025, 3, 15)))
    record_payment(Payment(customer=asha, amount=D(20)))
    text = as_clem.get(BOOK).content.decode()
    assert "Promise to pay" in text
    assert "$60.00 by Mar 15, 2025: $20.00 has come" in text


def test_another_customers_case_is_not_on_this_page(as_clem: Client, bo: Customer) -> None:
    collecting.add_note(CaseNote(customer=bo, done="visit", text="nobody at home"))
    assert "nobody at home" not in as_clem.get(PAGE).content.decode()
    assert "nobody at home" in as_clem.get("/admin/customer/102/case/").content.decode()
    assert as_clem.get("/admin/customer/999/case/").status_code == 404


def test_what_is_written_is_shown_as_text(as_clem: Client) -> None:
    post(as_clem, "note", text="<script>alert(1)</script>\nsecond line")
    text = as_clem.get(PAGE).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>second line" in text


def test_the_letter_lists_what_is_late_and_nothing_else(as_clem: Client, asha: Customer) -> None:
    Lender.objects.update(name="Corner Shop", address="3 Mill Road\nKisumu")
    add_due(Due(customer=asha, month=datetime.date(2025, 1, 1), amount=D(40), kind="fee"))
    add_due(Due(customer=asha, month=datetime.date(2025, 3, 1), amount=D(77)))
    text = as_clem.get(LETTER).content.decode()
    for told in ("Corner Shop", "3 Mill Road<br>Kisumu", "January 2025, fee", "February 2025", "38", "$140.00"):
        assert told in text
    assert "$77.00" not in text
    record_payment(Payment(customer=asha, amount=D(140), policy="oldest_first"))
    assert "No reminder is needed" in as_clem.get(LETTER).content.decode()


def test_the_page_asks_as_much_for_a_long_case_as_for_a_short_one(as_clem: Client, asha: Customer) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert as_clem.get(PAGE).status_code == 200
        return len(queries)

    collecting.take_promise(Promise(customer=asha, amount=D(60), promised_on=datetime.date(2025, 3, 15)))
    post(as_clem, "note")
    asked()
    few, case = asked(), Case.objects.get()
    CaseNote.objects.bulk_create(CaseNote(customer=asha, case=case, text=f"note {n}") for n in range(300))
    assert asked() == few
