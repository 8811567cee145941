"""Several processes at once on a throw-away database: a real gunicorn, paying clients, and what they must agree on.

`python -m ledger.tests.racing ROLE ...` is one of those processes.
"""

import http.client
import json
import os
import random
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from ledger.tests import nursery

ROOT = Path(__file__).resolve().parents[2]
CUSTOMER = 101
GUARDED, UNGUARDED = "config.wsgi", "ledger.tests.unguarded"
TOKEN = "k" * 32  # the CSRF cookie and field only have to match


@dataclass
class Outcome:
    """What the clients were told."""

    statuses: Counter[str] = field(default_factory=Counter)
    paid: dict[str, tuple[str, str]] = field(default_factory=dict)  # key -> (receipt, amount)
    contradictions: list[str] = field(default_factory=list)

    def add(self, key: str, amount: str, status: str, receipt: str) -> None:
        self.statuses[status] += 1
        if not receipt:
            return
        first = self.paid.setdefault(key, (receipt, amount))
        if first != (receipt, amount):
            self.contradictions.append(f"key {key} was answered by {first} and by {(receipt, amount)}")

    def failures(self) -> dict[str, int]:
        """Answers that are no receipt: a payment that was asked for in good order must be taken."""
        return {status: count for status, count in self.statuses.items() if status != "303"}


def post(port: int, session: str, amount: str, key: str) -> tuple[str, str]:
    """One confirmed payment: (status, address of the receipt)."""
    body = urlencode({"csrfmiddlewaretoken": TOKEN, "step": "confirm", "amount": amount, "key": key})
    headers = {
        "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", "/pay/", body, headers)
        response = connection.getresponse()
        response.read()
        return str(response.status), response.headers.get("Location", "") if response.status == 303 else ""
    except OSError as error:
        return type(error).__name__, ""
    finally:
        connection.close()


def pay_often(times: int, port: int, session: str) -> Iterator[tuple[str, str, str, str]]:
    """Pay so many times; every fifth request is sent twice at once, as a double click does."""
    for number in range(1, times + 1):
        amount, key = f"{random.randint(1, 999) / 100:.2f}", secrets.token_urlsafe(18)
        answers: list[tuple[str, str]] = []
        clicks = [
            threading.Thread(target=lambda a=amount, k=key, to=answers: to.append(post(port, session, a, k)))
            for _ in range(2 if number % 5 == 0 else 1)
        ]
        for click in clicks:
            click.start()
        for click in clicks:
            click.join()
        yield from ((key, amount, status, receipt) for status, receipt in answers)


def client(port: str, session: str, times: str) -> None:
    for answer in pay_often(int(times), int(port), session):
        print(json.dumps(answer))  # noqa: T201  standard output is how the test hears of it


def start(url: str, *words: object, **more: str) -> subprocess.Popen[str]:
    """A Python process of the project on that database."""
    environment = {**os.environ, "DATABASE_URL": url, "DEBUG": "1", "DJANGO_SETTINGS_MODULE": "config.settings", **more}
    said = [str(word) for word in words]
    quick = nursery.client(said, environment) if said[0] == "manage.py" else None
    return subprocess.Popen(
        quick or [sys.executable, *said],
        cwd=ROOT,
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def finish(process: subprocess.Popen[str], seconds: float = 120) -> tuple[int, str]:
    """Exit code and what it said; a process that hangs is killed and fails the test."""
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        said, _ = process.communicate()
        return 124, said
    return process.returncode, said


def run(url: str, *words: object) -> str:
    code, said = finish(start(url, *words))
    assert code == 0, said
    return said


def racer(call: str) -> tuple[str, ...]:
    """The words of a process that makes one call of ledger.tests.racers."""
    return "manage.py", "shell", "-v", "0", "-c", f"from ledger.tests import racers; racers.{call}"


def heard(url: str, call: str) -> Any:
    return json.loads(run(url, *racer(call)))


@contextmanager
def gunicorn(url: str, module: str) -> Iterator[int]:
    """Four worker processes of the real server, as configured; the port they listen on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ("-m", "gunicorn", "--config", "gunicorn.conf.py", "--log-level", "critical", module)
    server = start(url, *words, HOST="127.0.0.1", PORT=str(port), WEB_CONCURRENCY="4")
    drain = threading.Thread(target=server.communicate)
    drain.start()
    try:
        wait_for(port, server)
        yield port
    finally:
        server.terminate()
        drain.join()


def wait_for(port: int, server: subprocess.Popen[str]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError("gunicorn ended before it answered")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("gunicorn did not answer in 30 seconds")


def meeting(folder: Path) -> str:
    """A place where the racers of one round wait for each other (ledger.tests.racers.together)."""
    return tempfile.mkdtemp(dir=folder)


def in_some_round(goes_wrong: Callable[[], bool], rounds: int = 6) -> bool:
    """For a control: on a busy machine two processes may miss each other a whole round long."""
    return any(goes_wrong() for _ in range(rounds))


def race(url: str, session: str, module: str, times: int) -> Outcome:
    """Four client processes pay one customer at once, each so many times."""
    outcome = Outcome()
    with gunicorn(url, module) as port:
        clients = [start(url, "-m", "ledger.tests.racing", "client", port, session, times) for _ in range(4)]
        for process in clients:
            code, said = finish(process, times + 60)
            assert code == 0, said
            for line in said.splitlines():
                outcome.add(*json.loads(line))
    return outcome


def main(role: str, *words: Any) -> None:
    {"client": client}[role](*words)


if __name__ == "__main__":
    main(*sys.argv[1:])
