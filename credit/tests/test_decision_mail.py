"""A decision by mail: the answer and where to read it, never the score; only the latest."""

import pytest

from accounts.models import Message
from accounts.tests.post_office import html_of, post_office, send, text_of
from credit.actions import ask, override
from credit.tests.asked import D, owing, policy, request_of

pytestmark = pytest.mark.django_db


def sent():
    with post_office() as office:
        send()
    return [mail for mail in office.mails if "request" in str(mail["Subject"])]


def test_a_decline_leads_to_the_letter_and_carries_no_score(asha):
    policy()
    owing(asha, "33.00", "34.00")
    decision = ask(request_of(asha))
    assert (decision.verdict, decision.score) == ("declined", D("33.5"))
    (mail,) = sent()
    assert f"/credit/{decision.request_id}/" in text_of(mail)
    for part in (text_of(mail), html_of(mail)):
        assert "We cannot lend it to you now." in part
        assert "33" not in part
        assert "34" not in part


def test_a_decision_overridden_before_the_worker_came_is_told_as_it_stands(asha, mira):
    policy()
    owing(asha, "33.00")
    first = ask(request_of(asha))
    assert Message.objects.filter(kind="decision").unread().count() == 1
    override(first, "approved", by="m1", reason="Known for years.")
    assert Message.objects.filter(kind="decision").unread().count() == 1  # the bell counts the one that the page shows
    (mail,) = sent()
    assert "is approved" in text_of(mail)
    assert "Known for years" not in text_of(mail)
    assert sorted(Message.objects.filter(kind="decision").values_list("state", flat=True)) == ["dropped", "sent"]
