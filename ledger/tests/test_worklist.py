"""Today's worklist: who stands on it and who does not, in which order, with what, and for whom."""

import datetime
from decimal import Decimal as D

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import roles
from accounts.models import Customer, Lender, Manager
from ledger import collecting
from ledger.actions import add_due, record_payment
from ledger.models import CaseNote, Due, Payment, Promise

pytestmark = pytest.mark.django_db
PAGE = "/admin/worklist/"
TODAY = datetime.date(2025, 3, 10)


def later(days: int) -> datetime.date:
    return TODAY + datetime.timedelta(days)


@pytest.fixture(autouse=True)
def clock(lender: Lender):
    with time_machine.travel(datetime.datetime(2025, 3, 10, 9, tzinfo=datetime.UTC), tick=True) as clock:
        yield clock


def owes(number: int, amount: str, days_late: int, name: str = "") -> Customer:
    customer, _ = Customer.objects.get_or_create(pk=number, defaults={"name": name or f"Customer {number}"})
    day = later(-days_late)
    add_due(Due(customer=customer, month=day.replace(day=1), due_on=day, amount=D(amount), reference=f"{days_late}"))
    return customer


def promise(customer: Customer, amount: str = "10", days: int = 3) -> None:
    collecting.take_promise(Promise(customer=customer, amount=D(amount), promised_on=later(days)))


def listed(client: Client, asked: str = "") -> list[int]:
    page = client.get(PAGE + asked)
    assert page.status_code == 200
    return [row.customer.pk for row in page.context["rows"]]


def test_who_is_late_stands_on_it_and_who_is_not_does_not(as_clem: Client) -> None:
    owes(201, "50", 1)
    owes(202, "50", 0)
    owes(203, "50", -5)
    record_payment(Payment(customer=owes(204, "50", 9), amount=D(50)))
    assert listed(as_clem) == [201]


def test_what_is_at_stake_orders_it(as_clem: Client, clock) -> None:
    for number, amount, late in ((201, "50", 10), (202, "70", 10), (203, "5", 95), (204, "5", 2)):
        owes(number, amount, late)
    promise(Customer.objects.get(pk=204), "5")
    clock.shift(datetime.timedelta(4))
    collecting.judge_promises(204, later(4))
    assert listed(as_clem) == [204, 203, 202, 201]


def test_a_row_says_what_is_late_what_is_owed_and_what_came_last(as_clem: Client, clem: Manager) -> None:
    customer = owes(201, "50", 10, "Ada Obi")
    owes(201, "30", -20)
    Customer.objects.filter(pk=201).update(phone="+254 711 22")
    record_payment(Payment(customer=customer, amount=D(15), received_on=later(-1)))
    collecting.assign(customer, clem.login)
    collecting.plan_next(customer, TODAY)
    page = as_clem.get(PAGE)
    (row,) = page.context["rows"]
    assert (row.days, row.late, row.customer.owed) == (10, 35, 65)
    assert (row.paid["amount"], row.paid["day"], row.promise) == (15, later(-1), None)
    text = page.content.decode()
    for told in ("Ada Obi", "tel:+25471122", "https://wa.me/25471122", "$35.00", "$65.00", "Clem Odu", "/201/case/"):
        assert told in text


def test_who_promised_is_in_hardship_or_was_put_off_waits_unless_asked_for(as_clem: Client, clock) -> None:
    promise(owes(201, "50", 10))
    collecting.mark_hardship(CaseNote(customer=owes(202, "50", 9), text="ill"), next_action_on=later(5))
    collecting.add_note(CaseNote(customer=owes(203, "50", 8), done="call"), next_action_on=later(2))
    collecting.add_note(CaseNote(customer=owes(204, "50", 7), done="call"))
    assert listed(as_clem) == [204]
    assert listed(as_clem, "?state=all") == [201, 202, 203, 204]
    assert listed(as_clem, "?state=promise") == [201]
    assert listed(as_clem, "?state=hardship") == [202]
    clock.shift(datetime.timedelta(2))
    assert listed(as_clem) == [203, 204]
    clock.shift(datetime.timedelta(3))
    assert listed(as_clem) == [202, 203, 204]


def test_a_broken_promise_comes_back_by_itself(as_clem: Client, clock) -> None:
    promise(owes(201, "50", 10))
    assert listed(as_clem) == []
    clock.shift(datetime.timedelta(4))
    collecting.judge_promises(201, later(4))
    assert listed(as_clem) == listed(as_clem, "?state=broken_promise") == [201]


def test_who_is_not_late_stands_on_it_when_the_next_action_has_come(as_clem: Client) -> None:
    collecting.plan_next(owes(201, "50", -10), TODAY)
    collecting.plan_next(owes(202, "50", -10), later(1))
    assert listed(as_clem) == listed(as_clem, "?bucket=current") == [201]


def test_a_resolved_case_is_gone_and_a_new_arrear_brings_the_customer_back(as_clem: Client) -> None:
    customer = owes(201, "50", 10)
    collecting.open_case(customer)
    record_payment(Payment(customer=customer, amount=D(50)))
    collecting.resolve(CaseNote(customer=customer, text="paid"))
    assert listed(as_clem) == listed(as_clem, "?state=all") == []
    owes(201, "50", 3)
    assert listed(as_clem) == listed(as_clem, "?state=none") == [201]


def test_filters_by_bucket_clerk_and_state(as_clem: Client, clem: Manager, mira: Manager) -> None:
    for number, late in ((201, 5), (202, 30), (203, 31), (204, 61), (205, 91)):
        owes(number, "50", late)
    collecting.assign(Customer.objects.get(pk=201), clem.login)
    collecting.assign(Customer.objects.get(pk=203), mira.login)
    assert listed(as_clem, "?bucket=1-30") == [202, 201]
    assert [listed(as_clem, f"?bucket={name}") for name in ("31-60", "61-90")] == [[203], [204]]
    assert listed(as_clem, "?bucket=90%2B") == [205]
    assert listed(as_clem, "?clerk=mine") == [201]
    assert listed(as_clem, "?clerk=nobody") == [205, 204, 202]
    assert listed(as_clem, "?state=open&clerk=mine&bucket=1-30") == [201]
    assert len(listed(as_clem, "?bucket=soon&clerk=x&state=y&page=z")) == 5


def test_who_may_look_at_it(
    as_clem: Client, as_nina: Client, as_mira: Client, as_sten: Client, as_asha: Client
) -> None:
    assert [client.get(PAGE).status_code for client in (as_clem, as_nina, as_mira)] == [200] * 3
    assert [client.get(PAGE).status_code for client in (as_sten, as_asha, Client())] == [403, 302, 302]
    assert as_clem.post(PAGE).status_code == 405
    assert "worklist" in as_clem.get("/admin/").content.decode()


def test_the_way_in_hangs_on_the_permission(as_clem: Client) -> None:
    """The control of the door."""
    group = Group.objects.get(name=roles.CLERK)
    group.permissions.remove(*roles.permissions(frozenset({"ledger.view_case"})))
    assert as_clem.get(PAGE).status_code == 403


def test_an_empty_list_says_so(as_clem: Client) -> None:
    assert "Nobody is to be contacted today" in as_clem.get(PAGE).content.decode()
    assert "Nobody fits" in as_clem.get(f"{PAGE}?bucket=90%2B").content.decode()


def test_fifty_stand_on_a_page_and_the_filters_go_along(as_clem: Client) -> None:
    for number in range(300, 352):
        owes(number, "50", 10)
    assert len(listed(as_clem)) == 50
    page = as_clem.get(f"{PAGE}?bucket=1-30").content.decode()
    assert "?bucket=1-30&amp;page=2" in page
    assert listed(as_clem, "?bucket=1-30&page=2") == [350, 351]


@pytest.mark.slow
def test_it_asks_as_much_for_five_hundred_customers_as_for_five(as_clem: Client, clem: Manager) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert listed(as_clem)
        return len(queries)

    def more(first: int, count: int) -> None:
        for number in range(first, first + count):
            customer = owes(number, "50", 10)
            if number % 2:
                collecting.assign(customer, clem.login)

    more(1000, 5)
    asked()
    few = asked()
    more(2000, 495)
    assert asked() == few
    assert few <= 12
