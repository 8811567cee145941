"""The click that ends reminders is always answered (RFC 8058), and writes nothing of who is erased."""

import pytest
from django.test import Client

from accounts import messages
from accounts.models import AuditEntry, Customer, MailChoice
from ledger.actions.erasing import erase_customer

pytestmark = pytest.mark.django_db


def test_the_link_of_who_is_erased_answers_and_writes_nothing_and_anothers_ends_his_reminders(
    asha: Customer, bo: Customer
) -> None:
    links = [f"/unsubscribe/{messages.unsubscribe_token(one.pk)}/" for one in (asha, bo)]
    erase_customer(asha, "m1")
    assert [Client().post(link).status_code for link in links] == [200, 200]
    assert list(MailChoice.objects.values_list("customer", "reminders")) == [(102, False)]
    assert list(AuditEntry.objects.filter(act="choose_mails").values_list("customer", flat=True)) == [102]
