"""Many customers at once are stored and told as one by one, in as many statements for a hundred as for two."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import register_customer, update_customer
from accounts.many import register_customers, update_customers
from accounts.models import AuditEntry, Customer, User

pytestmark = pytest.mark.django_db


def changed(customers: Sequence[Customer]) -> list[Customer]:
    first, second = Customer.objects.filter(pk__in=[one.pk for one in customers]).order_by("pk")
    first.phone, first.email, first.credit_limit = "1", "new@example.com", Decimal(1500)
    second.name, second.age = "Bo Lindh", 50
    return [second, first]


def new() -> list[Customer]:
    return [
        Customer(id=700, name="Dido", age=30, credit_limit=Decimal("0.50")),
        Customer(id=701, name="Eve", email="e@x.ke"),
    ]


def stored() -> list[Any]:
    """Customers, logins and what the trail says; not when, and not the hashes, which follow from it."""
    rows = Customer.objects.order_by("id").values("id", "name", "email", "phone", "age", "age_given_on", "credit_limit")
    told = AuditEntry.objects.order_by("customer", "number").values_list("customer", "number", "act", "facts")
    facts = [(*entry, json.loads(said)) for *entry, said in told]
    return [list(rows), list(User.objects.order_by("id").values_list("username", "email")), facts]


def one_by_one(asha: Customer, bo: Customer) -> None:
    for customer in changed([asha, bo]):
        update_customer(customer)
    for customer in new():
        register_customer(customer)


def at_once(asha: Customer, bo: Customer) -> None:
    update_customers(changed([asha, bo]))
    register_customers(new())


def test_at_once_is_as_one_by_one(asha: Customer, bo: Customer) -> None:
    one_by_one(asha, bo)
    wanted = stored()
    AuditEntry.objects.all()._raw_delete(AuditEntry.objects.db)
    Customer.objects.filter(id__gte=700).delete()
    for customer, was in ((asha, "asha@example.com"), (bo, "bo@example.com")):
        customer.save()
        User.objects.filter(customer=customer).update(email=was)
    at_once(asha, bo)
    assert stored() == wanted


def test_what_did_not_change_is_not_told(asha: Customer, bo: Customer) -> None:
    asha.phone = "1"
    update_customers([asha, bo])
    assert list(AuditEntry.objects.values_list("customer", flat=True)) == [101]


def test_a_taken_number_stores_nobody(asha: Customer) -> None:
    with pytest.raises(IntegrityError):
        register_customers([Customer(id=700, name="Dido"), Customer(id=101, name="Not Asha")])


def test_one_who_is_not_there_changes_nobody(asha: Customer) -> None:
    asha.phone = "1"
    with pytest.raises(KeyError):
        update_customers([asha, Customer(id=999, name="Nobody")])
    assert Customer.objects.get(id=101).phone == "+254 700 000 101"


def test_there_is_no_query_per_customer() -> None:
    counts = []
    for first, last in ((500, 501), (1_000, 1_002), (2_000, 2_150)):
        with CaptureQueriesContext(connection) as queries:
            register_customers([Customer(id=number, name="A") for number in range(first, last)])
            update_customers([Customer(id=number, name="B", email="b@x.ke") for number in range(first, last)])
        counts.append(len(queries))
    assert counts[2] - counts[1] < 10  # SQLite takes some hundred rows in a statement; the first read the lender too
