"""The page of background work: each sees what he may look at, stops what he may ask for, in few queries."""

import datetime
import hashlib
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import jobs
from accounts.models import Batch, Customer, Job, Manager
from accounts.tests.cast import signed_in
from config import job_pages
from credit.models import Training
from ledger.actions import add_due
from ledger.many_papers import order_statements
from ledger.models import Due, StatementOrder

pytestmark = pytest.mark.django_db
PAGE = "/admin/jobs/"
DAY = datetime.date(2024, 1, 1)


def on_file(name: str, kind: str = "payments", job: str = "post") -> Job:
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    batch = Batch.objects.create(name=name, kind=kind, recorded_by="m1", sha256=sha256)
    return jobs.ask_for(job, "m1", batch, total=10)


def ordered(customer: Customer) -> StatementOrder:
    add_due(Due(customer=customer, month=DAY, amount=Decimal(5)))
    return order_statements(StatementOrder(first=DAY, last=DAY, asked_by="m1"))


def ended(job: Job, state: str = "done", message: str = "Posted: 10.") -> Job:
    Job.objects.filter(pk=job.pk).update(state=state, message=message, ended_at=timezone.now())
    return job


@pytest.mark.parametrize(("who", "status"), [("mona", 200), ("nina", 200), ("clem", 200), ("sten", 403)])
def test_every_role_looks_and_who_has_none_does_not(who: str, status: int, request: pytest.FixtureRequest) -> None:
    assert signed_in(request.getfixturevalue(who)).get(PAGE).status_code == status


def test_customers_and_strangers_are_sent_away(as_asha: Client) -> None:
    assert as_asha.get(PAGE, follow=True).status_code == 403
    assert Client().get(PAGE).status_code == 302


def test_it_says_what_runs_on_what_for_whom_and_what_failed_and_why(as_mira: Client, asha: Customer) -> None:
    running, order = on_file("may.csv"), ordered(asha)
    Job.objects.filter(pk=running.pk).update(state="running", holder="h", done=4, message="Posting")
    failed = ended(on_file("june.csv"), "failed", "Line 3 has no amount.")
    page = as_mira.get(PAGE)
    assert [(line.words, line.name) for line in page.context["under_way"]] == [
        ("Post a file", "may.csv"),
        ("Make statements", f"Statements {order.pk}"),
    ]
    assert [line.job for line in page.context["ended"]] == [failed]
    for told in ("40% done", "Posting", "Line 3 has no amount.", "Failed", "m1"):
        assert told in page.text
    assert f'href="/admin/batches/{running.batch_id}/"' in page.text
    assert f'href="/admin/statements/{order.pk}/"' in page.text
    assert "none runs" not in page.text


def test_it_says_so_when_something_waits_and_no_worker_comes(as_mira: Client) -> None:
    job = on_file("may.csv")
    assert "none runs" not in as_mira.get(PAGE).text
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - datetime.timedelta(minutes=1))
    assert "none runs" in as_mira.get(PAGE).text


def test_a_clerk_sees_the_files_he_may_look_at_and_nothing_else(clem: Manager, as_mira: Client, asha: Customer) -> None:
    seen, hidden = on_file("may.csv"), on_file("lost.csv", "outcomes")
    order, training = ordered(asha), jobs.ask_for("train", "m1")
    under_way = signed_in(clem).get(PAGE).context["under_way"]
    assert [line.job for line in under_way] == [seen]
    for job in (hidden, order.job, training):
        assert signed_in(clem).post(f"{PAGE}{job.pk}/stop/").status_code == 404
    assert len(as_mira.get(PAGE).context["under_way"]) == 4


def test_who_may_ask_for_work_stops_it_and_others_do_not(mona: Manager, nina: Manager, clem: Manager) -> None:
    job = on_file("may.csv")
    for person, status in ((nina, 403), (clem, 303)):
        assert signed_in(person).post(f"{PAGE}{job.pk}/stop/").status_code == status
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    undoing = on_file("july.csv", job="undo")
    assert f"{PAGE}{undoing.pk}/stop/" not in signed_in(clem).get(PAGE).text
    for person, status in ((clem, 403), (mona, 303)):
        assert signed_in(person).post(f"{PAGE}{undoing.pk}/stop/").status_code == status
    assert "nothing to stop" in signed_in(mona).post(f"{PAGE}{job.pk}/stop/", follow=True).text
    assert signed_in(mona).get(f"{PAGE}{job.pk}/stop/").status_code == 405


def test_a_training_that_is_stopped_forgets_its_groups_of_people(as_mira: Client) -> None:
    job = jobs.ask_for("sample", "m1")
    training = Training.objects.create(today=DAY, asked_by="m1", job=job, groups={"101": "a"})
    page = as_mira.get(PAGE)
    assert page.context["under_way"][0].address == f"/admin/credit/trainings/{training.pk}/"
    as_mira.post(f"{PAGE}{job.pk}/stop/")
    training.refresh_from_db()
    assert training.groups == {}


def test_work_that_is_over_is_paged_by_number_in_as_many_queries_as_one_row(
    as_mira: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_pages, "PAGE", 3)
    rows = [ended(on_file("0.csv"))]
    as_mira.get(PAGE)
    with CaptureQueriesContext(
        connection,
    ) as few:
        as_mira.get(PAGE)
    rows += [ended(on_file(f"{number}.csv")) for number in range(1, 5)]
    on_file("under way.csv")
    with CaptureQueriesContext(connection) as many:
        page = as_mira.get(PAGE)
    assert len(many) == len(few)
    assert [line.job for line in page.context["ended"]] == rows[:1:-1]
    older = as_mira.get(PAGE + page.context["older"])
    assert [line.job for line in older.context["ended"]] == rows[1::-1]
    assert "nothing older" in as_mira.get(f"{PAGE}?before=1").text
    assert as_mira.get(f"{PAGE}?before=x").status_code == 200


def test_the_first_screen_and_help_lead_to_it(as_mira: Client, asha: Customer) -> None:
    add_due(Due(customer=asha, month=DAY, amount=Decimal(5)))
    for address in ("/admin/", "/admin/help/"):
        assert f'href="{PAGE}"' in as_mira.get(address).text


def test_every_kind_of_work_has_words_and_somebody_who_may_see_it(settings: object) -> None:
    on_files = {"read", "post", "undo", "discard"}
    assert set(job_pages.WORDS) == set(settings.JOBS) == on_files | set(job_pages.OTHERS)  # type: ignore[attr-defined]
