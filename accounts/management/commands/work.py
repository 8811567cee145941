"""The worker: does the jobs one by one, sends mails and webhooks, and puts back what a killed worker left."""

import logging
import os
import signal
import time
import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, connection
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from accounts import jobs
from accounts.calling import Calls
from accounts.outbox import Outbox

LOOKS_EVERY = 1.0  # seconds between two looks at an empty queue
REAPS_EVERY = 5.0
log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Works through the background jobs, the mails and the webhooks until it is told to end (SIGTERM, Ctrl-C)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when nothing waits")
        parser.add_argument("--late", type=float, default=jobs.LATE, help="seconds of silence that mean death")
        parser.add_argument("--beside", type=int, default=0, metavar="PID", help="end when this process has ended")

    def handle(self, *args: Any, **options: Any) -> None:
        jobs.stopping.clear()
        kept = {number: signal.signal(number, self.stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            self.work(options["once"], options["late"], options["beside"])
        finally:
            for number, handler in kept.items():
                signal.signal(number, handler)

    def stop(self, *args: Any) -> None:
        jobs.stopping.set()

    def work(self, once: bool, late: float, beside: int) -> None:
        reaped, outbox, calls = -REAPS_EVERY, Outbox(), Calls()
        while not jobs.stopping.is_set() and (not beside or is_alive(beside)):
            try:
                if time.monotonic() - reaped >= min(REAPS_EVERY, late):
                    reaped = time.monotonic()
                    jobs.reap(late)
                tried = any([outbox.run(), calls.run()])
                if do_the_next() or tried:
                    continue
                if once:
                    return
                jobs.stopping.wait(LOOKS_EVERY)
            except OperationalError:  # the database is away; a job that was under way is reaped later
                if once:
                    raise
                log.exception("The database does not answer.")
                connection.close()
                jobs.stopping.wait(5)


def do_the_next() -> bool:
    """Do one job, if one waits. Looking first keeps an idle worker from locking anything."""
    if not DBTaskResult.objects.ready().exists():
        return False
    Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=1,
        worker_id=uuid.uuid4().hex,
        excluded_queue_names=[],
    ).run()
    return True


def is_alive(pid: int) -> bool:
    """A process that has ended but that nobody asked after is still listed, as a zombie."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:  # no /proc on this system
        return True
    except OSError:
        return False
