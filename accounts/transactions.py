"""One act, one transaction, under the customer's lock, tried again when the database asks for it."""

import random
import time
from collections.abc import Callable, Collection, Iterator
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction

from accounts.models import Customer
from accounts.sentences import Sentence, said
from accounts.telling import told

TRIES = 6
# serialization failure, deadlock, lock not available (PostgreSQL's appendix A)
_AGAIN = {"40001", "40P01", "55P03"}

P = ParamSpec("P")
R = TypeVar("R")


class Refused(ValidationError):
    """What an act will not do; its sentence is for the person at the door."""

    @property
    def sentence(self) -> str:
        """In the reader's language, where the act said it for one."""
        return told(self)

    def __iter__(self) -> Iterator[Any]:
        """A form shows its errors so: it speaks as the sentence does."""
        return iter([self.sentence]) if isinstance(getattr(self, "message", ""), Sentence) else super().__iter__()


def one_transaction(function: Callable[P, R]) -> Callable[P, R]:
    """Run the whole act in a transaction of its own; inside another it is a savepoint and is not tried again."""

    @wraps(function)
    def act(*args: P.args, **kwargs: P.kwargs) -> R:
        tries = 1 if connection.in_atomic_block else TRIES
        for attempt in range(1, tries + 1):
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except OperationalError as error:
                if attempt == tries or not _may_try_again(error):
                    raise
                time.sleep(random.uniform(0, 0.02 * 2**attempt))
        raise AssertionError("the last attempt returns or raises")

    return act


def _may_try_again(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", None) in _AGAIN or "locked" in str(error)


def lock(customers: Collection[int]) -> None:
    """Hold the customers' rows until the transaction ends, in ascending order so that two batches never deadlock.

    On SQLite the transaction itself is the lock: it begins IMMEDIATE. Raises Refused for an unknown customer.
    """
    rows = Customer.objects.filter(id__in=customers).order_by("id").select_for_update(no_key=True)
    found = set(rows.values_list("id", flat=True))
    for missing in sorted(set(customers) - found):
        raise Refused(said("There is no customer %(number)s.", number=missing))
