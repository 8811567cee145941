"""Workers as processes of their own on a throw-away database: started, killed, and asked what they left."""

import json
import random
import subprocess
import time
from pathlib import Path
from typing import Any

from ledger.tests.racing import run, start


def inside(call: str) -> tuple[str, ...]:
    return "manage.py", "shell", "-v", "0", "-c", f"from ledger.tests import filing; filing.{call}"


def heard(url: str, call: str) -> Any:
    """The last thing that the call said."""
    return json.loads(run(url, *inside(call)).splitlines()[-1])


def payments(path: Path, customers: int, each: int) -> list[list[Any]]:
    """A file of payments without references, of which nothing but the marks could tell one that was posted twice."""
    chance = random.Random(7)
    rows = [
        [number, f"2024-0{1 + place % 9}-{1 + place % 28:02}", f"{chance.randrange(100, 9000) / 100:.2f}"]
        for place in range(each)
        for number in range(1, customers + 1)
    ]
    path.write_text("customer,date,amount\n" + "".join(f"{a},{b},{c}\n" for a, b, c in rows), encoding="utf-8")
    return sorted(rows)


def kill_at_random(url: str, kills: int, most: int, longest: float) -> int:
    """Start workers and kill -9 each a random moment after it began; the number of those that had work left."""
    killed = 0
    for _ in range(kills):
        worker = start(url, *inside(f"work({most})"))
        assert worker.stdout is not None
        worker.stdout.readline()
        time.sleep(random.uniform(0.05, longest))
        killed += worker.poll() is None
        end(worker)
    return killed


def end(worker: "subprocess.Popen[str]") -> None:
    worker.kill()
    worker.communicate()
