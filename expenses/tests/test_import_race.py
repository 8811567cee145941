"""Several clicks on Import in one instant: a file is taken over once, and so are the rows that two files share."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from expenses.importing import taking
from expenses.importing.taking import Outcome
from expenses.models import Expense
from expenses.tests.filing import a_file, send

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.only_on("postgresql")]
ROWS = [f"2026-03-{day:02},SHOP {day},-{day}.00" for day in range(1, 29)]
AT_ONCE = 4


def all_at_once(owner, numbers):
    ready = Barrier(len(numbers))

    def click(number):
        try:
            ready.wait(10)
            return taking.take(owner, number, timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(len(numbers)) as people:
        return list(people.map(click, numbers))


def test_four_clicks_take_a_file_over_once(asha):
    statement = send(asha, a_file(*ROWS))
    assert all_at_once(asha, [statement.pk] * AT_ONCE) == [Outcome.TAKEN] * AT_ONCE
    assert Expense.objects.of(asha).count() == len(ROWS)


def test_two_files_of_the_same_days_enter_each_row_once(asha):
    """Both previews said "new"; the one that comes second is shown again, with what is there by now."""
    numbers = [send(asha, a_file(*ROWS)).pk, send(asha, a_file(*ROWS, "2026-03-30,CINEMA,-9.00")).pk]
    assert sorted(all_at_once(asha, numbers)) == [Outcome.CHANGED, Outcome.TAKEN]
    assert Expense.objects.of(asha).values("note").distinct().count() == Expense.objects.of(asha).count()
