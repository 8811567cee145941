"""What goes on beside: a worker in a test's own process, work for it (counting to ten, where something may happen at
the fourth), and a colleague who is quicker."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from unittest import mock

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction

from accounts import actions, jobs
from accounts.jobs import Run
from accounts.models import Customer

counted: list[int] = []
at_the_fourth: list[Callable[[Run], object]] = []


def work() -> None:
    """Do what waits. The connection stays open, for the test's own transaction is in it."""
    with mock.patch("django_tasks_db.management.commands.db_worker.close_old_connections"):
        call_command("work", "--once")


def count(run: Run) -> str:
    """Every number is counted once, whoever counts it."""
    while run.job.cursor < 10:
        with transaction.atomic():
            run.hold()
            number = run.job.cursor + 1
            if number == 4 and at_the_fourth:
                at_the_fourth.pop()(run)
            counted.append(number)
            run.progress(number, total=10, cursor=number, message="Counting")
        run.breathe()
    return "Counted to ten."


class KilledError(BaseException):
    """As if by kill -9: nothing after it is run, and nothing can be said."""


def die(run: Run) -> None:
    raise KilledError


def refuse(run: Run) -> None:
    raise ValidationError("There is no five.")


def stumble(run: Run) -> None:
    raise ZeroDivisionError


def stop_the_worker(run: Run) -> None:
    jobs.stopping.set()


def cancel(run: Run) -> None:
    jobs.cancel(run.job)


@contextmanager
def quicker(number: int, **changed: object) -> Iterator[None]:
    """The next change of a customer comes second: a colleague's is stored after it read him and before the lock."""
    honest = actions.update_customer

    def late(customer: Customer, *told: Collection[str]) -> Customer:
        honest(Customer(pk=number, **changed), changed)
        return honest(customer, *told)

    with mock.patch.object(actions, "update_customer", late):
        yield
