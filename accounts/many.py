"""Acts on many customers at once: what accounts.actions does to one, in a few statements for all of them.

A file of 5,000 changes would hold SQLite's one lock for a minute if each row were an act of its own.
"""

from collections.abc import Mapping, Sequence

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Max

from accounts import audit
from accounts.actions import DETAILS, FIRST_CUSTOMER, refuse_erased
from accounts.audit import Entry
from accounts.models import Customer, Lender, OldAccount, User

AT_ONCE = 200  # rows in a statement


def register_customers(customers: Sequence[Customer]) -> None:
    """Store new customers under the numbers they have; an age is dated today. None gets a login.

    Raises IntegrityError for a number that is taken.
    """
    with transaction.atomic():
        today = Lender.objects.select_for_update().get(pk=Lender.load().pk).today()
        for customer in customers:
            if customer.age is not None and customer.age_given_on is None:
                customer.age_given_on = today
        Customer.objects.bulk_create(customers, batch_size=AT_ONCE)
        told = ({**audit.values(customer, DETAILS), "login": audit.fact(False)} for customer in customers)
        audit.record(
            [Entry(customer.pk, "register_customer", it) for customer, it in zip(customers, told, strict=True)]
        )


def update_customers(customers: Sequence[Customer]) -> None:
    """Store changed details; logins follow to new e-mail addresses, and new ages are dated today.

    The customers are locked in ascending order. Raises KeyError for one who is not there.
    """
    with transaction.atomic():
        held = Customer.objects.filter(pk__in=[customer.pk for customer in customers]).order_by("pk")
        before = {customer.pk: customer for customer in held.select_for_update()}
        refuse_erased(before.keys())
        today = Lender.load().today()
        for customer in customers:
            if customer.age != before[customer.pk].age:
                customer.age_given_on = None if customer.age is None else today
        pairs = [(before[customer.pk], customer) for customer in customers]
        if moved := [name for name in DETAILS if any(getattr(a, name) != getattr(b, name) for a, b in pairs)]:
            Customer.objects.bulk_update(customers, moved, batch_size=AT_ONCE)
        _move_logins({after.pk: after.email for was, after in pairs if after.email != was.email})
        told = [(after.pk, audit.changes(was, after, DETAILS)) for was, after in pairs]
        audit.record([Entry(number, "update_customer", facts) for number, facts in told if facts])


def next_number() -> int:
    """The number above all customers'. The lender is locked, so it stays free until the transaction ends."""
    Lender.objects.select_for_update().get(pk=Lender.load().pk)
    return max(Customer.objects.aggregate(last=Max("id"))["last"] or 0, FIRST_CUSTOMER - 1) + 1


def open_logins(hashes: Mapping[int, str]) -> list[User]:
    """Sign-ins for customers who have none, each with this stored hash, or without a password where it is empty.

    Expects the customers to be locked, and a transaction to be open.
    """
    taken = set(User.objects.filter(customer__in=hashes).values_list("customer_id", flat=True))
    owners = Customer.objects.filter(pk__in=set(hashes) - taken).order_by("pk")
    logins = [
        User(username=f"c{one.pk}", email=one.email, customer=one, password=hashes[one.pk] or make_password(None))
        for one in owners
    ]
    User.objects.bulk_create(logins, batch_size=AT_ONCE)
    told = ((login, "keep_password" if login.has_usable_password() else "invite") for login in logins)
    audit.record([Entry(login.customer_id or 0, act, {"login": login.username}) for login, act in told])
    return logins


def keep_old_names(accounts: Sequence[OldAccount]) -> None:
    """Note who somebody was in an old app; noting it again does no harm. Expects locks and a transaction as above."""
    OldAccount.objects.bulk_create(accounts, batch_size=AT_ONCE, ignore_conflicts=True)


def _move_logins(addresses: dict[int, str]) -> None:
    logins = list(User.objects.filter(customer__in=addresses).order_by("pk"))
    for login in logins:
        login.email = addresses[login.customer_id or 0]
    User.objects.bulk_update(logins, ["email"], batch_size=AT_ONCE)
