"""What a real SMTP server makes of our mails: it goes away in the middle of them, and reads the lender's name."""

import pytest
from django.utils import timezone

from accounts import outbox
from accounts.models import Message
from accounts.tests.post_office import PostOffice, opened, send, sending_to
from ledger.tests.shop import pay

pytestmark = pytest.mark.django_db


class Closing(PostOffice):
    """Goes away at the first sender that is named to it."""

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.answers:
            return self.answers.pop()
        envelope.mail_from = address
        return "250 OK"


@pytest.mark.parametrize("kind", [PostOffice, Closing])
def test_a_server_that_goes_away_costs_the_next_mail_no_try(asha, bo, kind):
    with opened(kind()) as (office, port), sending_to(port):
        office.answers = ["421 too many"]
        pay(101, "5.00")
        pay(102, "5.00")
        one = outbox.Outbox()
        assert one.run()
        assert dict(Message.objects.values_list("tries", "reason")) == {1: "421 too many", 0: ""}
        assert not one.run()  # it rests
        Message.objects.update(next_at=timezone.now())
        send()
    assert len(office.mails) == 2
    assert sorted(Message.objects.values_list("state", "tries")) == [("sent", 1), ("sent", 2)]
