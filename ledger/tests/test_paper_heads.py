"""The head of a paper's further pages keeps its room, whatever the lender is called."""

import datetime
from decimal import Decimal

import pytest

from accounts.models import Customer, Lender
from ledger.models import Due
from ledger.papers import statement_pdf
from ledger.tests.reading_pdf import text_of

D = Decimal
FIRST, LAST = datetime.date(2024, 1, 1), datetime.date(2024, 12, 31)


@pytest.mark.django_db
@pytest.mark.parametrize("length", [10, 110, 200])
def test_a_lenders_long_name_leaves_the_title_its_line_on_every_page(
    lender: Lender, asha: Customer, length: int
) -> None:
    Lender.objects.update(name=("Corner Shop of the Long Market Street " * 6)[:length])
    Due.objects.bulk_create(
        Due(customer=asha, month=FIRST, due_on=FIRST, amount=D(1), reference=f"n{n}") for n in range(60)
    )
    page = text_of(statement_pdf(asha, FIRST, LAST)).split("\f")[1]
    head = page.split("Day ")[0].strip()
    assert "Statement Jan 1, 2024 to Dec 31, 2024 · Customer 101" in head
    assert head.startswith("Corner Sho") and len(head.splitlines()) <= 3
