"""What a store meets that moved in before, or beside which another one did: no money twice, and none lost."""

from pathlib import Path

import pytest
from django.core.management import CommandError

from accounts.models import Customer
from config.tests.moving_in import moved, stored
from config.tests.old_stores import sheet
from ledger.models import Payment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lender")]


def test_whoever_moved_in_cannot_become_another_customer_afterwards(tmp_path: Path, asha: Customer) -> None:
    sheet(tmp_path, "asha", 10, ("2024-01-01", 5, ""))
    moved(tmp_path)
    assert Payment.objects.get().customer_id == 102
    before = stored()
    with pytest.raises(CommandError, match="--same asha=101: asha of this store moved in as customer 102"):
        moved(tmp_path, "--same", "asha=101")
    assert stored() == before
    moved(tmp_path, "--same", "asha=102")
    assert stored() == before
