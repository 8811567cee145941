"""What a real SMTP server makes of our mails: it goes away in the middle of them, and reads the lender's name."""

import re
from email.header import decode_header
from email.utils import parseaddr

import pytest
from django.utils import timezone

from accounts import outbox
from accounts.models import Lender, Message
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


class Raw(PostOffice):
    """Keeps the lines as they came."""

    async def handle_DATA(self, server, session, envelope):
        self.raw = envelope.original_content
        return await super().handle_DATA(server, session, envelope)


@pytest.mark.parametrize(
    "name",
    [
        "श्री गणेश लघु वित्त सहकारी समिति",
        'Société de crédit « L’Épargne, "dite" du Village » <info@example.com>',
        "مؤسسة الإقراض الصغير",
        "é" * 100,
        'Corner "Shop" <Credit>',
    ],
    ids=["Hindi", "French", "Arabic", "long", "English"],
)
def test_the_lenders_name_arrives_whole_in_words_that_a_header_may_hold(asha, lender, name):
    Lender.objects.filter(id=1).update(name=name)
    pay(101, "5.00")
    with opened(Raw()) as (office, port), sending_to(port):
        send()
    head = office.raw.partition(b"\r\n\r\n")[0].decode("ascii")
    (sender,) = re.findall(r"^From: ([^\r]*(?:\r\n[ \t][^\r]*)*)", head, re.M)
    if not name.isascii():
        assert max(map(len, re.findall(r"=\?[^? ]+\?.\?[^? ]*\?=", sender))) <= 75
        assert max(map(len, f"From: {sender}".split("\r\n"))) <= 76
    unfolded = " ".join(sender.split())
    display, _, address = unfolded.rpartition(" ")
    assert address == "<duebook@localhost>"
    told = "".join(
        part.decode(code or "ascii") if isinstance(part, bytes) else part for part, code in decode_header(display)
    )
    assert (told if not name.isascii() else parseaddr(unfolded)[0]) == name
    assert [str(one.addr_spec) for one in office.mails[0]["From"].addresses] == ["duebook@localhost"]
