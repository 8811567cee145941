"""Background jobs: asked for whole, run once, stopped between pieces, and put back when their worker is gone."""

import datetime
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts import jobs
from accounts.management.commands.work import is_alive
from accounts.models import Batch, Job
from accounts.tests import chores
from accounts.tests.chores import KilledError, work

pytestmark = pytest.mark.django_db
State = Job.State
LONG_AGO = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def counting(settings: Any) -> Iterator[None]:
    settings.JOBS = {"count": "accounts.tests.chores.count"}
    chores.counted.clear()
    chores.at_the_fourth.clear()
    yield
    jobs.stopping.clear()


def asked() -> Job:
    return jobs.ask_for("count", "m1", total=10)


def again(job: Job) -> Job:
    job.refresh_from_db()
    return job


def begun_and_killed() -> Job:
    """A job whose worker was killed at its fourth piece: what it did until then stands, and it seems to run."""
    job = asked()
    chores.at_the_fourth.append(chores.die)
    with pytest.raises(KilledError):
        jobs.run_job.call(job.pk)
    DBTaskResult.objects.update(status="RUNNING")
    assert again(job).state == State.RUNNING
    return job


def silent_for_an_hour(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - LONG_AGO)


# --- The life of a job --------------------------------------------------------------------------
def test_a_job_is_done_and_says_so() -> None:
    job = asked()
    assert (job.state, again(job).heartbeat_at <= timezone.now()) == (State.WAITING, True)
    work()
    job = again(job)
    assert (job.state, job.done, job.total, job.message) == (State.DONE, 10, 10, "Counted to ten.")
    assert job.started_at and job.ended_at and job.started_at <= job.ended_at
    assert chores.counted == [*range(1, 11)]


def test_a_job_is_asked_for_with_its_place_in_the_queue_or_not_at_all() -> None:
    with transaction.atomic():
        asked()
        transaction.set_rollback(True)
    assert (Job.objects.count(), DBTaskResult.objects.count()) == (0, 0)


def test_a_batch_has_one_job_at_a_time() -> None:
    batch = Batch.objects.create(kind="dues", name="first", file_name="first.csv", sha256="0")
    first = jobs.ask_for("count", "m1", batch)
    with (
        pytest.raises(IntegrityError, match=r"batch_has_one_job_at_a_time|accounts_job\.batch_id"),
        transaction.atomic(),
    ):
        jobs.ask_for("count", "m1", batch)
    jobs.cancel(first)
    jobs.ask_for("count", "m1", batch)


@pytest.mark.parametrize(
    ("act", "message"),
    [(chores.refuse, "There is no five."), (chores.stumble, "The program stopped on a fault of its own")],
)
def test_a_job_that_cannot_go_on_fails_with_a_sentence(act: Any, message: str) -> None:
    job = asked()
    chores.at_the_fourth.append(act)
    work()
    assert again(job).state == State.FAILED
    assert job.message.startswith(message)
    assert (job.done, chores.counted) == (3, [1, 2, 3])


# --- Stopped ------------------------------------------------------------------------------------
def test_a_job_that_waits_is_cancelled_at_once_and_never_run() -> None:
    job = asked()
    jobs.cancel(job)
    work()
    assert (again(job).state, chores.counted) == (State.CANCELLED, [])


def test_a_job_that_runs_is_cancelled_after_the_piece_it_is_at() -> None:
    job = asked()
    chores.at_the_fourth.append(chores.cancel)
    work()
    assert (again(job).state, job.done, job.message) == (State.CANCELLED, 4, "Cancelled.")
    assert chores.counted == [1, 2, 3, 4]


def test_what_is_over_is_not_cancelled() -> None:
    job = asked()
    work()
    jobs.cancel(job)
    assert (again(job).state, job.cancel_asked) == (State.DONE, False)


def test_a_worker_that_is_told_to_end_gives_the_job_to_the_next() -> None:
    job = asked()
    chores.at_the_fourth.append(chores.stop_the_worker)
    work()
    assert (again(job).state, job.done, job.holder) == (State.WAITING, 4, "")
    work()
    assert again(job).state == State.DONE
    assert chores.counted == [*range(1, 11)]


# --- Killed -------------------------------------------------------------------------------------
def test_a_job_whose_worker_was_killed_is_put_back_and_goes_on_where_it_was() -> None:
    job = begun_and_killed()
    silent_for_an_hour(job)
    work()
    assert again(job).state == State.DONE
    assert chores.counted == [*range(1, 11)]


def test_without_the_reaper_it_would_seem_to_run_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control."""
    job = begun_and_killed()
    silent_for_an_hour(job)
    monkeypatch.setattr(jobs, "reap", lambda late: 0)
    work()
    assert again(job).state == State.RUNNING


def test_a_job_that_gave_a_sign_of_life_a_moment_ago_is_left_alone() -> None:
    job = begun_and_killed()
    work()
    assert again(job).state == State.RUNNING


def test_a_job_that_keeps_killing_its_worker_is_given_up() -> None:
    job = begun_and_killed()
    for starts in range(2, jobs.MOST_ATTEMPTS + 1):
        silent_for_an_hour(job)
        assert jobs.reap() == 1
        chores.at_the_fourth.append(chores.die)
        with pytest.raises(KilledError):
            jobs.run_job.call(job.pk)
        assert again(job).attempts == starts
    silent_for_an_hour(job)
    assert jobs.reap() == 0
    assert (again(job).state, job.message) == (
        State.FAILED,
        "Its worker ended 5 times without getting anything done.",
    )


def test_getting_something_done_gives_new_attempts() -> None:
    job = begun_and_killed()
    Job.objects.update(attempts=4)
    silent_for_an_hour(job)
    work()
    assert again(job).attempts == 1


def test_a_killed_worker_cannot_keep_a_job_from_being_cancelled() -> None:
    job = begun_and_killed()
    jobs.cancel(job)
    silent_for_an_hour(job)
    jobs.reap()
    assert again(job).state == State.CANCELLED


def test_a_job_that_lost_its_place_in_the_queue_finds_a_new_one() -> None:
    """A worker took the place, and was killed before it took the job."""
    job = asked()
    DBTaskResult.objects.update(status="RUNNING")
    silent_for_an_hour(job)
    work()
    assert again(job).state == State.DONE


def test_a_job_that_waits_in_the_queue_for_long_is_not_queued_twice() -> None:
    job = asked()
    silent_for_an_hour(job)
    assert jobs.reap() == 0
    assert DBTaskResult.objects.count() == 1
    assert again(job).waits_long


def test_a_worker_that_was_given_up_and_comes_back_writes_nothing() -> None:
    """It sleeps in its fourth piece; meanwhile the job is put back and another worker takes it."""
    job = begun_and_killed()
    stale = jobs.Run(again(job))
    silent_for_an_hour(job)
    jobs.reap()
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, holder="another")
    with pytest.raises(jobs.Lost):
        stale.hold()
    stale.progress(9, total=10)
    stale.end(State.DONE, "Done.")
    stale.give_back()
    assert (again(job).state, job.holder, job.done) == (State.RUNNING, "another", 3)


def test_without_its_own_name_it_would_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    job = begun_and_killed()
    stale = jobs.Run(again(job))
    Job.objects.filter(pk=job.pk).update(holder="another")
    monkeypatch.setattr(jobs.Run, "_mine", lambda run: Job.objects.filter(pk=run.job.pk))
    stale.progress(9, total=10)
    assert again(job).done == 9


@pytest.mark.parametrize("status", ["SUCCESSFUL", "RUNNING"])  # the second is left by a worker killed at the last
def test_old_places_in_the_queue_are_swept_away_and_none_where_a_job_stands(status: str) -> None:
    over = asked()
    work()
    begun_and_killed()
    DBTaskResult.objects.update(status=status, started_at=timezone.now() - 2 * jobs.KEPT)
    jobs.reap()
    assert [str(place) for place in DBTaskResult.objects.values_list("pk", flat=True)] != [again(over).task]
    assert (DBTaskResult.objects.count(), Job.objects.count()) == (1, 2)


# --- The worker beside the server ---------------------------------------------------------------
def test_a_worker_ends_with_the_server_it_stands_beside() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as server:
        for _ in range(500):
            if not is_alive(server.pid):  # ended; nobody has asked after it yet, so that it is a zombie
                break
            os.sched_yield()
            timezone.now()
        else:
            server.wait()
        assert is_alive(os.getpid())
    call_command("work", "--beside", str(server.pid))
