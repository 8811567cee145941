"""Messages on pages: the customer's list and bell, the choice of mails, the staff's list of mails, the invitation."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import messages
from accounts.message_views import PAGE
from accounts.models import AuditEntry, MailChoice, Message, User
from accounts.tests.post_office import post_office, send, text_of
from ledger.actions import reverse_payment
from ledger.models import Notice
from ledger.noticing import give_notice, refuse_notice
from ledger.portal.messages import in_state
from ledger.tests.routing import assert_routed
from ledger.tests.shop import D, pay

pytestmark = pytest.mark.django_db
SORTED = re.compile("sort|temp b-tree", re.IGNORECASE)
BELL = re.compile(r'bell-count">(\d+)<')


def unread(page):
    found = BELL.search(page.content.decode())
    return int(found[1]) if found else 0


def test_the_bell_counts_what_is_not_read_and_opening_the_page_reads_it(as_asha, as_bo):
    payment = pay(101, "5.00")
    reverse_payment(payment)
    pay(101, "6.00")
    refused = give_notice(Notice(customer_id=101, amount=D("7.00"), key="n"))
    refuse_notice(refused, "m1", "No slip.")
    assert unread(as_asha.get("/payments/")) == 2  # not the one that was taken back
    assert unread(as_bo.get("/payments/")) == 0
    page = as_asha.get("/messages/")
    told = page.content.decode()
    assert "We received $6.00" in told
    assert "The reason: No slip." in told
    assert "$5.00" not in told  # taken back since
    assert told.count('state-part">new<') == 2
    assert unread(as_asha.get("/payments/")) == 0
    assert "state-part" not in as_asha.get("/messages/").content.decode()
    assert "No messages yet" in as_bo.get("/messages/").content.decode()


def test_a_page_reads_what_stands_on_it_alone_and_writes_nothing_when_all_was_read(as_asha):
    for _ in range(PAGE + 3):
        pay(101, "5.00")
    as_asha.get("/messages/")
    assert messages.count_unread(101) == 3
    with CaptureQueriesContext(connection) as seen:
        as_asha.get("/messages/")
    assert not [one["sql"] for one in seen if one["sql"].startswith('UPDATE "accounts_message"')]
    as_asha.get("/messages/?page=2")
    assert messages.count_unread(101) == 0


def test_messages_are_for_customers_alone(client, as_mira):
    assert client.get("/messages/").status_code == 302
    assert as_mira.get("/messages/").status_code == 403
    assert 'class="bell"' not in as_mira.get("/admin/").content.decode()


def test_the_page_costs_the_same_for_one_message_and_for_many_and_stays_with_its_customer(as_asha):
    def cost():
        with CaptureQueriesContext(connection) as seen, assert_routed():
            as_asha.get("/messages/")
        return len(seen)

    pay(101, "5.00")
    cost()
    few = cost()
    for _ in range(30):
        pay(101, "5.00")
    cost()
    assert cost() == few


def test_a_customer_chooses_what_comes_by_mail(as_asha):
    page = as_asha.get("/profile/").content.decode()
    assert page.count("checked") == 3
    answer = as_asha.post("/profile/mails/", {"receipts": "on"})
    assert (answer.status_code, answer.url) == (303, "/profile/")
    choice = MailChoice.objects.get()
    assert (choice.receipts, choice.reminders, choice.decisions) == (True, False, False)
    entry = AuditEntry.objects.get(act="choose_mails")
    assert '"decisions":"no"' in entry.facts.replace(" ", "")
    as_asha.post("/profile/mails/", {"receipts": "on"})
    assert AuditEntry.objects.filter(act="choose_mails").count() == 1
    assert as_asha.get("/profile/").content.decode().count("checked") == 1


def test_every_kind_that_may_be_chosen_stands_on_the_profile():
    assert {topic for _, topic in settings.MESSAGES.values()} - {""} == set(messages.TOPICS)


@pytest.fixture
def given_up(asha):
    with post_office() as office:
        office.answers = ["550 no such mailbox"]
        pay(101, "5.00")
        send()
    return Message.objects.get(state="dead")


def test_a_dead_letter_stands_in_the_portal_and_a_manager_sends_it_anew(given_up, as_mira):
    page = as_mira.get("/admin/mails/").content.decode()
    assert "550 no such mailbox" in page
    assert "Asha Rao" in page
    told = {"customer": 101, "message": given_up.pk}
    assert as_mira.post("/admin/mails/", told).status_code == 303
    with post_office() as office:
        send()
    assert len(office.mails) == 1
    assert "550" not in as_mira.get("/admin/mails/").content.decode()
    assert "Asha Rao" in as_mira.get("/admin/mails/?state=sent").content.decode()
    assert AuditEntry.objects.filter(customer=101, act="send_again").count() == 1
    assert as_mira.post("/admin/mails/", told | {"customer": 102}).status_code == 404


def test_why_a_mail_was_not_sent_is_told_in_the_readers_language_and_the_servers_words_as_they_are(
    given_up, mira, as_mira, bo
):
    bo.email = ""
    bo.save()
    pay(102, "5.00")
    with post_office():
        send()
    User.objects.filter(manager=mira).update(language="es")
    assert "<bdi>550 no such mailbox</bdi>" in as_mira.get("/admin/mails/").content.decode()
    assert "No hay dirección." in as_mira.get("/admin/mails/?state=dropped").content.decode()
    assert Message.objects.get(customer=102).reason == "There is no address."


def test_who_may_only_look_cannot_send_anew_and_a_clerk_does_not_see_them(given_up, as_nina, as_clem):
    assert "Try again" not in as_nina.get("/admin/mails/").content.decode()
    told = {"customer": 101, "message": given_up.pk}
    assert as_nina.post("/admin/mails/", told).status_code == 403
    assert as_clem.get("/admin/mails/").status_code == 403
    assert Message.objects.get().state == "dead"


def invite(client, **more):
    told = {"mail": "yes", "key": "k" * 24, **more}
    return client.post(reverse("admin:customer_invite", args=[102]), told, follow=True)


def test_an_invitation_goes_by_mail_once_for_two_clicks_and_its_link_opens_the_door(bo, as_mira, client):
    User.objects.filter(customer=bo).update(password="!")
    assert "Mail an invite link" in as_mira.get("/admin/customer/102/").content.decode()
    page = invite(as_mira).content.decode()
    invite(as_mira)
    assert "on its way to bo@example.com" in page
    assert not re.search(r"/invite/\d", page)
    with post_office() as office:
        send()
    (mail,) = office.mails
    (link,) = re.findall(r"http://localhost:8000(/invite/\S+)", text_of(mail))
    assert link not in str(list(Message.objects.values()))
    assert client.get(link).status_code == 200
    assert messages.count_unread(102) == 0


def test_who_chose_a_password_before_the_mail_went_gets_none_unless_asked_for_again(bo, as_mira):
    with post_office() as office:
        invite(as_mira)
        messages.put("invite", 102, "as if the password was chosen since", read=True, again=False)
        send()
        assert office.mails == []
        invite(as_mira, again="yes", key="another" * 4)
        send()
    assert "a new password" in text_of(office.mails[0])


@pytest.mark.parametrize("key", ["", "k\0" * 12, "k" * 15, "k" * 61])
def test_a_key_that_no_page_of_ours_wrote_mails_nothing(bo, as_mira, key):
    User.objects.filter(customer=bo).update(password="!")
    assert "Nothing was sent." in invite(as_mira, key=key).content.decode()
    assert Message.objects.count() == 0


def test_without_an_address_nothing_is_promised(bo, as_mira):
    User.objects.filter(customer=bo).update(password="!")
    bo.email = ""
    bo.save()
    assert "Mail an invite link" not in as_mira.get("/admin/customer/102/").content.decode()
    assert "Give the customer an e-mail address" in invite(as_mira).content.decode()
    assert Message.objects.count() == 0


def written(customer, state, count, sent_at=None):
    rows = [
        Message(customer=customer, kind="receipt", about=f"{state} {number}", state=state, sent_at=sent_at, reason="-")
        for number in range(count)
    ]
    return Message.objects.bulk_create(rows)


def test_mails_are_listed_page_by_page_and_never_counted(asha, as_mira):
    as_mira.get("/admin/mails/")
    written(asha, "dropped", 30)
    with CaptureQueriesContext(connection) as few:
        page = as_mira.get("/admin/mails/?state=dropped")
    numbers = sorted(Message.objects.values_list("pk", flat=True), reverse=True)
    assert [row.pk for row in page.context["rows"]] == numbers[:25]
    assert (page.context["older"], "These are the newest" in page.text) == (
        f"?state=dropped&before={numbers[24]}",
        True,
    )
    last = as_mira.get("/admin/mails/" + page.context["older"])
    assert [row.pk for row in last.context["rows"]] == numbers[25:]
    assert (last.context["older"], 'href="?state=dropped"' in last.text) == ("", True)
    assert "nothing older" in as_mira.get("/admin/mails/?state=dropped&before=1").text
    assert as_mira.get("/admin/mails/?state=dropped&before=x").context["rows"] == page.context["rows"]
    written(asha, "waiting", 200)
    with CaptureQueriesContext(connection) as many:
        as_mira.get("/admin/mails/?state=dropped")
    assert len(many) == len(few)
    assert not [query for query in many if "COUNT(" in query["sql"] and "accounts_message" in query["sql"]]


def test_mails_in_one_state_lie_in_an_index_in_their_order(asha, bo):
    """Among thousands that were sent; the control asks for an order that lies nowhere."""
    written(asha, "sent", 3_000, timezone.now())
    written(bo, "dropped", 60)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for before in (0, Message.objects.latest("pk").pk):
        plan = in_state("dropped", before)[:26].explain()
        assert "message_by_state" in plan, plan
        assert not SORTED.search(plan), plan
    assert SORTED.search(in_state("dropped", 0).order_by("reason", "id")[:26].explain())
